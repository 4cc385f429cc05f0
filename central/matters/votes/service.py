"""The life of an advisory vote: drawn up, open, the board's nightly growth, closed, tallied, published.

Must never end a vote before its time, publish what does not verify, or hold a credential. Every step may be repeated
after a cut: the board is the record, the tables follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ballot_box import Board, TallyResult
from central.kernel.centre import Centre
from central.matters.votes.life import closing, drawing_up, rehearsal
from central.matters.votes.life.closing import close
from central.matters.votes.life.counting import publish, read_result, tally
from central.matters.votes.life.drawing_up import Plan
from central.matters.votes.life.elections import ElectionRefused, board_of, found, grow_board, held, notice_of
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from central.store.line import feed as feed_rows
from municipality.matters.votes.messages import Election, VoteItem

__all__ = ["ElectionRefused", "Plan", "close", "grow_board", "publish", "tally"]


@dataclass(frozen=True)
class VoteStanding:
    """Where a vote stands. `ballots`: counted ones on the board; `waiting`: not yet on it; `superseded`: replaced."""

    election: str
    state: str
    notice: Election
    opens: datetime
    closes: datetime
    ballots: int
    waiting: int
    superseded: int
    head: str | None
    result: TallyResult | None


def draw_up(centre: Centre, plan: Plan, *, leave_out: frozenset[str] = frozenset()) -> str:
    """All at once, with a rehearsal's officials: freeze the roll, have the registrar make credentials and the officials
    sign, begin the board. Returns the election's id. `leave_out`: cards that were issued after the roll was fixed."""
    draft = drawing_up.begin(centre, plan, leave_out)
    registered = rehearsal.register(centre, draft.request, draft.electors)
    prepared = drawing_up.prepare(centre, draft, registered)
    drawing_up.establish(centre, prepared, rehearsal.sign_setup(centre, prepared.notice.record()))
    return draft.election


def open_vote(centre: Centre, election: str) -> None:
    """Publish the notice: from now on booths know of the vote, and the intake takes ballots cast in its window."""
    with centre.store.writing() as tx:
        held = found(rows.find(tx, election, lock=True), election)
        if held.state != "draft":
            raise ElectionRefused(f"this vote is {held.state}, not a draft")
        feed_rows.put(tx, VoteItem.NOTICE, {election: centre.sign(VoteItem.NOTICE, held.notice)})
        rows.change(tx, election, state="open")


def give_up_waiting(centre: Centre, election: str, why: str) -> None:
    """In a rehearsal: its two officers declare lost whatever has not come by now."""
    declared = closing.draft_declaration(centre, election, {}, why)
    notice = notice_of(held(centre, election))
    closing.declare(centre, election, declared.text, rehearsal.sign_declaration(centre, declared.text, notice.record()))


def standing(centre: Centre, election: str) -> VoteStanding:
    """Raises ElectionRefused if there is no such vote."""
    with centre.store.reading() as tx:
        held = found(rows.find(tx, election), election)
        return _standing(held, ballot_rows.all_of(tx, election))


def all_standings(centre: Centre) -> list[VoteStanding]:
    """Newest first."""
    with centre.store.reading() as tx:
        return [_standing(held, ballot_rows.all_of(tx, held.election)) for held in rows.all_of(tx)]


def archive(centre: Centre, election: str) -> Path:
    """The public record: a .bel that anybody can verify."""
    standing(centre, election)
    return board_of(centre, election).path


def find_ballot(centre: Centre, election: str, tracker: str) -> str:
    """ "unknown", "superseded" (a later one of the same credential counts), "on_board" or "waiting"."""
    with centre.store.reading() as tx:
        ballot = ballot_rows.find(tx, election, tracker)
        if ballot is None:
            return "unknown"
        others = ballot_rows.of_credential(tx, election, ballot.credential)
    if any(other.rank > ballot.rank for other in others):
        return "superseded"
    return "on_board" if ballot.state == ballot_rows.ON_BOARD else "waiting"


def trackers(centre: Centre, election: str) -> list[tuple[str, bool]]:
    """Trackers on the board in order, and whether each counts."""
    board = Board(archive(centre, election))
    counted = set(board.counted())
    return [(tracker, tracker in counted) for tracker in board.trackers()]


def _standing(held: rows.Held, ballots: list[ballot_rows.Ballot]) -> VoteStanding:
    last = {}
    for ballot in sorted(ballots, key=lambda one: one.rank):
        last[ballot.credential] = ballot
    counting = [ballot for ballot in last.values() if ballot.state == ballot_rows.ON_BOARD]
    waiting = [ballot for ballot in last.values() if ballot.state == ballot_rows.CURRENT]
    return VoteStanding(
        election=held.election,
        state=held.state,
        notice=Election.read(held.notice),
        opens=held.opens,
        closes=held.closes,
        ballots=len(counting),
        waiting=len(waiting),
        superseded=len(ballots) - len(last),
        head=held.head,
        result=None if held.result is None else read_result(held.result),
    )
