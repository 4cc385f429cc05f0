"""Talking with an official at a terminal: sentences, one question at a time, numbered answers. Leaving is always 0."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ballot_box.officials.commands.terminal import asked_to_agree
from ballot_box.officials.consent import plainly

_MANY = 60  # lines that still fit on two screens
STOP = "Σταματώ εδώ (ό,τι έγινε μένει)"


class Left(Exception):
    """The official stops here. What was done stays done, and the guide goes on from there."""


def say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def ask(question: str) -> str:
    """A line that is not empty; Left at 0 or at the end of the input."""
    while True:
        print(f"{question} (0 = σταματώ): ", end="", flush=True)
        said = sys.stdin.readline()
        if not said or said.strip() == "0":
            raise Left
        if said.strip():
            return said.strip()
        say("Δεν γράψατε τίποτα.")


def choose(question: str, options: Sequence[str], leave: str = STOP) -> int:
    """The place of the chosen one, from 0; Left at 0 or at the end of the input."""
    say("", question)
    for number, option in enumerate(options, start=1):
        say(f"  {number}. {option}")
    say(f"  0. {leave}")
    while True:
        print("Γράψτε τον αριθμό και πατήστε Enter: ", end="", flush=True)
        said = sys.stdin.readline()
        if not said or said.strip() == "0":
            raise Left
        if said.strip().isdecimal() and 1 <= int(said) <= len(options):
            return int(said) - 1
        say(f"Γράψτε έναν αριθμό από το 0 έως το {len(options)}.")


class Agreement:
    """Shows what is to be agreed with, and asks for the one word. What is too long to show lies in a file, whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, told: tuple[str, ...]) -> bool:
        say("", "Διαβάστε το όλο πριν συμφωνήσετε:")
        say(*(f"  {line}" for line in told[:_MANY]))
        if len(told) > _MANY:
            whole = self._folder / "to-read.txt"
            whole.write_text("\n".join(told) + "\n", encoding="utf-8")
            say(f"  … και άλλες {len(told) - _MANY} γραμμές. Διαβάστε τις στο αρχείο {whole}.")
        return asked_to_agree()


def shown(name: str) -> str:
    """A file's or a person's name as a terminal may print it."""
    return plainly([name])[0]
