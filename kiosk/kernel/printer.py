"""The booth's one way to its printer: it is asked, looked at or given one paper, and whatever it does is a value.

Never: a driver's exception between a paper and its fate, or the text of one in the log.
"""

import logging
from uuid import uuid4

from municipality.log_lines import event
from printing import NotReady, Outcome, Printer, Readiness, Unknown

_LOG = logging.getLogger(__name__)


def ready(printer: Printer) -> Readiness:
    """Before anything is numbered."""
    try:
        return printer.ready()
    except Exception as failure:  # a promise that was broken: there is no printer then
        return _broken(failure)


def look(printer: Printer) -> Readiness:
    """For whoever looks after the booth; also while a paper is being printed."""
    try:
        return printer.look()
    except Exception as failure:  # as above
        return _broken(failure)


def put_out(printer: Printer, pdf: bytes, *, wait_seconds: float) -> Outcome:
    """Prints once, with somebody waiting; never tries a second time."""
    try:
        return printer.print(pdf, uuid4(), wait_seconds=wait_seconds)
    except Exception as failure:  # as above; the sheet may be out, and its fate must not wait for the next start
        event(_LOG, logging.ERROR, "paper", failure, state="unknown", reason="broken")
        return Unknown("broken")


def _broken(failure: Exception) -> NotReady:
    event(_LOG, logging.ERROR, "printer", failure, state="not-ready", reason="broken")
    return NotReady("gone")
