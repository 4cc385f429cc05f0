"""How the store stands, in counts. Never an id, a name or a value of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.line import feed
from central.store.tables import alarms, booths, chains, conflicts, envelopes, items


@dataclass(frozen=True)
class Counts:
    """Counts of one municipality. Of the active booths: `oldest_seen`, None if none was ever heard,
    and how many are still `unheard`."""

    booths: dict[str, int]
    oldest_seen: datetime | None
    unheard: int
    rejected: int
    conflicts: int
    gaps: int
    alarms: int
    items: int
    last_item: int


def counts(tx: Tx) -> Counts:
    states = sa.select(booths.c.state, sa.func.count()).where(booths.c.municipality_id == tx.municipality)
    found = tx.connection.execute(states.group_by(booths.c.state))
    active = (booths.c.municipality_id == tx.municipality, booths.c.state == "active")
    oldest = sa.select(sa.type_coerce(sa.func.min(booths.c.last_seen), booths.c.last_seen.type)).where(*active)
    return Counts(
        booths={str(state): int(number) for state, number in found},
        oldest_seen=tx.connection.execute(oldest).scalar_one_or_none(),
        unheard=_count(tx, booths, booths.c.state == "active", booths.c.last_seen.is_(None)),
        rejected=_count(tx, envelopes, envelopes.c.outcome == "rejected"),
        conflicts=_count(tx, conflicts),
        gaps=_count(tx, chains, chains.c.state.in_(["gap", "fork"])),
        alarms=_count(tx, alarms, alarms.c.seen_at.is_(None)),
        items=_count(tx, items, items.c.body != ""),
        last_item=feed.last(tx),
    )


def _count(tx: Tx, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.municipality_id == tx.municipality, *which)
    return int(tx.connection.execute(query).scalar_one())
