"""Opens the booth's database and gives out its transactions. Refuses SQLite versions that corrupt a shared WAL file.

Must never make an empty database where there has been one, nor give a number or a place in the chain of acts again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from kiosk.store import mark as marks
from kiosk.store import numbers, schema
from kiosk.store.faults import (
    Fault,
    StoreDamaged,
    StoreFull,
    StoreRefused,
    damaged,
    fault_in,
    fault_of,
    gone,
    mark_out_of_reach,
    of_driver,
    out_of_reach,
    unreadable,
    wrong_in,
    wrong_key,
    wrong_with,
)
from kiosk.store.mark import Mark

# 3.7.0 to 3.51.2 can corrupt a WAL file that two processes write and checkpoint, as a booth and its daemon do.
OLDEST_SQLITE = (3, 51, 3)
# A page is 4096 bytes, of which SQLCipher keeps 80; a ballot takes about 18 pages. 4 MiB, made in 0.1 s.
_STOCK_PAGES, _FEW_PAGES, _PAGE_FILLING = 1024, 256, 3900


__all__ = ["Connection", "Store", "StoreDamaged", "StoreFull", "StoreRefused", "open_store"]


class Store:
    """Transactions of one booth. `reading` waits for no writer; `writing` takes the lock at once, commits once."""

    def __init__(self, engine: Engine, file: Path, mark: Path | None) -> None:
        self._engine, self._file, self._mark = engine, file, mark

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _honest(self._file), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it at the end of the block, or nothing. Raises StoreFull, StoreDamaged."""
        with _honest(self._file), self._engine.connect() as connection:
            connection.info["immediate"] = True
            try:
                with connection.begin():
                    yield connection
                    self._note(connection)
            finally:
                connection.info.pop("immediate", None)
                numbers.forget(connection)

    def _note(self, connection: Connection) -> None:
        """What this transaction gives goes into the mark before it is committed: a cut in between wastes a number, and
        the other way round one could be given twice."""
        try:
            known = marks.read(self._mark)
        except StoreRefused as refusal:
            raise StoreFull(Fault(fault_in(refusal) or Fault.REFUSED), self._mark) from None
        if self._mark is None or known is None:
            return
        grown = known.given(numbers.given_now(connection), numbers.head(connection))
        if grown != known:
            self._put_mark(self._mark, grown)

    def settle(self, key: bytes) -> None:
        """At a start: database and mark learn from each other, whichever is the older. Raises StoreFull."""
        with self.reading() as connection:
            known = marks.read(self._mark) or Mark()
            if self._mark is None or (known.in_use and numbers.agree(connection, known)):
                return
        with self.writing() as connection:
            learned = numbers.learn(connection, marks.read(self._mark) or Mark())
            self._put_mark(self._mark, replace(learned, key=marks.digest_of(key)))

    def _put_mark(self, file: Path, mark: Mark) -> None:
        try:
            marks.write(file, mark)
        except OSError as error:
            raise StoreFull(fault_of(error), file) from None

    def fold(self) -> None:
        """Folds the write-ahead log into the database and empties it: the log would keep the order of ballots.

        Somebody reading at that moment, or a full disk, may keep part of it until the next time; that is no error,
        and never undoes what was committed.
        """
        self.stir()
        with suppress(DatabaseError), self._engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint runs outside of any transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def stir(self) -> None:
        """Keeps a stock of free pages in random order, which new rows are written to.

        A file that only grows lays ballots down one behind the other, between certificates whose time is known.
        """
        with suppress(StoreFull, DatabaseError), self.writing() as connection:
            if int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()) >= _FEW_PAGES:
                return
            connection.exec_driver_sql("CREATE TABLE stirred (id INTEGER PRIMARY KEY, filling BLOB)")
            connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                "INSERT INTO stirred SELECT random(), zeroblob(?) FROM n",
                (_STOCK_PAGES, _PAGE_FILLING),
            )
            connection.exec_driver_sql("DROP TABLE stirred")  # frees page after page by the random ids

    def close(self) -> None:
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """For migrations and for tests that break it."""
        return self._engine


def open_store(file: Path, key: bytes, mark: Path | None = None) -> Store:
    """The store in `file`, made or brought up to date if need be. `key`: 32 bytes. `mark`: where it is said, outside of
    the database, that there is one and how far it came (kiosk.store.mark); None keeps none. Raises StoreRefused.
    """
    if sqlcipher3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreRefused(f"SQLite {sqlcipher3.sqlite_version} is too old: it can corrupt a shared WAL file")
    known = look_before(file, key, mark)
    engine = create_engine(
        "sqlite://",
        module=sqlcipher3,
        creator=lambda: _connect(file, key),
        poolclass=QueuePool,
        pool_size=4,
        hide_parameters=True,  # an exception must not quote a row
    )
    event.listen(engine, "begin", _begin)
    try:
        _migrate(engine, file, known, mark)
        file.chmod(0o600)
        store = Store(engine, file, mark)
        store.settle(key)  # before any other transaction: each says to the mark how far the chain has come
        store.stir()
    except (DatabaseError, StoreDamaged, StoreFull, OSError) as error:
        engine.dispose()
        raise _refusal(error, file, known) from None
    except BaseException:
        engine.dispose()
        raise
    return store


