"""Good copies of the booth's database beside it, and the way back to one: what is damaged is found, named, set aside.

Must never copy a damaged database over a good copy, throw the damaged one away, give a number out twice, or take for
damaged what is only out of reach, of a newer program or under another key. Goes by no clock.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlcipher3

from kiosk.store import certificates, facts, numbers, schema
from kiosk.store import mark as marks
from kiosk.store.engine import known_of, open_store
from kiosk.store.faults import (
    Fault,
    StoreDamaged,
    StoreFull,
    fault_of,
    mark_out_of_reach,
    of_driver,
    out_of_reach,
    wrong_with,
)
from kiosk.store.mark import Mark

_PAGES_AT_ONCE, _PAGE_SIZE = 256, 4096
_LOOK_AGAIN, _PAUSE = 2, 0.2
NOT_OF_THIS_KEY = 0


class NoGoodCopy(Exception):
    """There is no copy that is whole."""


class GoodCopyThere(Exception):
    """There is a copy that is whole, and nothing is begun anew beside it."""


@dataclass(frozen=True)
class Restored:
    """What came back. `copy`: None for an empty database; `damaged`: what was in its place, under its new name, None if
    nothing was; `salvaged`: rows newer than the copy that could still be read out of it."""

    copy: Path | None
    damaged: Path | None
    salvaged: int


def damaged_pages(file: Path, key: bytes, *, pause: Callable[[float], None] = time.sleep) -> list[int]:
    """Numbers of the pages whose check fails; NOT_OF_THIS_KEY stands for a file that is no database of this key at all.

    Reads every page: about a second for each 200 MB. A page that another process is just writing may look damaged
    for a moment: only what is so each time counts. Raises StoreRefused for a file that cannot be read at all.
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
    except sqlcipher3.Error as error:
        match of_driver(error, file):
            case Fault() as fault:
                raise out_of_reach(file, fault) from None
        return [NOT_OF_THIS_KEY]
    pages = [int(found.group(1)) if (found := re.search(r"page (\d+)", line)) else 0 for line in said]
    # Not one page is of this key: nothing tells it from another booth's database.
    return [NOT_OF_THIS_KEY] if pages and len(pages) >= file.stat().st_size // _PAGE_SIZE else pages


def version(file: Path, key: bytes) -> str | None:
    """The migration that a whole database is at. Raises StoreRefused for a newer program's, schema.Strange."""
    with _opened(file, key) as connection:
        return schema.version_in(lambda sql: connection.execute(sql).fetchall(), file.name)


def key_in(file: Path) -> bytes:
    """The database's key in its key file (64 hexadecimal digits). Raises OSError or ValueError."""
    key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    if len(key) != 32:
        raise ValueError("64 hexadecimal digits are a key")
    return key


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


def restore(file: Path, key: bytes, now: datetime, mark: Path | None = None, *, empty: bool = False) -> Restored:
    """Puts the newest whole copy in the place of the database, which is kept under another name if it is there; or, if
    `empty`, one that holds nothing.

    What is newer and still readable in the damaged file is brought over; numbers of certificates jump ahead, in every
    year. `mark`: as for open_store; one that cannot be read is set aside. Nobody else may have the database open.
    Raises NoGoodCopy, GoodCopyThere, StoreRefused, StoreFull; nothing has changed then.
    """
    if fault := wrong_with(file):
        raise out_of_reach(file, fault)
    beside, good = file.with_name(f"{file.name}.restoring"), best_copy(file, key)
    if good is None and not empty:
        raise NoGoodCopy
    if good is not None and empty:
        raise GoodCopyThere
    salvaged, source = 0, good
    try:
        # Cut off just before its last step, an earlier one has left all that was salvaged here, and the rest aside.
        if not file.exists() and _is_ready(beside, key):
            source = beside
        else:
            _remove(beside)
            if good is not None:
                _back_up(good, beside, key)
            open_store(beside, key).close()  # made, or brought up to date so that it takes all that the damaged one has
            salvaged = _salvage(file, beside, key) if file.exists() else 0
        jump(beside, key, now, mark, empty=empty)
        damaged = set_aside(file)
        if empty:  # or the next nights' copies would push out what somebody may still read
            for copy in copies(file):
                set_aside(copy, file)
        beside.replace(file)
        marks.sync_folder(file.parent)
        # Of what came back: if the mark is lost one day, no older copy may tell from where numbers jump.
        with suppress(StoreFull, StoreDamaged):
            make_copy(file, key, len(copies(file)) + 1)
    except OSError as error:
        raise out_of_reach(file, fault_of(error)) from None
    finally:
        if file.exists():
            _remove(beside)
    return Restored(source, damaged, salvaged)


def best_copy(file: Path, key: bytes) -> Path | None:
    """The newest copy that is whole; None if none is. Raises StoreRefused if that one is a newer program's."""
    for copy in copies(file):
        if damaged_pages(copy, key):
            continue
        with suppress(schema.Strange):
            if version(copy, key) is not None:
                return copy
    return None


def _is_ready(beside: Path, key: bytes) -> bool:
    with suppress(schema.Strange):
        return beside.exists() and not damaged_pages(beside, key) and version(beside, key) is not None
    return False


