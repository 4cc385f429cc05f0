"""A trustee's two acts for one vote: their share of opening it, and their word for its end. Both only after a look at
all of it, and the first for one board alone, which this trustee's folder remembers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ballot_box import tally
from ballot_box.board import Board, NotVerified
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.home import Home
from ballot_box.officials.opening import Evidence, MayNotOpen, look
from ballot_box.officials.records import Setup, final_of, officials_fault
from ballot_box.officials.signing import Signature

_OPENED = "opened"


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
        return MayNotOpen("you are not one of the trustees of these officials")
    found = look(evidence, board, officials, now, slip, progress)
    if isinstance(found, MayNotOpen):
        return found
    # The tally's own event, and not the board's last: another trustee's share may stand on it by now.
    tallies = [event.hash for event in board.archive().events if event.kind == "EncryptedTally"]
    if len(tallies) != 1:
        return MayNotOpen("the board has not been closed and multiplied out yet: there is nothing to open")
    opened = {line["head"] for line in home.remembered(_OPENED) if line["election"] == evidence.setup.election}
    if opened - set(tallies):
        return MayNotOpen("you have opened this vote before, with another board: a second one is never opened")
    if not agree(found.told):
        return MayNotOpen("you did not agree")
    if not opened:
        # Before the share exists: what was cut off in the middle counts as opened.
        home.remember(_OPENED, election=evidence.setup.election, setup=evidence.setup.digest, head=tallies[0])
    return Share(tally.decrypt(board, number, home.part(), home.opened_by), found.told)


def end_vote(home: Home, setup: Setup, board: Board) -> Ended | MayNotOpen:
    """This trustee's word for the whole board with its result, if it is the board that they opened or all of it
    verifies and another trustee did."""
    officials = home.officials()
    if _number(home, officials) is None:
        return MayNotOpen("you are not one of the trustees of these officials")
    if fault := officials_fault(setup, officials):
        return MayNotOpen(f"the set-up: {fault}")
    match tally.verify(board):
        case NotVerified(why):
            return MayNotOpen(f"the board: {why}")
    result = tally.published_result(board)
    if result is None:
        return MayNotOpen("there is no result on the board yet")
    record = board.archive()
    opened = {line["head"] for line in home.remembered(_OPENED) if line["election"] == setup.election}
    if any(head not in {event.hash for event in record.events} for head in opened):
        return MayNotOpen("this is not the board that you opened")
    counted = record.setup()
    if (counted.uuid, counted.election) != (setup.election, setup.belenios):
        return MayNotOpen("the board is not the election that was signed for")
    final = final_of(setup, record.head, result.counts, result.blanks, result.ballots)
    return Ended(final.text, home.signer.sign(signing.FINAL, final.text))


def _number(home: Home, officials: Officials) -> int | None:
    ids = [one.id for one in officials.of(Office.TRUSTEE)]
    return ids.index(home.id) + 1 if home.id in ids else None
