"""Work that a flow asks for and never runs itself: which lane, and a function that tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.desk.pages import Step, Work
from kiosk.kernel.activity import Activity

if TYPE_CHECKING:
    from kiosk.desk.views import View


class Lane(StrEnum):
    """One worker thread per device, so that a slow one never holds up another or the screen."""

    CARD = "card"
    PRINTER = "printer"
    STORE = "store"


Progress = Callable[[Work], None]
Job = tuple[Lane, Callable[[Progress], object]]


def shown(activities: tuple[Activity, ...], activity: Activity) -> Work:
    """How far work is that goes through these."""
    return Work(activity, Step(activities.index(activity) + 1, len(activities)))


@dataclass(frozen=True, eq=False)
class Run:
    """`job` runs on its lane; what it returns comes back by `Lobby.finished(run, result)`.

    `progress` may be called from the lane's thread with the view to show meanwhile.
    """

    lane: Lane
    job: Callable[[Progress], object] = field(repr=False)
    visit: int


@dataclass(frozen=True)
class Turn:
    """The answer of a flow to what happened: what to show now, and what to run (or nothing). `restart`: the program
    is to end, so that whoever keeps it running starts it anew."""

    view: "View"
    run: Run | None = None
    restart: bool = False
