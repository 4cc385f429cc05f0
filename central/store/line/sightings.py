"""When each booth was last heard, and what it last said of itself. Never who stood before it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import booths


def heard(tx: Tx, booth: str, at: datetime) -> None:
    tx.connection.execute(_of(tx, booth).values(last_seen=at))


def tell(tx: Tx, booth: str, status: str, at: datetime) -> None:
    """`status`: JSON of municipality.messages.BoothStatus."""
    tx.connection.execute(_of(tx, booth).values(last_seen=at, status=status))


def last_word(tx: Tx, booth: str) -> str | None:
    """What `booth` said of itself last, as JSON; the row stays ours until the transaction ends."""
    here = sa.select(booths.c.status).where(booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
    return tx.connection.execute(here.with_for_update()).scalar_one_or_none()


def last_seen(tx: Tx, booth: str) -> datetime | None:
    here = sa.select(booths.c.last_seen).where(booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
    return tx.connection.execute(here).scalar_one_or_none()


def _of(tx: Tx, booth: str) -> sa.Update:
    return sa.update(booths).where(booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
