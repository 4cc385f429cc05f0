"""Who did an act, and what proves it: what a card signs, and what lies beside the act under the seal. No I/O.

An envelope proves which booth sent it. That a resident acted only their card can say; so a booth that is stolen or
cracked makes no act of a resident.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer

from municipality.messages import Message, MessageRefused
from municipality.residents import Value


class Proof(StrEnum):
    """What must stand behind an act of a kind before it counts.

    CARD: signed by the card of whoever acts, after its PIN. BOOTH: the envelope's signature alone. OIDC and CLERK: done
    at the town hall's own pages; a sign-in, or an officer's session, that the centre itself has checked. No booth can
    send those two.
    """

    CARD = "card"
    BOOTH = "booth"
    OIDC = "oidc"
    CLERK = "clerk"


class PinAge(StrEnum):
    """How fresh the PIN behind a card's signature must be. FRESH: typed within the last minute, for what somebody who
    finds the card still in the reader must not do. VISIT: typed once since the card came in."""

    FRESH = "fresh"
    VISIT = "visit"


# In front of what a card signs: the signature under an act is good for nothing else that a card signs.
ACT_CONTEXT = b"municipal-atm act v1\0"


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def _spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _its_one_spelling(value: object) -> object:
    """Raises ValueError for any other: one instant has one text, and one that is near the end of time has none."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        raise ValueError("not an instant")
    return value


# An instant as the line has it (docs/wire.md): UTC, whole seconds, 20 characters.
Instant = Annotated[
    AwareDatetime, BeforeValidator(_its_one_spelling), PlainSerializer(_spelled, return_type=str, when_used="json")
]


@dataclass(frozen=True)
class Statement:
    """What a card signs, after ACT_CONTEXT. `act`: the envelope's id; `body`: hex SHA-256 of the act's text; `person`:
    the card's holder, as the roll numbers them, "" for a technician's card."""

    municipality: str
    kind: str
    act: str
    person: str
    booth: str
    at: datetime
    body: str

    def signed(self) -> bytes:
        """Canonical JSON (RFC 8785): the keys stand in their order."""
        fields = {
            "act": self.act,
            "at": _spelled(self.at),
            "body": self.body,
            "booth": self.booth,
            "kind": self.kind,
            "municipality": self.municipality,
            "person": self.person,
        }
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


class CardProof(Value):
    """A card's word. `certificate`: serial number of its 9A certificate, hex. `signature`: base64, over
    SHA-256(ACT_CONTEXT ‖ Statement): DER ECDSA of a P-256 card, PKCS#1 v1.5 of an RSA-2048 one."""

    card: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    certificate: str = Field(pattern=r"^[1-9a-f][0-9a-f]{0,39}$")
    person: str = Field(max_length=64)
    signature: str = Field(min_length=8, max_length=400, repr=False)


class Head(Message):
    """The first line under the seal: when and where, as the booth says, and the card's word where the kind wants one.

    `at` is corrected by the last learned offset.
    """

    version: Literal[1] = 1
    booth: str = Field(max_length=64)
    at: Instant
    proof: CardProof | None = None

    def with_act(self, act: str) -> bytes:
        """What is sealed: this line, a line feed, and the act's text, which has none (it is canonical JSON)."""
        return f"{self.text()}\n{act}".encode()

    @classmethod
    def apart(cls, body: bytes) -> tuple[Self, bytes]:
        """The head and the act's text out of what was sealed. Raises MessageRefused."""
        head, line_feed, act = body.partition(b"\n")
        if not line_feed:
            raise MessageRefused(f"{cls.__name__}: no act behind it")
        return cls.read(head), act
