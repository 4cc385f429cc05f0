"""A matter at the booth: what residents find of it in the menu, and their conversations with it.

The desk is given these values and names no matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.desk.blocks import Row, Told
from kiosk.desk.conversation import Conversation
from kiosk.desk.views import View
from kiosk.desk.work import Progress, shown
from kiosk.identity.signing_in import Session
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import BackOffice
from municipality.failures import Code
from municipality.matter import Matter
from municipality.register import FAILURES

# Begins a conversation anew, for each replay.
Script = Callable[[], Conversation]


@dataclass(frozen=True, repr=False)
class Here:
    """Whose visit it is, for what a conversation reads."""

    booth: Booth
    session: Session


@dataclass(frozen=True, repr=False)
class Doing(Here):
    """The same for what it does: the PIN is as fresh as `session` says, and `tell` says how far it is."""

    progress: Progress
    activities: tuple[Activity, ...]

    def tell(self, activity: Activity) -> None:
        if activity in self.activities:
            self.progress(shown(self.activities, activity))


class Desk(Protocol):
    """What one resident finds of a matter in this visit."""

    def badge(self) -> Told | None:
        """A word on the tile of its category."""

    def entries(self, why: Code | None) -> tuple[Row, ...]:
        """Its lines in the category. `why`: nobody gets it here now."""

    def open(self, key: str) -> Script | Code | None:
        """The conversation behind a line, or why it cannot be begun; None for a line that is not its own."""


@dataclass(frozen=True)
class BoothMatter:
    """What the booth does for one matter. `prepare` reads what it has for a resident, once, while their card is asked
    anyway; a matter without it has nothing for them in the menu. `samples`: its pages with example values, for pictures
    and tests."""

    back: BackOffice
    prepare: Callable[[Booth, Session], Desk] | None = None
    samples: Callable[[], Mapping[str, View]] = dict

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


def closed_line(row: Row, why: Code) -> Row:
    """The line of what is closed, with the title of the failure that a press would lead to."""
    return replace(row, text=Told(FAILURES[why].title), closed=True)
