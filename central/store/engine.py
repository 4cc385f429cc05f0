"""Opens the store (SQLite or PostgreSQL), migrates it, and hands out transactions. Never commits half a use case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError

T = TypeVar("T")
StoreFailed = SQLAlchemyError
Unstorable = DataError  # a value that the database has no place for: too long, or text that it does not know
NEWEST = "0012"  # the last of migrations/versions; a test compares. Alembic takes a second to load: asked only if due
_BUSY_SECONDS = 20
_ATTEMPTS = 5
# PostgreSQL's query_canceled and lock_not_available: a limit of ours struck, and would strike again.
_TOOK_TOO_LONG = frozenset({"57014", "55P03"})


@dataclass(frozen=True)
class Limits:
    """How long PostgreSQL may keep us waiting, in seconds: for a connection, for a lock, for one statement."""

    connect: int = 10
    lock: int = 20
    statement: int = 120


@dataclass(frozen=True)
class Tx:
    """One open transaction, and whose rows it may touch."""

    connection: sa.Connection
    municipality: str


@dataclass(frozen=True)
class Store:
    """One municipality's part of a database."""

    engine: sa.Engine
    municipality: str

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """One transaction: all of it or nothing. SQLite takes its one write lock at the start, so that no reader
        turns writer halfway and fails."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield Tx(connection, self.municipality)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One consistent look: everything as it stood at one moment."""
        # SQLite's transactions are such looks by themselves.
        level = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**level) as connection, connection.begin():
            yield Tx(connection, self.municipality)

    def once(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction; where another process came first (same key, deadlock), run it anew. Where a
        limit struck, nobody waits for it five times: whoever asked is told to come again."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.writing() as tx:
                    return work(tx)
            except (IntegrityError, OperationalError) as trouble:
                if attempt == _ATTEMPTS - 1 or getattr(trouble.orig, "sqlstate", None) in _TOOK_TOO_LONG:
                    raise
        raise AssertionError("unreachable")

    def is_newest(self) -> bool:
        """Whether the tables have their newest form."""
        return self._revision() == NEWEST

    def migrate(self) -> None:
        """Bring the tables to their newest form; a store that is there already is left alone."""
        if self.is_newest():
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # a large town's tables take their time
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, municipality: str, limits: Limits | None = None) -> Store:
    """The store at `url`. SQLite's file is made if missing, readable by its owner only. Tables come with migrate()."""
    made = sa.make_url(url)
    if made.get_backend_name() == "sqlite":
        return Store(_sqlite(made), municipality)
    engine = sa.create_engine(
        made,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_limited(made, limits or Limits()),
    )
    return Store(engine, municipality)


def _limited(url: sa.URL, limits: Limits) -> dict[str, str | int]:
    """libpq's words for them; what the address itself says besides stays."""
    options = f"{url.query.get('options', '')} -c lock_timeout={limits.lock}s -c statement_timeout={limits.statement}s"
    return {"connect_timeout": limits.connect, "options": options.strip()}


def _sqlite(url: sa.URL) -> sa.Engine:
    # SQLCipher's build without a key is plain SQLite, and a new one: the interpreter's own (3.40 on Debian 12)
    # damages WAL files that two processes share, and `elections …` runs beside `serve`.
    import sqlcipher3.dbapi2 as sqlite

    if url.database:
        os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
    # Statement values are residents' data: they must not appear in an exception's text.
    engine = sa.create_engine(
        url, module=sqlite, poolclass=sa.pool.QueuePool, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}
    )

    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite.Connection, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
