"""One-time tokens: to which booth, until when, and which key came with it. Never a token itself, only its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import enrolments


@dataclass(frozen=True)
class Enrolment:
    """`token`: hex SHA-256. `used_by`: hex SHA-256 of the key that it let in; None while it is unused."""

    token: str
    booth: str
    made_at: datetime
    expires_at: datetime
    used_by: str | None = None
    used_at: datetime | None = None


def add(tx: Tx, enrolment: Enrolment) -> None:
    tx.connection.execute(sa.insert(enrolments).values(municipality_id=tx.municipality, **vars(enrolment)))


def find(tx: Tx, token: str) -> Enrolment | None:
    """Locked until the transaction ends: one token lets in one key, whoever else asks at this moment."""
    here = sa.select(enrolments).where(*_here(tx, token)).with_for_update()
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else Enrolment(**{name: row[name] for name in Enrolment.__dataclass_fields__})


def use(tx: Tx, token: str, key: str, now: datetime) -> None:
    tx.connection.execute(sa.update(enrolments).where(*_here(tx, token)).values(used_by=key, used_at=now))


def withdraw(tx: Tx, booth: str, now: datetime) -> None:
    """Every token of this booth ends now: the next one is the only one that is good."""
    mine = (enrolments.c.municipality_id == tx.municipality, enrolments.c.booth == booth)
    tx.connection.execute(sa.update(enrolments).where(*mine, enrolments.c.expires_at > now).values(expires_at=now))


def withdraw_all(tx: Tx, now: datetime) -> None:
    """Every token of every booth ends now."""
    mine = enrolments.c.municipality_id == tx.municipality
    tx.connection.execute(sa.update(enrolments).where(mine, enrolments.c.expires_at > now).values(expires_at=now))


def _here(tx: Tx, token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (enrolments.c.municipality_id == tx.municipality, enrolments.c.token == token)
