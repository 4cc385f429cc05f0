"""The demo's town hall: seeded once, kept; its centre is a process, known by its command line and not by its code."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from card_reader import CardImage

_START_SECONDS = 60


class TownFailed(Exception):
    """A step of the town hall's side did not succeed; says which command and how it ended."""


@dataclass(frozen=True)
class DemoCard:
    """A card of the bench: what is written on its label, its number, the card itself. PIN and block code (what
    «Έχασα την κάρτα μου» asks for; "" of a card that nobody can lose) are shown on the bench only."""

    label_el: str
    label_en: str
    kind: str
    number: str
    pin: str = field(repr=False)
    block_code: str = field(repr=False)
    image: CardImage = field(repr=False)


@dataclass(frozen=True)
class Town:
    """A seeded demo municipality in `home` (layout: docs/architecture.md)."""

    home: Path

    def seed(self) -> None:
        """Makes the municipality unless it is there. One that lay for days does not know the time any more: whoever
        shows it vouches for today."""
        if not (self.home / "seed.json").is_file():
            run_central("seed", "--out", str(self.home))
            return
        today = datetime.now(UTC).date().isoformat()
        run_central("clock", "confirm", "--home", str(self.home / "centre"), "--today", today)

    def booth_file(self, booth: str) -> Path:
        return self.home / "booths" / booth / "kiosk.toml"

    @property
    def booths(self) -> list[str]:
        return sorted(folder.name for folder in (self.home / "booths").iterdir())

    def cards(self) -> list[DemoCard]:
        """The demo cards, in the order of their files."""
        told = {Path(card["file"]).name: card for card in self._facts()["cards"]}
        return [_card(file, told[file.name]) for file in sorted((self.home / "cards").glob("*.json"))]

    def open_vote(self, now: datetime) -> dict[str, Any]:
        """A vote that is open now; the officer opens another one when the last was counted."""
        for election in self.elections("list")["elections"]:
            opens, closes = (datetime.fromisoformat(election[end]) for end in ("opens", "closes"))
            if election["state"] == "open" and opens <= now < closes:
                return dict(election)
        return self.elections("open", "--title-from", "demo")

    def elections(self, *arguments: str) -> dict[str, Any]:
        """One of the officer's commands, by its JSON answer."""
        return run_central("elections", arguments[0], "--home", str(self.home / "centre"), *arguments[1:])

    @property
    def url(self) -> str:
        """The address that the town hall has signed: it stands on papers and in their QR codes."""
        return str(self._facts()["url"])

    @contextmanager
    def centre(self, *, as_signed: bool = False, at: str = "") -> Iterator[str]:
        """The centre, serving on a free port of loopback; gives its address. `as_signed`: on that of `url`, so that
        codes on papers lead to it, unless somebody else is there already. `at`: with its clock there."""
        port = str(_free(self.url) if as_signed else 0)
        command = [sys.executable, "-m", "central", "serve", "--home", str(self.home / "centre"), "--port", port]
        command += ["--at", at] if at else []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                line = process.stdout.readline() if process.stdout else ""
                if not line:
                    raise TownFailed(f"the centre did not start (exit {process.wait(10)})")
                url = json.loads(line)["url"]
                _wait_until_it_answers(url)
                yield url
            finally:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.home / "seed.json").read_text(encoding="utf-8"))
        return facts


def run_central(*arguments: str) -> dict[str, Any]:
    """Runs `kiosk-central` and reads its last line as JSON. Raises TownFailed with the end of what it said."""
    return run_tool("central", *arguments)


def run_tool(module: str, *arguments: str) -> dict[str, Any]:
    """One of our own command lines, by the JSON line that it ends with."""
    answer: dict[str, Any] = json.loads(tool(module, *arguments).strip().splitlines()[-1])
    return answer


def tool(module: str, *arguments: str) -> str:
    """One of our own command lines, by what it printed. Raises TownFailed unless it ended well."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TownFailed(
            f"{module} {' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr[-600:].strip()}"
        )
    return done.stdout


def _free(url: str) -> int:
    """The port of `url` if nobody listens there, or 0: any."""
    place = urlsplit(url)
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the centre itself binds
        try:
            tried.bind((place.hostname or "", place.port or 0))
        except OSError:
            return 0
    return place.port or 0


def _card(file: Path, told: dict[str, str]) -> DemoCard:
    facts = json.loads(file.read_text(encoding="utf-8"))
    image = CardImage.from_json(json.dumps(facts["image"]) if isinstance(facts["image"], dict) else facts["image"])
    return DemoCard(
        facts["label_el"], facts["label_en"], told["kind"], told["number"], facts["pin"], told["block_code"], image
    )


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urlopen(f"{url}/healthz", timeout=2):  # noqa: S310  # our own loopback address
                return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise TownFailed("the centre does not answer") from None
            time.sleep(0.05)
