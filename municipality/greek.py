"""Greek as the town hall writes it: capitals, order, search, Latin letters, dates. Pure functions on strings.

Capitals drop the tonos and keep the dialytika; where the accent told two vowels apart, a dialytika takes its place
(ρολόι → ΡΟΛΟΪ); the disjunctive «ή» keeps its tonos. `tests/municipality/test_greek.py` compares all of it with ICU.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import localedata
from babel.dates import format_date, format_datetime

ATHENS = ZoneInfo("Europe/Athens")

_TONOS, _DIALYTIKA, _YPOGEGRAMMENI = "\u0301", "\u0308", "\u0345"
_ACCENTS: Final = frozenset("\u0300\u0301\u0342")  # varia, tonos, perispomeni: in capitals none of them is written
_ALPHABET: Final = "αβγδεζηθικλμνξοπρστυφχψω"
_GREEK: Final = frozenset(_ALPHABET + "ς")
_VOWELS: Final = frozenset("αεηιουω")
# Signs inside a word, after which it goes on (Unicode's Case_Ignorable, of what stands in names and addresses).
_WITHIN: Final = frozenset(".:·'’‘·­΄᾽^`´¨")


@dataclass(frozen=True)
class _Letter:
    """A letter and the marks on it. `small`: the letter without them, a final sigma as σ; "" if it is not Greek."""

    sign: str
    marks: str

    @property
    def small(self) -> str:
        low = self.sign.lower()
        return low.replace("ς", "σ") if low in _GREEK else ""

    @property
    def accented(self) -> bool:
        return not _ACCENTS.isdisjoint(self.marks)

    @property
    def parted(self) -> bool:
        """Whether it has a dialytika."""
        return _DIALYTIKA in self.marks


def _letters(text: str) -> Iterator[_Letter]:
    sign, marks = "", ""
    for one in unicodedata.normalize("NFD", text):
        if sign and unicodedata.combining(one):
            marks += one
            continue
        if sign:
            yield _Letter(sign, marks)
        sign, marks = one, ""
    if sign:
        yield _Letter(sign, marks)


def capitals(text: str) -> str:
    """`text` in Greek capitals, NFC."""
    letters = list(_letters(text))
    out: list[str] = []
    after_accent = False  # the letter before is a vowel that lost its accent, and is no pair with this one
    for place, letter in enumerate(letters):
        small = letter.small
        if not small:
            out.append((letter.sign + letter.marks).upper())
            after_accent = False
            continue
        parted = letter.parted or (after_accent and small in "ιυ")
        after_accent = small in _VOWELS and letter.accented and not parted
        iota = _YPOGEGRAMMENI in letter.marks
        if small == "η" and letter.accented and not iota and _stands_alone(letters, place):
            out.append("Η" + _TONOS)
        else:
            out.append(small.upper() + _DIALYTIKA * parted + "Ι" * iota)
    return unicodedata.normalize("NFC", "".join(out))


def _stands_alone(letters: list[_Letter], place: int) -> bool:
    around = (reversed(letters[:place]), iter(letters[place + 1 :]))
    beside = [next((one.sign for one in side if one.sign not in _WITHIN), " ") for side in around]
    return not any(map(str.isalpha, beside))


def search_key(text: str) -> str:
    """What two spellings of one word share: no marks, no case, one sigma."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.casefold().replace("ς", "σ")


_MARK_ORDER: Final = "\u0313\u0314\u0301\u0300\u0306\u0302\u030c\u030a\u0342\u0308\u030b\u0303\u0307"
_SIGN_ORDER: Final = "_-–—,;:!?.·'‘’\"“”«»()[]{}@*/\\&#%"
Key = tuple[tuple[tuple[int, str], ...], tuple[int, ...], tuple[int, ...], str]


def sort_key(text: str) -> Key:
    """Sort by this for the order of a Greek dictionary: Greek letters before Latin ones; marks tell only words apart
    that are otherwise equal, and case only those that have the same marks."""
    first: list[tuple[int, str]] = []
    second: list[int] = []
    third: list[int] = []
    for letter in _letters(text):
        first.append(_rank(letter))
        second += [0, *(1 + (_MARK_ORDER.find(mark) % 1000) for mark in letter.marks)]
        third.append(2 if letter.sign.isupper() else int(letter.sign == "ς"))
    return tuple(first), tuple(second), tuple(third), text


def _rank(letter: _Letter) -> tuple[int, str]:
    """Blanks, signs, digits, Greek, everything else."""
    sign = letter.sign
    if letter.small:
        return 3, letter.small
    if sign.isspace():
        return 0, ""
    if sign.isalpha():
        return 4, sign.casefold()
    place = _SIGN_ORDER.find(sign) % 1000
    return (2, sign) if sign.isdigit() else (1, f"{place:03d}")


# ELOT 743, type 2: letters that stand for one sound, then those that need two of ours.
_PLAIN: Final = {
    **dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)),
    "θ": "th",
    "χ": "ch",
    "ψ": "ps",
}
_PAIRS: Final = {"γγ": "ng", "γξ": "nx", "γχ": "nch", "ου": "ou"}
_VOICED: Final = _VOWELS | frozenset("βγδζλμνρ")


def latin(text: str) -> str:
    """`text` in Latin letters as Greek passports are written (ELOT 743 = ISO 843, transcription), in the same case.

    What a document of somebody's says wins over this: a name may be written otherwise by right.
    """
    letters = list(_letters(text))
    out: list[str] = []
    place = 0
    while place < len(letters):
        said, taken = _syllable(letters, place)
        group = letters[place : place + taken]
        out.append(_cased(said, group, letters, place) if group[0].small else unicodedata.normalize("NFC", said))
        place += taken
    return "".join(out)


def _syllable(letters: list[_Letter], place: int) -> tuple[str, int]:
    """What stands for the letter at `place`, or for it and the next; and how many letters that are."""
    one = letters[place]
    if not one.small:
        return one.sign + one.marks, 1
    following = letters[place + 1] if place + 1 < len(letters) else None
    pair = one.small + (following.small if following else "")
    if following and following.small == "υ" and one.small in "αεηο":
        if one.accented or one.parted or following.parted:  # two vowels: άυλος, Αϋφαντής
            return _PLAIN[one.small], 1
        if one.small != "ο":
            return _PLAIN[one.small] + _v_or_f(letters, place + 2), 2
    if pair == "μπ":
        alone = not _small_at(letters, place - 1) or not _small_at(letters, place + 2)
        return ("b" if alone else "mp"), 2
    return (_PAIRS[pair], 2) if pair in _PAIRS else (_PLAIN[one.small], 1)


def _small_at(letters: list[_Letter], place: int) -> str:
    return letters[place].small if 0 <= place < len(letters) else ""


def _v_or_f(letters: list[_Letter], place: int) -> str:
    return "v" if _small_at(letters, place) in _VOICED else "f"


def _cased(said: str, group: list[_Letter], letters: list[_Letter], place: int) -> str:
    """ΘΩΜΑΣ gives THOMAS, Θωμάς gives Thomas, and an initial Θ. gives Th."""
    if not group[0].sign.isupper():
        return said
    rest = [*group[1:], *letters[place + len(group) : place + len(group) + 1]]
    beside = [one.sign for one in rest if one.sign.isalpha()] or [
        one.sign for one in letters[max(0, place - 1) : place] if one.sign.isalpha()
    ]
    return said.upper() if beside and beside[0].isupper() else said.capitalize()


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
