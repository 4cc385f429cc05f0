"""What travels of a vote: the notice, its public credentials, the slip of a card, and the ballot."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Annotated, Final, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from assets import pictures
from municipality.enrolment import BOOTH_ID
from municipality.matters.votes.receipts import Listing
from municipality.messages import Digest, Message, Moment, Words
from municipality.residents import Capacity, Value

BALLOT_ACT: Final = "votes.ballot"
# Ballots in a list of trackers; in Base64 nine bytes are twelve letters.
MOST_LISTED: Final = 160_000
CLOSING_ACT: Final = "votes.closing"
# A result of fewer ballots tells who chose what.
LEAST_FLOOR: Final = 5


class VoteItem(StrEnum):
    """What a booth pulls of votes. Keys: the election's id or the referendum's, `election/000` of credentials,
    `card/election` of slips, the fingerprint of officials."""

    NOTICE = "votes.notice"
    TRACKERS = "votes.trackers"
    CREDENTIALS = "votes.credentials"
    SLIP = "votes.slip"
    OFFICIALS = "votes.officials"
    REFERENDUM = "votes.referendum"


class Picture(Value):
    """A picture and, for whoever does not see it, what it shows. `data`: as assets.pictures reads it; that it is plain
    is asked of the whole notice (municipality.matters.votes.rules)."""

    kind: Literal["svg", "png"]
    data: Annotated[str, Field(max_length=2 * pictures.MOST_BYTES)]
    alt: Words

    def shown(self, place: str = "") -> pictures.Shown:
        return pictures.Shown(place, self.kind, self.data, {"el": self.alt.el, "en": self.alt.en})

    @property
    def digest(self) -> str:
        """Hex SHA-256 of its file: what officials are shown, and its address on the site. Raises NotPlain."""
        return self.shown().digest


class Pictured(Value):
    """Something with a picture or, as most, without: then nothing is said of one, as before there were any."""

    text: Words
    note: Words
    picture: Picture | None = None

    @model_serializer(mode="wrap")
    def _without_none(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        if self.picture is None:
            del plain["picture"]
        return plain


class Answer(Pictured):
    pass


class Question(Pictured):
    """One question of a vote: choose between `minimum` and `maximum` answers, or none where `blank` is allowed."""

    answers: tuple[Answer, ...] = Field(min_length=2, max_length=20)
    minimum: int = Field(ge=0)
    maximum: int = Field(ge=1)
    blank: bool

    def pictures(self) -> Iterator[Picture]:
        """Its own and those of its answers."""
        return (one.picture for one in (self, *self.answers) if one.picture is not None)


class Row(Value):
    """A line of a table in an article, such as a work and what it costs."""

    what: Words
    value: Words


class Section(Value):
    """A part of the article («εισήγηση») of a vote: what is proposed, what it costs, what speaks for and against."""

    heading: Words
    paragraphs: tuple[Words, ...] = Field(default=(), max_length=40)
    rows: tuple[Row, ...] = Field(default=(), max_length=40)


class BeleniosRecord(Value):
    """What Belenios wrote at set-up, as it wrote it: the election and its trustees."""

    election: str
    trustees: str


class LeftOut(StrEnum):
    """Why the registrar made no slip for a card of somebody who may vote."""

    KEY_TWICE = "key-twice"
    NO_KEY = "no-key"
    CARD_TWICE = "card-twice"


class Auditors(Value):
    """Auditors' cards («κάρτες ελέγχου») on the roll, whose ballots never count: how many, and the digests of the list
    of them and of what they deposited (ballot_box.officials.records.auditors). Which cards they are no booth is told.
    """

    cards: int = Field(ge=LEAST_FLOOR)
    deposits: Digest
    listed: Digest


class Signature(Value):
    """An official's: `by` the id of the key, `jws` without its content (ballot_box.officials.signing)."""

    by: Digest
    jws: Annotated[str, Field(max_length=1_000)]


class Extension(Value):
    """A later end of a vote: the record as it was signed, and who signed it."""

    record: Annotated[str, Field(max_length=4_000)]
    closes: Moment
    signatures: tuple[Signature, ...]


