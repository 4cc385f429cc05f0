"""The check that every ballot passes before anybody accepts it, at the booth and again at the centre.

belenios-tool alone is not enough: one ballot without `blank_proof` crashes the tally of 2.0 and 3.3, and one bad
ballot on the board makes the whole `verify` fail. Whatever it is handed, this module answers and does not raise.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ballot_box import archive, belenios, group
from ballot_box.election import ElectionSetup, Question
from ballot_box.seal import scratch_board
from ballot_box.tracker import tracker_of

_BALLOT = ("election_uuid", "election_hash", "credential", "answers", "signature")
_ANSWER = ("choices", "individual_proofs", "overall_proof")


@dataclass(frozen=True)
class BallotOk:
    """Sound in every respect. `credential` is the public part, `tracker` the ballot's name on the board."""

    tracker: str
    credential: str


@dataclass(frozen=True)
class BallotRefused:
    """Not to be appended. `why` is one plain sentence without any part of the ballot in it."""

    why: str


class _NotStrict(Exception):
    pass


def check_ballot(setup: ElectionSetup, text: str | bytes) -> BallotOk | BallotRefused:
    """The whole check (40 ms, whatever the length of the list). Raises only if the check itself cannot be made:

    ToolUnavailable or OSError when belenios-tool or the disk fails, which is no verdict on the ballot.
    """
    return check_ballots(setup, [text])[0]


def check_ballots(setup: ElectionSetup, texts: Sequence[str | bytes]) -> list[BallotOk | BallotRefused]:
    """check_ballot of each, on one scratch board: thirty of them take 27 ms each. Raises as check_ballot does, and then
    says nothing of any of them.

    Where not all hold, the bad ones are found by halving. Of k ballots, one bad one takes 2 log2 k more calls of the
    tool; many never take more than three calls more than one by one. No ballot is refused but by a call about it alone.
    """
    forms = [check_form(setup, text) for text in texts]
    fit: dict[str, str] = {}  # text → credential
    for text, form in zip(texts, forms, strict=True):
        if isinstance(form, BallotOk):
            fit[text.decode("ascii") if isinstance(text, bytes) else text] = form.credential
    bad = set() if not fit or proofs_hold(setup, fit) else set(map(tracker_of, _bad_ones(setup, fit)))
    refused = BallotRefused("a proof or the signature in the ballot is not valid")
    return [refused if isinstance(form, BallotOk) and form.tracker in bad else form for form in forms]


def _bad_ones(setup: ElectionSetup, ballots: dict[str, str]) -> set[str]:
    """Those that do not hold, of ballots that were asked about together and do not all hold."""
    if len(ballots) == 1:
        return set(ballots)
    texts = list(ballots)
    middle = len(texts) // 2
    halves = [{text: ballots[text] for text in half} for half in (texts[:middle], texts[middle:])]
    bad = [half for half in halves if not proofs_hold(setup, half)]
    if len(bad) == 1:
        return _bad_ones(setup, bad[0])
    return {text for text in texts if not proofs_hold(setup, {text: ballots[text]})}


def proofs_hold(setup: ElectionSetup, ballots: Mapping[str, str]) -> bool:
    """Whether belenios-tool accepts every proof and signature of ballots that passed check_form.

    `ballots`: text → public credential. False says that at least one is bad.
    """
    # A list of those credentials only: with the whole one, verify takes seconds on a large roll.
    listed = json.dumps(sorted(set(ballots.values()), key=int), separators=(",", ":"))
    with scratch_board(setup, listed) as folder:
        try:
            if belenios.has_verify_ballot():
                _one_by_one(folder, ballots)
            else:
                _all_together(folder, ballots)
        except belenios.ToolUnavailable:
            raise
        except belenios.ToolFailed:
            _make_sure_it_was_the_ballot(setup, folder, sum(map(len, ballots)))
            return False
    return True


def _one_by_one(folder: Path, ballots: Iterable[str]) -> None:
    for text in ballots:
        (folder / "ballot.json").write_text(text + "\n", encoding="ascii")
        belenios.verify_ballot(folder, folder / "ballot.json")


def _all_together(folder: Path, ballots: Iterable[str]) -> None:
    (board,) = folder.glob("*.bel")
    record = archive.read(board)
    with board.open("ab") as file:
        file.writelines(archive.continued(record, "Ballot", ballots))
    belenios.verify(folder)


def _make_sure_it_was_the_ballot(setup: ElectionSetup, folder: Path, size: int) -> None:
    """A full disk or a broken tool also makes the tool say no. A lost vote would be the price: so try without it."""
    (folder / "room").write_bytes(b"\0" * (4 * size))
    try:
        with scratch_board(setup, "[]") as empty:
            belenios.verify(empty)
    except belenios.ToolFailed as trouble:
        raise belenios.ToolUnavailable(f"the check cannot be made: {trouble}") from None


