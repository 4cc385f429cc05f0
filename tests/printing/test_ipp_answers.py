"""Whatever bytes a printer answers with: a value or the one exception that says so, in bounded steps."""

from __future__ import annotations

import itertools
import struct
from typing import Any
from uuid import UUID

import bent_printer as bent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import LONG

from printing import NotPrinted, NotReady, Printed, Ready, Unknown
from printing.ipp.job import Seen, seen
from printing.ipp.message import DEEPEST, MOST_VALUES, Answer, NoAnswer, Other, answer
from printing.ipp.obstacles import _unfit
from printing.ipp.printer import IppPrinter

CASES = 100_000 if LONG else 600
UUID_NAME = "0f0e0d0c-0b0a-0908-0706-050403020100"
TRUE_ANSWERS = [
    bent.ipp(0, (bent.PRINTER, bent.FIT)),
    bent.ipp(0, (bent.JOB, {"job-name": (bent.NAME, UUID_NAME), **bent.WELL})),
    bent.ipp(0, *[(bent.JOB, {"job-id": (bent.INTEGER, n)}) for n in range(3)]),
    bent.ipp(0x0406),
]


def unreadable(raw: bytes) -> bool:
    try:
        answer(raw)
    except NoAnswer as silent:
        return silent.why == "unreadable"
    return False


def head(*rest: bytes) -> bytes:
    return struct.pack(">BBHi", 2, 0, 0, 1) + b"".join(rest)


def value(tag: int, name: str, content: bytes = b"") -> bytes:
    return bytes([tag]) + struct.pack(">H", len(name)) + name.encode() + struct.pack(">H", len(content)) + content


def nested(depth: int) -> bytes:
    return value(0x34, "media-col") + value(0x4A, "", b"x") + (value(0x34, "") * (depth - 1)) + value(0x37, "") * depth


@pytest.mark.parametrize(
    "raw",
    [
        bytes.fromhex("02000000000000010144fffa00fa"),  # a length below nothing
        head(b"\x01", value(0x34, "media-col") * 20_000),  # each one inside the one before
        head(b"\x04", nested(DEEPEST + 1), b"\x03"),
        head(b"\x01", value(0x44, "a", b"b") * 2, b"\x03"),  # an attribute twice: which of them holds?
        head(b"\x02", value(0x44, "", b"b"), b"\x03"),  # a further value of nothing
        head(value(0x44, "a", b"b"), b"\x03"),  # before any group
        head(b"\x02", value(0x37, "a"), b"\x03"),  # the end of a collection that never began
        head(b"\x02", value(0x4A, "a", b"b"), b"\x03"),
        head(b"\x02", value(0x34, "c"), value(0x4A, "named", b"x"), value(0x37, ""), b"\x03"),
        head(b"\x02", value(0x34, "c"), b"\x03"),
        head(b"\x01" * (MOST_VALUES + 1), b"\x03"),
        head(b"\x02", value(0x21, "n", b"\0\0\0\1"), value(0x21, "", b"\0\0\0\1") * MOST_VALUES, b"\x03"),
        head(b"\x01"),
        b"",
        b"\x02",
        b"\x03" + head(b"\x03")[1:],
        b"<html>The printer is out for lunch.</html>",
    ],
)
def test_what_is_no_answer_is_said_to_be_none(raw: bytes) -> None:
    assert unreadable(raw)


def test_just_within_the_bounds() -> None:
    found = answer(head(b"\x04", nested(DEEPEST), b"\x03"))
    assert found == Answer(0, {"media-col": Other(0x34)}, ())
    found = answer(head(b"\x02", value(0x21, "n", b"\0\0\0\1"), value(0x21, "", b"\0\0\0\1") * 19_997, b"\x03"))
    assert found.jobs == ({"n": (1,) * 19_998},)
    with pytest.raises(NoAnswer):
        answer(head(b"\x02", value(0x21, "n", b"\0\0\0\1"), value(0x21, "", b"\0\0\0\1") * 19_998, b"\x03"))


