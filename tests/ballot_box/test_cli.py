"""The auditor's command line, and the trustees'; and the door."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ballot_box
from ballot_box import tracker
from ballot_box.__main__ import main

ROOT = Path(__file__).parents[2]


def test_verify_says_what_it_checked_and_exits_0(board_at, capsys):
    board = board_at("counted")
    assert main(["verify", str(board.path), "--head", board.head().upper().translate(str.maketrans("ABE", "ΑΒΕ"))]) == 0
    assert main(["verify", str(board.path), "--head", board.head()]) == 0
    said = capsys.readouterr().out
    assert said.endswith("VERIFIED\n") and "Our own recount" in said and board.head() in said


def test_verify_warns_that_without_a_head_a_cut_tail_does_not_show(board_at, capsys):
    assert main(["verify", str(board_at("open").path)]) == 0
    assert "Without --head" in capsys.readouterr().out


def test_verify_exits_1_when_something_is_wrong(board_at, capsys):
    board = board_at("open")
    assert main(["verify", str(board.path), "--head", "0" * 64]) == 1
    assert capsys.readouterr().out.startswith("NOT VERIFIED: ")
    assert main(["verify", str(board.path.with_name("nothing.bel"))]) == 1


def test_show_prints_questions_trackers_and_result(small, board_at, capsys):
    assert main(["show", str(board_at("counted").path)]) == 0
    said = capsys.readouterr().out
    assert "Ναι: 1" in said and "(blank): 1" in said and "Σχολείο: 2" in said
    assert all(tracker.shown(one.tracker).replace("\n", " ") in said for one in small.ballots)
    assert said.count("superseded") == 1


def test_show_before_the_count_tells_no_numbers(board_at, capsys):
    assert main(["show", str(board_at("open").path)]) == 0
    assert "Ναι\n" in capsys.readouterr().out


def test_show_of_something_else_exits_2(tmp_path, capsys):
    (tmp_path / "x.bel").write_bytes(b"x")
    assert main(["show", str(tmp_path / "x.bel")]) == 2
    assert "ballot_box:" in capsys.readouterr().err


def test_every_name_behind_the_door_is_there():
    for name in ballot_box.__all__:
        assert getattr(ballot_box, name) is not None
    with pytest.raises(AttributeError):
        _ = ballot_box.voters


def test_the_door_loads_nothing():
    code = "import sys, ballot_box; print([m for m in sys.modules if m.startswith(('ballot_box.', 'joserfc'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_sealing_does_not_load_the_registrars_library():
    code = "import sys; from ballot_box import seal_ballot, check_ballot; print('joserfc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
