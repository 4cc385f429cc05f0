"""A whole vote with the real belenios-tool, from set-up to result."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest

import ballot_box
from ballot_box import Board, ElectionSetup, NotAppended, TallyResult, Verified


def test_the_result_is_what_was_chosen_and_the_last_vote_counts(small, board_at):
    # First question: the first voter changed from "0" to "1"; one blank. Second: their {0, 2} became {1}.
    assert ballot_box.published_result(board_at("counted")) == TallyResult(
        counts=((1, 2), (1, 2, 0)), blanks=(1, 0), ballots=4
    )


def test_every_stage_verifies(board_at: Callable[[str], Board]):
    for stage in ("open", "closed", "counted"):
        verified = ballot_box.verify(board_at(stage), board_at("open").head())
        assert isinstance(verified, Verified), verified
    assert any("Our own recount" in line for line in verified.summary)
    assert any("published head" in line for line in verified.summary)


def test_an_earlier_head_stands_in_a_later_board(board_at):
    before, after = board_at("open"), board_at("counted")
    assert isinstance(after.verify(before.head()), Verified)
    assert before.head() != after.head()


def test_the_tool_by_itself_accepts_our_board(board_at, tmp_path):
    board = board_at("counted")
    done = subprocess.run(
        ["belenios-tool", "election", "verify", "--dir", str(tmp_path)], capture_output=True, timeout=100
    )
    assert (done.returncode, b"all checks passed" in done.stdout + done.stderr) == (0, True)
    summary = ["belenios-tool", "election", "compute-ballot-summary", "--dir", str(tmp_path)]
    listed = json.loads(subprocess.run(summary, capture_output=True, timeout=100).stdout)
    # 2.0 lists superseded ballots too, 3.0 does not.
    assert set(board.counted()) <= {one["hash"] for one in listed} <= set(board.trackers())


def test_greek_texts_and_every_limit_come_back_from_the_board(small, board_at):
    setup = board_at("open").setup()
    assert setup == small.setup
    assert setup.questions == small.setup.questions
    assert (setup.name, setup.questions[0].answers[1]) == ("Ψηφοφορία γειτονιάς", "Όχι")
    assert setup.questions[0].blank and not setup.questions[1].blank


def test_a_setup_survives_json(small):
    again = ElectionSetup.from_json(json.loads(json.dumps(small.setup.to_json())))
    assert again == small.setup and again.fingerprint == small.setup.fingerprint
    assert again.tool == ballot_box.tool_version()


@pytest.mark.parametrize("broken", [{}, {"election": "{}", "trustees": "", "credentials": []}, {"credentials": 3}])
def test_what_is_no_setup_is_refused(broken):
    with pytest.raises(ValueError):
        ElectionSetup.from_json(broken)


def test_a_public_list_with_identities_is_refused(small):
    """`*.pubcreds` of belenios-tool names the voter behind a comma; it must never get in."""
    listed = (small.setup.credentials[0] + ",,5", *small.setup.credentials[1:])
    with pytest.raises(ValueError):
        ElectionSetup(small.setup.election, small.setup.trustees, listed)


def test_each_step_may_be_repeated_after_a_cut(small, board_at):
    board = board_at("counted")
    before = board.path.read_bytes()
    ballot_box.close(board)
    ballot_box.encrypted_tally(board)
    for number in (1, 3):
        ballot_box.add_partial_decryption(board, small.share(board, number))
    ballot_box.result(board)
    assert board.path.read_bytes() == before


def test_nothing_is_appended_after_the_close(small, board_at):
    board = board_at("closed")
    late = ballot_box.seal_ballot(small.setup, small.credentials[5], [frozenset({0}), frozenset()])
    with pytest.raises(NotAppended, match="closed"):
        board.append([late.text])


def test_no_tally_before_the_close(board_at):
    with pytest.raises(ValueError, match="not closed"):
        ballot_box.encrypted_tally(board_at("open"))


def test_a_vote_without_any_ballot_is_counted(small, tmp_path):
    board = Board.create(tmp_path / "empty.bel", small.setup)
    ballot_box.close(board)
    ballot_box.encrypted_tally(board)
    for number in (1, 3):
        ballot_box.add_partial_decryption(board, small.share(board, number))
    assert ballot_box.result(board) == TallyResult(counts=((0, 0), (0, 0, 0)), blanks=(0, 0), ballots=0)
    assert isinstance(ballot_box.verify(board), Verified)


def test_sealing_tells_how_far_it_is(small):
    told: list[str] = []
    ballot = ballot_box.seal_ballot(
        small.setup, small.credentials[0], [frozenset({0}), frozenset()], progress=told.append
    )
    assert told == ["preparing", "encrypting", "sealed"]
    assert ballot.tracker == ballot_box.tracker.tracker_of(ballot.text)
