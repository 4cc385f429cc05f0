"""The append-only public record of one election: a .bel file that belenios-tool writes and anybody can verify.

It never takes a ballot that is not sound, never changes what stands, and is replaced whole: a power cut
leaves the old board or the new one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballot_box import archive, belenios, strict
from ballot_box.archive import Archive, BadArchive
from ballot_box.election import ElectionSetup
from ballot_box.seal import scratch_board
from ballot_box.strict import BallotOk, BallotRefused, check_form
from ballot_box.tracker import tracker_of


class NotAppended(ValueError):
    """A ballot that must never reach the board did; nothing of the batch was appended. Names its position."""


@dataclass(frozen=True)
class Verified:
    """What was checked, one plain sentence per line."""

    summary: tuple[str, ...]


@dataclass(frozen=True)
class NotVerified:
    """The first thing that is wrong, in plain words."""

    why: str


class Board:
    """The record at `path`. Several processes may hold one: changes take turns, readers see whole versions."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @classmethod
    def create(cls, path: Path | str, setup: ElectionSetup) -> Board:
        """Begin the record of an election. FileExistsError if there is a file already."""
        board = cls(path)
        beside = tempfile.TemporaryDirectory(prefix=".board-", dir=board.path.parent)  # same file system, to link from
        with scratch_board(setup, setup.credentials_json()) as scratch, beside as folder:
            ready = Path(folder) / f"{setup.uuid}.bel"
            shutil.copyfile(scratch / ready.name, ready)
            _flush(ready)
            os.link(ready, board.path)  # unlike rename, never over an existing file
        _flush(board.path.parent)
        return board

    def archive(self) -> Archive:
        """The record as it stands now, checked link by link. BadArchive if it is broken."""
        return archive.read(self.path)

    def setup(self) -> ElectionSetup:
        return self.archive().setup()

    def trackers(self) -> tuple[str, ...]:
        """The trackers of all ballots, oldest first; a later ballot of the same credential replaces an earlier one."""
        return tuple(self.archive().payloads("Ballot"))

    def counted(self) -> tuple[str, ...]:
        """The trackers of the ballots that count: the last one of each credential."""
        record = self.archive()
        last = {record.parsed(name)["credential"]: name for name in record.payloads("Ballot")}
        return tuple(last.values())

    def head(self) -> str:
        """The hash of the last event. Publish it elsewhere: it alone shows that nothing was cut off the end."""
        return self.archive().head

    def append(self, ballots: Iterable[str]) -> tuple[str, ...]:
        """Append ballots in the order of their trackers; returns the trackers of those that did not stand already.

        Of several ballots with one credential the order given is kept, because the last one counts. The whole board is
        checked with them on it (27 ms for each that stands there): NotAppended, and nothing appended, if one of these
        is not sound; ToolUnavailable if the tool says no and they all are.
        """
        with self.turn() as record:
            setup, standing = record.setup(), set(record.payloads("Ballot"))
            fresh: dict[str, str] = {}  # text → credential, in the order given
            for position, text in enumerate(ballots):
                fit = _fit(setup, position, text)
                if fit.tracker not in standing:
                    fresh[text] = fit.credential
            if fresh and record.has("EndBallots"):
                raise NotAppended("the board is closed")
            ordered = _in_order(fresh)
            self.grow([("Ballot", text + "\n") for text in ordered], check=lambda folder: _check(setup, fresh, folder))
            return tuple(tracker_of(text) for text in ordered)

    @contextmanager
    def turn(self) -> Iterator[Archive]:
        """One writer at a time; gives the record as it stands. The others wait."""
        while True:
            with self.path.open("rb") as file:
                # The lock lies on the file itself, which a writer replaces: so look again after it.
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_ino == self.path.stat().st_ino:
                    yield self.archive()
                    return

    def grow(self, events: Sequence[tuple[str, str]], check: Callable[[Path], None] = lambda _folder: None) -> None:
        """Append events (kind, lines of payload), all or none. Only within one's turn. `check` is shown the folder with
        the grown board before it takes the place of this one, and raises to prevent it."""
        if not events:
            return
        before = self.archive()
        folder = self.path.with_name(f".{self.path.name}.growing")
        shutil.rmtree(folder, ignore_errors=True)  # what a kill left of an earlier turn
        folder.mkdir(mode=0o700)
        try:
            grown = folder / f"{before.setup().uuid}.bel"
            shutil.copyfile(self.path, grown)
            _write(before, events, grown)
            after = archive.read(grown)
            if after.events[: len(before.events)] != before.events:
                raise RuntimeError("what stood on the board was changed")
            if len(after.events) != len(before.events) + len(events):
                raise RuntimeError("another number of events was appended than was told")
            check(folder)
            _flush(grown)
            grown.replace(self.path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _flush(self.path.parent)

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A folder with a copy of the board in it, as belenios-tool wants it."""
        uuid = self.setup().uuid
        with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
            shutil.copyfile(self.path, Path(name) / f"{uuid}.bel")
            yield Path(name)

    def verify(self, head: str | None = None) -> Verified | NotVerified:
        """The chain, then `belenios-tool election verify`; with `head`, that nothing up to there was cut or changed.

        The recount is tally.verify's.
        """
        try:
            record = self.archive()
            setup = record.setup()
        except (BadArchive, OSError) as trouble:
            return NotVerified(f"the record cannot be read: {trouble}")
        if head is not None and all(event.hash != head for event in record.events):
            return NotVerified("the head that was published is not in this record: its end was cut off or changed")
        if fault := record.out_of_order():
            return NotVerified(fault)
        credentials: dict[str, str] = {}  # text → credential
        for position, text in enumerate(map(record.data, record.payloads("Ballot"))):
            form = check_form(setup, text)
            if isinstance(form, BallotRefused):
                return NotVerified(f"ballot {position + 1}: {form.why}")
            credentials[text] = form.credential
        try:
            with self.copy() as folder:
                belenios.verify(folder)
        except belenios.ToolUnavailable:
            raise
        except belenios.ToolFailed as trouble:
            return NotVerified(str(trouble))
        # Where the tool's verify cannot be trusted with the ballots, ask it about each of them.
        if belenios.has_verify_ballot() and not strict.proofs_hold(setup, credentials):
            return NotVerified("a proof or the signature of a ballot is not valid")
        return Verified(_summary(record, head))


def step(board: Board, kind: str, make: Callable[[Path], str]) -> None:
    """Append the event `kind` with what `make` computes from a copy of the board, unless it stands already."""
    with board.turn() as record:
        if record.has(kind):
            return
        with board.copy() as folder:  # beside: it reads what the tool is about to write
            lines = make(folder)
        board.grow([(kind, lines)])


def _write(before: Archive, events: Sequence[tuple[str, str]], grown: Path) -> None:
    """Ballots in one go: the tool reads the whole file again for each event that it appends."""
    if any(kind != "Ballot" for kind, _ in events):
        for kind, lines in events:
            belenios.add_event(grown.parent, kind, lines)
        return
    with grown.open("ab") as file:
        file.writelines(archive.continued(before, "Ballot", (lines.removesuffix("\n") for _, lines in events)))


def _check(setup: ElectionSetup, fresh: Mapping[str, str], folder: Path) -> None:
    """That the tool accepts a board with `fresh` (text → credential) on it. NotAppended if one of these is why not."""
    refused = ""
    try:
        belenios.verify(folder)
    except belenios.ToolUnavailable:
        raise
    except belenios.ToolFailed as trouble:
        refused = str(trouble)
    if (refused or belenios.has_verify_ballot()) and not strict.proofs_hold(setup, fresh):
        raise NotAppended("a proof or the signature of a ballot in the batch is not valid")
    if refused:
        raise belenios.ToolUnavailable(f"the new ballots hold, and yet not the board with them: {refused}")


def _fit(setup: ElectionSetup, position: int, text: str) -> BallotOk:
    match check_form(setup, text):
        case BallotRefused(why):
            raise NotAppended(f"ballot {position + 1} of the batch: {why}")
        case BallotOk() as fit:
            return fit


def _in_order(fresh: Mapping[str, str]) -> list[str]:
    """By tracker, so that the order tells nothing of arrival; but a credential's second ballot in a second wave."""
    rank: dict[str, int] = {}
    keyed: list[tuple[int, str, str]] = []
    for text, credential in fresh.items():
        wave = rank.get(credential, 0)
        rank[credential] = wave + 1
        keyed.append((wave, tracker_of(text), text))
    return [text for _, _, text in sorted(keyed)]


def _summary(record: Archive, head: str | None) -> tuple[str, ...]:
    ballots = record.payloads("Ballot")
    lines = [
        f"The record holds {len(record.events)} events; each names the one before it, and every name is the SHA-256 of "
        "its content.",
        f"All {len(ballots)} ballots have the exact form that the questions ask for, blank_proof included.",
        f"belenios-tool {belenios.tool_version()} says that all its checks passed.",
    ]
    if head is not None:
        lines.append("The published head stands in this record: nothing before it was cut off or changed.")
    return tuple(lines)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
