"""What a booth would do, by hand: opens a slip with a card, seals a ballot, signs envelopes. For tests only."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from ballot_box import BLANK, Ballot, read_slip, seal_ballot
from ballot_box.officials.body import Office
from ballot_box.officials.signing import STATEMENT, KeySigner, pem_of
from ballot_box.officials.statement import Stated, statement_of
from card_reader import CardImage, Slot
from central.clock import SetClock
from central.demo.cards import TECHNICIANS_NUMBER
from central.demo.seed import MUNICIPALITY
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import intake as ballots
from central.matters.votes.life.elections import all_officials
from central.matters.votes.store import elections
from central.office.booths.admission import Officer
from central.store.line import feed
from municipality.matters.certificates.messages import CertificateAct, VoidAct
from municipality.matters.votes.messages import BallotAct, ClosingAct, Election, VoteItem
from municipality.messages import Message
from municipality.proof import ACT_CONTEXT, CardProof, Head, Statement
from municipality.staff import Role
from sync import Envelope, agree_with, new_id, open_sealed, seal, sign_envelope, sign_with

SIZE = 65_536
TECHNICIAN = Officer("tina", Role.TECHNICIAN)
REGISTRAR = Officer("maria", Role.REGISTRAR)


@dataclass(frozen=True)
class Doing:
    """An act at a booth before it is enveloped: when, and with whose card (None: the booth speaks alone).

    `booth` stands under the seal. `said` bends what the card is made to sign (fields of Statement), `word` what stands
    beside the act as its proof (fields of CardProof), each after all else is as it should be.
    """

    act: Message
    booth: str
    at: datetime
    card: CardImage | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    word: Mapping[str, str] = field(default_factory=dict)

    def but(self, **fields: Any) -> Doing:
        """The same with other fields of its act, which its card signs."""
        return replace(self, act=self.act.model_copy(update=fields))

    def under_seal(self, id: str, kind: str) -> bytes:
        text = self.act.text()
        proof = None if self.card is None else self._proof(self.card, id, kind, text)
        return Head(booth=self.booth, at=self.at, proof=proof).with_act(text)

    def _proof(self, card: CardImage, id: str, kind: str, text: str) -> CardProof:
        assert card.number is not None
        statement = {
            "municipality": MUNICIPALITY,
            "kind": kind,
            "act": id,
            "person": person_of(card),
            "booth": self.booth,
            "at": self.at,
            "body": sha256(text.encode()).hexdigest(),
        }
        word = {
            "card": card.number,
            "certificate": f"{card.certs[Slot.AUTHENTICATION].serial_number:x}",
            "person": statement["person"],
            "signature": base64.b64encode(signed_by(card, Statement(**statement | dict(self.said)))).decode(),
        }
        return CardProof(**word | dict(self.word))


def person_of(card: CardImage) -> str:
    """The resident whose card it is in a seeded town; "" for a technician's."""
    assert card.number is not None
    return "" if card.number == TECHNICIANS_NUMBER else f"R{card.number[-6:]}"


