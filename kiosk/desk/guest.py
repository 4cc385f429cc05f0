"""Whom the booth serves, one at a time, and what their answers to it are. The lobby knows no more of anybody than this.

Never: a service by its name, or which of the guests it is.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from card_reader import Connection
from kiosk.desk.actions import Action
from kiosk.desk.pages import Problem
from kiosk.desk.technician.departure import Departure
from kiosk.desk.views import TakeCard, View
from kiosk.desk.work import Job
from kiosk.identity.signing_in import SignInRefused
from kiosk.kernel.closures import Around
from municipality.failures import BoothCode

# What still holds the card of a guest who is forgotten, and is closed on the card's lane.
Leftover = Connection | Departure

# How long what came of an act stands; and a word to somebody who has only just taken their card.
FAREWELL = timedelta(seconds=30)
REMOVED = timedelta(seconds=8)


@dataclass(frozen=True)
class Show:
    """What stands on the screen next, and work to run."""

    view: View
    work: Job | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of an act. `cardless`: the same without what only a card in the reader can go on with, where that is
    another view."""

    # Both are made here, where it is known what they mean; the lobby only picks one.
    view: View
    cardless: View | None = None

    @property
    def without_card(self) -> View:
        return self.view if self.cardless is None else self.cardless


@dataclass(frozen=True)
class Shown:
    """`outcome` was shown with the card in, and stands until `until` also when the card leaves. `act`: it is an act's,
    and whoever takes their card later still reads it for a moment; otherwise a refusal, which goes with the card.

    The lane's word and the reader's come in any order: a card that is pulled while it works is an error of its line at
    once, and «no card» of the reader up to half a second later. Whichever comes first, the outcome stands as long.
    """

    outcome: Outcome
    until: datetime
    act: bool = True

    def stands(self, now: datetime) -> datetime | None:
        """Until when it stands for somebody who takes their card now; None: it was read and need not be told again."""
        if self.act:
            return max(self.until, now + REMOVED)
        return self.until if now < self.until else None


@dataclass(frozen=True)
class Becomes:
    """From now on it is this guest, who holds the card in the other's place."""

    # Made by whoever they were: the lobby need not know who follows whom.
    guest: "Guest"


@dataclass(frozen=True)
class Over:
    """They are done, and this is said last. `restart`: the program is to begin anew."""

    view: View = field(default_factory=TakeCard)
    restart: bool = False


Answer = Show | Outcome | Becomes | Over


class Guest(Protocol):
    """Somebody at the booth. What they are asked comes on the counter's thread; while their work runs, nothing does but
    that their card has left."""

    @property
    def acting(self) -> bool:
        """What runs is an act: its outcome is told to its end, also to somebody whose card is out."""

    def begin(self, around: Around) -> Answer:
        """`around`: what the booth knows of itself as they come."""

    def act(self, shown: View, action: Action) -> Answer:
        """They have touched something. What does not fit the screen changes nothing."""

    def cancel(self, shown: View) -> Show | None:
        """They have touched «Cancel»: what they are asked first, because something would be lost; None: they go."""

    def finished(self, result: object) -> Answer:
        """Their work has ended, as it was meant to or not."""

    def card_left(self) -> View | None:
        """What they must still be told when their card is out and nothing runs; None: no more than that it is out."""

    def leave(self) -> Leftover | None:
        """Nobody asks them anything any more: what was typed is wiped, and what holds the card is given back."""


def failed(result: object) -> Over:
    """A result that no guest can go on with: a refusal of their card, or work that broke."""
    return Over(Problem(result.code if isinstance(result, SignInRefused) else BoothCode.BOOTH_FAULT))
