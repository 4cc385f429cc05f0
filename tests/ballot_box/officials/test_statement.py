"""A booth's closing statement: believed along an unbroken line of keys, and only if there is but one."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.officials import signing
from ballot_box.officials.codes import SLIP_BYTES, read_code
from ballot_box.officials.records import Setup
from ballot_box.officials.signing import BadRecord, KeySigner, canonical, pem_of
from ballot_box.officials.statement import (
    Stated,
    by_booth,
    contradictions,
    endorsement_of,
    read_endorsement,
    read_stated,
    read_statement,
    stated_fault,
    statement_of,
)
from ballot_box.officials.wizard.rehearsal import InventedTown

BOOTH = "booth-a"
TRACKERS = tuple(f"{number:064x}" for number in range(3))
BROKEN = "a key follows that the one before has not signed for"


def new_key() -> KeySigner:
    return KeySigner(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def keys(invented: InventedTown) -> list[KeySigner]:
    """Of one booth, which has had three."""
    return [invented.booths[BOOTH], new_key(), new_key()]


def say(setup: Setup, keys: list[KeySigner], booth: str = BOOTH, trackers: tuple[str, ...] = TRACKERS) -> Stated:
    statement = statement_of(booth, setup.digest, trackers)
    words = []
    for before, following in itertools.pairwise(keys):
        word = endorsement_of(booth, following.public)
        words.append((word, before.sign(signing.BOOTH_KEY, word.text)))
    signature = keys[-1].sign(signing.STATEMENT, statement.text)
    return Stated(statement, signature, tuple(pem_of(key.public) for key in keys), tuple(words))


@pytest.mark.parametrize("used", [1, 2, 3])
def test_along_an_unbroken_line_of_keys_it_is_believed(setup: Setup, keys: list[KeySigner], used: int) -> None:
    stated = say(setup, keys[:used])
    assert stated_fault(stated, setup) == ""
    assert read_stated(stated.text()) == stated
    assert read_code(stated.statement.slip.lower(), SLIP_BYTES) == stated.statement.slip


def test_broken_at_each_place(setup: Setup, keys: list[KeySigner]) -> None:
    good = say(setup, keys)
    (first, first_word), (second, second_word) = good.endorsements
    stranger = new_key()
    strange = endorsement_of(BOOTH, stranger.public)
    other_booth = endorsement_of("booth-b", keys[1].public)
    broken = {
        "the second key unsigned for": (good.endorsements[1:], good.keys),
        "no word at all": ((), good.keys),
        "a word more": ((*good.endorsements, good.endorsements[0]), good.keys),
        "words changed over": (good.endorsements[::-1], good.keys),
        "signed with itself": (
            ((first, keys[1].sign(signing.BOOTH_KEY, first.text)), (second, second_word)),
            good.keys,
        ),
        "of another kind": (((first, keys[0].sign(signing.STATEMENT, first.text)), (second, second_word)), good.keys),
        "another signature": (((first, second_word), (second, second_word)), good.keys),
        "for another key": (
            ((strange, keys[0].sign(signing.BOOTH_KEY, strange.text)), (second, second_word)),
            good.keys,
        ),
        "of another booth": (
            ((other_booth, keys[0].sign(signing.BOOTH_KEY, other_booth.text)), (second, second_word)),
            good.keys,
        ),
        "another key in the middle": (good.endorsements, (good.keys[0], pem_of(stranger.public), good.keys[2])),
    }
    assert first_word != second_word
    for what, (words, line) in broken.items():
        assert stated_fault(replace(good, endorsements=words, keys=line), setup) == BROKEN, what


def test_who_may_say_it(setup: Setup, altered: Callable[..., Setup], keys: list[KeySigner]) -> None:
    good = say(setup, keys[:1])
    other = replace(good, signature=new_key().sign(signing.STATEMENT, good.statement.text))
    as_another_kind = replace(good, signature=keys[0].sign(signing.FINAL, good.statement.text))
    assert stated_fault(other, setup) == stated_fault(as_another_kind, setup) == "its signature does not hold"
    stranger = "its booth's key is not the one that the officials signed for"
    assert stated_fault(say(setup, [new_key()]), setup) == stranger
    assert stated_fault(say(setup, keys[:1], booth="booth-b"), setup) == stranger
    assert stated_fault(say(setup, keys[:1], booth="booth-c"), setup) == "its booth does not take part in this vote"
    assert stated_fault(good, altered(floor=6)) == "it is about another vote"
    assert stated_fault(replace(good, keys=("κλειδί",)), setup) == "a key is no public key in PEM"


def test_two_different_statements_of_one_booth(setup: Setup, keys: list[KeySigner]) -> None:
    good, fewer = say(setup, keys[:1]), say(setup, keys[:1], trackers=TRACKERS[:2])
    other = say(setup, keys[:1], booth="booth-b", trackers=())
    assert contradictions([good, fewer, other]) == [BOOTH]
    assert contradictions([good, good, say(setup, keys), other]) == []
    assert by_booth([good, other]) == {BOOTH: good, "booth-b": other}


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"count": 2}, "the count is not that of the trackers"),
        ({"trackers": list(TRACKERS[::-1])}, "the trackers are not a sorted list without repetitions"),
        ({"trackers": [TRACKERS[0]] * 3}, "the trackers are not a sorted list without repetitions"),
        ({"trackers": ["x"], "count": 1}, "the trackers are not a sorted list without repetitions"),
        ({"trackers": [7], "count": 1}, "the trackers are not a sorted list without repetitions"),
        ({"trackers": {}}, "trackers is not what stands there"),
        ({"kind": "votes.final"}, "not of this kind and version"),
        ({"cast": 7}, "expected exactly booth, count, kind, setup, trackers, version"),
        ({"booth": 7}, "booth is not what stands there"),
    ],
)
def test_an_unsound_statement_is_refused(setup: Setup, parts: dict[str, object], why: str) -> None:
    plain = {**json.loads(statement_of(BOOTH, setup.digest, TRACKERS).text), **parts}
    with pytest.raises(BadRecord) as caught:
        read_statement(canonical(plain))
    assert str(caught.value) == f"closing statement: {why}"


@pytest.mark.parametrize(
    "parts",
    [
        {"keys": []},
        {"keys": [1]},
        {"keys": {}},
        {"endorsements": [1]},
        {"endorsements": [["x"]]},
        {"endorsements": [["x", {}]]},
        {"endorsements": [["{}", {"by": "a", "jws": "b"}]]},
        {"signature": None},
        {"signature": {"by": 1, "jws": "x"}},
        {"statement": {}},
        {"note": 1},
    ],
)
def test_what_does_not_travel_as_it_should_is_refused(
    setup: Setup, keys: list[KeySigner], parts: dict[str, object]
) -> None:
    with pytest.raises(BadRecord):
        read_stated(canonical({**say(setup, keys).plain(), **parts}))


def test_a_word_for_another_curve_is_refused() -> None:
    plain = json.loads(endorsement_of(BOOTH, new_key().public).text)
    other = pem_of(ec.generate_private_key(ec.SECP384R1()).public_key())
    with pytest.raises(BadRecord, match="P-256"):
        read_endorsement(canonical({**plain, "key": other}))
    with pytest.raises(BadRecord, match="not of this kind"):
        read_endorsement(canonical({**plain, "version": 2}))
