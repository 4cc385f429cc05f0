"""Good copies of the booth's database beside it, and the way back to one: what is damaged is found, named, set aside.

Must never copy a damaged database over a good copy, throw the damaged one away, or give a number out twice.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3

from kiosk.store.engine import StoreDamaged, StoreFull

# How far certificate numbers jump after a restore: more than a booth gives between two copies.
SERIALS_JUMP = 1000
_PAGES_AT_ONCE = 256
_LOOK_AGAIN, _PAUSE = 2, 0.2


class NoGoodCopy(Exception):
    """There is no copy that is whole."""


@dataclass(frozen=True)
class Restored:
    """What came back. `salvaged`: rows newer than the copy that could still be read out of the damaged file."""

    copy: Path
    damaged: Path
    salvaged: int


def damaged_pages(file: Path, key: bytes, *, pause: Callable[[float], None] = time.sleep) -> list[int]:
    """Numbers of the pages whose check fails; 0 stands for a file that is no database of this key at all.

    Reads every page: about a second for each 200 MB. A page that another process is just writing may look damaged
    for a moment: only what is so each time counts.
    """
    found = _look(file, key)
    for _ in range(_LOOK_AGAIN):
        if not found:
            return []
        pause(_PAUSE)
        again = _look(file, key)
        found = [page for page in found if page in again]
    return found


def _look(file: Path, key: bytes) -> list[int]:
    try:
        with _opened(file, key) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
            if not said:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlcipher3.Error:
        return [0]
    return [int(found.group(1)) if (found := re.search(r"page (\d+)", line)) else 0 for line in said]


def key_in(file: Path) -> bytes:
    """The database's key in its key file (64 hexadecimal digits). Raises OSError or ValueError."""
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def copies(file: Path) -> list[Path]:
    """The copies beside `file`, the newest first."""
    found = [
        (int(m.group(1)), one) for one in file.parent.glob(f"{file.name}.copy-*") if (m := _NUMBER.search(one.name))
    ]
    return [one for _, one in sorted(found)]


_NUMBER = re.compile(r"\.copy-(\d+)$")


def make_copy(file: Path, key: bytes, keep: int) -> Path | None:
    """Copies the database with SQLite's own backup, which others may go on writing to, and keeps the last `keep`.

    None if `keep` is 0. Raises StoreFull, or StoreDamaged where not every page could be read; the earlier copies
    stand then.
    """
    if keep < 1:
        return None
    beside = file.with_name(f"{file.name}.copying")
    _remove(beside)
    try:
        _back_up(file, beside, key)
        for old in reversed(copies(file)):
            number = int(old.name.rpartition("-")[2])
            if number >= keep:
                _remove(old)
            else:
                old.replace(_copy(file, number + 1))
        beside.replace(_copy(file, 1))
    finally:
        _remove(beside)
    return _copy(file, 1)


def restore(file: Path, key: bytes, now: datetime, year: int) -> Restored:
    """Puts the newest whole copy in the place of the damaged database, which is kept under another name.

    What is newer and still readable in the damaged file is brought over; numbers of certificates jump ahead.
    Nobody else may have the database open. Raises NoGoodCopy; nothing has changed then.
    """
    good = next((copy for copy in copies(file) if not damaged_pages(copy, key)), None)
    if good is None:
        raise NoGoodCopy
    damaged = file.with_name(f"{file.name}.damaged-{now:%Y%m%dT%H%M%S}")
    beside = file.with_name(f"{file.name}.copying")
    _remove(beside)
    try:
        _back_up(good, beside, key)
        salvaged = _salvage(file, beside, key)
        with _opened(beside, key) as target:
            _jump(target, now, year)
        _aside(file, damaged)
        beside.replace(file)
    finally:
        _remove(beside)
    return Restored(good, damaged, salvaged)


def _back_up(source: Path, target: Path, key: bytes) -> None:
    # SQLite's backup takes what a damaged page decrypts to, and the copy would look whole.
    if damaged_pages(source, key):
        raise StoreDamaged
    try:
        with _opened(source, key) as good, _opened(target, key) as copy:
            good.backup(copy, pages=_PAGES_AT_ONCE)
        target.chmod(0o600)
    except OSError:
        raise StoreFull from None
    except sqlcipher3.OperationalError as error:
        raise (StoreFull if "full" in str(error) else StoreDamaged) from None
    except sqlcipher3.Error:
        raise StoreDamaged from None
    if damaged_pages(target, key) or damaged_pages(source, key):
        raise StoreDamaged


