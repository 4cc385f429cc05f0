"""What a trustee's tool looks at before it opens a vote. A whole vote, once, after its end: never a board of some
ballots, early, with others added, or a second time. Of auditors' cards there is a board beside it, and no third.

It believes the officials that this trustee has signed for, and no more of what the town hall hands it than they vouch
for. What it cannot see is in docs/threats.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ballot_box import tally
from ballot_box.archive import Archive, BadArchive
from ballot_box.board import Board, NotVerified
from ballot_box.election import ElectionSetup
from ballot_box.listing import credential_in, list_digest, with_only
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.codes import SLIP_BYTES, CodeRefused, read_code
from ballot_box.officials.records import (
    Declaration,
    Extension,
    Setup,
    closing,
    officials_fault,
    unsigned,
)
from ballot_box.officials.records.auditors import (
    LEAST_AUDITED,
    Deposits,
    Finding,
    Listed,
    deposits_fault,
    finding,
    listed_fault,
)
from ballot_box.officials.signing import BadRecord, Signature
from ballot_box.officials.statement import Stated, by_booth, contradictions, stated_fault
from ballot_box.strict import BallotRefused, check_ballot
from ballot_box.tracker import tracker_of

Signed = Collection[Signature]


@dataclass(frozen=True)
class Evidence:
    """All that the town hall hands to a trustee. `superseded`: ciphertexts that a later one of the same credential
    replaced before they reached a board. `listed`: the auditors' cards, None where there are none; `deposits`: what
    they were going to choose, needed for the end alone."""

    setup: Setup
    setup_signatures: Signed
    extensions: Sequence[tuple[Extension, Signed]]
    statements: Sequence[Stated]
    superseded: Sequence[str]
    declaration: tuple[Declaration, Signed] | None
    listed: Listed | None = None
    deposits: Deposits | None = None


@dataclass(frozen=True)
class MayOpen:
    """Nothing stands against it. `told`: what the trustee is shown, a sentence a line. `tally`: hash of the event by
    which it was multiplied out. All that is opened stands before it, and others' shares after it. `auditors`: the same
    of the auditors' board, "" where that is not opened."""

    told: tuple[str, ...]
    tally: str
    auditors: str = ""


@dataclass(frozen=True)
class MayNotOpen:
    """The first thing that stands against it, in plain words."""

    why: str


class _Against(Exception):
    pass


def look(
    evidence: Evidence,
    board: Board,
    officials: Officials,
    now: datetime,
    slip: str,
    progress: Callable[[str], None] = lambda _said: None,
    auditors: Board | None = None,
) -> MayOpen | MayNotOpen:
    """`now`: the trustee's own clock. `slip`: what the trustee read on the closing slip of one booth. `auditors`: their
    board, of a vote with such cards."""
    try:
        told = [*_who_and_when(evidence, officials, now)]
        progress("The set-up is signed and the vote is over.")
        record, theirs = board.archive(), auditors.archive() if auditors else None
        if fault := another_board(evidence.setup, record.setup()):
            raise _Against(fault)
        if fault := boards_fault(evidence.setup, evidence.listed, record, theirs):
            raise _Against(fault)
        told += _what_booths_say(evidence, officials, now, slip)
        progress("Every booth has been heard, or declared lost.")
        told += _all_ballots(evidence, record, theirs)
        multiplied = _multiplied(record)
        opened = _of_auditors(theirs, len(auditors.counted())) if auditors and theirs else ""
        progress("Each proof is being checked; this takes a minute for some thousand ballots.")
        _sound(evidence, board, auditors)
        told += _enough(evidence.setup, len(board.counted()))
        if auditors:
            told.append(_told_of_auditors(evidence.setup, len(auditors.counted()), opened))
    except (_Against, BadRecord) as against:
        return MayNotOpen(str(against))
    except (BadArchive, OSError) as trouble:
        return MayNotOpen(f"the board cannot be read: {trouble}")
    return MayOpen(tuple(told), multiplied, opened)


def boards_fault(setup: Setup, listed: Listed | None, board: Archive, auditors: Archive | None) -> str:
    """Why the ballots are not parted as this set-up says: those of auditors' cards on a board of their own, and all
    others on the vote's; "" if they are. `board` is known to be of this set-up."""
    if setup.audit is None:
        if listed is None and auditors is None:
            return ""
        return "no auditors' cards take part in this vote, and a board or a list of theirs is here"
    if listed is None or auditors is None:
        return "auditors' cards take part in this vote, and their list or their board is not here"
    if fault := listed_fault(listed, setup.audit, board.setup().credentials):
        return fault
    if fault := another_board(setup, auditors.setup()):
        return f"the auditors' board: {fault}"
    if set(board.payloads("Ballot")) & set(auditors.payloads("Ballot")):
        return "a ballot stands on both boards"
    theirs = set(listed.credentials)
    if voted(board) & theirs:
        return "a ballot of an auditor's card stands on the vote's own board"
    if voted(auditors) - theirs:
        return "a ballot stands on the auditors' board whose credential is not on the list of their cards"
    return ""


