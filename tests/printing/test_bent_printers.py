"""What no honest printer does, and a real one in a bad hour: each ends in time, and never in a lie."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import bent_printer as bent
import pytest
from bent_printer import BentPrinter, bent_printer, http, ipp
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import LONG

from printing import IppPrinter, NotPrinted, NotReady, Printed, Ready, Unknown
from printing.ipp.job import Seen, verdict
from printing.ipp.message import NoAnswer, Operation
from printing.ipp.wire import LARGEST, Wire, _Line

ONE_PAGE, TWO_PAGES = b"%PDF-1.4 /Count 1", b"%PDF-1.4 /Count 2"


@pytest.fixture
def printer() -> Iterator[BentPrinter]:
    with bent_printer() as one:
        yield one


def driver(printer: BentPrinter, **changes: Any) -> IppPrinter:
    return IppPrinter(
        printer.uri, **{"look_seconds": 0.02, "settle_seconds": 0.5, "slow_seconds": 0.6, "owner": "ours", **changes}
    )


def outcome(printer: BentPrinter, pdf: bytes = ONE_PAGE, wait: float = 0.3, **changes: Any) -> Any:
    return driver(printer, **changes).print(pdf, uuid4(), wait_seconds=wait)


def test_a_good_one(printer: BentPrinter) -> None:
    assert driver(printer).ready() == driver(printer).look() == Ready()
    assert outcome(printer) == Printed(1)


# -- answers that are none


BENT_ANSWERS: dict[str, Any] = {
    "a length below nothing": http(bytes.fromhex("02000000000000010144fffa00fa")),
    "packed": http(gzip.compress(b"\0" * 2**20), "HTTP/1.1 200 OK\r\nContent-Encoding: gzip"),
    "packed, by its transfer": http(gzip.compress(ipp()), "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip"),
    "elsewhere": http(ipp(), "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/"),
    "no content": http(b"", "HTTP/1.1 204 No Content"),
    "a web page": http(b"<html>Welcome</html>"),
    "too large by its own word": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n",
    "too large in one piece": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
    "too large indeed": b"HTTP/1.1 200 OK\r\n\r\n" + b"\x01" * (LARGEST + 1),
    "a length of words": http(ipp(), "HTTP/1.1 200 OK\r\nContent-Length: many"),
    "continue for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000,
    "a hundred headers and more": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n" + ipp(),
    "a header that does not end": b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000,
    "many parts": http(b"", "HTTP/1.1 200 OK\r\nContent-Type: multipart/x; boundary*9999999999999=a"),
    "pieces of nonsense": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
    "no HTTP": b"IPP/2.0 ready\r\n\r\n",
    "cut": http(ipp(0, (bent.PRINTER, bent.FIT)))[:-30],
}


@pytest.mark.parametrize("reply", BENT_ANSWERS.values(), ids=BENT_ANSWERS.keys())
def test_an_answer_that_is_none_is_a_fault(printer: BentPrinter, reply: bytes) -> None:
    printer.replies[bent.GET_PRINTER] = reply
    assert driver(printer).ready() == driver(printer).look() == NotReady("unreadable")
    assert outcome(printer) == NotPrinted("unreadable")
    assert bent.CREATE_JOB not in printer.asked
    del printer.replies[bent.GET_PRINTER]
    printer.replies[bent.GET_JOB] = reply
    assert outcome(printer, wait=0.05, settle_seconds=0.2) == Unknown("unreadable")


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "426 Upgrade Required", "500 Oh", "503 Busy"])
def test_an_error_of_http_is_a_refusal(printer: BentPrinter, status: str) -> None:
    printer.replies[bent.GET_JOBS] = http(b"", f"HTTP/1.1 {status}")
    assert driver(printer).ready() == NotReady("refused")


@pytest.mark.parametrize("operation", [bent.GET_PRINTER, bent.GET_JOBS])
def test_a_question_that_is_refused_makes_nobody_ready(printer: BentPrinter, operation: int) -> None:
    printer.replies[operation] = http(ipp(0x0501))
    assert driver(printer).ready() == driver(printer).look() == NotReady("refused")


@pytest.mark.parametrize(
    ("operation", "ends"),
    [
        (bent.GET_PRINTER, NotPrinted("gone")),
        (bent.CREATE_JOB, NotPrinted("gone")),
        (bent.SEND_DOCUMENT, Unknown("not-confirmed")),
        (bent.GET_JOB, Unknown("line-lost")),
        (bent.CANCEL_JOB, Unknown("still-inside")),
    ],
)
@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_answer_that_drips_ends_with_the_deadline(
    printer: BentPrinter, operation: int, ends: Any, part: str
) -> None:
    """Each byte alone comes in time: whoever counts from byte to byte waits here until the test is stopped."""
    over = threading.Event()
    lead, dripping = {
        "headers": (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 9_000),
        "body": (b"HTTP/1.1 200 OK\r\n\r\n", b"\x02" * 60_000),
    }[part]

    def reply(line: socket.socket) -> None:
        line.sendall(lead)
        bent.drip(0.05, dripping, over)(line)

    printer.replies[operation] = reply
    if operation == bent.CANCEL_JOB:
        printer.job["job-state"] = (bent.ENUM, 5)
    assert outcome(printer, answer_seconds=0.4) == ends
    over.set()


# -- what is said after the document


@pytest.mark.parametrize(
    "reply",
    [
        http(b"", "HTTP/1.1 408 Request Timeout"),
        http(b"", "HTTP/1.1 500 Internal Server Error"),
        http(b"", "HTTP/1.1 302 Found\r\nLocation: /"),
        http(b"not IPP"),
        http(ipp(0x0405)),  # client-error-timeout
        http(ipp(0x0500)),  # server-error-internal-error
        b"HTTP/1.1 2",
    ],
)
def test_a_document_that_the_printer_does_not_confirm_is_unknown(printer: BentPrinter, reply: bytes) -> None:
    printer.replies[bent.SEND_DOCUMENT] = reply
    assert outcome(printer) == Unknown("not-confirmed")
    assert printer.asked.count(bent.CANCEL_JOB) == 1


def test_a_document_that_is_refused_and_printed_is_unknown_all_the_same(printer: BentPrinter) -> None:
    printer.replies[bent.SEND_DOCUMENT] = http(ipp(0x040A))
    assert outcome(printer) == Unknown("not-confirmed")
    printer.job |= {"job-state": (bent.ENUM, 8), "job-impressions-completed": (bent.INTEGER, 0)}
    assert outcome(printer) == NotPrinted("refused")


def test_a_line_that_is_reset_under_the_document_is_unknown(printer: BentPrinter) -> None:
    """A part of it has left, and nobody knows which."""
    printer.hangs_up_after = 100_000
    assert outcome(printer, ONE_PAGE + b" " * 16_000_000, answer_seconds=60) == Unknown("not-confirmed")
    assert printer.asked.count(bent.CANCEL_JOB) == 1


def test_a_document_that_never_left_is_not_printed(printer: BentPrinter, monkeypatch: Any) -> None:
    send = _Line.send

    def cut(line: _Line, data: bytes) -> None:
        if ONE_PAGE in data:
            raise ConnectionResetError
        send(line, data)

    monkeypatch.setattr(_Line, "send", cut)
    assert outcome(printer) == NotPrinted("gone")
    assert printer.asked.count(bent.CANCEL_JOB) == 1


def test_a_lost_answer_to_the_document_is_followed(printer: BentPrinter) -> None:
    """The whole of it left, and nothing was heard: its job says what became of it."""
    printer.replies[bent.SEND_DOCUMENT] = bent.reset
    assert outcome(printer) == Printed(1)
    assert outcome(printer, TWO_PAGES) == Unknown("not-counted")


# -- what a job that is over proves

IDLE = {"printer_state": 3, "faults": ()}
OVER_AND_WELL = {"state": 9, "reasons": frozenset({"none"}), "pages": 2, "expected": None, **IDLE}


@pytest.mark.parametrize(
    ("change", "troubles", "proven"),
    [
        ({}, [], Printed(2)),
        ({"pages": 3}, [], Printed(3)),
        ({"pages": 1}, [], Unknown("not-counted")),
        ({"pages": 0}, [], Unknown("not-counted")),
        ({"pages": None}, [], Unknown("not-counted")),
        ({"expected": 2}, [], Printed(2)),
        ({"expected": 3}, [], Unknown("not-counted")),
        ({"reasons": frozenset()}, [], Printed(2)),
        ({"reasons": {"job-completed-successfully"}}, [], Printed(2)),
        ({"reasons": {"job-completed-with-warnings", "queued-in-device"}}, [], Printed(2)),
        ({"reasons": {"job-completed-with-errors"}}, [], Unknown("with-errors")),
        ({"reasons": {"none", "document-format-error"}}, [], Unknown("with-errors")),
        ({"reasons": {"document-unprintable-error"}}, [], Unknown("with-errors")),
        ({"reasons": {"aborted-by-system"}}, [], Unknown("with-errors")),
        ({"reasons": {"job-canceled-at-device"}}, [], Unknown("with-errors")),
        ({"reasons": {"processing-to-stop-point"}}, [], Unknown("with-errors")),
        ({"reasons": {"printer-stopped-partly"}}, [], Unknown("with-errors")),
        ({"reasons": {"a-word-that-nobody-knows"}}, [], Unknown("with-errors")),
        ({"faults": ("jam",)}, [], Unknown("still-inside")),
        ({"faults": ("paper-out", "jam")}, [], Unknown("still-inside")),
        ({"faults": ("door-open",)}, [], Unknown("still-inside")),
        ({"faults": ("no-toner",)}, [], Unknown("still-inside")),
        ({"faults": ("fault",)}, [], Unknown("still-inside")),
        ({"faults": ("paper-out",)}, [], Printed(2)),  # that was the last sheet
        ({"faults": ("tray-full",)}, [], Printed(2)),
        ({"printer_state": 5, "faults": ("paper-out",)}, [], Printed(2)),
        ({"printer_state": 5, "faults": ("stopped",)}, [], Unknown("still-inside")),  # and does not say what for
        ({}, ["jam", "paper-out"], Printed(2)),  # put right meanwhile, and counted since
        ({"state": 7}, [], Unknown("not-counted")),
        ({"state": 7, "pages": 0}, [], Unknown("not-counted")),
        ({"state": 7, "pages": 0}, ["paper-out", "stopped"], NotPrinted("paper-out")),
        ({"state": 8, "pages": 0, "faults": ("no-toner",)}, [], NotPrinted("no-toner")),
        ({"state": 7, "pages": 1}, ["paper-out"], Unknown("not-counted")),
        ({"state": 7, "pages": None}, ["paper-out"], Unknown("not-counted")),
        ({"state": 7, "pages": 0}, ["paper-out", "jam"], Unknown("still-inside")),
        ({"state": 7, "pages": 0}, ["paper-out", "fault"], Unknown("still-inside")),  # media-path-failure, say
        ({"state": 7, "pages": 0, "faults": ("door-open",)}, ["paper-out"], Unknown("still-inside")),
    ],
)
def test_what_a_paper_of_two_pages_has_become(change: dict[str, Any], troubles: list[Any], proven: Any) -> None:
    assert verdict(Seen(**{**OVER_AND_WELL, **change}), 2, troubles) == proven


@pytest.mark.parametrize(
    ("job", "state", "proven"),
    [
        ({}, {}, Unknown("not-counted")),
        ({"job-impressions-completed": (bent.INTEGER, 2)}, {}, Printed(2)),
        ({"job-impressions-completed": (bent.KEYWORD, "2")}, {}, Unknown("not-counted")),
        ({"job-impressions-completed": (bent.BOOLEAN, True)}, {}, Unknown("not-counted")),
        ({"job-impressions-completed": (bent.INTEGER, -2)}, {}, Unknown("not-counted")),
        (
            {"job-impressions-completed": (bent.UNKNOWN, b""), "job-media-sheets-completed": (bent.INTEGER, 2)},
            {},
            Printed(2),
        ),
        (
            {"job-impressions-completed": (bent.INTEGER, 1), "job-media-sheets-completed": (bent.INTEGER, 2)},
            {},
            Unknown("not-counted"),
        ),
        ({"job-state": (bent.UNKNOWN, b"")}, {}, Unknown("unreadable")),
        ({"job-state": (bent.NO_VALUE, b"")}, {}, Unknown("unreadable")),
        ({"job-state": (bent.KEYWORD, "completed")}, {}, Unknown("unreadable")),
        ({"job-state": (bent.ENUM, [9, 7])}, {}, Unknown("unreadable")),
        ({"job-state-reasons": (bent.INTEGER, 4)}, {}, Unknown("unreadable")),
        ({"job-name": (bent.NAME, "another")}, {}, Unknown("forgotten")),
        ({"job-name": (bent.INTEGER, 1)}, {}, Unknown("unreadable")),
        (
            {"job-impressions-completed": (bent.INTEGER, 2)},
            {"printer-state": (bent.UNKNOWN, b"")},
            Unknown("unreadable"),
        ),
        (
            {"job-state": (bent.ENUM, 7), "job-impressions-completed": (bent.INTEGER, 0)},
            {"printer-state": (bent.ENUM, 5)},
            NotPrinted("stopped"),
        ),
        (
            {"job-impressions-completed": (bent.INTEGER, 2)},
            {"printer-state-reasons": (bent.KEYWORD, ["toner-low", "media-jam-warning"])},
            Unknown("still-inside"),
        ),
    ],
)
def test_what_two_pages_have_become_by_the_printers_words(
    printer: BentPrinter, job: dict[str, Any], state: dict[str, Any], proven: Any
) -> None:
    def taken() -> bytes:
        printer.job |= job
        printer.printer |= state
        return http(ipp())

    printer.replies[bent.SEND_DOCUMENT] = lambda line: line.sendall(taken())
    assert outcome(printer, TWO_PAGES) == proven


UNNAMED_FAULTS = [
    "fuser-over-temp",
    "fuser-under-temp",
    "marker-supply-missing",
    "media-path-failure",
    "developer-empty",
    "opc-life-over",
    "output-tray-missing",
    "interpreter-resource-unavailable",
    "timed-out",
    "other",
    "a-word-that-nobody-knows",
    "fuser-over-temp-error",
    "media-low-error",
    "None",
]
HARMLESS = [
    "none",
    "connecting-to-device",
    "media-low",
    "toner-low-warning",
    "marker-supply-low-report",
    "developer-low",
    "opc-near-eol",
    "output-area-almost-full",
    "marker-waste-almost-full",
    "cleaner-life-almost-over",
    "fuser-over-temp-warning",
    "other-report",
    "identify-printer-requested",
    "standby",
    "fuser-warming-up",
]


@pytest.mark.parametrize("state", [3, 5])
@pytest.mark.parametrize("reason", UNNAMED_FAULTS)
def test_a_reason_that_nobody_knows_is_a_fault(printer: BentPrinter, reason: str, state: int) -> None:
    """Without an ending a reason is an error; RFC 8011, 5.4.12."""
    wrong = {"printer-state": (bent.ENUM, state), "printer-state-reasons": (bent.KEYWORD, ["toner-low", reason])}

    def taken(line: socket.socket) -> None:
        printer.printer |= wrong
        line.sendall(http(ipp()))

    printer.replies[bent.SEND_DOCUMENT] = taken
    assert outcome(printer) == Unknown("still-inside")
    assert driver(printer).ready() == driver(printer).look() == NotReady("fault")


@pytest.mark.parametrize("reason", HARMLESS)
def test_a_reason_that_keeps_no_sheet_in_is_none(printer: BentPrinter, reason: str) -> None:
    printer.printer["printer-state-reasons"] = (bent.KEYWORD, reason)
    assert driver(printer).ready() == Ready()
    assert outcome(printer) == Printed(1)
    printer.printer["printer-state"] = (bent.ENUM, 5)
    assert driver(printer).ready() == driver(printer).look() == NotReady("stopped")


# -- a fault that comes and goes


class _Time:
    def __init__(self) -> None:
        self.now, self.tell = 0.0, lambda _now: None

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.tell(self.now)


@pytest.mark.parametrize(("every", "longest"), [(1, 65), (4, 65), (20, 65), (44, 65), (1000, 55)])
def test_a_fault_that_comes_and_goes_does_not_move_the_end(printer: BentPrinter, every: int, longest: float) -> None:
    clock = _Time()
    printer.job |= {"job-state": (bent.ENUM, 5), "job-state-reasons": (bent.KEYWORD, "job-printing")}

    def tell(now: float) -> None:
        fault = "none" if now // every % 2 else "media-empty-error"
        printer.printer["printer-state-reasons"] = (bent.KEYWORD, fault)

    clock.tell = tell
    printer.replies[bent.SEND_DOCUMENT] = lambda line: (tell(0), line.sendall(http(ipp())))
    slow = driver(printer, clock=clock, pause=clock.wait, settle_seconds=10, slow_seconds=120, look_seconds=0.5)
    assert slow.print(ONE_PAGE, uuid4(), wait_seconds=45) == Unknown("still-inside")
    assert 45 <= clock.now <= longest + 1


def test_a_job_that_goes_on_for_ever_without_a_fault_ends_as_well(printer: BentPrinter) -> None:
    clock = _Time()
    printer.job |= {"job-state": (bent.ENUM, 5), "job-state-reasons": (bent.KEYWORD, "job-printing")}
    pages = iter(range(10_000))
    clock.tell = lambda _now: printer.job.update({"job-impressions-completed": (bent.INTEGER, next(pages))})
    slow = driver(printer, clock=clock, pause=clock.wait, settle_seconds=10, slow_seconds=120, look_seconds=0.5)
    assert slow.print(ONE_PAGE, uuid4(), wait_seconds=45) == Unknown("still-inside")
    assert 130 <= clock.now <= 131


def test_paper_that_came_at_the_last_moment_is_still_printed(printer: BentPrinter) -> None:
    clock = _Time()
    printer.job["job-state"] = (bent.ENUM, 5)

    def tell(now: float) -> None:
        printer.printer["printer-state-reasons"] = (bent.KEYWORD, "media-empty" if now < 44 else "none")
        printer.job["job-state"] = (bent.ENUM, 5 if now < 50 else 9)

    clock.tell = tell
    slow = driver(printer, clock=clock, pause=clock.wait, settle_seconds=10, slow_seconds=120, look_seconds=0.5)
    assert slow.print(ONE_PAGE, uuid4(), wait_seconds=45) == Printed(1)


# -- what is inside


def job(owner: str, name: str = "", **more: Any) -> dict[str, tuple[int, Any]]:
    return {
        "job-id": (bent.INTEGER, 40),
        "job-name": (bent.NAME, name or str(uuid4())),
        "job-originating-user-name": (bent.NAME, owner),
        **more,
    }


def test_an_engine_that_goes_on_after_a_cancel_is_not_ready(printer: BentPrinter) -> None:
    printer.printer["printer-state"] = (bent.ENUM, 4)
    assert driver(printer).ready() == driver(printer).look() == NotReady("busy")
    printer.printer["printer-state"] = (bent.ENUM, 3)
    stopping = {"job-state-reasons": (bent.KEYWORD, ["job-canceled-by-user", "processing-to-stop-point"])}
    printer.ended = [job("municipal-booth ours", **stopping)]
    assert driver(printer).ready() == driver(printer).look() == NotReady("busy")
    assert outcome(printer) == NotPrinted("busy")
    printer.ended = [job("municipal-booth ours", **{"job-state-reasons": (bent.KEYWORD, "job-canceled-by-user")})]
    assert driver(printer).ready() == driver(printer).look() == Ready()


BUSY: dict[str, Any] = {
    "a job on its way to its stop point, for ever": lambda printer, number: printer.ended.append(
        job("anybody", **{"job-id": number, "job-state-reasons": (bent.KEYWORD, "processing-to-stop-point")})
    ),
    "another's job that is held": lambda printer, number: printer.inside.append(job("anybody", **{"job-id": number})),
}


def busy_with(printer: BentPrinter, what: str, number: int) -> None:
    printer.ended, printer.inside = [], []
    BUSY[what](printer, (bent.INTEGER, number))


@pytest.mark.parametrize("what", BUSY)
def test_what_never_leaves_the_printer_becomes_a_fault_that_is_told(printer: BentPrinter, what: str) -> None:
    clock = _Time()
    ours = driver(printer, clock=clock, pause=clock.wait)
    busy_with(printer, what, 40)
    assert ours.look() == NotReady("busy")
    clock.now = 599.9
    assert ours.ready() == NotReady("busy")
    clock.now = 600
    assert ours.look() == ours.ready() == NotReady("fault")
    assert ours.print(ONE_PAGE, uuid4(), wait_seconds=1) == NotPrinted("fault")
    assert bent.CREATE_JOB not in printer.asked, "its sheet may still come out, and must not come to the next"
    busy_with(printer, what, 41)
    assert ours.look() == NotReady("busy"), "another job has its own time"
    printer.ended, printer.inside = [], []
    assert ours.ready() == Ready()
    busy_with(printer, what, 41)
    clock.now = 700
    assert ours.look() == NotReady("busy"), "it was gone in between"


@pytest.mark.parametrize(
    ("up", "then", "why"),
    [
        ((bent.INTEGER, 1600), (bent.INTEGER, 1000), "fault"),
        ((bent.INTEGER, 1599), (bent.INTEGER, 1000), "busy"),
        ((bent.INTEGER, 1000), (bent.INTEGER, 1600), "busy"),
        ((bent.INTEGER, 1600), (bent.INTEGER, -1000), "busy"),
        ((bent.INTEGER, 1600), (bent.NO_VALUE, b""), "busy"),
        ((bent.UNKNOWN, b""), (bent.INTEGER, 1000), "busy"),
        ((bent.KEYWORD, "1600"), (bent.INTEGER, 1000), "busy"),
    ],
)
@pytest.mark.parametrize("what", BUSY)
def test_who_looks_once_goes_by_the_printers_clock(
    printer: BentPrinter, what: str, up: tuple[int, Any], then: tuple[int, Any], why: Any
) -> None:
    busy_with(printer, what, 40)
    printer.printer["printer-up-time"] = up
    for one in printer.inside:
        one["time-at-creation"] = then
    for one in printer.ended:
        one["time-at-completed"] = then
    assert driver(printer).look() == driver(printer).ready() == NotReady(why)


def test_an_engine_that_never_rests_becomes_a_fault_that_is_told(printer: BentPrinter) -> None:
    clock = _Time()
    ours = driver(printer, clock=clock, pause=clock.wait)
    printer.printer["printer-state"] = (bent.ENUM, 4)
    assert ours.look() == NotReady("busy")
    clock.now = 599.9
    assert ours.look() == NotReady("busy")
    clock.now = 600
    assert ours.look() == ours.ready() == NotReady("fault")
    printer.printer["printer-state"] = (bent.ENUM, 3)
    assert ours.ready() == Ready()


@pytest.mark.parametrize("fault", ["none", "media-empty-error", "media-jam", "cover-open"])
def test_what_we_left_inside_is_cancelled_whatever_else_is_wrong(printer: BentPrinter, fault: str) -> None:
    printer.printer["printer-state-reasons"] = (bent.KEYWORD, fault)
    printer.inside = [job("municipal-booth ours")]

    def cancelled(line: socket.socket) -> None:
        printer.inside = []
        line.sendall(http(ipp()))

    printer.replies[bent.CANCEL_JOB] = cancelled
    found = driver(printer).ready()
    assert printer.asked.count(bent.CANCEL_JOB) == 1
    assert found == Ready() if fault == "none" else isinstance(found, NotReady) and found.why != "busy"


@pytest.mark.parametrize("owner", ["municipal-booth theirs", "municipal-booth", "somebody", "anonymous", "ours"])
def test_what_another_left_inside_is_waited_for_and_never_cancelled(printer: BentPrinter, owner: str) -> None:
    printer.inside = [job(owner)]
    assert driver(printer).ready() == driver(printer).look() == NotReady("busy")
    assert outcome(printer) == NotPrinted("busy")
    assert bent.CANCEL_JOB not in printer.asked


def test_an_owner_without_a_name_is_nobody_elses(printer: BentPrinter) -> None:
    assert IppPrinter(printer.uri)._owner != IppPrinter(printer.uri)._owner


# -- who is asked


@pytest.mark.parametrize(
    "signs",
    [{"cups-version": (0x41, "2.4.2")}, {"operations-supported": (bent.ENUM, [2, 4, 0x4001, 0x4002])}],
)
def test_a_queue_in_front_is_no_printer(printer: BentPrinter, signs: dict[str, Any]) -> None:
    printer.printer |= signs
    assert driver(printer).ready() == driver(printer).look() == NotReady("queue")
    assert outcome(printer) == NotPrinted("queue")


def test_a_real_queue_by_its_own_answer(printer: BentPrinter) -> None:
    """As CUPS 2.4.2 answered for a queue whose printer was off."""
    recorded = (Path(__file__).parent / "data" / "cups-2.4.2-queue.ipp").read_bytes()
    printer.replies[bent.GET_PRINTER] = http(recorded)
    assert driver(printer).ready() == NotReady("queue")


@pytest.mark.parametrize(
    ("links", "why"),
    [((), "open-line"), (("198.51.100.0/24",), "open-line"), (("0.0.0.0/0",), "gone"), (("192.0.2.7",), "gone")],
)
def test_a_plain_line_goes_only_where_it_is_trusted(links: tuple[str, ...], why: Any, monkeypatch: Any) -> None:
    dialled: list[Any] = []

    def connect(_wire: Wire, _family: int, place: Any, _until: float) -> Any:
        dialled.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(Wire, "_opened", connect)
    with pytest.raises(NoAnswer) as found:
        Wire("ipp://192.0.2.7/ipp/print", trusted_links=links).ask(Operation.GET_JOBS)
    assert (found.value.why, found.value.sent, dialled) == (
        why, "nothing", [("192.0.2.7", 631)] if why == "gone" else []
    )  # fmt: skip


def test_a_name_is_trusted_by_where_it_leads(monkeypatch: Any) -> None:
    def leads(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in ("198.51.100.1", "192.0.2.7")]

    dialled: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", leads)
    monkeypatch.setattr(Wire, "_opened", lambda _wire, _family, place, _until: dialled.append(place) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Wire("ipp://printer.example/ipp/print", trusted_links=["192.0.2.0/24"]).ask(Operation.GET_JOBS)
    assert dialled == [("192.0.2.7", 631)]


def test_a_name_that_nobody_resolves_ends_with_the_deadline(monkeypatch: Any) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60))
    with pytest.raises(NoAnswer, match="gone"):
        Wire("ipp://printer.example/", answer_seconds=0.2).ask(Operation.GET_JOBS)
    over.set()


@pytest.mark.parametrize(
    "uri", ["http://localhost/", "ipp:///", "ipp://a b/", "ipp://a/\r\nX: y", "ipp://ά/", "ipp://a:x/"]
)
def test_an_address_that_is_none(uri: str) -> None:
    with pytest.raises(ValueError, match=r"ipp://|[Pp]ort"):
        IppPrinter(uri)


# -- under TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A printer's own, and its fingerprint as openssl says it."""
    import subprocess

    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "key.pem", folder / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=printer", "-keyout", key, "-out", pem],
        check=True, capture_output=True,
    )  # fmt: skip
    said = subprocess.run(
        ["openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256"], check=True, capture_output=True, text=True
    ).stdout
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context, said.partition("=")[2].strip()


