"""A letter on a USB stick: the line's own requests or answers, one after the other, sealed, whole or not at all.

Must never put a name, a number or a readable byte of a record into a file, and never leaves half a letter behind.

    line 1      {"booth", "format", "kind", "letter"} in canonical form
    then        JWE compact, one a line: "RECORD PART PARTS\\n" and a piece of the record, a dot at its end
    last line   end N, the number of records
A record is a head in canonical form, a line feed, and a body as it would travel.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from cryptography.hazmat.primitives.asymmetric import ec

from sync.wire.canonical import JsonValue, NotCanonical, canonical, load, load_canonical
from sync.wire.sealing import Opener, SealBroken, open_sealed, seal

FORMAT: Final = "municipal-atm stick 2"
Kind = Literal["to-centre", "to-booth"]
_KINDS: Final[tuple[Kind, ...]] = ("to-centre", "to-booth")
_ReadLine = Callable[[int], bytes]
# Seals are padded to a multiple of this, so that a line's length tells little.
_STEP: Final = 4096
# One seal has a most (sealing.MAX_TOKEN), and both ends hold a piece in memory.
_PIECE: Final = 1024 * 1024
_LONGEST_LINE: Final = 4 * 1024 * 1024
_MOST_PARTS: Final = 64
_MOST_IN_HEAD: Final = 1000  # values: of a request, an answer or a cover
MOST_BYTES: Final = 4 * 1024**3 - 1  # what a stick's own file system has room for in one file


def _(message: str) -> str:
    return message


# One sentence for each reason, for whoever stands there with the stick.
SENTENCES: Final = {
    "none": _("There is no letter for this booth on the stick."),
    "not-a-letter": _("The file on the stick is no letter of this program."),
    "another-booth": _("The letter on the stick is for another booth."),
    "another-town": _("The letter on the stick comes from another town hall."),
    "cut": _(
        "The letter on the stick is not whole: it was taken out too early, or the copy failed. Copy it once more."
    ),
    "edited": _("The letter on the stick was changed on its way, or was not made by who it says. It is not believed."),
    "old": _("The stick carries the answer to an earlier letter of this booth. Take the new letter to the town hall."),
    "clock": _("The letter is too old, or the booth's clock was far wrong when it was made. Make a new one."),
    "unknown-booth": _("The town hall does not know this booth, or does not take letters from it now."),
    "not-a-file": _(
        "A link, a folder, a pipe or a device lies on the stick in the letter's place. Take it away and try again."
    ),
    "too-large": _("The file on the stick is too large to be a letter."),
    "stick": _("The stick cannot be read or written."),
    "busy": _("The town hall's server could not answer the letter now. Try again."),
}


class StickRefused(Exception):
    """The stick cannot be used; `reason` is one of SENTENCES, and nothing was lost."""

    def __init__(self, reason: str) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason


@dataclass(frozen=True)
class Cover:
    """What anybody may read on a letter: whose it is. `letter` is a random number."""

    kind: Kind
    booth: str
    letter: str


@dataclass(frozen=True)
class Record:
    head: dict[str, JsonValue]
    body: bytes


def name_of(kind: Kind, booth: str) -> str:
    """The file's name on the stick."""
    return f"{booth}.{kind}.atm"


def write(
    folder: Path, cover: Cover, records: Iterable[Record], recipient: ec.EllipticCurvePublicKey, *, kid: str
) -> None:
    """Puts the letter in the place of an earlier one at once, and of a link or a pipe itself: never through it or into
    it. Raises StickRefused: not-a-file (a folder stands there), stick."""
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".letter-")
    except OSError:
        raise StickRefused("stick") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_cover_line(cover))
            count = 0
            for count, record in enumerate(records, 1):
                for line in _lines(count, record):
                    file.write(seal(line, recipient, kid=kid, size=_STEP).encode() + b"\n")
            file.write(b"end %d\n" % count)
            file.flush()
            # Before it has its name: whoever sees the letter there pulls the stick out.
            os.fsync(file.fileno())
        Path(name).replace(folder / name_of(cover.kind, cover.booth))
    except IsADirectoryError:
        raise StickRefused("not-a-file") from None
    except OSError:
        raise StickRefused("stick") from None
    finally:
        Path(name).unlink(missing_ok=True)


