"""The PIN letter: written by the press process, straight to a printer or into one file that its operator destroys.

Must never keep a copy, nor let a PIN, a code or a name into an error, an argument or a file's name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from municipality.words.printers import WORDS
from printing import NotReady, PinLetter, Press, PressFailed, Printed, Printer

_WAIT_SECONDS = 120.0


class LetterFailed(Exception):
    """No letter came out, or nobody can say whether one did; says why, without anything that stood in it."""


class LetterBox(Protocol):
    """Where a letter goes."""

    def make_ready(self) -> None:
        """Before the card is touched: raises LetterFailed if a letter could not go out now."""

    def put(self, letter: bytes) -> None:
        """Raises LetterFailed."""

    def give_up(self) -> None:
        """No letter will come."""


@dataclass
class LetterFile:
    """A new file that only its owner can read, from its first byte on."""

    path: Path

    def make_ready(self) -> None:
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise LetterFailed(f"{self.path}: {error.strerror}; expected a new file") from None

    def put(self, letter: bytes) -> None:
        try:
            with self.path.open("r+b") as file:
                file.write(letter)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LetterFailed(f"{self.path}: {error.strerror}") from None

    def give_up(self) -> None:
        with suppress(OSError):
            self.path.unlink()


@dataclass
class LetterPrinter:
    """A printer beside the operator."""

    printer: Printer

    def make_ready(self) -> None:
        if isinstance(found := self.printer.ready(), NotReady):
            raise LetterFailed(f"the printer is not ready: {WORDS[found.why]}")

    def put(self, letter: bytes) -> None:
        outcome = self.printer.print(letter, uuid4(), wait_seconds=_WAIT_SECONDS)
        if not isinstance(outcome, Printed):
            raise LetterFailed(f"the letter was not surely printed: {WORDS[outcome.why]}; destroy what came out")

    def give_up(self) -> None:
        """Nothing was begun."""


@contextmanager
def letter_press() -> Iterator[Press]:
    """The press without a seal: a PIN letter carries none."""
    with Press(None) as press:
        yield press


def send(press: Press, letter: PinLetter, box: LetterBox) -> None:
    """Make the letter and put it in the box. Raises LetterFailed."""
    try:
        made = press.make(letter)
    except PressFailed as failed:
        raise LetterFailed(f"the letter could not be made: {failed}") from None
    box.put(made)
