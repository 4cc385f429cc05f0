"""A real PostgreSQL for the tests of the store: a cluster of its own in a temporary folder, on a socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: scripts/system-packages names it")
    return found[-1].parent


def _as_its_user(*command: str, cwd: Path) -> None:
    """initdb and the server refuse root: root lends itself the account that Debian made for them."""
    lent = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*lent, *command], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr[-600:]}")


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty server, without its database's name: `url + "/" + name`. Gone at the end."""
    # Not under pytest's folder: that one is closed to other users, and its path may be too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="central-pg-", dir="/tmp"))
    home.chmod(0o755)
    data, sockets = home / "data", home / "s"
    sockets.mkdir()
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        shutil.chown(sockets, "postgres")
    programs = _bin()
    try:
        _as_its_user(
            str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync", cwd=home,
        )  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={sockets} -c fsync=off -c max_connections=40"
        log = str(data / "log")
        _as_its_user(str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", options, "start", cwd=home)
        try:
            yield f"postgresql+psycopg://postgres@/{{name}}?host={sockets}"
        finally:
            _as_its_user(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop", cwd=home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
