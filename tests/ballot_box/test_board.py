"""The board: append-only, whole after every accident, in an order that tells nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ballot_box import (
    BadArchive,
    Board,
    NotAppended,
    NotVerified,
    ToolUnavailable,
    Verified,
    archive,
    belenios,
    public_part,
)
from ballot_box.tracker import tracker_of

ROOT = Path(__file__).parents[2]


def events(board: Board) -> list[tuple[int, int]]:
    """(start, end) of every event's entry in the file, header block included."""
    record = board.archive()
    places = [record.places[event.hash] for event in record.events]
    return [(offset - 512, offset + length + -length % 512) for offset, length in places]


def test_ballots_stand_in_the_order_of_their_trackers(small, board_at):
    first = [one.tracker for one in small.ballots]
    assert list(board_at("open").trackers()) == [*sorted(first), small.revote.tracker]


@pytest.mark.parametrize("forwards", [True, False])
def test_in_one_batch_the_later_ballot_of_a_credential_still_counts(small, tmp_path, forwards):
    """Tracker order alone would let chance decide which of two votes counts."""
    pair = [small.ballots[0], small.revote][:: 1 if forwards else -1]
    board = Board.create(tmp_path / "board.bel", small.setup)
    board.append([one.text for one in (*pair, *small.ballots[1:])])
    assert pair[1].tracker in board.counted() and pair[0].tracker not in board.counted()
    assert pair[0].tracker in board.trackers()


def test_a_ballot_that_stands_is_left_where_it_is(small, board_at):
    """Handing in the superseded ballot again must not make it the last one."""
    board = board_at("open")
    before = board.path.read_bytes()
    assert board.append([small.ballots[0].text, small.ballots[0].text]) == ()
    assert board.path.read_bytes() == before


def test_what_stands_never_changes(small, tmp_path):
    board = Board.create(tmp_path / "board.bel", small.setup)
    before = board.path.read_bytes()
    assert board.append([small.ballots[1].text]) == (small.ballots[1].tracker,)
    after = board.path.read_bytes()
    assert after.startswith(before) and len(after) > len(before)
    assert os.listdir(tmp_path) == ["board.bel"]


def test_create_never_writes_over_a_board(small, board_at):
    board = board_at("open")
    before = board.path.read_bytes()
    with pytest.raises(FileExistsError):
        Board.create(board.path, small.setup)
    assert board.path.read_bytes() == before


def bad_proof(text: str) -> str:
    ballot = json.loads(text)
    proof = ballot["signature"]["proof"]
    proof["response"] = proof["response"][:-1] + ("1" if proof["response"][-1] != "1" else "2")
    return json.dumps(ballot, separators=(",", ":"))


@pytest.mark.parametrize("spoil", [bad_proof, lambda text: text + " ", lambda text: "{}"])
def test_one_bad_ballot_and_nothing_of_the_batch_is_appended(small, tmp_path, spoil):
    board = Board.create(tmp_path / "board.bel", small.setup)
    before = board.path.read_bytes()
    with pytest.raises(NotAppended):
        board.append([small.ballots[0].text, spoil(small.ballots[1].text)])
    assert board.path.read_bytes() == before


@pytest.mark.parametrize("where", ["written", "verified"])
def test_a_crash_in_the_middle_leaves_the_old_board(small, tmp_path, monkeypatch, where):
    board = Board.create(tmp_path / "board.bel", small.setup)
    before, real, seen = board.path.read_bytes(), archive.continued, []

    def full_at_the_second(*given: object) -> Iterator[bytes]:
        yield next(real(*given))
        fails()

    def fails(*_: object) -> None:
        seen.extend(os.listdir(tmp_path / ".board.bel.growing"))
        raise OSError("no space left on device")

    if where == "written":
        monkeypatch.setattr(archive, "continued", full_at_the_second)
    else:
        monkeypatch.setattr(belenios, "verify", fails)
    with pytest.raises(OSError, match="no space"):
        board.append([one.text for one in small.ballots])
    assert seen == [f"{small.setup.uuid}.bel"]
    assert board.path.read_bytes() == before
    assert os.listdir(tmp_path) == ["board.bel"]


def test_an_append_is_byte_for_byte_what_the_tool_appends(small, tmp_path):
    board = Board.create(tmp_path / "board.bel", small.setup)
    folder = tmp_path / "theirs"
    folder.mkdir()
    theirs = Path(shutil.copyfile(board.path, folder / f"{small.setup.uuid}.bel"))
    order = board.append([one.text for one in small.ballots])
    texts = {one.tracker: one.text for one in small.ballots}
    for tracker in order:
        belenios.add_event(folder, "Ballot", texts[tracker] + "\n")
    assert board.path.read_bytes() == theirs.read_bytes()


def test_a_board_that_the_tool_refuses_with_sound_ballots_on_it_is_not_published(small, tmp_path, monkeypatch):
    """What stands there is at fault, or the tool: no ballot is refused for it, and nothing is appended. A tool whose
    `verify` overlooks it appends; our own look at the whole board still finds it."""
    board = Board.create(tmp_path / "board.bel", small.setup)
    board.grow([("Ballot", bad_proof(small.ballots[0].text) + "\n")])
    before = board.path.read_bytes()
    if belenios.has_verify_ballot():
        board.append([small.ballots[1].text])
        assert isinstance(board.verify(), NotVerified)
        return
    with pytest.raises(ToolUnavailable, match="the new ballots hold"):
        board.append([small.ballots[1].text])
    assert board.path.read_bytes() == before and os.listdir(tmp_path) == ["board.bel"]


