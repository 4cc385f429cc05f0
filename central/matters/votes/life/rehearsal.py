"""A rehearsal's officials, who are not the centre even there: each act of theirs is a process of its own, by the
commands that real ones use on machines of their own.

In a demo one machine plays all roles, so the centre starts them; it hands over what real ones are handed and never
looks into their folders for a key or a credential. A town in service has no such folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ballot_box import registrar
from ballot_box.officials import Signature, publication, read_signatures, read_signed
from central.kernel.centre import Centre
from central.matters.votes.life.elections import ElectionRefused

_SECONDS = 600
_SECONDS_AN_ELECTOR = 0.05  # measured: 4 ms for a slip; a slow machine that does other things as well
_TRUSTEES = ("trustee-1", "trustee-2")
_OFFICERS = ("officer-1", "officer-2")


class OfficialFailed(Exception):
    """A process of an official ended badly. Carries its own last words, which are public."""


@dataclass(frozen=True)
class Registered:
    """What the registrar hands over: slips by card (sealed), the public credentials, the digest of the roll of those
    who have one, and why others have none, by card. `auditors`: which cards are auditors', "" where none are."""

    slips: dict[str, str]
    credentials: tuple[str, ...]
    roll_digest: str
    roll_size: int
    left_out: dict[str, str]
    auditors: str = field(default="", repr=False)


def officials_file(centre: Centre) -> str:
    """officials.json of the rehearsal."""
    return (_folder(centre) / publication.OFFICIALS).read_text(encoding="utf-8")


def register(centre: Centre, request: str, electors: int, auditors: str = "") -> Registered:
    """Have the registrar make the voting slips for the roll in `request`. `auditors`: a line for each auditor's card,
    as they hand it to the registrar."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        table = Path(name)
        (table / "roll.json").write_text(request, encoding="utf-8")
        words = ["registrar", "--request", str(table / "roll.json"), "--out", str(table / "out")]
        if auditors:
            (table / "auditors.txt").write_text(auditors, encoding="utf-8")
            words += ["--auditors", str(table / "auditors.txt")]
        _run(centre, "registrar", *words, seconds=patience(electors))
        return read_registered(table / "out")


def read_registered(folder: Path) -> Registered:
    """What `python -m ballot_box registrar` has written. Raises OSError, ValueError, KeyError."""
    slips = json.loads((folder / "slips.json").read_text(encoding="utf-8"))
    digest = json.loads((folder / "roll_digest.json").read_text(encoding="utf-8"))
    credentials = json.loads((folder / "public_credentials.json").read_text(encoding="utf-8"))
    out_of_it = folder / registrar.LEFT_OUT
    left_out = json.loads(out_of_it.read_text(encoding="utf-8")) if out_of_it.exists() else []
    audited = folder / registrar.AUDITORS
    return Registered(
        slips={one["card"]: one["slip"] for one in slips["slips"]},
        credentials=tuple(credentials),
        roll_digest=digest["sha256"],
        roll_size=int(digest["size"]),
        left_out={one["card"]: one["why"] for one in left_out},
        auditors=audited.read_text(encoding="utf-8") if audited.exists() else "",
    )


def play(centre: Centre) -> list[str]:
    """What is told, in Greek, of a whole vote of an invented town that is gone afterwards: keys, slips, signatures,
    ballots, opening, end. Says whether this machine could hold one."""
    _folder(centre)
    return [line.strip() for line in _run(centre, "", "official", "play").splitlines() if line.strip()]


def patience(electors: int) -> float:
    """Seconds that may pass before a process is given up: more for a large town."""
    return _SECONDS + _SECONDS_AN_ELECTOR * electors


def sign_setup(centre: Centre, record: str) -> list[Signature]:
    """The registrar's and as many trustees' as it takes."""
    return _signed(centre, ("registrar", *_TRUSTEES), record)


def sign_declaration(centre: Centre, declaration: str, setup: str) -> list[Signature]:
    return _signed(centre, _OFFICERS, declaration, setup)


def sign_extension(centre: Centre, extension: str, setup: str) -> list[Signature]:
    return _signed(centre, ("registrar", *_TRUSTEES), extension, setup)


def _signed(centre: Centre, who: Sequence[str], record: str, setup: str = "") -> list[Signature]:
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        table = Path(name)
        (table / "record.json").write_text(record, encoding="utf-8")
        (table / "setup.json").write_text(setup, encoding="utf-8")
        beside = ("--setup", str(table / "setup.json")) if setup else ()

        def sign(one: str) -> Signature:
            out = table / f"{one}.json"
            _run(centre, one, "official", "sign", str(table / "record.json"), *beside, "--out", str(out))
            return read_signatures([json.loads(out.read_text(encoding="utf-8"))], one)[0]

        with ThreadPoolExecutor(len(who)) as pool:
            return list(pool.map(sign, who))


def deposits(centre: Centre, setup_file: str, now: datetime) -> str:
    """What the auditors had deposited with the registrar."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        table = Path(name)
        (table / "setup.json").write_text(setup_file, encoding="utf-8")
        words = ("--setup", str(table / "setup.json"), "--at", now.isoformat(), "--out", str(table / "deposits.json"))
        _run(centre, "registrar", "deposits", *words)
        return (table / "deposits.json").read_text(encoding="utf-8")


def shares(centre: Centre, package: bytes, slip: str, now: datetime) -> list[str]:
    """What enough trustees give to open a vote, each after a look at all of it."""

    def share(table: Path, one: str) -> str:
        words = ("--package", str(table / "package.zip"), "--slip", slip, "--at", now.isoformat())
        _run(centre, one, "trustee", "open", *words, "--out", str(table / f"{one}.txt"), seconds=3_600)
        return (table / f"{one}.txt").read_text(encoding="utf-8")

    return _by_trustees(package, share)


def ends(centre: Centre, package: bytes) -> tuple[str, list[Signature]]:
    """The final record and the signatures of enough trustees. Raises OfficialFailed if they differ."""

    def end(table: Path, one: str) -> str:
        words = ("--package", str(table / "package.zip"), "--out", str(table / f"{one}.json"))
        _run(centre, one, "trustee", "end", *words, seconds=3_600)
        return (table / f"{one}.json").read_text(encoding="utf-8")

    read = [read_signed(text, "final record") for text in _by_trustees(package, end)]
    if len({record for record, _ in read}) != 1:
        raise OfficialFailed("the trustees have not signed the same end")
    return read[0][0], [one for _, signatures in read for one in signatures]


def _by_trustees(package: bytes, act: Callable[[Path, str], str]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        table = Path(name)
        (table / "package.zip").write_bytes(package)
        with ThreadPoolExecutor(len(_TRUSTEES)) as pool:
            return list(pool.map(lambda one: act(table, one), _TRUSTEES))


def _folder(centre: Centre) -> Path:
    folder = centre.settings.rehearsal
    if folder is None:
        raise ElectionRefused("there are no rehearsal's officials here: real ones act on their own machines")
    return folder


def _run(centre: Centre, who: str, *words: str, seconds: float = _SECONDS) -> str:
    """What it has printed. `who`: whose folder it is about; "" where it is about nobody's."""
    at = 2 if words[0] in ("official", "trustee") else 1
    whose = ("--home", str(_folder(centre) / who), "--rehearsal") if who else ()
    command = [sys.executable, "-m", "ballot_box", *words[:at], *whose, *words[at:]]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise OfficialFailed(f"{words[0]}: no answer within {seconds:.0f} s") from None
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:]
        raise OfficialFailed(f"{' '.join(words[:2])}: {''.join(last)}")
    return done.stdout
