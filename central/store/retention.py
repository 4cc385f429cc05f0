"""Takes away what has been kept long enough, some rows at a time. Never a digest by which a thing is known again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.line.nonces import LONGER
from central.store.tables import (
    alarms,
    conflicts,
    envelopes,
    nonces,
    quarantine,
    roll_changes,
    roll_imports,
    sessions,
    sign_in_tries,
    sign_ins,
)

SOME = 500


def empty_envelopes(tx: Tx, outcome: str, before: datetime, but: Collection[str] = ()) -> int:
    """Bodies of checked envelopes with this outcome, of all kinds `but` these."""
    where = [
        envelopes.c.outcome == outcome,
        envelopes.c.received_at < before,
        envelopes.c.message != b"",
        envelopes.c.signature != "unchecked",
        envelopes.c.kind.not_in(but),
    ]
    return update_some(tx, envelopes, ["envelope"], where, message=b"")


def empty_conflicts(tx: Tx, before: datetime) -> int:
    where = [conflicts.c.received_at < before, conflicts.c.message != b""]
    return update_some(tx, conflicts, ["envelope", "digest"], where, message=b"")


def empty_quarantine(tx: Tx, before: datetime) -> int:
    """Only what has been decided: the rest waits for two officers, however long."""
    where = [quarantine.c.received_at < before, quarantine.c.message != b"", quarantine.c.state != "kept"]
    return update_some(tx, quarantine, ["envelope", "digest"], where, message=b"")


def empty_changes(tx: Tx, before: datetime) -> int:
    """Of imports that were decided before then: the records before and after, who stood under which other number, the
    rows that were set aside and the families that those may have been about."""
    decided = sa.select(roll_imports.c.upload).where(
        roll_imports.c.municipality_id == tx.municipality, roll_imports.c.decided_at < before
    )
    change = roll_changes.c
    there = sa.or_(change.before.is_not(None), change.after.is_not(None), change.other != "")
    where = [change.upload.in_(decided), there]
    emptied = update_some(tx, roll_changes, ["upload", "resident"], where, before=None, after=None, other="")
    told = sa.or_(roll_imports.c.faults != "[]", roll_imports.c.unsure != "[]")
    these = [roll_imports.c.upload.in_(decided), told]
    return emptied + update_some(tx, roll_imports, ["upload"], these, faults="[]", unsure="[]")


def stale_previews(tx: Tx, before: datetime) -> list[str]:
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.state == "previewed")
    old = sa.select(roll_imports.c.upload).where(*here, roll_imports.c.made_at < before)
    return sorted(tx.connection.execute(old).scalars())


def drop_expired(tx: Tx, now: datetime) -> dict[str, int]:
    """Sessions and sign-ins whose life is over."""
    found = {}
    for table, end in (
        (sessions, sessions.c.expires_at),
        (sign_ins, sign_ins.c.expires_at),
        (sign_in_tries, sign_in_tries.c.forget_after),
    ):
        gone = sa.delete(table).where(table.c.municipality_id == tx.municipality, end < now)
        found[table.name] = tx.connection.execute(gone).rowcount
    return found


def drop_nonces(tx: Tx, now: datetime) -> int:
    """As central.store.line.nonces does with each request, for a centre that nobody has asked for a while."""
    mine = (nonces.c.municipality_id == tx.municipality, nonces.c.forget_after < now - LONGER)
    chosen = [
        tuple(row) for row in tx.connection.execute(sa.select(nonces.c.booth, nonces.c.nonce).where(*mine).limit(SOME))
    ]
    if chosen:
        tx.connection.execute(sa.delete(nonces).where(*mine, sa.tuple_(nonces.c.booth, nonces.c.nonce).in_(chosen)))
    return len(chosen)


def drop_alarms(tx: Tx, before: datetime) -> int:
    gone = sa.delete(alarms).where(alarms.c.municipality_id == tx.municipality, alarms.c.seen_at < before)
    return tx.connection.execute(gone).rowcount


def update_some(tx: Tx, table: sa.Table, keys: list[str], where: list[sa.ColumnElement[bool]], **values: Any) -> int:
    """Update at most SOME rows. Returns how many."""
    mine = table.c.municipality_id == tx.municipality
    names = [table.c[key] for key in keys]
    chosen = tx.connection.execute(sa.select(*names).where(mine, *where).limit(SOME)).all()
    if not chosen:
        return 0
    these = (
        sa.tuple_(*names).in_([tuple(row) for row in chosen])
        if len(names) > 1
        else names[0].in_([row[0] for row in chosen])
    )
    return tx.connection.execute(sa.update(table).where(mine, these).values(**values)).rowcount
