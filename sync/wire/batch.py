"""Envelopes that go over the line together, packed before their turn comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from sync.wire.compression import pack
from sync.wire.envelope import Envelope
from sync.wire.messages import encode_batch

__all__ = ["Batch"]


class Batch(Sequence[Envelope]):
    """A list of envelopes; `packed` is the body of its request, made once."""

    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self._envelopes = tuple(envelopes)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(envelope.id for envelope in self._envelopes)

    @cached_property
    def chained(self) -> bool:
        """Whether an act is among them, not only ballots."""
        return any(envelope.chained for envelope in self._envelopes)

    @cached_property
    def size(self) -> int:
        """Bytes of the envelopes."""
        return sum(len(envelope.message) for envelope in self._envelopes)

    @cached_property
    def packed(self) -> bytes:
        return pack(encode_batch(self._envelopes))

    @overload
    def __getitem__(self, place: int) -> Envelope: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Envelope]: ...
    def __getitem__(self, place: int | slice) -> Envelope | Sequence[Envelope]:
        return self._envelopes[place]

    def __iter__(self) -> Iterator[Envelope]:
        return iter(self._envelopes)

    def __len__(self) -> int:
        return len(self._envelopes)
