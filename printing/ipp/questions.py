"""Questions that end at a moment: several of them share one deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from printing.ipp.message import Answer, NoAnswer, Operation
from printing.ipp.wire import Wire


@dataclass(frozen=True)
class Questions:
    """`until` of each question is by `clock`, in monotonic seconds. Each raises NoAnswer."""

    wire: Wire
    clock: Callable[[], float]

    def ask(
        self,
        until: float,
        operation: Operation,
        about: Mapping[str, Any],
        job: Mapping[str, Any] | None = None,
        document: bytes = b"",
    ) -> Answer:
        """A refusal is an answer: see `Answer.ok`."""
        return self.wire.ask(operation, about, job, document, seconds=until - self.clock())

    def granted(
        self, until: float, operation: Operation, wanted: Sequence[str], about: Mapping[str, Any] | None = None
    ) -> Answer:
        """What is `wanted` of the printer or of a job. A refusal raises NoAnswer too."""
        answer = self.ask(until, operation, {**(about or {}), "requested-attributes": wanted})
        if not answer.ok:
            raise NoAnswer("refused")
        return answer
