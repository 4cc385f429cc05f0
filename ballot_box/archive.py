"""A .bel: the election's public record, a tar of entries named by their SHA-256 (specification, 4.4).

Reading believes nothing: each name is checked against its content and each event against its parent. What comes after
a record is made as `archive add-event` of belenios-tool 2.0 makes it, byte for byte; never a change to what stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from ballot_box.election import ElectionSetup

_BLOCK = 512
_LARGEST = 256 << 20  # bytes in one entry; a list of 100,000 public credentials takes 62 MB
_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json", re.ASCII)


# What may stand before each event. Of what comes twice, two readers of a record might each take another one.
_AFTER = {
    "Ballot": ("Setup", "Ballot"),
    "EndBallots": ("Setup", "Ballot"),
    "EncryptedTally": ("EndBallots",),
    "PartialDecryption": ("EncryptedTally", "PartialDecryption"),
    "Result": ("PartialDecryption",),
}


class BadArchive(ValueError):
    """The file is not a sound record; the text says where it breaks."""


@dataclass(frozen=True)
class Event:
    """One link of the chain: what happened, and the hash of the data that belongs to it."""

    hash: str
    kind: str
    height: int
    payload: str | None


@dataclass(frozen=True)
class Archive:
    """A record that was read and found sound: every name is its content's hash, every event names its parent."""

    path: Path
    events: tuple[Event, ...]
    places: dict[str, tuple[int, int]]

    @property
    def head(self) -> str:
        return self.events[-1].hash

    def data(self, name: str | None) -> str:
        """The content whose hash is `name`."""
        place = self.places.get(name or "")
        if place is None:
            raise BadArchive("something that an event refers to is missing")
        with self.path.open("rb") as file:
            file.seek(place[0])
            return file.read(place[1]).decode("utf-8")

    def parsed(self, name: str | None) -> Any:
        return _parse(self.data(name).encode("utf-8"))

    def payloads(self, kind: str) -> list[str]:
        """Hashes of the payloads of all events of a kind, oldest first. Those of "Ballot" are the trackers."""
        return [event.payload for event in self.events if event.kind == kind and event.payload is not None]

    def has(self, kind: str) -> bool:
        return any(event.kind == kind for event in self.events)

    def out_of_order(self) -> str:
        """What stands where it does not belong, or twice, in plain words; "" if nothing does."""
        for before, event in pairwise(self.events):
            if before.kind not in _AFTER.get(event.kind, ()):
                return f"event {event.height}, {event.kind}, does not belong after {before.kind}"
        ballots = self.payloads("Ballot")
        return "" if len(set(ballots)) == len(ballots) else "a ballot stands in the record twice"

    def setup(self) -> ElectionSetup:
        """The election, as its first event states it."""
        names = self.parsed(self.events[0].payload)
        try:
            return ElectionSetup(
                election=self.data(names["election"]),
                trustees=self.data(names["trustees"]),
                credentials=tuple(self.parsed(names["credentials"])),
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise BadArchive(f"the set-up is not one of this group and kind ({type(trouble).__name__})") from None


def read(path: Path) -> Archive:
    """Read the whole file once. BadArchive if it is not sound, OSError if it cannot be read."""
    events: list[Event] = []
    places: dict[str, tuple[int, int]] = {}
    with path.open("rb") as file:
        for name, kind, place, content in _entries(file):
            if hashlib.sha256(content).hexdigest() != name:
                raise BadArchive(f"entry {name} does not have the content of its name")
            if name in places:
                raise BadArchive(f"entry {name} stands twice")
            places[name] = place
            if kind == "event":
                event = _event(name, content, events)
                if event.payload is not None and event.payload not in places:
                    raise BadArchive(f"event {name} refers to something that does not stand before it")
                events.append(event)
    if not events or events[0].kind != "Setup":
        raise BadArchive("the record does not begin with a set-up")
    return Archive(path=path, events=tuple(events), places=places)


def continued(record: Archive, kind: str, payloads: Iterable[str]) -> Iterator[bytes]:
    """The bytes that follow `record` in its file when an event of `kind` is appended for each payload.

    No payload may stand in the record or come twice: the tool would not write its data again.
    """
    with record.path.open("rb") as file:
        like = file.read(_BLOCK)  # every entry bears the date of the record, and is the same but for name and length
    parent, height = record.head, len(record.events)
    for payload in payloads:
        content = payload.encode("utf-8")
        name = hashlib.sha256(content).hexdigest()
        event = json.dumps(
            {"parent": parent, "height": height, "type": kind, "payload": name}, separators=(",", ":")
        ).encode("ascii")
        parent, height = hashlib.sha256(event).hexdigest(), height + 1
        yield _entry(like, f"{name}.data.json", content)
        yield _entry(like, f"{parent}.event.json", event)


def _event(name: str, content: bytes, before: list[Event]) -> Event:
    value = _parse(content)
    if not isinstance(value, dict):
        raise BadArchive(f"event {name} is not an object")
    parent = before[-1].hash if before else None
    if value.get("parent") != parent or value.get("height") != len(before):
        raise BadArchive(f"event {name} does not follow the one before it")
    payload = value.get("payload")
    if not isinstance(value.get("type"), str) or not isinstance(payload, str | None):
        raise BadArchive(f"event {name} is not well formed")
    return Event(hash=name, kind=value["type"], height=len(before), payload=payload)


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadArchive("an entry is not JSON") from None


def _entries(file: BinaryIO) -> Iterator[tuple[str, str, tuple[int, int], bytes]]:
    """(hash, "data" or "event", (offset, length), content) of each entry after the header."""
    first = True
    while header := file.read(_BLOCK):
        name, length = _header(header)
        offset = file.tell()
        content = file.read(length)
        padding = -length % _BLOCK
        if len(content) != length or len(file.read(padding)) != padding:
            raise BadArchive("the file ends inside an entry")
        if first:
            first = False
            if name != "BELENIOS":
                raise BadArchive("not a Belenios archive")
            continue
        found = _NAME.fullmatch(name)
        if found is None:
            raise BadArchive("an entry has a name that Belenios does not give")
        yield found[1], found[2], (offset, length), content


def _header(block: bytes) -> tuple[str, int]:
    """(name, length) from an old-style tar header."""
    try:
        if len(block) != _BLOCK:
            raise ValueError
        name = block[:100].rstrip(b"\0").decode("ascii")
        length = int(block[124:136].rstrip(b"\0 ").decode("ascii"), 8)
    except ValueError:
        raise BadArchive("not an entry of an archive") from None
    if not 0 <= length <= _LARGEST:
        raise BadArchive("an entry is too large")
    return name, length


def _entry(like: bytes, name: str, content: bytes) -> bytes:
    """An entry whose header is `like` another one's: old-style tar, the checksum counted as if it were spaces."""
    header = bytearray(like)
    header[:100] = name.encode("ascii").ljust(100, b"\0")
    header[124:136] = b"%011o\0" % len(content)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % _BLOCK)