def voted(record: Archive) -> set[str]:
    """The credentials whose ballots stand there; "" of what is no ballot, which the strict check then refuses."""
    ballots = [record.parsed(name) for name in record.payloads("Ballot")]
    said = [one.get("credential") if isinstance(one, dict) else None for one in ballots]
    return {one if isinstance(one, str) else "" for one in said}


def _of_auditors(record: Archive, counted: int) -> str:
    """The event of their board that is to be opened; "" of too few."""
    multiplied = [event.hash for event in record.events if event.kind == "EncryptedTally"]
    if not record.has("EndBallots"):
        raise _Against("the auditors' board has not been closed yet")
    if counted < LEAST_AUDITED and multiplied:
        raise _Against(f"{counted} auditors' ballots are on their board, and fewer than {LEAST_AUDITED} are not opened")
    if counted >= LEAST_AUDITED and not multiplied:
        raise _Against("the auditors' board has not been multiplied out yet")
    return multiplied[0] if multiplied else ""


def _told_of_auditors(setup: Setup, counted: int, opened: str) -> str:
    cards = setup.audit.cards if setup.audit else 0
    if opened:
        return f"Beside it {counted} ballots of {cards} auditors' cards are opened, to be compared with their deposits."
    return f"{counted} ballots of {cards} auditors' cards came: too few to be opened, so no booth has been tested."


def finding_on(setup: Setup, listed: Listed, deposits: Deposits | None, auditors: Board) -> Finding | str:
    """What the auditors' board came to, or why it cannot be said. It is known to be theirs, and verifies."""
    record = auditors.archive()
    counted, opened = voted(record), tally.published_result(auditors)
    if (len(counted) >= LEAST_AUDITED) != (opened is not None):
        return "the auditors' board has no result yet, or one of too few ballots"
    if deposits and setup.audit and (fault := deposits_fault(deposits, setup.audit, listed)):
        return fault
    return finding(record.setup().questions, counted, record.head, opened, deposits)


def _multiplied(record: Archive) -> str:
    """The event that is to be opened."""
    for event in record.events:
        if event.kind == "EncryptedTally":
            return event.hash
    raise _Against("the board has not been closed and multiplied out yet: there is nothing to open")


def _who_and_when(evidence: Evidence, officials: Officials, now: datetime) -> Iterable[str]:
    setup = evidence.setup
    if fault := setup_refused(setup, evidence.setup_signatures, officials):
        raise _Against(fault)
    closes = closing(setup, evidence.extensions, officials)
    if now < closes:
        raise _Against(f"the vote is open until {closes.isoformat()}, and it is {now.isoformat()} here")
    yield f"«{setup.plain['title']['el']}», {setup.electors} on the roll, closed at {closes.isoformat()}."


def setup_refused(setup: Setup, signatures: Signed, officials: Officials) -> str:
    """Why these officials have not signed for this set-up; "" if they have."""
    fault = officials_fault(setup, officials) or unsigned(setup, signatures, officials)
    return f"the set-up: {fault}" if fault else ""


def another_board(setup: Setup, counted: ElectionSetup) -> str:
    """Why this is not the board of this set-up; "" if it is."""
    if (counted.election, counted.trustees) != (setup.belenios, setup.trustees):
        return "the board is not the election that the officials signed for"
    if list_digest(counted.credentials) != setup.credentials_digest:
        return "the board has other credentials than the registrar made"
    return ""


def _what_booths_say(evidence: Evidence, officials: Officials, now: datetime, slip: str) -> Iterable[str]:
    setup = evidence.setup
    for stated in evidence.statements:
        if fault := stated_fault(stated, setup):
            raise _Against(f"the closing statement of booth {stated.statement.booth}: {fault}")
    if twofold := contradictions(evidence.statements):
        raise _Against(f"booth {twofold[0]} has made two different closing statements")
    lost = {one.booth: one.reason for one in _declared(evidence, officials).lost}
    heard = by_booth(evidence.statements)
    missing = sorted(set(setup.booths) - set(heard) - set(lost))
    if missing:
        raise _Against(f"nothing has been heard of booth {missing[0]}, and nobody has declared it lost")
    if unheard := sorted(set(lost) - set(setup.booths)) or sorted(set(lost) & set(heard)):
        raise _Against(f"booth {unheard[0]} is declared lost, and is none that is missing")
    latest = closing(setup, evidence.extensions, officials) + setup.grace
    if lost and now < latest:
        raise _Against(f"booth {min(lost)} may still be heard until {latest.isoformat()}")
    yield f"{len(heard)} of {len(setup.booths)} booths have made their closing statement."
    yield from (f"Declared lost: booth {booth} ({reason})." for booth, reason in sorted(lost.items()))
    yield _slip_line(heard.values(), slip)


