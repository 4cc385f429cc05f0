"""Judges one ballot and keeps its place among the others of its credential. The last one cast counts, whatever the
order of arrival. Never opens a ballot, and never links one to a card outside the table that is made for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    with_only,
)
from ballot_box.officials.records import read_setup
from ballot_box.officials.signing import BadRecord
from ballot_box.officials.statement import read_stated, stated_fault
from central.kernel.centre import Centre
from central.kernel.judging import cores
from central.kernel.matter import Brought, Kept, Rejected, Undecided
from central.matters.votes.life.elections import declared
from central.matters.votes.store import ballots as rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import records as record_rows
from central.office.booths import admission
from central.store import Tx, alarms
from central.store.line import feed as feed_rows
from central.store.line.booths import Booth
from central.store.office import registry as registry_rows
from municipality.matters.votes.messages import BallotAct, ClosingAct, Credentials, Election, VoteItem
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
        return "found-later" if held.state != "draft" and centre.clock() >= held.closes else "not-open"
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
        heard = record_rows.heard_of(tx, held.election, booth)
        said = declared(tx, held.election)
    if said is not None and booth in {one.booth for one in said.lost}:
        return "found-later"
    if heard is None:
        # It goes before the ballots, so it is on its way, or has been refused: no verdict on this ballot yet.
        raise StatementMissing("a booth's closing statement has not come yet")
    return "" if tracker in read_stated(heard.stated).statement.trackers else "not-in-the-statement"


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
        known = record_rows.heard_of(tx, act.election, one.booth)
        if known is None and (held is None or held.state != "open" or _is_lost(tx, act.election, one.booth)):
            reasons.append("found-later")
        elif known is None:
            record_rows.add_statement(tx, act.election, one.booth, record_rows.Heard(act.stated, now))
            reasons.append("")
        elif read_stated(known.stated).statement.text == read_stated(act.stated).statement.text:
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
    except StatementMissing:
        return Undecided("")
    except (ToolFailed, OSError, NotSigned, ValueError) as trouble:
        # Of this one ballot: what came with it is judged all the same, or a broken tool would hold back lost cards.
        # What a booth may send wrongly has its own reason: what else cannot be read or believed is a row of ours.
        return Undecided(type(trouble).__name__)
    return Rejected(examined) if isinstance(examined, str) else examined


def keep_all(tx: Tx, votes: Sequence[Brought[SoundBallot]], now: datetime) -> Kept:
    """In the order of election and tracker, so that two batches never wait for each other, and neither table tells in
    which order ballots came."""
    inward = sorted(votes, key=lambda vote: (vote.act.ballot.election, vote.act.ballot.tracker, vote.envelope))
    reasons = {vote.envelope: keep(tx, vote.act, booth=vote.booth, envelope=vote.envelope) for vote in inward}
    for vote in inward:
        if reasons[vote.envelope] == CARD_DIFFERS:
            # The hour is all that any table says of a ballot's coming.
            hour = now.replace(minute=0, second=0, microsecond=0)
            alarms.ring(tx, CARD_DIFFERS, vote.booth, vote.act.ballot.election, hour)
    return Kept([reasons[vote.envelope] for vote in votes])


CARD_DIFFERS = "credential-of-another-card"
"""One credential came by two cards: also the alarm about it. The first one that came counts: which of the two is whose,
nobody here can tell."""


def keep(tx: Tx, sound: SoundBallot, *, booth: str, envelope: str) -> str:
    """Give the ballot its place: current if it was cast last of its credential, else superseded; pending if its card
    was blocked before it came. Returns "", or why it is not kept."""
    ballot = sound.ballot
    held = election_rows.find(tx, ballot.election, lock=True)  # one at a time: places depend on each other
    if held is None or held.state != "open":
        return "not-open"
    if rows.find(tx, ballot.election, ballot.tracker) is not None:
        return "ballot-known"
    # Whoever knows other credentials (the registrar, a thief of slips) must not use them with a card of their own.
    if rows.credentials_of(tx, ballot.election, sound.card) - {ballot.credential}:
        return "another-credential"
    if rows.cards_of(tx, ballot.election, ballot.credential) - {sound.card}:
        return CARD_DIFFERS
    if _is_lost(tx, ballot.election, booth):
        return "found-later"
    state = rows.PENDING if _blocked_meanwhile(tx, sound, booth) else rows.place(tx, ballot)
    rows.add(tx, replace(ballot, state=state), card=sound.card, booth=booth, envelope=envelope)
    return ""


def _is_lost(tx: Tx, election: str, booth: str) -> bool:
    """Two officers have declared that nothing more is to be heard of it: what comes all the same is not counted."""
    said = declared(tx, election)
    return said is not None and booth in {one.booth for one in said.lost}


def _blocked_meanwhile(tx: Tx, sound: SoundBallot, booth: str) -> bool:
    """Whether the ballot's card was blocked before it came, and its booth had not vouched for it by then: whoever holds
    a stolen card and a booth may claim any hour for a cast."""
    card = registry_rows.find_cards(tx, {sound.card}).get(sound.card)
    if card is None or card.revoked_at is None:
        return False
    heard = record_rows.heard_of(tx, sound.ballot.election, booth)
    if heard is None or heard.at >= card.revoked_at:
        return True
    return sound.ballot.tracker not in read_stated(heard.stated).statement.trackers
