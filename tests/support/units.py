"""Our systemd units, run as systemd would run them where there is no systemd: the command, the environment, the folder
and the umask are read from the unit file, so that a test breaks with the unit.

Paths of a real machine are `moved` to a test's own: the longest beginning that fits. What systemd alone can do (users,
sandboxes, timers) is not tried here; `systemd-analyze verify` looks at it where it is installed.
"""

import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGING = Path(__file__).parents[2] / "packaging"
# Where the product lies on a real machine, and here.
INSTALLED = {"/opt/municipal-atm/bin": str(Path(sys.executable).parent)}
# What systemd gives to every service: systemd.exec(5), under "Environment Variables in Spawned Processes".
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"


@dataclass(frozen=True)
class Unit:
    """One unit file. `said`: every value of each key of its sections, in their order."""

    name: str
    said: Mapping[str, list[str]]
    moved: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        (line,) = self.said["ExecStart"]
        return [self._there(word) for word in shlex.split(line)]

    @property
    def environment(self) -> dict[str, str]:
        words = (word for line in self.said.get("Environment", []) for word in shlex.split(line))
        set_there = dict(word.split("=", 1) for word in words)
        return {"PATH": _PATH} | {name: self._there(value) for name, value in set_there.items()}

    def start(self, *more: str, around: tuple[str, ...] = (), **given: Any) -> "subprocess.Popen[Any]":
        """`more` arguments, `around` it another command; `env`: what a test adds to the unit's own environment; `cwd`:
        a folder to look into, instead of the unit's."""
        own = self.environment | given.pop("env", {})
        folder = given.pop("cwd", None) or self._there(self.said.get("WorkingDirectory", ["/"])[-1])
        umask = int(self.said["UMask"][-1], 8)
        return subprocess.Popen([*around, *self.command, *more], env=own, cwd=folder, umask=umask, **given)

    def run(self, *, seconds: float) -> "subprocess.CompletedProcess[str]":
        """To its end: what it said, and its exit code."""
        with self.start(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                said, complained = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, said, complained)

    def _there(self, text: str) -> str:
        """`text` with every path in it where it lies here."""
        for place in sorted(self.moved, key=len, reverse=True):
            if place in text:
                return text.replace(place, self.moved[place], 1)
        return text


def unit(name: str, moved: Mapping[str, str]) -> Unit:
    said: dict[str, list[str]] = {}
    for line in (PACKAGING / "systemd" / name).read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            said.setdefault(key.strip(), []).append(value.strip())
    return Unit(name, said, INSTALLED | dict(moved))


@contextmanager
def ready(unit: Unit, folder: Path, *more: str, seconds: float = 30, **given: Any) -> Iterator["subprocess.Popen[Any]"]:
    """A unit of Type=notify from its READY=1 to its end."""
    assert unit.said["Type"] == ["notify"]
    heard, place = b"", folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(place))
        notify.settimeout(seconds)
        process = unit.start(*more, env=given.pop("env", {}) | {"NOTIFY_SOCKET": str(place)}, **given)
        try:
            while b"READY=1" not in heard:
                heard += notify.recv(4096)
            yield process
        finally:
            end(process)


def end(process: "subprocess.Popen[Any]", seconds: float = 50, *, told: bool = True) -> int:
    """Told to end (unless it knows already), and made to where it does not; its exit code."""
    if told:
        process.terminate()
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(seconds)
