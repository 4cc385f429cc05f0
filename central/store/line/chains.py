"""The chains of the booths' acts: unbroken runs, and with each run that does not follow another, what it waits for.

A run is kept as its ends only. Ballots are in no chain, and must never be in one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import many
from central.store.engine import Tx
from central.store.tables import chains

START, GAP, FORK, FILLED = "start", "gap", "fork", "filled"


@dataclass(frozen=True)
class Run:
    """Acts that follow each other. `first`: id of the first one, `opens`: the digest that it names as its predecessor,
    `last`: digest of the last one, `acts`: how many.

    `state`: start (it names none) | gap (what it names has not come) | fork (what it names has another successor) |
    filled (what was missing came, at `filled_at`; its acts now count in the run before it).
    """

    booth: str
    first: str
    opens: str
    last: str
    acts: int
    state: str
    noted_at: datetime
    filled_at: datetime | None = None


def touching(tx: Tx, booth: str, ends: Collection[str], openings: Collection[str]) -> list[Run]:
    """The open runs of `booth` that end in one of `ends` or wait for one of `openings`, locked until we are done."""
    mine = (chains.c.municipality_id == tx.municipality, chains.c.booth == booth, chains.c.state != FILLED)
    meets = sa.or_(many.among(tx, chains.c.last, ends), many.among(tx, chains.c.opens, openings))
    return _runs(tx, sa.select(chains).where(*mine, meets).order_by(chains.c.first).with_for_update())


def of_booth(tx: Tx, booth: str) -> list[Run]:
    """Every run, the oldest first."""
    mine = (chains.c.municipality_id == tx.municipality, chains.c.booth == booth)
    return _runs(tx, sa.select(chains).where(*mine).order_by(chains.c.noted_at, chains.c.first))


def broken(tx: Tx, limit: int) -> list[Run]:
    """Open gaps and forks of all booths, newest first."""
    mine = (chains.c.municipality_id == tx.municipality, chains.c.state.in_([GAP, FORK]))
    return _runs(tx, sa.select(chains).where(*mine).order_by(chains.c.noted_at.desc(), chains.c.first).limit(limit))


def put(tx: Tx, runs: Iterable[Run], known: Collection[str]) -> None:
    """Write runs down; those whose `first` is in `known` are there already."""
    written = list(runs)
    old = [run for run in written if run.first in known]
    names = ("last", "acts", "state", "filled_at")
    if old:
        here = (chains.c.municipality_id == tx.municipality, chains.c.booth == sa.bindparam("b"))
        change = sa.update(chains).where(*here, chains.c.first == sa.bindparam("f"))
        values = [
            {"b": run.booth, "f": run.first, **{f"n_{name}": getattr(run, name) for name in names}} for run in old
        ]
        tx.connection.execute(change.values({name: sa.bindparam(f"n_{name}") for name in names}), values)
    many.insert(tx, chains, [vars(run) for run in written if run.first not in known])


def _runs(tx: Tx, rows: sa.Select[tuple[object, ...]]) -> list[Run]:
    found = tx.connection.execute(rows).mappings()
    return [Run(**{key: row[key] for key in Run.__dataclass_fields__}) for row in found]
