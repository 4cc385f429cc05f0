"""The record of what the staff did: appended in the same transaction as the act, chained, never changed.

Must never hold a resident's name or number: `about` is the id of a thing (a booth, a card, an import, an envelope).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import counters
from central.store.engine import Tx
from central.store.tables import audit


@dataclass(frozen=True)
class Entry:
    """`entry`: nine digits, growing by one. `digest`: hex SHA-256 over the entry before and this one."""

    entry: str
    at: datetime
    who: str
    role: str
    what: str
    about: str
    digest: str


def note(tx: Tx, who: str, role: str, what: str, about: str, at: datetime) -> None:
    """Append one act. `what` is a short name such as "booth.suspend"."""
    number = counters.take(tx, "audit")
    before = find(tx, f"{number - 1:09d}")
    entry = f"{number:09d}"
    digest = _digest("" if before is None else before.digest, entry, at, who, role, what, about)
    row = {"entry": entry, "at": at, "who": who, "role": role, "what": what, "about": about, "digest": digest}
    tx.connection.execute(sa.insert(audit).values(municipality_id=tx.municipality, **row))


def find(tx: Tx, entry: str) -> Entry | None:
    here = sa.select(audit).where(audit.c.municipality_id == tx.municipality, audit.c.entry == entry)
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else _entry(row)


def newest(tx: Tx, limit: int, before: str = "~") -> list[Entry]:
    """Newest first, older than `before`."""
    mine = sa.select(audit).where(audit.c.municipality_id == tx.municipality, audit.c.entry < before)
    return [_entry(row) for row in tx.connection.execute(mine.order_by(audit.c.entry.desc()).limit(limit)).mappings()]


def broken_at(tx: Tx) -> str | None:
    """The first entry that does not follow the one before it, or that is missing at the end: the counter knows how many
    there were. None if the record is whole. Whoever can write the counter too can hide that end."""
    mine = sa.select(audit).where(audit.c.municipality_id == tx.municipality).order_by(audit.c.entry)
    last, expected = "", 1
    for row in tx.connection.execute(mine).mappings():
        one = _entry(row)
        if one.entry != f"{expected:09d}" or one.digest != _digest(
            last, one.entry, one.at, one.who, one.role, one.what, one.about
        ):
            return one.entry
        last, expected = one.digest, expected + 1
    return None if counters.last(tx, "audit") == expected - 1 else f"{expected:09d}"


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in Entry.__dataclass_fields__})


def _digest(before: str, entry: str, at: datetime, who: str, role: str, what: str, about: str) -> str:
    told = json.dumps([before, entry, at.isoformat(), who, role, what, about], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
