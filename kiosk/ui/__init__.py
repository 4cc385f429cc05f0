"""The booth's screen: draws the views of the flows and brings back what was touched. PySide6 and nothing else.

Never: a rule, a decision what comes next, a PIN in a property, disk, network or store.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.ui.app import BoothWindow, application
    from kiosk.ui.lanes import Crashed, Lanes
    from kiosk.ui.neighbours import StageSettings
    from kiosk.ui.stage import Stage

__all__ = ["BoothWindow", "Crashed", "Lanes", "Stage", "StageSettings", "application"]

_ROOMS = {
    "BoothWindow": "app",
    "application": "app",
    "Crashed": "lanes",
    "Lanes": "lanes",
    "Stage": "stage",
    "StageSettings": "neighbours",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kiosk.ui.{_ROOMS[name]}"), name)
