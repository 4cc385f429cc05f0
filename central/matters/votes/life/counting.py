"""From a closed vote to a published one: trustees' shares, the result, the end that they sign, a last look at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import ballot_box
from ballot_box import NotVerified, TallyResult
from ballot_box.officials import LEAST_AUDITED, Audited, Signature, audit, files, read_deposits, read_final, shares_in
from central.kernel.centre import Centre
from central.matters.votes.life import closing, rehearsal, turnout
from central.matters.votes.life.elections import (
    ElectionRefused,
    all_officials,
    auditors_board_of,
    board_of,
    held,
    listed,
    note,
    notice_of,
    turn,
)
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from central.store import Tx
from municipality.matters.votes.messages import Election

NOT_OPENED = "not_opened"


def seal_product(centre: Centre, election: str) -> bool:
    """Multiply what counts. False where it is too little to be opened: that is then the end of this vote."""
    vote = held(centre, election)
    if vote.state not in ("closed", "tallied"):
        raise ElectionRefused(f"this vote is {vote.state}: only a closed one is counted")
    board = board_of(centre, election)
    if len(board.counted()) < notice_of(vote).floor:
        note(centre, election, board, state=NOT_OPENED)
        return False
    ballot_box.encrypted_tally(board)
    auditors = auditors_board_of(centre, election)
    if auditors and len(auditors.counted()) >= LEAST_AUDITED:
        ballot_box.encrypted_tally(auditors)
    note(centre, election, board)
    return True


def tally(centre: Centre, election: str) -> TallyResult | None:
    """Have a rehearsal's trustees open a closed vote; None where it is not opened, because too few have voted."""
    with turn(centre, election):
        state = held(centre, election).state
        if state not in ("closed", "tallied"):
            raise ElectionRefused(f"this vote is {state}: only a closed one is tallied")
        board = board_of(centre, election)
        # After a cut the result may stand there already: the trustees are not asked to decrypt twice.
        if ballot_box.published_result(board) is not None:
            return _tallied(centre, election)
        if not seal_product(centre, election):
            return None
        _take_deposits(centre, election)
        codes = closing.slips(centre, election)
        package = closing.package(centre, election)
        for share in rehearsal.shares(centre, package, next(iter(codes.values()), ""), centre.clock()):
            _add(centre, election, share)
        return _tallied(centre, election)


def _take_deposits(centre: Centre, election: str) -> None:
    """Those of a rehearsal's registrar."""
    notice = notice_of(held(centre, election))
    if notice.audit:
        text = rehearsal.deposits(centre, closing.setup_file(notice), centre.clock())
        closing.take_deposits(centre, election, text)


def _add(centre: Centre, election: str, file: str) -> None:
    """Of a file with shares of both boards, all or none. Raises ValueError."""
    share, theirs = shares_in(file)
    auditors = auditors_board_of(centre, election)
    opened = auditors if auditors and auditors.archive().has("EncryptedTally") else None
    if bool(theirs) != bool(opened):
        raise ValueError("a share is expected for each board that is opened, and no other")
    if opened:
        ballot_box.add_partial_decryption(opened, theirs)
    ballot_box.add_partial_decryption(board_of(centre, election), share)


def add_share(centre: Centre, election: str, share: str) -> TallyResult | None:
    """A trustee's share, as their tool wrote it; the result once there are enough. ValueError for what is no share."""
    with turn(centre, election):
        if held(centre, election).state != "closed":
            raise ElectionRefused("this vote is not waiting for shares")
        board = board_of(centre, election)
        _add(centre, election, share)
        officials = all_officials(centre)[notice_of(held(centre, election)).officials]
        if len(board.archive().payloads("PartialDecryption")) < officials.threshold:
            return None
        return _tallied(centre, election)


def _tallied(centre: Centre, election: str) -> TallyResult:
    board = board_of(centre, election)
    auditors = auditors_board_of(centre, election)
    if auditors and auditors.archive().has("EncryptedTally"):
        ballot_box.result(auditors)
    result = ballot_box.result(board)
    note(centre, election, board, state="tallied", result=result_text(result))
    return result


