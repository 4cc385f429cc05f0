"""The virtual card behind the real pcscd: a TCP client of vpcd, the virtual reader's driver.

It must never be used on a real booth: vpcd listens on all interfaces and lets anyone be the card.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import ClassVar

from card_reader.virtual import VirtualCard

PORT = 35963  # vpcd's first slot in Debian's configuration
_POLL_S = 0.6  # pcscd looks every 0.4 s


class Vpicc:
    """A card that can be put into vpcd's slot and pulled from it. Connected means inserted."""

    _emptied: ClassVar[dict[tuple[str, int], float]] = {}  # by slot: when a card was last pulled

    def __init__(self, card: VirtualCard, host: str = "127.0.0.1", port: int = PORT) -> None:
        self._card = card
        self._address = (host, port)
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def insert(self) -> None:
        """Connect and serve on a thread; one that is still in is pulled first. Raises OSError if no vpcd listens.

        Waits until pcscd must have seen the slot empty: it polls, and would take a quicker card for the one before.
        """
        self.remove()
        time.sleep(max(0.0, self._emptied.get(self._address, 0.0) + _POLL_S - time.monotonic()))
        line = socket.create_connection(self._address, timeout=10)
        line.settimeout(None)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = line
        self._thread = threading.Thread(target=self._serve, args=(line,), name="vpicc", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Pull the card, in the middle of an APDU if it so happens. May be repeated."""
        line, self._line = self._line, None
        thread, self._thread = self._thread, None
        if line is None:
            return
        with suppress(OSError):  # the other side was quicker
            line.shutdown(socket.SHUT_RDWR)
        line.close()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self._card.power_off()
        self._emptied[self._address] = time.monotonic()

    def _serve(self, line: socket.socket) -> None:
        try:
            while (frame := _receive(line)) is not None:
                answer = self._answer(frame)
                if answer is not None:
                    line.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            pass  # pulled, or pcscd stopped: for a card both are loss of power
        finally:
            line.close()  # so that vpcd sees an empty slot
            self._card.power_off()

    def _answer(self, frame: bytes) -> bytes | None:
        if len(frame) != 1:
            return self._card.transmit(frame)
        match frame[0]:
            case 0x04:  # also pcscd's presence check
                return self._card.atr
            case 0x01:
                self._card.power_on()
            case 0x00:
                self._card.power_off()
            case 0x02:
                self._card.reset()
        return None


def _receive(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head, "big"))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    """`count` bytes, None if the line ended."""
    data = bytearray()
    while len(data) < count:
        # Without this one APDU stalls 45 ms on a delayed ACK; the kernel forgets it after each receive.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(count - len(data))
        if not part:
            return None
        data += part
    return bytes(data)
