"""Whether the booth's clock may be believed: what the centre last said, and what the machine has counted since.

Must never move a clock by itself: a clock in doubt waits for a round with the centre, or for a technician.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.devices.clock import Uptime, machine_clock, uptime
from kiosk.kernel.booth import Booth
from kiosk.store import Connection, facts

# Clocks differ by a little, and are put right by as much, without anybody's harm.
TOLERANCE = timedelta(minutes=5)
# Switched off for longer than this, the booth waits for the centre's word before it serves acts.
LONGEST_SILENCE = timedelta(days=1)
_BEAT_EVERY = timedelta(minutes=10)


def in_doubt(booth: Booth, connection: Connection, *, uptime: Callable[[], Uptime] = uptime) -> bool:
    """Whether the clock went back, was moved while the machine ran, or jumped while it was off. Not for a demo's
    clock, which is moved on purpose."""
    if booth.raw_clock is not machine_clock:
        return False
    known = _beat(connection)
    if known is None:
        return False
    now = booth.clock()
    at, then = known
    running = uptime()
    if running.boot == then.boot:
        return abs(now - at - timedelta(seconds=running.seconds - then.seconds)) > TOLERANCE
    # Started anew since: nobody has counted the time between, and only bounds can be asked of it.
    return not at - TOLERANCE <= now <= at + LONGEST_SILENCE


def believed(booth: Booth, connection: Connection, *, uptime: Callable[[], Uptime] = uptime) -> datetime | None:
    """While the clock is in doubt, the time that it is at least: the last that was believed, and what the machine has
    counted since. None while the clock itself is believed."""
    known = _beat(connection)
    if known is None or not in_doubt(booth, connection, uptime=uptime):
        return None
    at, then = known
    running = uptime()
    return at + timedelta(seconds=running.seconds - then.seconds) if running.boot == then.boot else at


def beat(booth: Booth, connection: Connection, *, uptime: Callable[[], Uptime] = uptime) -> None:
    """Remembers the time while it is believed. For the booth's own transaction, every few minutes."""
    if booth.raw_clock is machine_clock and not in_doubt(booth, connection, uptime=uptime):
        _put_beat(connection, booth.clock(), uptime())


def is_due(booth: Booth, connection: Connection) -> bool:
    """Whether a beat is worth a transaction."""
    known = _beat(connection)
    return booth.raw_clock is machine_clock and (known is None or abs(booth.clock() - known[0]) >= _BEAT_EVERY)


def heard(booth: Booth, connection: Connection, at: datetime, *, uptime: Callable[[], Uptime] = uptime) -> None:
    """The centre (or a technician) has said what time it is: that ends every doubt."""
    if booth.raw_clock is machine_clock:
        facts.put_moment(connection, facts.HEARD, at)
        _put_beat(connection, at, uptime())


def has_passed(booth: Booth, connection: Connection, at: datetime, *, uptime: Callable[[], Uptime] = uptime) -> None:
    """The centre said on a stick that it was `at` when it wrote: later it may be, earlier never. A clock that runs
    before it is in doubt from now on."""
    if booth.raw_clock is machine_clock and booth.clock() < at - TOLERANCE:
        _put_beat(connection, at, uptime())


def _beat(connection: Connection) -> tuple[datetime, Uptime] | None:
    parts = (facts.get(connection, facts.BEAT) or "").split()
    return (datetime.fromisoformat(parts[0]), Uptime(parts[1], float(parts[2]))) if len(parts) == 3 else None


def _put_beat(connection: Connection, at: datetime, running: Uptime) -> None:
    facts.put(connection, facts.BEAT, f"{at.isoformat()} {running.boot} {running.seconds:.1f}")
