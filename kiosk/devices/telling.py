"""A reader and a printer that tell the log how they are: states, outcomes, and while more words are wanted, APDUs.

Never: data of an APDU, which card or paper it was, or what a card is asked after its PIN. The card signs a ballot, and
a log that counted signatures would say who of those at the booth that evening had voted.
"""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from card_reader import Connection, Listener, NoReader, NoService, Present, Reader, ReaderState, Unreadable, Watch
from municipality.log_lines import event
from printing import NotReady, Outcome, Printed, Printer, Readiness, Ready, Unknown

_LOG = logging.getLogger(__name__)
_VERIFY, _WELL = 0x20, b"\x90\x00"
Ticks = Callable[[], float]


class TellingReader:
    """A reader as it is, and each change of its state as a line."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last = ""

    @property
    def name(self) -> str:
        return self._reader.name

    def watch(self, listener: Listener) -> Watch:
        def tell(state: ReaderState) -> None:
            self._tell(state)
            listener(state)

        return self._reader.watch(tell)

    def connect(self) -> Connection:
        return TellingConnection(self._reader.connect())

    def _tell(self, state: ReaderState) -> None:
        level, name, why = _words(state)
        if name != self._last:  # whoever looks at the reader besides is told the same state once more
            self._last = name
            event(_LOG, level, "reader", state=name, reason=why)


def _words(state: ReaderState) -> tuple[int, str, str]:
    match state:
        case NoService():
            return logging.WARNING, "no-service", ""
        case NoReader():
            return logging.WARNING, "no-reader", ""
        case Unreadable(why):
            return logging.INFO, "unreadable", why
        case Present():
            return logging.INFO, "card", ""
        case _:
            return logging.INFO, "no-card", ""


class TellingConnection:
    """A line to a card: instruction, status word and time of each command, up to the PIN that was right."""

    def __init__(self, connection: Connection, ticks: Ticks = time.monotonic) -> None:
        self._connection, self._ticks = connection, ticks
        self._silent = False

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if self._silent:
            return self._connection.transmit(apdu)
        began = self._ticks()
        answer = self._connection.transmit(apdu)
        self._tell(apdu[1] if len(apdu) > 1 else 0, answer[-2:], began)
        return answer

    def close(self) -> None:
        self._connection.close()

    def _tell(self, instruction: int, status: bytes, began: float) -> None:
        self._silent = instruction == _VERIFY and status == _WELL
        milliseconds = round(1000 * (self._ticks() - began))
        words = {"instruction": f"{instruction:02X}", "answer": status.hex().upper()}
        event(_LOG, logging.DEBUG, "apdu", milliseconds=milliseconds, **words)


class TellingPrinter:
    """A printer as it is; each change of its readiness, and what became of each paper and why, as a line."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._last: Readiness = Ready()

    def ready(self) -> Readiness:
        return self._told(self._printer.ready())

    def look(self) -> Readiness:
        return self._told(self._printer.look())

    def print(self, pdf: bytes, job_id: UUID, *, wait_seconds: float) -> Outcome:
        outcome = self._printer.print(pdf, job_id, wait_seconds=wait_seconds)
        level = logging.WARNING if isinstance(outcome, Unknown) else logging.INFO
        reason = "" if isinstance(outcome, Printed) else outcome.why
        event(_LOG, level, "paper", state=type(outcome).__name__.lower(), reason=reason)
        return outcome

    def _told(self, readiness: Readiness) -> Readiness:
        fault = isinstance(readiness, NotReady)
        reason = readiness.why if isinstance(readiness, NotReady) else readiness.low
        if reason != "busy" and readiness != self._last:  # a printer at work has not changed
            self._last = readiness
            level = logging.WARNING if fault else logging.INFO
            event(_LOG, level, "printer", state="not-ready" if fault else "ready", reason=reason)
        return readiness
