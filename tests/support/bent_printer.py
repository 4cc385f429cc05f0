"""A printer on loopback that answers what a test wants, down to the byte; and IPP answers written without our own code.

Beside the real one (real_printer.py), for what no honest printer does.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

INTEGER, BOOLEAN, ENUM, NAME, KEYWORD, MIME, UNKNOWN, NO_VALUE = 0x21, 0x22, 0x23, 0x42, 0x44, 0x49, 0x12, 0x13
PRINTER, JOB = 4, 2
CREATE_JOB, SEND_DOCUMENT, CANCEL_JOB, GET_JOB, GET_JOBS, GET_PRINTER = 5, 6, 8, 9, 10, 11

FIT: Mapping[str, tuple[int, Any]] = {
    "printer-state": (ENUM, 3),
    "printer-state-reasons": (KEYWORD, "none"),
    "printer-is-accepting-jobs": (BOOLEAN, True),
    "media-supported": (KEYWORD, ["na_letter_8.5x11in", "iso_a4_210x297mm"]),
    "media-ready": (KEYWORD, "iso_a4_210x297mm"),
    "document-format-supported": (MIME, ["application/octet-stream", "application/pdf"]),
    "operations-supported": (ENUM, [2, 4, 5, 6, 8, 9, 10, 11]),
}
WELL: Mapping[str, tuple[int, Any]] = {
    "job-id": (INTEGER, 7),
    "job-state": (ENUM, 9),
    "job-state-reasons": (KEYWORD, "job-completed-successfully"),
    "job-impressions-completed": (INTEGER, 1),
}


def raw(tag: int, value: Any) -> bytes:
    """A value's bytes, as its kind has them; bytes stay what they are."""
    if isinstance(value, bytes):
        return value
    if tag == BOOLEAN:
        return bytes([bool(value)])
    return struct.pack(">i", value) if tag in (INTEGER, ENUM) else str(value).encode()


def attribute(tag: int, name: str, value: Any) -> bytes:
    out, label = b"", name.encode()
    for one in value if isinstance(value, list) else [value]:
        content = raw(tag, one)
        out += bytes([tag]) + struct.pack(">H", len(label)) + label + struct.pack(">H", len(content)) + content
        label = b""
    return out


def ipp(status: int = 0, *groups: tuple[int, Mapping[str, tuple[int, Any]]]) -> bytes:
    """An answer: version 2.0, request 1, charset and language, then these groups."""
    first = attribute(0x47, "attributes-charset", "utf-8") + attribute(0x48, "attributes-natural-language", "en")
    out = struct.pack(">BBHi", 2, 0, status, 1) + b"\x01" + first
    for tag, about in groups:
        out += bytes([tag]) + b"".join(attribute(kind, name, value) for name, (kind, value) in about.items())
    return out + b"\x03"


def http(body: bytes, head: str = "HTTP/1.1 200 OK\r\nContent-Type: application/ipp") -> bytes:
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


# What comes back: bytes of HTTP, or something done with the connection.
Reply = bytes | Callable[[socket.socket], None]


@dataclass
class BentPrinter:
    """Without changes a good printer, idle, that prints each job at once. `printer`, `job`: its attributes now;
    `replies`: what an operation gets instead; `inside`, `ended`: what Get-Jobs tells; `asked`: what came. It resets the
    line once it has read `hangs_up_after` bytes."""

    port: int
    scheme: str = "ipp"
    printer: dict[str, tuple[int, Any]] = field(default_factory=lambda: dict(FIT))
    job: dict[str, tuple[int, Any]] = field(default_factory=lambda: dict(WELL))
    inside: list[dict[str, tuple[int, Any]]] = field(default_factory=list)
    ended: list[dict[str, tuple[int, Any]]] = field(default_factory=list)
    replies: dict[int, Reply | Callable[[], Reply]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    name: bytes = b""
    hangs_up_after: int | None = None

    @property
    def uri(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/ipp/print"

    def answer(self, operation: int, body: bytes) -> Reply:
        self.asked.append(operation)
        self.bodies.append(body)
        if operation == CREATE_JOB:
            self.name = body.partition(b"job-name\x00\x24")[2][:36]
        if operation in self.replies:
            return self.replies[operation]
        if operation == GET_PRINTER:
            return http(ipp(0, (PRINTER, self.printer)))
        if operation == GET_JOBS:
            jobs = self.inside if b"not-completed" in body else self.ended
            return http(ipp(0, *[(JOB, job) for job in jobs]))
        if operation in (CREATE_JOB, GET_JOB):
            return http(ipp(0, (JOB, {"job-name": (NAME, self.name), **self.job})))
        return http(ipp(0))


@contextlib.contextmanager
def bent_printer(context: ssl.SSLContext | None = None) -> Iterator[BentPrinter]:
    """Listens until the end; with `context` under TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        printer = BentPrinter(listener.getsockname()[1], "ipps" if context else "ipp")
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, printer, context, over))
        thread.start()
        try:
            yield printer
        finally:
            over.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", printer.port), 1).close()
            thread.join()


def _serve(
    listener: socket.socket, printer: BentPrinter, context: ssl.SSLContext | None, over: threading.Event
) -> None:
    while True:
        connection, _ = listener.accept()
        if over.is_set():
            connection.close()
            return
        # Each for itself: one that says nothing must not keep the next question waiting.
        threading.Thread(target=_one, args=(connection, printer, context), daemon=True).start()


def _one(connection: socket.socket, printer: BentPrinter, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(60)
        if context is None:
            _converse(connection, printer)
        else:
            with context.wrap_socket(connection, server_side=True) as line:
                _converse(line, printer)


def _converse(line: socket.socket, printer: BentPrinter) -> None:
    came = b""
    while b"\r\n\r\n" not in came:
        more = line.recv(65536)
        if not more:
            return
        came += more
    head, _, body = came.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += line.recv(65536)
        if printer.hangs_up_after is not None and len(body) > printer.hangs_up_after:
            reset(line)
            return
    reply = printer.answer(int.from_bytes(body[2:4], "big"), body)
    if callable(reply):
        reply(line)
    else:
        line.sendall(reply)


def drip(seconds: float, data: bytes, over: threading.Event) -> Callable[[socket.socket], None]:
    """Sends byte after byte, one each `seconds`, until `over`."""

    def send(line: socket.socket) -> None:
        for one in data:
            if over.wait(seconds):
                return
            line.sendall(bytes([one]))

    return send


def reset(line: socket.socket) -> None:
    """Hangs up as a machine does that has crashed."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
