"""Small files beside the database, in a folder that several processes share. Never half a file under its name."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, name: str) -> Iterator[None]:
    """One process at a time has the file `name`. Raises OSError."""
    with (folder / f"{name}.lock").open("w") as lock:
        _as_the_folder(lock.fileno(), folder)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _as_the_folder(file: int, folder: Path) -> None:
    """Whoever looks after the machine often is root: what they leave behind belongs to the user that serves."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)


def write(folder: Path, name: str, text: str) -> None:
    """On the disk when this returns. Raises OSError; then the file is what it was."""
    handle, aside = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            _as_the_folder(handle, folder)
            os.fsync(file.fileno())
        Path(aside).replace(folder / name)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
