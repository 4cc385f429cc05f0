"""A PIN of one's own in the place of the one in the letter, before anything else is done with the card.

Never: an outcome that says more than the booth knows, a second try by itself, a digit in an outcome.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from card_reader import (
    CardFault,
    CardGone,
    Connection,
    Pin,
    PinBlocked,
    PinChanged,
    PinRefused,
    PivCard,
    Verified,
    WeakPin,
    WrongPin,
    own_pin,
    spellings,
)
from municipality.failures import BoothCode, Code


class Unfit(StrEnum):
    """Why what was typed cannot be one's own PIN. Nothing was sent to the card."""

    EASY = "easy"
    DATE = "date"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Chosen:
    """The card has the new PIN, and took it. The connection is open and the PIN verified."""


@dataclass(frozen=True)
class NotChosen:
    """The visit cannot go on; the code says which PIN is certain, or that nobody knows. The connection is closed."""

    code: Code


def unfit(typed: Pin, born: Collection[date]) -> Unfit | None:
    """Why it may not be one's own: easily guessed, or one of the usual spellings of a day that others know."""
    forbidden = {one for day in born for one in spellings(day)}
    match own_pin(typed, forbidden):
        case WeakPin(why="date"):
            return Unfit.DATE
        case WeakPin():
            return Unfit.EASY
        case _:
            return None


def choose(connection: Connection, card: PivCard, letter: Pin, new: Pin) -> Chosen | NotChosen:
    """Sets `new` in the place of `letter`, once. A card pulled before keeps the letter's PIN, one pulled after has the
    new one; in between nobody here can know, and the next visit tells."""
    try:
        card.chuid()  # nothing that could change the card has been sent yet: gone here is certain
    except (CardGone, CardFault):
        return _ended(connection, BoothCode.OWN_PIN_NOT_SET)
    try:
        match card.change_pin(letter, new):
            case PinRefused():
                return _ended(connection, BoothCode.OWN_PIN_NOT_SET)
            case PinBlocked():
                return _ended(connection, BoothCode.CARD_BLOCKED)
            case WrongPin():  # it took the same PIN a minute ago
                return _ended(connection, BoothCode.OWN_PIN_NOT_SURE)
            case PinChanged():
                pass
    except (CardGone, CardFault):
        return _ended(connection, BoothCode.OWN_PIN_NOT_SURE)
    try:
        # Many cards forget that the PIN was verified when it is changed, and the visit goes on.
        verified = isinstance(card.verify(new), Verified)
    except (CardGone, CardFault):
        return _ended(connection, BoothCode.OWN_PIN_SET)
    return Chosen() if verified else _ended(connection, BoothCode.OWN_PIN_NOT_SURE)


def _ended(connection: Connection, code: Code) -> NotChosen:
    connection.close()
    return NotChosen(code)
