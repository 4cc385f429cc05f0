"""A booth on a disk that is out of reach, in a mount namespace of its own, as root. Run by test_store_lost.

Takes one JSON line on standard input: {"home", "disk", "url"}: a booth's folder, an empty folder to mount on, the town
hall's address. Prints one: what each command said and how it ended, for each fault of the disk, and whether a file
changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from counter_command import behind_the_window

from kiosk.commands import cli, doctor
from kiosk.health import Check

NOBODY = 65534


def _said(disk: Path, url: str) -> dict[str, Any]:
    config = disk / "kiosk.toml"

    def ended(*command: str) -> list[Any]:
        out = io.StringIO()
        with redirect_stderr(out), redirect_stdout(out):
            code = behind_the_window(config) if command == ("counter",) else cli.main([*command, *_at(config)])
        return [code, out.getvalue()]

    commands = {
        "run": ("counter",),
        "sync": ("sync", "--once", "--centre", url),
        "restore": ("restore",),
        "empty": ("restore", "--empty"),
    }
    told: dict[str, Any] = {name: ended(*command) for name, command in commands.items()}
    rows = {one.check: one.name for one in doctor.examine(config)[1]}
    return {**told, "doctor": [rows[Check.DATABASE], rows[Check.DISK]]}


def _at(config: Path) -> list[str]:
    return ["--config", str(config)]


def _content(disk: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in disk.glob("booth.db*")
        if "db-" not in file.name
    }


@contextmanager
def _read_only(disk: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def _somebody() -> int:
    """Who is not root and comes to these files all the same: a home may be closed to all but its owner."""
    above = [folder.stat() for folder in Path(__file__).resolve().parents]
    return next((one.st_uid for one in above if one.st_uid and not one.st_mode & 0o001), NOBODY)


@contextmanager
def _of_root(disk: Path) -> Iterator[None]:
    """Everybody may look and nobody but root write: a technician typed a command as root."""
    for file in (disk, *disk.rglob("*")):
        file.chmod(0o755 if file.is_dir() else 0o644)
    os.seteuid(_somebody())
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    """To the last block: no room for the shared memory beside the database."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        (disk / "ballast").unlink()


def main() -> None:
    order = json.loads(sys.stdin.readline())
    disk = Path(order["disk"])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", str(disk)], check=True)
    shutil.copytree(order["home"], disk, dirs_exist_ok=True)
    before, said = _content(disk), {}
    for name, fault in (("read-only", _read_only), ("of root", _of_root), ("full", _full)):
        with fault(disk):
            said[name] = _said(disk, order["url"])
            said[name]["untouched"] = _content(disk) == before
    print(json.dumps(said))


if __name__ == "__main__":
    main()
