"""A real printer, straight over IPP: one job in flight, no queue in between, nothing kept for later.

It says PRINTED only when the printer completed the job and counted its pages, and NOT_PRINTED only
when the printer is done with it and counted none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from printing.ipp_wire import USER, Answer, Operation, Silent, Wire, many
from printing.job import NotPrinted, NotReady, Outcome, Printed, Readiness, Ready, Unknown, UnknownWhy, Why

A4 = "iso_a4_210x297mm"
_PDF = "application/pdf"
_STOPPED = 5  # printer-state; RFC 8011, 5.4.11
_PROCESSING = 4
_CANCELED, _ABORTED, _COMPLETED = 7, 8, 9  # job-state; RFC 8011, 5.3.7

# The start of the keyword decides: one printer says media-empty-warning where another says -error or -report.
_FAULTS: tuple[tuple[str, Why], ...] = (
    ("media-jam", "jam"),
    ("media-empty", "paper-out"),
    ("media-needed", "paper-out"),
    ("input-tray-missing", "paper-out"),
    ("cover-open", "door-open"),
    ("door-open", "door-open"),
    ("interlock-open", "door-open"),
    ("toner-empty", "no-toner"),
    ("marker-supply-empty", "no-toner"),
    ("marker-waste-full", "no-toner"),
    ("output-area-full", "tray-full"),
    ("spool-area-full", "busy"),
    ("moving-to-paused", "stopped"),
    ("paused", "stopped"),
    ("stopp", "stopped"),
    ("shutdown", "stopped"),
)
_JOB_ATTRIBUTES = [
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-impressions",
    "job-impressions-completed",
]
_PRINTER_ATTRIBUTES = [
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-supported",
    "media-ready",
    "document-format-supported",
]


@dataclass(frozen=True)
class _Seen:
    """One look at our job and at the printer that has it."""

    state: int
    pages: int | None
    expected: int | None
    stopping: bool
    printer_state: int
    fault: Why | None

    @property
    def over(self) -> bool:
        return self.state >= _CANCELED

    @property
    def settled(self) -> bool:
        """Over for the paper too: a cancelled job may go on to its stop point."""
        return self.over and not self.stopping and self.printer_state != _PROCESSING


class _Forgotten(Exception):
    """The printer has no such job, or another one under its number (it counts from 1 after a power cut)."""


class IppPrinter:
    """`uri` as in ipp://192.0.2.7/ipp/print.

    `slow_seconds`: how long a job may make no progress without any fault; `settle_seconds`: how long a cancelled
    job may take to stop; `clock` and `pause` are monotonic seconds and sleep.
    """

    def __init__(
        self,
        uri: str,
        *,
        trust: Path | None = None,
        slow_seconds: float = 120.0,
        settle_seconds: float = 10.0,
        look_seconds: float = 0.5,
        answer_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wire = Wire(uri, trust=trust, answer_seconds=answer_seconds)
        self._slow = slow_seconds
        self._settle = settle_seconds
        self._look_again = look_seconds
        self._clock = clock
        self._pause = pause
        self._in_flight = threading.Lock()

    def close(self) -> None:
        self._wire.close()

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
        try:
            answer = self._wire.ask(Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": _PRINTER_ATTRIBUTES})
            if not answer.ok:
                return NotReady("refused")
            why = _unfit(answer.printer) or ("busy" if self._jobs("not-completed") else None)
        except Silent:
            why = "gone"
        return Ready(_low(answer.printer)) if why is None else NotReady(why)

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        if not self._in_flight.acquire(blocking=False):
            return NotPrinted("busy")
        try:
            why = self._obstacle()
            if why is None and self._had(job_id):
                why = "already-used"
            if why is not None:
                return NotPrinted(why)
            return self._submit(pdf, str(job_id), wait_seconds)
        finally:
            self._in_flight.release()

    def _obstacle(self) -> Why | None:
        try:
            answer = self._wire.ask(Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": _PRINTER_ATTRIBUTES})
            if not answer.ok:
                return "refused"
            return _unfit(answer.printer) or self._left_over()
        except Silent:
            return "gone"

    def _left_over(self) -> Why | None:
        """Whatever is inside would come out before ours, perhaps into the next resident's hands."""
        jobs = self._jobs("not-completed")
        for job in jobs:
            if job.get("job-originating-user-name") == USER:
                self._wire.ask(Operation.CANCEL_JOB, {"job-id": job["job-id"]})
        return "busy" if jobs and self._jobs("not-completed") else None

    def _jobs(self, which: str) -> tuple[Mapping[str, Any], ...]:
        wanted = ["job-id", "job-name", "job-originating-user-name"]
        return self._wire.ask(Operation.GET_JOBS, {"which-jobs": which, "requested-attributes": wanted}).jobs

    def _had(self, job_id: UUID) -> bool:
        try:
            return any(job.get("job-name") == str(job_id) for job in self._jobs("completed"))
        except Silent:
            return False

    def _submit(self, pdf: bytes, name: str, wait_seconds: float) -> Outcome:
        """Two steps, so that a lost answer to the first leaves a job without a document, which cannot print."""
        job = {"media": A4, "sides": "one-sided", "copies": 1}
        try:
            made = self._wire.ask(Operation.CREATE_JOB, {"job-name": name, "ipp-attribute-fidelity": True}, job)
        except Silent:
            return NotPrinted("gone")
        if not made.ok or not made.jobs or "job-id" not in made.jobs[0]:
            return NotPrinted("busy" if made.busy else "refused")
        number = int(made.jobs[0]["job-id"])
        about = {"job-id": number, "document-format": _PDF, "last-document": True}
        troubles: list[Why] = []
        try:
            sent = self._wire.ask(Operation.SEND_DOCUMENT, about, document=pdf)
        except Silent as silent:
            if not silent.sent:
                self._cancel(number)
                return NotPrinted("gone")
        else:
            if not sent.ok:
                self._cancel(number)
                return self._settled(number, name, ["refused"])
        return self._watch(number, name, wait_seconds, troubles)

    def _watch(self, number: int, name: str, wait_seconds: float, troubles: list[Why]) -> Outcome:
        """Follows our job to its end; a fault may last `wait_seconds`. `troubles` gathers the faults seen."""
        last: _Seen | None = None
        since = self._clock()
        while True:
            try:
                seen: _Seen | None = self._look(number, name)
            except _Forgotten:
                return Unknown("forgotten")
            except Silent:
                seen = None
            if seen is not None and seen.fault is not None:
                troubles.append(seen.fault)
            if seen is not None and seen.over:
                return _completed(seen) if seen.state == _COMPLETED else self._settled(number, name, troubles)
            if seen != last:
                last, since = seen, self._clock()
            patience = wait_seconds if seen is None or seen.fault is not None else self._slow
            if self._clock() - since >= patience:
                self._cancel(number)  # a printer that does not answer may still hear
                return Unknown("line-lost") if seen is None else self._settled(number, name, troubles)
            self._pause(self._look_again)

    def _cancel(self, number: int) -> None:
        try:
            self._wire.ask(Operation.CANCEL_JOB, {"job-id": number})
        except Silent:
            return

    def _settled(self, number: int, name: str, troubles: Sequence[Why]) -> Outcome:
        """Waits until the printer is done with a job that will not be completed, and says what is known of it."""
        until = self._clock() + self._settle
        while True:
            lost: UnknownWhy = "still-inside"
            try:
                seen: _Seen | None = self._look(number, name)
            except _Forgotten:
                return Unknown("forgotten")
            except Silent:
                seen, lost = None, "line-lost"
            if seen is not None and seen.settled:
                return _completed(seen) if seen.state == _COMPLETED else _withdrawn(seen, troubles)
            if self._clock() >= until:
                return Unknown(lost)
            self._pause(self._look_again)

    def _look(self, number: int, name: str) -> _Seen:
        job = self._wire.ask(Operation.GET_JOB_ATTRIBUTES, {"job-id": number, "requested-attributes": _JOB_ATTRIBUTES})
        if job.not_found:
            raise _Forgotten
        if not job.ok or not job.jobs:
            raise Silent(sent=True)
        if job.jobs[0].get("job-name") != name:
            raise _Forgotten
        printer = self._wire.ask(
            Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": ["printer-state", "printer-state-reasons"]}
        )
        return _seen(job.jobs[0], printer)


