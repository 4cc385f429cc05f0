"""Judges ballots and keeps their places among the others of their credentials. The last one cast counts, whatever the
order of arrival. Never opens a ballot, and never links one to a card outside the table that is made for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from ballot_box import (
    BallotOk,
    BallotRefused,
    ElectionSetup,
    ToolFailed,
    ToolUnavailable,
    check_ballots,
    credential_in,
    list_digest,
    part_of,
    tracker,
    with_only,
)
from ballot_box.officials import BadRecord, read_setup, read_stated, stated_fault
from central.kernel.centre import Centre
from central.kernel.judging import cores
from central.kernel.matter import Brought, Kept, Rejected, RejectedAct, Undecided
from central.matters.votes.life.elections import declared
from central.matters.votes.store import ballots as rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import receipts
from central.matters.votes.store import records as record_rows
from central.office.booths import admission
from central.store import Tx, alarms
from central.store.line import feed as feed_rows
from central.store.line.booths import Booth
from central.store.office import registry as registry_rows
from municipality.matters.votes.messages import BallotAct, ClosingAct, Credentials, Election, VoteItem
from municipality.matters.votes.receipts import refusal
from sync import NotSigned

_TOGETHER = 32  # ballots on one scratch board: starting the program is then a hundredth of the work
_NO_VERDICT = (ToolFailed, OSError, NotSigned, ValueError)


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


@dataclass(frozen=True, repr=False)
class _Election:
    """An election as its ballots are judged by it. `setup` is without its credentials, which the notice only names."""

    row: election_rows.Held
    notice: Election
    setup: ElectionSetup


class _Elections:
    """What some ballots are judged by: each election, and each part of its credentials, read once for all of them."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._found: dict[str, _Election | None] = {}
        self._parts: dict[tuple[str, int], frozenset[str]] = {}

    def find(self, election: str) -> _Election | None:
        if election not in self._found:
            with self._centre.store.reading() as tx:
                row = election_rows.find(tx, election)
            self._found[election] = None if row is None else self._whole(row)
        return self._found[election]

    def _whole(self, row: election_rows.Held) -> _Election:
        notice = Election.read(row.notice)
        return _Election(row, notice, setup_of(notice))

    def is_listed(self, notice: Election, credential: str) -> bool:
        """Whether it stands on the election's list. Raises ToolUnavailable where the list is not whole here: that is no
        verdict on the ballot."""
        part = part_of(credential, len(notice.parts))
        place = (notice.election, part)
        if place not in self._parts:
            self._parts[place] = self._read(notice, part)
        return credential in self._parts[place]

    def _read(self, notice: Election, part: int) -> frozenset[str]:
        with self._centre.store.reading() as tx:
            item = feed_rows.find(tx, VoteItem.CREDENTIALS, notice.part_key(part))
        if item is None or not item.body:
            raise ToolUnavailable("a part of the credentials of an open vote is missing")
        listed = Credentials.read(self._centre.read_signed(VoteItem.CREDENTIALS, item.body)).credentials
        if list_digest(listed) != notice.parts[part]:
            raise ToolUnavailable("a part of the credentials is not the one that the notice names")
        return frozenset(listed)


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
    """Window, roll, then the ballots themselves: belenios-tool takes 27 ms for each, so they are shared over the cores.
    Raises what the store raises: then there is no verdict on any of them."""
    return cores().share(lambda some: _judge(centre, some), acts, least=4)


def _judge(centre: Centre, acts: Sequence[Brought[BallotAct]]) -> list[SoundBallot | Rejected | Undecided]:
    elections, verdicts = _Elections(centre), dict[int, SoundBallot | Rejected | Undecided]()
    waiting: dict[str, dict[int, str]] = {}  # election → place → public credential: nothing but the proofs is open
    for place, cast in enumerate(acts):
        try:
            found: str | Rejected | Undecided = _fault_or_credential(centre, elections, cast)
        except StatementMissing:
            found = Undecided("")
        except _NO_VERDICT as trouble:
            # Of this one ballot: what came with it is judged all the same, or a broken tool would hold back lost cards.
            # What a booth may send wrongly has its own reason: what else cannot be read or believed is a row of ours.
            found = Undecided(type(trouble).__name__)
        if isinstance(found, str):
            waiting.setdefault(cast.act.election, {})[place] = found
        else:
            verdicts[place] = found
    for election, credentials in waiting.items():
        held = elections.find(election)
        if held is None:
            raise AssertionError("it was there for each of them")
        places = list(credentials)
        for some in (places[start : start + _TOGETHER] for start in range(0, len(places), _TOGETHER)):
            setup = with_only(held.setup, *(credentials[place] for place in some))
            checked = _check(setup, [acts[place].act.ballot for place in some])
            verdicts |= {place: _verdict(acts[place], one) for place, one in zip(some, checked, strict=True)}
    return [verdicts[place] for place in range(len(acts))]


