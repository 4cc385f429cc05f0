"""The touch test: one mark after the other, in the corners and the middle, to be touched once each.

A mark that cannot be touched is skipped by a key, and counts as a place that does not answer.
"""

from dataclasses import dataclass, field

from kiosk.desk.actions import Action, Choose
from kiosk.desk.technician.views import TechnicianTouch

PLACES = ("top_left", "top_right", "middle", "bottom_left", "bottom_right")
TOUCHED = "touched:"


@dataclass
class TouchTest:
    """Where it is: `missed` did not answer."""

    at: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.at >= len(PLACES)

    def view(self) -> TechnicianTouch:
        return TechnicianTouch(PLACES[self.at], self.at + 1, len(PLACES))

    def answer(self, action: Action) -> None:
        """A touch on another mark than the one that stands there (an old screen's) changes nothing."""
        if isinstance(action, Choose):
            if action.key != TOUCHED + PLACES[self.at]:
                return
        else:
            self.missed.append(PLACES[self.at])
        self.at += 1
