"""What is to be done about a clock in doubt: ask whether it is, and let somebody vouch for it.

Must never end a doubt without a line in the record of acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from central.clock import ClockInDoubt
from central.kernel.centre import Centre, ClockRefused
from central.kernel.watched_clock import WatchedClock
from central.settings import BadSettings
from central.store import StoreFailed, audit


@dataclass(frozen=True)
class Confirmed:
    """From now on the time is `now`; it was last known to be `known`, None where there was no doubt."""

    now: datetime
    known: datetime | None


def doubt(centre: Centre) -> ClockInDoubt | None:
    """Why the clock is not believed now; None while it is. Raises StoreFailed."""
    try:
        centre.clock()
    except ClockInDoubt as in_doubt:
        return in_doubt
    return None


def known(centre: Centre) -> datetime | None:
    """What time it is; None while nobody here knows it."""
    try:
        return centre.clock()
    except (ClockInDoubt, StoreFailed):
        return None


def confirm(centre: Centre, today: date, *, who: str) -> Confirmed:
    """Somebody has looked at a calendar, and it says `today`. Refused where the clock says another day: then it is the
    clock that is wrong. A day's difference may be the time zone's. Raises ClockRefused, BadSettings."""
    if not isinstance(centre.clock, WatchedClock):
        raise ClockRefused("a clock that was shifted is in no doubt: run it without --at")
    in_doubt = doubt(centre)
    now = in_doubt.now if in_doubt else centre.clock()
    if abs(now.date() - today) > timedelta(days=1):
        raise ClockRefused(
            f"--today {today}: this machine's clock says {now:%Y-%m-%d}. Then the clock is wrong: set it right, and "
            "nothing else is to be done"
        )
    if in_doubt is None:
        return Confirmed(now, None)
    try:
        centre.clock.try_out()  # before the record says that it was confirmed
    except OSError as error:
        raise _not_kept(centre, error) from None
    about = f"{in_doubt.known:%Y-%m-%dT%H:%M:%SZ} -> {now:%Y-%m-%dT%H:%M:%SZ}"
    centre.store.once(lambda tx: audit.note(tx, who, "", "clock.confirm", about, now))
    try:
        centre.clock.believe()
    except OSError as error:
        raise _not_kept(centre, error) from None
    return Confirmed(now, in_doubt.known)


def _not_kept(centre: Centre, error: OSError) -> BadSettings:
    return BadSettings(
        f"folders.state = {str(centre.settings.state)!r}: cannot be written ({error.strerror}), so that nobody's word "
        "about the clock can be kept, and the clock is in doubt as before. Make room there, or give the folder back to "
        "the user that serves, and run the same command again"
    )
