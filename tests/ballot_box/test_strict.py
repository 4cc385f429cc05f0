"""The strict check: a sound ballot passes, and nothing else does, whatever it is."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_tests import examples

from ballot_box import (
    BallotOk,
    BallotRefused,
    Board,
    NotAppended,
    ToolUnavailable,
    archive,
    belenios,
    check_ballot,
    check_ballots,
    public_part,
    strict,
)
from ballot_box.strict import check_form, largest
from ballot_box.tracker import tracker_of


def written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def other_number(text: str) -> str:
    """Another number of as many digits."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def test_a_sound_ballot_is_accepted(small):
    for credential, ballot in zip(small.credentials, small.ballots, strict=False):
        expected = BallotOk(tracker=ballot.tracker, credential=public_part(small.setup, credential))
        assert check_ballot(small.setup, ballot.text) == expected
    assert check_ballot(small.setup, ballot.text.encode()) == expected


NUMBERS = [
    ("answers", 0, "choices", 0, "alpha"),
    ("answers", 0, "choices", 2, "beta"),
    ("answers", 0, "individual_proofs", 1, 0, "challenge"),
    ("answers", 1, "individual_proofs", 2, 1, "response"),
    ("answers", 0, "overall_proof", 1, "response"),
    ("answers", 1, "overall_proof", 2, "challenge"),
    ("answers", 0, "blank_proof", 0, "challenge"),
    ("signature", "proof", "response"),
]


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: "-".join(map(str, path)))
def test_an_altered_number_is_refused(small, path):
    ballot = json.loads(small.ballots[0].text)
    place: Any = ballot
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = other_number(place[path[-1]])
    assert isinstance(check_form(small.setup, written(ballot)), BallotOk), "only the proofs can tell"
    assert isinstance(check_ballot(small.setup, written(ballot)), BallotRefused)


def test_another_credential_of_the_list_is_refused(small):
    ballot = json.loads(small.ballots[0].text)
    ballot["credential"] = public_part(small.setup, small.credentials[4])
    assert isinstance(check_form(small.setup, written(ballot)), BallotOk), "only the signature can tell"
    assert isinstance(check_ballot(small.setup, written(ballot)), BallotRefused)


def test_anothers_answers_under_ones_own_signature_are_refused(small):
    """Copying somebody's ciphertexts would show what they chose, once there are few voters."""
    mine, theirs = (json.loads(one.text) for one in small.ballots[:2])
    mine["answers"] = theirs["answers"]
    assert isinstance(check_ballot(small.setup, written(mine)), BallotRefused)


def test_a_credential_that_is_not_on_the_list_is_refused(small, other):
    ballot = json.loads(small.ballots[0].text)
    ballot["credential"] = other.setup.credentials[0]
    assert check_ballot(small.setup, written(ballot)) == BallotRefused(
        "the ballot's credential is not on the list of this election"
    )


def test_a_ballot_of_another_election_is_refused(small, other):
    assert check_ballot(small.setup, other.ballots[0].text) == BallotRefused("the ballot is of another election")
    ballot = json.loads(small.ballots[0].text)
    ballot["election_hash"] = other.setup.fingerprint
    assert check_ballot(small.setup, written(ballot)) == BallotRefused("the ballot is of another election")


def test_blank_proof_missing_where_blank_is_allowed_is_refused(small):
    ballot = json.loads(small.ballots[0].text)
    del ballot["answers"][0]["blank_proof"]
    refused = check_ballot(small.setup, written(ballot))
    assert isinstance(refused, BallotRefused) and "blank_proof" in refused.why


def test_blank_proof_where_blank_is_not_allowed_is_refused(small):
    ballot = json.loads(small.ballots[0].text)
    ballot["answers"][1]["blank_proof"] = ballot["answers"][0]["blank_proof"]
    refused = check_ballot(small.setup, written(ballot))
    assert isinstance(refused, BallotRefused) and "blank_proof" in refused.why


def mutations(text: str) -> dict[str, Any]:
    ballot = json.loads(text)
    first, rest = text.split(",", 1)
    credential = ballot["credential"]
    return {
        "spaces": json.dumps(ballot),
        "newline after": text + "\n",
        "newline inside": text.replace(",", ",\n", 1),
        "other order": written(dict(reversed(ballot.items()))),
        "key twice": first + "," + first[1:] + "," + rest,
        "escaped": text.replace("election_uuid", "\\u0065lection_uuid"),
        "leading zero": text.replace(f'"credential":"{credential}"', f'"credential":"0{credential}"'),
        "a number instead of a string": text.replace(f'"credential":"{credential}"', f'"credential":{credential}'),
        "an extra key": written({**ballot, "note": "ψ"}),
        "a weight": written({**ballot, "credential": credential + ",2"}),
        "a question less": written({**ballot, "answers": ballot["answers"][:1]}),
        "a question more": written({**ballot, "answers": ballot["answers"] * 2}),
        "answers null": written({**ballot, "answers": None}),
        "answers of numbers": written({**ballot, "answers": [1, 2]}),
        "signature a list": written({**ballot, "signature": []}),
        "two ballots": text + "\n" + text,
        "empty": "",
        "nothing": "null",
        "list": "[]",
        "not JSON": "{",
        "a byte order mark": "﻿" + text,
        "lone surrogate": text + "\udc80",
        "NUL": text + "\0",
        "Greek": text.replace("credential", "πιστοποιητικό"),
        "nested": "[" * 10_000,
        "nested objects": '{"a":' * 2_000,
        "an enormous number": '{"election_uuid":' + "9" * 9_000 + "}",
        "NaN": "NaN",
        "huge": text + " " * 50_000_000,
        "bytes that are not UTF-8": b"\xff\xfe" + text.encode(),
        "bytes": b"\x00" * 100,
        "None": None,
        "a number": 7,
        "a ballot already parsed": ballot,
    }


