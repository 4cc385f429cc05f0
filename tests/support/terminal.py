"""A command at a pseudo-terminal, typed to by a test as by a person."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Terminal:
    """`python -m ballot_box …`, or another command, with a keyboard and a screen of its own."""

    def __init__(self, *words: object, command: tuple[str, ...] = (sys.executable, "-m", "ballot_box")) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*command, *map(str, words)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=ROOT,
            preexec_fn=self._controlling,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""
        self._heard = 0

    @staticmethod
    def _controlling() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def until(self, text: str, seconds: float = 90) -> str:
        """What it says from where this was asked last, up to `text`."""
        deadline, start = time.monotonic() + seconds, self._heard
        while (place := self.seen.find(text, start)) < 0:
            assert time.monotonic() < deadline, f"{text!r} was not said: {self.seen[-2000:]}"
            if select.select([self._master], [], [], 1)[0]:
                self.seen += self._read()
        self._heard = place + len(text)
        return self.seen[start : self._heard]

    def _read(self) -> str:
        found = os.read(self._master, 65536)
        while True:  # a letter may be cut in two
            try:
                return found.decode()
            except UnicodeDecodeError:
                found += os.read(self._master, 1)

    def type(self, text: str) -> None:
        os.write(self._master, f"{text}\n".encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        os.write(self._master, b"\x03")

    def answer(self, *pairs: tuple[str, str]) -> None:
        """(what is asked, what is typed), one after the other."""
        for question, typed in pairs:
            self.until(question)
            self.type(typed)

    def end(self) -> int:
        try:
            while select.select([self._master], [], [], 60)[0]:
                self.seen += self._read()
        except OSError:  # nobody is at the other end any more
            pass
        return self._process.wait(60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(60)
        os.close(self._master)
