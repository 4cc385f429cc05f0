"""The end of a vote: what every booth has stated, what of it is here, what two officers declare about the rest.

Until then nobody hears a count, and no board is handed to a trustee: the difference of two results would open the
ballots that came between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import ballot_box
from ballot_box.officials import (
    Decided,
    Declaration,
    Lost,
    Signature,
    Stated,
    declaration_fault,
    declaration_of,
    deposits_fault,
    files,
    read_declaration,
    read_deposits,
    read_setup,
    read_stated,
)
from central.kernel.centre import Centre
from central.matters.votes.life import telling
from central.matters.votes.life.elections import (
    ElectionRefused,
    all_officials,
    auditors_board_of,
    board_of,
    declared,
    found,
    grow_board,
    held,
    listed,
    note,
    notice_of,
    signatures,
    turn,
)
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from municipality.matters.votes.messages import Election


@dataclass(frozen=True)
class Outstanding:
    """What stands between a vote and its end. `silent`: booths without a statement; `missing`: trackers that a booth
    stated and that have not come; `unstated`: trackers of ballots here that no booth has stated; `pending`: trackers of
    those that two officers decide about, because their card was blocked before they came."""

    silent: tuple[str, ...]
    missing: tuple[str, ...]
    unstated: tuple[str, ...]
    pending: tuple[str, ...]
    until: datetime

    @property
    def nothing(self) -> bool:
        return not (self.silent or self.missing or self.unstated or self.pending)


@dataclass(frozen=True)
class Verdict:
    """What two officers say of one ballot, and why; published."""

    counts: bool
    reason: str


def outstanding(centre: Centre, election: str) -> Outstanding:
    """Without what two officers have declared."""
    vote = held(centre, election)
    notice = notice_of(vote)
    with centre.store.reading() as tx:
        stated = {booth: read_stated(text) for booth, text in record_rows.statements_of(tx, election).items()}
        here = ballot_rows.trackers(tx, election)
        pending = ballot_rows.pending(tx, election)
        said = declared(tx, election)
    named = {tracker for one in stated.values() for tracker in one.statement.trackers}
    lost = {one.booth for one in said.lost} if said else set()
    decided = {one.tracker for one in said.decided} if said else set()
    silent = set(notice.booths) - set(stated)
    return Outstanding(
        silent=tuple(sorted(silent - lost)),
        missing=tuple(sorted(named - here - decided)),
        # What came from a booth that is lost, nobody has stated.
        unstated=() if silent else tuple(sorted(here - named - decided - set(pending))),
        # In the tables the verdict stands already, where one was given.
        pending=tuple(pending),
        until=vote.closes + timedelta(hours=notice.grace_hours),
    )


def declaration(centre: Centre, election: str) -> Declaration | None:
    """What two officers have declared so far."""
    with centre.store.reading() as tx:
        return declared(tx, election)


def draft_declaration(
    centre: Centre, election: str, reasons: Mapping[str, str], why: str, verdicts: Mapping[str, Verdict] | None = None
) -> Declaration:
    """What two officers have to sign for the vote to end as it stands. `reasons`: of booths that are lost, by id;
    `why`: about ballots that have not come; `verdicts`: about each ballot that waits for them, by tracker.
    ElectionRefused while something may still come, or without a word about each that waits."""
    rest = outstanding(centre, election)
    if centre.clock() < rest.until and (rest.silent or rest.missing):
        raise ElectionRefused(f"letters of booths may come until {rest.until.isoformat()}")
    judged = dict(verdicts or {})
    if judged.keys() != set(rest.pending):
        raise ElectionRefused(
            f"{len(rest.pending)} ballots wait for two officers: each needs their word, and none else does"
        )
    notice = notice_of(held(centre, election))
    lost = [Lost(booth, reasons.get(booth, why)) for booth in rest.silent]
    # What stands on the public board cannot be taken off it: then officers say that it counts, and why.
    with centre.store.reading() as tx:
        standing = ballot_rows.standing_there(tx, election)
        known = declared(tx, election)
    decided = [Decided(tracker, tracker in standing, why) for tracker in (*rest.missing, *rest.unstated)]
    decided += [Decided(tracker, one.counts, one.reason) for tracker, one in judged.items()]
    if known:
        lost, decided = [*known.lost, *lost], [*known.decided, *decided]
    return declaration_of(read_setup(notice.record()), lost, decided)


def declare(centre: Centre, election: str, text: str, signed: Sequence[Signature]) -> None:
    """Two officers' word, as they signed it. ElectionRefused if it is not that."""
    vote = held(centre, election)
    notice = notice_of(vote)
    if vote.state != "open":
        raise ElectionRefused(f"this vote is {vote.state}: nothing is declared about it any more")
    officials = all_officials(centre)[notice.officials]
    said = read_declaration(text)
    if fault := declaration_fault(said, signed, read_setup(notice.record()), officials):
        raise ElectionRefused(f"the declaration: {fault}")
    with centre.store.writing() as tx:
        # As the intake does: a letter of a booth that is declared lost is taken in before this, or not at all.
        rows.find(tx, election, lock=True)
        before = declared(tx, election)
        if before and not (set(before.lost) <= set(said.lost) and set(before.decided) <= set(said.decided)):
            raise ElectionRefused("it takes back what was declared before")
        record_rows.put(tx, election, record_rows.DECLARATION, files.signed_file(text, signed))
        ballot_rows.admit(tx, election, [one.tracker for one in said.decided if one.counts])
        ballot_rows.refuse(tx, election, [one.tracker for one in said.decided if not one.counts])