def check_form(setup: ElectionSetup, text: str | bytes) -> BallotOk | BallotRefused:
    """All that can be checked without arithmetic on proofs (1 ms): form, election, credential, shape of each proof."""
    try:
        canonical = _plain(setup, text)
        ballot = _parse(canonical)
        _check_head(setup, ballot)
        _check_answers(setup, ballot["answers"])
        _check_signature(ballot["signature"])
        # Same keys, same order, same spelling, nothing between: only one text can mean this ballot.
        if json.dumps(ballot, separators=(",", ":")) != canonical:
            raise _NotStrict("the ballot is not in canonical form")
    except _NotStrict as refusal:
        return BallotRefused(str(refusal))
    return BallotOk(tracker=tracker_of(canonical), credential=ballot["credential"])


def largest(setup: ElectionSetup) -> int:
    """An upper bound for the length of a ballot of this election, in bytes."""
    proof, ciphertext = 200, 1300
    answers = sum(
        (len(one.answers) + 1) * (ciphertext + 2 * proof) + (one.maximum - one.minimum + 4) * proof
        for one in setup.questions
    )
    return 2048 + answers


def _plain(setup: ElectionSetup, text: object) -> str:
    if not isinstance(text, str | bytes):
        raise _NotStrict("the ballot is not a text")
    if len(text) > largest(setup):
        raise _NotStrict("the ballot is longer than any of this election can be")
    try:
        return text.decode("ascii") if isinstance(text, bytes) else text.encode("ascii").decode("ascii")
    except UnicodeError:
        raise _NotStrict("the ballot holds characters that no ballot has") from None


def _parse(canonical: str) -> dict[str, Any]:
    try:
        ballot = json.loads(canonical)
    except (ValueError, RecursionError):
        raise _NotStrict("the ballot is not JSON") from None
    return _object(ballot, _BALLOT, "ballot")


def _object(value: object, keys: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or tuple(value) != keys:
        raise _NotStrict(f"the {what} does not have exactly the parts of its kind, in their order")
    return value


def _list(value: object, length: int, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) != length:
        raise _NotStrict(f"the {what} does not have as many entries as the question asks for")
    return value


def _check_head(setup: ElectionSetup, ballot: dict[str, Any]) -> None:
    if ballot["election_uuid"] != setup.uuid or ballot["election_hash"] != setup.fingerprint:
        raise _NotStrict("the ballot is of another election")
    credential = ballot["credential"]
    if not isinstance(credential, str) or credential not in setup.credential_set:
        raise _NotStrict("the ballot's credential is not on the list of this election")


def _check_answers(setup: ElectionSetup, answers: object) -> None:
    for question, answer in zip(setup.questions, _list(answers, len(setup.questions), "ballot"), strict=True):
        _check_answer(question, answer)


def _check_answer(question: Question, answer: object) -> None:
    present = isinstance(answer, dict) and "blank_proof" in answer
    if present != question.blank:
        raise _NotStrict("blank_proof must be there if the question allows a blank vote, and only then")
    parts = _object(answer, (*_ANSWER, "blank_proof") if question.blank else _ANSWER, "answer")
    width = len(question.answers) + question.blank
    for ciphertext in _list(parts["choices"], width, "answer"):
        pair = _object(ciphertext, ("alpha", "beta"), "ciphertext")
        if not (group.is_element(pair["alpha"]) and group.is_element(pair["beta"])):
            raise _NotStrict("a ciphertext is not made of numbers of the group")
    for proofs in _list(parts["individual_proofs"], width, "answer"):
        _check_proofs(proofs, 2)
    _check_proofs(parts["overall_proof"], question.maximum - question.minimum + 1 + question.blank)
    if question.blank:
        _check_proofs(parts["blank_proof"], 2)


def _check_proofs(proofs: object, length: int) -> None:
    for proof in _list(proofs, length, "proof"):
        _check_proof(proof)


def _check_proof(proof: object) -> None:
    parts = _object(proof, ("challenge", "response"), "proof")
    if not (group.is_exponent(parts["challenge"]) and group.is_exponent(parts["response"])):
        raise _NotStrict("a proof is not made of numbers below the group's order")


def _check_signature(signature: object) -> None:
    parts = _object(signature, ("hash", "proof"), "signature")
    try:
        sound = isinstance(parts["hash"], str) and len(base64.b64decode(parts["hash"] + "=", validate=True)) == 32
    except (ValueError, binascii.Error):
        sound = False
    if not sound:
        raise _NotStrict("the signature's hash is not one")
    _check_proof(parts["proof"])
