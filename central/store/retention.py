"""Takes away what has been kept long enough, some rows at a time. Never a digest by which a thing is known again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import (
    alarms,
    ballot_links,
    cards,
    certificates,
    conflicts,
    dossiers,
    elections,
    envelopes,
    items,
    nonces,
    quarantine,
    roll_changes,
    roll_imports,
    sessions,
    sign_ins,
)

SOME = 500
_BALLOT = "ballot"


def empty_envelopes(tx: Tx, outcome: str, before: datetime) -> int:
    """Bodies of checked envelopes with this outcome; ballots that were accepted wait for the end of their vote."""
    where = [
        envelopes.c.outcome == outcome,
        envelopes.c.received_at < before,
        envelopes.c.message != "",
        envelopes.c.signature != "unchecked",
    ]
    if outcome == "accepted":
        where.append(envelopes.c.kind != _BALLOT)
    return _change(tx, envelopes, ["envelope"], where, message="")


def empty_conflicts(tx: Tx, before: datetime) -> int:
    where = [conflicts.c.received_at < before, conflicts.c.message != ""]
    return _change(tx, conflicts, ["envelope", "digest"], where, message="")


def empty_quarantine(tx: Tx, before: datetime) -> int:
    """Only what has been decided: the rest waits for two officers, however long."""
    where = [quarantine.c.received_at < before, quarantine.c.message != "", quarantine.c.state != "kept"]
    return _change(tx, quarantine, ["envelope", "digest"], where, message="")


def ended_votes(tx: Tx, before: datetime) -> list[str]:
    """Votes whose result was published before then."""
    ended = sa.func.coalesce(elections.c.published_at, elections.c.closes) < before
    here = (elections.c.municipality_id == tx.municipality, elections.c.state == "published", ended)
    return sorted(tx.connection.execute(sa.select(elections.c.election).where(*here)).scalars())


def cut_links(tx: Tx, election: str) -> int:
    """Empty the envelopes that carried ballots of this vote and forget whose they were."""
    mine = (ballot_links.c.municipality_id == tx.municipality, ballot_links.c.election == election)
    chosen = tx.connection.execute(
        sa.select(ballot_links.c.tracker, ballot_links.c.envelope).where(*mine).limit(SOME)
    ).all()
    if not chosen:
        return 0
    here = (envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope.in_([row.envelope for row in chosen]))
    tx.connection.execute(sa.update(envelopes).where(*here).values(message=""))
    gone = ballot_links.c.tracker.in_([row.tracker for row in chosen])
    return tx.connection.execute(sa.delete(ballot_links).where(*mine, gone)).rowcount


def vote_items(tx: Tx, election: str) -> list[tuple[str, str]]:
    """Kind and key of slips and credentials of a vote that are still handed out; at most SOME."""
    slips = sa.and_(items.c.kind == "slip", items.c.key.endswith(f"/{election}", autoescape=True))
    parts = sa.and_(items.c.kind == "credentials", items.c.key.startswith(f"{election}/", autoescape=True))
    here = (items.c.municipality_id == tx.municipality, items.c.body != "", sa.or_(slips, parts))
    rows = tx.connection.execute(sa.select(items.c.kind, items.c.key).where(*here).limit(SOME))
    return [(str(row.kind), str(row.key)) for row in rows]


def unname_certificates(tx: Tx, before: datetime) -> int:
    where = [certificates.c.issued_at < before, certificates.c.card != ""]
    return _change(tx, certificates, ["number"], where, card="")


def empty_changes(tx: Tx, before: datetime) -> int:
    """Records before and after of imports that were decided before then."""
    decided = sa.select(roll_imports.c.upload).where(
        roll_imports.c.municipality_id == tx.municipality, roll_imports.c.decided_at < before
    )
    there = sa.or_(roll_changes.c.before.is_not(None), roll_changes.c.after.is_not(None))
    where = [roll_changes.c.upload.in_(decided), there]
    return _change(tx, roll_changes, ["upload", "resident"], where, before=None, after=None)


def stale_previews(tx: Tx, before: datetime) -> list[str]:
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.state == "previewed")
    old = sa.select(roll_imports.c.upload).where(*here, roll_imports.c.made_at < before)
    return sorted(tx.connection.execute(old).scalars())


def drop_cards(tx: Tx, before: datetime) -> int:
    """Cards that expired before then, with the note of what was sealed to them."""
    mine = (cards.c.municipality_id == tx.municipality, cards.c.not_after < before)
    chosen = list(tx.connection.execute(sa.select(cards.c.card).where(*mine).limit(SOME)).scalars())
    for table in (dossiers, cards):
        gone = sa.delete(table).where(table.c.municipality_id == tx.municipality, table.c.card.in_(chosen))
        tx.connection.execute(gone)
    return len(chosen)


def drop_expired(tx: Tx, now: datetime) -> dict[str, int]:
    """Nonces, sessions and sign-ins whose life is over."""
    found = {}
    for table, end in (
        (nonces, nonces.c.forget_after),
        (sessions, sessions.c.expires_at),
        (sign_ins, sign_ins.c.expires_at),
    ):
        gone = sa.delete(table).where(table.c.municipality_id == tx.municipality, end < now)
        found[table.name] = tx.connection.execute(gone).rowcount
    return found


def drop_alarms(tx: Tx, before: datetime) -> int:
    gone = sa.delete(alarms).where(alarms.c.municipality_id == tx.municipality, alarms.c.seen_at < before)
    return tx.connection.execute(gone).rowcount


def _change(tx: Tx, table: sa.Table, keys: list[str], where: list[sa.ColumnElement[bool]], **values: Any) -> int:
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
