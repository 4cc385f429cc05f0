"""The booth's clock: UTC, corrected by what the centre last said, or moved for a demo. Never a local zone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    return datetime.now(UTC)


def moved(clock: Clock, by: timedelta) -> Clock:
    """The same clock, `by` ahead (behind if negative). It goes on running."""
    return lambda: clock() + by


def starting_at(instant: datetime) -> Clock:
    """A clock that reads `instant` now and goes on from there: a demo's way to the day after the vote."""
    return moved(machine_clock, instant - machine_clock())


@dataclass(frozen=True)
class Uptime:
    """Seconds since this start of the machine, sleep included, which nobody can set; `boot` names the start."""

    boot: str
    seconds: float


def uptime() -> Uptime:
    return Uptime(
        Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip(),
        time.clock_gettime(time.CLOCK_BOOTTIME),
    )
