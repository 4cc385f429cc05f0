"""What keeps the next paper in: whatever is still inside the printer, and what the printer says of itself.

Never: a paper of its own. It asks, and cancels what an earlier visit left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from printing.ipp.job import PROCESSING, REASONS, STOPPED, STOPPING, faults
from printing.ipp.message import Attributes, NoAnswer, Operation, count, number, numbers, words
from printing.ipp.questions import Questions
from printing.job import NotReady, Readiness, Ready, Why

A4: Final = "iso_a4_210x297mm"
PDF: Final = "application/pdf"
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


class Obstacles:
    """`owner`: whose jobs are ours; `seconds`: how long all questions of one look may take together; `clock` is
    monotonic seconds."""

    def __init__(self, questions: Questions, owner: str, seconds: float, clock: Callable[[], float]) -> None:
        self._questions, self._owner, self._seconds, self._clock = questions, owner, seconds, clock
        self._busy_with: Mapping[object, float] = {}  # since when, by `clock`

    def look(self) -> Readiness:
        """Changes nothing in the printer."""
        until = self._clock() + self._seconds
        try:
            printer = self._printer(until)
            busy = self._busy(_at_work(printer, self._jobs(_INSIDE, until), self._jobs(_ENDED, until)))
            why = _unfit(printer) or busy
            return Ready(_low(printer)) if why is None else NotReady(why)
        except NoAnswer as silent:
            return NotReady(silent.why)

    def cleared(self, name: str = "") -> Why | None:
        """What keeps the next paper, the job `name`, from coming out alone and once, after ours are cancelled."""
        until = self._clock() + self._seconds
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
            self._questions.ask(until, Operation.CANCEL_JOB, {"job-id": job})
        return self._jobs(_INSIDE, until) if ours else inside

    def _printer(self, until: float) -> Attributes:
        return self._questions.granted(until, Operation.GET_PRINTER_ATTRIBUTES, _PRINTER_ATTRIBUTES).printer

    def _jobs(self, which: str, until: float) -> tuple[Attributes, ...]:
        """The newest ones."""
        wanted = ["job-id", "job-name", "job-originating-user-name", REASONS, "time-at-creation", "time-at-completed"]
        about = {"which-jobs": which, "limit": _MOST_JOBS}
        return self._questions.granted(until, Operation.GET_JOBS, wanted, about).jobs


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
    if PDF not in words(printer, "document-format-supported"):
        return "no-pdf"
    loaded = words(printer, "media-ready") or words(printer, "media-supported")
    if A4 not in words(printer, "media-supported") or not any(media.startswith("iso_a4") for media in loaded):
        return "no-a4"
    return None
