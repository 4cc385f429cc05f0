"""CUPS' own IPP Everywhere printer on loopback, as a context manager; works as root and as an ordinary user.

ippeveprinter wants a D-Bus to look for Avahi on. It gets a private bus with nobody on it, and `-r off`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import requests
from ports import free_port
from waiting import until

# Debian keeps it in a folder that is not on an ordinary user's path.
PROGRAM = shutil.which("ippeveprinter", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "ippeveprinter"
Mood = Literal["good", "uncounted", "half", "one", "broken", "empty", "jam", "slow"]

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
<allow user="*"/></policy></busconfig>
"""

# What the printer runs for each document. The file `mood` says how it behaves, `paper` puts it right again,
# `stop` makes it give up without printing. It is given a minute, so that no test leaves it behind.
_ENGINE = """#!/bin/sh
cd {folder}
mood=$(cat mood)
[ -e remember ] && env >remember
sides=$(grep -ao '/Count [0-9]*' "$1" | head -n 1 | cut -d ' ' -f 2)
come_out() {{ cp "$1" "came-out/$IPP_JOB_NAME-$$.pdf"; }}
wait_for_hands() {{
  n=0
  while [ ! -e paper ] && [ ! -e stop ] && [ $n -lt 600 ]; do n=$((n + 1)); sleep 0.1; done
}}
case $mood in
  broken) exit 1 ;;
  uncounted) come_out "$1"; exit 0 ;;
  half) come_out "$1"; echo "ATTR: job-impressions=9 job-impressions-completed=1" >&2; exit 0 ;;
  one) come_out "$1"; echo "ATTR: job-impressions=$sides job-impressions-completed=1" >&2; exit 0 ;;
  empty | jam)
    fault=media-$mood-error
    echo "STATE: +$fault" >&2
    wait_for_hands
    echo "STATE: -$fault" >&2
    [ -e paper ] || exit 1 ;;
  slow) wait_for_hands ;;
esac
come_out "$1"
echo "ATTR: job-impressions=$sides job-impressions-completed=$sides" >&2
"""


@dataclass
class RealPrinter:
    """A running ippeveprinter, with the hands of whoever stands beside it."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def fingerprint(self) -> str:
        """SHA-256 of the certificate that it has made itself, for ipps:// on the same port."""
        pem = ssl.get_server_certificate(("localhost", self.port))
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()

    def papers(self) -> list[Path]:
        """What came out so far."""
        return sorted((self.folder / "came-out").iterdir())

    def mood(self, mood: Mood) -> None:
        for name in ("paper", "stop"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "mood").write_text(mood)

    def put_right(self) -> None:
        """Loads paper, pulls the jammed sheet out, lets a slow engine go on."""
        (self.folder / "paper").touch()

    def give_up(self) -> None:
        (self.folder / "stop").touch()

    def remember_request(self) -> None:
        (self.folder / "remember").touch()

    def request(self) -> str:
        """The attributes of the last remembered job, as NAME=value lines."""
        return (self.folder / "remember").read_text()

    def load(self, size: str = "iso_a4_210x297mm", *, sheets: int = 100) -> None:
        """Fills both trays, by the printer's own web form."""
        form = {"size1": size, "level1": str(sheets), "size3": size, "level3": "25" if sheets else "0"}
        with requests.Session() as session:
            session.trust_env = False
            session.get(f"http://localhost:{self.port}/media", params=form, timeout=60).raise_for_status()

    def switch_on(self) -> None:
        path = self.folder / "printer.log"
        with path.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, *f"-r off -p {self.port} -n localhost -d spool -k -K tls".split()]  # noqa: RUF005
                + ["-f", "application/pdf", "-c", str(self.folder / "engine"), "Test printer"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self._await_port(path)

    def switch_off(self) -> None:
        """As by the plug."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _await_port(self, log: Path) -> None:
        def listens() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), socket.create_connection(("localhost", self.port), 1):
                return True
            return False

        until(listens)


@contextlib.contextmanager
def real_printer(folder: Path) -> Iterator[RealPrinter]:
    """A printer with A4 in its trays and its state under `folder`."""
    for name in ("spool", "came-out", "tls"):
        (folder / name).mkdir()
    engine = folder / "engine"
    engine.write_text(_ENGINE.format(folder=folder))
    engine.chmod(0o755)
    with _private_bus(folder) as address:
        printer = RealPrinter(folder, free_port(), {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address})
        printer.mood("good")
        printer.switch_on()
        try:
            printer.load()
            yield printer
        finally:
            printer.give_up()  # frees an engine that still waits
            printer.switch_off()


def _listens(path: str) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        return True
    return False


@contextlib.contextmanager
def _private_bus(folder: Path) -> Iterator[str]:
    assert shutil.which("dbus-daemon"), "install the Debian package dbus"
    # A socket's path may have 107 bytes, and pytest's folders are long.
    path = f"{tempfile.mkdtemp(prefix='bus-')}/bus"
    (folder / "bus.conf").write_text(_BUS.format(path=path))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _listens(path))  # its file is there before anybody listens behind it
        yield f"unix:path={path}"
    finally:
        daemon.terminate()
        daemon.wait()
        shutil.rmtree(Path(path).parent, ignore_errors=True)
