"""Envelopes of booths that were stolen: kept as they came until two persons have decided. Never opens one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import quarantine


@dataclass(frozen=True)
class Kept:
    """`message`: the envelope as it came. `wanted`, `wanted_by`, `wanted_role`: what the first person asked."""

    envelope: str
    digest: str
    booth: str
    kind: str
    message: bytes
    received_at: datetime
    state: str = "kept"
    outcome: str | None = None
    wanted: str | None = None
    wanted_by: str | None = None
    wanted_role: str | None = None
    wanted_at: datetime | None = None


def add(tx: Tx, kept: Kept) -> None:
    """Raises an integrity error where these bytes are there already: `Store.once` then runs the use case anew."""
    tx.connection.execute(sa.insert(quarantine).values(municipality_id=tx.municipality, **vars(kept)))


def find(tx: Tx, envelope: str, digest: str) -> Kept | None:
    row = tx.connection.execute(sa.select(quarantine).where(*_here(tx, envelope, digest))).mappings().first()
    return None if row is None else _kept(row)


def of_booth(tx: Tx, booth: str, state: str = "kept") -> list[Kept]:
    """Acts in the order of their ids, which is that of their making; locked until the transaction ends."""
    mine = (quarantine.c.municipality_id == tx.municipality, quarantine.c.booth == booth, quarantine.c.state == state)
    rows = sa.select(quarantine).where(*mine).order_by(quarantine.c.envelope, quarantine.c.digest).with_for_update()
    return [_kept(row) for row in tx.connection.execute(rows).mappings()]


def held(tx: Tx, booth: str) -> tuple[int, int]:
    """How many envelopes of a booth lie here, decided or not, and how many bytes they have."""
    mine = (quarantine.c.municipality_id == tx.municipality, quarantine.c.booth == booth)
    size = sa.func.coalesce(sa.func.sum(sa.func.octet_length(quarantine.c.message)), 0)
    row = tx.connection.execute(sa.select(sa.func.count(), size).select_from(quarantine).where(*mine)).one()
    return int(row[0]), int(row[1])


def counts(tx: Tx) -> dict[str, int]:
    """How many are kept undecided, by booth."""
    mine = (quarantine.c.municipality_id == tx.municipality, quarantine.c.state == "kept")
    by = sa.select(quarantine.c.booth, sa.func.count()).where(*mine).group_by(quarantine.c.booth)
    return {str(booth): int(n) for booth, n in tx.connection.execute(by)}


def want(tx: Tx, kept: Kept, wanted: str | None, by: str | None, role: str | None, at: datetime | None) -> None:
    values = {"wanted": wanted, "wanted_by": by, "wanted_role": role, "wanted_at": at}
    tx.connection.execute(sa.update(quarantine).where(*_here(tx, kept.envelope, kept.digest)).values(values))


def decide(tx: Tx, kept: Kept, state: str, outcome: str | None) -> None:
    values = {"state": state, "outcome": outcome}
    tx.connection.execute(sa.update(quarantine).where(*_here(tx, kept.envelope, kept.digest)).values(values))


def _here(tx: Tx, envelope: str, digest: str) -> tuple[sa.ColumnElement[bool], ...]:
    mine = quarantine.c.municipality_id == tx.municipality
    return (mine, quarantine.c.envelope == envelope, quarantine.c.digest == digest)


def _kept(row: sa.RowMapping) -> Kept:
    return Kept(**{name: row[name] for name in Kept.__dataclass_fields__})
