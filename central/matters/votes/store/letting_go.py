"""Takes away what tells who sent which ballot, or by which booth, some rows at a time. Never a ballot on the board."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from central.matters.votes.store.tables import ballot_links, ballots, elections, statements
from central.store import Tx, retention
from central.store.tables import conflicts, envelopes, items, quarantine
from municipality.matters.votes.messages import BALLOT_ACT, CLOSING_ACT, VoteItem


def ended_votes(tx: Tx, before: datetime) -> list[str]:
    """Votes whose result was published before then, or that closed before then and are never opened."""
    ended = sa.func.coalesce(elections.c.published_at, elections.c.closes) < before
    over = elections.c.state.in_(("published", "not_opened"))
    here = (elections.c.municipality_id == tx.municipality, over, ended)
    return sorted(tx.connection.execute(sa.select(elections.c.election).where(*here)).scalars())


def cut_links(tx: Tx, election: str) -> int:
    """Empty the envelopes that carried ballots of this vote and forget whose they were, and when each was cast: the
    second of a cast beside that of a certificate tells whose it was. It decided which one counts, and that is over."""
    mine = (ballot_links.c.municipality_id == tx.municipality, ballot_links.c.election == election)
    chosen = tx.connection.execute(
        sa.select(ballot_links.c.tracker, ballot_links.c.envelope).where(*mine).limit(retention.SOME)
    ).all()
    if not chosen:
        return 0
    here = (envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope.in_([row.envelope for row in chosen]))
    tx.connection.execute(sa.update(envelopes).where(*here).values(message=b""))
    trackers = [row.tracker for row in chosen]
    _forget_when(tx, election, trackers)
    gone = ballot_links.c.tracker.in_(trackers)
    return tx.connection.execute(sa.delete(ballot_links).where(*mine, gone)).rowcount


def cut_statements(tx: Tx, election: str) -> int:
    """Forget which booth took which ballots of this vote: there are not more of them than booths."""
    here = (statements.c.municipality_id == tx.municipality, statements.c.election == election)
    return tx.connection.execute(sa.delete(statements).where(*here)).rowcount


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
        key=lambda one: (one.cast_at, one.tracker),  # Ballot.rank in central.matters.votes.store.ballots
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
        envelopes.c.kind == BALLOT_ACT,
        envelopes.c.outcome == "rejected",
        envelopes.c.received_at < before,
        envelopes.c.message != b"",
    ]
    return retention.update_some(tx, envelopes, ["envelope"], where, message=b"")


def empty_closing_acts(tx: Tx, before: datetime) -> int:
    """Taken or refused: each names the ballots of a booth."""
    where = [envelopes.c.kind == CLOSING_ACT, envelopes.c.received_at < before, envelopes.c.message != b""]
    return retention.update_some(tx, envelopes, ["envelope"], where, message=b"")


def empty_ballots_in_conflict(tx: Tx, before: datetime) -> int:
    where = [
        sa.func.substr(conflicts.c.envelope, 15, 1) == "4",  # UUID version 4 says "ballot"
        conflicts.c.received_at < before,
        conflicts.c.message != b"",
    ]
    return retention.update_some(tx, conflicts, ["envelope", "digest"], where, message=b"")


def empty_discarded_ballots(tx: Tx, before: datetime) -> int:
    """Of stolen booths, once they were decided about."""
    where = [
        quarantine.c.kind.in_((BALLOT_ACT, CLOSING_ACT)),
        quarantine.c.state != "kept",
        quarantine.c.received_at < before,
        quarantine.c.message != b"",
    ]
    return retention.update_some(tx, quarantine, ["envelope", "digest"], where, message=b"")


def vote_items(tx: Tx, election: str) -> list[tuple[str, str]]:
    """Kind and key of slips, credentials and trackers of a vote that are still handed out; at most SOME."""
    slips = sa.and_(items.c.kind == VoteItem.SLIP, items.c.key.endswith(f"/{election}", autoescape=True))
    parts = sa.and_(items.c.kind == VoteItem.CREDENTIALS, items.c.key.startswith(f"{election}/", autoescape=True))
    listed = sa.and_(items.c.kind == VoteItem.TRACKERS, items.c.key == election)
    here = (items.c.municipality_id == tx.municipality, items.c.body != "", sa.or_(slips, parts, listed))
    rows = tx.connection.execute(sa.select(items.c.kind, items.c.key).where(*here).limit(retention.SOME))
    return [(str(row.kind), str(row.key)) for row in rows]