class Election(Message):
    """An advisory vote as every booth knows it. Binding referendums are on paper (ν. 4555/2018 άρ. 133 κ.ε.).

    All of it but `signatures` and `extensions` is the set-up record that the registrar and a threshold of trustees sign
    (`record`); ballot_box.officials.records reads the same text. The public credentials come as items of their own,
    named here by digest part by part (`parts`) and as a whole. `officials`: the fingerprint of those who sign.
    `booths`: those that take ballots, with the SHA-256 of their public key. `floor`: with fewer ballots it is not
    opened. `roll_size`: with auditors' cards; `audit`: None where there are none, and the record says so. `left_out`:
    cards without a slip, said in public. Version 4 has pictures, which are signed with all the rest; a vote without any
    is written as version 3, as ever.
    """

    kind: Literal["votes.notice"] = "votes.notice"
    version: Literal[3, 4] = 3
    election: str
    title: Words
    introduction: Words
    article: tuple[Section, ...] = Field(default=(), max_length=40)
    questions: tuple[Question, ...] = Field(min_length=1)
    audience: Capacity
    audit: Auditors | None = None
    opens: Moment
    closes: Moment
    grace_hours: int = Field(ge=0, le=24 * 14)
    floor: int = Field(ge=LEAST_FLOOR)
    quorum_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    roll_size: int
    roll_digest: Digest
    tool: str
    belenios: BeleniosRecord
    parts: tuple[Digest, ...] = Field(min_length=1)
    credentials_digest: Digest
    officials: str
    booths: dict[Annotated[str, Field(pattern=BOOTH_ID)], Digest]
    left_out: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")], LeftOut] = Field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def model_post_init(self, _context: object) -> None:
        if self.version != version_of(self.questions):
            raise ValueError("version: 4 has pictures, and 3 has none")

    def pictures(self) -> Iterator[Picture]:
        return chain.from_iterable(question.pictures() for question in self.questions)

    def record(self) -> str:
        """The set-up record, canonical JSON: what is signed."""
        plain = self.model_dump(mode="json", exclude={"signatures", "extensions"})
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Hex SHA-256 of the record: what may never change under one election's number."""
        return hashlib.sha256(self.record().encode()).hexdigest()

    @property
    def electors(self) -> int:
        """Cards whose ballots count: the roll without auditors' cards."""
        return self.roll_size - (self.audit.cards if self.audit else 0)

    @property
    def ends(self) -> datetime:
        """The closing instant, with the extensions that are in it; whether they are signed is not asked here."""
        return max([self.closes, *(one.closes for one in self.extensions)])

    def part_key(self, part: int) -> str:
        """The key of the item with this part of the credentials."""
        return credentials_key(self.election, part)


def version_of(questions: Sequence[Question]) -> Literal[3, 4]:
    """Which version of a notice says all of these."""
    return 4 if any(True for question in questions for _ in question.pictures()) else 3


def credentials_key(election: str, part: int) -> str:
    return f"{election}/{part:03d}"


class Credentials(Message):
    """A part of an election's public credentials, in the order of the list (`ballot_box.split` made it)."""

    kind: Literal["votes.credentials"] = "votes.credentials"
    version: Literal[1] = 1
    election: str
    part: int = Field(ge=0)
    credentials: tuple[str, ...] = Field(max_length=2_000)


class Trackers(Message):
    """Where each ballot of a vote stands, as the public board stood at `as_of`. `over`: it grows no more. `ballots`: as
    municipality.matters.votes.receipts.pack makes it, nine bytes a ballot."""

    kind: Literal["votes.trackers"] = "votes.trackers"
    version: Literal[1] = 1
    election: str
    as_of: Moment
    over: bool
    ballots: str = Field(max_length=MOST_LISTED * 12, repr=False)

    def model_post_init(self, _context: object) -> None:
        Listing(self.ballots)


class Slip(Message):
    """A voting slip: made and signed by the registrar, sealed to one card, for one election. What is in it never leaves
    the booth; ballot_box.read_slip reads it."""

    version: Literal[2] = 2
    card: str
    election: str
    # Whoever has it can vote in the card's name: not even a traceback may show it.
    credential: str = Field(repr=False)
    signature: str


class OfficialsNotice(Message):
    """officials.json of one term, as its officials signed it (ballot_box.officials.body). The key: its fingerprint."""

    kind: Literal["votes.officials"] = "votes.officials"
    version: Literal[1] = 1
    officials: Annotated[str, Field(max_length=200_000)]


# Votes that a resident is told of at once, the newest first; those before are counted.
MOST_TOLD: Final = 8


class ToldVote(Value):
    """Whether a ballot of the resident's stands on the board of a vote that is over. No tracker, no hour, no choice."""

    election: str = Field(max_length=40)
    recorded: bool


class VotesTold(Message):
    """Of the votes that are over and can still be appealed against, those on whose roll the resident stood: the newest
    first, and how many `more` there are."""

    votes: tuple[ToldVote, ...] = Field(default=(), max_length=MOST_TOLD, repr=False)
    more: int = Field(default=0, ge=0, le=999, repr=False)


class BallotAct(Message):
    """A ballot's ciphertext. That its holder cast it is the card's word beside it; the act's own instant is the cast's,
    to the second."""

    kind: Literal["votes.ballot"] = "votes.ballot"
    version: Literal[1] = 1
    election: str
    ballot: str = Field(repr=False)


class ClosingAct(Message):
    """A booth's closing statement of one vote, signed with its key (ballot_box.officials.statement)."""

    kind: Literal["votes.closing"] = "votes.closing"
    version: Literal[1] = 1
    election: str
    # It ties ballots to a booth: for officials, and in no log.
    stated: str = Field(repr=False)
