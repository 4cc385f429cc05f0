"""Nonces of signed requests, so that none is played back. Forgotten once their request would be too old anyway."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import nonces


def seen(tx: Tx, booth: str, nonce: str, until: datetime, now: datetime) -> bool:
    """Whether `nonce` was there already; from now on it is, until `until` (the shape that sync.server asks for)."""
    mine = nonces.c.municipality_id == tx.municipality
    tx.connection.execute(sa.delete(nonces).where(mine, nonces.c.forget_after < now))
    known = sa.select(nonces.c.forget_after).where(mine, nonces.c.booth == booth, nonces.c.nonce == nonce)
    if tx.connection.execute(known).first() is not None:
        return True
    row = {"municipality_id": tx.municipality, "booth": booth, "nonce": nonce, "forget_after": until}
    tx.connection.execute(sa.insert(nonces).values(row))
    return False
