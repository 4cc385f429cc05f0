"""Ballots: ciphertexts by tracker, one line of them for each public credential. Who sent which is kept apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.matters.votes.store.tables import ballot_links, ballots
from central.store import Tx

CURRENT, SUPERSEDED, ON_BOARD, REFUSED = "current", "superseded", "on_board", "refused"


@dataclass(frozen=True)
class Ballot:
    """`ballot`: the ciphertext as Belenios wrote it. `state`: current | superseded | on_board | refused."""

    election: str
    tracker: str
    credential: str
    ballot: str
    cast_at: datetime
    state: str = CURRENT

    @property
    def rank(self) -> tuple[datetime, str]:
        """The last one counts; ties by tracker, so that the order of arrival never matters."""
        return self.cast_at, self.tracker


def find(tx: Tx, election: str, tracker: str) -> Ballot | None:
    return next(iter(_select(tx, election, ballots.c.tracker == tracker)), None)


def begun(tx: Tx, election: str, digits: str) -> list[Ballot]:
    """Those whose tracker begins so."""
    return _select(tx, election, ballots.c.tracker.startswith(digits, autoescape=True))


def of_credential(tx: Tx, election: str, credential: str) -> list[Ballot]:
    return _select(tx, election, ballots.c.credential == credential)


def credentials_of(tx: Tx, election: str, card: str) -> set[str]:
    """The public credentials that this card has voted with; more than one would be somebody else's."""
    same = sa.and_(*(ballots.c[key] == ballot_links.c[key] for key in ("municipality_id", "election", "tracker")))
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election, ballot_links.c.card == card)
    rows = tx.connection.execute(sa.select(ballots.c.credential).join(ballot_links, same).where(*here))
    return set(rows.scalars())


def sent_from(tx: Tx, cards: Collection[str]) -> dict[str, int]:
    """How many ballots came from these cards, by vote; nothing of a vote whose links are gone."""
    here = (ballot_links.c.municipality_id == tx.municipality, ballot_links.c.card.in_(cards))
    counted = sa.select(ballot_links.c.election, sa.func.count()).where(*here).group_by(ballot_links.c.election)
    return {str(election): int(count) for election, count in tx.connection.execute(counted)}


def voters(tx: Tx, election: str) -> set[str]:
    """Cards with a ballot on the board; none once the links are gone."""
    same = sa.and_(*(ballots.c[key] == ballot_links.c[key] for key in ("municipality_id", "election", "tracker")))
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election, ballots.c.state == ON_BOARD)
    rows = tx.connection.execute(sa.select(ballot_links.c.card).join(ballots, same).where(*here))
    return set(rows.scalars())


def waiting(tx: Tx, election: str) -> list[Ballot]:
    """What the board has not got yet, in tracker order."""
    return _select(tx, election, ballots.c.state == CURRENT)


def all_of(tx: Tx, election: str) -> list[Ballot]:
    return _select(tx, election)


def trackers(tx: Tx, election: str) -> set[str]:
    """Of every ballot that is here, also of those that do not count."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    return set(tx.connection.execute(sa.select(ballots.c.tracker).where(*here)).scalars())


def on_board(tx: Tx, election: str) -> set[str]:
    """Trackers of those that stand there, also of those that a later one replaces."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    return set(tx.connection.execute(sa.select(ballots.c.tracker).where(*here, ballots.c.state == ON_BOARD)).scalars())


def superseded(tx: Tx, election: str) -> list[str]:
    """Ciphertexts that never reached the board, because a later one of the same credential came before."""
    return [ballot.ballot for ballot in _select(tx, election, ballots.c.state == SUPERSEDED)]


def refuse(tx: Tx, election: str, trackers: Iterable[str]) -> None:
    """They do not count, by two officers' word; the one before each, where there is one, counts again."""
    for tracker in trackers:
        ballot = find(tx, election, tracker)
        if ballot is None or ballot.state == ON_BOARD:
            continue
        set_state(tx, election, [tracker], REFUSED)
        others = [one for one in of_credential(tx, election, ballot.credential) if one.state != REFUSED]
        newest = max(others, key=lambda one: one.rank, default=None)
        if newest is not None and newest.state == SUPERSEDED:
            set_state(tx, election, [newest.tracker], CURRENT)


def add(tx: Tx, ballot: Ballot, *, card: str, booth: str, envelope: str) -> None:
    tx.connection.execute(sa.insert(ballots).values(municipality_id=tx.municipality, **vars(ballot)))
    link = {"election": ballot.election, "tracker": ballot.tracker, "card": card, "booth": booth, "envelope": envelope}
    tx.connection.execute(sa.insert(ballot_links).values(municipality_id=tx.municipality, **link))


def set_state(tx: Tx, election: str, trackers: Iterable[str], state: str) -> None:
    rows = [{"t": tracker} for tracker in trackers]
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    if rows:
        change = sa.update(ballots).where(*here, ballots.c.tracker == sa.bindparam("t")).values(state=state)
        tx.connection.execute(change, rows)


def _select(tx: Tx, election: str, *conditions: sa.ColumnElement[bool]) -> list[Ballot]:
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    rows = tx.connection.execute(sa.select(ballots).where(*here, *conditions)).mappings()
    found = [Ballot(**{key: row[key] for key in Ballot.__dataclass_fields__}) for row in rows]
    return sorted(found, key=lambda ballot: ballot.tracker)  # by code point, whatever the database's own order
