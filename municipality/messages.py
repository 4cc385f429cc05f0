"""Every kind of message that travels between booth and centre, with its version. `docs/wire.md` carries them all.

Down: public matter (signed by the centre), dossiers (signed, then sealed to a card), voting slips (the registrar's).
Up: acts and ballots (sealed to the centre). Extra or missing keys are refused, never guessed at.
"""

import json
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, PlainSerializer, ValidationError

from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Value

Moment = Annotated[AwareDatetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]


class ItemKind(StrEnum):
    """Kinds of what a booth pulls. The `key` of an item: the election's id, the card number, or the kind itself."""

    SETTINGS = "settings"
    REVOCATIONS = "crl"
    ELECTION = "election"
    DOSSIER = "dossier"
    SLIP = "slip"


class ActKind(StrEnum):
    """Kinds of envelope that a booth sends. Ballots travel outside the booth's chain (docs/wire.md)."""

    BALLOT = "ballot"
    CERTIFICATE = "certificate"


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


class Election(Message):
    """An advisory vote as every booth knows it. Binding referendums are on paper (ν. 4555/2018 άρ. 133 κ.ε.)."""

    kind: Literal["election"] = "election"
    version: Literal[1] = 1
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


class CertificateAct(Message):
    """Body of a certificate's envelope: what was sealed under which number, for whom (by card)."""

    kind: Literal["certificate"] = "certificate"
    version: Literal[1] = 1
    number: str
    code: str
    document: Literal["family_status"] = "family_status"
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
