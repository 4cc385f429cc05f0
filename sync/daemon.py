"""Round after round until somebody asks to stop: waits between them, longer after failures, never in step with others.

Must never be ended in the middle of a transaction: a signal is only noted, and looked at between two.
"""

from __future__ import annotations

import os
import random
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Final

from sync.backoff import Backoff
from sync.rounds.report import Report

_uniform: Final = random.SystemRandom().uniform


class Asked:
    """Whether we were asked to end (SIGTERM, SIGINT); waits until then or until time is up."""

    def __init__(self) -> None:
        self._asked = False
        # A pipe wakes `select` out of a signal's handler, which must not wait for any lock.
        self._hears, self._tells = os.pipe()
        # Nor for a reader.
        os.set_blocking(self._tells, False)

    def __call__(self) -> bool:
        return self._asked

    def ask(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """What a signal does. Safe in a handler: it only marks and wakes."""
        if not self._asked:
            self._asked = True
            os.write(self._tells, b"!")

    def wait(self, time: timedelta) -> bool:
        """Waits at most so long. True as soon as we are asked."""
        if not self._asked:
            select.select([self._hears], [], [], max(0.0, time.total_seconds()))
        return self._asked

    def close(self) -> None:
        os.close(self._hears)
        os.close(self._tells)


@contextmanager
def asked_by_signals() -> Iterator[Asked]:
    """Turns SIGTERM and SIGINT into a question that is looked at between transactions. For the main thread."""
    asked = Asked()
    before = {number: signal.signal(number, asked.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        asked.close()


def keep_going(
    one_round: Callable[[], Report],
    wait: Callable[[timedelta], bool],
    *,
    every: timedelta,
    backoff: Backoff | None = None,
    uniform: Callable[[float, float], float] = _uniform,
) -> None:
    """Rounds until `wait` says that we were asked to end. After a good one `every` and up to a tenth more; after a
    failed one a wait drawn from `backoff`, which starts anew with each success."""
    patience = backoff or Backoff(most=max(every, timedelta(seconds=30)))
    while True:
        report = one_round()
        patience = patience.succeeded() if report.ok else patience.failed()
        # Booths that were switched on together shall drift apart.
        pause = every * uniform(1.0, 1.1) if report.ok else patience.wait(uniform)
        if wait(pause):
            return
