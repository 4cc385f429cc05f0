"""What a reader can be in, and what this room expects of a reader and of a connection to a card.

It must never load a driver: types only, so that anyone may name them for free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable


@dataclass(frozen=True, slots=True)
class NoService:
    """The smart card service (pcscd) does not answer."""


@dataclass(frozen=True, slots=True)
class NoReader:
    """The service runs, but no reader of the wanted name is plugged in."""


@dataclass(frozen=True, slots=True)
class Empty:
    """A reader without a card."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A card that cannot be spoken to.

    `wrong_way`: no answer to power, nearly always a card put in the wrong way round ("turn the card");
    `mute`: powered, but it never said what it is; `in_use`: another program holds it.
    """

    why: Literal["wrong_way", "mute", "in_use"]


@dataclass(frozen=True, slots=True)
class Present:
    """A card that answers. Another `sequence` is another insertion, even if no `Empty` was seen between the two."""

    atr: bytes
    sequence: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """A card that answers, but holds no PIV application. Told only by readers made with `tell_foreign`; others tell
    `Present`, and PivCard.select() says the same later."""

    atr: bytes
    sequence: int = 0


ReaderState: TypeAlias = NoService | NoReader | Empty | Unreadable | Foreign | Present
Listener: TypeAlias = Callable[[ReaderState], None]


class CardGone(Exception):
    """The card cannot be spoken to any more. The only exception of a connection.

    A card pulled in the middle of an APDU shows as three different driver errors, one of which calls itself a
    success; so every connection error counts as removal.
    """


class CardInUse(CardGone):
    """Another program holds the card, and went on holding it. Only `Reader.connect` raises it; the watch then tells
    Unreadable("in_use"), and Present when the card is free again."""


@runtime_checkable
class Connection(Protocol):
    """An exclusive line to one inserted card."""

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        """One command APDU in, data and the two status bytes out. Raises CardGone.

        What carries a PIN comes as a bytearray, which the caller wipes afterwards: no copy of it may be kept.
        """
        ...

    def close(self) -> None:
        """Let go of the card and RESET it, so that the next user meets a locked card. Never raises; may be repeated."""
        ...


@runtime_checkable
class Watch(Protocol):
    """A running watch of a reader."""

    def stop(self) -> None:
        """End the watching thread; no call of the listener begins after this returns. May be repeated."""
        ...


@runtime_checkable
class Reader(Protocol):
    """A card reader, real or in memory."""

    @property
    def name(self) -> str:
        """For logs and for staff."""
        ...

    def watch(self, listener: Listener) -> Watch:
        """Start one thread that calls `listener` with the present state at once, and again at every change."""
        ...

    def connect(self) -> Connection:
        """An EXCLUSIVE connection to the inserted card. Raises CardGone; CardInUse if somebody else holds the card."""
        ...