def _back_up(source: Path, target: Path, key: bytes) -> None:
    # SQLite's backup takes what a damaged page decrypts to, and the copy would look whole.
    if damaged_pages(source, key):
        raise StoreDamaged
    try:
        with _opened(source, key) as good, _opened(target, key, make=True) as copy:
            good.backup(copy, pages=_PAGES_AT_ONCE)
        target.chmod(0o600)
    except OSError as error:
        raise StoreFull(fault_of(error)) from None
    except sqlcipher3.Error as error:
        match of_driver(error, target):
            case Fault() as fault:
                raise StoreFull(fault) from None
        raise StoreDamaged from None
    if damaged_pages(target, key) or damaged_pages(source, key):
        raise StoreDamaged


def jump(file: Path, key: bytes, now: datetime, mark: Path | None, *, empty: bool = False) -> Path | None:
    """Numbers go on far above all that may have been given, whatever year it is: the copy, the mark or both may be old,
    and the clock of a machine that was just mended may say anything. The last act is the one that the mark knows.
    A mark that is torn is set aside; returns where it is then."""
    known, torn = known_of(mark)
    known = known or Mark()
    with closing(open_store(file, key)) as store, store.writing() as connection:
        learned = numbers.learn(connection, known)
        floor = learned.highest() + marks.JUMP
        facts.put(connection, facts.SERIALS_FLOOR, str(floor))
        facts.put_moment(connection, facts.EMPTIED if empty else facts.RESTORED, now)
        if facts.last_known_time(connection) is None and (issued := certificates.last_issued(connection)):
            # Of no start of the machine that anybody knows: a clock that runs before it, or a day later, is in doubt.
            facts.put(connection, facts.BEAT, f"{issued.isoformat()} - 0.0")
    if mark is None:
        return None
    try:
        aside = set_aside(mark) if torn is not None else None  # not before: now the database knows from where to go on
        marks.write(mark, replace(learned, floor=floor, key=marks.digest_of(key)))
    except OSError as error:
        raise mark_out_of_reach(mark, fault_of(error)) from None
    return aside


def _salvage(damaged: Path, target: Path, key: bytes) -> int:
    """Rows that the copy has not, as far as the damaged file still gives them, a table at a time, one row at a time."""
    brought = 0
    with _opened(target, key) as into:
        for table, name in _SALVAGED:
            # A certificate's fate may have changed since the copy; an envelope is what it was, and offered again.
            how = "REPLACE" if table == "certificates" else "IGNORE"
            takes = _columns(into, table)
            for row in _readable(damaged, key, table, name):
                # One of the two files may be of an earlier release.
                values = {column: row[column] for column in takes if column in row}
                sql = f"INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' for _ in values)})"
                before = into.total_changes
                with suppress(sqlcipher3.Error):
                    into.execute(f"INSERT OR {how} {sql}", tuple(values.values()))
                    brought += into.total_changes - before
        into.execute(_ACT_STATES)
        into.execute(_EMPTIED_BALLOTS)
        for beat in _readable(damaged, key, "facts", "name"):
            if beat["name"] == facts.BEAT:
                into.execute(_LATER, (facts.BEAT, beat["value"]))
    return brought


# A card that was reported lost here since the copy stays refused here.
_SALVAGED = (("certificates", "number"), ("outbox_acts", "seq"), ("outbox_ballots", "id"), ("blocked_cards", "card"))
# Instants of one form, which sort as texts do.
_LATER = (
    "INSERT INTO facts (name, value) VALUES (?, ?) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > value"
)

# An envelope without its bytes has been settled: a backup at the centre has them. The others wait again.
_ACT_STATES = (
    "INSERT INTO outbox_act_states (seq, kind, state) SELECT seq, "
    "CASE message WHEN x'' THEN '' ELSE json_extract(CAST(message AS TEXT), '$.kind') END, "
    "CASE message WHEN x'' THEN 'emptied' ELSE 'waiting' END "
    "FROM outbox_acts WHERE seq NOT IN (SELECT seq FROM outbox_act_states)"
)
_EMPTIED_BALLOTS = (
    "INSERT INTO outbox_ballot_answers (id, state) SELECT id, 'emptied' FROM outbox_ballots "
    "WHERE message = x'' AND id NOT IN (SELECT id FROM outbox_ballot_answers) ORDER BY id"
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


def set_aside(file: Path, named: Path | None = None) -> Path | None:
    """Under the next free number: by the clock of a machine without a battery two could have one name. None if it is
    not there."""
    named = named or file
    taken = {one.name for one in file.parent.glob(f"{named.name}.damaged-*")}
    number = next(n for n in range(1, len(taken) + 2) if f"{named.name}.damaged-{n}" not in taken)
    name, found = named.with_name(f"{named.name}.damaged-{number}"), file.exists()
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + end).replace(name.with_name(name.name + end))
    return name if found else None


def _copy(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.copy-{number}")


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


@contextmanager
def _opened(file: Path, key: bytes, *, make: bool = False) -> Iterator[Any]:
    """`make`: it may be a new file; otherwise one that is not there is an error, and none is made."""
    where = f"file:{quote(str(file))}?mode={'rwc' if make else 'rw'}"
    with closing(sqlcipher3.connect(where, uri=True, isolation_level=None, timeout=10)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cipher_log_level = NONE")  # the damage is named in our own words
        yield connection
