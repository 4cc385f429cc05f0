"""Signs, numbers and codes by ear, in three languages: what the real espeak-ng makes of them, as phonemes."""

import re
import subprocess
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import examples

from kiosk.devices.aloud import aloud
from kiosk.devices.speech import BoothVoice, Manner, Sentence, runs
from kiosk.ui.speech.spoken import readable

LANGUAGES = ("el", "en", "sq")


@cache
def phonemes(text: str, language: str) -> str:
    """What espeak-ng says of `text` as it is, without stress and without pauses between words."""
    said = ""
    for words, voice in runs(text, language):
        command = ["espeak-ng", "-v", voice, "-q", "--ipa", "--stdin"]
        said += subprocess.run(command, input=words.encode(), capture_output=True, check=True).stdout.decode()
    return re.sub(r"\([a-z-]+\)|[ˈˌ\s]", "", said)


def heard(text: str, language: str) -> str:
    """What a resident hears of a text of the screen."""
    return phonemes(aloud(readable(text, language), language), language)


# How the words for signs sound, which nobody wants to hear.
SIGNS = {
    "el": ("τελεία", "μείον", "slash", "ampersand", "hash", "τόνος", "παύλα"),
    "en": ("dot", "minus", "slash", "ampersand", "hash", "dash", "point"),
    "sq": ("pikë", "pik", "minus", "pjesëtim", "hash"),
}
ONE_BY_ONE = {
    "000042": "0, 0, 0, 0, 4, 2",
    "007": "0, 0, 7",
    "KD-000123": "K, D, 0, 0, 0, 1, 2, 3",
    "AB3D-9F2K-7701": "A, B, 3, D, 9, F, 2, K, 7, 7, 0, 1",
    "Q7-X": "Q, 7, X",
    "123456789": "1, 2, 3, 4, 5, 6, 7, 8, 9",
    "2310 123456": "2, 3, 1, 0, 1, 2, 3, 4, 5, 6",
    "6912345678": "6, 9, 1, 2, 3, 4, 5, 6, 7, 8",
    "dfa3a59ec5": "D, F, A, 3, A, 5, 9, E, C, 5",
    "EN": "E, N",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ONE_BY_ONE)
def test_codes_and_numbers_of_somebody_are_said_one_by_one(code: str, language: str) -> None:
    assert heard(code, language) == phonemes(ONE_BY_ONE[code], language)
    assert heard(f"№ {code}", language).endswith(phonemes(ONE_BY_ONE[code], language))


SENTENCES = {
    "el": [
        ("Αριθμός: ΔΟΚ1/2026/000042.", "Αριθμός: Δ, Ο, Κ, 1, 2026, 0, 0, 0, 0, 4, 2"),
        ("Πάρκο & πλατεία", "Πάρκο και πλατεία"),
        ("12,50 €", "12 ευρώ και 50 λεπτά"),
        ("1.250 €", "1250 ευρώ"),
        ("€ 0,01", "0 ευρώ και 1 λεπτό"),
        ("12,5 €", "12,5 ευρώ"),
        ("1.250.000,05 €", "1250000 ευρώ και 5 λεπτά"),
        ("10:42", "10 και 42"),
        ("09:05", "9 και 5"),
        ("10:00", "10 ακριβώς"),
        ("3/5/2026", "3 Μαΐου 2026"),
        ("2026-05-03, 10:42", "3 Μαΐου 2026, 10 και 42"),
        ("5–7 άτομα", "5 έως 7 άτομα"),
        ("18-24 ετών", "18 έως 24 ετών"),
        ("№ 5", "αριθμός 5"),
        ("Άλλο… τίποτα", "Άλλο, τίποτα"),
        ("«Ναι»", "Ναι"),
        ("e-ΚΕΠ", "e ΚΕΠ"),
        ("Κέντρο · Βιβλιοθήκη", "Κέντρο, Βιβλιοθήκη"),
        ("ναι/όχι", "ναι, όχι"),
        ("π.χ. δέντρα κ.λπ.", "παραδείγματος χάριν δέντρα και λοιπά"),
        ("δηλ. κ.ά.", "δηλαδή και άλλα"),
        ("της 1ης Μαΐου", "της πρώτης Μαΐου"),
        ("12,5%", "12,5 %"),
        ("COVID-19", "COVID 19"),
        ("Χ.Υ. – Π.Δ.", "Χ.Υ., Π.Δ."),
        ("2.500 ψήφοι", "2500 ψήφοι"),
    ],
    "en": [
        ("Number: KD-000123", "Number: K, D, 0, 0, 0, 1, 2, 3"),
        ("Parks & squares", "Parks and squares"),
        ("€12.50", "12 euros and 50 cents"),
        ("1,250 €", "1250 euros"),
        ("10:05", "10 oh 5"),
        ("10:00", "10 o'clock"),
        ("5–7 people", "5 to 7 people"),
        ("3/5/2026", "3 May 2026"),
        ("yes/no", "yes, no"),
        ("No. 5", "number 5"),
        ("e.g. trees, etc.", "for example trees, and so on"),
        ("Πάρκο & πλατεία", "Πάρκο και πλατεία"),
        ("2,500 votes", "2500 votes"),
    ],
    "sq": [
        ("Park & shesh", "Park dhe shesh"),
        ("12,50 €", "12 euro e 50 cent"),
        ("10:42", "10 e 42"),
        ("5–7", "5 deri 7"),
        ("p.sh. pemë", "për shembull pemë"),
        ("po/jo", "po, jo"),
    ],
}


