"""One consistent copy of the whole store in one file: SQLite's own backup, or pg_dump's custom format.

Must never put a password on a command line, nor leave half a copy under the name that was asked for.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from central.store.engine import Store

_HOURS = 6 * 3600


class CopyFailed(Exception):
    """No whole copy came about; says which program or check failed, never an address or a value."""


def copy(store: Store, file: Path) -> None:
    """Copy the store as it stands at one moment after the call into `file`, which must not be there; safe on disk when
    this returns. With PostgreSQL that is the whole database, other municipalities in it too. Raises CopyFailed."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if store.engine.dialect.name == "postgresql":
            _dump(store.engine, part)
        else:
            _copy_sqlite(store.engine, part)
        _sync(part)
        os.link(part, file)  # unlike a rename, never over another copy
        _sync(file.parent)
    except (OSError, sa.exc.SQLAlchemyError) as trouble:
        raise CopyFailed(f"the copy could not be written ({type(trouble).__name__})") from None
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(engine: sa.Engine, file: Path) -> None:
    import sqlcipher3.dbapi2 as sqlite

    with engine.connect() as connection, closing(sqlite.connect(str(file))) as target:
        source = connection.connection.driver_connection
        try:
            source.backup(target)  # type: ignore[union-attr]
            whole = target.execute("PRAGMA quick_check").fetchone()[0]
            target.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file, without a companion
        except sqlite.Error as trouble:
            raise CopyFailed(f"the copy could not be written ({type(trouble).__name__})") from None
    if whole != "ok":
        raise CopyFailed("the copy is damaged: the database itself may be")


def _dump(engine: sa.Engine, file: Path) -> None:
    from psycopg.conninfo import make_conninfo

    _, where = engine.dialect.create_connect_args(engine.url)
    where.pop("context", None)  # SQLAlchemy's own, no word of libpq's
    secret = str(where.pop("password", ""))
    environment = os.environ | ({"PGPASSWORD": secret} if secret else {})
    command = ["pg_dump", "--format=custom", "--no-password", f"--file={file}", f"--dbname={make_conninfo(**where)}"]
    _run(command, environment)
    _run(["pg_restore", "--list", str(file)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_HOURS)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise CopyFailed(f"{command[0]} did not run to its end ({type(trouble).__name__})") from None
    if done.returncode != 0:
        raise CopyFailed(f"{command[0]} ended with {done.returncode}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
