"""A ballot of no election, for a technician's trial visit: made, sealed, checked and dropped."""

from collections.abc import Callable

from ballot_box import ToolFailed, practise
from kiosk.health import Finding, found


def ballot(clock: Callable[[], float]) -> Finding:
    began = clock()
    try:
        sound = practise()
    # What it was does not matter to a technician: the sentence names both things to look at.
    except (ToolFailed, OSError):
        sound = False
    return found("ballot.ok", seconds=_tenths(clock() - began)) if sound else found("ballot.failed")


def _tenths(seconds: float) -> str:
    return f"{seconds:.1f}".replace(".", ",")
