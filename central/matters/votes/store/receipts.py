"""What is known of ballots by their tracker alone: where each stands, and which were refused. Never whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from central.matters.votes.store.tables import ballots, refused
from central.store import Tx


@dataclass(frozen=True)
class Place:
    """A ballot without its ciphertext: thousands of them fit in memory."""

    tracker: str
    credential: str
    cast_at: datetime
    state: str

    @property
    def rank(self) -> tuple[datetime, str]:
        """As Ballot.rank (central.matters.votes.store.ballots)."""
        return self.cast_at, self.tracker


def places(tx: Tx, election: str) -> list[Place]:
    """Of all ballots that were taken."""
    columns = (ballots.c.tracker, ballots.c.credential, ballots.c.cast_at, ballots.c.state)
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    return [Place(*row) for row in tx.connection.execute(sa.select(*columns).where(*here))]


def refuse(tx: Tx, election: str, reasons: Iterable[tuple[str, str]]) -> None:
    """`reasons`: tracker and reason; where one stands already, the first reason stays. In tracker order, so that no two
    batches wait for each other."""
    rows = [
        {"municipality_id": tx.municipality, "election": election, "tracker": tracker, "reason": reason}
        for tracker, reason in sorted(dict(reasons).items())
    ]
    insert = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
    if rows:
        tx.connection.execute(insert(refused).on_conflict_do_nothing(), rows)


def refused_of(tx: Tx, election: str, digits: str = "") -> dict[str, str]:
    """Reasons by tracker, of those whose tracker begins so."""
    here = (refused.c.municipality_id == tx.municipality, refused.c.election == election)
    begun = refused.c.tracker.startswith(digits, autoescape=True)
    rows = tx.connection.execute(sa.select(refused.c.tracker, refused.c.reason).where(*here, begun))
    return {str(row.tracker): str(row.reason) for row in rows}


def forget_refused(tx: Tx, election: str) -> int:
    """Returns how many."""
    here = (refused.c.municipality_id == tx.municipality, refused.c.election == election)
    return tx.connection.execute(sa.delete(refused).where(*here)).rowcount