def add_end(centre: Centre, election: str, record: str, signed: Sequence[Signature]) -> None:
    """The trustees' word for the end, one or several at a time."""
    read_final(record)
    with centre.store.writing() as tx:
        known = record_rows.find(tx, election, record_rows.FINAL)
        before = files.read_signed(known, "final record") if known else ("", ())
        kept = before[1] if before[0] == record else ()
        both = {one.by: one for one in (*kept, *signed)}
        record_rows.put(tx, election, record_rows.FINAL, files.signed_file(record, list(both.values())))


def publish(centre: Centre, election: str) -> TallyResult:
    """Verify everything once more, as anybody will, and show the result to all. A rehearsal's trustees sign the end on
    the way; real ones have done so."""
    now = centre.clock()  # before the recount, which may take long
    with turn(centre, election):
        vote = held(centre, election)
        if vote.state not in ("tallied", "published") or vote.result is None:
            raise ElectionRefused(f"this vote is {vote.state}: only a tallied one is published")
        if centre.settings.rehearsal is not None and vote.state == "tallied":
            add_end(centre, election, *rehearsal.ends(centre, closing.package(centre, election)))
        board = board_of(centre, election)
        # What does not verify here would not there.
        checked = _verified(centre, election)
        if isinstance(checked, NotVerified):
            raise ElectionRefused(f"the record does not verify: {checked.why}")
        result = read_result(vote.result)
        with centre.store.reading() as tx:
            by_unit = turnout.compute(tx, vote, result.ballots)
        with centre.store.writing() as tx:
            turnout.keep(tx, election, by_unit)
            rows.change(tx, election, state="published", head=board.head(), published_at=now)
        return result


def _verified(centre: Centre, election: str) -> object:
    vote = held(centre, election)
    notice = notice_of(vote)
    with centre.store.reading() as tx:
        final = record_rows.find(tx, election, record_rows.FINAL)
        given = audited(centre, tx, election)
    if final is None:
        return NotVerified("the trustees have not signed its end yet")
    return audit.verify(
        board_of(centre, election),
        all_officials(centre)[notice.officials],
        files.read_setup_file(closing.setup_file(notice)),
        files.read_final_file(final),
        notice.officials,
        vote.head,
        given,
    )


def audited(centre: Centre, tx: Tx, election: str) -> Audited:
    """What there is of a vote's auditors."""
    deposits = record_rows.find(tx, election, record_rows.DEPOSITS)
    return Audited(
        listed(tx, election), read_deposits(deposits) if deposits else None, auditors_board_of(centre, election)
    )


def signed_files(centre: Centre, notice: Election) -> dict[str, str]:
    """What lies beside a vote's board for anybody to check it by: file names and texts. What there is of auditors comes
    with the result."""
    election = notice.election
    with centre.store.reading() as tx:
        shown = rows.shown(tx, election)
        signed = {
            "declaration": record_rows.find(tx, election, record_rows.DECLARATION),
            "final": record_rows.find(tx, election, record_rows.FINAL),
        }
        if shown and shown[0].state == "published":
            both = (record_rows.AUDITORS, record_rows.DEPOSITS)
            signed |= {kind: record_rows.find(tx, election, kind) for kind in both}
    officials = all_officials(centre).get(notice.officials)
    if officials is not None:
        signed |= {"officials": officials.file(), "setup": closing.setup_file(notice)}
    return {f"{name}.json": text for name, text in signed.items() if text is not None}


def published_auditors(centre: Centre, election: str) -> Path | None:
    """The auditors' board, where there is one and the result is out."""
    board = auditors_board_of(centre, election)
    with centre.store.reading() as tx:
        published = any(one.state == "published" for one in rows.shown(tx, election))
    return board.path if board and published else None


def result_text(result: TallyResult) -> str:
    return json.dumps({"counts": result.counts, "blanks": result.blanks, "ballots": result.ballots})


def read_result(text: str) -> TallyResult:
    value = json.loads(text)
    return TallyResult(
        counts=tuple(tuple(row) for row in value["counts"]), blanks=tuple(value["blanks"]), ballots=value["ballots"]
    )