def _fault_or_credential(centre: Centre, elections: _Elections, cast: Brought[BallotAct]) -> Rejected | str:
    """Why it is refused before anything is computed, or the credential on the list that it says it is of. Whose card it
    is has been proved."""
    # A booth's clock may be some minutes wrong; a cast time far ahead would outrank every later vote.
    if cast.at > centre.clock() + _CLOCKS_DIFFER:
        return Rejected("cast-in-the-future")
    held = elections.find(cast.act.election)
    if held is None:
        return Rejected("unknown-election")
    if held.row.state != "open":
        over = held.row.state != "draft" and centre.clock() >= held.row.closes
        return Rejected("found-later" if over else "not-open")
    if not held.row.opens <= cast.at < held.row.closes:
        return Rejected("outside-the-window")
    # Its keys were signed for before the vote opened; one that came later has no statement that anybody would believe.
    if cast.booth not in held.notice.booths:
        return Rejected("booth-takes-no-part")
    if cast.card not in _frozen_roll(held.row.roll):
        return Rejected("not-on-the-roll")
    if why := _too_late(centre, held.row, held.notice, cast.booth, tracker.tracker_of(cast.act.ballot)):
        return Rejected(why)
    said = credential_in(cast.act.ballot)
    if said is None or not elections.is_listed(held.notice, said):
        return Rejected("ballot-not-sound")
    return said


def _check(setup: ElectionSetup, texts: Sequence[str]) -> list[BallotOk | BallotRefused | Undecided]:
    """All at once; where that cannot be done, each by itself, so that a ballot on which the tool breaks holds back no
    other."""
    try:
        return [*check_ballots(setup, texts)]
    except _NO_VERDICT as trouble:
        if len(texts) == 1:
            return [Undecided(type(trouble).__name__)]
        return [one for text in texts for one in _check(setup, [text])]


def _verdict(
    cast: Brought[BallotAct], checked: BallotOk | BallotRefused | Undecided
) -> SoundBallot | Rejected | Undecided:
    match checked:
        case BallotRefused():
            return Rejected("ballot-not-sound")
        case BallotOk(tracker, credential):
            ballot = rows.Ballot(cast.act.election, tracker, credential, cast.act.ballot, cast.at)
            return SoundBallot(ballot, cast.card)
        case Undecided():
            return checked


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
    _remember(tx, [(vote.act.ballot.election, vote.act.ballot.tracker, reasons[vote.envelope]) for vote in inward])
    return Kept([reasons[vote.envelope] for vote in votes])


def refused(tx: Tx, acts: Sequence[RejectedAct]) -> None:
    """What was refused without a look at the others of its credential, or at its card's word."""
    ballots = [(one.act, one.reason) for one in acts if isinstance(one.act, BallotAct)]
    _remember(tx, [(act.election, tracker.tracker_of(act.ballot), reason) for act, reason in ballots])


def _remember(tx: Tx, ballots: Sequence[tuple[str, str, str]]) -> None:
    """Election, tracker and reason of each, "" where there is none: whoever asks for a refused ballot is told so."""
    told = [(election, name, refusal(reason)) for election, name, reason in ballots if reason]
    for election in sorted({election for election, _name, _why in told}):
        # Of a vote that is none there is nobody who could ask.
        if election_rows.shown(tx, election):
            mine = [(name, why.value) for one, name, why in told if one == election and why is not None]
            receipts.refuse(tx, election, mine)


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
    state = rows.PENDING if _blocked_meanwhile(tx, sound, booth) else rows.give_place(tx, ballot)
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
