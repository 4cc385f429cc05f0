"""The recount that does not believe belenios-tool: a tally that leaves a ballot out, or lies about its size."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path

import pytest

import ballot_box
from ballot_box import Board, NotVerified, RecountAgrees, RecountDiffers, ToolFailed, Verified, belenios, group


def tally_of(setup, ballots: list[str], home: Path) -> str:
    """The tool's own encrypted tally of these ballots: well formed, and true of another board."""
    board = Board.create(home / "fewer.bel", setup)
    board.append(ballots)
    ballot_box.close(board)
    with board.copy() as folder:
        return belenios.compute_encrypted_tally(folder)


@pytest.fixture
def dropped(small, board_at, tmp_path) -> Board:
    """A closed board whose encrypted tally leaves one recorded ballot out."""
    board = board_at("closed")
    board.grow([("EncryptedTally", tally_of(small.setup, [one.text for one in small.ballots[1:]], tmp_path))])
    return board


def test_an_honest_tally_agrees(board_at):
    assert ballot_box.recount(board_at("counted")) == RecountAgrees(ballots=4, ciphertexts=6)


def test_a_dropped_ballot_is_noticed(dropped):
    differs = ballot_box.recount(dropped)
    assert isinstance(differs, RecountDiffers) and "4 ballots count" in differs.why
    assert isinstance(ballot_box.verify(dropped), NotVerified)


def test_a_dropped_ballot_is_noticed_though_the_tool_is_content(dropped, monkeypatch):
    """3.0 says "all checks passed" of such a board."""
    monkeypatch.setattr(belenios, "verify", lambda _folder: None)
    refused = ballot_box.verify(dropped)
    assert isinstance(refused, NotVerified) and "our own recount" in refused.why


def test_a_tally_with_the_superseded_ballot_is_noticed(small, board_at, tmp_path):
    """As many ballots as there should be, but the first vote of one voter instead of their last."""
    board = board_at("closed")
    board.grow([("EncryptedTally", tally_of(small.setup, [one.text for one in small.ballots], tmp_path))])
    differs = ballot_box.recount(board)
    assert isinstance(differs, RecountDiffers) and "product" in differs.why


def test_a_tally_that_lies_about_its_size_is_noticed(board_at):
    board = board_at("closed")
    with board.copy() as folder:
        product, sized = belenios.compute_encrypted_tally(folder).split()
    lie = json.dumps({**json.loads(sized), "num_tallied": 5}, separators=(",", ":"))
    board.grow([("EncryptedTally", f"{product}\n{lie}\n")])
    assert isinstance(ballot_box.recount(board), RecountDiffers)


def test_a_trustee_does_not_decrypt_another_product(small, dropped):
    """Who may choose the product may open a single ballot."""
    with pytest.raises(ValueError, match="not decrypted"):
        small.share(dropped, 1)


@pytest.fixture
def tallied(board_at) -> Board:
    """A board that waits for its trustees."""
    board = board_at("closed")
    ballot_box.encrypted_tally(board)
    return board


def test_a_key_of_another_election_is_refused(other, tallied):
    # 3.0 refuses the key itself, 2.0 makes a share that is none.
    with pytest.raises((ValueError, ToolFailed), match=r"not a trustee's share|decrypt-threshold: status") as caught:
        other.share(tallied, 1)
    assert other.trustees[0].part().reveal() not in str(caught.value)


def test_a_key_under_anothers_number_is_refused(small, tallied):
    home = small.trustees[0]
    with pytest.raises(ValueError, match="not a trustee's share"):
        ballot_box.decrypt(tallied, 2, home.part(), home.opened_by)


def signed_over(factors: str, owner: object) -> str:
    """As belenios-tool writes a share down, whatever is in it."""
    said = {"owner": owner, "payload": hashlib.sha256(factors.encode()).hexdigest()}
    return f"{factors}\n{json.dumps(said, separators=(',', ':'))}\n"


def spoilt(share: str) -> dict[str, str]:
    factors, _ = share.rstrip("\n").split("\n")
    made = json.loads(factors)
    negative = copy.deepcopy(made)
    negative["decryption_factors"][0][0] = str(group.P - int(made["decryption_factors"][0][0]))
    other_proof = copy.deepcopy(made)
    other_proof["decryption_proofs"][0][0]["response"] = "7"
    shorter = copy.deepcopy(made)
    del shorter["decryption_factors"][-1], shorter["decryption_proofs"][-1]

    def written(value: object) -> str:
        return json.dumps(value, separators=(",", ":"))

    return {
        "another factor": signed_over(written(negative), 1),
        "another proof": signed_over(written(other_proof), 1),
        "a question less": signed_over(written(shorter), 1),
        "another trustee's": signed_over(factors, 2),
        "nobody's": signed_over(factors, 4),
        "number 0": signed_over(factors, 0),
        "a line more": share + "{}\n",
        "another payload": factors + "\n" + signed_over(factors + " ", 1).split("\n")[1],
        "nothing": "",
        "no JSON": "nonsense\n{}\n",
    }


@pytest.mark.parametrize("name", spoilt('{"decryption_factors":[["1"]],"decryption_proofs":[[{"response":"1"}]]}\n{}'))
def test_a_share_that_no_trustee_made_never_reaches_the_board(small, tallied, name):
    """The tool would append it, and say of the board that all checks passed; but nobody could ever count it."""
    before = tallied.path.read_bytes()
    with pytest.raises(ValueError, match="not a trustee's share"):
        ballot_box.add_partial_decryption(tallied, spoilt(small.share(tallied, 1))[name])
    assert tallied.path.read_bytes() == before


def test_any_two_of_three_open_it_and_one_does_not(small, tallied):
    ballot_box.add_partial_decryption(tallied, small.share(tallied, 3))
    with pytest.raises(ToolFailed):
        ballot_box.result(tallied)
    ballot_box.add_partial_decryption(tallied, small.share(tallied, 2))
    assert ballot_box.result(tallied) == ballot_box.TallyResult(((1, 2), (1, 2, 0)), (1, 0), 4)
    assert isinstance(ballot_box.verify(tallied), Verified)


def test_an_impossible_result_is_noticed(board_at, monkeypatch):
    board = board_at("counted")
    monkeypatch.setattr(
        "ballot_box.tally._published",
        lambda _record: ballot_box.TallyResult(counts=((3, 3), (0, 0, 0)), blanks=(0, 0), ballots=4),
    )
    refused = ballot_box.verify(board)
    assert isinstance(refused, NotVerified) and "question 1" in refused.why


def test_the_group_is_the_one_of_the_specification(small):
    assert pow(group.G, group.Q, group.P) == 1 and (group.P - 1) % group.Q == 0
    assert (group.P.bit_length(), group.Q.bit_length()) == (2048, 256)
    assert all(pow(int(one), group.Q, group.P) == 1 for one in small.setup.credentials)


def test_shares_are_added_once(small, board_at):
    board = board_at("counted")
    share = small.share(board, 1)
    before = board.head()
    ballot_box.add_partial_decryption(board, share)
    assert board.head() == before
    with pytest.raises(ValueError):
        ballot_box.add_partial_decryption(board, "nonsense")
    assert isinstance(ballot_box.verify(board), Verified)