@pytest.mark.parametrize("name", mutations('{"credential":"1","answers":[1],"b":2}'))
def test_whatever_is_not_canonical_is_refused_in_plain_words(small, name):
    text = mutations(small.ballots[0].text)[name]
    refused = check_ballot(small.setup, text)
    assert refused == check_form(small.setup, text), "refused before the tool sees it"
    assert isinstance(refused, BallotRefused)
    assert 10 < len(refused.why) < 120 and refused.why.isascii()


# A busy machine draws slowly, which says nothing of the check.
SLOW = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=examples(150), suppress_health_check=SLOW)
@given(value=st.binary() | st.text() | JSON.map(json.dumps))
def test_no_input_makes_it_raise(small, value):
    assert isinstance(check_ballot(small.setup, value), BallotRefused)


PLACES = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@settings(max_examples=examples(150), suppress_health_check=SLOW)
@given(places=PLACES, value=JSON)
def test_any_part_replaced_by_anything_is_an_answer_and_no_exception(small, places, value):
    ballot = json.loads(small.ballots[0].text)
    place: Any = ballot
    for step in places[:-1]:
        inner = list(place.values()) if isinstance(place, dict) else place
        if not isinstance(inner, list) or not inner or not isinstance(inner[step % len(inner)], dict | list):
            break
        place = inner[step % len(inner)]
    keys = list(place) if isinstance(place, dict) else range(len(place))
    place[keys[places[-1] % len(keys)]] = value
    assert isinstance(check_form(small.setup, json.dumps(ballot, separators=(",", ":"))), BallotRefused)


def test_no_real_ballot_is_longer_than_the_limit(small):
    longest = max(len(one.text) for one in small.ballots)
    assert longest < largest(small.setup) < 3 * longest


