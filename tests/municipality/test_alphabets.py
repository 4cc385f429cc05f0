"""Which letters a name may be written with. What looks like Greek and is not is named by its place and code point."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import examples

from municipality.roll.alphabets import Stray, Trouble, mended, stray

GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωΆΈΉΊΌΎΏΪΫάέήίόύώϊϋΐΰ"
# Capitals that are drawn alike in both alphabets, each pair by its names.
ALIKE = dict(zip("ABEHIKMNOPTXYZ", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "Παπαδοπούλου", "ΑΝΝΑ", "ΟΗ", "Άννα-Μαρία", "Ἀθηνᾶ", "ᾳ", "Μάϊος", "Παπαδοπούλου - Γκίκα", "Ιω.",
        "Popescu", "MARIA POPESCU", "ANNA MARIA", "O'Hara", "Łukasz", "Müller", "Đorđević", "Nguyễn", "Məmmədov",
        "Παπαδοπούλου Smith", "Ἄννα",
    ],
)  # fmt: skip
def test_true_names_of_either_alphabet(name: str) -> None:
    assert stray(mended(name)) is None
    assert stray(mended(unicodedata.normalize("NFD", name))) is None, "as it is written apart"


@pytest.mark.parametrize(
    ("name", "trouble", "place", "point"),
    [
        ("Aντωνίου", Trouble.MIXED, 1, "U+0041"),
        ("Αντωνίoυ", Trouble.MIXED, 7, "U+006F"),
        ("Παπα-Noe", Trouble.MIXED, 6, "U+004E"),
        ("ANNA", Trouble.UNCLEAR, 1, "U+0041"),
        ("MAPIA", Trouble.UNCLEAR, 1, "U+004D"),
        ("ΜΑΡΙΑ ANNA", Trouble.UNCLEAR, 7, "U+0041"),
        ("NIKH Παπαδοπούλου", Trouble.UNCLEAR, 1, "U+004E"),
        ("ÁNNA", Trouble.UNCLEAR, 1, "U+00C1"),
        ("Ava", Trouble.UNCLEAR, 1, "U+0041"),
        ("SMITH ΝΙΚΗ", Trouble.UNCLEAR, 7, "U+039D"),
        ("Иван", Trouble.OTHER_LETTER, 1, "U+0418"),
        ("АННА", Trouble.OTHER_LETTER, 1, "U+0410"),  # Cyrillic, every letter of it like ours
        ("Αννа", Trouble.OTHER_LETTER, 4, "U+0430"),
        ("ϲοφία", Trouble.OTHER_LETTER, 1, "U+03F2"),  # a lunate sigma
        ("ϕωτεινή", Trouble.OTHER_LETTER, 1, "U+03D5"),  # phi as a symbol
        ("𝚨ννα", Trouble.OTHER_LETTER, 1, "U+1D6A8"),  # a mathematical alpha
        ("ＡΝΝΑ", Trouble.OTHER_LETTER, 1, "U+FF21"),  # full width
        ("Ϣαι", Trouble.OTHER_LETTER, 1, "U+03E2"),  # Coptic, among the Greek
        ("Մարիա", Trouble.OTHER_LETTER, 1, "U+0544"),
        ("ﬁlip", Trouble.OTHER_LETTER, 1, "U+FB01"),
        ("ªνα", Trouble.OTHER_LETTER, 1, "U+00AA"),
        ("Αν\u200bνα", Trouble.STRANGE, 3, "U+200B"),
        ("Αν\u00adνα", Trouble.STRANGE, 3, "U+00AD"),
        ("\u202eαννΑ", Trouble.STRANGE, 1, "U+202E"),
        ("Αν\u034fνα", Trouble.STRANGE, 3, "U+034F"),
        ("Αν\ufeffνα", Trouble.STRANGE, 3, "U+FEFF"),
        ("Αν\x00να", Trouble.STRANGE, 3, "U+0000"),
        ("Αν\u0335να", Trouble.STRANGE, 3, "U+0335"),  # a stroke through the ν
        ("½", Trouble.STRANGE, 1, "U+00BD"),
        ("=CMD()", Trouble.STRANGE, 1, "U+003D"),
        ("-", Trouble.STRANGE, 1, "U+002D"),
        ("***", Trouble.STRANGE, 1, "U+002A"),
        (".", Trouble.STRANGE, 1, "U+002E"),
        ("' .", Trouble.STRANGE, 1, "U+0027"),
        ("Άννα2", Trouble.DIGIT, 5, "U+0032"),
        ("Άννα٢", Trouble.STRANGE, 5, "U+0662"),
    ],
)
def test_what_has_no_place_in_a_name(name: str, trouble: Trouble, place: int, point: str) -> None:
    assert stray(mended(name)) == Stray(trouble, place, point)


def test_the_micro_sign_is_a_mu_and_nothing_else_is_mended() -> None:
    assert mended("∆ηµήτρης")[0] == "∆", "the increment sign is no delta"
    assert mended("Δηµήτρης") == "Δημήτρης"
    assert stray(mended("Δηµήτρης")) is None
    assert stray(mended("Sµith")) == Stray(Trouble.MIXED, 2, "U+03BC")


def test_digits_stand_in_addresses_and_latin_where_somebody_has_looked() -> None:
    assert stray("Οδός 28ης Οκτωβρίου 12", digits=True) is None
    assert stray("Οδός B 12", digits=True) == Stray(Trouble.UNCLEAR, 6, "U+0042")
    assert stray("Οδός Β 12", digits=True) is None
    assert stray("ANNA", latin=True) is None
    assert stray("Aννα", latin=True) == Stray(Trouble.MIXED, 1, "U+0041"), "nobody can say that of two in one word"


@settings(max_examples=examples(200), deadline=None)
@given(st.text("".join(ALIKE.values()), min_size=2, max_size=12), st.data())
def test_no_greek_name_passes_with_latin_letters_in_it(name: str, data: st.DataObject) -> None:
    """Any of its letters, or all of them, typed on the wrong keyboard."""
    back = {greek: latin for latin, greek in ALIKE.items()}
    chosen = data.draw(st.sets(st.integers(0, len(name) - 1), min_size=1))
    typed = "".join(back[c] if place in chosen else c for place, c in enumerate(name))
    assert stray(name) is None
    found = stray(typed)
    assert found is not None
    assert found.trouble is (Trouble.UNCLEAR if len(chosen) == len(name) else Trouble.MIXED)


@settings(max_examples=examples(300), deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_what_passes_is_made_of_two_alphabets_and_few_signs(text: str) -> None:
    seen = mended(text)
    if not seen or stray(seen, digits=True) is not None:
        return
    for sign in seen:
        name = unicodedata.name(sign)
        assert sign in " -'’.,/()&«»\"΄᾽0123456789" or name.startswith(("GREEK ", "LATIN ")), name
        assert unicodedata.normalize("NFKC", sign) == sign or sign in "΄᾽"