@pytest.mark.parametrize("whole", TRUE_ANSWERS)
def test_an_answer_cut_at_any_byte_is_none(whole: bytes) -> None:
    assert not unreadable(whole)
    assert all(unreadable(whole[:size]) for size in range(len(whole)))


@pytest.mark.parametrize(
    ("tag", "content", "read"),
    [
        (0x21, b"\xff\xff\xff\xfe", -2),
        (0x23, b"\0\0\0\x09", 9),
        (0x21, b"\0\x09", Other(0x21)),
        (0x22, b"\x01", True),
        (0x22, b"\x02", Other(0x22)),
        (0x22, b"", Other(0x22)),
        (0x44, b"none", "none"),
        (0x42, "Ω".encode(), "Ω"),
        (0x42, b"\xff", "�"),
        (0x36, b"\0\x02el\0\x02\xce\xa9", "Ω"),
        (0x36, b"\0\x63el\0\x02\xce\xa9", Other(0x36)),
        (0x35, b"", Other(0x35)),
        (0x31, b"\0" * 11, Other(0x31)),
        (0x7F, b"\x40\0\0\0", Other(0x7F)),
    ],
)
def test_how_a_value_is_read(tag: int, content: bytes, read: Any) -> None:
    assert answer(head(b"\x04", value(tag, "a", content), b"\x03")).printer == {"a": read}


@pytest.mark.parametrize("tag", [0x10, 0x12, 0x13, 0x1F])
def test_what_the_printer_has_no_value_for_is_left_out(tag: int) -> None:
    assert answer(head(b"\x04", value(tag, "a"), value(tag, "b", b"x"), b"\x03")).printer == {}


IDLE = {"printer-state": 3, "printer-state-reasons": "none"}


@pytest.mark.parametrize("state", [None, True, "9", Other(0x12), (9, 9), (9, "9"), 9.0])
def test_a_state_of_another_kind_is_none(state: Any) -> None:
    for job, printer in (({"job-state": state}, IDLE), ({"job-state": 9}, {**IDLE, "printer-state": state})):
        with pytest.raises(NoAnswer):
            seen(job, printer)
    with pytest.raises(NoAnswer):
        seen({"job-state": 9, "job-state-reasons": 4}, IDLE)
    with pytest.raises(NoAnswer):
        seen({"job-state": 9}, {**IDLE, "printer-state-reasons": True})


# -- at random