def test_a_broken_tool_is_no_verdict_on_the_ballot(small, tmp_path, monkeypatch):
    """A full disk or a broken installation must not turn a vote away for good."""
    tool = tmp_path / "belenios-tool"
    tool.write_text("#!/bin/sh\nexit 123\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Exception) as caught:
        check_ballot(small.setup, small.ballots[0].text)
    assert isinstance(caught.value, ToolUnavailable)


def test_a_tool_that_is_not_there_is_no_verdict_either(small, tmp_path, monkeypatch):
    for name in ("prlimit", "setpriv"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolUnavailable):
        check_ballot(small.setup, small.ballots[0].text)


def spoilt(text: str) -> str:
    """Of the right form, and its signature does not hold."""
    ballot = json.loads(text)
    proof = ballot["signature"]["proof"]
    proof["response"] = other_number(proof["response"])
    return written(ballot)


def without_blank_proof(text: str) -> str:
    ballot = json.loads(text)
    del ballot["answers"][0]["blank_proof"]
    return written(ballot)


@pytest.fixture(scope="module")
def kinds(small, other) -> list[str]:
    """One of each that may come: sound (two of one credential among them), altered, foreign, of no form."""
    sound = [one.text for one in (*small.ballots, small.revote)]
    anothers = json.loads(sound[1])
    anothers["answers"] = json.loads(sound[2])["answers"]
    return [
        *sound,
        spoilt(sound[0]),
        spoilt(sound[1]),
        written(anothers),
        other.ballots[0].text,
        without_blank_proof(sound[2]),
        sound[3] + " ",
    ]


@pytest.fixture(scope="module")
def one_by_one(small, kinds) -> dict[str, BallotOk | BallotRefused]:
    return {text: check_ballot(small.setup, text) for text in kinds}


def test_by_themselves_five_hold_and_the_others_do_not(kinds, one_by_one):
    assert [isinstance(one_by_one[text], BallotOk) for text in kinds] == [True] * 5 + [False] * 6


@settings(max_examples=examples(12), suppress_health_check=SLOW, deadline=None)
@given(places=st.lists(st.integers(0, 10), max_size=12))
def test_together_ballots_are_judged_as_one_by_one(small, kinds, one_by_one, places):
    """In any order and number, the same one several times, with others of its credential."""
    texts = [kinds[place] for place in places]
    assert check_ballots(small.setup, texts) == [one_by_one[text] for text in texts]


def test_with_a_tool_that_looks_at_single_ballots_it_is_the_same(small, kinds, one_by_one, tmp_path, monkeypatch):
    """From 2.2 on. A stand-in for its verify-ballot; and its verify, like that of 3.0, says yes to anything."""
    verify, asked = belenios.verify, []

    def verify_ballot(directory: Path, ballot: Path) -> None:
        asked.append(ballot)
        text, (board,) = ballot.read_text().rstrip("\n"), directory.glob("*.bel")
        folder = tmp_path / f"one-{len(asked)}"
        folder.mkdir()
        record = archive.read(Path(shutil.copyfile(board, folder / board.name)))
        with record.path.open("ab") as file:
            file.writelines([*archive.continued(record, "Ballot", [text])])
        verify(folder)

    if belenios.has_verify_ballot():  # no stand-in where the real one is
        asked.append(tmp_path)
    else:
        monkeypatch.setattr(belenios, "has_verify_ballot", lambda: True)
        monkeypatch.setattr(belenios, "verify_ballot", verify_ballot)
        monkeypatch.setattr(belenios, "verify", lambda _folder: None)
    assert check_ballots(small.setup, kinds) == [one_by_one[text] for text in kinds]
    assert asked
    board = Board.create(tmp_path / "board.bel", small.setup)
    with pytest.raises(NotAppended, match="a proof"):
        board.append([kinds[0], kinds[6]])
    assert board.trackers() == ()
    assert set(board.append(kinds[:5])) == {tracker_of(text) for text in kinds[:5]}


def calls_of(monkeypatch, setup, texts) -> tuple[int, list[bool]]:
    """How often the proofs of some were asked about, and which of `texts` were taken."""
    asked, real = [], strict.proofs_hold
    with monkeypatch.context() as counting:
        counting.setattr(strict, "proofs_hold", lambda one, some: asked.append(len(some)) or real(one, some))
        taken = [isinstance(one, BallotOk) for one in check_ballots(setup, texts)]
    return len(asked), taken


def test_how_often_the_tool_is_asked(small, kinds, monkeypatch):
    """Eight different texts; which of them hold is said by a stand-in, so that there can be as many as it takes."""
    bad: set[str] = set()
    forms = {f"b{place}": BallotOk(tracker=f"b{place}", credential="1") for place in range(8)}
    monkeypatch.setattr(strict, "check_form", lambda _setup, text: forms[text])
    monkeypatch.setattr(strict, "tracker_of", str)
    monkeypatch.setattr(strict, "proofs_hold", lambda _setup, some: not bad & some.keys())
    for bad_ones, most in ((set(), 1), ({"b5"}, 7), ({"b0", "b7"}, 11), (set(forms), 11)):
        bad.clear()
        bad |= bad_ones
        asked, taken = calls_of(monkeypatch, small.setup, list(forms))
        assert taken == [text not in bad_ones for text in forms]
        assert asked == most, bad_ones


def fake_tool(folder: Path, script: str) -> str:
    """A PATH with a belenios-tool of its own before the real one, which it knows as $REAL."""
    real = next(at for one in os.environ["PATH"].split(":") if (at := Path(one) / "belenios-tool").exists())
    tool = folder / "belenios-tool"
    tool.write_text(f"#!/bin/sh\nREAL={real}\nHERE={folder}\n{script}\n")
    tool.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


NEVER_VERIFIES = 'case "$2" in verify*) exit 124;; esac; exec $REAL "$@"'
BREAKS_LATER = """\
case "$2" in verify*) echo x >> $HERE/calls; [ "$(wc -l < $HERE/calls)" -le 2 ] || exit 124;; esac
exec $REAL "$@\""""


@pytest.mark.parametrize("script", ["exit 123", NEVER_VERIFIES, BREAKS_LATER])
def test_a_tool_that_breaks_is_no_verdict_on_any_of_a_batch(small, tmp_path, monkeypatch, script):
    """From the beginning, or in the middle of looking for the bad one."""
    texts = [spoilt(small.ballots[0].text), *(one.text for one in small.ballots[1:])]
    assert [isinstance(one, BallotOk) for one in check_ballots(small.setup, texts)] == [False, True, True, True]
    monkeypatch.setenv("PATH", fake_tool(tmp_path, script))
    with pytest.raises(ToolUnavailable):
        check_ballots(small.setup, texts)


def test_a_full_disk_is_no_verdict_on_any_of_a_batch(small, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(strict.archive, "continued", full)
    monkeypatch.setattr(belenios, "verify_ballot", full)  # which needs no board, and writes the ballot
    with pytest.raises(OSError, match="no space"):
        check_ballots(small.setup, [one.text for one in small.ballots])


def test_no_ballots_need_no_tool(small, monkeypatch):
    monkeypatch.setattr(belenios, "_run", None)
    assert check_ballots(small.setup, []) == []
    refused = BallotRefused("the ballot is not JSON")
    assert check_ballots(small.setup, ["", "{"]) == [refused, refused]
