"""A real printer, straight over IPP: one job in flight, no queue in between, nothing kept for later.

It says PRINTED only when the printer took the document, completed the job, counted every page and found nothing wrong,
and NOT_PRINTED only when no document left, or the printer is done with it and counted none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

from printing.ipp_job import (
    COMPLETED,
    JOB_ATTRIBUTES,
    PROCESSING,
    REASONS,
    STOPPED,
    STOPPING,
    Seen,
    faults,
    seen,
    verdict,
)
from printing.ipp_message import Answer, Attributes, NoAnswer, Operation, count, number, numbers, words
from printing.ipp_wire import USER, Wire
from printing.job import NotPrinted, NotReady, Outcome, Printed, Readiness, Ready, Unknown, UnknownWhy, Why
from printing.pages import pages_of

A4 = "iso_a4_210x297mm"
_PDF = "application/pdf"
_INSIDE, _ENDED = "not-completed", "completed"  # which-jobs; RFC 8011, 4.2.6.1
_MOST_JOBS = 100
_STUCK_SECONDS = 600.0  # several papers of another booth with their faults and the resident's patience
_CUPS_OPERATIONS = range(0x4000, 0x4100)
_PRINTER_ATTRIBUTES = [
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-supported",
    "media-ready",
    "document-format-supported",
    "operations-supported",
    "cups-version",
    "printer-up-time",
]


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
        self._clock = clock
        self._pause = pause
        self._in_flight = threading.Lock()
        self._busy_with: Mapping[object, float] = {}  # since when, by `clock`

    def close(self) -> None:
        """Nothing stays open between two questions."""

    def ready(self) -> Readiness:
        """Asks the printer itself. Cancels what an earlier visit left in it, and is busy until that is out."""
        if not self._in_flight.acquire(blocking=False):
            return NotReady("busy")
        try:
            why = self._obstacle()
        finally:
            self._in_flight.release()
        return Ready() if why is None else NotReady(why)

    def look(self) -> Readiness:
        until = self._clock() + 2 * self._answer
        try:
            printer = self._printer(until)
            busy = self._busy(_at_work(printer, self._jobs(_INSIDE, until), self._jobs(_ENDED, until)))
            why = _unfit(printer) or busy
            return Ready(_low(printer)) if why is None else NotReady(why)
        except NoAnswer as silent:
            return NotReady(silent.why)

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        """Within `wait_seconds`, `slow_seconds`, twice `settle_seconds` and four times `answer_seconds`; from the first
        fault on within `wait_seconds` and twice `settle_seconds`, however often a fault comes and goes."""
        if not self._in_flight.acquire(blocking=False):
            return NotPrinted("busy")
        try:
            why = self._obstacle(str(job_id))
            return NotPrinted(why) if why else self._submit(pdf, str(job_id), wait_seconds)
        finally:
            self._in_flight.release()

    # -- before a paper

    def _obstacle(self, name: str = "") -> Why | None:
        """What keeps the next paper, the job `name`, from coming out alone and once."""
        until = self._clock() + 2 * self._answer
        try:
            inside = self._left_over(until)  # before anything else: with a fault standing, too, it would come out later
            printer, ended = self._printer(until), self._jobs(_ENDED, until)
            if name and any(job.get("job-name") == name for job in ended):
                return "already-used"
            busy = self._busy(_at_work(printer, inside, ended))
            return _unfit(printer) or busy
        except NoAnswer as silent:
            return silent.why

    def _busy(self, work: Mapping[object, int]) -> Literal["busy", "fault"] | None:
        """One and the same job may be waited for; what never ends is a fault, because nobody is told of a busy printer.
        It stays in the way all the same: only the printer knows whether its sheet still comes."""
        now = self._clock()
        self._busy_with = {one: min(self._busy_with.get(one, now), now - age) for one, age in work.items()}
        since = min(self._busy_with.values(), default=None)
        if since is None:
            return None
        return "fault" if now - since >= _STUCK_SECONDS else "busy"

    def _left_over(self, until: float) -> tuple[Attributes, ...]:
        """What is inside, once ours are cancelled. Another's is left alone: it may be another booth's, with its
        resident in front."""
        inside = self._jobs(_INSIDE, until)
        ours = [number(job, "job-id") for job in inside if job.get("job-originating-user-name") == self._owner]
        for job in ours:
            self._ask(until, Operation.CANCEL_JOB, {"job-id": job})
        return self._jobs(_INSIDE, until) if ours else inside

    def _printer(self, until: float) -> Attributes:
        return self._granted(until, Operation.GET_PRINTER_ATTRIBUTES, _PRINTER_ATTRIBUTES).printer

    def _jobs(self, which: str, until: float) -> tuple[Attributes, ...]:
        """The newest ones."""
        wanted = ["job-id", "job-name", "job-originating-user-name", REASONS, "time-at-creation", "time-at-completed"]
        return self._granted(until, Operation.GET_JOBS, wanted, {"which-jobs": which, "limit": _MOST_JOBS}).jobs

    def _granted(
        self, until: float, operation: Operation, wanted: Sequence[str], about: Mapping[str, Any] | None = None
    ) -> Answer:
        answer = self._ask(until, operation, {**(about or {}), "requested-attributes": wanted})
        if not answer.ok:
            raise NoAnswer("refused")
        return answer

    def _ask(
        self,
        until: float,
        operation: Operation,
        about: Mapping[str, Any],
        job: Mapping[str, Any] | None = None,
        document: bytes = b"",
    ) -> Answer:
        return self._wire.ask(operation, about, job, document, seconds=until - self._clock())

    # -- a paper

    def _submit(self, pdf: bytes, name: str, wait_seconds: float) -> Outcome:
        """Two steps, so that a lost answer to the first leaves a job without a document, which cannot print."""
        job = {"media": A4, "sides": "one-sided", "copies": 1}
        about = {"job-name": name, "ipp-attribute-fidelity": True}
        try:
            made = self._ask(self._clock() + self._answer, Operation.CREATE_JOB, about, job)
            if not made.ok:
                return NotPrinted("busy" if made.busy else "refused")
            paper = _Paper(number(made.jobs[0] if made.jobs else {}, "job-id"), name, pages_of(pdf))
        except NoAnswer as silent:
            return NotPrinted(silent.why)
        return self._sent(pdf, paper, wait_seconds)

    def _sent(self, pdf: bytes, paper: _Paper, wait_seconds: float) -> Outcome:
        """A document of which the printer did not say that it has it is followed only if it says nothing at all."""
        about = {"job-id": paper.serial, "document-format": _PDF, "last-document": True}
        try:
            sent = self._ask(self._clock() + self._answer, Operation.SEND_DOCUMENT, about, document=pdf)
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
            self._ask(self._clock() + self._settle, Operation.CANCEL_JOB, {"job-id": paper.serial})

    def _look(self, paper: _Paper, until: float) -> Seen | Literal["line-lost", "unreadable", "forgotten"]:
        """What the printer says of our job. After a power cut it has none, or another one under its number."""
        about = {"job-id": paper.serial, "requested-attributes": JOB_ATTRIBUTES}
        try:
            answer = self._ask(until, Operation.GET_JOB_ATTRIBUTES, about)
            if answer.not_found:
                return "forgotten"
            if not answer.ok or len(answer.jobs) != 1:
                return "unreadable"
            if words(answer.jobs[0], "job-name") != (paper.name,):
                return "forgotten"
            wanted = ["printer-state", "printer-state-reasons"]
            return seen(answer.jobs[0], self._granted(until, Operation.GET_PRINTER_ATTRIBUTES, wanted).printer)
        except NoAnswer as silent:
            return "line-lost" if silent.why == "gone" else "unreadable"


def _fault(printer: Attributes) -> Why | None:
    return next(iter(faults(printer)), None)


def _at_work(printer: Attributes, inside: Sequence[Attributes], ended: Sequence[Attributes]) -> Mapping[object, int]:
    """What a sheet may still come from: the jobs, by number, or the engine alone. A cancelled job is over before its
    paper is. With each the seconds since it came or ended by the printer's clock, or 0; RFC 8011, 5.3.14."""
    stopping = [job for job in ended if STOPPING in words(job, REASONS)]
    work: dict[object, int] = {job.get("job-id"): _age(printer, job, "time-at-creation") for job in inside}
    work |= {job.get("job-id"): _age(printer, job, "time-at-completed") for job in stopping}
    if not work and number(printer, "printer-state") == PROCESSING:
        work["the engine"] = 0
    return work


