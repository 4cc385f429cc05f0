"""A scanner on a serial line (RS-232, or USB-CDC, which looks the same): one line of text for each code.

Its cable may be out and in again at any time. Never: a half line joined to a later one, a byte kept that nobody has
asked for.
"""

import errno
import fcntl
import logging
import os
import select
import socket
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.devices.scanner import LONGEST, Codes, Listener, ScannerState, Watch
from municipality.log_lines import event

_LOG = logging.getLogger(__name__)
# Where udev names serial lines by the maker's name of what hangs on them.
_BY_NAME = Path("/dev/serial/by-id")
# A scanner sends a line without a breath; what waits so long for its end was torn off.
HALF_SECONDS = 0.5
# So soon after the cable is in again the line is open.
REOPEN_SECONDS = 1.0
# A scanner's own time-out ends what it was told to begin (30 s at most makers): it is told again while a page waits.
BEGIN_AGAIN_SECONDS = 5.0
_CHUNK = 4096
_ENDS = (b"\r", b"\n")
_WHY = {
    errno.EACCES: ScannerState.NOT_PERMITTED,
    errno.EPERM: ScannerState.NOT_PERMITTED,
    errno.EBUSY: ScannerState.IN_USE,
    errno.ENOTTY: ScannerState.NOT_SERIAL,
    errno.EINVAL: ScannerState.NOT_SERIAL,
}


class Lines:
    """Puts lines together from what comes in pieces; CR, LF or both end one. What is torn, too long or no UTF-8 is
    dropped whole."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held = bytearray()
        self._spoilt = False
        self._at = 0.0

    def feed(self, piece: bytes) -> Iterator[str]:
        """The lines that end in `piece`."""
        now = self._clock()
        if now - self._at >= HALF_SECONDS:
            self.forget()
        self._at = now
        for value in piece:
            letter = bytes((value,))
            if letter in _ENDS:
                line, spoilt = bytes(self._held), self._spoilt
                self.forget()
                if line and not spoilt:
                    with suppress(UnicodeDecodeError):
                        yield line.decode("utf-8")
            elif not self._spoilt:
                self._held += letter
                if len(self._held) > LONGEST:
                    self.spoil()

    @property
    def waiting(self) -> bool:
        """Something has begun, and its end is not there."""
        return bool(self._held) or self._spoilt

    def forget(self) -> None:
        """What has no end yet never was."""
        self._held.clear()
        self._spoilt = False

    def spoil(self) -> None:
        """What has begun is no line, whatever comes before its end."""
        self._spoilt = self.waiting
        self._held.clear()


class SerialScanner(Codes):
    """The line `device`: a path, or a part of its name in /dev/serial/by-id (nothing: the first that is there), with
    8 bits, no parity, 1 stop bit. `begin` and `end`: what makes the scanner read and stop, where it can be told.

    It is open while somebody watches, and nobody else on the machine can open it then.
    """

    def __init__(
        self,
        device: str,
        baud: int = 9600,
        *,
        begin: bytes = b"",
        end: bytes = b"",
        by_name: Path = _BY_NAME,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self._device, self._by_name = device, by_name
        self._speed: int = getattr(termios, f"B{baud}")
        self._begin, self._end = begin, end
        self._work: _Work | None = None

    def watch(self, listener: Listener) -> Watch:
        stop = super().watch(listener)
        self._work = _Work(self)
        return _StopBoth(self, stop, self._work)

    def aim(self, wanted: bool) -> None:
        changed, work = wanted != self._aimed, self._work
        super().aim(wanted)
        if changed and work is not None:
            work.wake()

    def look(self) -> ScannerState:
        """While it is watched, how it is; otherwise it is opened for a moment."""
        if self._work is not None:
            return self._work.state
        try:
            os.close(self.open())
        except (OSError, termios.error) as fault:
            return why(fault)
        return ScannerState.READY

    def open(self) -> int:
        """The line's descriptor, set as scanners speak; what came before is gone. Raises OSError, termios.error."""
        line = os.open(self._place(), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not os.isatty(line):
                raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))
            control = termios.tcgetattr(line)[6]
            control[termios.VMIN], control[termios.VTIME] = 1, 0
            flags = termios.CS8 | termios.CREAD | termios.CLOCAL
            termios.tcsetattr(
                line, termios.TCSANOW, [termios.IGNBRK | termios.IGNPAR, 0, flags, 0, self._speed, self._speed, control]
            )
            termios.tcflush(line, termios.TCIFLUSH)
        except BaseException:
            os.close(line)
            raise
        return line

    def _place(self) -> Path:
        if self._device.startswith("/"):
            return Path(self._device)
        named = sorted(self._by_name.glob("*")) if self._by_name.is_dir() else []
        found = next((one for one in named if self._device in one.name), None)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return found

    @property
    def wanted(self) -> bool:
        return self._aimed

    def tell(self, line: int) -> None:
        """Says to the scanner whether it shall read now. Raises OSError."""
        words = self._begin if self._aimed else self._end
        with suppress(BlockingIOError):  # nobody reads there: then it is no scanner that can be told
            if words:
                os.write(line, words)

    def unwatched(self) -> None:
        self._work = None