def look_before(file: Path, key: bytes, mark: Path | None) -> Mark | None:
    """All that can be said of a database before it is opened; what its mark says. Raises StoreRefused."""
    if len(key) != 32:
        raise StoreRefused("the store's key file must hold 64 hexadecimal digits")
    try:
        if not file.parent.is_dir():
            raise out_of_reach(file, Fault.NOT_THERE)
        there = file.exists() and file.stat().st_size > 0
    except OSError as error:
        raise out_of_reach(file, fault_of(error)) from None
    known, torn = known_of(mark)
    if known is not None and known.in_use and known.key != marks.digest_of(key):
        raise wrong_key(file)
    if not there and traces(file, known, mark):
        raise gone(file)
    if fault := wrong_with(file):
        raise out_of_reach(file, fault)
    if mark is not None and (fault := wrong_in(mark.parent)):
        raise mark_out_of_reach(mark, fault)
    if torn is not None:  # last: over a database that is gone, no new mark may be made
        raise torn
    return known


def known_of(mark: Path | None) -> tuple[Mark | None, StoreRefused | None]:
    """What the mark says, or that it is torn. Raises StoreRefused where it is only out of reach."""
    try:
        return marks.read(mark), None
    except StoreRefused as refusal:
        if refusal.condition != "mark":
            raise
        return None, refusal


def traces(file: Path, known: Mark | None, mark: Path | None) -> bool:
    """Whether this booth has had a database: its mark says so, or is torn, or was set aside as such, or copies (or a
    damaged one) lie where the database should be."""
    told = mark is not None and (
        (known is None and mark.exists()) or any(mark.parent.glob(f"{mark.name}.damaged-[0-9]*"))
    )
    return told or (known is not None and known.in_use) or any(file.parent.glob(f"{file.name}.*-[0-9]*"))


def _refusal(error: BaseException, file: Path, known: Mark | None) -> StoreRefused:
    """Why a database does not open, as what it is."""
    match error:
        case StoreFull(mark=Path() as mark):
            return mark_out_of_reach(mark, error.fault)
        case StoreFull():
            return out_of_reach(file, error.fault)
        case OSError():
            return out_of_reach(file, fault_of(error))
        case StoreDamaged():
            return damaged(file, "?")
    driver = getattr(error, "orig", None)
    match of_driver(driver, file):
        case Fault() as fault:
            return out_of_reach(file, fault)
        case None:
            return StoreRefused(f"{file.name}: not the booth's database ({type(driver).__name__})")
    return damaged(file, "1") if known is not None and known.in_use else unreadable(file)


_PRAGMAS = (
    "cipher_memory_security = ON",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",  # a sort must never spill rows into a plain file
    "secure_delete = ON",
)


def _connect(file: Path, key: bytes) -> Any:
    connection = sqlcipher3.connect(str(file), isolation_level=None, check_same_thread=False, timeout=10)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlcipher3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    # The driver is in autocommit, so that SQLAlchemy's begin is ours to choose: a writer takes the lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("immediate") else "BEGIN")


def _still_waiting(file: Path, acts: int, ballots: int) -> NoReturn:
    raise StoreRefused(
        f"{file.name} was not brought up to date: {acts} acts and {ballots} ballots wait in it for the town hall, and "
        "only the former program can send them. It is as it was. Install that program again, let it send them (kiosk "
        "sync --once, or the stick), then install this one. Nothing is to be restored.",
        "still_waiting",
        acts=str(acts),
        ballots=str(ballots),
    )


def _migrate(engine: Engine, file: Path, known: Mark | None, mark: Path | None) -> None:
    with engine.connect() as connection:
        try:
            version = schema.version_in(lambda sql: connection.exec_driver_sql(sql).all(), file.name)
        except schema.Strange:
            raise damaged(file, "alembic_version") from None
    if version == schema.NEWEST:
        return
    if version is None and traces(file, known, mark):
        raise gone(file)  # a file without a table, where there was a database
    from alembic import command  # not at every start: it costs 16 MB and a tenth of a second
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.connect() as connection:
        connection.info["immediate"] = True  # two processes that start together migrate one after the other
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                config.attributes["still_waiting"] = partial(_still_waiting, file)  # migrations import nothing of ours
                command.upgrade(config, "head")
        except DatabaseError as error:
            if of_driver(error.orig, file) is not None:
                raise
            raise StoreRefused(
                f"{file.name} could not be brought from version {version} to {schema.NEWEST}; it is as it was. Install "
                "the program that was here before, and tell its makers. Nothing is to be restored.",
                "not_brought_up",
                there=str(version),
                here=schema.NEWEST,
            ) from None
        finally:
            connection.info.pop("immediate", None)


@contextmanager
def _honest(file: Path) -> Iterator[None]:
    """The driver's errors as ours, without their text (it quotes the row)."""
    try:
        yield
    except DatabaseError as error:
        match of_driver(error.orig, file):
            case Fault() as fault:
                raise StoreFull(fault) from None
            case None:
                raise
        raise StoreDamaged from None
