"""Small values of the centre itself, by name. Never a person's data."""

from __future__ import annotations

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import marks

EPOCH = "epoch"
KEPT_THROUGH = "kept_through"


def get(tx: Tx, mark: str) -> str | None:
    here = sa.select(marks.c.value).where(marks.c.municipality_id == tx.municipality, marks.c.mark == mark)
    return tx.connection.execute(here).scalar_one_or_none()


def put(tx: Tx, mark: str, value: str) -> None:
    here = (marks.c.municipality_id == tx.municipality, marks.c.mark == mark)
    if not tx.connection.execute(sa.update(marks).where(*here).values(value=value)).rowcount:
        tx.connection.execute(sa.insert(marks).values(municipality_id=tx.municipality, mark=mark, value=value))
