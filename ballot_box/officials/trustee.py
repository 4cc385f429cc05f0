"""A trustee's two acts for one vote: their share of opening it, and their word for its end. Both only after a look at
all of it, and the first for one board alone (and the auditors' beside it), which this trustee's folder remembers.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ballot_box import tally
from ballot_box.archive import Archive
from ballot_box.board import Board, NotVerified
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.home import Home
from ballot_box.officials.opening import (
    Evidence,
    MayNotOpen,
    Signed,
    another_board,
    boards_fault,
    finding_on,
    look,
    setup_refused,
)
from ballot_box.officials.records import Setup, final_of
from ballot_box.officials.records.auditors import Deposits, Finding, Listed
from ballot_box.officials.signing import Signature

_OPENED = "opened"
_NO_TRUSTEE = "you are not one of the trustees of these officials"


@dataclass(frozen=True)
class Share:
    """A partial decryption, public. `told`: what stood in front of it. `auditors`: that of the auditors' board, ""
    where it is not opened."""

    text: str
    told: tuple[str, ...]
    auditors: str = ""

    @property
    def file(self) -> str:
        """As it goes to the town hall: two lines for each board."""
        return "\n".join(one.strip("\n") for one in (self.text, self.auditors) if one) + "\n"


def shares_in(file: str) -> tuple[str, str]:
    """A share for the vote's board and one for the auditors', "" where there is none. Raises ValueError for what is no
    file of shares; whether they are a trustee's, the board says."""
    lines = file.strip("\n").split("\n")
    if len(lines) not in (2, 4):
        raise ValueError("this is not a trustee's share of opening this vote")
    return "\n".join(lines[:2]), "\n".join(lines[2:])


@dataclass(frozen=True)
class Ended:
    """The final record and this trustee's signature under it."""

    text: str
    signature: Signature


def open_vote(
    home: Home,
    evidence: Evidence,
    board: Board,
    now: datetime,
    slip: str,
    *,
    agree: Callable[[tuple[str, ...]], bool] = lambda _told: True,
    progress: Callable[[str], None] = lambda _said: None,
    auditors: Board | None = None,
) -> Share | MayNotOpen:
    """`agree` is shown what was found, and asked. Asked again for the same board, the share is made again. `auditors`:
    their board, of a vote with such cards."""
    officials = home.officials()
    number = _number(home, officials)
    if number is None:
        return MayNotOpen(_NO_TRUSTEE)
    with _own(board) as board, _own_too(auditors) as auditors:
        found = look(evidence, board, officials, now, slip, progress, auditors)
        if isinstance(found, MayNotOpen):
            return found
        opened = _opened(home, evidence.setup)
        if opened - {(found.tally, found.auditors)}:
            return MayNotOpen("you have opened this vote before, with another board: a second one is never opened")
        if not agree(found.told):
            return MayNotOpen("you did not agree")
        if not opened:
            # Before the share exists: what was cut off in the middle counts as opened.
            whole = {"setup": evidence.setup.digest, "tally": found.tally, "auditors": found.auditors}
            home.remember(_OPENED, election=evidence.setup.election, **whole)
        shares = [
            tally.decrypt(one, number, home.part(), home.opened_by)
            for one in (board, auditors if found.auditors else None)
            if one
        ]
        return Share(shares[0], found.told, "".join(shares[1:]))


@dataclass(frozen=True)
class Audited:
    """What there is of a vote's auditors' cards at its end; nothing where none take part."""

    listed: Listed | None = None
    deposits: Deposits | None = None
    board: Board | None = None


def end_vote(
    home: Home, setup: tuple[Setup, Signed], board: Board, audited: Audited | None = None
) -> Ended | MayNotOpen:
    """This trustee's word for the whole board with its result, if it is the board that they opened or all of it
    verifies and another trustee did. `setup`: with its signatures. What the auditors' board came to is said in it."""
    record, signatures = setup
    officials = home.officials()
    if _number(home, officials) is None:
        return MayNotOpen(_NO_TRUSTEE)
    if fault := setup_refused(record, signatures, officials):
        return MayNotOpen(fault)
    given = audited or Audited()
    with _own(board) as board, _own_too(given.board) as auditors:
        return _ended(home, record, board, replace(given, board=auditors))


def _ended(home: Home, setup: Setup, board: Board, given: Audited) -> Ended | MayNotOpen:
    match tally.verify(board):
        case NotVerified(why):
            return MayNotOpen(f"the board: {why}")
    record = board.archive()
    if fault := another_board(setup, record.setup()):
        return MayNotOpen(fault)
    result = tally.published_result(board)
    if result is None:
        return MayNotOpen("there is no result on the board yet")
    found = audit_of(setup, record, given)
    if isinstance(found, str):
        return MayNotOpen(found)
    events = {event.hash for event in (*record.events, *(given.board.archive().events if given.board else ()))}
    if not {one for pair in _opened(home, setup) for one in pair if one} <= events:
        return MayNotOpen("this is not the board that you opened")
    final = final_of(setup, record.head, result.counts, result.blanks, result.ballots, found)
    return Ended(final.text, home.signer.sign(signing.FINAL, final.text))


def audit_of(setup: Setup, record: Archive, given: Audited) -> Finding | str | None:
    """What the auditors' board of this set-up came to, None where it has none, or what is wrong with it. `record`: the
    vote's own board, which is known to be of the set-up."""
    if given.board and isinstance(checked := tally.verify(given.board), NotVerified):
        return f"the auditors' board: {checked.why}"
    if fault := boards_fault(setup, given.listed, record, given.board.archive() if given.board else None):
        return fault
    if given.listed is None or given.board is None:
        return None
    return finding_on(setup, given.listed, given.deposits, given.board)


@contextmanager
def _own_too(board: Board | None) -> Iterator[Board | None]:
    """Of the auditors' board, where there is one."""
    if board is None:
        yield None
        return
    with _own(board) as own:
        yield own


@contextmanager
def _own(board: Board) -> Iterator[Board]:
    """A copy of this machine's own: who handed it over could put another in its place after it was looked at."""
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        yield Board(shutil.copyfile(board.path, Path(name) / "election.bel"))


def _opened(home: Home, setup: Setup) -> set[tuple[str, str]]:
    """What this trustee has opened of this vote, its board and the auditors': one pair, or none yet."""
    lines = [line for line in home.remembered(_OPENED) if line["election"] == setup.election]
    return {(line["tally"], line.get("auditors", "")) for line in lines}


def _number(home: Home, officials: Officials) -> int | None:
    ids = [one.id for one in officials.of(Office.TRUSTEE)]
    return ids.index(home.id) + 1 if home.id in ids else None
