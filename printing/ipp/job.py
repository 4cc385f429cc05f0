"""How a printer's words about a job are read: what was seen of it, and what that proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from printing.ipp.message import Attributes, count, number, words
from printing.job import NotPrinted, Outcome, Printed, Unknown, Why

PROCESSING = 4  # printer-state; RFC 8011, 5.4.11
STOPPED = 5
CANCELED, ABORTED, COMPLETED = 7, 8, 9  # job-state; RFC 8011, 5.3.7
STOPPING = "processing-to-stop-point"
REASONS = "job-state-reasons"
JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    REASONS,
    "job-impressions",
    "job-impressions-completed",
    "job-media-sheets-completed",
)

# The start of the keyword decides: one printer says media-empty-warning where another says -error or -report.
_FAULTS: Final[tuple[tuple[str, Why], ...]] = (
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
# What printer-state-reasons may hold and keep no sheet in. Whatever else nobody here knows is a fault unless it says
# itself that it is none: a reason without an ending is an error (RFC 8011, 5.4.12).
_NO_FAULT_WORDS: Final = frozenset(
    {
        "none", "connecting-to-device", "printer-ready-to-print", "identify-printer-requested", "configuration-change",
        "standby", "suspend", "hibernate", "power-up", "resuming",
    }
)  # fmt: skip
_NO_FAULT_ENDINGS: Final = (
    "-report", "-warning", "-low", "-almost-full", "-almost-empty", "-almost-over", "-near-eol", "-warming-up",
    "-power-saver", "-closed", "-added",
)  # fmt: skip
# What job-state-reasons may hold beside «completed» and say nothing against the paper (RFC 8011, 5.3.8).
# A list of what is harmless and not of what is not: a reason that nobody here knows is no reason to believe.
_HARMLESS: Final = frozenset(
    {
        "none", "job-completed-successfully", "job-completed-with-warnings", "warnings-detected", "job-printing",
        "job-transforming", "job-outgoing", "job-queued", "job-queued-for-marker", "queued-for-marker",
        "queued-in-device", "job-restartable", "job-retained",
    }
)  # fmt: skip
# Faults that may be in the very sheet that was counted. An empty tray is none: its last sheet is a good one.
_SPOILING: Final[frozenset[Why]] = frozenset({"jam", "door-open", "no-toner", "fault"})
# Faults with which a sheet of ours may lie in the machine, whatever it counts.
_HOLDING: Final[frozenset[Why]] = frozenset({"jam", "door-open", "fault"})


@dataclass(frozen=True)
class Seen:
    """One look at our job and at the printer that has it. `pages`: sides that it counts as printed, if it counts;
    `expected`: how many it thinks there are."""

    state: int
    reasons: frozenset[str]
    pages: int | None
    expected: int | None
    printer_state: int
    faults: tuple[Why, ...]

    @property
    def over(self) -> bool:
        return self.state >= CANCELED

    @property
    def settled(self) -> bool:
        """Over for the paper too: a cancelled job may go on to its stop point."""
        return self.over and STOPPING not in self.reasons and self.printer_state != PROCESSING

    @property
    def spoiling(self) -> bool:
        """A fault that may be in the sheet; so may whatever a printer stands still for and does not name."""
        unnamed = self.printer_state == STOPPED and set(self.faults) <= {"stopped"}
        return unnamed or bool(_SPOILING & set(self.faults))


def seen(job: Attributes, printer: Attributes) -> Seen:
    """Raises NoAnswer where a state is missing or of another kind."""
    pages = count(job, "job-impressions-completed")
    # We ask for one-sided paper, so a printer that counts sheets alone counts sides.
    sheets = count(job, "job-media-sheets-completed")
    printer_state = number(printer, "printer-state")
    stopped: tuple[Why, ...] = ("stopped",) if printer_state == STOPPED else ()
    return Seen(
        state=number(job, "job-state"),
        reasons=frozenset(words(job, REASONS)),
        pages=sheets if pages is None else pages,
        expected=count(job, "job-impressions"),
        printer_state=printer_state,
        faults=faults(printer) or stopped,
    )


def faults(printer: Attributes) -> tuple[Why, ...]:
    """Everything that keeps this printer from printing, by its own words; the most telling first."""
    reasons = words(printer, "printer-state-reasons")
    known = [why for start, why in _FAULTS if any(reason.startswith(start) for reason in reasons)]
    return tuple(dict.fromkeys([*known, "fault"] if any(map(_is_unknown_fault, reasons)) else known))


def _is_unknown_fault(reason: str) -> bool:
    harmless = reason in _NO_FAULT_WORDS or reason.endswith(_NO_FAULT_ENDINGS)
    return not harmless and not reason.startswith(tuple(start for start, _ in _FAULTS))


def verdict(last: Seen, pages: int, troubles: Sequence[Why]) -> Outcome:
    """What a job that is over proves of a paper of `pages` sides. `troubles`: what kept it in, as was seen before."""
    if last.state != COMPLETED:
        return _withdrawn(last, [*troubles, *last.faults])
    if not last.reasons <= _HARMLESS:
        return Unknown("with-errors")
    if last.spoiling:
        return Unknown("still-inside")
    if last.pages is None or last.pages < max(pages, last.expected or 0):
        return Unknown("not-counted")
    return Printed(last.pages)


def _withdrawn(last: Seen, troubles: Sequence[Why]) -> Outcome:
    """What a job left behind that is over without being completed.

    A count of 0 is not enough: a printer that never counts says 0 too. It must also have told what kept the paper in.
    """
    if _HOLDING & set(troubles):
        return Unknown("still-inside")  # a sheet with our number may lie in the machine
    if last.pages != 0 or not troubles:
        return Unknown("not-counted")
    return NotPrinted(troubles[0])
