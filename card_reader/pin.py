"""A PIN or PUK as a type that does not show itself. It must never be logged, stored or put into an exception."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

SHORTEST, LONGEST = 6, 8  # SP 800-73-4 part 2, 2.4.3
_MASK = "Pin(******)"

Unfit: TypeAlias = Literal["empty", "short", "long", "not_digits"]


@dataclass(frozen=True, slots=True)
class UnfitPin:
    """Why something typed is no PIN; it holds nothing of what was typed. Such input never reaches the card."""

    why: Unfit


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
        self._digits = bytearray(digits, "ascii")

    def digits(self) -> str:
        """The digits themselves. Raises ValueError after wipe()."""
        self._require()
        return self._digits.decode("ascii")

    def padded(self) -> bytes:
        """Eight bytes as the card wants them: the digits, then FF. Raises ValueError after wipe()."""
        self._require()
        return bytes(self._digits).ljust(LONGEST, b"\xff")

    def wipe(self) -> None:
        """Overwrite the digits held here; copies made by `digits()` and `padded()` are the caller's."""
        for place in range(len(self._digits)):
            self._digits[place] = 0
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


def _unfit(typed: str) -> Unfit | None:
    if not typed:
        return "empty"
    if not (typed.isascii() and typed.isdigit()):  # isdigit alone also takes Arabic digits
        return "not_digits"
    if len(typed) < SHORTEST:
        return "short"
    return "long" if len(typed) > LONGEST else None