def _age(printer: Attributes, job: Attributes, since: str) -> int:
    up, then = count(printer, "printer-up-time"), count(job, since)
    return 0 if up is None or then is None else max(0, up - then)


def _low(printer: Attributes) -> Literal["", "paper", "toner"]:
    reasons = words(printer, "printer-state-reasons")
    if any(reason.startswith("media-low") for reason in reasons):
        return "paper"
    return "toner" if any(reason.startswith(("toner-low", "marker-supply-low")) for reason in reasons) else ""


def _unfit(printer: Attributes) -> Why | None:
    """What this printer lacks for one A4 paper, by its own words. Raises NoAnswer where they are of another kind."""
    if "cups-version" in printer or any(code in _CUPS_OPERATIONS for code in numbers(printer, "operations-supported")):
        return "queue"  # it says «ready» and «completed» of itself, and knows nothing of the paper
    fault = _fault(printer)
    if fault is not None:
        return fault
    if number(printer, "printer-state") == STOPPED:
        return "stopped"
    if printer.get("printer-is-accepting-jobs", True) is not True:
        return "refused"
    if _PDF not in words(printer, "document-format-supported"):
        return "no-pdf"
    loaded = words(printer, "media-ready") or words(printer, "media-supported")
    if A4 not in words(printer, "media-supported") or not any(media.startswith("iso_a4") for media in loaded):
        return "no-a4"
    return None