_NAMES = st.sampled_from([*bent.FIT, *bent.WELL, "job-name", "job-impressions", "media-col", "x", ""])
_TAGS = st.one_of(st.sampled_from([0x21, 0x22, 0x23, 0x34, 0x37, 0x44, 0x42, 0x4A, 0x12, 0x13]), st.integers(0, 255))
_CONTENTS = st.one_of(
    st.sampled_from([b"", b"\0", b"\1", b"\0\0\0\x05", b"\0\0\0\x09", b"none", b"media-jam", UUID_NAME.encode()]),
    st.binary(max_size=8),
)
_VALUES = st.builds(lambda tag, name, content: value(tag, name, content), _TAGS, _NAMES, _CONTENTS)
_GROUPS = st.builds(
    lambda tag, values: bytes([tag]) + b"".join(values), st.sampled_from([1, 2, 4, 5]), st.lists(_VALUES)
)
GRAMMAR = st.builds(lambda groups: head(*groups, b"\x03"), st.lists(_GROUPS, max_size=4))
ODD = st.builds(
    lambda change: {**bent.FIT, **bent.WELL, **change},
    st.dictionaries(_NAMES.filter(bool), st.tuples(_TAGS.filter(lambda tag: tag > 15), _CONTENTS), max_size=3),
)
WRONG_KINDS = st.builds(lambda about: bent.ipp(0, (bent.PRINTER, about), (bent.JOB, about)), ODD)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(TRUE_ANSWERS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(raw) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                raw[place] = draw(st.integers(0, 255))
            case 1:
                del raw[place : place + draw(st.integers(1, 8))]
            case 2:
                raw[place:place] = draw(st.binary(min_size=1, max_size=4))
            case _:
                raw[place:place] = raw[draw(st.integers(0, len(raw) - 1)) :][:64]
        if not raw:
            break
    return bytes(raw)


ANYTHING = st.one_of(mutated(), GRAMMAR, WRONG_KINDS, st.binary(max_size=64).map(head), st.binary(max_size=64))


@pytest.mark.timeout(3600 if LONG else 150)
@settings(max_examples=CASES, deadline=None)
@given(ANYTHING)
def test_any_answer_is_a_value_or_said_to_be_none(raw: bytes) -> None:
    """And what is made of it is a value, too."""
    try:
        found = answer(raw)
    except NoAnswer as silent:
        assert silent.why == "unreadable"
        return
    for job in (*found.jobs, found.printer):
        try:
            assert isinstance(seen(job, found.printer), Seen)
        except NoAnswer as silent:
            assert silent.why == "unreadable"
    try:
        assert isinstance(_unfit(found.printer), str | None)
    except NoAnswer as silent:
        assert silent.why == "unreadable"


class _Time:
    """A clock that moves when somebody waits, and by what a question takes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


GOOD = {
    bent.GET_PRINTER: TRUE_ANSWERS[0],
    bent.GET_JOB: TRUE_ANSWERS[1],
    bent.CREATE_JOB: TRUE_ANSWERS[1],
    bent.GET_JOBS: bent.ipp(),
    bent.SEND_DOCUMENT: bent.ipp(),
    bent.CANCEL_JOB: bent.ipp(),
}
GOING_ON = bent.ipp(0, (bent.JOB, {"job-name": (bent.NAME, UUID_NAME), **bent.WELL, "job-state": (bent.ENUM, 5)}))
JAMMED = bent.ipp(0, (bent.PRINTER, {**bent.FIT, "printer-state-reasons": (bent.KEYWORD, "media-jam-error")}))
SILENCES = st.builds(
    NoAnswer, st.sampled_from(["gone", "unreadable", "refused"]), st.sampled_from(["nothing", "whole", "doubt"])
)
# None is the good printer's own answer; with each how many seconds it takes.
COURSES = st.lists(
    st.tuples(
        st.one_of(st.none(), st.none(), st.sampled_from([GOING_ON, JAMMED]), SILENCES, ANYTHING), st.integers(0, 9)
    ),
    min_size=1,
    max_size=20,
)


@pytest.mark.timeout(3600 if LONG else 150)
@settings(max_examples=CASES // 4, deadline=None)
@given(COURSES, st.sampled_from([0.5, 7]))
def test_any_course_of_answers_ends_in_time_and_in_a_value(course: list[Any], pause: float) -> None:
    """Over and over again, until the printer's driver has enough of it."""
    time, replies = _Time(), itertools.cycle(course)
    printer = IppPrinter("ipp://127.0.0.1:9/", clock=time, pause=time.wait, look_seconds=pause)

    def ask(operation: int, *_: object, seconds: float, **__: object) -> Answer:
        reply, takes = next(replies)
        time.now += min(max(seconds, 0), takes)
        if seconds <= takes:
            raise NoAnswer("gone", "nothing")
        if isinstance(reply, NoAnswer):
            raise reply
        return answer(GOOD[operation] if reply is None else reply)

    printer._wire.ask = ask  # type: ignore[method-assign, assignment]
    assert isinstance(printer.look(), Ready | NotReady)
    assert isinstance(printer.ready(), Ready | NotReady)
    assert time.now <= 2 * 20
    began = time.now
    outcome = printer.print(b"/Count 1", UUID(UUID_NAME), wait_seconds=45)
    assert isinstance(outcome, Printed | NotPrinted | Unknown)
    assert time.now - began <= 45 + 120 + 2 * 10 + 4 * 10 + 2 * pause
    assert outcome != Printed(0)