def _completed(seen: _Seen) -> Outcome:
    pages = seen.pages or 0
    return Printed(pages) if pages >= max(1, seen.expected or 1) else Unknown("not-counted")


def _withdrawn(seen: _Seen, troubles: Sequence[Why]) -> Outcome:
    """What a job left behind that is over without being completed.

    A count of 0 is not enough: a printer that never counts says 0 too. It must also have told what kept the paper in.
    """
    if "jam" in troubles or "door-open" in troubles:
        return Unknown("still-inside")  # a sheet with our number may lie in the machine
    if seen.pages != 0 or not troubles:
        return Unknown("not-counted")
    return NotPrinted(troubles[-1])


def _seen(job: Mapping[str, Any], printer: Answer) -> _Seen:
    expected = _count(job.get("job-impressions"))
    return _Seen(
        state=int(job.get("job-state", 0)),
        pages=_count(job.get("job-impressions-completed")),
        expected=expected,
        stopping="processing-to-stop-point" in many(job.get("job-state-reasons")),
        printer_state=int(printer.printer.get("printer-state", 0)),
        fault=_fault(printer.printer),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _fault(printer: Mapping[str, Any]) -> Why | None:
    reasons = [str(reason) for reason in many(printer.get("printer-state-reasons"))]
    for start, why in _FAULTS:
        if any(reason.startswith(start) for reason in reasons):
            return why
    return "fault" if any(reason.endswith("-error") for reason in reasons) else None


def _low(printer: Mapping[str, Any]) -> Literal["", "paper", "toner"]:
    reasons = [str(reason) for reason in many(printer.get("printer-state-reasons"))]
    if any(reason.startswith("media-low") for reason in reasons):
        return "paper"
    return "toner" if any(reason.startswith(("toner-low", "marker-supply-low")) for reason in reasons) else ""


def _unfit(printer: Mapping[str, Any]) -> Why | None:
    """What this printer lacks for one A4 paper, by its own words."""
    fault = _fault(printer)
    if fault is not None:
        return fault
    if printer.get("printer-state") == _STOPPED:
        return "stopped"
    if printer.get("printer-is-accepting-jobs") is False:
        return "refused"
    if _PDF not in many(printer.get("document-format-supported")):
        return "no-pdf"
    loaded = many(printer.get("media-ready")) or many(printer.get("media-supported"))
    if A4 not in many(printer.get("media-supported")) or not any(str(m).startswith("iso_a4") for m in loaded):
        return "no-a4"
    return None
