"""Elections: their notice, frozen roll, state and result. Never a credential, nor a key of a trustee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.matters.votes.store.tables import elections
from central.store import Tx
from central.store.tables import Instant

STATES = ("draft", "open", "closed", "tallied", "published", "not_opened")


@dataclass(frozen=True)
class Held:
    """`notice`: the Election message, JSON. `roll`: JSON list of card numbers. `result`: JSON once tallied."""

    election: str
    state: str
    notice: str
    roll: str
    opens: datetime
    closes: datetime
    result: str | None = None
    head: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """An election without its roll, which in a large town is most of it."""

    election: str
    state: str
    notice: str
    opens: datetime
    closes: datetime
    result: str | None
    head: str | None


def shown(tx: Tx, election: str | None = None) -> list[Shown]:
    """All, newest first; or the one, if there is one."""
    columns = [elections.c[name] for name in Shown.__dataclass_fields__]
    here = sa.select(*columns).where(elections.c.municipality_id == tx.municipality)
    if election is not None:
        here = here.where(elections.c.election == election)
    rows = [Shown(**row) for row in tx.connection.execute(here).mappings()]
    return sorted(rows, key=lambda one: (one.opens, one.election), reverse=True)


def add(tx: Tx, held: Held) -> None:
    tx.connection.execute(sa.insert(elections).values(municipality_id=tx.municipality, **vars(held)))


def find(tx: Tx, election: str, *, lock: bool = False) -> Held | None:
    """`lock`: others who ask the same wait until this transaction ends (SQLite's writers wait in any case)."""
    here = sa.select(elections).where(elections.c.municipality_id == tx.municipality, elections.c.election == election)
    row = tx.connection.execute(here.with_for_update() if lock else here).mappings().first()
    return None if row is None else _held(row)


def all_of(tx: Tx) -> list[Held]:
    """Newest first."""
    here = sa.select(elections).where(elections.c.municipality_id == tx.municipality)
    rows = [_held(row) for row in tx.connection.execute(here).mappings()]
    return sorted(rows, key=lambda held: (held.opens, held.election), reverse=True)


def change(
    tx: Tx,
    election: str,
    *,
    state: str | None = None,
    result: str | None = None,
    head: str | None = None,
    published_at: datetime | None = None,
    notice: str | None = None,
    closes: datetime | None = None,
) -> None:
    """Change what is given. The first instant of publication stays: from it the time for appeals runs."""
    said = {"state": state, "result": result, "head": head, "notice": notice, "closes": closes}
    values: dict[str, object] = {key: value for key, value in said.items() if value is not None}
    if published_at is not None:
        values["published_at"] = sa.func.coalesce(elections.c.published_at, sa.literal(published_at, Instant))
    here = (elections.c.municipality_id == tx.municipality, elections.c.election == election)
    if values:
        tx.connection.execute(sa.update(elections).where(*here).values(**values))


def _held(row: sa.RowMapping) -> Held:
    return Held(**{key: row[key] for key in Held.__dataclass_fields__})
