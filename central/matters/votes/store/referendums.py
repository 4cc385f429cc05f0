"""Binding referendums, as an officer wrote of them. Never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.matters.votes.store.tables import referendums
from central.store import Tx


@dataclass(frozen=True)
class Kept:
    """`message`: what is told of it, "" before it is published."""

    referendum: str
    state: str
    typed: str
    made_by: str
    changed_at: datetime
    message: str = ""


def add(tx: Tx, kept: Kept) -> None:
    tx.connection.execute(sa.insert(referendums).values(municipality_id=tx.municipality, **vars(kept)))


def find(tx: Tx, referendum: str, *, lock: bool = False) -> Kept | None:
    """`lock`: nobody else changes it until we are done."""
    here = sa.select(referendums).where(
        referendums.c.municipality_id == tx.municipality, referendums.c.referendum == referendum
    )
    row = tx.connection.execute(here.with_for_update() if lock else here).mappings().first()
    return None if row is None else _kept(row)


def in_states(tx: Tx, *states: str) -> list[Kept]:
    """The last changed first."""
    here = (referendums.c.municipality_id == tx.municipality, referendums.c.state.in_(states))
    found = tx.connection.execute(sa.select(referendums).where(*here).order_by(referendums.c.changed_at.desc()))
    return [_kept(row) for row in found.mappings()]


def change(tx: Tx, referendum: str, **values: object) -> None:
    here = (referendums.c.municipality_id == tx.municipality, referendums.c.referendum == referendum)
    tx.connection.execute(sa.update(referendums).where(*here).values(**values))


def _kept(row: sa.RowMapping) -> Kept:
    return Kept(**{key: row[key] for key in Kept.__dataclass_fields__})
