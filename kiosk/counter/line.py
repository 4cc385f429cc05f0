"""The line between a counter and a window in two processes: framed messages on one socket of this machine.

Never: a PIN in an object that cannot be wiped, or in a message with anything else.
"""

import json
import socket
import struct
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

_HEAD = struct.Struct(">BI")
_FACE = struct.Struct(">I")
_CHUNK = 64 * 1024
CLOSED = "closed"
# Far above any screen in four languages: what is longer is no message of ours.
MOST_BYTES = 8 * 1024 * 1024


class Kind(IntEnum):
    """The counter says `OPENING` once, then `SHOWING` with each change; the window says the others."""

    OPENING = 1
    SHOWING = 2
    BEAT = 3
    TOUCH = 4
    PIN = 5


class LineBroken(Exception):
    """The other end is gone, does not read any more, or says what neither end says."""


def wipe(buffer: bytearray) -> None:
    """Zeros in the place of what was there."""
    buffer[:] = bytes(len(buffer))


def said(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def heard(content: bytearray) -> dict[str, Any]:
    """Raises LineBroken for what is no JSON object."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise LineBroken("not JSON") from None
    if not isinstance(told, dict):
        raise LineBroken("not an object")
    return told


def send(line: socket.socket, kind: Kind, content: bytes | bytearray = b"", *, wait: bool = True) -> None:
    """One message. Without `wait` the other end must have room for all of it. Raises LineBroken."""
    _send(line, [_HEAD.pack(kind, len(content)), content], wait=wait)


def send_pin(line: socket.socket, digits: bytearray, face: int) -> None:
    """A PIN for the screen `face`; no copy of it is made here, and `digits` are wiped. Raises LineBroken."""
    try:
        head = _HEAD.pack(Kind.PIN, _FACE.size + len(digits)) + _FACE.pack(face)
        _send(line, [head, digits], wait=False)
    finally:
        wipe(digits)


def taken_apart(content: bytearray) -> tuple[int, bytearray]:
    """The face and the digits of a PIN's message, which is wiped. Raises LineBroken."""
    if len(content) < _FACE.size:
        raise LineBroken("a PIN without a face")
    (face,) = _FACE.unpack_from(content)
    digits = content[_FACE.size :]
    wipe(content)
    return face, digits


def _send(line: socket.socket, parts: list[bytes | bytearray], *, wait: bool) -> None:
    views = [memoryview(part) for part in parts]
    flags = 0 if wait else socket.MSG_DONTWAIT
    try:
        while views := [view for view in views if view]:
            sent = line.sendmsg(views, [], flags)
            for place, view in enumerate(views):
                views[place], sent = view[sent:], max(0, sent - len(view))
    except OSError as problem:  # also BlockingIOError: the other end has long stopped reading
        raise LineBroken(type(problem).__name__) from None
    finally:
        for view in views:
            view.release()


class Listener:
    """Puts messages together from what comes in pieces, and wipes the pieces."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._held, self._chunk = line, bytearray(), bytearray(_CHUNK)

    def receive(self, *, wait: bool = True) -> list[tuple[Kind, bytearray]]:
        """The messages that are whole now, none or more; with `wait` it waits for the next piece. Raises LineBroken,
        also when the other end has closed the line."""
        try:
            count = self._line.recv_into(self._chunk, 0, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except ConnectionResetError:  # closed with words still unread
            count = 0
        except OSError as problem:
            raise LineBroken(type(problem).__name__) from None
        if not count:
            raise LineBroken(CLOSED)
        with memoryview(self._chunk) as chunk:
            self._held += chunk[:count]
            chunk[:count] = bytes(count)
        return list(self._whole())

    def _whole(self) -> Iterator[tuple[Kind, bytearray]]:
        while len(self._held) >= _HEAD.size:
            kind, size = _HEAD.unpack_from(self._held)
            if size > MOST_BYTES or kind not in Kind._value2member_map_:
                raise LineBroken("not a message")
            end = _HEAD.size + size
            if len(self._held) < end:
                return
            content = self._held[_HEAD.size : end]
            self._held[:end] = bytes(end)
            del self._held[:end]
            yield Kind(kind), content
