"""What stands on the screen: a page's shape (kiosk.desk.pages), or one of the screens that are like no other.

Never: a PIN, a private key, anything that the resident must not see.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.desk.blocks import Row, Text, Told
from kiosk.desk.pages import Choice, Done, Form, List, Problem, Read, Review, Scan, Step, Sure, Work
from kiosk.desk.technician.touch import TouchMark
from kiosk.identity.own_pin import Unfit
from municipality.failures import Code
from municipality.matter import Category
from municipality.messages import Words


def _(message: str) -> str:
    return message


# What residents call the categories.
TITLES = {
    Category.FINANCIAL: _("Financial transactions"),
    Category.SOCIAL: _("Social services"),
    Category.DOCUMENTS: _("Administrative information & certificates"),
    Category.PARTICIPATION: _("Participation"),
}


# The list of what needs no card.
WITHOUT_CARD = "without-card"

# What a category says that has nothing in it yet, and where to go instead.
EMPTY = (
    Told(_("Nothing is offered here yet. The town hall adds services to this booth step by step.")),
    Told(_("For these matters please go to the municipal office.")),
)


@dataclass(frozen=True)
class Attract:
    """Nobody is here: who we are, what may be decided today, put in your card. `closed`: the nouns of what nobody gets
    here now, and by which code; everything else works. `cardless`: what needs no card."""

    notices: tuple[Words, ...] = ()
    closed: tuple[tuple[str, Code], ...] = ()
    cardless: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Closed:
    """The booth cannot serve: why, and (X, N, R codes) what to do. The lobby comes back by itself."""

    code: Code


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
class LostCard:
    """A card is reported lost without it: its number is asked (step 1), then its block code (step 2). `fault`: what
    came of the last try, `wait_seconds`: for how long nobody is asked again; `judged` counts the tries; `letters`:
    with which the numbers of this municipality's cards begin."""

    step: Step
    fault: Code | None = None
    wait_seconds: int = 0
    judged: int = 0
    letters: str = ""


class TileState(StrEnum):
    """What a resident can do in a category: something waits for them, something can be done, nothing because it is
    closed to them now, or nothing because there is nothing."""

    WAITING = "waiting"
    READY = "ready"
    CLOSED = "closed"
    EMPTY = "empty"


@dataclass(frozen=True)
class Tile:
    """One category on the menu. `badge`: a word on what waits there; `reason`: why nothing can be done, and whether it
    is their `own`, about this resident alone; `elsewhere`: until then the municipal office does it."""

    category: Category
    state: TileState = TileState.READY
    badge: Told | None = None
    reason: Text | None = None
    elsewhere: bool = False
    own: bool = False


@dataclass(frozen=True)
class Menu:
    """The four categories, those with something to do first (kiosk.desk.catalogue)."""

    tiles: tuple[Tile, ...] = tuple(Tile(category) for category in Category)


@dataclass(frozen=True)
class TakeCard:
    """The visit is over; the card is still in the reader."""

    code: Code | None = None


View = (
    Attract
    | Closed
    | PinEntry
    | LostCard
    | Menu
    | TakeCard
    | TouchMark
    | List
    | Choice
    | Form
    | Scan
    | Read
    | Review
    | Done
    | Work
    | Problem
    | Sure
)
