"""What this centre has answered for, in a small file outside the database: by it a database is found to be older.

Must never go back by itself, and is on the disk before an answer that it stands for leaves the house.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from central.store import beside, counters, marks
from central.store.engine import Tx

NAME: Final = "served.json"


@dataclass(frozen=True)
class Stand:
    """Where a database stands: its epoch, and the highest number of each counter. Both only grow between two epochs."""

    epoch: str
    counters: Mapping[str, int] = field(default_factory=dict)

    def behind(self, other: Stand) -> bool:
        """Whether something of `other` is not here."""
        less = any(self.counters.get(name, 0) < value for name, value in other.counters.items())
        return self.epoch != other.epoch or less

    def beyond(self, other: Stand) -> bool:
        """Whether something is here that is not of `other`."""
        return other.behind(self)


def stand(tx: Tx) -> Stand:
    """As it is in this transaction."""
    return Stand(marks.epoch(tx), counters.every(tx))


class File:
    """`served.json` in a folder that several processes may share. Raises OSError where it cannot be written, ValueError
    where it is not what it should be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.known: Stand | None = None  # what this process has last seen in it

    def read(self) -> Stand | None:
        """None where there is none yet."""
        try:
            said = json.loads((self._folder / NAME).read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        try:
            self.known = Stand(str(said["epoch"]), {str(name): int(n) for name, n in said["counters"].items()})
        except (AttributeError, KeyError, TypeError):
            raise ValueError(f"{NAME} is damaged") from None
        return self.known

    def raise_to(self, now: Stand) -> None:
        """Let the file say at least `now`, which is committed; whoever comes late changes nothing. Raises OSError where
        another process has begun a new epoch meanwhile."""
        with beside.turn(self._folder, NAME):
            before = self.read()
            if before is None:
                self._write(now)
            elif before.epoch != now.epoch:
                raise OSError("another epoch has begun")
            elif now.beyond(before):
                highest = {name: max(n, before.counters.get(name, 0)) for name, n in now.counters.items()}
                self._write(Stand(now.epoch, {**before.counters, **highest}))

    def replace(self, now: Stand) -> None:
        """Let the file say `now`, whatever it said."""
        with beside.turn(self._folder, NAME):
            self._write(now)

    def _write(self, now: Stand) -> None:
        text = json.dumps({"epoch": now.epoch, "counters": dict(now.counters)}, sort_keys=True)
        beside.write(self._folder, NAME, text)
        self.known = now