def read_cover(file: Path) -> Cover:
    """Raises StickRefused: none, not-a-file, too-large, not-a-letter, cut, stick. The whole file is looked through for
    its end first."""
    with _opened(file) as (stream, size):
        first = stream.readline(_LONGEST_LINE)
        stream.seek(max(0, size - 32))
        tail = stream.read(32)
    cover = _cover(first)
    last = tail.rstrip(b"\n").rpartition(b"\n")[2]
    if not tail.endswith(b"\n") or not last.startswith(b"end ") or not last[4:].isdigit():
        raise StickRefused("cut")
    return cover


def read_records(file: Path, opener: Opener, *, kid: str) -> Iterator[Record]:
    """The records in order, one in memory at a time. Raises StickRefused; who takes them looks at signatures, each time
    that they are read: the file may be another one by then."""
    with _opened(file) as (stream, size):
        stream.readline(_LONGEST_LINE)
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            if line.startswith(b"end "):
                if line != b"end %d\n" % number or stream.read(1):
                    raise StickRefused("edited")
                return
            if stream.tell() > size:
                raise StickRefused("edited")  # it grows while it is read, perhaps for ever
            number += 1
            yield _record(line, stream.readline, number, opener, kid)
    raise StickRefused("cut")


@contextmanager
def _opened(file: Path) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file of a size that may be, and its size now. Whoever has had the stick may have put anything there:
    a link that leads out of it, a pipe at which we would wait for ever, a device that acts when it is opened. Raises
    StickRefused."""
    try:
        _refuse_what_is_no_file(os.lstat(file))
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)  # of what was opened: it may have been changed since it was looked at
            _refuse_what_is_no_file(found)
            if found.st_size > MOST_BYTES:
                raise StickRefused("too-large")
            yield stream, found.st_size
    except FileNotFoundError:
        raise StickRefused("none") from None
    except OSError as trouble:
        raise StickRefused("not-a-file" if trouble.errno in _CHANGED_MEANWHILE else "stick") from None


# A link in the place of the file that was there a moment ago; a socket.
_CHANGED_MEANWHILE: Final = (errno.ELOOP, errno.ENXIO)


def _refuse_what_is_no_file(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StickRefused("not-a-file")


def _record(line: bytes, more: _ReadLine, number: int, opener: Opener, kid: str) -> Record:
    parts, piece = _open(line, opener, kid, number, 1, None)
    pieces = [piece]
    for part in range(2, parts + 1):
        pieces.append(_open(more(_LONGEST_LINE), opener, kid, number, part, parts)[1])
    head, _, body = b"".join(pieces).partition(b"\n")
    try:
        value = load_canonical(head, most=_MOST_IN_HEAD)
    except NotCanonical:
        raise StickRefused("edited") from None
    if not isinstance(value, dict):
        raise StickRefused("edited")
    return Record(value, body)


def _open(line: bytes, opener: Opener, kid: str, number: int, part: int, parts: int | None) -> tuple[int, bytes]:
    try:
        content = open_sealed(line.rstrip(b"\n").decode("ascii"), opener, kid=kid)
        place, _, piece = content.partition(b"\n")
        said = [int(word) for word in place.split()]
    except (SealBroken, ValueError):
        raise StickRefused("edited") from None
    if len(said) != 3 or said[:2] != [number, part] or not part <= said[2] <= _MOST_PARTS:
        raise StickRefused("edited")
    if parts not in (None, said[2]):
        raise StickRefused("edited")
    return said[2], piece[:-1]


def _lines(number: int, record: Record) -> Iterator[bytes]:
    whole = canonical(record.head) + b"\n" + record.body
    parts = max(1, -(-len(whole) // _PIECE))
    for part in range(parts):
        piece = whole[part * _PIECE : (part + 1) * _PIECE]
        # The dot: a seal takes no text that ends in a space, and a piece may.
        yield b"%d %d %d\n" % (number, part + 1, parts) + piece + b"."


def _cover_line(cover: Cover) -> bytes:
    return canonical({"format": FORMAT, "kind": cover.kind, "booth": cover.booth, "letter": cover.letter}) + b"\n"


def _cover(line: bytes) -> Cover:
    try:
        value = load(line, most=_MOST_IN_HEAD)
    except NotCanonical:
        raise StickRefused("not-a-letter") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise StickRefused("not-a-letter")
    booth, letter = value.get("booth"), value.get("letter")
    kind: Kind | None = next((known for known in _KINDS if known == value.get("kind")), None)
    if kind is None or not isinstance(booth, str) or not isinstance(letter, str):
        raise StickRefused("not-a-letter")
    return Cover(kind, booth, letter)
