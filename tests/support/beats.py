"""Measures how long a window keeps still: beats of its event loop and frames, in milliseconds.

A machine that is busy with other things keeps every program waiting. The kernel counts how long it kept this thread
waiting for a free core (/proc/thread-self/schedstat), and that much is taken off a gap; nothing else is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 10


def kept_waiting() -> float:
    """Milliseconds that this thread was ready to run and had no core to run on, since it began."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6


@dataclass(frozen=True)
class Gap:
    """Between two beats, or two frames. `ours`: without what the machine kept the thread waiting."""

    wall: float
    waited: float
    during: str

    @property
    def ours(self) -> float:
        return max(0.0, self.wall - self.waited)

    def __str__(self) -> str:
        return f"{self.ours:.1f} ms of ours ({self.wall:.1f} ms by the clock) during {self.during}"


class Stopwatch:
    """Gaps between calls of `mark`."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._last: tuple[float, float] | None = None

    def mark(self, during: str) -> None:
        now = (time.monotonic() * 1000, kept_waiting())
        if self._last is not None:
            self.gaps.append(Gap(now[0] - self._last[0], now[1] - self._last[1], during))
        self._last = now

    @property
    def worst(self) -> Gap:
        return max(self.gaps, key=lambda gap: gap.ours)


class Beats(QObject):
    """Beats every 10 ms on the thread of the window, and asks it for a frame at each, so that every one can be timed.

    An animation alone would not do: where it turns, nothing moves by a whole pixel and Qt rightly draws nothing.
    """

    def __init__(self, window: QObject, during: Callable[[], str]) -> None:
        super().__init__()
        self.beats, self.frames = Stopwatch(), Stopwatch()
        self._during, self._window = during, window
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        window.frameSwapped.connect(self._frame)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._window.frameSwapped.disconnect(self._frame)

    def _beat(self) -> None:
        self.beats.mark(self._during())
        self._window.update()

    def _frame(self) -> None:
        self.frames.mark(self._during())
