"""Timers as the window's parts use them. Never: a wait."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def single_shot(owner: QObject, milliseconds: int, call: Callable[[], None]) -> QTimer:
    """A timer that belongs to `owner`; each `start()` calls once."""
    # It ends with its owner: nobody is called who is gone.
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer
