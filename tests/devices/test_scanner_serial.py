"""A scanner's serial line, on a real pty: pieces and halves, the cable out and in, what it is told, what it finds."""

import errno
import logging
import os
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from scanner_hands import BILL, Cable, Clock, OnALine, waits
from waiting import until

from kiosk.devices import scanner_serial
from kiosk.devices.scanner import ScannerState
from kiosk.devices.scanner_serial import HALF_SECONDS, Lines, SerialScanner, why

BEGIN, END = b"\x16T\r", b"\x16U\r"


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
    until(lambda: not waits(line))
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
