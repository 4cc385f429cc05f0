"""Looks for words where nothing of a resident may be: a store opened with its key and decoded, logs, folders, /dev/shm.

The searcher is itself searched: a planted marker must be found in each kind of place before its silence means anything.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlcipher3
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_PAGE, _LOG_HEAD, _FRAME_HEAD = 4096, 32, 24
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


def pages(store: Path, key: str) -> Iterator[tuple[str, bytes]]:
    """The pages as they lie in the database and in its write-ahead log, decrypted; also those that no row needs any
    more. To be looked at first: whoever opens the database folds the log into it.

    SQLCipher 4 with a raw key: AES-256-CBC, 80 bytes of each page kept for the vector and the check.
    """
    raw = store.read_bytes()
    for number, start in enumerate(range(0, len(raw), _PAGE), 1):
        yield f"page {number} of the file", _plain(number, raw[start : start + _PAGE], key)
    log = store.with_name(f"{store.name}-wal")
    raw = log.read_bytes() if log.exists() else b""
    for place, start in enumerate(range(_LOG_HEAD, len(raw) - _FRAME_HEAD - _PAGE + 1, _FRAME_HEAD + _PAGE), 1):
        number = int.from_bytes(raw[start : start + 4], "big")
        page = raw[start + _FRAME_HEAD : start + _FRAME_HEAD + _PAGE]
        yield f"frame {place} of the log", _plain(number, page, key)


def _plain(number: int, page: bytes, key: str) -> bytes:
    decryptor = Cipher(algorithms.AES(bytes.fromhex(key)), modes.CBC(page[-80:-64])).decryptor()
    # The first page begins with the salt, which is nobody's secret.
    return decryptor.update(page[16 if number == 1 else 0 : -80]) + decryptor.finalize()


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


def of_booth(home: Path, key: str, temporary: Path, logs: str) -> Iterator[tuple[str, bytes]]:
    """Every place where a booth in `home` could have left something, but for the paper that came out of its printer.
    Opens its database, which must be nobody's by now."""
    yield from pages(home / "booth.db", key)
    for file in home.iterdir():  # before the log goes into the database
        if file.is_file():
            yield str(file), file.read_bytes()
    yield from columns(home / "booth.db", key)
    yield "log", logs.encode()
    yield from files(temporary, Path("/dev/shm"))
    yield from files(*(folder for folder in home.iterdir() if folder.is_dir() and folder.name != "papers"))
    for paper in sorted((home / "papers").iterdir()):
        yield f"name of a paper, {paper.name}", paper.name.encode()


def typed(places: Iterable[tuple[str, bytes]], code: str) -> list[str]:
    """Where a verification code stands that the public page would take for `code`: however it is spelled."""
    wanted = _as_the_page_reads(code.encode())
    return sorted({place for place, value in places for text in decoded(value) if wanted in _as_the_page_reads(text)})


def _as_the_page_reads(text: bytes) -> bytes:
    """Small letters, spaces, dashes and an O for a zero make no difference."""
    return re.sub(rb"[^0-9A-Z]", b"", text.upper()).translate(bytes.maketrans(b"OIL", b"011"))


def found(places: Iterable[tuple[str, bytes]], words: list[str]) -> list[str]:
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
