"""The touch test: one mark after the other, in the corners and the middle, to be touched once each.

A mark that cannot be touched is skipped by a key, and counts as a place that does not answer.
"""

from dataclasses import dataclass

from kiosk.desk.actions import Action, Choose, Next
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Given, Page


def _(message: str) -> str:
    return message


PLACES = ("top_left", "top_right", "middle", "bottom_left", "bottom_right")
TOUCHED = "touched:"


@dataclass(frozen=True, repr=False)
class TouchMark(Page[bool]):
    """A mark at `place` waits for a finger; whether it was touched."""

    place: str
    number: int
    of: int

    def taken(self, action: Action) -> Given[bool] | None:
        match action:
            case Choose(key) if key == TOUCHED + self.place:
                return Given(True)
            case Next():
                return Given(False)
        # A touch on another mark than the one that stands there (an old screen's) changes nothing.
        return None


def mark(place: str) -> TouchMark:
    return TouchMark(f"touch {place}", Told(_("Touch the mark")), place, PLACES.index(place) + 1, len(PLACES))
