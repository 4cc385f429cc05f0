"""Realistic acts in a booth's outbox, made before any clock runs, and a booth's round as `kiosk sync` does one."""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from municipality.matters.votes.messages import VoteItem

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import seeded_town  # noqa: E402
from sync_centre import Booth, Town  # noqa: E402

from central.opening import open_centre  # noqa: E402
from kiosk.kernel.booth import ACT_SIZE  # noqa: E402
from kiosk.store import Store, open_store  # noqa: E402
from municipality.matters.certificates.messages import PAPER_ACT, CertificateAct  # noqa: E402
from municipality.matters.certificates.rules import CODE_LENGTH, NumberRange, verification_code  # noqa: E402
from municipality.messages import ItemKind  # noqa: E402
from sync import (  # noqa: E402
    Apply,
    Client,
    Envelope,
    Item,
    Policy,
    Reject,
    Report,
    Round,
    outbox,
    seal,
    sign_envelope,
    sign_with,
)

KID = "centre"
# What `kiosk.syncing.rounds` keeps without looking into it.
_SEALED = frozenset({ItemKind.DOSSIER, VoteItem.SLIP})
STORE_KEY = bytes.fromhex("5a" * 32)


def act(booth: Booth, serial: int, at: datetime) -> CertificateAct:
    number = NumberRange(booth.prefix).number(at.year, serial)
    return CertificateAct(
        document="family_status",
        number=number,
        code=verification_code(secrets.token_bytes(CODE_LENGTH * 5 // 8)),
        card=f"AAK-{serial % 60_000:06d}",
        booth=booth.id,
        issued_at=at.replace(microsecond=0),
        as_of=at.date(),
        digest=hashlib.sha256(number.encode()).hexdigest(),
    )


def seal_bodies(booth: Booth, sealing: bytes, serials: range, at: datetime) -> list[str]:
    """Bodies as kiosk.matters.certificates seals them; `sealing` is the centre's public key in PEM."""
    key = load_pem_public_key(sealing)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return [seal(act(booth, one, at).text().encode(), key, kid=KID, size=ACT_SIZE) for one in serials]


def chain(booth: Booth, bodies: Sequence[str], at: datetime, previous: str = "") -> list[Envelope]:
    """Signed envelopes, each naming the one before; ten seconds apart."""
    made, sign = [], sign_with(booth.key)
    for place, body in enumerate(bodies):
        moment = at + timedelta(seconds=10 * place)
        envelope = sign_envelope(
            kind=PAPER_ACT,
            version=1,
            booth=booth.id,
            made_at=moment,
            previous=previous,
            body=body,
            sign=sign,
        )
        previous = envelope.digest()
        made.append(envelope)
    return made


def make_ballots(town: Town, booth: Booth, count: int, at: datetime) -> list[Envelope]:
    """Real ballots, all of one elector who changes their mind each minute; belenios-tool makes each (0.1 s)."""
    seeded = seeded_town.Town(town.folder, json.loads((town.folder / "seed.json").read_text(encoding="utf-8")))
    card = seeded.card("elector")
    hand = seeded_town.Booth(booth.id, booth.key, town.public_key("sealing"), town.public_key("signing"))
    centre = open_centre(town.home)
    try:
        made = []
        for place in range(count):
            ballot = seeded_town.mark(centre, seeded.election, card, place % 2, None)
            moment = at - timedelta(minutes=count - place)
            made.append(hand.ballot(seeded_town.cast(seeded.election, booth.id, card, ballot, moment)))
        return made
    finally:
        centre.store.close()


def pem(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def make_acts(town: Town, booth: Booth, count: int, at: datetime, *, processes: int = 2) -> list[Envelope]:
    """`count` chained acts of one booth; sealing is spread over processes."""
    step = max(1, min(500, count // processes))
    parts = [range(first, min(first + step, count + 1)) for first in range(1, count + 1, step)]
    sealing = pem(town.public_key("sealing"))
    with ProcessPoolExecutor(processes) as pool:
        sealed = pool.map(seal_bodies, [booth] * len(parts), [sealing] * len(parts), parts, [at] * len(parts))
        bodies = [body for part in sealed for body in part]
    return chain(booth, bodies, at - timedelta(seconds=10 * count + 60))


def fill(store: Store, envelopes: Sequence[Envelope]) -> None:
    with store.writing() as connection:
        for envelope in envelopes:
            outbox.put(connection, envelope)


def payload(envelopes: Sequence[Envelope]) -> bytes:
    """What has to be carried: the envelopes, once, as they travel."""
    return b"".join(envelope.message + b"\n" for envelope in envelopes)


@contextmanager
def opened(file: Path) -> Iterator[Store]:
    """A booth's real store: SQLCipher, WAL, synchronous=FULL."""
    store = open_store(file, STORE_KEY)
    try:
        yield store
    finally:
        store.close()


def line_of(town: Town, booth: Booth, url: str, *, kind: type[Client] = Client) -> Client:
    """The booth's client: with its certificate and the bench's own authority for https."""
    secure = url.startswith("https:")
    return kind(
        url,
        booth.id,
        booth.key,
        centre_keys={KID: town.public_key("signing")},
        verify=str(town.tls / "ca.crt") if secure else True,
        cert=booth.certificate if secure else None,
    )


def a_round(
    town: Town, client: Client, store: Store, *, batch: int = 500, apply: Callable[..., Reject | None] | None = None
) -> Report:
    """hello, push, pull. Without `apply` everything that comes is stored as it is."""

    def keep(_connection: object, _item: Item) -> None:
        return None

    judged = Apply(apply) if apply else Apply(keep, opaque=_SEALED)
    policy = Policy({KID: town.public_key("signing")}, town.municipality, batch=batch)
    return Round(client, store.writing, judged, policy).run(datetime.now(UTC))
