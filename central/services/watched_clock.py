"""The machine's clock, as far as it is believed. Asked for the time while it is in doubt, it raises: so nothing that
asks for the time can destroy, sign or promise anything by a wrong one, whoever wrote it and whenever.

Must never move a clock, nor believe by itself what somebody has to confirm (docs/decisions/0029).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from central.clock import TOLERANCE, Clock, ClockInDoubt, Count, LastKnown
from central.store import last_time

_REMEMBERED_EVERY: Final = timedelta(minutes=10)
# The network often sets a clock right just after the start. What it said before is believed and not yet remembered.
_SETTLED_SECONDS: Final = 600.0

Bounds = tuple[datetime, datetime]


class WatchedClock:
    """Now, or ClockInDoubt. `tell`: the clock itself. `count`: what the machine counts beside it, None for a clock that
    is no machine's; that one is judged, and teaches nothing. `unknown`: earliest and latest that it can be, where no
    file says when it was last known. Raises StoreFailed where `unknown` does."""

    def __init__(
        self,
        tell: Clock,
        count: Callable[[], Count] | None,
        file: last_time.File,
        unknown: Callable[[], Bounds],
        home: Path,
    ) -> None:
        self._tell, self._counted, self._file, self._home = tell, count, file, home
        self._unknown = unknown
        self._known: LastKnown | None = None
        self._at_first: Bounds | None = None

    def __call__(self) -> datetime:
        now, count = self._tell(), self._counted() if self._counted else None
        if self._known is None or not _within(now, self._known.bounds(count)):
            self._known = self._file.read()  # somebody may have confirmed it meanwhile, in another process
            bounds = self._bounds(count)
            if not _within(now, bounds):
                raise ClockInDoubt(now, bounds[0] + TOLERANCE, self._home)
        if count is not None:
            self._remember(now, count)
        return now

    def believe(self) -> None:
        """Somebody vouches for what the clock says now. Raises OSError."""
        self._known = LastKnown(self._tell(), self._counted() if self._counted else None)
        self._file.replace(self._known)

    def _bounds(self, count: Count | None) -> Bounds:
        if self._known is not None:
            return self._known.bounds(count)
        if self._at_first is None:
            self._at_first = self._unknown()
        return self._at_first

    def _remember(self, now: datetime, count: Count) -> None:
        known = self._known
        if known is not None:
            begun = known.count is None or known.count.boot != count.boot
            if now - known.at < _REMEMBERED_EVERY or (begun and count.seconds < _SETTLED_SECONDS):
                return
        self._known = LastKnown(now, count)
        with suppress(OSError):  # a full disk: what is remembered here is enough until there is room
            self._file.raise_to(self._known)


def _within(now: datetime, bounds: Bounds) -> bool:
    return bounds[0] <= now <= bounds[1]
