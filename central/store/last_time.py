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
            known = LastKnown(at, None if count is None else Count(str(count["boot"]), float(count["seconds"])))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return known if known.at.tzinfo is not None else None

    def raise_to(self, known: LastKnown) -> None:
        """Let it say at least `known`. Raises OSError."""
        with beside.turn(self._folder, NAME):
            before = self.read()
            if before is None or before.at < known.at:
                self._write(known)

    def replace(self, known: LastKnown) -> None:
        """Let it say `known`, whatever it said. Raises OSError."""
        with beside.turn(self._folder, NAME):
            self._write(known)

    def _write(self, known: LastKnown) -> None:
        count = known.count and {"boot": known.count.boot, "seconds": round(known.count.seconds, 1)}
        beside.write(self._folder, NAME, json.dumps({"at": known.at.isoformat(), "count": count}))


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
