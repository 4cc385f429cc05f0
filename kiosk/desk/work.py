"""Work that a flow asks for and never runs itself: which lane, and a function that tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.desk.technician.views import TechnicianWork
from kiosk.desk.views import Step, View, Working
from kiosk.kernel.activity import Activity


class Lane(StrEnum):
    """One worker thread per device, so that a slow one never holds up another or the screen."""

    CARD = "card"
    PRINTER = "printer"
    STORE = "store"


Progress = Callable[[Working | TechnicianWork], None]
Job = tuple[Lane, Callable[[Progress], object]]


def shown(activities: tuple[Activity, ...], activity: Activity) -> Working:
    """How far work is that goes through these."""
    return Working(activity, Step(activities.index(activity) + 1, len(activities)))


def telling(activities: tuple[Activity, ...], progress: Progress) -> Callable[[Activity], None]:
    """For a service to say where it is; what is none of these is nothing for the screen."""

    def tell(activity: Activity) -> None:
        if activity in activities:
            progress(shown(activities, activity))

    return tell


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

    view: View
    run: Run | None = None
    restart: bool = False
