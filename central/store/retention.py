"""Takes away what has been kept long enough, some rows at a time. Never a digest by which a thing is known again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.nonces import LONGER
from central.store.tables import (
    alarms,
    ballot_links,
    ballots,
    card_certificates,
    card_keys,
    card_secrets,
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
    sign_in_tries,
    sign_ins,
    technicians,
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
    """Empty the envelopes that carried ballots of this vote and forget whose they were, and when each was cast: the
    second of a cast beside that of a certificate tells whose it was. It decided which one counts, and that is over."""
    mine = (ballot_links.c.municipality_id == tx.municipality, ballot_links.c.election == election)
    chosen = tx.connection.execute(
        sa.select(ballot_links.c.tracker, ballot_links.c.envelope).where(*mine).limit(SOME)
    ).all()
    if not chosen:
        return 0
    here = (envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope.in_([row.envelope for row in chosen]))
    tx.connection.execute(sa.update(envelopes).where(*here).values(message=""))
    trackers = [row.tracker for row in chosen]
    _forget_when(tx, election, trackers)
    gone = ballot_links.c.tracker.in_(trackers)
    return tx.connection.execute(sa.delete(ballot_links).where(*mine, gone)).rowcount


def _forget_when(tx: Tx, election: str, trackers: list[str]) -> None:
    """In place of the second in which each was cast, the vote's opening and its turn among those of its credential: who
    asks for a tracker is still told whether a later one counts."""
    here = (elections.c.municipality_id == tx.municipality, elections.c.election == election)
    opens = tx.connection.execute(sa.select(elections.c.opens).where(*here)).scalar_one()
    these = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    theirs = sa.select(ballots.c.credential).where(*these, ballots.c.tracker.in_(trackers))
    all_of_them = sa.select(ballots.c.tracker, ballots.c.credential, ballots.c.cast_at)
    turns: dict[str, int] = {}
    values = []
    for row in sorted(
        tx.connection.execute(all_of_them.where(*these, ballots.c.credential.in_(theirs))),
        key=lambda one: (one.cast_at, one.tracker),  # central.store.ballots.Ballot.rank
    ):
        turn = turns[row.credential] = turns.get(row.credential, -1) + 1
        values.append({"t": row.tracker, "at": opens + timedelta(seconds=turn)})
    if values:
        change = sa.update(ballots).where(*these, ballots.c.tracker == sa.bindparam("t"))
        tx.connection.execute(change.values(cast_at=sa.bindparam("at")), values)


def votes_over_before(tx: Tx, before: datetime) -> datetime:
    """No vote that had opened by this instant can still be appealed against; at most `before`."""
    ended = set(ended_votes(tx, before))
    here = sa.select(elections.c.election, elections.c.opens).where(elections.c.municipality_id == tx.municipality)
    return min((opens for election, opens in tx.connection.execute(here) if election not in ended), default=before)


def empty_refused_ballots(tx: Tx, before: datetime) -> int:
    where = [
        envelopes.c.kind == _BALLOT,
        envelopes.c.outcome == "rejected",
        envelopes.c.received_at < before,
        envelopes.c.message != "",
    ]
    return _change(tx, envelopes, ["envelope"], where, message="")


def empty_ballots_in_conflict(tx: Tx, before: datetime) -> int:
    where = [
        sa.func.substr(conflicts.c.envelope, 15, 1) == "4",  # UUID version 4 says "ballot"
        conflicts.c.received_at < before,
        conflicts.c.message != "",
    ]
    return _change(tx, conflicts, ["envelope", "digest"], where, message="")


def empty_discarded_ballots(tx: Tx, before: datetime) -> int:
    """Of stolen booths, once they were decided about."""
    where = [
        quarantine.c.kind == _BALLOT,
        quarantine.c.state != "kept",
        quarantine.c.received_at < before,
        quarantine.c.message != "",
    ]
    return _change(tx, quarantine, ["envelope", "digest"], where, message="")


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
    """Of imports that were decided before then: the records before and after, who stood under which other number, the
    rows that were set aside and the families that those may have been about."""
    decided = sa.select(roll_imports.c.upload).where(
        roll_imports.c.municipality_id == tx.municipality, roll_imports.c.decided_at < before
    )
    change = roll_changes.c
    there = sa.or_(change.before.is_not(None), change.after.is_not(None), change.other != "")
    where = [change.upload.in_(decided), there]
    emptied = _change(tx, roll_changes, ["upload", "resident"], where, before=None, after=None, other="")
    told = sa.or_(roll_imports.c.faults != "[]", roll_imports.c.unsure != "[]")
    these = [roll_imports.c.upload.in_(decided), told]
    return emptied + _change(tx, roll_imports, ["upload"], these, faults="[]", unsure="[]")


def stale_previews(tx: Tx, before: datetime) -> list[str]:
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.state == "previewed")
    old = sa.select(roll_imports.c.upload).where(*here, roll_imports.c.made_at < before)
    return sorted(tx.connection.execute(old).scalars())


def drop_cards(tx: Tx, before: datetime) -> int:
    """Cards that expired before then, with what was sealed to them, issued for them or let in by them."""
    mine = (cards.c.municipality_id == tx.municipality, cards.c.not_after < before)
    chosen = list(tx.connection.execute(sa.select(cards.c.card).where(*mine).limit(SOME)).scalars())
    for table in (dossiers, card_secrets, card_certificates, technicians, cards):
        gone = sa.delete(table).where(table.c.municipality_id == tx.municipality, table.c.card.in_(chosen))
        tx.connection.execute(gone)
    keys = (card_keys.c.municipality_id == tx.municipality, card_keys.c.card.in_(chosen))
    tx.connection.execute(sa.update(card_keys).where(*keys).values(card=""))  # no second card gets its keys, ever
    return len(chosen)


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
    """As central.store.nonces does with each request, for a centre that nobody has asked for a while."""
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
