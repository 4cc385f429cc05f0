"""What travels of a vote: the notice, its public credentials, the slip of a card, and the ballot."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from municipality.matters.votes.receipts import Listing
from municipality.messages import Digest, Message, Moment, Words
from municipality.residents import Capacity, Value

BALLOT_ACT: Final = "votes.ballot"
# Ballots in a list of trackers; in Base64 nine bytes are twelve letters.
MOST_LISTED: Final = 160_000


class VoteItem(StrEnum):
    """What a booth pulls of votes. Keys: the election's id, `election/000` of credentials, `card/election` of slips."""

    NOTICE = "votes.notice"
    TRACKERS = "votes.trackers"
    CREDENTIALS = "votes.credentials"
    SLIP = "votes.slip"


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

    kind: Literal["votes.notice"] = "votes.notice"
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
    """A voting slip: the registrar's, sealed to one card, for one election. `credential` never leaves the booth."""

    version: Literal[1] = 1
    card: str
    election: str
    # Whoever has it can vote in the card's name: not even a traceback may show it.
    credential: str = Field(repr=False)


class BallotAct(Message):
    """A ballot's ciphertext. That its holder cast it is the card's word beside it; the act's own instant is the cast's,
    to the second."""

    kind: Literal["votes.ballot"] = "votes.ballot"
    version: Literal[1] = 1
    election: str
    ballot: str = Field(repr=False)
