"""A PIN or PUK as a type that does not show itself. It must never be logged, stored or put into an exception."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, NoReturn, TypeAlias

SHORTEST, LONGEST = 6, 8  # SP 800-73-4 part 2, 2.4.3
OWN, TRANSPORT = 6, 8  # a PIN that its holder chose; the one in the letter ("choose your own now")
_MASK = "Pin(******)"

Unfit: TypeAlias = Literal["empty", "short", "long", "not_digits"]


@dataclass(frozen=True, slots=True)
class UnfitPin:
    """Why something typed is no PIN; it holds nothing of what was typed. Such input never reaches the card."""

    why: Unfit


@dataclass(frozen=True, slots=True)
class WeakPin:
    """Why a PIN may not be one's own; it holds nothing of what was typed.

    `length`: not six digits; `easy`: one digit or two only in a pattern (111111, 121212, 123123), or a run up or down
    (123456, 987654, 890123); `date`: a date that others know.
    """

    why: Literal["length", "easy", "date"]


class Pin:
    """Six to eight ASCII digits, masked in repr, str and format; neither hashable nor picklable, so that it does not
    travel by accident.

    `Pin("12")` raises a ValueError that holds nothing of the content; `read_pin` gives the same answer as a value.
    """

    __slots__ = ("_digits",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, digits: str) -> None:
        why = _unfit(digits)
        if why is not None:
            digits = ""  # traceback printers that show locals must not show it either
            raise ValueError(f"not a PIN: {why}")
        self._digits = bytearray(len(digits))
        for place, digit in enumerate(digits):  # digit by digit: encoding at once leaves a copy in freed memory
            self._digits[place] = ord(digit)

    @classmethod
    def taken_from(cls, typed: bytearray) -> Pin:
        """The ASCII digits in a buffer, which is wiped, also if they are no PIN (ValueError). No text is made of them,
        because Python cannot wipe a text."""
        try:
            if not typed or not SHORTEST <= len(typed) <= LONGEST or any(not 0x30 <= one <= 0x39 for one in typed):
                raise ValueError("not a PIN")
            pin = cls.__new__(cls)
            pin._digits = bytearray(typed)
            return pin
        finally:
            wipe(typed)

    def digits(self) -> str:
        """The digits themselves. Raises ValueError after wipe()."""
        self._require()
        return self._digits.decode("ascii")

    def padded(self) -> bytes:
        """Eight bytes as the card wants them: the digits, then FF. Raises ValueError after wipe()."""
        self._require()
        return bytes(self._digits).ljust(LONGEST, b"\xff")

    def pour(self, into: bytearray, at: int) -> None:
        """Write the eight padded bytes into a buffer that the caller wipes. Raises ValueError after wipe()."""
        self._require()
        for place in range(LONGEST):
            into[at + place] = self._digits[place] if place < len(self._digits) else 0xFF

    def wipe(self) -> None:
        """Overwrite the digits held here; copies made by `digits()` and `padded()` are the caller's."""
        wipe(self._digits)
        self._digits.clear()

    def _require(self) -> None:
        if not self._digits:
            raise ValueError("the PIN was wiped")

    def __len__(self) -> int:
        return len(self._digits)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pin):
            return NotImplemented
        return hmac.compare_digest(self._digits, other._digits)

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return _MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PIN is not copied or pickled")


def read_pin(typed: str) -> Pin | UnfitPin:
    """What somebody typed, as a PIN or as the reason why it is none."""
    why = _unfit(typed)
    return Pin(typed) if why is None else UnfitPin(why)


def wipe(buffer: bytearray) -> None:
    """Overwrite a buffer in place."""
    for place in range(len(buffer)):
        buffer[place] = 0


def is_transport(pin: Pin) -> bool:
    """Whether a PIN has the length of those in letters: its holder is to choose their own now."""
    return len(pin) == TRANSPORT


def own_pin(typed: Pin, forbidden: Collection[str] = ()) -> Pin | WeakPin:
    """The same PIN if it may be somebody's own: six digits, not easily guessed, none of `forbidden`.

    `forbidden` are sequences of six digits, as `spellings` makes of a date.
    """
    digits = typed._digits
    if len(digits) != OWN:
        return WeakPin("length")
    if _easy(digits):
        return WeakPin("easy")
    known = any(len(one) == OWN and one.isascii() and hmac.compare_digest(digits, one.encode()) for one in forbidden)
    return WeakPin("date") if known else typed


def spellings(day: date) -> frozenset[str]:
    """The six digits that people make of a date (a birthday): days, months and years in the usual orders."""
    forms = ("%d%m%y", "%m%d%y", "%y%m%d", "%y%d%m", "%d%m%Y", "%m%d%Y", "%Y%m%d", "%Y%d%m")
    # strftime does not fill a year before 1000; nobody alive has one.
    written = [day.strftime(form) for form in forms]
    return frozenset(one[at : at + OWN] for one in written for at in range(len(one) - OWN + 1))


def _easy(digits: bytearray) -> bool:
    """Few kinds of digit in a pattern, or each the neighbour of the one before (9 and 0 are neighbours)."""
    for period in (1, 2, 3):
        if all(digits[at] == digits[at - period] for at in range(period, len(digits))):
            return True
    steps = {(digits[at] - digits[at - 1]) % 10 for at in range(1, len(digits))}
    pairs = all(digits[at] == digits[at + 1] for at in range(0, len(digits), 2))  # 112233, 665544
    return steps in ({1}, {9}) or pairs


def _unfit(typed: str) -> Unfit | None:
    if not typed:
        return "empty"
    if not (typed.isascii() and typed.isdigit()):  # isdigit alone also takes Arabic digits
        return "not_digits"
    if len(typed) < SHORTEST:
        return "short"
    return "long" if len(typed) > LONGEST else None
