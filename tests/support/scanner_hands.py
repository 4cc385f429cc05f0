"""Hands that hold codes before each kind of scanner: at the far end of a serial line, at the keys, on the bench."""

import os
import pty
import select
import time
from pathlib import Path

from waiting import until

from kiosk.devices.scanner import ScannerState, SimulatedScanner
from kiosk.devices.scanner_serial import SerialScanner
from kiosk.ui.input.wedge import ENTER, Wedge

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


def waits(hand: OnALine) -> bool:
    """Whether the line holds bytes that the booth has not read yet."""
    time.sleep(0.05)
    return bool(select.select([hand.cable.theirs], [], [], 0)[0])
