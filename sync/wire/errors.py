"""The one family of things that go wrong on the line. Carries codes, never content."""

from __future__ import annotations

from datetime import datetime


class LineError(Exception):
    """Something went wrong between booth and centre."""


class LineDown(LineError):
    """No usable answer. What was sent may or may not have arrived: send it again, the centre knows its ids."""


class Garbled(LineDown):
    """An answer came that cannot be believed: not signed by the centre, cut, oversized or malformed."""


class RequestRefused(LineError):
    """The centre, or something in front of it, said no and took nothing. `now` is the centre's time, if it said so."""

    def __init__(self, reason: str, *, status: int = 0, now: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.now = now
