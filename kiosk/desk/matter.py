"""A matter at the booth: what residents find of it in the menu, and an act of theirs from first page to outcome.

The desk is given these values and names no matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Protocol

from assets.texts import catalogue
from kiosk.desk.actions import Action
from kiosk.desk.guest import Outcome
from kiosk.desk.technician.views import Told
from kiosk.desk.views import Entry, View, Working
from kiosk.desk.work import Job
from kiosk.identity.signing_in import Session
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import BackOffice
from municipality.failures import Code
from municipality.matter import Matter
from municipality.messages import Words
from municipality.register import FAILURES


class Way(Enum):
    """Where an action leads: to the errand's own page, to the act itself, or back to the category."""

    HERE = auto()
    ON = auto()
    OUT = auto()


class Errand(Protocol):
    """One act of a resident. From `start` on the card may leave, and its outcome is still told."""

    @property
    def not_begun(self) -> Code:
        """The PIN was asked once more, and nothing was done."""

    @property
    def not_sure(self) -> Code:
        """It broke, and nobody can say what came of it."""

    def view(self) -> View:
        """The page that it is at."""

    def act(self, action: Action) -> Way:
        """What was touched on that page."""

    def start(self, session: Session) -> tuple[Working, Job]:
        """The act itself, with the PIN as fresh as the session says; again after the PIN was asked once more."""

    def finished(self, result: object) -> Outcome | None:
        """The outcome; None for what the job cannot have given."""


class Desk(Protocol):
    """What one resident finds of a matter in this visit."""

    def badge(self) -> Told | None:
        """A word on the tile of its category."""

    def entries(self, why: Code | None) -> tuple[Entry, ...]:
        """Its lines in the category. `why`: nobody gets it here now."""

    def open(self, key: str) -> Errand | Code | None:
        """The errand behind a line, or why it cannot be begun; None for a line that is not its own."""


@dataclass(frozen=True)
class BoothMatter:
    """What the booth does for one matter. `prepare` reads what it has for a resident, once, while their card is asked
    anyway; a matter without it has nothing for them in the menu."""

    back: BackOffice
    prepare: Callable[[Booth, Session], Desk] | None = None

    @property
    def matter(self) -> Matter:
        return self.back.matter


@dataclass(frozen=True, repr=False)
class Offered:
    """A matter and what it has for the resident whose card is in."""

    matter: Matter
    desk: Desk


def offered(matters: tuple[BoothMatter, ...], booth: Booth, session: Session) -> tuple[Offered, ...]:
    """Reads what every matter has for this resident. Not for the counter's thread."""
    return tuple(Offered(one.matter, one.prepare(booth, session)) for one in matters if one.prepare is not None)


def closed_line(entry: Entry, why: Code) -> Entry:
    """The line of what is closed, with the title of the failure that a press would lead to."""
    title = FAILURES[why].title
    note = Words(el=catalogue("el").gettext(title), en=catalogue("en").gettext(title) or title)
    return replace(entry, note=note, available=False)
