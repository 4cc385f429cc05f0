"""Waits as the booth does, in Qt's own event loop. QTest.qWait holds Python's lock meanwhile, and no lane could run."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

LOOK_MS = 10


def turn(until: Callable[[], bool], seconds: float) -> bool:
    """Runs the event loop until something is so, looking every 10 ms. False: it was not, in all that time."""
    if until():
        return True
    loop, deadline = QEventLoop(), time.monotonic() + seconds
    look = QTimer()
    look.setInterval(LOOK_MS)
    look.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > deadline else None)
    look.start()
    loop.exec()
    look.stop()
    return until()


def pause(milliseconds: int) -> None:
    """Runs the event loop for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
