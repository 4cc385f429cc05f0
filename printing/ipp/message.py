"""IPP messages as bytes (RFC 8010): questions are written, answers are read strictly and within bounds.

Never: a loop or a recursion that an answer decides, a value taken for another kind than the one it came as.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Literal

from printing.job import Why

VERSION = (2, 0)
MOST_VALUES = 20_000  # a printer that tells everything of itself has some two thousand
DEEPEST = 16  # media-col-database, the deepest that printers have, goes three down

# How much of a question left the machine before it failed: no byte of it; all of it, and nothing was heard since;
# anything else (a part, or an answer that is none).
Sent = Literal["nothing", "whole", "doubt"]


class NoAnswer(Exception):
    """No answer that can be used. `why` is fit for a sentence."""

    def __init__(self, why: Why, sent: Sent = "doubt") -> None:
        super().__init__(f"no answer from the printer: {why}")
        self.why: Why = why
        self.sent: Sent = sent


class Operation(IntEnum):
    """RFC 8011, 4.4.15."""

    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


@dataclass(frozen=True)
class Other:
    """A value of a kind, or of a form, that nobody here reads."""

    tag: int


# An attribute's value is an int, a bool, a str or an Other; several are a tuple. What the printer has no value for
# (RFC 8010, 3.9: unknown, no-value, …) is left out.
Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    printer: Attributes
    jobs: tuple[Attributes, ...]

    @property
    def ok(self) -> bool:
        return self.status < 0x0100

    @property
    def not_found(self) -> bool:
        return self.status in (0x0406, 0x0407)

    @property
    def busy(self) -> bool:
        return self.status in (0x0507, 0x050B)

    @property
    def refused(self) -> bool:
        """The printer did not want it. A time-out or a fault of its own is not that: it may have had the whole."""
        return 0x0400 <= self.status < 0x0500 and self.status != 0x0405


# -- what is read of an answer: the kind is looked at here, and nowhere else


def many(about: Attributes, name: str) -> tuple[Any, ...]:
    value = about.get(name)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def words(about: Attributes, name: str) -> tuple[str, ...]:
    """Keywords, names, types. Raises NoAnswer where another kind stands among them."""
    values = many(about, name)
    if not all(isinstance(value, str) for value in values):
        raise NoAnswer("unreadable")
    return values


def numbers(about: Attributes, name: str) -> tuple[int, ...]:
    """Integers and enums. Raises NoAnswer where another kind stands among them."""
    values = many(about, name)
    if not all(type(value) is int for value in values):  # True is an int to isinstance
        raise NoAnswer("unreadable")
    return values


def number(about: Attributes, name: str) -> int:
    """One number that a printer owes. Raises NoAnswer."""
    values = numbers(about, name)
    if len(values) != 1:
        raise NoAnswer("unreadable")
    return values[0]


def count(about: Attributes, name: str) -> int | None:
    """A number of pages; None for whatever is not one."""
    value = about.get(name)
    return value if type(value) is int and value >= 0 else None


# -- questions

_CHARSET, _LANGUAGE, _URI, _NAME, _KEYWORD, _MIME = 0x47, 0x48, 0x45, 0x42, 0x44, 0x49
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_KINDS: Final = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "printer-uri": _URI,
    "requesting-user-name": _NAME,
    "job-id": _INTEGER,
    "job-name": _NAME,
    "document-format": _MIME,
    "last-document": _BOOLEAN,
    "ipp-attribute-fidelity": _BOOLEAN,
    "requested-attributes": _KEYWORD,
    "which-jobs": _KEYWORD,
    "limit": _INTEGER,
    "media": _KEYWORD,
    "sides": _KEYWORD,
    "copies": _INTEGER,
}


def question(operation: Operation, serial: int, about: Mapping[str, Any], job: Mapping[str, Any]) -> bytes:
    """Version, operation, request id, the two groups of attributes, the end. `about` has its target in it."""
    first = {"attributes-charset": "utf-8", "attributes-natural-language": "en"}
    out = struct.pack(">BBHi", *VERSION, operation, serial) + b"\x01"
    out += b"".join(_attribute(name, value) for name, value in {**first, **about}.items())
    if job:
        out += b"\x02" + b"".join(_attribute(name, value) for name, value in job.items())
    return out + b"\x03"


def _attribute(name: str, value: Any) -> bytes:
    out, label = b"", name.encode()
    for one in value if isinstance(value, list | tuple) else (value,):
        raw = _raw(_KINDS[name], one)
        out += struct.pack(">BH", _KINDS[name], len(label)) + label + struct.pack(">H", len(raw)) + raw
        label = b""  # further values of the same have no name
    return out


def _raw(kind: int, value: Any) -> bytes:
    if kind == _BOOLEAN:
        return b"\x01" if value else b"\x00"
    return struct.pack(">i", value) if kind == _INTEGER else str(value).encode()


# -- answers

_END, _JOB, _PRINTER, _LAST_GROUP = 0x03, 0x02, 0x04, 0x0F
_OUT_OF_BAND = range(0x10, 0x20)
_TEXTS = (0x41, 0x42, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49)
_WITH_LANGUAGE = (0x35, 0x36)
_COLLECTION, _COLLECTION_END, _MEMBER = 0x34, 0x37, 0x4A


class _Bytes:
    """Taken from front to back; each step takes at least one."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def take(self, size: int) -> bytes:
        if size > len(self._raw) - self._at:
            raise NoAnswer("unreadable")
        self._at += size
        return self._raw[self._at - size : self._at]

    def tag(self) -> int:
        return self.take(1)[0]

    def field(self) -> bytes:
        """A length and as many bytes. Lengths are signed in IPP, so one with the highest bit is none."""
        size = int.from_bytes(self.take(2), "big")
        if size > 0x7FFF:
            raise NoAnswer("unreadable")
        return self.take(size)


