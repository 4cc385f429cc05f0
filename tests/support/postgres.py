"""A real PostgreSQL for the tests of the store: a cluster of its own in a temporary folder, on a socket only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waiting import running, until


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


@dataclass(frozen=True)
class Server:
    """A running server of its own. `url`: without its database's name, `url.format(name=…)`."""

    home: Path
    url: str
    _options: str

    def start(self) -> None:
        """Returns when it takes connections; after a kill it has then replayed its log."""
        log = str(self.home / "data" / "log")
        self._control("-w", "-l", log, "-o", self._options, "start")

    def stop_at_once(self) -> None:
        """SIGQUIT: no last word to anybody, no checkpoint; as after a crash its log is replayed at the next start."""
        self._control("-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """kill -9 of the postmaster. Its other processes see that it is gone, each when it has done what it is at."""
        lock = self.home / "data" / "postmaster.pid"
        first = int(lock.read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # no further process after they have been counted
        others = _children_of(first)
        os.kill(first, signal.SIGKILL)
        until(lambda: not any(running(one) for one in (first, *others)))
        # A container may bury it late, and until then the next one would take it for alive.
        for file in (lock, self.home / "s" / ".s.PGSQL.5432.lock"):
            file.unlink()

    def _control(self, *words: str) -> None:
        _as_its_user(str(_bin() / "pg_ctl"), "-D", str(self.home / "data"), *words, cwd=self.home)


def _children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """An empty one, gone at the end. `durable`: it waits for the disk as a real one does (fsync)."""
    # Not under pytest's folder: that one is closed to other users, and its path may be too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="central-pg-", dir="/tmp"))
    home.chmod(0o755)
    data, sockets = home / "data", home / "s"
    sockets.mkdir()
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        shutil.chown(sockets, "postgres")
    try:
        _as_its_user(
            str(_bin() / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync", cwd=home,
        )  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={sockets} -c max_connections=40"
        options += "" if durable else " -c fsync=off"
        made = Server(home, f"postgresql+psycopg://postgres@/{{name}}?host={sockets}", options)
        made.start()
        try:
            yield made
        finally:
            made.stop_at_once()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty server that nobody kills, without its database's name. Gone at the end."""
    with server() as made:
        yield made.url
