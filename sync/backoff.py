"""How long to wait after a failure: exponential with full jitter, so that a thousand booths do not knock together.

A value: the wait is drawn by whoever waits, and nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

# 2**30 times a second is 34 years: no cap is larger, and no exponent overflows.
_MOST_DOUBLINGS: Final = 30


@dataclass(frozen=True)
class Backoff:
    """After `failures` in a row the wait lies anywhere between 0 and `first` × 2^(failures-1), `most` at most."""

    first: timedelta = timedelta(seconds=30)
    most: timedelta = timedelta(hours=1)
    failures: int = 0

    @property
    def ceiling(self) -> timedelta:
        """The longest wait now; zero where nothing has failed."""
        if not self.failures:
            return timedelta(0)
        doublings = min(self.failures - 1, _MOST_DOUBLINGS)
        return timedelta(seconds=min(self.most.total_seconds(), self.first.total_seconds() * 2.0**doublings))

    def failed(self) -> Backoff:
        return replace(self, failures=self.failures + 1)

    def succeeded(self) -> Backoff:
        return replace(self, failures=0)

    def wait(self, uniform: Callable[[float, float], float]) -> timedelta:
        """Draws a wait; `uniform(a, b)` gives a number between the two (random.SystemRandom().uniform)."""
        # From nothing at all: booths that failed together must not come back together.
        return timedelta(seconds=uniform(0.0, self.ceiling.total_seconds()))
