"""The last time that was believed here: in a small file outside the database, because a copy that is put back is old.

Never the judge of it: what may be believed is said in central.clock.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from central.clock import Count, LastKnown
from central.store import beside, marks
from central.store.engine import Tx
from central.store.tables import audit, booths

NAME: Final = "clock.json"


class File:
    """`clock.json` in a folder that several processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> LastKnown | None:
        """None where there is none, or none that can be read: then the rows have to say it."""
        try:
            said = json.loads((self._folder / NAME).read_text(encoding="ascii"))
            at, count = datetime.fromisoformat(said["at"]), said["count"]
            count = None if count is None else Count(str(count["boot"]), float(count["seconds"]))
            # An earlier program's says neither: what it wrote down was sure.
            sure = datetime.fromisoformat(said.get("sure", said["at"]))
            known = LastKnown(at, count, min(sure, at), float(said.get("steady", 0)))
            known.bounds(known.count)  # what cannot be reckoned with is not read either
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return None
        return known if at.tzinfo is not None else None

    def follow(self, seen: LastKnown | None, known: LastKnown) -> LastKnown | None:
        """Let it say `known`, unless it no longer says what was `seen`: then another process has had the last word.
        Returns what it says now. Raises OSError."""
        with beside.turn(self._folder, NAME):
            said = self.read()
            if said is None or said == seen:
                self._write(known)
            return self.read()

    def replace(self, known: LastKnown) -> LastKnown | None:
        """Let it say `known`, whatever it said. Returns what it says now. Raises OSError."""
        with beside.turn(self._folder, NAME):
            self._write(known)
            return self.read()

    def try_out(self) -> None:
        """Whether it could be written now. Raises OSError where it could not."""
        with beside.turn(self._folder, NAME):
            beside.write(self._folder, f"{NAME}.trial", "")
            (self._folder / f"{NAME}.trial").unlink()

    def _write(self, known: LastKnown) -> None:
        said = {
            "at": known.at.isoformat(),
            "count": known.count and {"boot": known.count.boot, "seconds": round(known.count.seconds, 1)},
            "sure": known.floor.isoformat(),
            "steady": round(known.steady, 1),
        }
        beside.write(self._folder, NAME, json.dumps(said))


def of_rows(tx: Tx) -> datetime | None:
    """The newest time that the database itself speaks of: when a booth was heard or told, when the staff did
    something. None in one that nobody has used. What a technician's card did bears a booth's time, and is not asked."""
    newest = []
    told = marks.get(tx, marks.TOLD)
    if told:
        newest.append(datetime.fromisoformat(told))
    staffs = (audit.c.who.not_like("card:%"),)
    for column, more in ((booths.c.last_seen, ()), (audit.c.at, staffs)):
        here = sa.select(sa.type_coerce(sa.func.max(column), column.type))
        mine = column.table.c.municipality_id == tx.municipality
        at = tx.connection.execute(here.where(mine, *more)).scalar_one_or_none()
        if at is not None:
            newest.append(at)
    return max(newest, default=None)
