"""Numbers that only grow, one row for each counter. Never a number twice, whatever else runs."""

from __future__ import annotations

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import counters


def take(tx: Tx, counter: str, count: int = 1) -> int:
    """Take `count` numbers and return the last of them. The row stays locked until the transaction ends, so numbers
    become visible in their order: whoever has read up to n never misses a smaller one that is committed later."""
    here = (counters.c.municipality_id == tx.municipality, counters.c.counter == counter)
    more = sa.update(counters).where(*here).values(value=counters.c.value + count).returning(counters.c.value)
    taken = tx.connection.execute(more).scalar_one_or_none()
    if taken is None:
        row = {"municipality_id": tx.municipality, "counter": counter, "value": count}
        tx.connection.execute(sa.insert(counters).values(row))
        return count
    return int(taken)


def last(tx: Tx, counter: str, *, lock: bool = False) -> int:
    """The highest number given so far; 0 when there is none. `lock`: no other takes any until we are done."""
    here = sa.select(counters.c.value).where(
        counters.c.municipality_id == tx.municipality, counters.c.counter == counter
    )
    return tx.connection.execute(here.with_for_update() if lock else here).scalar_one_or_none() or 0


def every(tx: Tx) -> dict[str, int]:
    """The highest number of each counter."""
    mine = sa.select(counters.c.counter, counters.c.value).where(counters.c.municipality_id == tx.municipality)
    return {str(row.counter): int(row.value) for row in tx.connection.execute(mine)}
