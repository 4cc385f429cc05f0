"""One contract for three scanners: a line of bytes (a real pty), keys typed in a burst, and the bench's."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scanner_hands import BILL, TRACKER, OnALine, OnALineOfBoth, OnALineOfFeeds, OnTheBench, Typing
from waiting import until

from kiosk.devices import scanner_serial
from kiosk.devices.scanner import (
    AGAIN_SECONDS,
    GROUP_SEPARATOR,
    LONGEST,
    NoScanner,
    Scanner,
    ScannerState,
    SimulatedScanner,
    TypingScanner,
    is_code,
)
from kiosk.ui.input.wedge import LEAST


@pytest.fixture(params=[OnALine, OnALineOfFeeds, OnALineOfBoth, Typing, OnTheBench])
def hand(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scanner_serial, "HALF_SECONDS", 20.0)  # a busy machine tears no line of a test
    made = request.param(tmp_path)
    yield made
    made.close()


@pytest.fixture
def told(hand) -> Iterator[list[str]]:
    heard: list[str] = []
    watch = hand.scanner.watch(heard.append)
    hand.scanner.aim(True)
    hand.ready()
    yield heard
    watch.stop()


# The contract


def test_a_code_is_told_whole_and_codes_in_their_order(hand, told: list[str]) -> None:
    for code in (BILL, TRACKER, "5201234567890"):
        hand.read(code)
    until(lambda: len(told) == 3)
    assert told == [BILL, TRACKER, "5201234567890"]


def test_the_longest_code_there_is_and_no_longer_one(hand, told: list[str]) -> None:
    hand.read("A" * (LONGEST + 1))
    hand.read("B" * LONGEST)
    hand.read("A" * (2 * LONGEST))
    hand.read(BILL)
    until(lambda: BILL in told)
    assert told == ["B" * LONGEST, BILL]


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x08", "\t", "\x1b", "\x1c", "\x1e", "\x7f"])
def test_a_control_character_spoils_a_code(hand, told: list[str], letter: str) -> None:
    hand.read(f"RF18{letter}000123")
    hand.read(BILL)
    until(lambda: BILL in told)
    assert told == [BILL]


def test_the_separator_of_gs1_belongs_to_a_code(hand, told: list[str]) -> None:
    hand.read(f"0105201234567890{GROUP_SEPARATOR}10AB")
    until(lambda: told)
    assert told == ["0105201234567890\x1d10AB"]


def test_blanks_are_no_code(hand, told: list[str]) -> None:
    for text in (" " * LEAST, GROUP_SEPARATOR * LEAST, BILL):
        hand.read(text)
    until(lambda: told)
    assert told == [BILL]


def test_the_same_code_within_a_second_counts_once(hand, told: list[str]) -> None:
    hand.read(BILL)
    until(lambda: told == [BILL])
    hand.clock.seconds += AGAIN_SECONDS - 0.01
    hand.read(BILL)
    assert told == [BILL]
    hand.read(TRACKER)
    until(lambda: told[-1] == TRACKER)
    assert told == [BILL, TRACKER]
    hand.clock.seconds += AGAIN_SECONDS
    hand.read(TRACKER)
    until(lambda: told == [BILL, TRACKER, TRACKER])


def test_what_lies_under_the_scanner_counts_once_however_long_it_lies(hand, told: list[str]) -> None:
    for count in range(1, 6):
        hand.read(BILL)
        if isinstance(hand, OnALine):
            until(lambda count=count: hand.lines == count)
        hand.clock.seconds += 0.6
    hand.read(TRACKER)
    until(lambda: TRACKER in told)
    assert told == [BILL, TRACKER]


def test_what_nobody_asked_for_is_not_told_and_not_kept(hand, told: list[str]) -> None:
    hand.scanner.aim(False)
    hand.read(BILL)
    if isinstance(hand, OnALine):
        until(lambda: hand.lines == 1)
        time.sleep(0.02)
    hand.scanner.aim(True)
    hand.read(TRACKER)
    until(lambda: told)
    assert told == [TRACKER]
    assert BILL not in repr(vars(hand.scanner)), "not even to know it again"


def test_a_stopped_watch_hears_no_more_and_another_may_listen(hand) -> None:
    first: list[str] = []
    second: list[str] = []
    watch = hand.scanner.watch(first.append)
    with pytest.raises(RuntimeError):
        hand.scanner.watch(second.append)
    watch.stop()
    watch.stop()
    again = hand.scanner.watch(second.append)
    watch.stop()  # a third time: it is not the second's
    hand.scanner.aim(True)
    hand.ready()
    hand.read(BILL)
    until(lambda: second == [BILL])
    assert first == []
    again.stop()
    hand.read(TRACKER)
    time.sleep(0.05)
    assert second == [BILL]


def test_a_listener_may_stop_its_own_watch(hand) -> None:
    told: list[str] = []
    watch = hand.scanner.watch(lambda text: (told.append(text), watch.stop()))
    hand.scanner.aim(True)
    hand.ready()
    hand.read(BILL)
    until(lambda: told == [BILL])
    hand.read(TRACKER)
    time.sleep(0.05)
    assert told == [BILL]


# A code


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("A", True),
        ("", False),
        (" ", False),
        ("ΚΑΜ1-2026-000123", True),
        ("a b", True),
        ("a\u00a0b", False),
        ("a\u2028b", False),
        ("\ufeffabc", False),
        ("abc\u202edcba", False),
        ("a\x85b", False),
        ("\ud800abc", False),
        ("x" * LONGEST, True),
        ("x" * (LONGEST + 1), False),
    ],
)
def test_what_can_be_a_code(text: str, one: bool) -> None:
    assert is_code(text) is one


# Those that have no line


def test_a_booth_without_a_scanner() -> None:
    scanner: Scanner = NoScanner()
    scanner.watch(lambda _text: None).stop()
    scanner.aim(True)
    assert scanner.look() is ScannerState.NONE


def test_the_bench_moves_its_cable() -> None:
    scanner, told = SimulatedScanner(), list[str]()
    scanner.watch(told.append)
    assert scanner.scan(BILL) is False, "nobody has asked"
    scanner.aim(True)
    scanner.unplug()
    assert scanner.scan(BILL) is False and scanner.look() is ScannerState.MISSING
    scanner.plug()
    assert scanner.scan(BILL) is True and told == [BILL]


def test_a_typing_scanner_is_known_by_its_name(tmp_path: Path) -> None:
    for number, name in ((0, "AT Translated Set 2 keyboard"), (7, "Honeywell Imaging & Mobility 7580g")):
        (tmp_path / f"input{number}").mkdir()
        (tmp_path / f"input{number}" / "name").write_text(f"{name}\n")
    (tmp_path / "input9").mkdir()
    (tmp_path / "input9" / "name").mkdir()  # cannot be read
    looks: Callable[[str], ScannerState] = lambda name: TypingScanner(name, tmp_path).look()  # noqa: E731
    assert looks("7580g") is ScannerState.READY
    assert looks("Zebra") is ScannerState.MISSING
    assert looks("") is ScannerState.READY, "one keyboard is like another"
