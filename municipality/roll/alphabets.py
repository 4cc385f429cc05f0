"""Letters that names and addresses are written with: Greek ones, Latin ones, and what only looks like them.

Never mends what could be meant in two ways: it is named by its place and code point, and somebody decides.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What is wrong with a character, a word, or the alphabet of a whole value."""

    STRANGE = "strange"  # no letter, and no sign that stands in names
    DIGIT = "digit"
    OTHER_LETTER = "other-letter"  # a letter of neither alphabet, however it looks
    MIXED = "mixed"  # both alphabets in one word
    UNCLEAR = "unclear"  # a word whose every letter looks the same in both alphabets, and nothing tells which is meant


@dataclass(frozen=True)
class Stray:
    """`place`: of the character in the value, from 1. `point`: its code point, such as `U+00B5`."""

    trouble: Trouble
    place: int
    point: str


_SIGNS = frozenset(" -'’.,/()&«»\"΄᾽")
_FORMULA = frozenset("=+-@")
_GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ")
# Tonos, varia, perispomeni, dialytika, psili, dasia, ypogegrammeni: polytonic spellings are Greek too.
_GREEK_MARKS = frozenset("\u0301\u0300\u0342\u0308\u0313\u0314\u0345")
_MICRO = "\u00b5"
# Of Unicode's confusables (UTS #39) those between the two alphabets, and k/κ and x/χ, which most faces draw alike.
_LATIN_ALIKE = frozenset("ABEHIKMNOPTXYZaikopuvxy")
_GREEK_ALIKE = frozenset("ΑΒΕΗΙΚΜΝΟΡΤΧΥΖαικορυνχγσ")
_LATIN_AS_WELL = frozenset("Əə")  # outside the blocks of European spelling


def mended(text: str) -> str:
    """NFC, single spaces, and the micro sign, which keyboards and PDFs write for μ and which means no other letter."""
    return " ".join(unicodedata.normalize("NFC", text).replace(_MICRO, "μ").split())


def stray(text: str, *, digits: bool = False, latin: bool = False) -> Stray | None:
    """The first thing in `text` (as `mended` gives it) that has no place there. `digits`: they are in addresses.
    `latin`: somebody has looked and says that what could be either alphabet is Latin."""
    if text and not any(map(str.isalnum, text)):  # "." or "'" is nobody's name
        return _at(text, 0, Trouble.STRANGE)
    if (_GREEK_AND_DIGITS if digits else _GREEK_ONLY).fullmatch(text):
        return None
    for place, sign in enumerate(text):
        trouble = _trouble(sign, digits)
        if trouble is not None or (place == 0 and sign in _FORMULA):
            return _at(text, place, trouble or Trouble.STRANGE)
    return _mixed(text) or (None if latin else _unclear(text))


def has_greek(text: str) -> bool:
    """Whether any of its letters is Greek."""
    return any(map(_is_greek, text))


def _trouble(sign: str, digits: bool) -> Trouble | None:
    if sign in _SIGNS or _is_greek(sign) or _is_latin(sign):
        return None
    if sign.isascii() and sign.isdigit():
        return None if digits else Trouble.DIGIT
    return Trouble.OTHER_LETTER if sign.isalpha() else Trouble.STRANGE


def _is_greek(sign: str) -> bool:
    base, marks = _parted(sign)
    return base in _GREEK and _GREEK_MARKS.issuperset(marks)


def _is_latin(sign: str) -> bool:
    """Of European spelling, in its own form: no ligature, ordinal, full-width or phonetic letter."""
    if not sign.isalpha() or not (ord(sign) < 0x250 or 0x1E00 <= ord(sign) < 0x1F00 or sign in _LATIN_AS_WELL):
        return False
    return unicodedata.name(sign, "").startswith("LATIN") and unicodedata.normalize("NFKC", sign) == sign


def _parted(sign: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", sign)
    return apart[0], apart[1:]


def _at(text: str, place: int, trouble: Trouble) -> Stray:
    return Stray(trouble, place + 1, f"U+{ord(text[place]):04X}")


def _words(text: str) -> list[tuple[int, str]]:
    """Each word with its place from 0; a word ends at a space only: «Παπά-Νoε» is one."""
    found, place = [], 0
    for word in text.split(" "):
        found.append((place, word))
        place += len(word) + 1
    return found


def _mixed(text: str) -> Stray | None:
    for start, word in _words(text):
        greek = [place for place, sign in enumerate(word) if _is_greek(sign)]
        latin = [place for place, sign in enumerate(word) if _is_latin(sign)]
        if greek and latin:
            fewer = latin if len(latin) <= len(greek) else greek
            return _at(text, start + fewer[0], Trouble.MIXED)
    return None


def _unclear(text: str) -> Stray | None:
    """The first word that could be either alphabet, unless the others of its alphabet, and they alone, tell."""
    plain: set[str] = set()
    either: list[tuple[str, int]] = []
    for start, word in _words(text):
        letters = [(place, sign) for place, sign in enumerate(word) if sign.isalpha()]
        if not letters:
            continue
        alphabet = "greek" if _is_greek(letters[0][1]) else "latin"
        if all(_alike(sign) for _, sign in letters):
            either.append((alphabet, start + letters[0][0]))
        else:
            plain.add(alphabet)
    found = {alphabet for alphabet, _ in either} | plain
    # Greek is what the register is written in; Latin letters want a word beside them that can be nothing else.
    told = found == {"greek"} or (found == {"latin"} and plain == {"latin"})
    if told or not either:
        return None
    return _at(text, next((place for alphabet, place in either if alphabet == "latin"), either[0][1]), Trouble.UNCLEAR)


def _alike(sign: str) -> bool:
    """Whether the other alphabet has a letter that looks the same, accent and all."""
    base, marks = _parted(sign)
    if _is_greek(sign):
        return base in _GREEK_ALIKE
    double = base in "IiYyu"  # ϊ and ϋ are the only letters of Greek with two dots
    return base in _LATIN_ALIKE and set(marks) <= ({"\u0301", "\u0308"} if double else {"\u0301"})


# Most of a town's names: nothing more is to be asked of a value that is Greek from its first sign to its last.
_LETTERS = "".join(filter(_is_greek, map(chr, (*range(0x370, 0x400), *range(0x1F00, 0x2000)))))
_FIRST, _NEXT = (re.escape(_LETTERS + "".join(sorted(signs))) for signs in (_SIGNS - _FORMULA, _SIGNS))
_GREEK_ONLY = re.compile(f"[{_FIRST}][{_NEXT}]*")
_GREEK_AND_DIGITS = re.compile(f"[{_FIRST}0-9][{_NEXT}0-9]*")
