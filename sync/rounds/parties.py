"""Who takes part in a round: the line, the booth's store, whoever judges what comes, and the numbers that all go by.

On the line and for a stick they are the same: an act is judged alike whichever way it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from sync.store.outbox import Connection
from sync.wire.envelope import Envelope
from sync.wire.messages import PROTOCOL, Answer, Hello, Item, Page

# Every call opens one transaction, committed when it is left without an exception (engine.begin).
Store = Callable[[], AbstractContextManager[Connection]]


class Line(Protocol):
    """What a round needs of the line: sync.Client has it, a test may as well."""

    @property
    def trusted(self) -> bool: ...
    @property
    def clock_offset(self) -> timedelta: ...
    @property
    def bytes_sent(self) -> int: ...
    @property
    def bytes_received(self) -> int: ...
    def hello(self) -> Hello: ...
    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]: ...
    def pull(self, cursor: int, limit: int = 500) -> Page: ...
    def tell_status(self, status: bytes) -> None: ...


@dataclass(frozen=True)
class Reject:
    """What `judge` returns for an item it cannot take: a short code, no content."""

    reason: str


def _nobody(*_said: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Apply:
    """Whoever the items are for. `judge` and `taken` are called inside the transaction that stores what they hear of.

    `judge` gets each verified, newer item and returns None or Reject; an exception of its own sets the item aside as
    well. Items of the `opaque` kinds are sealed for somebody else: they are kept as they come, unasked. `taken` hears
    the ids of the envelopes that the centre says it has. `heard` gets the hello of our own town hall as soon as it was
    said on the line, before anything is sent; a stick tells no time.
    """

    judge: Callable[[Connection, Item], Reject | None]
    taken: Callable[[Connection, Collection[str]], None] = _nobody
    opaque: Set[str] = frozenset()
    heard: Callable[[Hello], None] = _nobody


@dataclass(frozen=True)
class Policy:
    """`keys` are the centre's, by kid; `municipality` is the one it must speak for (None: any). `batch` and `page` are
    the most envelopes and items at once, `ballots` the most of these, each of which is checked while the booth waits.
    Acts of the `urgent` kinds go before all else and alone."""

    keys: Mapping[str, ec.EllipticCurvePublicKey]
    municipality: str | None = None
    batch: int = 500
    ballots: int = 500
    page: int = 500
    urgent: tuple[str, ...] = ()

    def stranger(self, hello: Hello) -> str:
        """Why whoever said this must be sent nothing, "protocol" or "municipality"; "" if it is our own town hall."""
        if hello.protocol != PROTOCOL:
            return "protocol"
        return "" if self.municipality in (None, hello.municipality) else "municipality"
