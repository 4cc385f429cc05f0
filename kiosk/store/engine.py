"""Opens the booth's database and gives out its transactions. Refuses SQLite versions that corrupt a shared WAL file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

# 3.7.0 to 3.51.2 can corrupt a WAL file that two processes write and checkpoint, as a booth and its daemon do.
OLDEST_SQLITE = (3, 51, 3)


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

        Somebody reading at that moment may keep part of it until the next time; that is no error.
        """
        with self._engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint runs outside of any transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

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
        "sqlite://", module=sqlcipher3, creator=lambda: _connect(file, key), poolclass=QueuePool, pool_size=4
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
    return Store(engine)


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
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        connection.info["immediate"] = True  # two processes that start together migrate one after the other
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        connection.info.pop("immediate", None)


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
