"""Codes as hands type them, and that no two codes become one."""

from __future__ import annotations

import base64
import itertools
import secrets
import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import typed
from ballot_box import tracker
from card_reader import new_block_code, read_block_code
from kiosk.identity import lost_card
from municipality.enrolment import Code
from municipality.matters.certificates.rules import read_code, verification_code

# What one may type for a letter, written here by hand: Greek and Cyrillic by their looks, with accents, small and
# capital, and what lies on the same key of a Greek keyboard.
LIKE = {
    "A": "aΑαάΆа", "B": "bΒβВ", "C": "cСс", "D": "dΔδ", "E": "eΕεέΈе", "F": "fΦφ", "G": "gΓγ", "H": "hΗηήН",
    "I": "iΙιίϊΐΊІ", "J": "jЈ", "K": "kΚκК", "L": "lΛλ", "M": "mΜμМµ", "N": "nΝν", "O": "oΟοόΌОо", "P": "pΡρΠπР",
    "S": "sΣσςЅ", "T": "tΤτТ", "X": "xΧχХх", "Y": "yΥυύϋΰΎУ", "Z": "zΖζ",
}  # fmt: skip
SIGNS = (" ", "-", "–", "—", "‑", "−", "\u00ad", ".", "·", "•", "/", "_", "\u00a0", "\u2009", "\u200b", "\t", "\n", "'")
ALPHABETS = [typed.CROCKFORD, typed.BASE32, typed.HEX, "0123456789"]


def careless(code: str, hand: Random, slips: dict[str, str] | None = None) -> str:
    """`code` as a careless hand types it: any letter as one of those that are like it, any sign anywhere."""
    out = []
    for letter in code:
        wide = chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter
        out.append(hand.choice(letter + wide + LIKE.get(letter.upper(), "") + (slips or {}).get(letter, "")))
        out.append(hand.choice(("", "", "", *SIGNS)))
    return "".join(out)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_no_letter_of_a_code_is_read_as_another(alphabet: str) -> None:
    assert typed.read(alphabet, alphabet) == alphabet
    assert typed.read(alphabet.lower(), alphabet) == typed.read(alphabet.upper(), alphabet) == alphabet


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_sign_there_is_comes_to_letters_of_the_code_or_to_none(alphabet: str) -> None:
    for number in range(0x10000):
        sign = chr(number)
        found = typed.read(sign, alphabet)
        assert found is None or set(found) <= set(alphabet), hex(number)
        if found and sign.isascii() and sign.upper() in alphabet.upper():
            assert found.upper() == sign.upper()


def test_what_may_be_two_letters_is_none() -> None:
    for sign in "ΘΞΨΩθξψωЯЖИ名٣":
        assert typed.read(sign, typed.CROCKFORD) is None, sign


ONE_OF_TWO = {"0": "OoΟοО", "1": "IiΙιΊLlΛλ"}  # these codes have no O, I, L
HANDS = st.integers(0, 2**32).map(Random)


@given(HANDS, st.binary(min_size=10, max_size=10))
def test_a_verification_code(hand: Random, random: bytes) -> None:
    code = verification_code(random)
    assert read_code(careless(code, hand, ONE_OF_TWO)) == code


@given(HANDS)
def test_a_block_code(hand: Random) -> None:
    code = new_block_code()
    text = careless(code, hand, ONE_OF_TWO)
    assert read_block_code(text) == code.replace("-", "") or len(text) > 32


@given(HANDS, st.binary(min_size=20, max_size=20), st.binary(min_size=20, max_size=20))
def test_an_invitation(hand: Random, token: bytes, centre: bytes) -> None:
    code = Code(token, centre)
    assert Code.read(careless(code.text(), hand, {"O": "0", "I": "1", "B": "8"})) == code


@given(HANDS, st.binary(min_size=32, max_size=32))
def test_a_tracking_code(hand: Random, digest: bytes) -> None:
    text = careless(digest.hex(), hand, ONE_OF_TWO)
    assert tracker.typed(text) == digest.hex() or len(text) > 400


@given(HANDS, st.binary(min_size=32, max_size=32))
def test_a_tracking_code_as_belenios_shows_it(hand: Random, digest: bytes) -> None:
    """Capitals and small letters are two there: only what can be no other is read, and the rest is not guessed at."""
    like = {**{one: LIKE[one] for one in "ABEZHIKMNOTYX"}, "o": "οо", "a": "αа", "x": "χх"}
    smart = tracker.smart(digest.hex())
    text = "".join(hand.choice([one, *(o for o in like.get(one, "") if _same_case(o, one))]) for one in smart)
    assert tracker.typed(text) == digest.hex()


def _same_case(other: str, one: str) -> bool:
    return other.isupper() == one.isupper() and unicodedata.normalize("NFD", other) == other and not other.isascii()


def test_letters_with_two_meanings_make_no_tracking_code_of_belenios() -> None:
    digest = next(d for d in (secrets.token_bytes(32) for _ in itertools.count()) if b"v" in base64.b64encode(d))
    assert tracker.typed(tracker.smart(digest.hex()).replace("v", "ν")) is None


@pytest.mark.parametrize(
    "text", ["KD-000123", "kd 123", "ΚΔ-000123", "κδ123", "000123", "１２３", "KD-OOO123", "ΚΔΟΟΟ123", "KD–ooo l23"]
)
def test_a_cards_number(text: str) -> None:
    assert lost_card._meant(text, ["KD-000123"])


@pytest.mark.parametrize("text", ["", "KD", "KA-000123", "OOO123", "IL-000123", "KD-000124", "KD-0001230", "Ω", "٣"])
def test_what_is_not_that_cards_number(text: str) -> None:
    assert not lost_card._meant(text, ["KD-000123"])


@given(
    st.integers(1, 10**7),
    st.integers(1, 10**7),
    st.sampled_from(["KD", "OL", "I", "A1B", ""]),
    st.sampled_from(["KD", "OL", "I"]),
)
def test_a_number_never_means_another_of_its_letters(one: int, other: int, letters: str, others: str) -> None:
    mine, theirs = f"{letters}-{one:06d}", f"{others}-{other:06d}"
    assert lost_card._meant(mine, [mine])
    if letters in ("KD", "OL", "I"):
        assert bool(lost_card._meant(mine, [theirs])) == (mine == theirs)


def test_a_card_on_the_command_line() -> None:
    assert typed.as_it_stands(" ΑΑΚ–000123\u200b ") == "AAK-000123"
    assert typed.as_it_stands("Ab-1") == "Ab-1"
