"""The booth's screen: shows what the counter says and brings back what was touched. PySide6, and nothing of the booth
but in near.py, which holds both ends for a demo or a test.

Never: a rule, a decision what comes next, a PIN in a property, network or store.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.ui.app import BoothWindow, application
    from kiosk.ui.near import NearCounter
    from kiosk.ui.stage import Stage

__all__ = ["BoothWindow", "NearCounter", "Stage", "application"]

_ROOMS = {"BoothWindow": "app", "application": "app", "NearCounter": "near", "Stage": "stage"}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kiosk.ui.{_ROOMS[name]}"), name)
