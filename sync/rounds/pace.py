"""How much to put into the next batch: twice as much while the line is quick, less when it is slow, little after a cut.

A value without a clock: the seconds are measured by whoever sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sync.store.outbox import Connection, read_state

# How a round begins that knows nothing of its line; it doubles from there.
START: Final = 64
# After a cut: so few that a line which holds for a second or two gets them through.
SMALL: Final = 8
_LEAST_ROOM: Final = 16 * 1024
_MOST_ROOM: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class Pace:
    """At most `size` items and `room` bytes in the next batch, which should take `wanted` seconds or less."""

    size: int
    most: int
    room: int = _MOST_ROOM
    wanted: float = 4.0

    @classmethod
    def read(cls, text: str, *, start: int, most: int) -> Pace:
        """What `text` kept of an earlier round; `start` items where nothing was kept."""
        try:
            size, room = (int(number) for number in text.split())
        except ValueError:
            size, room = start, _MOST_ROOM
        return cls(max(1, min(size, most)), most, max(_LEAST_ROOM, min(room, _MOST_ROOM)))

    def text(self) -> str:
        """For `read`, in a later round."""
        return f"{self.size} {self.room}"

    def carried(self, count: int, size: int, seconds: float) -> Pace:
        """A batch of `count` items and `size` bytes went through in `seconds`."""
        if seconds > self.wanted:
            # Half at most: else one that is a little too slow is followed by many that are.
            share = min(0.5, self.wanted / seconds)
            return replace(self, size=max(1, int(count * share)), room=max(_LEAST_ROOM, int(size * share)))
        # Between the two it is left as it is, so that it does not swing to and fro.
        if seconds < self.wanted / 2:
            return replace(self, size=min(self.most, self.size * 2), room=min(_MOST_ROOM, self.room * 2))
        return self

    def too_large(self, count: int) -> Pace:
        """A batch of `count` was refused for its size: no other as large is tried."""
        return replace(self, size=max(1, count // 2), most=max(1, count - 1))

    def cut(self) -> Pace:
        """The line went away in the middle."""
        return replace(self, size=min(self.size, SMALL))


def kept(connection: Connection, name: str, *, most: int, cut: bool) -> Pace:
    """The pace that the last round left under `name`; `cut`: that round did not come to its end."""
    pace = Pace.read(read_state(connection, name), start=min(START, most), most=most)
    return pace.cut() if cut else pace
