"""What a booth would do, by hand: opens a slip with a card, seals a ballot, signs envelopes. For tests only."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, load_pem_public_key

from ballot_box import BLANK, Ballot, read_slip, seal_ballot
from card_reader import CardImage, Slot
from central.clock import SetClock
from central.kernel.centre import Centre
from central.matters.votes import intake as ballots
from central.matters.votes.store import elections
from central.office.booths.admission import Officer
from central.store.line import feed
from municipality.matters.certificates.messages import CertificateAct, CertificateFate
from municipality.matters.votes.messages import BALLOT_CONTEXT, BallotAct, Election, VoteItem, ballot_statement
from municipality.staff import Role
from sync import Envelope, agree_with, open_sealed, seal, sign_envelope, sign_with

SIZE = 65_536
TECHNICIAN = Officer("tina", Role.TECHNICIAN)
REGISTRAR = Officer("maria", Role.REGISTRAR)


@dataclass(frozen=True)
class Booth:
    id: str
    key: ec.EllipticCurvePrivateKey
    centre: ec.EllipticCurvePublicKey
    centre_signing: ec.EllipticCurvePublicKey

    def ballot(self, act: BallotAct, **changes: Any) -> Envelope:
        fields = {"kind": "votes.ballot", "version": 1, "ballot": True} | changes
        return self._envelope(act.text(), act.cast_at, **fields)

    def act(self, act: CertificateAct, **changes: Any) -> Envelope:
        return self._envelope(act.text(), act.issued_at, **({"kind": "certificates.paper", "version": 1} | changes))

    def _envelope(self, text: str, at: datetime, **fields: Any) -> Envelope:
        body = fields.pop("body", None) or seal(text.encode(), self.centre, kid="centre", size=SIZE)
        sign = sign_with(fields.pop("key", self.key))
        fields = {"booth": self.id, "previous": "", "made_at": at} | fields
        return sign_envelope(body=body, sign=sign, **fields)


@dataclass(frozen=True)
class Town:
    """A seeded folder, and its summary."""

    folder: Path
    summary: dict[str, Any]

    @property
    def home(self) -> Path:
        return self.folder / "centre"

    @property
    def election(self) -> str:
        return str(self.summary["election"])

    def card(self, kind: str, place: int = 0) -> CardImage:
        files = [card["file"] for card in self.summary["cards"] if card["kind"] == kind]
        return CardImage.from_json(json.dumps(json.loads((self.folder / files[place]).read_text())["image"]))

    def booth(self, place: int = 0) -> Booth:
        home = self.folder / "booths" / self.summary["booths"][place]["id"]
        key = load_pem_private_key((home / "keys" / "signing.pem").read_bytes(), None)
        sealing, signing = (
            load_pem_public_key((home / "anchors" / f"centre-{name}.pem").read_bytes())
            for name in ("sealing", "signing")
        )
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert isinstance(sealing, ec.EllipticCurvePublicKey)
        assert isinstance(signing, ec.EllipticCurvePublicKey)
        return Booth(home.name, key, sealing, signing)


def notice_of(centre: Centre, election: str) -> Election:
    with centre.store.reading() as tx:
        held = elections.find(tx, election)
    assert held is not None
    return Election.read(held.notice)


def mark(centre: Centre, election: str, card: CardImage, *choice: int | None) -> Ballot:
    """A ballot of `card`: for each question the answer, or None for blank. As a booth does it."""
    assert card.number is not None
    with centre.store.reading() as tx:
        slip = feed.find(tx, VoteItem.SLIP, f"{card.number}/{election}")
    assert slip is not None
    key = card.keys[Slot.KEY_MANAGEMENT]
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    credential = read_slip(
        open_sealed(slip.body, agree_with(key), kid=card.number), card=card.number, election=election
    )
    setup = ballots.setup_of(notice_of(centre, election))
    return seal_ballot(setup, credential, [BLANK if one is None else frozenset({one}) for one in choice])


def sign_act(act: BallotAct, card: CardImage) -> BallotAct:
    """The same act with the card's word on it as it stands now."""
    key = card.keys[Slot.AUTHENTICATION]
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    statement = ballot_statement(act.election, act.booth, act.cast_at, act.ballot)
    signature = key.sign(BALLOT_CONTEXT + statement, ec.ECDSA(hashes.SHA256()))
    certificate = card.certs[Slot.AUTHENTICATION].public_bytes(Encoding.DER)
    return act.model_copy(
        update={
            "signature": base64.b64encode(signature).decode(),
            "certificate": base64.b64encode(certificate).decode(),
        }
    )


def cast(election: str, booth: str, card: CardImage, ballot: Ballot, at: datetime) -> BallotAct:
    draft = BallotAct(
        election=election,
        booth=booth,
        cast_at=at.replace(microsecond=0),
        ballot=ballot.text,
        certificate="",
        signature="",
    )
    return sign_act(draft, card)


def certificate(booth: str, number: str, code: str, card: str, at: datetime) -> CertificateAct:
    return CertificateAct(
        document="family_status",
        number=number,
        code=code,
        card=card,
        booth=booth,
        issued_at=at,
        as_of=at.date(),
        digest=sha256(number.encode()).hexdigest(),
        fate=CertificateFate.ISSUED,
    )


def paper(town: Town, centre: Centre, number: int = 1, **changes: Any) -> Envelope:
    """The first booth's act of its certificate `number`: 1, 2 or 3."""
    booth, prefix = town.booth(), town.summary["booths"][0]["number_prefix"]
    code = ("7F3K-92QD-1M8X-0A4T", "1M8X-0A4T-7F3K-92QD", "92QD-7F3K-0A4T-1M8X")[number - 1]
    act = certificate(booth.id, f"{prefix}/2026/{number:06d}", code, "c", centre.clock().replace(microsecond=0))
    return booth.act(act, **changes)


def at(centre: Centre, moment: datetime) -> Centre:
    """The same centre with its clock standing at `moment`."""
    return replace(centre, clock=SetClock(lambda: moment))


__all__ = [
    "REGISTRAR",
    "TECHNICIAN",
    "Booth",
    "Town",
    "at",
    "cast",
    "certificate",
    "mark",
    "notice_of",
    "paper",
    "replace",
    "sign_act",
    "timedelta",
]