def test_what_a_kill_left_is_no_hindrance(small, tmp_path):
    board = Board.create(tmp_path / "board.bel", small.setup)
    left = tmp_path / ".board.bel.growing"
    left.mkdir()
    (left / f"{small.setup.uuid}.bel").write_bytes(b"half a board")
    board.append([small.ballots[0].text])
    assert isinstance(board.verify(), Verified) and not left.exists()


APPEND = "import sys; from ballot_box import Board; Board(sys.argv[1]).append([sys.stdin.read()])"


def test_two_writers_take_turns(small, tmp_path):
    board = Board.create(tmp_path / "board.bel", small.setup)
    writers = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(board.path)], stdin=subprocess.PIPE, cwd=ROOT, text=True)
        for _ in small.ballots
    ]
    for writer, ballot in zip(writers, small.ballots, strict=True):
        assert writer.stdin is not None
        writer.stdin.write(ballot.text)
        writer.stdin.close()
    assert [writer.wait(100) for writer in writers] == [0] * len(writers)
    assert set(board.trackers()) == {one.tracker for one in small.ballots}
    assert isinstance(board.verify(), Verified)


def test_a_cut_tail_shows_only_against_the_published_head(board_at):
    board = board_at("open")
    head = board.head()
    assert isinstance(board.verify(head), Verified)
    content = board.path.read_bytes()
    board.path.write_bytes(content[: events(board)[-2][1]])
    assert isinstance(board.verify(), Verified), "a shorter board is sound in itself"
    refused = board.verify(head)
    assert isinstance(refused, NotVerified) and "cut off" in refused.why


@pytest.mark.parametrize("place", [0, 600, 2000, -300, -700])
def test_a_changed_byte_is_noticed(board_at, place):
    board = board_at("open")
    content = bytearray(board.path.read_bytes())
    while not chr(content[place]).isalnum():
        place += 1
    content[place] ^= 1
    board.path.write_bytes(bytes(content))
    assert isinstance(board.verify(), NotVerified)


def test_content_that_is_not_what_its_name_says_is_noticed(small, board_at):
    """By us, not only by the tool."""
    board = board_at("open")
    content = board.path.read_bytes()
    text = small.ballots[1].text.encode()
    assert content.count(text) == 1
    board.path.write_bytes(content.replace(text, text[:-4] + b"7" + text[-3:]))
    with pytest.raises(BadArchive, match="content of its name"):
        board.archive()


def test_a_file_that_ends_inside_an_entry_is_no_board(board_at):
    board = board_at("open")
    content = board.path.read_bytes()
    for length in (0, 1, 511, 513, 2000, len(content) - 1, len(content) - 600):
        board.path.write_bytes(content[:length])
        with pytest.raises(BadArchive):
            board.archive()
        assert isinstance(board.verify(), NotVerified)


def test_a_ballot_taken_out_of_the_middle_is_noticed(board_at):
    board = board_at("open")
    spans = events(board)
    content = board.path.read_bytes()
    board.path.write_bytes(content[: spans[1][1]] + content[spans[2][1] :])
    with pytest.raises(BadArchive, match="does not follow"):
        board.archive()


def test_two_boards_that_part_have_different_heads(small, board_at, tmp_path):
    one, two = board_at("open"), Board(shutil.copyfile(board_at("open").path, tmp_path / "two.bel"))
    head = one.head()
    one.grow([("EndBallots", "")])
    assert one.head() != head
    assert isinstance(two.verify(one.head()), NotVerified)


def test_a_board_where_a_proofless_ballot_was_forced_in_is_not_verified(small, tmp_path):
    """By our own check of the form, before the tool is asked: 2.0 and 3.3 can crash on one at the tally."""
    board = Board.create(tmp_path / "board.bel", small.setup)
    ballot = json.loads(small.ballots[0].text)
    del ballot["answers"][0]["blank_proof"]
    board.grow([("Ballot", json.dumps(ballot, separators=(",", ":")) + "\n")])
    refused = board.verify()
    assert isinstance(refused, NotVerified) and "blank_proof" in refused.why


def test_a_board_where_a_false_proof_was_forced_in_is_not_verified(small, tmp_path):
    """3.0 says "all checks passed" of it."""
    board = Board.create(tmp_path / "board.bel", small.setup)
    board.grow([("Ballot", bad_proof(small.ballots[0].text) + "\n")])
    assert isinstance(board.verify(), NotVerified)


def test_an_archive_of_something_else_is_no_board(tmp_path):
    for content in (b"", b"\0" * 1024, b"hello", os.urandom(4096)):
        (tmp_path / "x.bel").write_bytes(content)
        with pytest.raises(BadArchive):
            archive.read(tmp_path / "x.bel")
    assert isinstance(Board(tmp_path / "nothing.bel").verify(), NotVerified)


def test_counted_holds_the_last_of_each_credential(small, board_at):
    board = board_at("open")
    record = board.archive()
    assert record.parsed(board.counted()[-1])["credential"] in small.setup.credentials
    assert small.revote.tracker in board.counted() and small.ballots[0].tracker not in board.counted()
    assert tracker_of(record.data(small.revote.tracker)) == small.revote.tracker
    assert record.parsed(small.revote.tracker)["credential"] == public_part(small.setup, small.credentials[0])