def answer(raw: bytes) -> Answer:
    """Raises NoAnswer for whatever is not an answer from beginning to end."""
    rest = _Bytes(raw)
    major, _minor, status, _serial = struct.unpack(">BBHi", rest.take(8))
    if major not in (1, 2):
        raise NoAnswer("unreadable")
    groups = _groups(rest)
    printers = [group for tag, group in groups if tag == _PRINTER]
    return Answer(status, printers[0] if printers else {}, tuple(group for tag, group in groups if tag == _JOB))


def _groups(rest: _Bytes) -> list[tuple[int, Attributes]]:
    found: list[tuple[int, dict[str, list[Any]]]] = []
    name = ""
    for _ in range(MOST_VALUES):
        tag = rest.tag()
        if tag == _END:
            return [(kind, _plain(group)) for kind, group in found]
        if tag <= _LAST_GROUP:
            found.append((tag, {}))
            name = ""
            continue
        label, raw = rest.field(), rest.field()
        if label:
            name = label.decode("ascii", "replace")
            if not found or name in found[-1][1]:
                raise NoAnswer("unreadable")
            found[-1][1][name] = []
        if not name:
            raise NoAnswer("unreadable")
        found[-1][1][name].append(_collection(rest) if tag == _COLLECTION else _value(tag, raw))
    raise NoAnswer("unreadable")


def _plain(group: Mapping[str, list[Any]]) -> Attributes:
    values = {name: tuple(several) if len(several) > 1 else several[0] for name, several in group.items()}
    return {name: value for name, value in values.items() if value is not None}


def _collection(rest: _Bytes) -> Other:
    """Passed over: nothing that is asked for is one."""
    depth = 1
    for _ in range(MOST_VALUES):
        tag = rest.tag()
        if tag <= _LAST_GROUP or rest.field():
            break
        rest.field()
        depth += (tag == _COLLECTION) - (tag == _COLLECTION_END)
        if depth == 0:
            return Other(_COLLECTION)
        if depth > DEEPEST:
            break
    raise NoAnswer("unreadable")


def _value(tag: int, raw: bytes) -> int | bool | str | Other | None:
    if tag in (_COLLECTION_END, _MEMBER):
        raise NoAnswer("unreadable")
    if tag in _OUT_OF_BAND:
        return None
    if tag in (_INTEGER, _ENUM) and len(raw) == 4:
        return int.from_bytes(raw, "big", signed=True)
    if tag == _BOOLEAN and raw in (b"\x00", b"\x01"):
        return raw == b"\x01"
    if tag in _TEXTS:
        return raw.decode("utf-8", "replace")
    if tag in _WITH_LANGUAGE:
        return _said(raw) or Other(tag)
    return Other(tag)


def _said(raw: bytes) -> str:
    """Of a text with its language: the text. Empty where the lengths do not fit."""
    language = int.from_bytes(raw[:2], "big")
    size = int.from_bytes(raw[2 + language : 4 + language], "big")
    text = raw[4 + language :]
    return text.decode("utf-8", "replace") if len(text) == size and len(raw) >= 4 + language else ""
