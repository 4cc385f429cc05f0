"""Every kind of message that travels between booth and centre, with its version. `docs/wire.md` carries them all.

Down: public matter (signed by the centre), dossiers (signed, then sealed to a card), voting slips (the registrar's).
Up: acts and ballots (sealed to the centre). Extra or missing keys are refused, never guessed at.
"""

import json
import zlib
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Value

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[AwareDatetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]


class ItemKind(StrEnum):
    """Kinds of what a booth pulls. The `key` of an item: the election's id, the card number, or the kind itself.

    Credentials have `election/000`, slips `card/election`.
    """

    SETTINGS = "settings"
    REVOCATIONS = "crl"
    ELECTION = "election"
    CREDENTIALS = "credentials"
    DOSSIER = "dossier"
    SLIP = "slip"
    TECHNICIANS = "technicians"
    BLOCK_CODES = "block_codes"


class ActKind(StrEnum):
    """Kinds of envelope that a booth sends. Ballots travel outside the booth's chain (docs/wire.md)."""

    BALLOT = "ballot"
    CERTIFICATE = "certificate"
    TECHNICIAN = "technician"
    CARD_BLOCK = "card_block"


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


class Words(Value):
    """One sentence of the municipality's own, in Greek and English."""

    el: str
    en: str

    def in_language(self, language: str) -> str:
        """English for English, Greek for every other language: the Greek words are the ones that were decided, and
        nobody's translation may stand between a resident and the question of a vote."""
        return self.en if language == "en" else self.el


class Settings(Message):
    """Signed settings of the whole municipality. `demo` marks every paper and allows shifted clocks."""

    kind: Literal["settings"] = "settings"
    version: Literal[1] = 1
    municipality: str
    name: Words
    demo: bool
    public_url: str
    dossier_days: int = Field(ge=1, le=90)
    crl_grace_hours: int = Field(ge=0, le=24 * 30)


class Revocations(Message):
    """The card authority's revocation list (RFC 5280, DER, base64)."""

    kind: Literal["crl"] = "crl"
    version: Literal[1] = 1
    crl: str


class Answer(Value):
    text: Words
    note: Words


class Question(Value):
    """One question of a vote: choose between `minimum` and `maximum` answers, or none where `blank` is allowed."""

    text: Words
    note: Words
    answers: tuple[Answer, ...] = Field(min_length=2, max_length=20)
    minimum: int = Field(ge=0)
    maximum: int = Field(ge=1)
    blank: bool


class BeleniosRecord(Value):
    """What Belenios wrote at set-up, as it wrote it: the election, its trustees, the public credentials."""

    election: str
    trustees: str
    credentials: tuple[str, ...]


class LeftOut(StrEnum):
    """Why the registrar made no slip for a card of somebody who may vote."""

    KEY_TWICE = "key-twice"
    NO_KEY = "no-key"
    CARD_TWICE = "card-twice"


class Election(Message):
    """An advisory vote as every booth knows it. Binding referendums are on paper (ν. 4555/2018 άρ. 133 κ.ε.).

    Version 1 carries the public credentials; version 2 names them by digest, part by part (`parts`) and as a whole
    (`credentials_digest`), and they come as items of their own. `left_out`: cards without a slip, said in public; the
    key is there only where a card is, so that booths of before read every other notice.
    """

    kind: Literal["election"] = "election"
    version: Literal[1, 2] = 1
    election: str
    title: Words
    introduction: Words
    questions: tuple[Question, ...] = Field(min_length=1)
    audience: Capacity
    opens: Moment
    closes: Moment
    roll_size: int
    roll_digest: str
    tool: str
    belenios: BeleniosRecord
    parts: tuple[Digest, ...] = ()
    credentials_digest: str = ""
    left_out: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")], LeftOut] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _without_nobody(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        return plain if self.left_out else {name: value for name, value in plain.items() if name != "left_out"}

    def model_post_init(self, _context: object) -> None:
        apart = bool(self.parts) and bool(self.credentials_digest) and not self.belenios.credentials
        whole = not self.parts and not self.credentials_digest
        if not (apart if self.version == 2 else whole):
            raise ValueError("parts: the credentials are named by version 2 and carried by version 1")

    def part_key(self, part: int) -> str:
        """The key of the item with this part of the credentials."""
        return credentials_key(self.election, part)


def credentials_key(election: str, part: int) -> str:
    return f"{election}/{part:03d}"


class Credentials(Message):
    """A part of an election's public credentials, in the order of the list (`ballot_box.split` made it)."""

    kind: Literal["credentials"] = "credentials"
    version: Literal[1] = 1
    election: str
    part: int = Field(ge=0)
    credentials: tuple[str, ...] = Field(max_length=2_000)


