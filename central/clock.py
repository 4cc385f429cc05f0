"""What time it is, for everything in the centre, and how far the machine's clock is believed (docs/decisions/0029).

A shifted clock is a demo's: it must never run where the signed settings do not say demo (central.services.centre asks
for that proof before it shifts anything).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

Clock = Callable[[], datetime]

# Clocks are put right by a little without anybody's harm; the same as at a booth.
TOLERANCE: Final = timedelta(minutes=5)
# A virtual machine that was put to sleep wakes later than it has counted, and that is no fault.
LONGEST_PAUSE: Final = timedelta(hours=1)
# All that is destroyed here is counted in days, and booths take a list that is a day ahead of them: less than this does
# no harm. A centre that was off for longer waits for somebody's word.
LONGEST_SILENCE: Final = timedelta(days=1)


class BadInstant(ValueError):
    """What stood after --at is no instant with a zone."""


class ClockInDoubt(Exception):
    """The machine's clock says what cannot be believed. `now`: what it says; `known`: what is known instead. Its text
    says both, and what to do."""

    def __init__(self, now: datetime, known: datetime, home: Path) -> None:
        self.now, self.known = now, known
        turned = "later" if now > known else "earlier"
        super().__init__(
            f"this machine's clock says {_said(now)}, and that is {_long(abs(now - known))} {turned} than the last "
            f"time that is known here, {_said(known)}. Until this is cleared up nothing is destroyed, signed or "
            "promised. If the clock is wrong, set it right, and nothing else is to be done. If it is right, run "
            f"`kiosk-central clock confirm --home {home} --today YYYY-MM-DD`, with the date of your own calendar"
        )


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _long(much: timedelta) -> str:
    if much >= timedelta(days=2):
        return f"{much.days:,} days"
    return f"{much // timedelta(hours=1)} hours {much // timedelta(minutes=1) % 60} minutes"


@dataclass(frozen=True)
class Count:
    """Seconds since this start of the machine, sleep included, which nobody can set; `boot` names the start."""

    boot: str
    seconds: float


@dataclass(frozen=True)
class LastKnown:
    """A time that was believed, and the machine's count at that moment; None where nothing counted."""

    at: datetime
    count: Count | None = None

    def bounds(self, count: Count | None) -> tuple[datetime, datetime]:
        """The earliest and the latest that it can be at `count`."""
        if count is None or self.count is None or self.count.boot != count.boot:
            return self.at - TOLERANCE, self.at + LONGEST_SILENCE
        passed = self.at + timedelta(seconds=count.seconds - self.count.seconds)
        return passed - TOLERANCE, passed + LONGEST_PAUSE


class SetClock:
    """A clock that somebody set on purpose, such as a demo's: it is never in doubt."""

    def __init__(self, tell: Clock) -> None:
        self._tell = tell

    def __call__(self) -> datetime:
        return self._tell()


def real_clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def machine_count() -> Count:
    """The machine's own."""
    return Count(_boot(), time.clock_gettime(time.CLOCK_BOOTTIME))


def shifted_clock(at: datetime) -> Clock:
    """A clock that says `at` now and runs on from there at the usual pace."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    start = at.astimezone(UTC)
    began = time.monotonic()
    return SetClock(lambda: start + timedelta(seconds=time.monotonic() - began))


def read_at(text: str) -> datetime:
    """The aware instant in `text` (ISO 8601 with Z or an offset). Raises BadInstant saying what was expected."""
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
    if at is None or at.tzinfo is None:
        raise BadInstant(f"--at: {text!r} is no instant; expected ISO 8601 with its zone, such as 2026-11-21T09:00:00Z")
    return at
