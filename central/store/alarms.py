"""What somebody at the town hall must look at, until somebody has. Short codes only, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import counters
from central.store.engine import Tx
from central.store.tables import alarms


@dataclass(frozen=True)
class Alarm:
    """`alarm`: nine digits, growing. `what`: a short code; `detail`: which key or envelope, as a digest or an id."""

    alarm: str
    at: datetime
    what: str
    booth: str
    detail: str
    seen_by: str | None = None
    seen_at: datetime | None = None


def ring(tx: Tx, what: str, booth: str, detail: str, at: datetime) -> None:
    """Raise an alarm, unless the very same one is still waiting to be seen."""
    same = (alarms.c.what == what, alarms.c.booth == booth, alarms.c.detail == detail, alarms.c.seen_at.is_(None))
    waiting = sa.select(alarms.c.alarm).where(alarms.c.municipality_id == tx.municipality, *same)
    if tx.connection.execute(waiting).first() is not None:
        return
    row = {"alarm": f"{counters.take(tx, 'alarms'):09d}", "at": at, "what": what, "booth": booth, "detail": detail}
    tx.connection.execute(sa.insert(alarms).values(municipality_id=tx.municipality, **row))


def seen_to(tx: Tx, what: str, booth: str, detail: str) -> bool:
    """Whether somebody has seen to this very alarm before."""
    same = (alarms.c.what == what, alarms.c.booth == booth, alarms.c.detail == detail, alarms.c.seen_at.is_not(None))
    here = sa.select(alarms.c.alarm).where(alarms.c.municipality_id == tx.municipality, *same)
    return tx.connection.execute(here).first() is not None


def rings(tx: Tx, what: str) -> bool:
    """Whether an alarm of this kind waits for somebody."""
    here = (alarms.c.municipality_id == tx.municipality, alarms.c.what == what, alarms.c.seen_at.is_(None))
    return tx.connection.execute(sa.select(alarms.c.alarm).where(*here).limit(1)).first() is not None


def waiting(tx: Tx, booth: str | None = None) -> list[Alarm]:
    """Those that nobody has seen to, oldest first."""
    rows = sa.select(alarms).where(alarms.c.municipality_id == tx.municipality, alarms.c.seen_at.is_(None))
    if booth is not None:
        rows = rows.where(alarms.c.booth == booth)
    found = tx.connection.execute(rows.order_by(alarms.c.alarm)).mappings()
    return [Alarm(**{name: row[name] for name in Alarm.__dataclass_fields__}) for row in found]


def see(tx: Tx, alarm: str, by: str, at: datetime) -> bool:
    """Somebody has seen to it; False if there is no such alarm waiting."""
    here = (alarms.c.municipality_id == tx.municipality, alarms.c.alarm == alarm, alarms.c.seen_at.is_(None))
    return bool(tx.connection.execute(sa.update(alarms).where(*here).values(seen_by=by, seen_at=at)).rowcount)
