"""Votes that are being drawn up: what an officer typed, and what registrar and officials have handed in since."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from central.matters.votes.store.tables import drafts
from central.store import Tx

OPEN_STATES = ("draft", "approved", "signing")


@dataclass(frozen=True)
class Kept:
    """`request`: the frozen roll, as the registrar is given it; `left_out`, `answer`, `signatures`: JSON; `record`: the
    set-up to be signed. "" while there is none, and again when the vote is announced."""

    draft: str
    state: str
    plan: str
    made_by: str
    changed_at: datetime
    election: str = ""
    request: str = field(default="", repr=False)
    left_out: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    record: str = field(default="", repr=False)
    signatures: str = field(default="", repr=False)


def add(tx: Tx, kept: Kept) -> None:
    tx.connection.execute(sa.insert(drafts).values(municipality_id=tx.municipality, **vars(kept)))


def find(tx: Tx, draft: str, *, lock: bool = False) -> Kept | None:
    """`lock`: nobody else changes it until we are done."""
    here = sa.select(drafts).where(drafts.c.municipality_id == tx.municipality, drafts.c.draft == draft)
    row = tx.connection.execute(here.with_for_update() if lock else here).mappings().first()
    return None if row is None else _kept(row)


def under_way(tx: Tx) -> list[Kept]:
    """Those that are neither votes nor discarded, the last changed first; without what officials have handed in, which
    is large."""
    light = (drafts.c[name] for name in ("draft", "state", "plan", "made_by", "changed_at", "election"))
    here = sa.select(*light).where(drafts.c.municipality_id == tx.municipality, drafts.c.state.in_(OPEN_STATES))
    return [Kept(**row) for row in tx.connection.execute(here.order_by(drafts.c.changed_at.desc())).mappings()]


def announced_at(tx: Tx, election: str) -> datetime | None:
    """When the draft became this vote; None for a vote that was drawn up otherwise."""
    here = sa.select(drafts.c.changed_at).where(
        drafts.c.municipality_id == tx.municipality, drafts.c.election == election, drafts.c.state == "announced"
    )
    found: datetime | None = tx.connection.execute(here).scalar()
    return found


def change(tx: Tx, draft: str, **values: object) -> None:
    here = (drafts.c.municipality_id == tx.municipality, drafts.c.draft == draft)
    tx.connection.execute(sa.update(drafts).where(*here).values(**values))


def _kept(row: sa.RowMapping) -> Kept:
    return Kept(**{key: row[key] for key in Kept.__dataclass_fields__})
