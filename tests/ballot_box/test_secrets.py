"""Choice and credential: right arithmetic, and a mask wherever they could print."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballot_box import BLANK, Blank, Choice, ChoiceDoesNotFit, Credential, Question, belenios, is_on_list, public_part
from ballot_box.choice import plaintext
from ballot_box.credential import public_part_in
from ballot_box.hidden import Hidden

ONE = Question("Ένα;", ("α", "β"), 1, 1, True)
TWO = Question("Δύο;", ("α", "β", "γ"), 0, 2, False)


def test_our_public_part_is_the_tools():
    for _ in range(3):
        credential = Credential.generate()
        assert belenios.derive_public("JG8ziBqh3wBAZg", credential.reveal()) == public_part_in(
            "JG8ziBqh3wBAZg", credential
        )


def test_only_those_on_the_list_are_on_the_list(small, other):
    assert all(is_on_list(small.setup, one) for one in small.credentials)
    assert not is_on_list(small.setup, Credential.generate())
    assert not is_on_list(other.setup, small.credentials[0])
    assert {public_part(small.setup, one) for one in small.credentials} == set(small.setup.credentials)


def test_credentials_differ_and_carry_their_check_digit():
    made = [Credential.generate() for _ in range(200)]
    assert len({one.reveal() for one in made}) == 200
    assert all(Credential(one.reveal()) == one for one in made)


@given(position=st.integers(0, 13), digit=st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
def test_a_mistyped_digit_is_refused_without_being_told(position, digit):
    text = Credential.generate().reveal()
    place = position + position // 3
    wrong = text[:place] + digit + text[place + 1 :]
    # 53 is less than 58, so that a few pairs of digits are not told apart.
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    if (alphabet.index(text[place]) - alphabet.index(digit)) % 53 == 0:
        return
    with pytest.raises(ValueError) as caught:
        Credential(wrong)
    assert wrong not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "text", ["", "abc", "1" * 19, "111-111-111-111-1111", "0" * 15, "ααα-ααα-ααα-ααα-ααα", None, 7]
)
def test_what_is_no_credential_is_refused(text):
    with pytest.raises(ValueError):
        Credential(text)


def test_nothing_of_a_secret_prints():
    credential, choice, key = Credential.generate(), Choice([{1}, {0, 2}]), Hidden("12345")
    marks = plaintext((ONE, TWO), choice)
    for secret in (credential, choice, marks, key):
        shown = f"{secret!r} {secret} {[secret]} {secret:>30}"
        assert "•••" in shown
        assert not any(part in shown for part in (credential.reveal(), "frozenset", "[[", "12345"))
    assert "blank" not in repr([BLANK, Choice([BLANK, BLANK])]).lower()


def test_secrets_cannot_be_pickled():
    for secret in (Credential.generate(), Choice([{1}])):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError):
                pickle.dumps(secret, protocol)
        with pytest.raises(TypeError):
            copy.deepcopy(secret)


def test_a_choice_becomes_what_the_tool_reads():
    assert plaintext((ONE, TWO), Choice([{1}, {0, 2}])).reveal() == "[[0,0,1],[1,0,1]]"
    assert plaintext((ONE, TWO), (BLANK, frozenset())).reveal() == "[[1,0,0],[0,0,0]]"


@given(first=st.sampled_from([Blank.BLANK, {0}, {1}]), second=st.sets(st.integers(0, 2), max_size=2))
def test_its_length_tells_nothing(first, second):
    assert len(plaintext((ONE, TWO), Choice([first, second])).reveal()) == len("[[0,0,1],[1,0,1]]")


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [{0}],
        [{0}, {0}, {0}],
        [set(), {0}],
        [{0, 1}, {0}],
        [{2}, {0}],
        [{-1}, {0}],
        [{0}, BLANK],
        [{0}, {0, 1, 2}],
        [{0}, {3}],
    ],
)
def test_a_choice_that_does_not_fit_never_reaches_the_tool(marks):
    with pytest.raises(ChoiceDoesNotFit) as caught:
        plaintext((ONE, TWO), marks)
    assert "{" not in str(caught.value)


@pytest.mark.parametrize(
    ("answers", "minimum", "maximum"), [((), 0, 0), (("α",), 1, 2), (("α",), 2, 1), (("α", ""), 0, 1), (("α",), 0, 0)]
)
def test_a_question_that_nobody_could_answer_is_refused(answers, minimum, maximum):
    with pytest.raises(ValueError):
        Question("Ερώτηση", answers, minimum, maximum, False)
