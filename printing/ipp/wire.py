"""One IPP question and its answer over HTTP, within one deadline and one size, on a line that nobody else reads.

No retry, no proxy, no redirect, a new connection each time; what was not sent for certain is told apart from what may
have been. Every fault is a NoAnswer.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import ipaddress
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from printing.ipp.message import Answer, NoAnswer, Operation, Sent, answer, question

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

USER = "municipal-booth"
LARGEST = 1024 * 1024  # bytes of an answer with its headers; a printer that tells everything of itself takes a third
# Identity: what a printer packs all the same is not unpacked, because a small answer can unpack to any size.
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/ipp\r\nContent-Length: {length}\r\n"
    "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
)
_CONNECT_SECONDS = 3.0
_PIECE = 64 * 1024

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Wire:
    """Asks one printer, at ipp:// or ipps://.

    `user`: whose jobs are ours. `fingerprint`: SHA-256, in hex, of the certificate that an ipps:// printer must show;
    empty for one that the machine's authorities vouch for. `trusted_links`: networks over which ipp:// may go besides
    this machine's own. `answer_seconds`: how long a question may take, from its first byte to the answer's last.
    Raises ValueError for an address, a fingerprint or a network that is none.
    """

    def __init__(
        self,
        uri: str,
        *,
        user: str = USER,
        fingerprint: str = "",
        trusted_links: Sequence[str] = (),
        answer_seconds: float = 10.0,
    ) -> None:
        parts = urlsplit(uri)
        plain = uri.isascii() and uri.isprintable() and " " not in uri
        if not plain or parts.scheme not in ("ipp", "ipps") or not parts.hostname:
            raise ValueError(f"{uri!r} is not ipp://host[:port]/path")
        self.uri, self.user, self.seconds = uri, user, answer_seconds
        self._host, self._port = parts.hostname, parts.port or 631
        self._tls = parts.scheme == "ipps"
        self._path, self._named = parts.path or "/ipp/print", parts.netloc.rpartition("@")[2]
        self._pin = bytes.fromhex(fingerprint.replace(":", ""))
        if len(self._pin) not in (0, hashlib.sha256().digest_size):
            raise ValueError("a fingerprint is SHA-256: 64 hexadecimal digits")
        self._links: tuple[Network, ...] = tuple(ipaddress.ip_network(link) for link in trusted_links)
        self._serials = itertools.count(1)

    def ask(
        self,
        operation: Operation,
        about: Mapping[str, Any] | None = None,
        job: Mapping[str, Any] | None = None,
        document: bytes = b"",
        *,
        seconds: float | None = None,
    ) -> Answer:
        """Raises NoAnswer, and nothing else, within `seconds` or the wire's own. A refusal is an answer: see
        `Answer.ok`."""
        until = time.monotonic() + (self.seconds if seconds is None else min(seconds, self.seconds))
        about = dict(about or {})
        # RFC 8011, 4.1.5: the target stands first, a job's number right behind its printer.
        target = {"printer-uri": self.uri, **({"job-id": about.pop("job-id")} if "job-id" in about else {})}
        body = question(
            operation, next(self._serials), {**target, "requesting-user-name": self.user, **about}, job or {}
        )
        with self._connected(until) as line:
            try:
                return answer(self._exchanged(line, body + document))
            except NoAnswer:
                raise
            except ssl.SSLError:
                raise NoAnswer("gone", line.sent if line.sent == "nothing" else "doubt") from None
            except OSError:
                raise NoAnswer("gone", line.sent) from None
            except Exception:  # http.client and email meet a stranger's bytes: whatever they raise, it cannot be read
                raise NoAnswer("unreadable") from None

    def _exchanged(self, line: _Line, body: bytes) -> bytes:
        head = _HEAD.format(path=self._path, host=self._named, length=len(body))
        line.send(head.encode() + body)
        reply = http.client.HTTPResponse(line, method="POST")  # type: ignore[arg-type]  # of a socket it wants makefile
        with reply:
            reply.begin()
            if reply.status != 200:
                raise NoAnswer("refused" if reply.status >= 400 else "unreadable")
            packed = reply.getheader("Content-Encoding", "identity").strip().lower() != "identity"
            if packed or (reply.length or 0) > LARGEST:
                raise NoAnswer("unreadable")
            return reply.read(LARGEST)

    def _connected(self, until: float) -> _Line:
        with suppress(OSError):
            places = _resolved(self._host, self._port, _left(until))
            trusted = [one for one in places if self._tls or self._is_trusted(str(one[4][0]))]
            if places and not trusted:
                raise NoAnswer("open-line", "nothing")
            for family, _kind, _protocol, _name, place in trusted:
                with suppress(OSError):
                    return self._opened(family, place, until)
        raise NoAnswer("gone", "nothing")

    def _is_trusted(self, place: str) -> bool:
        address = ipaddress.ip_address(place)
        return address.is_loopback or any(address in link for link in self._links)

    def _opened(self, family: int, place: Any, until: float) -> _Line:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(_CONNECT_SECONDS, _left(until)))
            connection.connect(place)
            return _Line(self._locked(connection, until) if self._tls else connection, until)
        except BaseException:
            connection.close()
            raise

    def _locked(self, connection: socket.socket, until: float) -> ssl.SSLSocket:
        """The same line under TLS. Nothing has been said on it yet, so that a stranger hears nothing."""
        context = ssl.create_default_context()
        if self._pin:  # the one certificate, whatever stands in it: a printer makes its own, and has no clock
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection.settimeout(_left(until))
        try:
            locked = context.wrap_socket(connection, server_hostname=self._host)
        except ssl.SSLCertVerificationError:
            raise NoAnswer("wrong-certificate", "nothing") from None
        if self._pin and hashlib.sha256(locked.getpeercert(binary_form=True) or b"").digest() != self._pin:
            locked.close()
            raise NoAnswer("wrong-certificate", "nothing")
        return locked


class _Line(io.RawIOBase):
    """A connection on which each byte, in and out, counts against one deadline and one size."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection, self._until = connection, until
        self._out = self._in = 0
        self._all_out = False

    @property
    def sent(self) -> Sent:
        if self._out == 0:
            return "nothing"
        return "whole" if self._all_out and self._in == 0 else "doubt"

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._connection.settimeout(_left(self._until))
            gone = self._connection.send(rest[:_PIECE])
            self._out += gone
            rest = rest[gone:]
        self._all_out = True

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._in > LARGEST:
            raise NoAnswer("unreadable")
        self._connection.settimeout(_left(self._until))
        got = self._connection.recv_into(buffer)
        self._in += got
        return got

    def close(self) -> None:
        self._connection.close()
        super().close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolved(host: str, port: int, seconds: float) -> Sequence[Any]:
    """As getaddrinfo, which knows no time limit, within one. Nothing for a name that nobody knows."""
    found: SimpleQueue[Sequence[Any]] = SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.put(())

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return found.get(timeout=seconds)
    except Empty:
        return ()
