"""Ballots: ciphertexts by tracker, one line of them for each public credential. Who sent which is kept apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.matters.votes.store.tables import ballot_links, ballots
from central.store import Tx, many

CURRENT, SUPERSEDED, ON_BOARD, REFUSED = "current", "superseded", "on_board", "refused"
PENDING = "pending"
# Of auditors' cards, from the end on: on their own board, or replaced before. Until then they are as all others.
AUDITED, AUDITED_BEFORE = "audited", "audited_before"
_WITHOUT_PLACE = (PENDING, REFUSED, AUDITED, AUDITED_BEFORE)


@dataclass(frozen=True)
class Ballot:
    """`ballot`: the ciphertext as Belenios wrote it. `state`: current | superseded | on_board; or, without a
    place among the others of its credential, pending (two officers decide) | refused (they have) | audited,
    audited_before (of an auditor's card, once the vote is over)."""

    election: str
    tracker: str
    credential: str
    ballot: str
    cast_at: datetime
    state: str = CURRENT

    @property
    def has_place(self) -> bool:
        """Whether it stands among the others of its credential, so that the last one cast counts."""
        return self.state not in _WITHOUT_PLACE

    @property
    def rank(self) -> tuple[datetime, str]:
        """The last one counts; ties by tracker, so that the order of arrival never matters."""
        return self.cast_at, self.tracker


@dataclass(frozen=True)
class Counts:
    """`on_board`: the newest of their credential, and on the board; `waiting`: the newest, and not yet on it;
    `pending`: two officers decide about them; `superseded`: all others but those that were refused."""

    on_board: int
    waiting: int
    superseded: int
    pending: int


@dataclass(frozen=True)
class Place:
    """Where a ballot stands, without the ballot. `superseded`: a newer one of its credential has come."""

    state: str
    superseded: bool


def counts(tx: Tx, election: str) -> Counts:
    """Of a vote; out of indexes alone. The newest of a credential is never in the state `superseded`."""
    mine = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    here = (*mine, ballots.c.state.not_in(_WITHOUT_PLACE))
    voters = sa.select(ballots.c.credential).where(*here).distinct().subquery()
    asked = (
        sa.select(sa.func.count()).select_from(voters),
        sa.select(sa.func.count()).select_from(ballots).where(*here, ballots.c.state == CURRENT),
        sa.select(sa.func.count()).select_from(ballots).where(*here),
        sa.select(sa.func.count()).select_from(ballots).where(*mine, ballots.c.state == PENDING),
    )
    cast_by, waiting, total, pending = (int(tx.connection.execute(one).scalar_one()) for one in asked)
    return Counts(cast_by - waiting, waiting, total - cast_by, pending)


def place(tx: Tx, election: str, tracker: str) -> Place | None:
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    row = tx.connection.execute(sa.select(*_RANK).where(*here, ballots.c.tracker == tracker)).first()
    if row is None:
        return None
    others = tx.connection.execute(sa.select(*_RANK).where(*here, ballots.c.credential == row.credential))
    return Place(row.state, any(other.state not in _WITHOUT_PLACE and _rank(other) > _rank(row) for other in others))


def on_board(tx: Tx, election: str, begins: str) -> list[tuple[str, bool]]:
    """Trackers on the board that begin so, in order, and whether each counts: no newer one of its credential stands on
    the board as well."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    shown = sa.select(*_RANK).where(*here, ballots.c.state == ON_BOARD, *_beginning(begins)).order_by(ballots.c.tracker)
    found = tx.connection.execute(shown).all()
    # The state is looked at here: asked for, it would send SQLite through the whole board instead of some credentials.
    same = sa.select(*_RANK).where(*here, ballots.c.credential.in_({row.credential for row in found}))
    last: dict[str, tuple[datetime, str]] = {}
    for row in tx.connection.execute(same):
        if row.state == ON_BOARD:
            last[row.credential] = max(_rank(row), last.get(row.credential, _rank(row)))
    return [(row.tracker, _rank(row) == last[row.credential]) for row in found]


def on_board_by_digit(tx: Tx, election: str, begins: str) -> dict[str, int]:
    """How many trackers on the board begin so, by their next digit: the beginning with it."""
    digit = sa.func.substr(ballots.c.tracker, 1, len(begins) + 1).label("begins")
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    counted = sa.select(digit, sa.func.count()).where(*here, ballots.c.state == ON_BOARD, *_beginning(begins))
    return {str(one): int(count) for one, count in tx.connection.execute(counted.group_by(digit).order_by(digit))}


def begun(tx: Tx, election: str, digits: str) -> list[str]:
    """Trackers that begin so; at most two, which are one too many."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    found = sa.select(ballots.c.tracker).where(*here, *_beginning(digits)).limit(2)
    return list(tx.connection.execute(found).scalars())


def find(tx: Tx, election: str, tracker: str) -> Ballot | None:
    return next(iter(_select(tx, election, ballots.c.tracker == tracker)), None)


def of_credential(tx: Tx, election: str, credential: str) -> list[Ballot]:
    return _select(tx, election, ballots.c.credential == credential)


def cards_of(tx: Tx, election: str, credential: str) -> set[str]:
    """The cards that have voted with this credential; more than one would be one too many."""
    same = sa.and_(*(ballots.c[key] == ballot_links.c[key] for key in ("municipality_id", "election", "tracker")))
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    asked = sa.select(ballot_links.c.card).join(ballots, same).where(*here, ballots.c.credential == credential)
    return set(tx.connection.execute(asked).scalars())


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


def voters(tx: Tx, election: str, among: Collection[str] | None = None) -> set[str]:
    """Cards (of these, where some are named) with a ballot on the board; none once the links are gone."""
    same = sa.and_(*(ballots.c[key] == ballot_links.c[key] for key in ("municipality_id", "election", "tracker")))
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election, ballots.c.state == ON_BOARD)
    these = () if among is None else (many.among(tx, ballot_links.c.card, among),)
    rows = tx.connection.execute(sa.select(ballot_links.c.card).join(ballots, same).where(*here, *these))
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


