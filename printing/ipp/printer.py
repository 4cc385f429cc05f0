"""A real printer, straight over IPP: one job in flight, no queue in between, nothing kept for later.

It says PRINTED only when the printer took the document, completed the job, counted every page and found nothing wrong,
and NOT_PRINTED only when no document left, or the printer is done with it and counted none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from printing.ipp.job import COMPLETED, JOB_ATTRIBUTES, Seen, seen, verdict
from printing.ipp.message import NoAnswer, Operation, number, words
from printing.ipp.obstacles import A4, PDF, Obstacles
from printing.ipp.questions import Questions
from printing.ipp.wire import USER, Wire
from printing.job import NotPrinted, NotReady, Outcome, Printed, Readiness, Ready, Unknown, UnknownWhy, Why
from printing.pages import pages_of


@dataclass(frozen=True)
class _Paper:
    """A job that the printer made for us: its own number for it, our name for it, and how many pages it must count."""

    serial: int
    name: str
    pages: int


class IppPrinter:
    """`uri` as in ipp://192.0.2.7/ipp/print; for `fingerprint` and `trusted_links` see `Wire`.

    `owner`: whose jobs may be cancelled when they are left over, such as a booth's id; without one, those of this
    object alone. `slow_seconds`: how long a job may take without any fault; `settle_seconds`: how long a cancelled job
    may take to stop; `answer_seconds`: how long a question may take, and all those together that come before a paper;
    `clock` and `pause` are monotonic seconds and sleep. Raises ValueError as `Wire`.
    """

    def __init__(
        self,
        uri: str,
        *,
        owner: str = "",
        fingerprint: str = "",
        trusted_links: Sequence[str] = (),
        slow_seconds: float = 120.0,
        settle_seconds: float = 10.0,
        look_seconds: float = 0.5,
        answer_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._owner = f"{USER} {owner or uuid4()}"
        self._wire = Wire(
            uri,
            user=self._owner,
            fingerprint=fingerprint,
            trusted_links=trusted_links,
            answer_seconds=answer_seconds,
        )
        self._slow = slow_seconds
        self._settle = settle_seconds
        self._look_again = look_seconds
        self._answer = answer_seconds
        self._clock, self._pause = clock, pause
        self._questions = Questions(self._wire, clock)
        self._obstacles = Obstacles(self._questions, self._owner, 2 * answer_seconds, clock)
        self._in_flight = threading.Lock()

    def close(self) -> None:
        """Nothing stays open between two questions."""

    def ready(self) -> Readiness:
        """Asks the printer itself. Cancels what an earlier visit left in it, and is busy until that is out."""
        if not self._in_flight.acquire(blocking=False):
            return NotReady("busy")
        try:
            why = self._obstacles.cleared()
        finally:
            self._in_flight.release()
        return Ready() if why is None else NotReady(why)

    def look(self) -> Readiness:
        return self._obstacles.look()

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        """Within `wait_seconds`, `slow_seconds`, twice `settle_seconds` and four times `answer_seconds`; from the first
        fault on within `wait_seconds` and twice `settle_seconds`, however often a fault comes and goes."""
        if not self._in_flight.acquire(blocking=False):
            return NotPrinted("busy")
        try:
            why = self._obstacles.cleared(str(job_id))
            return NotPrinted(why) if why else self._submit(pdf, str(job_id), wait_seconds)
        finally:
            self._in_flight.release()

    def _submit(self, pdf: bytes, name: str, wait_seconds: float) -> Outcome:
        """Two steps, so that a lost answer to the first leaves a job without a document, which cannot print."""
        job = {"media": A4, "sides": "one-sided", "copies": 1}
        about = {"job-name": name, "ipp-attribute-fidelity": True}
        try:
            made = self._questions.ask(self._clock() + self._answer, Operation.CREATE_JOB, about, job)
            if not made.ok:
                return NotPrinted("busy" if made.busy else "refused")
            paper = _Paper(number(made.jobs[0] if made.jobs else {}, "job-id"), name, pages_of(pdf))
        except NoAnswer as silent:
            return NotPrinted(silent.why)
        return self._sent(pdf, paper, wait_seconds)

    def _sent(self, pdf: bytes, paper: _Paper, wait_seconds: float) -> Outcome:
        """A document of which the printer did not say that it has it is followed only if it says nothing at all."""
        about = {"job-id": paper.serial, "document-format": PDF, "last-document": True}
        try:
            sent = self._questions.ask(self._clock() + self._answer, Operation.SEND_DOCUMENT, about, document=pdf)
            if sent.ok:
                return self._watch(paper, wait_seconds)
        except NoAnswer as silent:
            if silent.sent == "whole":
                return self._watch(paper, wait_seconds)
            self._cancel(paper)
            return NotPrinted(silent.why) if silent.sent == "nothing" else Unknown("not-confirmed")
        outcome = self._taken_back(paper, ["refused"])
        return outcome if sent.refused and not isinstance(outcome, Printed) else Unknown("not-confirmed")

    def _watch(self, paper: _Paper, wait_seconds: float) -> Outcome:
        """Follows our job to its end. The first fault sets the last moment, and nothing moves it but, once, a fault
        that has gone by then: the paper is on its way."""
        last_moment = self._clock() + self._slow
        troubles: list[Why] = []
        trouble = faulty = late = False
        why: UnknownWhy = "still-inside"
        while True:
            found = self._look(paper, last_moment)
            if isinstance(found, Seen):
                why, trouble = "still-inside", bool(found.faults)
                troubles.extend(found.faults)
                if found.over:
                    return self._end(paper, found, troubles)
            elif found == "forgotten":
                return Unknown(found)
            elif self._clock() < last_moment:  # a look that we have cut off ourselves tells nothing
                why, trouble = found, True
            if trouble and not faulty:
                faulty, last_moment = True, self._clock() + wait_seconds
            if self._clock() >= last_moment:
                if trouble or not faulty or late:
                    return self._taken_back(paper, troubles, why)
                late, last_moment = True, last_moment + self._settle
            self._pause(self._look_again)

    def _end(self, paper: _Paper, found: Seen, troubles: Sequence[Why]) -> Outcome:
        if found.state == COMPLETED or found.settled:
            return verdict(found, paper.pages, troubles)
        return self._taken_back(paper, troubles)

    def _taken_back(self, paper: _Paper, troubles: Sequence[Why], why: UnknownWhy = "still-inside") -> Outcome:
        """Cancels, waits until the printer is done with it, and says what is known of it; `why` was known before."""
        until = self._clock() + self._settle
        self._cancel(paper)  # a printer that does not answer may still hear
        while self._clock() < until:
            found = self._look(paper, until)
            if found == "forgotten":
                return Unknown(found)
            if isinstance(found, Seen) and found.settled:
                return verdict(found, paper.pages, troubles)
            if isinstance(found, Seen) or self._clock() < until:
                why = "still-inside" if isinstance(found, Seen) else found
            self._pause(self._look_again)
        return Unknown(why)

    def _cancel(self, paper: _Paper) -> None:
        with suppress(NoAnswer):
            self._questions.ask(self._clock() + self._settle, Operation.CANCEL_JOB, {"job-id": paper.serial})

    def _look(self, paper: _Paper, until: float) -> Seen | Literal["line-lost", "unreadable", "forgotten"]:
        """What the printer says of our job. After a power cut it has none, or another one under its number."""
        about = {"job-id": paper.serial, "requested-attributes": JOB_ATTRIBUTES}
        try:
            answer = self._questions.ask(until, Operation.GET_JOB_ATTRIBUTES, about)
            if answer.not_found:
                return "forgotten"
            if not answer.ok or len(answer.jobs) != 1:
                return "unreadable"
            if words(answer.jobs[0], "job-name") != (paper.name,):
                return "forgotten"
            wanted = ["printer-state", "printer-state-reasons"]
            printer = self._questions.granted(until, Operation.GET_PRINTER_ATTRIBUTES, wanted).printer
            return seen(answer.jobs[0], printer)
        except NoAnswer as silent:
            return "line-lost" if silent.why == "gone" else "unreadable"
