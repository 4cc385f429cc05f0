"""The booth's scanner of barcodes and QR codes: the port, and the scanners that need no line of their own.

A code is text that a page has asked for; what comes unasked is dropped at once. Never: a code in a log, an exception or
a repr, or kept longer than it takes to tell it.
"""

import threading
import time
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

# A QR code of version 40 holds so many letters and digits (ISO/IEC 18004, table 7): nothing longer comes from paper.
LONGEST = 4296
# Separates the fields of a GS1 code: the one control character that belongs to codes.
GROUP_SEPARATOR = "\x1d"
# A scanner that is held on a label reads it again and again.
AGAIN_SECONDS = 1.0
_KEYBOARDS = Path("/sys/class/input")

Listener = Callable[[str], None]


class ScannerState(StrEnum):
    """How the scanner is, for the health check and for pages that would ask for a code."""

    NONE = "none"
    READY = "ready"
    MISSING = "missing"
    NOT_PERMITTED = "not_permitted"
    IN_USE = "in_use"
    NOT_SERIAL = "not_serial"


class Watch(Protocol):
    def stop(self) -> None: ...


class Scanner(Protocol):
    """The port. `watch` calls its one listener with each code that was asked for, on whatever thread reads it;
    `aim(True)` when a page waits for a code, `aim(False)` when none does any more; `look` says how it is now."""

    def watch(self, listener: Listener) -> Watch:
        """Raises RuntimeError while somebody else listens."""

    def aim(self, wanted: bool) -> None: ...
    def look(self) -> ScannerState: ...


def is_code(text: str) -> bool:
    """Whether it can be what stands on paper: something, not too long, no control character but GS, and none of those
    that no eye sees and that turn other text about (Unicode's C and Z categories, but a plain space)."""
    return 0 < len(text) <= LONGEST and not text.isspace() and all(map(_is_seen, text))


def _is_seen(letter: str) -> bool:
    return letter in (" ", GROUP_SEPARATOR) or unicodedata.category(letter)[0] not in "CZ"


class Codes:
    """What every scanner does with a line that it has read: only a code, only when asked, the same one once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._aimed = False
        # Enough to know it again, and nothing to read it from.
        self._last: int | None = None
        self._last_at = 0.0

    def watch(self, listener: Listener) -> Watch:
        with self._lock:
            if self._listener is not None:
                raise RuntimeError("the scanner has its listener")
            self._listener = listener
        return _Stop(self)

    def aim(self, wanted: bool) -> None:
        with self._lock:
            self._aimed = wanted

    def hear(self, text: str) -> bool:
        """A whole line was read. True when it was told."""
        with self._lock:
            listener = self._listener
            if listener is None or not self._aimed or not is_code(text) or self._is_again(text):
                return False
        listener(text)
        return True

    def _is_again(self, text: str) -> bool:
        """Each sight of it begins the second anew: a label that lies there counts once, however long it lies."""
        known, now = hash(text), self._clock()
        again = known == self._last and now - self._last_at < AGAIN_SECONDS
        self._last, self._last_at = known, now
        return again

    def _stopped(self) -> None:
        with self._lock:
            self._listener = None


class _Stop:
    def __init__(self, codes: Codes) -> None:
        self._codes: Codes | None = codes

    def stop(self) -> None:
        codes, self._codes = self._codes, None
        if codes is not None:  # stopped twice, it must not silence who listens next
            codes._stopped()


class NoScanner(Codes):
    """A booth without one: nothing is ever read."""

    def look(self) -> ScannerState:
        return ScannerState.NONE


class SimulatedScanner(Codes):
    """The bench's: `scan(text)` holds a code before it, `unplug()` and `plug()` move its cable, from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._plugged = True

    def scan(self, text: str) -> bool:
        """True when somebody was told."""
        return self._plugged and self.hear(text)

    def plug(self) -> None:
        self._plugged = True

    def unplug(self) -> None:
        self._plugged = False

    def look(self) -> ScannerState:
        return ScannerState.READY if self._plugged else ScannerState.MISSING


class TypingScanner(NoScanner):
    """A scanner that types, as the counter knows it: its codes come with the window's touches (ui/input/wedge.py).

    `name`: a part of its name as the kernel has it (/proc/bus/input/devices); without one nobody can tell it from
    another keyboard, and it is believed to be there.
    """

    def __init__(self, name: str, keyboards: Path = _KEYBOARDS) -> None:
        super().__init__()
        self._name, self._keyboards = name, keyboards

    def look(self) -> ScannerState:
        if not self._name or any(self._name in _read(file) for file in self._keyboards.glob("input*/name")):
            return ScannerState.READY
        return ScannerState.MISSING


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # pulled between the list and the look
        return ""
