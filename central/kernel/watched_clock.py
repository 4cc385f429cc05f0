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
        self._seen: LastKnown | None = None  # what the file said when it was last looked at
        self._at_first: Bounds | None = None

    def __call__(self) -> datetime:
        now, count = self._tell(), self._count()
        if self._known is None or not _within(now, self._known.bounds(count)):
            self._look()
            bounds = self._bounds(count)
            if not _within(now, bounds):
                raise ClockInDoubt(now, self._last(now, count, bounds), self._home)
        if count is not None:
            self._remember(now, count)
        return now

    def believe(self) -> None:
        """Somebody vouches for what the clock says now. Raises OSError; then nothing is believed that was not."""
        known = LastKnown(self._tell(), self._count())
        self._seen = self._file.replace(known)
        self._known = known

    def try_out(self) -> None:
        """Whether somebody's word could be kept. Raises OSError where it could not."""
        self._file.try_out()

    def _count(self) -> Count | None:
        return self._counted() if self._counted else None

    def _look(self) -> None:
        """Somebody may have confirmed it meanwhile, in another process. A file that says nothing, or what it said
        before, takes nothing from what is known here: it may not have been possible to write it."""
        said = self._file.read()
        if said is not None and said != self._seen:
            self._known = self._seen = said

    def _bounds(self, count: Count | None) -> Bounds:
        return self._known.bounds(count) if self._known is not None else self._first()

    def _last(self, now: datetime, count: Count | None, bounds: Bounds) -> datetime:
        """The known time that is nearest to a clock outside of the bounds."""
        if self._known is None or now < bounds[0]:
            return bounds[0] + TOLERANCE
        return self._known.at + (self._known.passed(count) or timedelta(0))

    def _first(self) -> Bounds:
        if self._at_first is None:
            self._at_first = self._unknown()
        return self._at_first

    def _remember(self, now: datetime, count: Count) -> None:
        passed = None if self._known is None else self._known.passed(count)
        if passed is None and (count.seconds < _SETTLED_SECONDS or (self._known and now < self._known.floor)):
            return
        if passed is not None and passed < _REMEMBERED_EVERY:
            return
        before = self._known or LastKnown(now, None, min(self._first()[0] + TOLERANCE, now))
        self._known = before.later(now, count)
        with suppress(OSError):  # a full disk: what is remembered here is enough until there is room
            self._known = self._seen = self._file.follow(self._seen, self._known) or self._known


def _within(now: datetime, bounds: Bounds) -> bool:
    return bounds[0] <= now <= bounds[1]