def _slip_line(heard: Collection[Stated], slip: str) -> str:
    try:
        wanted = read_code(slip, SLIP_BYTES)
    except CodeRefused as refused:
        raise _Against(f"the closing slip: {refused}") from None
    for stated in heard:
        if stated.statement.slip == wanted:
            return f"The slip is that of booth {stated.statement.booth}: {len(stated.statement.trackers)} ballots."
    raise _Against("the closing slip is of none of these statements: what the booth said is not what is shown here")


def _declared(evidence: Evidence, officials: Officials) -> Declaration:
    if evidence.declaration is None:
        return Declaration("", evidence.setup.digest, (), ())
    declaration, signatures = evidence.declaration
    if fault := declaration_fault(declaration, signatures, evidence.setup, officials):
        raise _Against(f"the officers' declaration: {fault}")
    return declaration


def declaration_fault(declaration: Declaration, signatures: Signed, setup: Setup, officials: Officials) -> str:
    """Why two officers have not said this of this vote; "" if they have."""
    if declaration.setup != setup.digest:
        return "it is about another vote"
    signed = signing.signers(signatures, signing.DECLARATION, declaration.text, officials.keys(Office.OFFICER))
    return "" if len(signed) >= 2 else f"{len(signed)} of the officers have signed it, and it takes 2"


def _all_ballots(evidence: Evidence, record: Archive, auditors: Archive | None) -> Iterable[str]:
    """Each stated ballot is on a board or superseded; each there was stated, or decided, or of a lost booth."""
    board = [*record.payloads("Ballot"), *(auditors.payloads("Ballot") if auditors else ())]
    if len(set(board)) != len(board):
        raise _Against("a ballot stands on the board twice")
    on_board, superseded = set(board), {tracker_of(text) for text in evidence.superseded}
    declaration = evidence.declaration[0] if evidence.declaration else None
    decided = {one.tracker: one.counts for one in declaration.decided} if declaration else {}
    stated = {tracker for one in evidence.statements for tracker in one.statement.trackers}
    refused = {tracker for tracker, counts in decided.items() if not counts}
    admitted = set(decided) - refused
    if on_board & refused:
        raise _Against("a ballot stands on the board that the officers have refused")
    if both := on_board & superseded:
        raise _Against(f"{len(both)} ballots are said to be superseded and stand on the board")
    if gone := stated - on_board - superseded - refused:
        raise _Against(f"{len(gone)} ballots that booths took are neither on the board nor superseded nor refused")
    if gone := admitted - on_board - superseded:
        raise _Against(f"{len(gone)} ballots that the officers have admitted are neither on the board nor superseded")
    unstated = on_board - stated - admitted
    lost = bool(declaration and declaration.lost)
    if unstated and not lost:
        raise _Against(f"{len(unstated)} ballots stand on the board that no booth has taken")
    if (strangers := superseded - stated - set(decided)) and not lost:
        raise _Against(f"{len(strangers)} ballots are said to be superseded that no booth has taken")
    yield f"{len(board)} ballots are on the board; {len(superseded)} were superseded before, {len(refused)} refused."
    if admitted:
        yield f"Two officers have admitted {len(admitted)} ballots that a rule would not."
    if unstated:
        yield f"{len(unstated)} of them came from a booth that was lost before it made a statement."


def _enough(setup: Setup, counted: int) -> Iterable[str]:
    if counted < setup.floor:
        raise _Against(
            f"{counted} ballots count, and fewer than {setup.floor} are not opened: they could be told apart"
        )
    yield f"{counted} ballots count, one for each voter."


def _sound(evidence: Evidence, board: Board, auditors: Board | None) -> None:
    record = board.archive()
    setup = record.setup()
    have_voted = voted(record) | (voted(auditors.archive()) if auditors else set())
    for text in evidence.superseded:
        credential = _credential_of(setup, text)
        if credential not in have_voted:
            raise _Against("a ballot is said to be superseded whose voter has none on the board")
        if isinstance(check_ballot(with_only(setup, credential), text), BallotRefused):
            raise _Against("a ballot that is said to be superseded is not sound")
    for one, name in ((board, "the board"), (auditors, "the auditors' board")):
        if one and isinstance(checked := tally.verify(one), NotVerified):
            raise _Against(f"{name}: {checked.why}")


def _credential_of(setup: ElectionSetup, text: str) -> str:
    credential = credential_in(text)
    if credential is None or credential not in setup.credential_set:
        raise _Against("a ballot that is said to be superseded is of no credential of this vote")
    return credential
