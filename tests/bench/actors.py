"""The two that are measured: the real booth, and Chromium in kiosk mode with a page of the same look."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

from display import Display

HERE = Path(__file__).parent
PATIENCE_SECONDS = 60
# One round over the screens: what is touched, and the name of what stands there then.
WAY = (
    ("tile_participation", "category"),
    ("entry", "ballot"),
    ("answer_1", "marked"),
    ("primary", "second"),
    ("back", "marked"),
    ("back", "category"),
    ("back", "menu"),
)


class Actor(Protocol):
    """A program with the booth's screens. `start` does not wait for anything."""

    name: str
    process: subprocess.Popen[str]

    def start(self) -> None: ...
    def to_menu(self) -> None: ...
    def place(self, name: str) -> tuple[int, int]: ...
    def box(self, name: str) -> tuple[int, int, int, int]: ...


def end(process: subprocess.Popen[str]) -> None:
    """The program and all that it started, and no sooner back than it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def _launch(display: Display, command: list[str], **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**display.environment, **environment},
        start_new_session=True,
    )


class Booth:
    """`kiosk run`, or the same with cards that the bench can move (`moved`)."""

    name = "booth"

    def __init__(self, display: Display, home: Path, pin: str, *, moved: bool) -> None:
        self._display, self._home, self._pin, self._moved = display, home, pin, moved

    def start(self) -> None:
        plain = ["-m", "kiosk", "run", "--config", str(self._home / "kiosk.toml")]
        command = [str(HERE / "booth_process.py"), str(self._home)] if self._moved else plain
        self.process = _launch(
            self._display, [sys.executable, *command], QT_QPA_PLATFORM="xcb", QT_QUICK_BACKEND="software"
        )

    def look(self) -> dict[str, Any]:
        self.order("look")
        assert self.process.stdout
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def order(self, order: str) -> None:
        assert self.process.stdin
        print(order, file=self.process.stdin, flush=True)

    def expect(self, shows: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (seen := self.look()["shows"]) != shows:
            if seen == "PinEntry":  # the PIN is more than a minute old
                time.sleep(0.5)
                self.type_pin()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the booth shows {seen} and not {shows}")
            time.sleep(0.02)
        time.sleep(0.5)  # just after a change the booth ignores touches

    def _item(self, name: str) -> tuple[tuple[int, int], tuple[int, int]]:
        items = self.look()["items"]
        wanted = {"entry": "row_"}.get(name, name)  # as the peer's page calls it
        found = next((place for known, place in items.items() if known.startswith(wanted)), None)
        if found is None:
            raise KeyError(f"{name} is not on the screen; there are {', '.join(items)}")
        return tuple(found[0]), tuple(found[1])

    def place(self, name: str) -> tuple[int, int]:
        return self._item(name)[0]

    def box(self, name: str) -> tuple[int, int, int, int]:
        (x, y), (wide, high) = self._item(name)
        return x - wide // 2, y - high // 2, x + wide // 2, y + high // 2

    def touch(self, name: str) -> None:
        self._display.move(*self.place(name))
        self._display.press()
        self._display.release()

    def to_menu(self) -> None:
        self.expect("Attract")
        self.order("insert")
        self.expect("Menu")

    def type_pin(self) -> None:
        for digit in self._pin:
            self.touch(f"key_{digit}")
            time.sleep(0.05)
        self.touch("primary")
        time.sleep(1)

    def go(self, name: str, shows: str) -> None:
        """Touches until the screen is another one: right after a change a touch on the way on may not count."""
        before, deadline = self.look()["shows"], time.monotonic() + PATIENCE_SECONDS
        while self.look()["shows"] == before and time.monotonic() < deadline:
            self.touch(name)
            time.sleep(1)
        self.expect(shows)

    def confirm(self, shows: str) -> None:
        """What cannot be taken back: all of it is looked at first, page by page."""
        self.read()
        self.go("primary", shows)

    def read(self) -> None:
        """To the last page of what stands there."""
        while "page_down" in self.look()["items"]:
            self.touch("page_down")
            time.sleep(1)

    def acts(self) -> None:
        """From the menu: a vote is cast and a certificate printed, so that everything has been used; then home."""
        self.expect("Menu")
        self.go("tile_participation", "List")
        self.go("row_", "Choice")
        while self.look()["shows"] == "Choice":
            self.touch("answer_0")
            time.sleep(0.5)
            self.read()
            self.touch("primary")
            time.sleep(1)
        self.confirm("Done")
        self.go("back", "Menu")
        self.go("tile_documents", "List")
        self.go("row_", "Review")
        self.confirm("Done")
        self.go("primary", "TakeCard")
        self.order("remove")
        self.expect("Attract")


class Peer:
    """Chromium in kiosk mode. Its own first-start questions and its calls home are off."""

    name = "chromium"
    FLAGS = (
        "--kiosk", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--password-store=basic",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-translate",
        "--noerrdialogs", "--window-position=0,0", "--window-size=1920,1080",
    )  # fmt: skip
    PLACES = {
        "tile_participation": (1644, 658), "entry": (1340, 234), "answer_1": (1340, 378), "primary": (1681, 1016),
        "back": (422, 1016),
    }  # fmt: skip

    def __init__(self, display: Display, profile: Path) -> None:
        self._display, self._profile = display, profile

    def start(self) -> None:
        page = (HERE / "peer.html").as_uri()
        self.process = _launch(self._display, ["chromium", *self.FLAGS, f"--user-data-dir={self._profile}", page])

    def place(self, name: str) -> tuple[int, int]:
        return self.PLACES[name]

    def box(self, name: str) -> tuple[int, int, int, int]:
        x, y = self.PLACES[name]
        return x - 212, y - 262, x + 212, y + 262

    def to_menu(self) -> None:
        """Anywhere: what a card does at the booth."""
        self._display.move(960, 900)
        self._display.press()
        self._display.release()
        time.sleep(1)
