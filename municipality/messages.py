"""What every message between booth and centre has in common, and the kinds that belong to no matter.

Down: public matter (signed by the centre), dossiers (signed, then sealed to a card). Up: acts (sealed to the centre),
and what a booth says of itself. Every kind is in `docs/wire.md`. Extra or missing keys are refused, never guessed at.
"""

import json
import zlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    JsonValue,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Value
from municipality.town.contact import Contact
from municipality.town.crest import MOST_BYTES
from municipality.words.bilingual import Words as Words

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[AwareDatetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]


class ItemKind(StrEnum):
    """Kinds of what a booth pulls that belong to no matter. The key: the kind itself, or the card's number."""

    SETTINGS = "settings"
    DOSSIER = "dossier"
    SECTIONS = "sections"


class MessageRefused(ValueError):
    """A message that is not of its kind; says which field, never what stood in it."""


class Message(Value):
    """The common way in and out: canonical JSON text."""

    def text(self) -> str:
        """JSON with sorted keys and no spare space."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """The message in `text`. Raises `MessageRefused` naming the fields at fault and none of their contents."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            places = ", ".join(".".join(map(str, e["loc"])) or "text" for e in error.errors())
        # Out here, so that it does not keep the other one, which holds what was read.
        raise MessageRefused(f"{cls.__name__}: {places}")


class Settings(Message):
    """Signed settings of the whole municipality. `demo` marks every paper and allows shifted clocks.

    Version 2 has a `contact` or a `crest` (SVG that `municipality.town.crest` has cleaned); a town hall that has set
    neither writes version 1 as ever, so that booths of before read it.
    """

    kind: Literal["settings"] = "settings"
    version: Literal[1, 2] = 1
    municipality: str
    name: Words
    demo: bool
    public_url: str
    dossier_days: int = Field(ge=1, le=90)
    crl_grace_hours: int = Field(ge=0, le=24 * 30)
    contact: Contact | None = None
    crest: str = Field(default="", max_length=MOST_BYTES)

    @model_serializer(mode="wrap")
    def _as_its_version(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        if self.version == 1:
            del plain["contact"], plain["crest"]
        return plain

    def model_post_init(self, _context: object) -> None:
        if (self.version == 2) != (self.contact is not None or self.crest != ""):
            raise ValueError("version: contact and crest are version 2's, and nothing else is")

    def telling(self, contact: Contact | None, crest: str) -> Self:
        """The same with these, in the oldest version that can say them. Raises ValidationError."""
        version = 2 if contact or crest else 1
        return self.model_validate({**dict(self), "version": version, "contact": contact, "crest": crest})


# `typ` of the JWS inside a sealed dossier. Booths of before open "dossier" (the text as it is) too.
DOSSIER_TYPE = "dossier+deflate"


_LARGEST_DOSSIER = 256 * 1024


class Dossier(Message):
    """What a booth may know of one resident, once their card has opened it (ballots' credentials are not in it).

    `resident`: their number on the roll, by which acts name the person. `secret`: 32 bytes, hex, another for each
    dossier; under it the card's sections are sealed (municipality.sections). Version 1, of before, has none.
    """

    kind: Literal["dossier"] = "dossier"
    version: Literal[1, 2] = 1
    municipality: str
    card: str
    resident: str = Field(min_length=1, max_length=64)
    sequence: int = Field(ge=1)
    made_at: Moment
    expires_at: Moment
    person: Person
    family: FamilyShare
    capacities: tuple[Capacity, ...]
    secret: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", repr=False)] = ""

    @model_serializer(mode="wrap")
    def _as_its_version(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        if self.version == 1:
            del plain["secret"]
        return plain

    def model_post_init(self, _context: object) -> None:
        if (self.version == 2) != (self.secret != ""):
            raise ValueError("version: a secret is version 2's, and nothing else is")
        if all(member.entry != self.person.entry for member in self.family.members):
            raise ValueError("person: not a member of the family")

    def pack(self) -> bytes:
        """The text, deflated (RFC 1951): the payload of a JWS of type DOSSIER_TYPE. Deflated before it is signed and
        padded, so that one padded size fits nearly every family and the length still tells nothing."""
        squeezing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return squeezing.compress(self.text().encode()) + squeezing.flush()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Reverse of pack(). Raises `MessageRefused`, also for what would grow beyond any dossier."""
        opening = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            text = opening.decompress(packed, _LARGEST_DOSSIER)
            whole = opening.eof and not opening.unused_data
        except zlib.error:
            whole = False
        if not whole:
            raise MessageRefused(f"{cls.__name__}: packed")
        return cls.read(text)

    def is_of_the_future(self, now: datetime) -> bool:
        """Whether it was made after `now` by more than clocks differ: then `now` cannot be right."""
        return now < self.made_at - timedelta(minutes=5)

    @property
    def member(self) -> FamilyMember:
        """The resident's own line in the family record."""
        return next(m for m in self.family.members if m.entry == self.person.entry)


class Sections(Message):
    """What each matter tells the holder of a card, by the section's name (municipality.matter.Section), as it stood at
    `made_at`. One item for every card, signed, padded to one size and sealed under the secret of its `dossier`, which
    is told by its sequence. `sequence` grows with each that is made for the card.
    """

    kind: Literal["sections"] = "sections"
    version: Literal[1] = 1
    municipality: str
    card: str
    dossier: int = Field(ge=1)
    sequence: int = Field(ge=1)
    made_at: Moment
    sections: dict[str, JsonValue] = Field(repr=False)


def sections_info(municipality: str, card: str) -> bytes:
    """By what the key of a card's sections is derived from its dossier's secret (HKDF's `info`)."""
    return "\0".join(("municipal-atm sections v1", municipality, card)).encode()


class BoothStatus(Message):
    """What a booth says of itself at the end of a round: counts and conditions, never a person or a card.

    `alarms` are codes of municipality.failures, `services_off` names of services that the booth has switched off.
    """

    kind: Literal["booth_status"] = "booth_status"
    version: Literal[1] = 1
    at: Moment
    software: str = Field(max_length=80)
    waiting_acts: int = Field(ge=0)
    waiting_ballots: int = Field(ge=0)
    refused: int = Field(ge=0)
    held: int = Field(ge=0)
    set_aside: int = Field(ge=0)
    clock_offset_seconds: int
    disk_free_bytes: int = Field(ge=0)
    disk_total_bytes: int = Field(ge=0)
    paper: Literal["ready", "low", "empty", "unknown", "fault"] = "unknown"
    alarms: tuple[Annotated[str, Field(max_length=8)], ...] = Field(default=(), max_length=32)
    services_off: tuple[Annotated[str, Field(max_length=40)], ...] = Field(default=(), max_length=32)
