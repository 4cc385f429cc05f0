"""Judges one ballot and keeps its place among the others of its credential. The last one cast counts, whatever the
order of arrival. Never opens a ballot, and never links one to a card outside the table that is made for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from ballot_box import (
    BallotRefused,
    ElectionSetup,
    ToolFailed,
    ToolUnavailable,
    check_ballot,
    credential_in,
    list_digest,
    part_of,
    tracker_of,
    with_only,
)
from ballot_box.officials.records import read_setup
from ballot_box.officials.signing import BadRecord
from ballot_box.officials.statement import read_stated, stated_fault
from central.kernel.centre import Centre
from central.kernel.judging import cores
from central.kernel.matter import Brought, Kept, Rejected, RejectedAct, Undecided
from central.matters.votes.store import ballots as rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import receipts
from central.matters.votes.store import records as record_rows
from central.office.booths import admission
from central.store import Tx
from central.store.line import feed as feed_rows
from central.store.line.booths import Booth
from municipality.matters.votes.messages import BallotAct, ClosingAct, Credentials, Election, VoteItem
from municipality.matters.votes.receipts import refusal
from sync import NotSigned


@dataclass(frozen=True, repr=False)
class SoundBallot:
    """A ballot that passed every check that does not depend on the other ballots."""

    ballot: rows.Ballot
    card: str


def setup_of(notice: Election) -> ElectionSetup:
    """Belenios' own texts of an election, out of its notice; without its credentials, which the notice only names."""
    return ElectionSetup(notice.belenios.election, notice.belenios.trustees, (), notice.tool)


@lru_cache(maxsize=4)
def _frozen_roll(text: str) -> frozenset[str]:
    """A large town's list of cards takes longer to read than a ballot's check."""
    return frozenset(json.loads(text))


def _setup_for(centre: Centre, notice: Election, ballot: str) -> ElectionSetup | None:
    """What `ballot` is checked against: the election, with the ballot's own credential if it stands on the list. Raises
    ToolUnavailable where the list is not whole here: that is no verdict on the ballot."""
    setup, said = setup_of(notice), credential_in(ballot)
    if said is None:
        return setup
    part = part_of(said, len(notice.parts))
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, VoteItem.CREDENTIALS, notice.part_key(part))
    if item is None or not item.body:
        raise ToolUnavailable("a part of the credentials of an open vote is missing")
    listed = Credentials.read(centre.read_signed(VoteItem.CREDENTIALS, item.body)).credentials
    if list_digest(listed) != notice.parts[part]:
        raise ToolUnavailable("a part of the credentials is not the one that the notice names")
    return with_only(setup, said) if said in listed else None


def examine(centre: Centre, cast: Brought[BallotAct]) -> SoundBallot | str:
    """Sound, or a short code: window, roll, then the ballot itself. Whose card it is has been proved.

    Raises ToolFailed or OSError where the ballot cannot be checked now, and what the store raises.
    """
    act = cast.act
    with centre.store.reading() as tx:
        held = election_rows.find(tx, act.election)
    if held is None:
        return "unknown-election"
    if held.state != "open":
        return "not-open"
    if not held.opens <= cast.at < held.closes:
        return "outside-the-window"
    notice = Election.read(held.notice)
    # Its keys were signed for before the vote opened; one that came later has no statement that anybody would believe.
    if cast.booth not in notice.booths:
        return "booth-takes-no-part"
    if cast.card not in _frozen_roll(held.roll):
        return "not-on-the-roll"
    setup = _setup_for(centre, notice, act.ballot)
    checked = None if setup is None else check_ballot(setup, act.ballot)
    if checked is None or isinstance(checked, BallotRefused):
        return "ballot-not-sound"
    if why := _too_late(centre, held, notice, cast.booth, checked.tracker):
        return why
    ballot = rows.Ballot(act.election, checked.tracker, checked.credential, act.ballot, cast.at)
    return SoundBallot(ballot, cast.card)


def _too_late(centre: Centre, held: election_rows.Held, notice: Election, booth: str, tracker: str) -> str:
    """After the end a ballot counts only if its booth has stated that it took it, and within the published grace."""
    now = centre.clock()
    if now < held.closes:
        return ""
    if now >= held.closes + timedelta(hours=notice.grace_hours):
        return "found-later"
    with centre.store.reading() as tx:
        text = record_rows.statements_of(tx, held.election).get(booth)
    if text is None:
        # It goes before the ballots, so it is on its way, or has been refused: no verdict on this ballot yet.
        raise StatementMissing("a booth's closing statement has not come yet")
    return "" if tracker in read_stated(text).statement.trackers else "not-in-the-statement"


class StatementMissing(OSError):
    """A ballot came after the end and its booth has not said yet which ones it took."""


def judge_statements(
    centre: Centre, booth: Booth, acts: Sequence[Brought[ClosingAct]]
) -> list[ClosingAct | Rejected | Undecided]:
    return [_judge_statement(centre, booth, one.act) for one in acts]


