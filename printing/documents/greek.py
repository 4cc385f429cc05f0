"""Greek capitals, and dates as an office writes them, in Greek or English.

Capitals drop the tonos and keep the dialytika; `str.upper` does neither.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

ATHENS = ZoneInfo("Europe/Athens")

_TONOS, _DIALYTIKA = "\u0301", "\u0308"
_VOWELS = set("αεηιουω")


def _letters(text: str) -> list[str]:
    """Letters with their marks, decomposed; a mark never stands alone."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character) and letters:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def capitals(text: str) -> str:
    """`Μαΐου` → `ΜΑΪΟΥ`, `ρολόι` → `ΡΟΛΟΪ`, `Άγιοι` → `ΑΓΙΟΙ`; the lone disjunctive `ή` keeps its tonos."""
    letters = _letters(text)
    out: list[str] = []
    for place, letter in enumerate(letters):
        before = letters[place - 1] if place else " "
        after = letters[place + 1] if place + 1 < len(letters) else " "
        if letter.lower() == "η" + _TONOS and not before[0].isalpha() and not after[0].isalpha():
            out.append("Η" + _TONOS)
            continue
        marks = letter[1:].replace(_TONOS, "")
        # An accent on the first vowel was what kept the pair apart: once gone, the second needs dialytika.
        apart = _TONOS in before and before[0].lower() in _VOWELS and _DIALYTIKA not in before
        if apart and letter.lower() in ("ι", "υ") and before[0].lower() + letter.lower() in _PAIRS:
            marks += _DIALYTIKA
        out.append(letter[0].upper() + marks)
    return unicodedata.normalize("NFC", "".join(out))


_PAIRS = {"αι", "ει", "οι", "υι", "αυ", "ευ", "ηυ", "ου"}


_LOCALES = {"el": "el_GR", "en": "en_GB"}


def long_date(day: date, language: str = "el") -> str:
    """`21 Μαΐου 2026`."""
    return format_date(day, "d MMMM y", locale=_LOCALES[language])


def short_date(day: date) -> str:
    """`21/05/2026`: both figures, because columns of dates are compared by eye."""
    return format_date(day, "dd/MM/y", locale="el_GR")


def moment(when: datetime, language: str = "el") -> str:
    """`21 Μαΐου 2026, 14:05` in Athens. Raises ValueError for a naive time."""
    if when.tzinfo is None:
        raise ValueError("a naive time has no date in Athens")
    return format_datetime(when, "d MMMM y, HH:mm", tzinfo=ATHENS, locale=_LOCALES[language])
