"""Greek as the town hall writes it: capitals, order, search, dates. Pure functions on strings.

Capitals drop the tonos and keep the dialytika; where the accent told two vowels apart, a dialytika
takes its place (ρολόι → ΡΟΛΟΪ); the disjunctive «ή» keeps its tonos. Agrees with ICU's toUpper(el).
"""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import localedata
from babel.dates import format_date, format_datetime

ATHENS = ZoneInfo("Europe/Athens")

_TONOS = "\u0301"
_DIALYTIKA = "\u0308"
_VOWELS = set("αεηιουωΑΕΗΙΟΥΩ")


def capitals(text: str) -> str:
    """`text` in Greek capitals, NFC."""
    words = unicodedata.normalize("NFC", text).split(" ")
    return " ".join(_capital_word(word) for word in words)


def _capital_word(word: str) -> str:
    if word.strip(".,;:·!()«»\"'") == "ή":
        return word.replace("ή", "Ή")
    out: list[str] = []
    previous_accented_vowel = False
    for letter in word:
        base, marks = _split(letter)
        accented = _TONOS in marks
        if base in _VOWELS:
            dialytika = _DIALYTIKA in marks
            if previous_accented_vowel and base in "ιυΙΥ" and not accented:
                dialytika = True
            out.append(unicodedata.normalize("NFC", base.upper() + (_DIALYTIKA if dialytika else "")))
            previous_accented_vowel = accented and not dialytika
        else:
            out.append(letter.upper())
            previous_accented_vowel = False
    return "".join(out)


def _split(letter: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", letter)
    return decomposed[0], decomposed[1:]


def search_key(text: str) -> str:
    """What two spellings of one word share: no marks, no case, one sigma."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.casefold().replace("ς", "σ")


def order_key(text: str) -> tuple[str, str]:
    """Sort by this for dictionary order: marks and case matter only between equal words."""
    return search_key(text), text


def short_date(day: date) -> str:
    """21/5/2026, in either language: in Greece nobody takes the day for the month."""
    return f"{day.day}/{day.month}/{day.year}"


def long_date(day: date, language: str = "el") -> str:
    """«21 Μαΐου 2026»."""
    return format_date(day, "d MMMM y", locale=locale_of(language))


def moment(at: datetime, language: str = "el") -> str:
    """«Πέμπτη 21 Μαΐου 2026, 21:00», in Athens."""
    return format_datetime(at.astimezone(ATHENS), "EEEE d MMMM y, HH:mm", locale=locale_of(language))


def locale_of(language: str) -> str:
    """CLDR's name of the locale whose dates `language` writes; English where CLDR does not know the language."""
    locale = {"el": "el_GR", "en": "en_GB"}.get(language, language)
    return locale if localedata.exists(locale) else "en_GB"