def signed_by(card: CardImage, statement: Statement) -> bytes:
    key, message = card.keys[Slot.AUTHENTICATION], ACT_CONTEXT + statement.signed()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(message, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Booth:
    id: str
    key: ec.EllipticCurvePrivateKey
    centre: ec.EllipticCurvePublicKey
    centre_signing: ec.EllipticCurvePublicKey

    def ballot(self, doing: Doing, **changes: Any) -> Envelope:
        return self.act(doing, **({"ballot": True} | changes))

    def act(self, doing: Doing, **changes: Any) -> Envelope:
        """`changes`: fields of the envelope, its key, or its whole `body`."""
        given = {"kind": doing.act.kind, "version": 1, "booth": self.id, "previous": "", "made_at": doing.at} | changes
        body, sign = given.pop("body", None), sign_with(given.pop("key", self.key))
        id = given.pop("id", None) or new_id(doing.at, ballot=given.get("ballot", False))
        if body is None:
            said = doing.under_seal(id, given["kind"])
            body = seal(said, self.centre, kid="centre", size=SIZE)
        return sign_envelope(id=id, body=body, sign=sign, **given)


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
    notice = notice_of(centre, election)
    (registrar,) = all_officials(centre)[notice.officials].keys(Office.REGISTRAR)
    plain = open_sealed(slip.body, agree_with(key), kid=card.number)
    credential = read_slip(plain, card=card.number, election=election, registrar=registrar)
    setup = ballots.setup_of(notice)
    return seal_ballot(setup, credential, [BLANK if one is None else frozenset({one}) for one in choice])


def cast(election: str, booth: str, card: CardImage, ballot: Ballot, at: datetime) -> Doing:
    act = BallotAct(election=election, ballot=ballot.text)
    return Doing(act, booth, at.replace(microsecond=0), card)


def closing(centre: Centre, election: str, booth: Booth, trackers: Iterable[str], at: datetime) -> Doing:
    """A booth's closing statement that it took these ballots."""
    statement = statement_of(booth.id, notice_of(centre, election).digest(), trackers)
    signature = KeySigner(booth.key).sign(STATEMENT, statement.text)
    stated = Stated(statement, signature, (pem_of(booth.key.public_key()),))
    return Doing(ClosingAct(election=election, stated=stated.text()), booth.id, at.replace(microsecond=0))


def five_vote(town: Town, centre: Centre, *choice: int | None, election: str = "") -> list[str]:
    """As many as it takes for a result, at the first booth, the first answers if nothing is said; their trackers."""
    booth, trackers = town.booth(), []
    voters = [*(town.card("elector", place) for place in range(3)), town.card("staff"), town.card("administration")]
    for card in voters:
        ballot = mark(centre, election or town.election, card, *(choice or (0, 0)))
        act = cast(election or town.election, booth.id, card, ballot, centre.clock())
        assert intake.take(centre, booth.id, booth.ballot(act)).outcome == "accepted"
        trackers.append(ballot.tracker)
    return trackers


def all_state(town: Town, centre: Centre, *taken: Iterable[str], election: str = "") -> None:
    """Every booth of the town makes its closing statement: the first of `taken[0]`, and so on, else nothing."""
    for place in range(len(town.summary["booths"])):
        booth, trackers = town.booth(place), taken[place] if place < len(taken) else ()
        doing = closing(centre, election or town.election, booth, trackers, centre.clock())
        assert intake.take(centre, booth.id, booth.act(doing)).outcome == "accepted"


def certificate(booth: str, number: str, code: str, card: CardImage, at: datetime) -> Doing:
    act = CertificateAct(
        document="family_status",
        number=number,
        code=code,
        as_of=at.date(),
        digest=sha256(number.encode()).hexdigest(),
    )
    return Doing(act, booth, at.replace(microsecond=0), card)


def void(booth: str, number: str, at: datetime) -> Doing:
    """The paper of `certificate` with this number does not count: the booth's own word."""
    act = VoidAct(number=number, document="family_status", digest=sha256(number.encode()).hexdigest())
    return Doing(act, booth, at.replace(microsecond=0))


def paper(town: Town, centre: Centre, number: int = 1, **changes: Any) -> Envelope:
    """The first booth's act of its certificate `number`: 1, 2 or 3; an elector's."""
    booth, prefix = town.booth(), town.summary["booths"][0]["number_prefix"]
    code = ("7F3K-92QD-1M8X-0A4T", "1M8X-0A4T-7F3K-92QD", "92QD-7F3K-0A4T-1M8X")[number - 1]
    doing = certificate(booth.id, f"{prefix}/2026/{number:06d}", code, town.card("elector"), centre.clock())
    return booth.act(doing, **changes)


def at(centre: Centre, moment: datetime) -> Centre:
    """The same centre with its clock standing at `moment`."""
    return replace(centre, clock=SetClock(lambda: moment))


__all__ = [
    "REGISTRAR",
    "TECHNICIAN",
    "Booth",
    "Doing",
    "Town",
    "all_state",
    "at",
    "cast",
    "certificate",
    "closing",
    "five_vote",
    "mark",
    "notice_of",
    "paper",
    "person_of",
    "replace",
    "timedelta",
    "void",
]
