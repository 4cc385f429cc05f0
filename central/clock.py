"""What time it is, for everything in the centre. A shifted clock is a demo's: it must never run where the signed
settings do not say demo (central.services.wiring asks for that proof before it shifts anything)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


class BadInstant(ValueError):
    """What stood after --at is no instant with a zone."""


def real_clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


def shifted_clock(at: datetime) -> Clock:
    """A clock that says `at` now and runs on from there at the usual pace."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    start = at.astimezone(UTC)
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def read_at(text: str) -> datetime:
    """The aware instant in `text` (ISO 8601 with Z or an offset). Raises BadInstant saying what was expected."""
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
    if at is None or at.tzinfo is None:
        raise BadInstant(f"--at: {text!r} is no instant; expected ISO 8601 with its zone, such as 2026-11-21T09:00:00Z")
    return at