def pending(tx: Tx, election: str) -> list[str]:
    """Trackers of those that wait for two officers, in order."""
    return [ballot.tracker for ballot in _select(tx, election, ballots.c.state == PENDING)]


def standing_there(tx: Tx, election: str) -> set[str]:
    """On the board: trackers of those that stand there, also of those that a later one replaces."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    return set(tx.connection.execute(sa.select(ballots.c.tracker).where(*here, ballots.c.state == ON_BOARD)).scalars())


def superseded(tx: Tx, election: str) -> list[str]:
    """Ciphertexts that never reached a board, because a later one of the same credential came before."""
    return [ballot.ballot for ballot in _select(tx, election, ballots.c.state.in_((SUPERSEDED, AUDITED_BEFORE)))]


def set_apart(tx: Tx, election: str, credentials: Collection[str]) -> None:
    """Those of auditors' cards count no more among the others, now that the vote is over. May be done again."""
    here = (ballots.c.municipality_id == tx.municipality, ballots.c.election == election)
    theirs = ballots.c.credential.in_(credentials)
    for state, apart in ((ON_BOARD, AUDITED), (SUPERSEDED, AUDITED_BEFORE)):
        tx.connection.execute(sa.update(ballots).where(*here, theirs, ballots.c.state == state).values(state=apart))


def give_place(tx: Tx, ballot: Ballot) -> str:
    """The state of a ballot that is to count like any other: current if it was cast last of its credential, else
    superseded. What waited until now gives way to it."""
    others = [one for one in of_credential(tx, ballot.election, ballot.credential) if one.has_place]
    if any(other.rank > ballot.rank for other in others):
        return SUPERSEDED
    set_state(tx, ballot.election, [one.tracker for one in others if one.state == CURRENT], SUPERSEDED)
    return CURRENT


def admit(tx: Tx, election: str, trackers: Iterable[str]) -> None:
    """By two officers' word they count as if nothing had stood against them."""
    for tracker in trackers:
        ballot = find(tx, election, tracker)
        if ballot is not None and ballot.state == PENDING:
            set_state(tx, election, [tracker], give_place(tx, ballot))


def refuse(tx: Tx, election: str, trackers: Iterable[str]) -> None:
    """They do not count, by two officers' word; the one before each, where there is one, counts again."""
    for tracker in trackers:
        ballot = find(tx, election, tracker)
        if ballot is None or ballot.state == ON_BOARD:
            continue
        set_state(tx, election, [tracker], REFUSED)
        others = [one for one in of_credential(tx, election, ballot.credential) if one.has_place]
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


_RANK = (ballots.c.tracker, ballots.c.credential, ballots.c.cast_at, ballots.c.state)


def _rank(row: Any) -> tuple[datetime, str]:
    """As Ballot.rank."""
    return row.cast_at, row.tracker


def _beginning(digits: str) -> tuple[sa.ColumnElement[bool], ...]:
    """By an index, unlike LIKE: no tracker has a g."""
    return ballots.c.tracker >= digits, ballots.c.tracker < digits + "g"
