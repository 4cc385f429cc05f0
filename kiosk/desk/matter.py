"""A matter at the booth: what residents find of it in the menu, and their conversations with it.

The desk is given these values and names no matter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.desk.blocks import Row, Told
from kiosk.desk.conversation import Conversation
from kiosk.desk.views import View
from kiosk.desk.work import Progress, shown
from kiosk.identity.signing_in import Session
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import BackOffice, Fact
from municipality.failures import Code
from municipality.matter import Matter
from municipality.register import FAILURES

# Begins a conversation anew, for each replay.
Script = Callable[[], Conversation]


@dataclass(frozen=True, repr=False)
class Anybody:
    """Somebody who has put in no card, for what a conversation reads."""

    booth: Booth


@dataclass(frozen=True, repr=False)
class Here(Anybody):
    """Whose visit it is, for the same."""

    session: Session


@dataclass(frozen=True, repr=False)
class _Telling:
    """`tell` says how far it is."""

    progress: Progress
    activities: tuple[Activity, ...]

    def tell(self, activity: Activity) -> None:
        if activity in self.activities:
            self.progress(shown(self.activities, activity))


@dataclass(frozen=True, repr=False)
class DoingForAnybody(_Telling, Anybody):
    """For what a conversation does where there is no card."""


@dataclass(frozen=True, repr=False)
class Doing(_Telling, Here):
    """For what it does in a visit: the PIN is as fresh as `session` says."""


@dataclass(frozen=True, repr=False)
class Cardless:
    """What anybody may do here without a card: `row` leads to it. `needs`: what the booth must know first, or there is
    nothing behind it."""

    row: Row
    script: Script
    needs: Fact | None = None


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
    anyway; a matter without it has nothing for them in the menu. `cardless`: what needs no card. `samples`: its pages
    with example values, for pictures and tests."""

    back: BackOffice
    prepare: Callable[[Booth, Session], Desk] | None = None
    cardless: tuple[Cardless, ...] = ()
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


def without_card(matters: tuple[BoothMatter, ...], known: Collection[Fact]) -> tuple[Cardless, ...]:
    """What anybody can do now, in the matters' order. `known`: what the shop window has of them."""
    return tuple(one for each in matters for one in each.cardless if one.needs is None or one.needs in known)


def closed_line(row: Row, why: Code) -> Row:
    """The line of what is closed, with the title of the failure that a press would lead to."""
    return replace(row, text=Told(FAILURES[why].title), closed=True)
