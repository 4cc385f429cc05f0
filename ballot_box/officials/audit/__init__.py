"""What anybody can check of a vote with its officials' records beside its board: that this is the vote, the roll and
the key that they signed for, and the end that enough trustees have seen.

Believes nobody: whose officials they are, the reader says by a fingerprint from somewhere else.
"""

from __future__ import annotations

from ballot_box import tally
from ballot_box.board import Board, NotVerified, Verified
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.codes import FINGERPRINT_BYTES, CodeRefused, read_code
from ballot_box.officials.opening import Signed, another_board, setup_refused
from ballot_box.officials.records import (
    Extension,
    Final,
    Setup,
    closing,
    final_of,
)
from ballot_box.officials.records.auditors import Finding, Found
from ballot_box.officials.signing import BadRecord
from ballot_box.officials.trustee import Audited, audit_of


def verify(
    board: Board,
    officials: Officials,
    setup: tuple[Setup, Signed, tuple[tuple[Extension, Signed], ...]],
    final: tuple[Final, Signed] | None,
    fingerprint: str | None,
    head: str | None = None,
    audited: Audited | None = None,
) -> Verified | NotVerified:
    """tally.verify, and that `officials` signed for this board's set-up and, where there is one, for its end; and what
    the auditors' board came to, which is published with the end."""
    why = _other_officials(officials, fingerprint) or _other_setup(board, officials, setup)
    if why:
        return NotVerified(why)
    checked = tally.verify(board, head)
    if isinstance(checked, NotVerified):
        return checked
    record, signatures, _ = setup
    result = tally.published_result(board)
    if result is not None and result.ballots < record.floor:
        return NotVerified(f"{result.ballots} ballots were opened, and fewer than {record.floor} may not be")
    registrar = officials.names(
        _by(signatures, signing.SETUP, record.text, officials, Office.REGISTRAR), Office.REGISTRAR
    )
    trustees = officials.names(_by(signatures, signing.SETUP, record.text, officials, Office.TRUSTEE), Office.TRUSTEE)
    lines = [
        *checked.summary,
        f"The set-up (questions, roll, credentials, key, booths) was signed by {', '.join((*registrar, *trustees))}.",
    ]
    found = _audit(board, record, audited or Audited(), over=final is not None)
    if isinstance(found, str):
        return NotVerified(found)
    lines += _audit_lines(record, found)
    if final is not None:
        if fault := _other_end(board, officials, record, final, found):
            return NotVerified(fault)
        ended = officials.names(_by(final[1], signing.FINAL, final[0].text, officials, Office.TRUSTEE), Office.TRUSTEE)
        lines.append(f"This very end was signed by {', '.join(ended)}.")
    elif result is not None:
        lines.append("No final record was given: compare the head with one that the trustees signed.")
    return Verified(tuple(lines))


def _audit(board: Board, setup: Setup, given: Audited, *, over: bool) -> Finding | str | None:
    """Of a vote that is not at its end, nothing of its auditors is known yet."""
    if setup.audit and not over and given == Audited():
        return None
    return audit_of(setup, board.archive(), given)


def _audit_lines(setup: Setup, found: Finding | None) -> list[str]:
    if setup.audit is None:
        return ["No auditors' cards took part: whether a booth changed choices before it sealed them was not tested."]
    cards = f"{setup.audit.cards} auditors' cards take part, on the list that the set-up commits to"
    if found is None:
        return [f"{cards}; their board is opened with the vote's."]
    return [f"{cards}; {found.ballots} of them voted, on a board of their own: {_FOUND[found.found]}"]


_FOUND = {
    Found.AGREES: "its sum is exactly that of the choices that they had deposited before.",
    Found.DIFFERS: "FINDING: ITS SUM IS NOT THAT OF THE CHOICES THAT THEY HAD DEPOSITED BEFORE.",
    Found.FEW: "too few to be opened, so nothing was tested.",
    Found.NOT_DEPOSITED: "FINDING: THE CHOICES THAT THEY HAD DEPOSITED WERE NOT HANDED IN, so nothing was tested.",
}


def _by(signatures: Signed, typ: str, text: str, officials: Officials, role: Office) -> frozenset[str]:
    return signing.signers(signatures, typ, text, officials.keys(role))


def _other_officials(officials: Officials, fingerprint: str | None) -> str:
    if fingerprint is None:
        return ""
    try:
        wanted = read_code(fingerprint, FINGERPRINT_BYTES)
    except CodeRefused as refused:
        return f"the fingerprint: {refused}"
    return "" if wanted == officials.fingerprint else "these are not the officials with that fingerprint"


def _other_setup(
    board: Board, officials: Officials, signed: tuple[Setup, Signed, tuple[tuple[Extension, Signed], ...]]
) -> str:
    setup, signatures, extensions = signed
    if fault := setup_refused(setup, signatures, officials):
        return fault
    try:
        closing(setup, extensions, officials)
        return another_board(setup, board.setup())
    except (BadRecord, OSError, ValueError) as fault:
        return str(fault)


def _other_end(
    board: Board, officials: Officials, setup: Setup, signed: tuple[Final, Signed], found: Finding | None
) -> str:
    final, signatures = signed
    trustees = _by(signatures, signing.FINAL, final.text, officials, Office.TRUSTEE)
    if len(trustees) < officials.threshold:
        return f"{len(trustees)} of the trustees have signed the end, and it takes {officials.threshold}"
    result = tally.published_result(board)
    if result is None:
        return "the trustees have signed an end, and there is no result on the board"
    ours = final_of(setup, board.head(), result.counts, result.blanks, result.ballots, found)
    return "" if ours.text == final.text else "the end that the trustees signed is not this board's"
