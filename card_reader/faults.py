"""What a card's status word means: the one table that tells a technical fault from «I do not have that».

It must never call a fault a verdict. A card that answers badly is read again; only a failed proof speaks against it.
"""

from __future__ import annotations

from enum import Enum

from card_reader.apdu import Sw


class Asked(Enum):
    """What the card was asked for, so that its word is read in its place."""

    APPLICATION = "the card's application"
    OBJECT = "a data object"
    PROOF = "a proof of its key"


# By these words, and by no others, a card says that it does not have what it was asked for (ISO 7816-4, tables 5 and
# 6; 6999 is a Java card whose applet would not be selected, 6283 a bank's application that is blocked). Whatever else
# is not 9000 is a technical fault: 6F00, 6581, 6982, 6700, nonsense, nothing.
_NOT_THERE: dict[Asked, frozenset[int]] = {
    Asked.APPLICATION: frozenset(
        {
            Sw.NOT_FOUND, 0x6A81, Sw.WRONG_P1P2, 0x6A87, Sw.REFERENCE_NOT_FOUND,
            Sw.INS_NOT_SUPPORTED, 0x6E00, 0x6881, 0x6999, 0x6283,
        }
    ),
    Asked.OBJECT: frozenset({Sw.NOT_FOUND, Sw.REFERENCE_NOT_FOUND}),
    Asked.PROOF: frozenset({Sw.REFERENCE_NOT_FOUND}),
}  # fmt: skip

_WORDS = {
    0x6283: "the application is blocked",
    0x6581: "the card's memory failed",
    0x6700: "wrong length",
    0x6982: "not allowed without a PIN or key",
    0x6983: "blocked, no tries are left",
    0x6985: "not possible now",
    0x6A80: "wrong data",
    0x6A81: "the card does not do that",
    0x6A82: "not found",
    0x6A84: "no room on the card",
    0x6A86: "wrong parameters",
    0x6A88: "no such key or reference",
    0x6999: "the application could not be selected",
    0x6D00: "the card does not know this command",
    0x6E00: "the card does not know this class of commands",
    0x6F00: "fault inside the card, no diagnosis",
}
_FAMILIES = {
    0x61: "more data was announced",
    0x62: "warning",
    0x63: "wrong PIN, or a warning",
    0x64: "fault while working, nothing was changed",
    0x65: "fault of the memory",
    0x66: "security fault",
    0x67: "wrong length",
    0x68: "the card does not do that",
    0x69: "not allowed",
    0x6A: "wrong parameters",
    0x6B: "wrong parameters",
    0x6C: "another length was wanted",
    0x6F: "fault inside the card, no diagnosis",
    0x90: "answered well, though not what was asked",
}


def not_there(asked: Asked, status: int | None) -> bool:
    """Whether the card says by this word that it does not have what it was asked for. None: it gave no word."""
    return status in _NOT_THERE[asked]


def in_words(status: int) -> str:
    """A status word for a technician: four hex digits and what they mean, such as "6F00, fault inside the card"."""
    meaning = _WORDS.get(status) or _FAMILIES.get(status >> 8) or "no word that the standard knows"
    return f"{status:04X}, {meaning}"
