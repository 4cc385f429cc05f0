"""A trustee's two acts for one vote: their share of opening it, and their word for its end. Both only after a look at
all of it, and the first for one board alone, which this trustee's folder remembers.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ballot_box import belenios, group, tally
from ballot_box.board import Board, NotVerified
from ballot_box.draft import make_setup, new_uuid
from ballot_box.election import Question
from ballot_box.hidden import Hidden
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.home import Home
from ballot_box.officials.opening import Evidence, MayNotOpen, Signed, another_board, look, setup_refused
from ballot_box.officials.records import Setup, final_of
from ballot_box.officials.signing import Signature
from ballot_box.seal import scratch_board

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


def foreign_key(home: Home, officials: Officials) -> str:
    """Why the key for ballots is not also this trustee's, in plain words; "" if it is, or if they are no trustee. Asked
    before anybody signs for it: whoever made all of another one would read each ballot on the day it is cast."""
    number = _number(home, officials)
    if number is None:
        return ""
    try:
        (_, value), *_ = json.loads(officials.trustees)
        certificate = json.loads(value["certs"][number - 1]["message"])
        ours = certificate["verification"] == _verification(home.part())
    except (ValueError, TypeError, KeyError, IndexError):
        return "the trustees' key for ballots cannot be read"
    if not ours:
        return "your part is not in the trustees' key for ballots"
    return (
        "" if _proved(officials.trustees) else "the trustees' key for ballots is not made of what each of them signed"
    )


def _verification(part: Hidden) -> str:
    """Of a trustee's private key what its certificate shows (specification, 4.5)."""
    derived = hashlib.sha256(b"sk|" + part.reveal().encode("ascii")).hexdigest()
    return str(pow(group.G, int(derived, 16) % group.Q, group.P))


def _proved(trustees: str) -> bool:
    """What belenios-tool says of a key's own proofs, by an election that nobody votes in."""
    question = Question(text="?", answers=("1", "2"), minimum=1, maximum=1, blank=False)
    try:
        with scratch_board(make_setup(new_uuid(), "-", [question], trustees, []), "[]") as folder:
            belenios.verify(folder)
    except belenios.ToolUnavailable:
        raise
    except belenios.ToolFailed:
        return False
    return True


def _number(home: Home, officials: Officials) -> int | None:
    ids = [one.id for one in officials.of(Office.TRUSTEE)]
    return ids.index(home.id) + 1 if home.id in ids else None
