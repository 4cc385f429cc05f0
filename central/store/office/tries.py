"""Wrong passwords at the console's door, by the name that was typed. Never the name itself: it may be a password that
was typed into the wrong field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import sign_in_tries as table


@dataclass(frozen=True)
class Tries:
    """`name`: a keyed digest of what was typed; `failures`: wrong passwords in a row."""

    name: str
    failures: int
    locked_until: datetime | None
    forget_after: datetime


def find(tx: Tx, name: str) -> Tries | None:
    """Nobody else counts under this name until the transaction ends."""
    row = tx.connection.execute(sa.select(table).where(*_here(tx, name)).with_for_update()).mappings().first()
    return None if row is None else Tries(**{key: row[key] for key in Tries.__dataclass_fields__})


def put(tx: Tx, tries: Tries, *, most: int) -> None:
    """In place of what stood under the name. Where more than `most` names stand, those go that would go first."""
    values = vars(tries)
    if tx.connection.execute(sa.update(table).where(*_here(tx, tries.name)).values(values)).rowcount:
        return
    mine = table.c.municipality_id == tx.municipality
    over = tx.connection.execute(sa.select(sa.func.count()).select_from(table).where(mine)).scalar_one() + 1 - most
    if over > 0:
        first = sa.select(table.c.name).where(mine).order_by(table.c.forget_after).limit(over)
        gone = tx.connection.execute(first).scalars().all()
        tx.connection.execute(sa.delete(table).where(mine, table.c.name.in_(gone)))
    tx.connection.execute(sa.insert(table).values(municipality_id=tx.municipality, **values))


def forget(tx: Tx, name: str) -> None:
    tx.connection.execute(sa.delete(table).where(*_here(tx, name)))


def _here(tx: Tx, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.municipality_id == tx.municipality, table.c.name == name)