def _judge_statement(centre: Centre, booth: Booth, act: ClosingAct) -> ClosingAct | Rejected:
    with centre.store.reading() as tx:
        held = election_rows.find(tx, act.election)
    if held is None:
        return Rejected("unknown-election")
    notice = Election.read(held.notice)
    try:
        stated = read_stated(act.stated)
        fault = stated_fault(stated, read_setup(notice.record()))
    except BadRecord:
        return Rejected("unreadable-body")
    if fault or stated.statement.booth != booth.booth:
        return Rejected("statement-not-believed")
    if centre.clock() < held.closes - _CLOCKS_DIFFER:
        return Rejected("statement-too-early")
    return act


# A booth's clock may be some minutes wrong.
_CLOCKS_DIFFER = timedelta(minutes=10)


def keep_statements(tx: Tx, acts: Sequence[Brought[ClosingAct]], now: datetime) -> Kept:
    """Each booth has one last word. A second, other one is no word at all: nobody can tell which is true."""
    reasons = []
    for one in acts:
        act = one.act
        held = election_rows.find(tx, act.election, lock=True)
        known = record_rows.statements_of(tx, act.election).get(one.booth)
        if known is None and held is not None and held.state == "open":
            record_rows.add_statement(tx, act.election, one.booth, act.stated)
            reasons.append("")
        elif known is None:
            reasons.append("not-open")
        elif read_stated(known).statement.text == read_stated(act.stated).statement.text:
            reasons.append("")
        else:
            admission.suspect(tx, one.booth, "two-statements", act.election, now)
            reasons.append("another-statement")
    return Kept(reasons)


def judge(
    centre: Centre, _booth: Booth, acts: Sequence[Brought[BallotAct]]
) -> list[SoundBallot | Rejected | Undecided]:
    """Each with belenios-tool: a process of its own, some 100 ms long, so they are shared over the cores."""
    return cores().share(lambda some: [_judge(centre, one) for one in some], acts, least=1)


def _judge(centre: Centre, cast: Brought[BallotAct]) -> SoundBallot | Rejected | Undecided:
    # A booth's clock may be some minutes wrong; a cast time far ahead would outrank every later vote.
    if cast.at > centre.clock() + _CLOCKS_DIFFER:
        return Rejected("cast-in-the-future")
    try:
        examined = examine(centre, cast)
    except (ToolFailed, OSError, NotSigned, ValueError) as trouble:
        # Of this one ballot: what came with it is judged all the same, or a broken tool would hold back lost cards.
        # What a booth may send wrongly has its own reason: what else cannot be read or believed is a row of ours.
        return Undecided(type(trouble).__name__)
    return Rejected(examined) if isinstance(examined, str) else examined


def keep_all(tx: Tx, votes: Sequence[Brought[SoundBallot]], _now: datetime) -> Kept:
    """In the order of election and tracker, so that two batches never wait for each other, and neither table tells in
    which order ballots came."""
    inward = sorted(votes, key=lambda vote: (vote.act.ballot.election, vote.act.ballot.tracker, vote.envelope))
    reasons = {vote.envelope: keep(tx, vote.act, booth=vote.booth, envelope=vote.envelope) for vote in inward}
    _remember(tx, [(vote.act.ballot.election, vote.act.ballot.tracker, reasons[vote.envelope]) for vote in inward])
    return Kept([reasons[vote.envelope] for vote in votes])


def refused(tx: Tx, acts: Sequence[RejectedAct]) -> None:
    """What was refused without a look at the others of its credential, or at its card's word."""
    ballots = [(one.act, one.reason) for one in acts if isinstance(one.act, BallotAct)]
    _remember(tx, [(act.election, tracker_of(act.ballot), reason) for act, reason in ballots])


def _remember(tx: Tx, ballots: Sequence[tuple[str, str, str]]) -> None:
    """Election, tracker and reason of each, "" where there is none: whoever asks for a refused ballot is told so."""
    told = [(election, tracker, refusal(reason)) for election, tracker, reason in ballots if reason]
    for election in sorted({election for election, _tracker, _why in told}):
        # Of a vote that is none there is nobody who could ask.
        if election_rows.find(tx, election) is not None:
            mine = [(tracker, why.value) for one, tracker, why in told if one == election and why is not None]
            receipts.refuse(tx, election, mine)


def keep(tx: Tx, sound: SoundBallot, *, booth: str, envelope: str) -> str:
    """Give the ballot its place: current if it was cast last of its credential, else superseded. Returns "", or why
    it is not kept."""
    ballot = sound.ballot
    held = election_rows.find(tx, ballot.election, lock=True)  # one at a time: places depend on each other
    if held is None or held.state != "open":
        return "not-open"
    if rows.find(tx, ballot.election, ballot.tracker) is not None:
        return "ballot-known"
    # Whoever knows other credentials (the registrar, a thief of slips) must not use them with a card of their own.
    if rows.credentials_of(tx, ballot.election, sound.card) - {ballot.credential}:
        return "another-credential"
    others = rows.of_credential(tx, ballot.election, ballot.credential)
    newest = all(other.rank < ballot.rank for other in others)
    if newest:
        waiting = [other.tracker for other in others if other.state == rows.CURRENT]
        rows.set_state(tx, ballot.election, waiting, rows.SUPERSEDED)
    state = rows.CURRENT if newest else rows.SUPERSEDED
    placed = rows.Ballot(**{**vars(ballot), "state": state})
    rows.add(tx, placed, card=sound.card, booth=booth, envelope=envelope)
    return ""
