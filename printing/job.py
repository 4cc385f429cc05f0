"""One print job: its states, what a printer may answer, and what every printer can do.

A print job never lies: PRINTED is only what the printer counted, and what nobody knows is UNKNOWN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Protocol, Self, assert_never
from uuid import UUID

Why = Literal[
    "gone",  # no answer: switched off, unplugged, no network
    "paper-out",
    "jam",
    "door-open",
    "no-toner",
    "tray-full",
    "no-a4",  # the paper in it is not A4
    "no-pdf",  # it cannot print PDF
    "stopped",  # paused or stopped by hand
    "busy",  # another job is in it
    "refused",  # it takes no jobs, or did not want this one
    "fault",  # it says something is wrong, in words that we do not know
    "unreadable",  # what it answers is no IPP, or says other kinds of things than were asked
    "queue",  # not the printer itself: a print server's queue stands in front of it (CUPS)
    "open-line",  # ipp:// to an address that is neither this machine's nor on a trusted link
    "wrong-certificate",  # ipps:// answered by somebody with another certificate than the settings name
    "no-folder",
    "not-writable",
    "disk-full",
    "already-used",  # this job id has been printed before
]
UnknownWhy = Literal[
    "line-lost",  # the printer stopped answering after it had the document
    "forgotten",  # the printer has no such job any more: it was switched off and on
    "not-confirmed",  # the document left, and the printer did not say that it has the whole of it
    "not-counted",  # it says completed and counts fewer pages than the paper has
    "with-errors",  # it says completed, and a reason that speaks against it
    "still-inside",  # cancelled, and yet it may still come out; or a fault stands with a sheet in it
    "unreadable",  # it had the document, and what it answered since cannot be read
    "broken",  # its driver failed, and did not say what became of the paper
    "restarted",  # the booth itself was restarted in between
]


@dataclass(frozen=True)
class Ready:
    """A job sent now has what it needs. `low`: what the printer says is running out."""

    low: Literal["", "paper", "toner"] = ""


@dataclass(frozen=True)
class NotReady:
    """Nothing should be charged or numbered now."""

    why: Why


@dataclass(frozen=True)
class Printed:
    """`pages` sides came out, by the printer's own count."""

    pages: int


@dataclass(frozen=True)
class NotPrinted:
    """Nothing came out and nothing will: the same number may be printed again."""

    why: Why


@dataclass(frozen=True)
class Unknown:
    """Something may have come out or may still come: the number is void."""

    why: UnknownWhy


Readiness = Ready | NotReady
Outcome = Printed | NotPrinted | Unknown


class Printer(Protocol):
    """What gets a sealed PDF on paper. One job at a time; nothing is kept for later. Raises nothing: whatever a printer
    says, or does not say, is one of these values."""

    def ready(self) -> Readiness:
        """Asked before charging or numbering."""

    def look(self) -> Readiness:
        """Asked by whoever looks after the booth, also while a paper is being printed: changes nothing."""

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        """Blocks until the outcome is known. `wait_seconds`: how long a fault may last with the resident present."""


class JobState(StrEnum):
    SEALED = "SEALED"
    SUBMITTING = "SUBMITTING"
    SUBMITTED = "SUBMITTED"
    PRINTED = "PRINTED"
    NOT_PRINTED = "NOT_PRINTED"
    UNKNOWN = "UNKNOWN"

    @property
    def final(self) -> bool:
        return self in (JobState.PRINTED, JobState.NOT_PRINTED, JobState.UNKNOWN)


_NEXT: dict[JobState, frozenset[JobState]] = {
    JobState.SEALED: frozenset({JobState.SUBMITTING, JobState.NOT_PRINTED}),
    JobState.SUBMITTING: frozenset({JobState.SUBMITTED, JobState.PRINTED, JobState.NOT_PRINTED, JobState.UNKNOWN}),
    JobState.SUBMITTED: frozenset({JobState.PRINTED, JobState.NOT_PRINTED, JobState.UNKNOWN}),
    JobState.PRINTED: frozenset(),
    JobState.NOT_PRINTED: frozenset(),
    JobState.UNKNOWN: frozenset(),
}


class WrongOrder(ValueError):
    """A print job was asked to go back, or to skip what must be journalled first."""


@dataclass(frozen=True)
class PrintJob:
    """One paper on its way. `name` is the paper's number for the journal; printers are told only the id."""

    id: UUID
    name: str
    state: JobState = JobState.SEALED
    outcome: Outcome | None = None

    def submitting(self) -> Self:
        """Journalled before the first byte goes to the printer."""
        return self._moved(JobState.SUBMITTING)

    def submitted(self) -> Self:
        return self._moved(JobState.SUBMITTED)

    def finished(self, outcome: Outcome) -> Self:
        match outcome:
            case Printed():
                state = JobState.PRINTED
            case NotPrinted():
                state = JobState.NOT_PRINTED
            case Unknown():
                state = JobState.UNKNOWN
            case _ as never:
                assert_never(never)
        return replace(self._moved(state), outcome=outcome)

    def after_restart(self) -> Self:
        """What a booth that was killed meanwhile may say: only a job that never left is known."""
        if self.state.final:
            return self
        if self.state is JobState.SEALED:
            return self.finished(NotPrinted("gone"))
        return self.finished(Unknown("restarted"))

    def _moved(self, state: JobState) -> Self:
        if state not in _NEXT[self.state]:
            raise WrongOrder(f"a print job does not go from {self.state} to {state}")
        return replace(self, state=state)
