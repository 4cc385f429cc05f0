"""One contract for three scanners: a line of bytes (a real pty), keys typed in a burst, and the bench's."""

import errno
import logging
import os
import pty
import select
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
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
from kiosk.devices.scanner_serial import HALF_SECONDS, Lines, SerialScanner, why
from kiosk.ui.input.wedge import ENTER, LEAST, Wedge

BEGIN, END = b"\x16T\r", b"\x16U\r"
BILL, TRACKER = "RF18000123456789", "https://town.example/t/4KXW-93TT"


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


class Cable:
    """A serial line: this end is the scanner's, the other a device file that comes and goes with the cable."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.end: int | None = None

    def plug(self) -> None:
        self.end, theirs = pty.openpty()
        self.theirs = theirs
        self.place.unlink(missing_ok=True)
        self.place.symlink_to(os.ttyname(theirs))

    def unplug(self) -> None:
        if self.end is not None:
            os.close(self.theirs)
            os.close(self.end)
            self.end = None
            self.place.unlink()

    def send(self, said: bytes) -> None:
        assert self.end is not None
        while said:
            said = said[os.write(self.end, said[:512]) :]

    def heard(self, wanted: bytes = b"") -> bytes:
        """What the booth has said to the scanner, `wanted` at least, and then up to a pause."""
        assert self.end is not None
        said = b""
        while select.select([self.end], [], [], 0.05 if said.endswith(wanted) else 20)[0]:
            said += os.read(self.end, 512)
        return said


class OnALine:
    ends = "\r"

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.cable = Cable(folder / "scanner")
        self.cable.plug()
        self.scanner = SerialScanner(str(self.cable.place), clock=self.clock)
        self.lines = 0
        hear = self.scanner.hear
        self.scanner.hear = lambda text: (hear(text), self._count())[0]  # type: ignore[method-assign]

    def _count(self) -> None:
        self.lines += 1

    def ready(self) -> None:
        until(lambda: self.scanner.look() is ScannerState.READY)

    def read(self, text: str) -> None:
        self.cable.send(text.encode() + self.ends.encode())

    def close(self) -> None:
        self.cable.unplug()


class OnALineOfFeeds(OnALine):
    ends = "\n"


class OnALineOfBoth(OnALine):
    ends = "\r\n"


class Typing:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.scanner: Wedge[str] = Wedge(self.clock)
        self.at = 7000

    def ready(self) -> None:
        assert self.scanner.look() is ScannerState.READY

    def read(self, text: str) -> None:
        self.at += 1000
        for letter in (*text, ENTER):
            self.at += 5
            assert self.scanner.stroke(letter, letter, self.at) == [], "no key of it gets through"

    def close(self) -> None:
        assert self.scanner.quiet() == []


class OnTheBench:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.scanner = SimulatedScanner(self.clock)

    def ready(self) -> None:
        assert self.scanner.look() is ScannerState.READY

    def read(self, text: str) -> None:
        self.scanner.scan(text)

    def close(self) -> None:
        pass


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


def _waits(hand: OnALine) -> bool:
    """Whether the line holds bytes that the booth has not read yet."""
    time.sleep(0.05)
    return bool(select.select([hand.cable.theirs], [], [], 0)[0])


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


# The serial line


@pytest.fixture
def line(tmp_path: Path) -> Iterator[OnALine]:
    made = OnALine(tmp_path)
    yield made
    made.close()


def lines_of(*pieces: bytes, pause: float = 0.0) -> list[str]:
    clock = Clock()
    lines, found = Lines(clock), []
    for piece in pieces:
        found += lines.feed(piece)
        clock.seconds += pause
    return found


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        ((b"AB\rCD\nEF\r\nGH\n\rIJ\r",), ["AB", "CD", "EF", "GH", "IJ"]),
        ((b"A", b"B\r", b"\nC", b"D", b"\r\n"), ["AB", "CD"]),
        ((b"\r\n\r\n\n\r",), []),
        ((b"AB",), []),
        (("ΔΗΜΟΣ\r".encode()[:3], "ΔΗΜΟΣ\r".encode()[3:]), ["ΔΗΜΟΣ"]),
        (("ΔΗΜΟΣ\r".encode("iso-8859-7"), b"AB\r"), ["AB"]),
        ((b"\xff\xfe\x00\r", b"AB\r"), ["AB"]),
    ],
)
def test_lines_of_pieces(pieces: tuple[bytes, ...], found: list[str]) -> None:
    assert lines_of(*pieces) == found
    assert lines_of(*(bytes((value,)) for piece in pieces for value in piece)) == found


def test_a_half_line_is_not_joined_to_a_later_one() -> None:
    assert lines_of(b"RF18", b"0001\r", pause=HALF_SECONDS - 0.01) == ["RF180001"]
    assert lines_of(b"RF18", b"5201234\r", pause=HALF_SECONDS) == ["5201234"]


def test_what_is_too_long_is_dropped_to_its_end_and_not_kept_until_then() -> None:
    lines = Lines(Clock())
    assert list(lines.feed(b"A" * 50_000)) == [] and len(lines._held) == 0 and lines.waiting
    assert list(lines.feed(b"A\rB\r")) == ["B"]


def test_what_had_begun_before_a_page_asked_is_no_code(line: OnALine) -> None:
    told: list[str] = []
    watch = line.scanner.watch(told.append)
    line.ready()
    line.cable.send(b"1234")
    until(lambda: not _waits(line))
    line.scanner.aim(True)
    time.sleep(0.02)
    line.cable.send(b"567\r" + BILL.encode() + b"\r")
    until(lambda: told)
    watch.stop()
    assert told == [BILL]


def test_a_torn_line_is_forgotten_before_anything_else_comes(line: OnALine, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = threading.Event()
    forget = Lines.forget
    monkeypatch.setattr(Lines, "forget", lambda lines: (lines._held and forgotten.set(), forget(lines))[1])
    watch = line.scanner.watch(lambda _text: None)
    line.scanner.aim(True)
    line.ready()
    line.cable.send(b"1234")
    assert forgotten.wait(10)
    watch.stop()


def test_the_cable_out_and_in_again(line: OnALine, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    monkeypatch.setattr(scanner_serial, "REOPEN_SECONDS", 0.02)
    caplog.set_level(logging.INFO, "kiosk.devices.scanner_serial")
    told: list[str] = []
    watch = line.scanner.watch(told.append)
    line.scanner.aim(True)
    line.ready()
    line.cable.send(b"torn off in the mid")
    line.cable.unplug()
    until(lambda: line.scanner.look() is ScannerState.MISSING)
    time.sleep(0.1)
    line.cable.plug()
    line.ready()
    line.read(BILL)
    until(lambda: told == [BILL])
    watch.stop()
    states = [record.atm_fields["state"] for record in caplog.records]
    assert states == ["ready", "missing", "ready"], "each change once, however often it was tried"
    assert BILL not in caplog.text


def test_a_booth_that_starts_before_its_scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner_serial, "REOPEN_SECONDS", 0.02)
    cable, told = Cable(tmp_path / "scanner"), list[str]()
    scanner = SerialScanner(str(cable.place))
    assert scanner.look() is ScannerState.MISSING
    watch = scanner.watch(told.append)
    scanner.aim(True)
    assert scanner.look() is ScannerState.MISSING
    cable.plug()
    until(lambda: scanner.look() is ScannerState.READY)
    cable.send(b"5201234567890\n")
    until(lambda: told == ["5201234567890"])
    watch.stop()
    assert scanner.look() is ScannerState.READY, "looked at for a moment, without a watch"
    cable.unplug()
    assert scanner.look() is ScannerState.MISSING


@pytest.fixture
def told_scanner(tmp_path: Path) -> Iterator[tuple[Cable, SerialScanner]]:
    """One that is made to read and to stop; it was left reading, so it is stopped as soon as the line is open."""
    cable = Cable(tmp_path / "scanner")
    cable.plug()
    scanner = SerialScanner(str(cable.place), begin=BEGIN, end=END)
    watch = scanner.watch(lambda _text: None)
    assert cable.heard(END) == END
    yield cable, scanner
    watch.stop()
    cable.unplug()


def test_the_scanner_reads_only_while_a_page_asks(told_scanner: tuple[Cable, SerialScanner]) -> None:
    cable, scanner = told_scanner
    scanner.aim(False)
    scanner.aim(True)
    scanner.aim(True)
    assert cable.heard(BEGIN) == BEGIN, "what does not change is not said"
    cable.send(BILL.encode() + b"\r")
    assert cable.heard(BEGIN) == BEGIN, "a good read has ended it, and the page may want another"
    scanner.aim(False)
    assert cable.heard(END) == END
    cable.send(BILL.encode() + b"\r")
    assert cable.heard(END) == END, "it reads all the same: it is told again"


def test_a_scanner_that_has_given_up_is_told_again_while_a_page_asks(
    told_scanner: tuple[Cable, SerialScanner], monkeypatch: pytest.MonkeyPatch
) -> None:
    cable, scanner = told_scanner
    monkeypatch.setattr(scanner_serial, "BEGIN_AGAIN_SECONDS", 0.2)
    scanner.aim(True)
    assert cable.heard(BEGIN * 3).startswith(BEGIN * 3)
    scanner.aim(False)
    assert cable.heard(END).endswith(END)
    time.sleep(0.5)
    assert cable.heard() == b"", "and not when none does"


def test_a_scanner_that_cannot_be_told_is_told_nothing(line: OnALine) -> None:
    watch = line.scanner.watch(lambda _text: None)
    line.ready()
    line.scanner.aim(True)
    assert line.cable.heard() == b""
    watch.stop()


def test_the_line_is_set_as_scanners_speak(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "scanner")
    cable.plug()
    line = SerialScanner(str(cable.place), 38400).open()
    iflag, oflag, cflag, lflag, speed, _out, _control = termios.tcgetattr(line)
    os.close(line)
    cable.unplug()
    assert lflag & (termios.ECHO | termios.ICANON | termios.ISIG) == 0 and oflag == 0
    assert iflag & (termios.ICRNL | termios.INLCR | termios.IXON | termios.ISTRIP) == 0
    assert cflag & termios.CS8 and not cflag & (termios.PARENB | termios.CSTOPB | termios.CRTSCTS)
    assert speed == termios.B38400


def test_a_part_of_its_name_finds_it_and_nothing_finds_the_first(tmp_path: Path) -> None:
    names = tmp_path / "by-id"
    names.mkdir()
    cables = [Cable(names / name) for name in ("usb-Zebra_DS9308-if00", "usb-Honeywell_7580g-if00")]
    for cable in cables:
        cable.plug()
    for device, place in (("Zebra", cables[0]), ("7580", cables[1]), ("", cables[1])):
        line = SerialScanner(device, by_name=names).open()
        assert os.ttyname(line) == os.ttyname(place.theirs), device
        os.close(line)
    assert SerialScanner("Datalogic", by_name=names).look() is ScannerState.MISSING
    assert SerialScanner("", by_name=tmp_path / "none").look() is ScannerState.MISSING
    for cable in cables:
        cable.unplug()


def test_what_is_no_serial_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "folder").mkdir()
    assert SerialScanner(str(tmp_path / "file")).look() is ScannerState.NOT_SERIAL
    assert SerialScanner(str(tmp_path / "folder")).look() is ScannerState.MISSING
    assert SerialScanner("/dev/null").look() is ScannerState.NOT_SERIAL


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (errno.EACCES, ScannerState.NOT_PERMITTED),
        (errno.EPERM, ScannerState.NOT_PERMITTED),
        (errno.EBUSY, ScannerState.IN_USE),
        (errno.ENOTTY, ScannerState.NOT_SERIAL),
        (errno.ENOENT, ScannerState.MISSING),
        (errno.EIO, ScannerState.MISSING),
    ],
)
def test_what_the_machine_says_of_a_line(number: int, state: ScannerState) -> None:
    assert why(OSError(number, "")) is state and why(termios.error(number, "")) is state


def test_nobody_else_opens_the_line_while_it_is_watched(line: OnALine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(scanner_serial.fcntl, "ioctl", lambda _line, request: asked.append(request))
    watch = line.scanner.watch(lambda _text: None)
    line.ready()
    watch.stop()
    assert asked == [termios.TIOCEXCL]


def test_a_watch_leaves_no_thread_and_no_file_behind(line: OnALine) -> None:
    def held() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    before = held()
    for _ in range(3):
        watch = line.scanner.watch(lambda _text: None)
        line.ready()
        watch.stop()
        line.scanner.aim(True)  # and waking one that has ended is nothing
        line.scanner.aim(False)
    assert held() == before


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
