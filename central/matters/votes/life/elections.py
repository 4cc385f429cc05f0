"""What every step of a vote shares: its row, its board, its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from filelock import FileLock

from ballot_box import Board
from ballot_box.officials import (
    Declaration,
    Listed,
    Officials,
    Signature,
    files,
    read_declaration,
    read_listed,
    read_officials,
)
from central.kernel.centre import Centre
from central.kernel.outcome import StepRefused
from central.matters.votes import receipts
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from central.store import Tx
from central.store.line import feed as feed_rows
from municipality.matters.votes.messages import Election, OfficialsNotice, VoteItem
from municipality.matters.votes.messages import Signature as Sent


class ElectionRefused(StepRefused):
    """A step in the life of a vote that may not be taken now; says why."""


def held(centre: Centre, election: str) -> rows.Held:
    with centre.store.reading() as tx:
        return found(rows.find(tx, election), election)


def found(held: rows.Held | None, election: str) -> rows.Held:
    if held is None:
        raise ElectionRefused(f"no vote {election!r} here")
    return held


def board_of(centre: Centre, election: str) -> Board:
    return Board(centre.settings.elections / election / "election.bel")


def auditors_board_of(centre: Centre, election: str) -> Board | None:
    """That of auditors' cards, where they take part."""
    path = centre.settings.elections / election / files.AUDITORS
    return Board(path) if path.exists() else None


def listed(tx: Tx, election: str) -> Listed | None:
    """Which cards are auditors': for the intake alone before the end."""
    text = record_rows.find(tx, election, record_rows.AUDITORS)
    return None if text is None else read_listed(text)


@contextmanager
def turn(centre: Centre, election: str) -> Iterator[None]:
    """One step of one election at a time, whichever process takes it."""
    held(centre, election)
    with FileLock(centre.settings.elections / election / "turn.lock", timeout=300):
        yield


def note(centre: Centre, election: str, board: Board, *, state: str | None = None, result: str | None = None) -> None:
    head = board.head()
    with centre.store.writing() as tx:
        rows.change(tx, election, state=state, result=result, head=head)


def notice_of(held: rows.Held) -> Election:
    return Election.read(held.notice)


def signatures(sent: tuple[Sent, ...]) -> tuple[Signature, ...]:
    return tuple(Signature(one.by, one.jws) for one in sent)


def declared(tx: Tx, election: str) -> Declaration | None:
    """What two officers have said of what did not come as it should have."""
    file = record_rows.find(tx, election, record_rows.DECLARATION)
    return None if file is None else read_declaration(files.read_signed(file, "declaration")[0])


def all_officials(centre: Centre) -> dict[str, Officials]:
    """Those of every term, by fingerprint."""
    with centre.store.reading() as tx:
        keys = feed_rows.keys_of(tx, VoteItem.OFFICIALS)
        items = [item for key in keys if (item := feed_rows.find(tx, VoteItem.OFFICIALS, key)) is not None]
    signed = [centre.read_signed(VoteItem.OFFICIALS, item.body) for item in items]
    told = [_officials_in(OfficialsNotice.read(one).officials) for one in signed]
    return {one.fingerprint: one for one in told}


@lru_cache(maxsize=16)
def _officials_in(file: str) -> Officials:
    """Each file's signatures are looked at once: whoever opens a vote's page asks for them."""
    return read_officials(file)


def town_officials(centre: Centre) -> Officials | None:
    """Those of today: nobody follows them."""
    told = all_officials(centre)
    followed = {one.previous for one in told.values()}
    return next((one for name, one in told.items() if name not in followed), None)


def adopt(centre: Centre, file: str) -> Officials:
    """Make the officials in `file` those of this town, and tell booths. ElectionRefused while a vote is under way, or
    if they do not follow those of today: then booths would not believe them either. Raises BadRecord."""
    new = read_officials(file)
    if new.municipality != centre.settings.municipality:
        raise ElectionRefused(f"they are officials of {new.municipality!r}")
    before = town_officials(centre)
    if before is not None and new.fingerprint == before.fingerprint:
        return new
    with centre.store.reading() as tx:
        under_way = [one.election for one in rows.all_of(tx) if one.state not in ("published", "not_opened")]
    if under_way:
        raise ElectionRefused("a vote is under way: officials change between votes")
    if before is not None and new.previous != before.fingerprint:
        raise ElectionRefused("they do not name those of today as the ones before them")
    body = centre.sign(VoteItem.OFFICIALS, OfficialsNotice(officials=new.file()).text())
    with centre.store.writing() as tx:
        feed_rows.put(tx, VoteItem.OFFICIALS, {new.fingerprint: body})
    return new


def grow_board(centre: Centre, election: str) -> int:
    """Append what waits, in tracker order; once a day, so that no moment of a vote shows. What came of auditors' cards
    goes on a board of its own, which nobody is told before the vote is over. Returns how many."""
    with turn(centre, election):
        with centre.store.reading() as tx:
            vote = found(rows.find(tx, election), election)
            waiting, apart = ballot_rows.waiting(tx, election), listed(tx, election)
        if vote.state not in ("open", "closed"):
            raise ElectionRefused(f"this vote is {vote.state}: its board grows no more")
        board, theirs = board_of(centre, election), frozenset(apart.credentials if apart else ())
        _append(board, [ballot.ballot for ballot in waiting if ballot.credential not in theirs])
        if auditors := auditors_board_of(centre, election):
            _append(auditors, [ballot.ballot for ballot in waiting if ballot.credential in theirs])
        head = board.head()
        # A newer ballot may have come meanwhile; these stand on the board all the same, and it will stand after them.
        with centre.store.writing() as tx:
            trackers = [ballot.tracker for ballot in waiting]
            ballot_rows.set_state(tx, election, trackers, ballot_rows.ON_BOARD)
            if vote.state == "closed" and theirs:
                ballot_rows.set_apart(tx, election, theirs)
            rows.change(tx, election, head=head)
            receipts.hand_out(centre, tx, election)
        return len(waiting)


def _append(board: Board, ballots: list[str]) -> None:
    if ballots:
        board.append(ballots)
