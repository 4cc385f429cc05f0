"""How many bytes a booth may have kept in a day though they were refused, or came under a known id.

Nothing is dropped silently: what is too much is not taken, its booth keeps it, and an alarm says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from central.kernel.centre import Centre
from central.store import Tx, alarms, marks

# All that a booth makes in a month is less; whoever holds its key could send for ever.
MOST_BYTES: Final = 64 * 1024 * 1024
ALARM: Final = "too-much-refused"


class TooMuchRefused(OSError):
    """No more of this booth is kept today if any of it is refused: the line says "later"."""


def count(tx: Tx, booth: str, size: int, now: datetime) -> None:
    """`size` bytes more of what `booth` sent are kept and not accepted. Raises TooMuchRefused. The caller holds the
    booth's row."""
    mark, today = f"refused {booth}", now.date().isoformat()
    day, _, before = (marks.get(tx, mark) or "").partition(" ")
    total = size + (int(before) if day == today else 0)
    if total > MOST_BYTES:
        raise TooMuchRefused("too much of this booth was refused today")
    marks.put(tx, mark, f"{today} {total}")


@contextmanager
def watched(centre: Centre, booth: str) -> Iterator[None]:
    """Rings where `count` refuses; its transaction is gone by then."""
    try:
        yield
    except TooMuchRefused:
        centre.store.once(lambda tx: alarms.ring(tx, ALARM, booth, "", centre.clock()))
        raise
