"""Booths: who they are and the key that each signs with. Never anything secret of theirs."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import booths


@dataclass(frozen=True)
class Booth:
    """`signing_key`: public, PEM."""

    booth: str
    name_el: str
    name_en: str
    signing_key: str
    number_prefix: str
    state: str = "active"


def add(tx: Tx, booth: Booth) -> None:
    tx.connection.execute(sa.insert(booths).values(municipality_id=tx.municipality, **vars(booth)))


def find(tx: Tx, booth: str) -> Booth | None:
    rows = sa.select(booths).where(booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
    row = tx.connection.execute(rows).mappings().first()
    return None if row is None else Booth(**{key: row[key] for key in Booth.__dataclass_fields__})