def test_the_one_certificate_and_no_other(certificate: tuple[ssl.SSLContext, str]) -> None:
    context, fingerprint = certificate
    with bent_printer(context) as printer:
        assert outcome(printer, fingerprint=fingerprint) == Printed(1)
        assert driver(printer, fingerprint=fingerprint.lower().replace(":", "")).ready() == Ready()
        asked = len(printer.asked)
        other = "00" + fingerprint[2:] if fingerprint[:2] != "00" else "11" + fingerprint[2:]
        assert driver(printer, fingerprint=other).ready() == NotReady("wrong-certificate")
        assert outcome(printer, fingerprint=other) == NotPrinted("wrong-certificate")
        assert driver(printer).ready() == NotReady("wrong-certificate"), "nobody vouches for it"
        assert len(printer.asked) == asked, "not one question to a stranger"


def test_a_printer_without_tls_is_gone(printer: BentPrinter) -> None:
    assert IppPrinter(printer.uri.replace("ipp:", "ipps:"), answer_seconds=0.5).ready() == NotReady("gone")


def test_a_tls_error_after_the_document_is_unknown(certificate: tuple[ssl.SSLContext, str]) -> None:
    context, fingerprint = certificate

    def spoilt(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        with socket.socket(fileno=line.detach()) as below:
            below.sendall(b"this is no record of TLS")

    def none(line: socket.socket) -> None:
        with socket.socket(fileno=line.detach()) as below:
            below.sendall(b"this is no record of TLS")

    with bent_printer(context) as printer:
        for reply in (spoilt, none):
            printer.replies[bent.SEND_DOCUMENT] = reply
            assert outcome(printer, fingerprint=fingerprint) == Unknown("not-confirmed")


def test_a_handshake_that_drips_ends_with_the_deadline(printer: BentPrinter) -> None:
    """A listener that is no TLS at all, and one that never comes to the end of its first record."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as line:
                bent.drip(0.05, b"\x16\x03\x03\x40\x00" + b"\x02" * 16_000, over)(line)

        thread = threading.Thread(target=serve)
        thread.start()
        wire = Wire(f"ipps://127.0.0.1:{listener.getsockname()[1]}/", fingerprint="00" * 32, answer_seconds=0.4)
        with pytest.raises(NoAnswer, match="gone") as found:
            wire.ask(Operation.SEND_DOCUMENT, document=ONE_PAGE)
        assert found.value.sent == "nothing"
        over.set()
        thread.join()


# -- HTTP, byte for byte


def over_a_wire(came: bytes) -> Any:
    """What a question comes to when these bytes come back, and then the end."""
    wire = Wire("ipp://127.0.0.1/")
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(came)
        theirs.shutdown(socket.SHUT_WR)
        wire._connected = lambda until: _Line(ours, until)  # type: ignore[method-assign]
        return wire.ask(Operation.GET_JOBS)


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_cut_at_any_byte_is_none(chunked: bool) -> None:
    body = ipp(0, (bent.JOB, bent.WELL))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body)
    whole = head + body + b"\r\n0\r\n\r\n" if chunked else http(body)
    assert over_a_wire(whole).jobs[0]["job-state"] == 9
    for size in range(len(head) + len(body) if chunked else len(whole)):
        with pytest.raises(NoAnswer) as found:
            over_a_wire(whole[:size])
        assert found.value.sent == ("doubt" if size else "whole")


# -- HTTP at random

_LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 100 Continue", b"HTTP/1.1 302 Found", b"HTTP/9", b"",
     b"Location: /", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999",
     b"Transfer-Encoding: chunked",
     b"Content-Encoding: gzip", b"Content-Type: multipart/mixed; boundary=a", b" folded", b"\xff: \x00", b"5",
     b"ffffff"]
)  # fmt: skip
_HTTP = st.one_of(
    st.lists(_LINES, max_size=12).map(b"\r\n".join),
    st.builds(
        lambda lines, body: b"\r\n".join([*lines, b"", body]), st.lists(_LINES, max_size=6), st.binary(max_size=40)
    ),
    st.binary(max_size=80),
)


@pytest.mark.timeout(3600 if LONG else 150)
@settings(max_examples=20_000 if LONG else 200, deadline=None)
@given(_HTTP)
def test_any_bytes_that_come_back_are_an_answer_or_none(came: bytes) -> None:
    with pytest.raises(NoAnswer) as found:
        over_a_wire(came)
    assert found.value.why in ("gone", "unreadable", "refused") and found.value.sent != "nothing"
