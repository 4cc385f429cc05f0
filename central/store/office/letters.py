"""An envelope that was refused once, for judging it again. Its body stays sealed, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.line.envelopes import CHECKED
from central.store.tables import conflicts, envelopes


@dataclass(frozen=True, repr=False)
class RefusedLetter:
    """`message`: the envelope as it came, its body sealed; b"" once its time was over. `signature`: as in envelopes."""

    message: bytes
    reason: str
    signature: str


def find_refused(tx: Tx, envelope: str, *, lock: bool = False) -> RefusedLetter | None:
    """If it stands refused. `lock`: nobody else judges it until the transaction ends."""
    wanted = sa.select(envelopes.c.message, envelopes.c.reason, envelopes.c.signature).where(
        *_here(tx, envelope), envelopes.c.outcome == "rejected"
    )
    row = tx.connection.execute(wanted.with_for_update() if lock else wanted).first()
    return None if row is None else RefusedLetter(row.message, row.reason, row.signature)


def is_here(tx: Tx, envelope: str) -> bool:
    """Whether it stands refused, or other bytes came under its id."""
    odd = sa.select(conflicts.c.digest).where(
        conflicts.c.municipality_id == tx.municipality, conflicts.c.envelope == envelope
    )
    return find_refused(tx, envelope) is not None or tx.connection.execute(odd).first() is not None


def judged_again(tx: Tx, envelope: str, reason: str) -> None:
    """`reason` "": it is taken in now, its own signature verified; else why it still is not."""
    change = {"reason": reason} if reason else {"outcome": "accepted", "reason": "", "signature": CHECKED}
    tx.connection.execute(sa.update(envelopes).where(*_here(tx, envelope)).values(change))


def _here(tx: Tx, envelope: str) -> tuple[sa.ColumnElement[bool], ...]:
    return envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope == envelope
