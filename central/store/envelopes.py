"""What came in, by id: the first bytes and what became of them, and every conflict. Never drops anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import conflicts, envelopes


@dataclass(frozen=True)
class Received:
    """`message`: the envelope as canonical JSON, its body sealed as it came."""

    envelope: str
    digest: str
    booth: str
    kind: str
    outcome: str
    reason: str
    message: str
    received_at: datetime


def find(tx: Tx, envelope: str) -> Received | None:
    here = sa.select(envelopes).where(envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope == envelope)
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else Received(**{key: row[key] for key in Received.__dataclass_fields__})


def add(tx: Tx, received: Received) -> None:
    """Raises an integrity error where the id is there already: `Store.once` then runs the use case anew."""
    tx.connection.execute(sa.insert(envelopes).values(municipality_id=tx.municipality, **vars(received)))


def add_conflict(tx: Tx, received: Received) -> None:
    """Keep other bytes that came under a known id; the same other bytes are kept once."""
    mine = (conflicts.c.municipality_id == tx.municipality, conflicts.c.envelope == received.envelope)
    known = sa.select(conflicts.c.digest).where(*mine, conflicts.c.digest == received.digest)
    if tx.connection.execute(known).first() is None:
        row = {key: getattr(received, key) for key in ("envelope", "digest", "booth", "message", "received_at")}
        tx.connection.execute(sa.insert(conflicts).values(municipality_id=tx.municipality, **row))


def count(tx: Tx) -> dict[str, int]:
    """How many envelopes, by outcome, and `conflict`."""
    by = sa.select(envelopes.c.outcome, sa.func.count()).where(envelopes.c.municipality_id == tx.municipality)
    found = {str(outcome): int(n) for outcome, n in tx.connection.execute(by.group_by(envelopes.c.outcome))}
    odd = sa.select(sa.func.count()).select_from(conflicts).where(conflicts.c.municipality_id == tx.municipality)
    return {"accepted": 0, "rejected": 0, **found, "conflict": tx.connection.execute(odd).scalar_one()}
