"""The booth's screen: shows what the counter says and brings back what was touched. PySide6, and nothing of the booth
but in window/local_counter.py, which holds both ends for a demo or a test.

Rooms: `stage` (what is shown), `input` and `speech` above it, `window` around them, `gallery` (invented data), `qml`.
Never: a rule, a decision what comes next, a PIN in a property, network or store.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.ui.stage.stage import WindowStage
    from kiosk.ui.window.app import BoothWindow, application
    from kiosk.ui.window.local_counter import LocalCounter

__all__ = ["BoothWindow", "LocalCounter", "WindowStage", "application"]

_ROOMS = {
    "BoothWindow": "window.app",
    "application": "window.app",
    "LocalCounter": "window.local_counter",
    "WindowStage": "stage.stage",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kiosk.ui.{_ROOMS[name]}"), name)
