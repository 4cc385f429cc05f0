"""Small values of the centre itself, by name. Never a person's data."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import marks

EPOCH = "epoch"
KEPT_THROUGH = "kept_through"
TOLD = "told"  # about the latest time that any booth was told: by it a clock that was put back is noticed


def get(tx: Tx, mark: str) -> str | None:
    here = sa.select(marks.c.value).where(marks.c.municipality_id == tx.municipality, marks.c.mark == mark)
    return tx.connection.execute(here).scalar_one_or_none()


def put(tx: Tx, mark: str, value: str) -> None:
    here = (marks.c.municipality_id == tx.municipality, marks.c.mark == mark)
    if not tx.connection.execute(sa.update(marks).where(*here).values(value=value)).rowcount:
        tx.connection.execute(sa.insert(marks).values(municipality_id=tx.municipality, mark=mark, value=value))


def epoch(tx: Tx) -> str:
    """Made when it is first asked for: a booth that has heard none would not notice that a copy was put back."""
    known = get(tx, EPOCH)
    return known if known else new_epoch(tx)


def new_epoch(tx: Tx) -> str:
    made = str(uuid.uuid4())
    put(tx, EPOCH, made)
    return made