# `typ` of the JWS inside a sealed dossier. Booths of before open "dossier" (the text as it is) too.
DOSSIER_TYPE = "dossier+deflate"
_LARGEST_DOSSIER = 256 * 1024


class Dossier(Message):
    """What a booth may know of one resident, once their card has opened it (ballots' credentials are not in it)."""

    kind: Literal["dossier"] = "dossier"
    version: Literal[1] = 1
    municipality: str
    card: str
    sequence: int = Field(ge=1)
    made_at: Moment
    expires_at: Moment
    person: Person
    family: FamilyShare
    capacities: tuple[Capacity, ...]

    def model_post_init(self, _context: object) -> None:
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


class Slip(Message):
    """A voting slip: the registrar's, sealed to one card, for one election. `credential` never leaves the booth."""

    version: Literal[1] = 1
    card: str
    election: str
    credential: str = Field(repr=False)


class BallotAct(Message):
    """Body of a ballot's envelope: the ciphertext, and the card's word that its holder cast it.

    `signature`: base64 DER ECDSA P-256 by the card's 9A key over SHA-256(BALLOT_CONTEXT ‖ `signed_part()`).
    `cast_at` is the booth's claim in UTC, corrected by the last learned offset, to the second.
    """

    kind: Literal["ballot"] = "ballot"
    version: Literal[1] = 1
    election: str
    booth: str
    cast_at: Moment
    ballot: str = Field(repr=False)
    certificate: str
    signature: str

    def signed_part(self) -> bytes:
        return ballot_statement(self.election, self.booth, self.cast_at, self.ballot)


BALLOT_CONTEXT = b"municipal-atm ballot v1\0"


def ballot_statement(election: str, booth: str, cast_at: datetime, ballot: str) -> bytes:
    """The bytes a card signs for a vote: canonical JSON of the four fields."""
    fields = {"ballot": ballot, "booth": booth, "cast_at": cast_at.isoformat(), "election": election}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class CertificateFate(StrEnum):
    """How the paper ended. An issued number is never used again; what may not have come out whole is void."""

    ISSUED = "issued"
    VOID = "void"


# Which certificate it is.
Document = Literal["family_status"]


class CertificateAct(Message):
    """Body of a certificate's envelope: what was sealed under which number, for whom (by card)."""

    kind: Literal["certificate"] = "certificate"
    version: Literal[1] = 1
    number: str
    code: str
    document: Document = "family_status"
    card: str
    booth: str
    issued_at: Moment
    as_of: date
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    fate: CertificateFate = CertificateFate.ISSUED


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


class Technicians(Message):
    """Who may open the technician's pages, by card number; `booths` narrows a card to some booths (none named: all).

    The card's certificate must name the role as well: neither alone opens the door.
    """

    kind: Literal["technicians"] = "technicians"
    version: Literal[1] = 1
    cards: tuple[Annotated[str, Field(max_length=40)], ...] = Field(max_length=500)
    booths: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def admits(self, card: str, booth: str) -> bool:
        """Whether this card opens this booth's pages."""
        return card in self.cards and (card not in self.booths or booth in self.booths[card])


class TechnicianAct(Message):
    """Body of a technician's envelope: what was done at which booth with which card. Never a resident's data.

    `what` is a short name such as "paper.changed"; `about` the thing it was done to. `before` and `after`: of a setting
    that was changed, its values (records of before have none).
    """

    kind: Literal["technician"] = "technician"
    version: Literal[1] = 1
    card: str = Field(max_length=40)
    booth: str = Field(max_length=64)
    at: Moment
    what: str = Field(pattern=r"^[a-z]+(\.[a-z_]+)?$", max_length=40)
    about: str = Field(default="", max_length=200)
    before: str = Field(default="", max_length=300)
    after: str = Field(default="", max_length=300)


LARGEST_BLOCK_CODES = 2_000


class BlockCodes(Message):
    """For some of the cards in use, by card number, what tells whether a block code is theirs: a slow hash, as
    `card_reader.block_code_hash` writes it. Items have the keys "000" upwards."""

    kind: Literal["block_codes"] = "block_codes"
    version: Literal[1] = 1
    entries: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")],
        Annotated[str, Field(pattern=r"^scrypt\$14\$8\$1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$")],
    ] = Field(max_length=LARGEST_BLOCK_CODES)


class CardBlockAct(Message):
    """Body of a card_block envelope: whoever had the card number and its block code reported the card lost.

    `at` is the booth's claim in UTC, corrected by the last learned offset. Undone only at the counter.
    """

    kind: Literal["card_block"] = "card_block"
    version: Literal[1] = 1
    card: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    booth: str = Field(max_length=64)
    at: Moment
    by: Literal["block_code"] = "block_code"
