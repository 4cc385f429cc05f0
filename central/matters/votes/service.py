"""The life of an advisory vote: drawn up, open, the board's nightly growth, closed, tallied, published.

Must never end a vote before its time, publish what does not verify, or hold a credential. Every step may be repeated
after a cut: the board is the record, the tables follow it.
"""

from __future__ import annotations

from central.kernel.centre import Centre
from central.matters.votes.life import closing, drawing_up, rehearsal
from central.matters.votes.life.closing import close
from central.matters.votes.life.counting import publish, tally
from central.matters.votes.life.drawing_up import Plan
from central.matters.votes.life.elections import ElectionRefused, found, grow_board, held, notice_of
from central.matters.votes.store import elections as rows
from central.store.line import feed as feed_rows
from municipality.matters.votes.messages import VoteItem

__all__ = ["ElectionRefused", "Plan", "close", "grow_board", "publish", "tally"]


def draw_up(centre: Centre, plan: Plan, *, leave_out: frozenset[str] = frozenset(), auditors: str = "") -> str:
    """All at once, with a rehearsal's officials: freeze the roll, have the registrar make credentials and the officials
    sign, begin the board. Returns the election's id. `leave_out`: cards that were issued after the roll was fixed;
    `auditors`: what auditors hand to the registrar, a line for each of their cards."""
    draft = drawing_up.begin(centre, plan, leave_out)
    registered = rehearsal.register(centre, draft.request, draft.electors, auditors)
    prepared = drawing_up.prepare(centre, draft, registered)
    drawing_up.establish(centre, prepared, rehearsal.sign_setup(centre, prepared.notice.record()))
    return draft.election


def open_vote(centre: Centre, election: str) -> None:
    """Publish the notice: from now on booths know of the vote, and the intake takes ballots cast in its window."""
    with centre.store.writing() as tx:
        vote = found(rows.find(tx, election, lock=True), election)
        if vote.state != "draft":
            raise ElectionRefused(f"this vote is {vote.state}, not a draft")
        feed_rows.put(tx, VoteItem.NOTICE, {election: centre.sign(VoteItem.NOTICE, vote.notice)})
        rows.change(tx, election, state="open")


def give_up_waiting(centre: Centre, election: str, why: str) -> None:
    """In a rehearsal: its two officers declare lost whatever has not come by now, and refuse what waits for them."""
    waiting = closing.outstanding(centre, election).pending
    verdicts = {tracker: closing.Verdict(counts=False, reason=why) for tracker in waiting}
    declared = closing.draft_declaration(centre, election, {}, why, verdicts)
    notice = notice_of(held(centre, election))
    closing.declare(centre, election, declared.text, rehearsal.sign_declaration(centre, declared.text, notice.record()))