@pytest.mark.parametrize(
    ("language", "written", "said"), [(k, *each) for k, rows in SENTENCES.items() for each in rows]
)
def test_a_sentence_is_heard_as_its_words(language: str, written: str, said: str) -> None:
    assert heard(written, language) == phonemes(said, language)
    assert not [sign for sign in SIGNS[language] if phonemes(sign, language) in heard(written, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_is_said_sign_by_sign(language: str) -> None:
    dot, slash, at = {
        "el": ("τελεία", "κάθετος", "παπάκι"),
        "en": ("dot", "slash", "at"),
        "sq": ("pikë", "pjerrtas", "et"),
    }[language]
    assert heard("https://vote.dimos.gr/elections/", language) == phonemes(
        f"vote {dot} dimos {dot} G, R {slash} elections", language
    )
    assert heard("info@dimos.gr", language) == phonemes(f"info {at} dimos {dot} G, R", language)


@pytest.mark.parametrize(
    "text", ["42", "1.234", "0,05", "PIN", "Ναι ή όχι;", "Άρθρο 5", "2026", "ΚΕΠ Αθήνας", "Παπαδοπούλου-Γεωργίου", "-5"]
)
def test_what_is_read_well_stays_as_it_is(text: str) -> None:
    for language in LANGUAGES:
        assert aloud(text, language) == text


WRITTEN = ["000042", "KD-000123", "12,50 €", "10:42", "3/5/2026", "&", "–", "№ 5", "π.χ.", "1ης", "a@b.gr", "Ναι", "…"]


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.sampled_from(WRITTEN), max_size=6), st.sampled_from([*LANGUAGES, "de"]))
def test_read_once_more_it_stays(pieces: list[str], language: str) -> None:
    said = aloud(" ".join(pieces), language)
    assert aloud(said, language) == said


@settings(max_examples=examples(100), deadline=None)
@given(st.text("aΑ0 1.,:-–/&€«»…·@#№", max_size=30), st.sampled_from(LANGUAGES))
def test_no_sign_is_left(text: str, language: str) -> None:
    assert not re.search("[&€«»·–№@/]", aloud(text, language))


@given(st.from_regex(r"[A-Z]{1,4}-[0-9]{4,8}", fullmatch=True))
@settings(max_examples=examples(100), deadline=None)
def test_no_letter_or_digit_of_a_code_is_lost(code: str) -> None:
    said = aloud(code, "el")
    assert re.sub(r"\W", "", said) == code.replace("-", "") or " έως " in said


def test_the_real_voice_says_it_and_another_reading_has_another_sound(tmp_path) -> None:
    voice = BoothVoice(tmp_path)
    code, spelled = (voice.wav(Sentence(text, "el"), Manner()) for text in ("KD-000123", "K, D, 0 0 0 1 2 3"))
    assert code == spelled is not None
