"""Opens the booth's database and gives out its transactions. Refuses SQLite versions that corrupt a shared WAL file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

# 3.7.0 to 3.51.2 can corrupt a WAL file that two processes write and checkpoint, as a booth and its daemon do.
OLDEST_SQLITE = (3, 51, 3)
# A page is 4096 bytes, of which SQLCipher keeps 80; a ballot takes about 18 pages. 4 MiB, made in 0.1 s.
_STOCK_PAGES, _FEW_PAGES, _PAGE_FILLING = 1024, 256, 3900


__all__ = ["Connection", "Store", "StoreDamaged", "StoreFull", "StoreRefused", "open_store"]


class StoreRefused(Exception):
    """The database cannot be used on this machine: too old a library, a wrong key, a folder that is not there."""


class StoreFull(Exception):
    """The disk is full: nothing of this act was stored, what was committed before is safe."""


class StoreDamaged(Exception):
    """A page of the database fails its check; a technician restores the last good copy."""


class Store:
    """Transactions of one booth. `reading` waits for no writer; `writing` takes the lock at once, commits once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _honest(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it at the end of the block, or nothing. Raises StoreFull, StoreDamaged."""
        with _honest(), self._engine.connect() as connection:
            connection.info["immediate"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info.pop("immediate", None)

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


def open_store(file: Path, key: bytes) -> Store:
    """The store in `file`, made or brought up to date if need be. `key`: 32 bytes. Raises StoreRefused."""
    if sqlcipher3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreRefused(f"SQLite {sqlcipher3.sqlite_version} is too old: it can corrupt a shared WAL file")
    if len(key) != 32:
        raise StoreRefused("the store's key file must hold 64 hexadecimal digits")
    if not file.parent.is_dir():
        raise StoreRefused(f"the folder {file.parent} is not there")
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
        _migrate(engine)
        file.chmod(0o600)
    except DatabaseError as error:
        engine.dispose()
        raise StoreRefused(
            f"{file.name}: wrong key, or not the booth's database ({type(error.orig).__name__})"
        ) from None
    store = Store(engine)
    store.stir()
    return store


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


def _migrate(engine: Engine) -> None:
    migrations = Path(__file__).parent / "migrations"
    if _version(engine) == max(file.stem.split("_")[0] for file in (migrations / "versions").glob("[0-9]*.py")):
        return
    from alembic import command  # not at every start: it costs 16 MB and a tenth of a second
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.connect() as connection:
        connection.info["immediate"] = True  # two processes that start together migrate one after the other
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        connection.info.pop("immediate", None)


def _version(engine: Engine) -> str | None:
    """The migration that the file is at, or None for a new one."""
    with suppress(OperationalError), engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None


@contextmanager
def _honest() -> Iterator[None]:
    """The driver's errors as ours, without their text (it quotes the row)."""
    try:
        yield
    except OperationalError as error:
        if "disk is full" in str(error.orig) or "disk I/O" in str(error.orig):
            raise StoreFull from None
        raise
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StoreDamaged from None
        raise