def why(fault: OSError | termios.error) -> ScannerState:
    """What an error of opening or reading the line says of the scanner."""
    number = fault.errno if isinstance(fault, OSError) else fault.args[0]
    return _WHY.get(number, ScannerState.MISSING) if isinstance(number, int) else ScannerState.MISSING


class _Work:
    """The thread of one watch: opens the line, reads it, and opens it again when it has gone."""

    def __init__(self, scanner: SerialScanner) -> None:
        self._scanner = scanner
        self._ended = threading.Event()
        self.state = ScannerState.MISSING
        self._told: ScannerState | None = None
        # Sockets: one that is closed is known to be, where a descriptor's number would be another file's by then.
        self._woken_by, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        with suppress(OSError):  # full: it has been woken; closed: it has ended
            self._waker.send(b".")

    def stop(self) -> None:
        self._ended.set()
        self.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(2.0)

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._once()
        finally:
            self._woken_by.close()
            self._waker.close()

    def _once(self) -> None:
        """From one opening of the line to its loss, and a moment's wait before the next."""
        try:
            line = self._scanner.open()
        except (OSError, termios.error) as fault:
            self._say(why(fault))
        else:
            try:
                # From here on no other program gets what is scanned.
                fcntl.ioctl(line, termios.TIOCEXCL)
                self._say(ScannerState.READY)
                self._read(line)
            except (OSError, termios.error) as fault:
                self._say(why(fault))
            finally:
                os.close(line)
        if not self._ended.is_set():
            self._woken(select.select([self._woken_by], [], [], REOPEN_SECONDS)[0])

    def _read(self, line: int) -> None:
        """Until it is stopped. Raises OSError when the line has gone."""
        scanner, lines = self._scanner, Lines()
        scanner.tell(line)
        while not self._ended.is_set():
            patience = HALF_SECONDS if lines.waiting else BEGIN_AGAIN_SECONDS if scanner.wanted else None
            watched: list[Any] = [self._woken_by, line]
            ready, _, _ = select.select(watched, [], [], patience)
            if not ready:
                lines.forget()
            if self._woken(ready) or not ready:
                scanner.tell(line)
            if line in ready:
                self._take(line, lines)

    def _take(self, line: int, lines: Lines) -> None:
        with suppress(BlockingIOError):
            piece = os.read(line, _CHUNK)
            if not piece:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            for text in lines.feed(piece):
                if not self._ended.is_set():
                    self._scanner.hear(text)
                    self._scanner.tell(line)  # a good read has ended what it was told to begin
            if not self._scanner.wanted:
                lines.spoil()  # the rest of it is not meant for the page that may ask by then

    def _woken(self, ready: list[Any]) -> bool:
        if self._woken_by not in ready:
            return False
        self._woken_by.recv(_CHUNK)
        return True

    def _say(self, state: ScannerState) -> None:
        self.state = state
        if state is not self._told:
            self._told = state
            level = logging.INFO if state is ScannerState.READY else logging.WARNING
            event(_LOG, level, "scanner", state=state.value)


class _StopBoth:
    def __init__(self, scanner: SerialScanner, listening: Watch, work: _Work) -> None:
        self._scanner, self._listening, self._work = scanner, listening, work
        self._stopped = False

    def stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._listening.stop()
            self._scanner.unwatched()
            self._work.stop()
