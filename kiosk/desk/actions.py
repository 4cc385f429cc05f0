"""What a resident can do at a screen: frozen events, from touch or key alike."""

from dataclasses import dataclass, field

from card_reader import Pin
from kiosk.devices.scanner import is_code
from municipality.matter import Category


@dataclass(frozen=True)
class EnterPin:
    """The whole PIN, once; the flow hands it to the card and drops it."""

    pin: Pin = field(repr=False)


@dataclass(frozen=True)
class EnterText:
    """A line typed on the screen's keyboard: a technician's setting, a lost card's number or block code."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Scanned:
    """A code that was held before the scanner while a page waited for one. Raises ValueError for what is no code."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_code(self.text):
            raise ValueError("not a code")


@dataclass(frozen=True)
class OpenCategory:
    category: Category


@dataclass(frozen=True)
class Choose:
    """A line of a category, by its key."""

    key: str


@dataclass(frozen=True, repr=False)
class Mark:
    """A touch on answer `index` of the question on the screen."""

    index: int


@dataclass(frozen=True, repr=False)
class MarkBlank:
    """A touch on «Λευκό»."""


@dataclass(frozen=True)
class More:
    """What can be read about what is asked here."""


@dataclass(frozen=True)
class Next:
    """The way on, bottom right: continue, review, confirm, finish."""


@dataclass(frozen=True)
class Back:
    """The way back, bottom left."""


@dataclass(frozen=True)
class Cancel:
    """Ends the visit: what is not confirmed is dropped, the card is to be taken."""


@dataclass(frozen=True)
class Idle:
    """Nobody has touched anything for the booth's time-out."""


Action = EnterPin | EnterText | OpenCategory | Choose | Mark | MarkBlank | Scanned | More | Next | Back | Cancel | Idle


def wants_scan(view: object) -> bool:
    """Whether a page waits for a code: its view says so by a field `scans`, whatever its shape."""
    return getattr(view, "scans", False) is True
