"""Looks for words where nothing of a resident may be: a store opened with its key and decoded, logs, folders, /dev/shm.

The searcher is itself searched: a planted marker must be found in each kind of place before its silence means anything.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import sqlcipher3

_TOKEN = re.compile(rb"[A-Za-z0-9+/_=-]{12,}")


def spellings(word: str) -> list[bytes]:
    """A word as it may lie somewhere: text, escaped JSON, UTF-16, and its digits spelled as bytes or hexadecimal."""
    plain = word.encode()
    escaped = json.dumps(word)[1:-1].encode()
    return sorted({plain, escaped, word.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode()})


def decoded(value: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes themselves, and whatever base64 or deflate text stands inside them."""
    yield value
    if depth == 0:
        return
    for token in _TOKEN.findall(value):
        text = token.rstrip(b"=")
        for decode in (base64.urlsafe_b64decode, base64.b64decode):
            try:
                inner = decode(text + b"=" * (-len(text) % 4))
            except ValueError:
                continue
            if inner != value:
                yield from decoded(inner, depth - 1)
    for wbits in (15, -15, 31):
        try:
            yield from decoded(zlib.decompress(value, wbits), depth - 1)
        except zlib.error:
            continue


def columns(store: Path, key: str) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, by `table.column`, and the names of the schema."""
    connection = sqlcipher3.connect(str(store))
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        cursor = connection.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        for row in cursor:
            for name, value in zip(names, row, strict=True):
                if value is not None:
                    yield f"{table}.{name}", value if isinstance(value, bytes) else str(value).encode()
    connection.close()


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of every file below."""
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            yield f"name of {file.name}", str(file).encode()
            if file.is_file():
                try:
                    yield str(file), file.read_bytes()
                except OSError:
                    continue


def found(places: Iterator[tuple[str, bytes]], words: list[str]) -> list[str]:
    """Where which word (by its place in `words`, so that a failing test does not print it) was found."""
    wanted = [(number, spelling) for number, word in enumerate(words) for spelling in spellings(word)]
    return sorted(
        {
            f"word {number} in {place}"
            for place, value in places
            for text in decoded(value)
            for number, spelling in wanted
            if spelling in text
        }
    )
