"""Where votes stand, for whoever only looks: the public site, the console, the command line.

Changes nothing, and never reads a ballot or a roll: what is asked here is asked of indexes, however many have voted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ballot_box import TallyResult
from central.kernel.centre import Centre
from central.kernel.outcome import StepRefused
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from municipality.matters.votes.messages import Election

ON_A_PAGE = 500  # trackers; a page of more is divided by the next digit


class NoSuchVote(StepRefused):
    """There is no vote of this id here."""


@dataclass(frozen=True)
class Vote:
    """A vote as it was drawn up, and how far it has come."""

    election: str
    state: str
    notice: Election
    opens: datetime
    closes: datetime
    head: str | None
    result: TallyResult | None


@dataclass(frozen=True)
class VoteStanding(Vote):
    """Also how many have voted. `ballots`: counted ones on the board, with auditors' until the vote is over; `waiting`:
    not yet on it; `superseded`: replaced; `pending`: two officers decide about them, because their card was blocked
    before they came."""

    ballots: int
    waiting: int
    superseded: int
    pending: int


@dataclass(frozen=True)
class TrackerPage:
    """The trackers on the board that begin with `begins` (hexadecimal digits), in order. Its address never changes.

    `listed`: each, and whether it counts. Where there are more than ON_A_PAGE, none is listed, and `further` has the
    beginnings that are one digit longer, with their numbers of trackers.
    """

    begins: str
    total: int
    listed: tuple[tuple[str, bool], ...]
    further: tuple[tuple[str, int], ...]


def vote(centre: Centre, election: str) -> Vote:
    """Raises NoSuchVote."""
    with centre.store.reading() as tx:
        found = rows.shown(tx, election)
    if not found:
        raise NoSuchVote(f"no vote {election!r} here")
    return _vote(found[0])


def all_votes(centre: Centre) -> list[Vote]:
    """Newest first; nothing is counted for it."""
    with centre.store.reading() as tx:
        return [_vote(one) for one in rows.shown(tx)]


def standing(centre: Centre, election: str) -> VoteStanding:
    """Raises NoSuchVote."""
    found = vote(centre, election)
    with centre.store.reading() as tx:
        counts = ballot_rows.counts(tx, election)
    return VoteStanding(
        **vars(found),
        ballots=counts.on_board,
        waiting=counts.waiting,
        superseded=counts.superseded,
        pending=counts.pending,
    )


def all_standings(centre: Centre) -> list[VoteStanding]:
    """Newest first."""
    return [standing(centre, one.election) for one in all_votes(centre)]


def archive(centre: Centre, election: str) -> Path:
    """The public record: a .bel that anybody can verify. Raises NoSuchVote."""
    vote(centre, election)
    return record(centre, election)


def record(centre: Centre, election: str) -> Path:
    """Where the record lies, or is going to."""
    return centre.settings.elections / election / "election.bel"


def whole_tracker(centre: Centre, election: str, begun: str) -> str:
    """The tracker that begins so; `begun` itself where none does, or more than one."""
    with centre.store.reading() as tx:
        found = ballot_rows.begun(tx, election, begun)
    return found[0] if len(found) == 1 else begun


def find_ballot(centre: Centre, election: str, tracker: str) -> str:
    """ "unknown", "pending" (two officers decide), "refused" (they have), "superseded" (a later one of the same
    credential counts), "audited" (of an auditor's card, once the vote is over), "on_board" or "waiting"."""
    with centre.store.reading() as tx:
        place = ballot_rows.place(tx, election, tracker)
    if place is None:
        return "unknown"
    if place.state in (ballot_rows.PENDING, ballot_rows.REFUSED):
        return place.state
    if place.state in (ballot_rows.AUDITED, ballot_rows.AUDITED_BEFORE):
        return ballot_rows.AUDITED
    if place.superseded:
        return "superseded"
    return "on_board" if place.state == ballot_rows.ON_BOARD else "waiting"


def trackers(centre: Centre, election: str, begins: str = "") -> TrackerPage:
    """What stands on the board, as the tables say: they follow the record."""
    with centre.store.reading() as tx:
        further = ballot_rows.on_board_by_digit(tx, election, begins)
        total = sum(further.values())
        if total > ON_A_PAGE:
            return TrackerPage(begins, total, (), tuple(further.items()))
        return TrackerPage(begins, total, tuple(ballot_rows.on_board(tx, election, begins)), ())


def trackers_around(centre: Centre, election: str, tracker: str) -> TrackerPage:
    """The page on which a tracker stands, or would."""
    page = trackers(centre, election)
    while page.further:
        page = trackers(centre, election, tracker[: len(page.begins) + 1])
    return page


def _vote(one: rows.Shown) -> Vote:
    result = None if one.result is None else _read_result(one.result)
    return Vote(**{**vars(one), "notice": Election.read(one.notice), "result": result})


def _read_result(text: str) -> TallyResult:
    """As central.matters.votes.service writes it."""
    value = json.loads(text)
    return TallyResult(
        counts=tuple(tuple(row) for row in value["counts"]), blanks=tuple(value["blanks"]), ballots=value["ballots"]
    )