def _jump(target: Any, now: datetime, year: int) -> None:
    (highest,) = target.execute("SELECT coalesce(max(serial), 0) FROM certificates WHERE year = ?", (year,)).fetchone()
    name = f"serials spent {year}"
    known = target.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    spent = max(int(known[0]) if known else 0, highest) + SERIALS_JUMP
    for fact, value in ((name, str(spent)), ("restored at", now.isoformat())):
        target.execute("DELETE FROM facts WHERE name = ?", (fact,))
        target.execute("INSERT INTO facts VALUES (?, ?)", (fact, value))


def _salvage(damaged: Path, target: Path, key: bytes) -> int:
    """Rows that the copy has not, as far as the damaged file still gives them, a table at a time, one row at a time."""
    brought = 0
    with _opened(target, key) as into:
        for table, name in (("certificates", "number"), ("outbox_acts", "seq"), ("outbox_ballots", "id")):
            # A certificate's fate may have changed since the copy; an envelope is what it was, and offered again.
            how = "REPLACE" if table == "certificates" else "IGNORE"
            takes = _columns(into, table)
            for row in _readable(damaged, key, table, name):
                # One of the two files may be of an earlier release.
                values = {column: row[column] for column in takes if column in row}
                if "state" in takes:
                    values["state"] = "waiting"
                sql = f"INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' for _ in values)})"
                before = into.total_changes
                with suppress(sqlcipher3.Error):
                    into.execute(f"INSERT OR {how} {sql}", tuple(values.values()))
                    brought += into.total_changes - before
        if _columns(into, "outbox_act_states"):
            into.execute(_WAITS)
    return brought


_WAITS = (
    "INSERT INTO outbox_act_states (seq, kind, state) SELECT seq, kind, 'waiting' FROM outbox_acts "
    "WHERE seq NOT IN (SELECT seq FROM outbox_act_states)"
)


def _columns(connection: Any, table: str) -> list[str]:
    return [str(column[1]) for column in connection.execute(f"PRAGMA table_info({table})")]


def _readable(damaged: Path, key: bytes, table: str, name: str) -> Iterator[dict[str, Any]]:
    """Rows of a table. A connection that has met a damaged page gives nothing more, so each attempt has its own: whole
    from the first row, whole from the last, and what lies between by its name."""
    found: dict[Any, dict[str, Any]] = {}
    names: set[Any] = set()
    for order in ("ASC", "DESC"):
        with suppress(sqlcipher3.Error), _opened(damaged, key) as source:
            for row in _rows(source, f"SELECT * FROM {table} ORDER BY {name} {order}"):  # noqa: S608
                found[row[name]] = row
        with suppress(sqlcipher3.Error), _opened(damaged, key) as source:
            names.update(n for (n,) in source.execute(f"SELECT {name} FROM {table} ORDER BY {name} {order}"))  # noqa: S608
    for missing in sorted(names - set(found)):
        with suppress(sqlcipher3.Error), _opened(damaged, key) as source:
            for row in _rows(source, f"SELECT * FROM {table} WHERE {name} = ?", missing):  # noqa: S608
                found[missing] = row
    return (found[known] for known in sorted(found))


def _rows(source: Any, sql: str, *values: object) -> Iterator[dict[str, Any]]:
    cursor = source.execute(sql, values)
    columns = [column[0] for column in cursor.description]
    return (dict(zip(columns, row, strict=True)) for row in cursor)


def _aside(file: Path, name: Path) -> None:
    file.replace(name)
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + end).replace(name.with_name(name.name + end))


def _copy(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.copy-{number}")


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


@contextmanager
def _opened(file: Path, key: bytes) -> Iterator[Any]:
    with closing(sqlcipher3.connect(str(file), isolation_level=None, timeout=10)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cipher_log_level = NONE")  # the damage is named in our own words
        yield connection
