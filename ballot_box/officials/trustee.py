"""A trustee's two acts for one vote: their share of opening it, and their word for its end. Both only after a look at
all of it, and the first for one board alone, which this trustee's folder remembers.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ballot_box import tally
from ballot_box.board import Board, NotVerified
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.home import Home
from ballot_box.officials.opening import Evidence, MayNotOpen, Signed, another_board, look, setup_refused
from ballot_box.officials.records import Setup, final_of
from ballot_box.officials.signing import Signature

_OPENED = "opened"
_NO_TRUSTEE = "you are not one of the trustees of these officials"


@dataclass(frozen=True)
class Share:
    """A partial decryption, public. `told`: what stood in front of it."""

    text: str
    told: tuple[str, ...]


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
) -> Share | MayNotOpen:
    """`agree` is shown what was found, and asked. Asked again for the same board, the share is made again."""
    officials = home.officials()
    number = _number(home, officials)
    if number is None:
        return MayNotOpen(_NO_TRUSTEE)
    with _own(board) as board:
        found = look(evidence, board, officials, now, slip, progress)
        if isinstance(found, MayNotOpen):
            return found
        opened = _opened(home, evidence.setup)
        if opened - {found.tally}:
            return MayNotOpen("you have opened this vote before, with another board: a second one is never opened")
        if not agree(found.told):
            return MayNotOpen("you did not agree")
        if not opened:
            # Before the share exists: what was cut off in the middle counts as opened.
            home.remember(_OPENED, election=evidence.setup.election, setup=evidence.setup.digest, tally=found.tally)
        return Share(tally.decrypt(board, number, home.part(), home.opened_by), found.told)


def end_vote(home: Home, setup: tuple[Setup, Signed], board: Board) -> Ended | MayNotOpen:
    """This trustee's word for the whole board with its result, if it is the board that they opened or all of it
    verifies and another trustee did. `setup`: with its signatures."""
    record, signatures = setup
    officials = home.officials()
    if _number(home, officials) is None:
        return MayNotOpen(_NO_TRUSTEE)
    if fault := setup_refused(record, signatures, officials):
        return MayNotOpen(fault)
    with _own(board) as board:
        return _ended(home, record, board)


def _ended(home: Home, setup: Setup, board: Board) -> Ended | MayNotOpen:
    match tally.verify(board):
        case NotVerified(why):
            return MayNotOpen(f"the board: {why}")
    record = board.archive()
    if fault := another_board(setup, record.setup()):
        return MayNotOpen(fault)
    result = tally.published_result(board)
    if result is None:
        return MayNotOpen("there is no result on the board yet")
    if not _opened(home, setup) <= {event.hash for event in record.events}:
        return MayNotOpen("this is not the board that you opened")
    final = final_of(setup, record.head, result.counts, result.blanks, result.ballots)
    return Ended(final.text, home.signer.sign(signing.FINAL, final.text))


@contextmanager
def _own(board: Board) -> Iterator[Board]:
    """A copy of this machine's own: who handed it over could put another in its place after it was looked at."""
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        yield Board(shutil.copyfile(board.path, Path(name) / "election.bel"))


def _opened(home: Home, setup: Setup) -> set[str]:
    """What this trustee has opened of this vote: one, or none yet."""
    return {line["tally"] for line in home.remembered(_OPENED) if line["election"] == setup.election}


def _number(home: Home, officials: Officials) -> int | None:
    ids = [one.id for one in officials.of(Office.TRUSTEE)]
    return ids.index(home.id) + 1 if home.id in ids else None
