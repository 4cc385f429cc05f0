"""What the staff's pages list: what came in, cards. Reads only; never a sealed body,
a person, or more than one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import cards, conflicts, envelopes


@dataclass(frozen=True)
class Arrival:
    """One envelope without its body. `received_at`: whole hours for ballots."""

    envelope: str
    booth: str
    kind: str
    outcome: str
    reason: str
    received_at: datetime


Place: TypeAlias = tuple[datetime, str, str]
"""received_at, envelope and reason of the last one on the page before."""


@dataclass(frozen=True)
class CardRow:
    card: str
    not_after: datetime
    revoked_at: datetime | None
    state: str


@dataclass(frozen=True)
class Wanted:
    """Which arrivals. Empty: any. `before`: (received_at, envelope) of the last one on the page before."""

    booth: str = ""
    kind: str = ""
    outcome: str = ""
    before: tuple[datetime, str] | None = None


def arrivals(tx: Tx, wanted: Wanted, limit: int) -> list[Arrival]:
    """Newest first; within one instant by id, which for ballots is random."""
    where = [envelopes.c.municipality_id == tx.municipality]
    where += [envelopes.c[name] == value for name in ("booth", "kind", "outcome") if (value := getattr(wanted, name))]
    if wanted.before is not None:
        at, envelope = wanted.before
        same = sa.and_(envelopes.c.received_at == at, envelopes.c.envelope > envelope)
        where.append(sa.or_(envelopes.c.received_at < at, same))
    return _arrivals(tx, where, limit)


def _arrivals(tx: Tx, where: list[sa.ColumnElement[bool]], limit: int) -> list[Arrival]:
    columns = [envelopes.c[name] for name in Arrival.__dataclass_fields__]
    order = (envelopes.c.received_at.desc(), envelopes.c.envelope)
    rows = tx.connection.execute(sa.select(*columns).where(*where).order_by(*order).limit(limit)).mappings()
    return [Arrival(**row) for row in rows]


def set_aside(tx: Tx, limit: int, before: Place | None = None, envelope: str = "") -> list[Arrival]:
    """What was refused, and other bytes that came under a known id (`reason`: their digest's first twelve digits).
    Newest first, after the place `before`; with `envelope`, only what has this id."""
    refused = [envelopes.c.municipality_id == tx.municipality, envelopes.c.outcome == "rejected"]
    odd = [conflicts.c.municipality_id == tx.municipality]
    digest = sa.func.substr(conflicts.c.digest, 1, 12)
    if envelope:
        refused.append(envelopes.c.envelope == envelope)
        odd.append(conflicts.c.envelope == envelope)
    if before is not None:
        refused.append(_after(before, envelopes.c.received_at, envelopes.c.envelope, envelopes.c.reason))
        odd.append(_after(before, conflicts.c.received_at, conflicts.c.envelope, digest))
    found = _arrivals(tx, refused, limit) + _conflicts(tx, odd, digest, limit)
    found.sort(key=lambda one: (one.envelope, one.reason))
    found.sort(key=lambda one: one.received_at, reverse=True)
    return found[:limit]


def count_set_aside(tx: Tx) -> int:
    """How many `set_aside` would be, without a limit."""
    refused = (envelopes.c.municipality_id == tx.municipality, envelopes.c.outcome == "rejected")
    odd = conflicts.c.municipality_id == tx.municipality
    counted = (
        sa.select(sa.func.count()).select_from(envelopes).where(*refused),
        sa.select(sa.func.count()).select_from(conflicts).where(odd),
    )
    return sum(int(tx.connection.execute(one).scalar_one()) for one in counted)


def _after(
    before: Place, at: sa.ColumnElement[datetime], envelope: sa.ColumnElement[str], reason: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    moment, *rest = before
    return sa.or_(at < moment, sa.and_(at == moment, sa.tuple_(envelope, reason) > sa.tuple_(*rest)))


def _conflicts(tx: Tx, where: list[sa.ColumnElement[bool]], digest: sa.ColumnElement[str], limit: int) -> list[Arrival]:
    columns = (conflicts.c.envelope, conflicts.c.booth, conflicts.c.received_at, digest.label("digest"))
    order = (conflicts.c.received_at.desc(), conflicts.c.envelope, conflicts.c.digest)
    rows = tx.connection.execute(sa.select(*columns).where(*where).order_by(*order).limit(limit))
    return [Arrival(r.envelope, r.booth, "", "conflict", r.digest, r.received_at) for r in rows]


def count_arrivals(tx: Tx, since: datetime) -> dict[str, int]:
    """How many came since, by outcome."""
    here = (envelopes.c.municipality_id == tx.municipality, envelopes.c.received_at >= since)
    by = sa.select(envelopes.c.outcome, sa.func.count()).where(*here).group_by(envelopes.c.outcome)
    return {str(outcome): int(n) for outcome, n in tx.connection.execute(by)}


def some_cards(tx: Tx, search: str, after: str, limit: int) -> list[CardRow]:
    """By card number, those that begin with `search` in capital or small letters, after `after`."""
    columns = [cards.c[name] for name in CardRow.__dataclass_fields__]
    where = [cards.c.municipality_id == tx.municipality, cards.c.card > after]
    if search:
        where.append(sa.func.upper(cards.c.card).startswith(search.upper(), autoescape=True))
    rows = tx.connection.execute(sa.select(*columns).where(*where).order_by(cards.c.card).limit(limit)).mappings()
    return [CardRow(**row) for row in rows]
