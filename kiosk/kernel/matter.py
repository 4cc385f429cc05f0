"""What a matter does at the booth behind the desk: with what comes from the town hall, after a cut, on a night's round.

The kernel (rounds, start, doctor) is given these values in `Booth.matters` and names no matter. What one matter must
know of another goes through here as well, as a fact or an event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.kernel.conditions import Finding
from kiosk.store import Connection
from municipality.matter import Matter
from municipality.messages import Message, Words
from sync import Reject

if TYPE_CHECKING:
    from kiosk.kernel.booth import Booth


class Fact(StrEnum):
    """What a matter may know that the desk or another matter asks for, by this name alone."""

    CARDS_CAN_BE_BLOCKED = "cards can be blocked"
    VOTES_CAN_BE_CHECKED = "votes can be checked"
    REFERENDUM_IS_TOLD = "a referendum is told of"


@dataclass(frozen=True)
class Pulled:
    """An item of one of the matter's own kinds: signed by the town hall and in its form. `at` is the centre's time."""

    key: str
    message: Message
    at: datetime


@dataclass(frozen=True)
class BackOffice:
    """The half of a matter that no resident sees. A matter names what it has something to do at.

    Before a round sends anything `round_begins` may queue what is due. In the transaction of a round: `judge` says
    whether an item may be believed (what must be remembered of it is put down there), `taken` hears which envelopes the
    centre has by then, `answered` of an answer that came by a stick, `round_over` that nothing more comes. Outside:
    `restarted` before the first resident comes, `visit_over` when one goes (it waits for nothing). `notices` stand on
    the screen while nobody is there. `trials` are its parts of a technician's trial visit; each gets a clock that
    counts seconds. `checks` are what a technician and `kiosk doctor` look at of it.
    """

    matter: Matter
    judge: Callable[[Booth, Connection, Pulled], Reject | None] = lambda *_: None
    taken: Callable[[Connection, Collection[str], datetime], None] = lambda *_: None
    answered: Callable[[Connection, datetime], None] = lambda *_: None
    round_begins: Callable[[Booth, Connection, datetime], None] = lambda *_: None
    round_over: Callable[[Connection], None] = lambda _: None
    restarted: Callable[[Booth], object] = lambda _: None
    visit_over: Callable[[Booth], object] = lambda _: None
    notices: Callable[[Booth, Connection, datetime], Sequence[Words]] = lambda *_: ()
    facts: Callable[[Booth, Connection, datetime], Set[Fact]] = lambda *_: frozenset()
    trials: tuple[Callable[[Callable[[], float]], Finding], ...] = ()
    checks: tuple[Callable[[Booth], Finding], ...] = ()


def visit_over(booth: Booth) -> None:
    """A resident or a technician has gone; each matter clears away what it has of them."""
    for office in booth.matters:
        office.visit_over(booth)


def restarted(booth: Booth) -> None:
    """What a power cut may have left in doubt is made certain."""
    for office in booth.matters:
        office.restarted(booth)


def serving(booth: Booth) -> tuple[Matter, ...]:
    """The matters that residents come for, in the register's order."""
    return tuple(office.matter for office in booth.matters if office.matter.serves)
