"""Behind the window: holds the booth's flow, runs its work, and says in words what the window is to show.

Never: Qt, a choice or a name longer than the visit, a touch obeyed that was meant for another screen.
The door is lazy: the window takes the plain values from here and must load nothing of the booth with them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.counter.counter import Counter
    from kiosk.counter.lanes import Crashed, Lanes
    from kiosk.counter.showing import Deed, Frame, Hearing, Opening, Showing, StageSettings, Touch

__all__ = [
    "Counter",
    "Crashed",
    "Deed",
    "Frame",
    "Hearing",
    "Lanes",
    "Opening",
    "Showing",
    "StageSettings",
    "Touch",
]

_ROOMS = {
    "Counter": "counter",
    "Crashed": "lanes",
    "Deed": "showing",
    "Frame": "showing",
    "Hearing": "showing",
    "Lanes": "lanes",
    "Opening": "showing",
    "Showing": "showing",
    "StageSettings": "showing",
    "Touch": "showing",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kiosk.counter.{_ROOMS[name]}"), name)