def close(centre: Centre, election: str) -> int:
    """End the vote: the intake stops, the rest goes on the board, the board is sealed, and everybody is told whether a
    ballot of theirs is on it. Returns how many were appended.

    Refused before the closing instant, and until every booth has been heard and every ballot that it stated is here, or
    two officers have declared what became of them.
    """
    now = centre.clock()
    rest = outstanding(centre, election)
    with centre.store.writing() as tx:
        vote = found(rows.find(tx, election, lock=True), election)
        if vote.state not in ("open", "closed"):
            raise ElectionRefused(f"this vote is {vote.state}: it cannot be closed")
        if now < vote.closes:
            raise ElectionRefused(f"this vote closes at {vote.closes.isoformat()}, and it is {now.isoformat()}")
        if vote.state == "open" and not rest.nothing:
            raise ElectionRefused(_still_out(rest))
        # Before the board grows for the last time, so that no ballot comes between that and the seal.
        rows.change(tx, election, state="closed")
    appended = grow_board(centre, election)
    board = board_of(centre, election)
    with turn(centre, election):
        for one in (board, auditors_board_of(centre, election)):
            if one:
                ballot_box.close(one)
        note(centre, election, board)
    telling.begin(centre, election)
    return appended


def _still_out(rest: Outstanding) -> str:
    said = []
    if rest.silent:
        said.append(f"no closing statement yet of: {', '.join(rest.silent)}")
    if rest.missing:
        said.append(f"ballots that booths stated and that have not come: {len(rest.missing)}")
    if rest.unstated:
        said.append(f"ballots here that no booth has stated: {len(rest.unstated)}")
    if rest.pending:
        said.append(f"ballots that wait for two officers, because their card was blocked: {len(rest.pending)}")
    return f"{'; '.join(said)} (wait until {rest.until.isoformat()}, then two officers declare what became of them)"


def package(centre: Centre, election: str) -> bytes:
    """All that a trustee is handed: the board as it is, the auditors' beside it, and what vouches for them."""
    vote = held(centre, election)
    notice = notice_of(vote)
    with centre.store.reading() as tx:
        statements = [read_stated(text) for _, text in sorted(record_rows.statements_of(tx, election).items())]
        superseded = ballot_rows.superseded(tx, election)
        word = record_rows.find(tx, election, record_rows.DECLARATION)
        audited = [record_rows.find(tx, election, kind) for kind in (record_rows.AUDITORS, record_rows.DEPOSITS)]
    auditors = auditors_board_of(centre, election)
    evidence = files.evidence_file(
        setup_file(notice),
        statements,
        superseded,
        None if word is None else files.read_signed(word, "declaration"),
        *audited,
    )
    return files.pack(board_of(centre, election).path, evidence, auditors.path if auditors else None)


def take_deposits(centre: Centre, election: str, text: str) -> None:
    """What the auditors had deposited, as the registrar hands it in when nobody votes any more. ElectionRefused for
    anything else, or when the trustees are already signing the end. Raises BadRecord."""
    vote = held(centre, election)
    said = read_setup(notice_of(vote).record()).audit
    if said is None:
        raise ElectionRefused("no auditors' cards take part in this vote")
    if vote.state not in ("closed", "tallied"):
        raise ElectionRefused(f"this vote is {vote.state}: deposits are taken in between its end and its result")
    deposits = read_deposits(text)
    with centre.store.writing() as tx:
        apart = listed(tx, election)
        fault = "the list is missing" if apart is None else deposits_fault(deposits, said, apart)
        if fault or record_rows.find(tx, election, record_rows.FINAL) is not None:
            raise ElectionRefused(fault or "a trustee has signed the end already")
        record_rows.put(tx, election, record_rows.DEPOSITS, text)


def setup_file(notice: Election) -> str:
    """The set-up with its signatures, as it is published."""
    extensions = [(one.record, signatures(one.signatures)) for one in notice.extensions]
    return files.setup_file(notice.record(), signatures(notice.signatures), extensions)


def slips(centre: Centre, election: str) -> dict[str, str]:
    """Of every booth that was heard, the code on its closing slip as its statement here gives it."""
    with centre.store.reading() as tx:
        return {booth: _slip(text) for booth, text in record_rows.statements_of(tx, election).items()}


def _slip(text: str) -> str:
    stated: Stated = read_stated(text)
    return stated.statement.slip
