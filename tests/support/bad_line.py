"""A small TCP proxy that is a bad line: it resets connections at chosen bytes, throttles, loses answers. Loopback only.

    with bad_line(centre_port, cut=lambda number: Cut(up=1500)) as port: ...

`cut(number)` is asked once for each connection (0, 1, …) and says where it breaks, or None for a whole one.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cut:
    """Where a connection is reset (RST, not FIN): after so many bytes towards the centre (`up`) or towards the booth
    (`down`). `down=0` is an answer lost after the centre has made it: not one byte of it arrives."""

    up: int | None = None
    down: int | None = None


Where = Callable[[int], Cut | None]


class Port(int):
    """The port to connect to, with what went over it."""

    tally: Tally


@dataclass
class Tally:
    """What went over the line since it was opened, in bytes as the booth sent and received them."""

    connections: int = 0
    cuts: int = 0
    up: int = 0
    down: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def whole(_number: int) -> Cut | None:
    """A line without faults."""
    return None


@contextlib.contextmanager
def bad_line(target_port: int, *, cut: Where = whole, bytes_per_second: float | None = None) -> Iterator[Port]:
    """A port that leads to `target_port` over a bad line. `bytes_per_second` throttles both ways together."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    port = Port(listener.getsockname()[1])
    port.tally = Tally()
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not ended.is_set():
            try:
                near, _ = listener.accept()
            except TimeoutError:
                continue
            number = port.tally.connections
            port.tally.connections += 1
            line = _Line(near, target_port, cut(number), port.tally, bytes_per_second, ended)
            threads.append(threading.Thread(target=line.run))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield port
    finally:
        ended.set()
        accepting.join()
        for thread in threads:
            thread.join()
        listener.close()


class _Line:
    """One connection through the proxy, in a thread of its own."""

    def __init__(
        self,
        near: socket.socket,
        target_port: int,
        cut: Cut | None,
        tally: Tally,
        rate: float | None,
        ended: threading.Event,
    ) -> None:
        self._near, self._port, self._cut, self._tally, self._rate = near, target_port, cut or Cut(), tally, rate
        self._ended = ended

    def run(self) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        except OSError:
            _reset(self._near)
            return
        if self._carry(far):
            self._tally.cuts += 1
            _reset(self._near)
            _reset(far)
        else:
            self._near.close()
            far.close()

    def _carry(self, far: socket.socket) -> bool:
        """Carries bytes until an end hangs up; True if the line was cut."""
        left = {self._near: self._cut.up, far: self._cut.down}
        other = {self._near: far, far: self._near}
        with selectors.DefaultSelector() as ready:
            for end in (self._near, far):
                ready.register(end, selectors.EVENT_READ)
            while not self._ended.is_set():
                for key, _ in ready.select(0.05):
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    try:
                        data = source.recv(4096)
                        room = left[source]
                        if data and room is not None:
                            left[source] = room - len(data)
                            if room <= len(data):
                                other[source].sendall(data[:room])
                                return True
                        self._note(source, len(data))
                        if not data:
                            return False
                        other[source].sendall(data)
                    except OSError:
                        return False
        return False

    def _note(self, source: socket.socket, size: int) -> None:
        with self._tally.lock:
            if source is self._near:
                self._tally.up += size
            else:
                self._tally.down += size
        if self._rate is not None:
            time.sleep(size / self._rate)


def _reset(end: socket.socket) -> None:
    """Closes with RST: nothing that is still under way arrives."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()
