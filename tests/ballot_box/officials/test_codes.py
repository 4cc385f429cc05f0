"""Codes as people type them from paper: whatever the keyboard, and never one for another."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballot_box.officials.codes import FINGERPRINT_BYTES, SLIP_BYTES, CodeRefused, code_of, read_code

DIGEST = hashlib.sha256(b"municipal-atm").hexdigest()
FINGERPRINT, SLIP = code_of(DIGEST, FINGERPRINT_BYTES), code_of(DIGEST, SLIP_BYTES)
GREEK = str.maketrans("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
LENGTH, LETTER = "this code has 6 groups of 4 letters and digits", "a letter of the code is wrong: read it again"


def test_both_have_whole_groups_of_four() -> None:
    assert [len(group) for group in FINGERPRINT.split("-")] == [4] * 10
    assert [len(group) for group in SLIP.split("-")] == [4] * 6


@pytest.mark.parametrize(
    "typed",
    [
        SLIP,
        SLIP.lower(),
        SLIP.replace("-", ""),
        SLIP.replace("-", " – "),
        f"  {SLIP}\n",
        SLIP.translate(GREEK),
        SLIP.translate(GREEK).lower(),
    ],
)
def test_what_people_type_is_the_code(typed: str) -> None:
    assert read_code(typed, SLIP_BYTES) == SLIP


@given(st.binary(min_size=32, max_size=32), st.sampled_from([FINGERPRINT_BYTES, SLIP_BYTES]))
def test_every_code_reads_back_from_a_greek_keyboard(digest: bytes, size: int) -> None:
    code = code_of(digest.hex(), size)
    assert read_code(code.translate(GREEK), size) == code


def test_one_wrong_letter_anywhere_is_noticed() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for place, letter in enumerate(SLIP):
        if letter != "-":
            wrong = SLIP[:place] + letters[(letters.index(letter) + 1) % 32] + SLIP[place + 1 :]
            with pytest.raises(CodeRefused, match=f"^{LETTER}$"):
                read_code(wrong, SLIP_BYTES)


def test_two_neighbours_changed_over_are_noticed() -> None:
    plain = SLIP.replace("-", "")
    place = next(place for place in range(len(plain) - 1) if plain[place] != plain[place + 1])
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    with pytest.raises(CodeRefused, match=f"^{LETTER}$"):
        read_code(wrong, SLIP_BYTES)


@pytest.mark.parametrize("typed", ["", SLIP[:-1], SLIP + "A", FINGERPRINT, SLIP[:-1] + "!", SLIP[:-1] + "Ω", "Ω" * 24])
def test_another_length_or_a_strange_letter(typed: str) -> None:
    with pytest.raises(CodeRefused, match=f"^{LENGTH}$"):
        read_code(typed, SLIP_BYTES)


@given(st.text(max_size=60))
def test_any_typing_is_an_answer(typed: str) -> None:
    try:
        assert read_code(typed, SLIP_BYTES).count("-") == 5
    except CodeRefused as refused:
        assert str(refused) in (LENGTH, LETTER)
