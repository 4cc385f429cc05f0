"""Realistic acts in a booth's outbox, made before any clock runs, and a booth's round as `kiosk sync` does one."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from municipality.matters.votes.messages import VoteItem

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import seeded_town  # noqa: E402
from sync_centre import Booth, Holder, Town  # noqa: E402

from central.demo import vote as demo_vote  # noqa: E402
from central.matters.votes import service as elections  # noqa: E402
from central.opening import open_centre  # noqa: E402
from kiosk.kernel.booth import ACT_SIZE  # noqa: E402
from kiosk.store import Store, open_store  # noqa: E402
from municipality.matters.certificates.messages import PAPER_ACT, VOID_ACT, CertificateAct, VoidAct  # noqa: E402
from municipality.matters.certificates.rules import CODE_LENGTH, NumberRange, verification_code  # noqa: E402
from municipality.messages import ItemKind  # noqa: E402
from municipality.proof import ACT_CONTEXT, CardProof, Head, Statement  # noqa: E402
from sync import (  # noqa: E402
    Apply,
    Client,
    Envelope,
    Item,
    Policy,
    Reject,
    Report,
    Round,
    new_id,
    outbox,
    seal,
    sign_envelope,
    sign_with,
)

KID = "centre"
# What `kiosk.syncing.rounds` keeps without looking into it.
_SEALED = frozenset({ItemKind.DOSSIER, VoteItem.SLIP})
STORE_KEY = bytes.fromhex("5a" * 32)


def act(booth: Booth, serial: int, at: datetime, *, proved: bool) -> VoidAct | CertificateAct:
    """A certificate as its holder takes one; without a card's proof one that does not count, which is as large."""
    number = NumberRange(booth.prefix).number(at.year, serial)
    digest = hashlib.sha256(number.encode()).hexdigest()
    if not proved:
        return VoidAct(number=number, document="family_status", digest=digest)
    code = verification_code(secrets.token_bytes(CODE_LENGTH * 5 // 8))
    return CertificateAct(number=number, code=code, document="family_status", as_of=at.date(), digest=digest)


def sealed(
    booth: Booth, sealing: bytes, serials: range, at: datetime, municipality: str, holders: Sequence[Holder]
) -> list[tuple[str, str]]:
    """Ids, and bodies as `kiosk.kernel.acts` seals them; `sealing` is the centre's public key in PEM. With `holders`
    each is proved by the card of one of them in turn."""
    key = load_pem_public_key(sealing)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    made = []
    for one in serials:
        told, id = act(booth, one, at, proved=bool(holders)), new_id(at)
        proof = None
        if holders:
            proof = _proved(holders[one % len(holders)], told, id, booth.id, at, municipality)
        body = Head(booth=booth.id, at=at, proof=proof).with_act(told.text())
        made.append((id, seal(body, key, kid=KID, size=ACT_SIZE)))
    return made


def _proved(
    holder: Holder, told: VoidAct | CertificateAct, id: str, booth: str, at: datetime, municipality: str
) -> CardProof:
    digest = hashlib.sha256(told.text().encode()).hexdigest()
    said = Statement(
        municipality=municipality, kind=told.kind, act=id, person=holder.person, booth=booth, at=at, body=digest
    )
    signature = holder.key.sign(ACT_CONTEXT + said.signed(), ec.ECDSA(hashes.SHA256()))
    return CardProof(
        card=holder.card,
        certificate=holder.serial,
        person=holder.person,
        signature=base64.b64encode(signature).decode(),
    )


def chain(
    booth: Booth, bodies: Sequence[tuple[str, str]], at: datetime, *, proved: bool = False, previous: str = ""
) -> list[Envelope]:
    """Signed envelopes of `sealed`, each naming the one before; ten seconds apart."""
    made, sign = [], sign_with(booth.key)
    for place, (id, body) in enumerate(bodies):
        envelope = sign_envelope(
            id=id,
            kind=PAPER_ACT if proved else VOID_ACT,
            version=1,
            booth=booth.id,
            made_at=at + timedelta(seconds=10 * place),
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
        # The seeded vote's officials have not signed for booths that came after it.
        election = elections.draw_up(centre, demo_vote.plan((at - timedelta(days=1)).replace(microsecond=0)))
        elections.open_vote(centre, election)
        made = []
        for place in range(count):
            ballot = seeded_town.mark(centre, election, card, place % 2, None)
            moment = at - timedelta(minutes=count - place)
            made.append(hand.ballot(seeded_town.cast(election, booth.id, card, ballot, moment)))
        return made
    finally:
        centre.store.close()


def pem(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def make_acts(
    town: Town, booth: Booth, count: int, at: datetime, *, proved: bool = False, processes: int = 2
) -> list[Envelope]:
    """`count` chained acts of one booth; sealing is spread over processes. `proved`: by the town's cards."""
    step = max(1, min(500, count // processes))
    parts = [range(first, min(first + step, count + 1)) for first in range(1, count + 1, step)]
    start = (at - timedelta(seconds=10 * count + 60)).replace(microsecond=0)
    work = partial(
        sealed,
        booth,
        pem(town.public_key("sealing")),
        at=start,
        municipality=town.municipality,
        holders=town.holders if proved else (),
    )
    with ProcessPoolExecutor(processes) as pool:
        bodies = [body for part in pool.map(work, parts) for body in part]
    return chain(booth, bodies, start, proved=proved)


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
