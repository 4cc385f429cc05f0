"""What time it is, for everything in the centre, and how far the machine's clock is believed (docs/decisions/0029).

A shifted clock is a demo's: it must never run where the signed settings do not say demo (central.kernel.centre asks
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
    """A time that was believed, and the machine's count at that moment; None where nothing counted. `sure`: the
    earliest that it can have been then, None for `at` itself. `steady`: for how many seconds clock and count agree."""

    at: datetime
    count: Count | None = None
    sure: datetime | None = None
    steady: float = 0.0

    @property
    def floor(self) -> datetime:
        """The earliest that it can have been."""
        return self.at if self.sure is None else self.sure

    def passed(self, count: Count | None) -> timedelta | None:
        """What the machine has counted up to `count`; None where it was started anew, or nothing counted."""
        if count is None or self.count is None or self.count.boot != count.boot:
            return None
        return timedelta(seconds=count.seconds - self.count.seconds)

    def bounds(self, count: Count | None) -> tuple[datetime, datetime]:
        """The earliest and the latest that it can be at `count`."""
        passed = self.passed(count)
        if passed is None:
            return self.floor - TOLERANCE, self.at + LONGEST_SILENCE
        return self.floor + passed - TOLERANCE, self.at + passed + LONGEST_PAUSE

    def later(self, now: datetime, count: Count) -> LastKnown:
        """What is known at `count`, where the clock says `now` and is believed. What is believed on trust becomes sure
        when the clock has kept to it for a day; until then a clock that is set right may fall back behind it."""
        passed = self.passed(count)
        counted = passed or timedelta(0)
        kept = passed is not None and abs(now - self.at - counted) <= TOLERANCE
        steady = self.steady + counted.total_seconds() if kept else 0.0
        proven = steady >= LONGEST_SILENCE.total_seconds()
        # Nothing is believed that is further ahead than a day: so the truth is no further behind.
        floor = now if proven else max(min(self.floor + counted, now), now - LONGEST_SILENCE)
        return LastKnown(now, count, floor, steady)


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
