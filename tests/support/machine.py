"""A machine whose clock a test sets, and which counts on beside it as a real one does. For tests only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any

import pytest

from central import clock as central_clock
from central.clock import Count
from central.kernel import centre as centre_module
from central.kernel.centre import Centre
from central.kernel.watched_clock import WatchedClock
from central.store import last_time
from kiosk.devices import clock as booth_clock


class Machine:
    """`true`: what time it is; `wrong`: by how much its clock differs."""

    def __init__(self, true: datetime | None = None) -> None:
        self.true = true or datetime.now(UTC)
        self.wrong = timedelta(0)
        self.boot, self.seconds = 1, 100_000.0

    def now(self) -> datetime:
        return self.true + self.wrong

    def count(self) -> Count:
        return Count(f"boot {self.boot}", self.seconds)

    def wait(self, passed: timedelta) -> None:
        """It runs on for a while."""
        self.true += passed
        self.seconds += passed.total_seconds()

    def sleep(self, passed: timedelta) -> None:
        """A virtual machine that is put to sleep counts nothing."""
        self.true += passed

    def restart(self, off: timedelta = timedelta(minutes=1), up: float = 1000.0) -> None:
        """Switched off for a while, and on again for `up` seconds."""
        self.true += off + timedelta(seconds=up)
        self.boot, self.seconds = self.boot + 1, up

    def set(self, at: datetime) -> None:
        """Its clock says `at` now."""
        self.wrong = at - self.true

    def watched(self, centre: Centre) -> Centre:
        """The same centre on this machine."""
        file = last_time.File(centre.settings.state)
        clock = WatchedClock(self.now, self.count, file, centre._at_first, centre.settings.home)
        return replace(centre, clock=clock)

    def runs_commands(self, patch: pytest.MonkeyPatch) -> None:
        """From now on the centre's commands, run in this process, run on it."""
        patch.setattr(central_clock, "datetime", self._shown())
        patch.setattr(centre_module, "machine_count", self.count)

    def runs_booths(self, patch: pytest.MonkeyPatch) -> None:
        """From now on booths that are opened in this process stand on it."""
        counted = SimpleNamespace(clock_gettime=lambda _which: self.seconds, CLOCK_BOOTTIME=0)
        patch.setattr(booth_clock, "datetime", self._shown())
        patch.setattr(booth_clock, "time", counted)

    def _shown(self) -> type[datetime]:
        machine = self

        class Shown(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return machine.now()

        return Shown
