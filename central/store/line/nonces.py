"""Nonces of signed requests, so that none is played back. Forgotten once their request would be too old anyway, and an
hour more, so that a clock which was put back by an hour does not meet requests whose nonces are gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from central.store.engine import Tx
from central.store.tables import nonces

LONGER: Final = timedelta(hours=1)
_SWEPT: Final = 20  # rows in one request: more than come in with it, and never a look at all of them


def seen(tx: Tx, booth: str, nonce: str, until: datetime, now: datetime) -> bool:
    """Whether `nonce` was there already; from now on it is, until `until` (the shape that sync.server asks for)."""
    _sweep(tx, now)
    row = {"municipality_id": tx.municipality, "booth": booth, "nonce": nonce, "forget_after": until}
    insert = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
    # Of two that bring it at once the database lets one in, and the other waits to hear so.
    added = insert(nonces).values(row).on_conflict_do_nothing().returning(nonces.c.nonce)
    return tx.connection.execute(added).first() is None


def _sweep(tx: Tx, now: datetime) -> None:
    """Forget some of those whose time is over, the oldest first. Whom another transaction forgets is left to it."""
    mine = nonces.c.municipality_id == tx.municipality
    old = sa.select(nonces.c.booth, nonces.c.nonce).where(mine, nonces.c.forget_after < now - LONGER)
    chosen = old.order_by(nonces.c.forget_after).limit(_SWEPT).with_for_update(skip_locked=True)
    rows = [tuple(row) for row in tx.connection.execute(chosen)]
    if rows:
        tx.connection.execute(sa.delete(nonces).where(mine, sa.tuple_(nonces.c.booth, nonces.c.nonce).in_(rows)))
