"""The registrar and the trustee, who are not the centre: each a process of its own with a folder of its own.

In the demo one machine plays all roles, so the centre starts them; it hands over public matter and never looks into
their folders for a key or a credential.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 600
_SECONDS_AN_ELECTOR = 0.05  # measured: 4 ms for a slip; a slow machine that does other things as well


class OfficialFailed(Exception):
    """A process of the registrar or a trustee ended badly. Carries its own last words, which are public."""


@dataclass(frozen=True)
class Registered:
    """What the registrar hands over: slips by card (sealed), the public credentials, the digest of the roll of those
    who have one, and why others have none, by card."""

    slips: dict[str, str]
    credentials: tuple[str, ...]
    roll_digest: str
    roll_size: int
    left_out: dict[str, str]


def register(folder: Path, election: str, roll: list[tuple[str, str]]) -> Registered:
    """Have the registrar make the voting slips for `roll`: (card number, PEM of its 9D key)."""
    out = folder / election
    out.mkdir(mode=0o700, parents=True)
    listed = [{"card": card, "key": key} for card, key in roll]
    (out / "roll.json").write_text(json.dumps(listed), encoding="utf-8")
    words = ("registrar", "--roll", str(out / "roll.json"), "--election", election, "--out", str(out))
    _run(*words, seconds=patience(len(roll)))
    slips = json.loads((out / "slips.json").read_text(encoding="utf-8"))
    digest = json.loads((out / "roll_digest.json").read_text(encoding="utf-8"))
    credentials = json.loads((out / "public_credentials.json").read_text(encoding="utf-8"))
    out_of_it = out / "left_out.json"
    left_out = json.loads(out_of_it.read_text(encoding="utf-8")) if out_of_it.exists() else []
    return Registered(
        slips={one["card"]: one["slip"] for one in slips["slips"]},
        credentials=tuple(credentials),
        roll_digest=digest["sha256"],
        roll_size=int(digest["size"]),
        left_out={one["card"]: one["why"] for one in left_out},
    )


def patience(electors: int) -> float:
    """Seconds that may pass before a process is given up: more for a large town."""
    return _SECONDS + _SECONDS_AN_ELECTOR * electors


def make_trustee_key(folder: Path, election: str) -> str:
    """Have the trustee make a key pair for this election; returns the public half, JSON text."""
    home = folder / election
    _run("trustee", "make", "--out", str(home))
    return (home / "public_key.json").read_text(encoding="utf-8").strip()


def decrypt(folder: Path, election: str, board: Path) -> str:
    """Have the trustee decrypt the tally on a closed board; returns their share, public."""
    home = folder / election
    share = home / "share.txt"
    _run("trustee", "decrypt", "--board", str(board), "--key", str(home), "--out", str(share))
    return share.read_text(encoding="ascii")


def _run(*words: str, seconds: float = _SECONDS) -> None:
    command = [sys.executable, "-m", "ballot_box", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise OfficialFailed(f"{' '.join(words[:2])}: did not end within {seconds:.0f} s") from None
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise OfficialFailed(f"{' '.join(words[:2])}: {last[0]}")
