"""What each screen shows: frozen views. The screen of the same name draws it; words are message ids or `Words`.

Never: a PIN, a private key, anything that the resident must not see.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.desk.technician.views import TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork, Told
from kiosk.identity.own_pin import Unfit
from kiosk.kernel.activity import Activity as Activity
from municipality.failures import Code
from municipality.matter import Category as Category
from municipality.matters.certificates.rules import PaperStanding
from municipality.matters.votes.messages import Question
from municipality.matters.votes.rules import Marks
from municipality.messages import Words
from municipality.residents import FamilyMember


@dataclass(frozen=True)
class Step:
    """Step `number` of `of`; drawn as «Βήμα 2 από 3»."""

    number: int
    of: int


@dataclass(frozen=True)
class Attract:
    """Nobody is here: who we are, what may be decided today, put in your card. `closed`: the nouns of what nobody gets
    here now, and by which code; everything else works."""

    notices: tuple[Words, ...] = ()
    closed: tuple[tuple[str, Code], ...] = ()


@dataclass(frozen=True)
class Closed:
    """The booth cannot serve: why, and (X, N, R codes) what to do. The lobby comes back by itself."""

    code: Code


@dataclass(frozen=True)
class Working:
    """Long work: what it does and how far it is. `may_cancel` is false once something may have been stored."""

    activity: Activity
    step: Step
    may_cancel: bool = False


@dataclass(frozen=True)
class NewPin:
    """The keypad asks for a PIN of one's own: first, and then once more. `typed` counts what was entered so far, so
    that the same fault twice is two faces; `fault`: why the last one could not be taken."""

    step: int
    typed: int = 0
    fault: Unfit | None = None


@dataclass(frozen=True)
class PinEntry:
    """The PIN keypad. `tries_left` is shown before the first digit; `wrong`: the last one was not right;
    `again`: the booth asks once more before an act, because the PIN is more than a minute old; `new`: it is not the
    card's PIN that is asked for, but the one that its holder chooses."""

    tries_left: int
    wrong: bool = False
    again: bool = False
    shortest: int = 6
    longest: int = 8
    new: NewPin | None = None


@dataclass(frozen=True)
class OwnPinSet:
    """The card has its holder's own PIN. The way on goes into the visit."""


@dataclass(frozen=True)
class LostCard:
    """A card is reported lost without it: its number is asked (step 1), then its block code (step 2). `fault`: what
    came of the last try, `wait_seconds`: for how long nobody is asked again; `judged` counts the tries; `letters`:
    with which the numbers of this municipality's cards begin."""

    step: Step
    fault: Code | None = None
    wait_seconds: int = 0
    judged: int = 0
    letters: str = ""


@dataclass(frozen=True)
class LostCardDone:
    """The card is blocked: its number, and since when. No name."""

    card: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Menu:
    """The four categories. `badges`: a word on a tile; `closed`: those in which nothing can be done now; their page
    says why."""

    badges: tuple[tuple[Category, Told], ...] = ()
    closed: frozenset[Category] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One line of a category: `key` comes back in `Choose`. Closed lines say why."""

    key: str
    title: Words
    note: Words
    available: bool = True


@dataclass(frozen=True)
class CategoryPage:
    """What one category offers at this booth. An empty one says honestly that nothing is offered here yet."""

    category: Category
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Ballot:
    """One question. `marks` never prints. `complete`: the way on is open."""

    title: Words
    introduction: Words
    question: Question
    number: int
    of: int
    marks: Marks
    complete: bool
    step: Step
    closes: datetime


@dataclass(frozen=True, repr=False)
class ReviewLine:
    """A question and what was marked; empty `chosen` means blank."""

    question: Words
    chosen: tuple[Words, ...]


@dataclass(frozen=True)
class Review:
    """Everything marked, before it is sealed."""

    title: Words
    lines: tuple[ReviewLine, ...] = field(repr=False)
    step: Step = Step(2, 3)


@dataclass(frozen=True)
class VoteDone:
    """The vote is stored. The way on ends the visit, the way back leads to another service.

    `tracker` as Belenios gives it; `card_out`: the card left while it was being stored.
    """

    title: Words
    tracker: str
    check_url: str
    step: Step = Step(3, 3)
    card_out: bool = False


@dataclass(frozen=True, repr=False)
class CertificateOffer:
    """What the certificate will say, before it is issued: facts one under the other, or the members of the family."""

    title: Words
    share: str
    unit: str
    as_of: date
    facts: tuple[tuple[Words, str], ...]
    members: tuple[FamilyMember, ...]
    standing: PaperStanding
    sample: bool
    step: Step = Step(1, 2)


@dataclass(frozen=True)
class CertificateDone:
    """The paper is out. The way on ends the visit, the way back leads to another service."""

    number: str
    code: str
    check_url: str
    step: Step = Step(2, 2)
    card_out: bool = False


@dataclass(frozen=True)
class Problem:
    """A failure with its code, sentence and way out."""

    code: Code


@dataclass(frozen=True)
class TakeCard:
    """The visit is over; the card is still in the reader."""

    code: Code | None = None


View = (
    Attract
    | Closed
    | Working
    | PinEntry
    | OwnPinSet
    | LostCard
    | LostCardDone
    | Menu
    | CategoryPage
    | Ballot
    | Review
    | VoteDone
    | CertificateOffer
    | CertificateDone
    | Problem
    | TakeCard
    | TechnicianPage
    | TechnicianText
    | TechnicianTouch
    | TechnicianWork
)
