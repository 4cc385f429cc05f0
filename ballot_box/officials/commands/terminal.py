"""What every command of the officials does at the terminal: the folder, the passphrase, the question, files. Never
prints or takes a key; a passphrase comes from the terminal alone, and only a rehearsal has it in a file.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets import typed
from ballot_box.officials import consent
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.home import Home, Passphrase

_AGREED = "ΣΥΜΦΩΝΩ"


class NotDone(Exception):
    """The tool does not do it; says why in plain words."""


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Any, help: str, *, home: bool = True
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help)
    parser.set_defaults(run=run)
    if home:
        parser.add_argument("--home", required=True, type=Path, metavar="DIR", help="the official's own folder")
        parser.add_argument(
            "--rehearsal",
            action="store_true",
            help=f"the passphrase lies in {PASSPHRASE_FILE} there, and nobody is asked",
        )
    return parser


def home_of(options: argparse.Namespace) -> Home:
    return Home.open(options.home, passphrase_of(options))


def passphrase_of(options: argparse.Namespace, *, new: bool = False) -> Passphrase:
    beside: Path = options.home / PASSPHRASE_FILE
    if options.rehearsal:
        return Passphrase(beside.read_text(encoding="utf-8").strip())
    if beside.exists():
        raise NotDone(f"{beside}: a passphrase lies beside the keys; this is a rehearsal's folder (--rehearsal)")
    return new_passphrase() if new else Passphrase(getpass.getpass("Συνθηματική φράση: "))


def new_passphrase() -> Passphrase:
    """Asked twice. Raises NotDone, and HomeRefused for a short one."""
    chosen = Passphrase.new(getpass.getpass("Νέα συνθηματική φράση (τέσσερις λέξεις): "))
    if getpass.getpass("Ακόμα μία φορά: ") != chosen.reveal():
        raise NotDone("the two are not the same; nothing was made")
    return chosen


def agree_at(options: argparse.Namespace) -> consent.Agree:
    def ask(told: tuple[str, ...]) -> bool:
        for line in told:
            print(line, file=sys.stderr)
        return bool(options.rehearsal) or asked_to_agree()

    return ask


def asked_to_agree() -> bool:
    """One word, in whatever letters: small, without accents, or with Latin ones that look like it."""
    print(f"Αν συμφωνείτε με όλα, γράψτε {_AGREED}: ", end="", file=sys.stderr, flush=True)
    return typed.capitals(sys.stdin.readline().strip()) == typed.capitals(_AGREED)


def now_of(options: argparse.Namespace) -> datetime:
    if options.at and not options.rehearsal:
        raise NotDone("--at is for rehearsals: a vote is opened by the clock")
    return options.at or datetime.now(UTC)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
