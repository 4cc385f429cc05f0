"""The staff's accounts, sessions, proposals and remarks. Never a password or a session as the browser holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import accounts, proposals, remarks, sessions, sign_ins


@dataclass(frozen=True)
class Account:
    """`password`: argon2id hash or None; `subject`: issuer and subject at the OpenID provider, or ""; `roles`: JSON."""

    account: str
    password: str | None
    subject: str
    roles: str
    language: str
    state: str
    made_at: datetime
    last_in: datetime | None = None

    def __repr__(self) -> str:
        return f"Account({self.account!r}, …)"


@dataclass(frozen=True, repr=False)
class Session:
    session: str
    account: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class SignIn:
    attempt: str
    nonce: str
    verifier: str
    expires_at: datetime


@dataclass(frozen=True)
class Proposal:
    """`state`: open, confirmed, withdrawn or failed."""

    proposal: str
    what: str
    about: str
    proposed_by: str
    proposed_at: datetime
    state: str = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Remark:
    about: str
    entry: str
    at: datetime
    who: str
    words: str


def _put(tx: Tx, table: sa.Table, row: object) -> None:
    tx.connection.execute(sa.insert(table).values(municipality_id=tx.municipality, **vars(row)))


def _rows(
    tx: Tx, table: sa.Table, *where: sa.ColumnElement[bool], order: object = None, lock: bool = False
) -> list[Mapping[str, object]]:
    wanted = sa.select(table).where(table.c.municipality_id == tx.municipality, *where)
    if order is not None:
        wanted = wanted.order_by(order)  # type: ignore[arg-type]
    if lock:
        wanted = wanted.with_for_update()
    names = [column.name for column in table.c if column.name != "municipality_id"]
    return [{name: row[name] for name in names} for row in tx.connection.execute(wanted).mappings()]


def add(tx: Tx, account: Account) -> None:
    _put(tx, accounts, account)


def find(tx: Tx, account: str, *, lock: bool = False) -> Account | None:
    """`lock`: nobody else changes this account until we are done."""
    rows = _rows(tx, accounts, accounts.c.account == account, lock=lock)
    return Account(**rows[0]) if rows else None  # type: ignore[arg-type]


def still_in_service(tx: Tx, account: str, role: str) -> bool:
    """Whether who spoke first may still have said it when a second person agrees. Who has no account spoke on the
    machine itself (docs/threats.md), and there is nothing to look up."""
    found = find(tx, account)
    return found is None or (found.state == "active" and role in json.loads(found.roles))


def all_accounts(tx: Tx) -> list[Account]:
    return [Account(**row) for row in _rows(tx, accounts, order=accounts.c.account)]  # type: ignore[arg-type]


def change(tx: Tx, account: str, **values: object) -> None:
    here = (accounts.c.municipality_id == tx.municipality, accounts.c.account == account)
    tx.connection.execute(sa.update(accounts).where(*here).values(**values))


def add_session(tx: Tx, session: Session) -> None:
    _put(tx, sessions, session)


def find_session(tx: Tx, session: str) -> Session | None:
    rows = _rows(tx, sessions, sessions.c.session == session)
    return Session(**rows[0]) if rows else None  # type: ignore[arg-type]


def seen(tx: Tx, session: str, at: datetime) -> None:
    here = (sessions.c.municipality_id == tx.municipality, sessions.c.session == session)
    tx.connection.execute(sa.update(sessions).where(*here).values(seen_at=at))


def end_session(tx: Tx, session: str) -> None:
    here = (sessions.c.municipality_id == tx.municipality, sessions.c.session == session)
    tx.connection.execute(sa.delete(sessions).where(*here))


def end_sessions(tx: Tx, account: str, but: str = "") -> None:
    here = (sessions.c.municipality_id == tx.municipality, sessions.c.account == account, sessions.c.session != but)
    tx.connection.execute(sa.delete(sessions).where(*here))


def end_all_sessions(tx: Tx) -> None:
    """Everybody's, and every sign-in that is under way."""
    for table in (sessions, sign_ins):
        tx.connection.execute(sa.delete(table).where(table.c.municipality_id == tx.municipality))


def forget(tx: Tx, now: datetime) -> None:
    """Sessions and sign-ins whose time is over."""
    for table in (sessions, sign_ins):
        over = (table.c.municipality_id == tx.municipality, table.c.expires_at <= now)
        tx.connection.execute(sa.delete(table).where(*over))


def add_sign_in(tx: Tx, sign_in: SignIn) -> None:
    _put(tx, sign_ins, sign_in)


def take_sign_in(tx: Tx, attempt: str) -> SignIn | None:
    """Find and forget: a sign-in is answered once."""
    here = (sign_ins.c.municipality_id == tx.municipality, sign_ins.c.attempt == attempt)
    taken = tx.connection.execute(sa.delete(sign_ins).where(*here).returning(sign_ins)).mappings().first()
    return None if taken is None else SignIn(**{name: taken[name] for name in SignIn.__dataclass_fields__})


def propose(tx: Tx, proposal: Proposal) -> None:
    _put(tx, proposals, proposal)


def find_proposal(tx: Tx, proposal: str, *, lock: bool = False) -> Proposal | None:
    rows = _rows(tx, proposals, proposals.c.proposal == proposal, lock=lock)
    return Proposal(**rows[0]) if rows else None  # type: ignore[arg-type]


def open_proposals(tx: Tx, what: str = "", about: str = "") -> list[Proposal]:
    """Oldest first."""
    where = [proposals.c.state == "open"]
    if what:
        where += [proposals.c.what == what, proposals.c.about == about]
    return [Proposal(**row) for row in _rows(tx, proposals, *where, order=proposals.c.proposed_at)]  # type: ignore[arg-type]


def decide(tx: Tx, proposal: str, state: str, who: str, at: datetime) -> None:
    here = (proposals.c.municipality_id == tx.municipality, proposals.c.proposal == proposal)
    tx.connection.execute(sa.update(proposals).where(*here).values(state=state, decided_by=who, decided_at=at))


def remark(tx: Tx, about: str, who: str, words: str, at: datetime) -> None:
    entry = f"{len(remarks_on(tx, about)) + 1:06d}"
    _put(tx, remarks, Remark(about, entry, at, who, words))


def remarks_on(tx: Tx, about: str) -> list[Remark]:
    return [Remark(**row) for row in _rows(tx, remarks, remarks.c.about == about, order=remarks.c.entry)]  # type: ignore[arg-type]
