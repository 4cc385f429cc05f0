"""Opens the store (SQLite or PostgreSQL), migrates it, and hands out transactions. Never commits half a use case."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, OperationalError, SQLAlchemyError

from central.store.tables import metadata

T = TypeVar("T")
StoreFailed = SQLAlchemyError
Unstorable = DataError  # a value that the database has no place for: too long, or text that it does not know
_MIGRATIONS = Path(__file__).with_name("migrations")
# Alembic takes a second to load: asked only if due.
NEWEST = max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
_BUSY_SECONDS = 20
_FRESH_SECONDS = 1.0
_ATTEMPTS = 5
# PostgreSQL's query_canceled and lock_not_available: a limit of ours struck, and would strike again.
_TOOK_TOO_LONG = frozenset({"57014", "55P03"})


class TablesRefused(Exception):
    """This program cannot use the tables that are there; says why, and what to do. They are as they were."""


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

    def forget(self) -> None:
        """Let go of what lies beside the tables and no row needs any more. SQLite's write-ahead log keeps pages as they
        were, also of rows that are gone; somebody who reads at this moment keeps part of it until the next time. On
        PostgreSQL its own upkeep does it (docs/threats.md)."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # a checkpoint runs outside of any transaction
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def fault(self) -> str:
        """Of the tables: "" if they are the newest, "old", "newer" than this program, or "unknown"."""
        found = self._versions()
        if found == [NEWEST]:
            return ""
        if not found:
            return "unknown" if self._ours() else "old"
        if len(found) > 1 or not (found[0].isascii() and found[0].isdigit()):
            return "unknown"
        known = any((_MIGRATIONS / "versions").glob(f"{found[0]}_*.py"))
        return "old" if known else "newer" if found[0] > NEWEST else "unknown"

    def migrate(self) -> None:
        """Bring the tables to their newest form; a store that is there already is left alone. Raises TablesRefused."""
        fault = self.fault()
        said = ", ".join(self._versions()) or "none"
        if fault in ("newer", "unknown"):
            raise TablesRefused((_NEWER if fault == "newer" else _UNKNOWN).format(said=said, newest=NEWEST))
        if fault == "old":
            self._upgrade(said)
        if lacking := self._lacking():
            raise TablesRefused(_DAMAGED.format(lacking=", ".join(lacking[:5])))

    def _upgrade(self, said: str) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        try:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                if self.engine.dialect.name == "postgresql":
                    # A large town's tables take their time.
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                config.attributes["connection"] = connection
                config.attributes["still_waiting"] = _still_waiting  # migrations import nothing of ours
                command.upgrade(config, "head")
        except SQLAlchemyError as trouble:
            raise TablesRefused(_NOT_RAISED.format(said=said, newest=NEWEST, kind=type(trouble).__name__)) from None

    def _versions(self) -> list[str]:
        """What the tables say of their own form: one word, if all is well."""
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return []
            return sorted(map(str, connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()))

    def _ours(self) -> list[str]:
        """Tables of ours that are there."""
        return sorted(set(sa.inspect(self.engine).get_table_names()) & set(metadata.tables))

    def _lacking(self) -> list[str]:
        """Tables and columns that should be there and are not."""
        columns = sa.inspect(self.engine).get_multi_columns()
        found = {name: {one["name"] for one in several} for (_, name), several in columns.items()}
        wanted = {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}
        parts = [f"{name}.{one}" for name in wanted.keys() & found for one in wanted[name] - found[name]]
        return sorted([*(wanted.keys() - found), *parts])

    def close(self) -> None:
        self.engine.dispose()


def _still_waiting(what: str) -> NoReturn:
    raise TablesRefused(
        f"{what}, and only the program that was here before can see to that: start it, let it finish, and then install "
        "this one. Nothing was changed"
    )


_RESTORE = "put the newest copy back and run `kiosk-central restored` (docs/operation.md)"
_NEWER = (
    "the tables have version {said}, and this program knows none after {newest}: a newer program made them. Start that "
    "one; to go back to this one, put back the copy from before and run `kiosk-central restored` (docs/operation.md)"
)
_UNKNOWN = (
    "the tables say that their version is {said}, which no program of ours has made; this one knows 0001 to {newest}. "
    "Nothing was changed. If another program's database stands in central.toml, name ours; if this is ours, it is "
    f"damaged: {_RESTORE}"
)
_DAMAGED = f"the tables are damaged: {{lacking}} is not there. Nothing was changed: {_RESTORE}"
_NOT_RAISED = (
    "the tables have version {said} and could not be brought to {newest} ({kind}); they are as they were. Run it again "
    f"when nobody else uses the database; if it fails again, they are damaged: {_RESTORE}"
)


def is_damage(trouble: StoreFailed) -> bool:
    """Whether the database itself is broken, not only out of reach or busy."""
    return type(trouble) is DatabaseError


def open_store(url: str, municipality: str, limits: Limits | None = None) -> Store:
    """The store at `url`. SQLite's file is made if missing, readable by its owner only. Tables come with migrate()."""
    made = sa.make_url(url)
    if made.get_backend_name() == "sqlite":
        return Store(_sqlite(made), municipality)
    engine = sa.create_engine(
        made,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        connect_args=_limited(made, limits or Limits()),
    )
    _look_after(engine)
    return Store(engine, municipality)


def _look_after(engine: sa.Engine) -> None:
    """A connection that has lain for a while is tried before it is used: the database may have been started anew. One
    that was in use a moment ago is not, which would be a question more for every transaction."""

    @sa.event.listens_for(engine, "checkin")
    def left(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["left"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def taken(connection: DBAPIConnection, record: sa.pool.ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("left", time.monotonic()) < _FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise sa.exc.DisconnectionError from None  # the pool makes another


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
