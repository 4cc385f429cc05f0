"""Hands at a booth's real window: keys alone, or a finger alone; and who has nothing but its headphones."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from card_reader import VirtualReader
from kiosk import settings, wiring
from kiosk.demo.patience import pause, turn
from kiosk.demo.walk import Walker
from kiosk.devices.headphones import SimulatedHeadphones
from kiosk.devices.sound import RecordedSound
from kiosk.ui.window.local_counter import on_screen

_MOST_KEYS = 60


@dataclass
class AtTheBooth:
    """The booth, what its headphones were given, and hands that have keys and nothing else."""

    walker: Walker
    headphones: SimulatedHeadphones
    sound: RecordedSound

    def key(self, key: Qt.Key | str) -> None:
        for each in [key] if isinstance(key, Qt.Key) else [Qt.Key(ord(letter)) for letter in key]:
            QTest.keyClick(self.walker.screen.window.window, each)
            pause(20)


def technicians_page(walker: Walker) -> str:
    """The name of the technician's page that stands there, "" while something is under way."""
    key = str(walker.screen.stage.property("view").get("key", ""))
    return key.split()[1] if key.startswith("TechnicianPage ") else ""


def row(key: str) -> str:
    """The name of the item for a row's key; the footer's keep theirs."""
    return key if key in ("primary", "back") else f"row_{key}"


@contextmanager
def booth_of(home: Path, *, plugged: bool, size: tuple[int, int] = (1280, 1024)) -> Iterator[AtTheBooth]:
    loaded = settings.load(home / "kiosk.toml")
    reader, headphones, sound = VirtualReader(), SimulatedHeadphones(plugged=plugged), RecordedSound()
    with (
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader), config=home / "kiosk.toml") as booth,
        on_screen(booth, size=size, headphones=headphones, sound=sound) as screen,
    ):
        screen.voice.said = []
        yield AtTheBooth(Walker(screen, reader), headphones, sound)
        assert screen.window.complaints == []


@dataclass
class KeysOnly:
    at: AtTheBooth

    def to(self, name: str) -> None:
        """Walks the focus to the item of that name, as an eye follows the ring, and presses it; while it is shut, the
        pager first."""
        walker = self.at.walker
        walker.wait(lambda: walker.screen.window.find(name) is not None, name)
        walker.settle()
        while self._open("page_down") and not self._open(name):
            self._press("page_down")
        self._press(name)

    def _open(self, name: str) -> bool:
        item = self.at.walker.screen.window.find(name)
        return item is not None and item.isEnabled()

    def _press(self, name: str) -> None:
        for _ in range(_MOST_KEYS):
            focused = self.at.walker.screen.window._walker.focused()
            if focused is not None and focused.objectName() == name:
                self.at.key(Qt.Key.Key_Return)
                return
            self.at.key(Qt.Key.Key_Tab)
        raise AssertionError(f"the keys do not lead to {name} on {self.at.walker.shows}")

    def shows(self, screen: str) -> None:
        self.at.walker.wait(lambda: self.at.walker.shows == screen, screen)
        self.at.walker.settle()


@dataclass
class Ears:
    """A resident who hears, and presses keys. All that they know of the booth is what was `heard`, and when it is
    `silent`."""

    heard: Callable[[], list[str]]
    silent: Callable[[], bool]
    key: Callable[[Qt.Key | str], None]
    press_words: str
    at: int = 0

    def wait_for(self, words: str, seconds: float = 60) -> str:
        """The first sentence from here on that holds `words`."""
        if not turn(lambda: any(words in told for told in self.heard()[self.at :]), seconds):
            raise AssertionError(f"never heard {words!r}; since then: {self.heard()[self.at :]}")
        self.at += next(place for place, told in enumerate(self.heard()[self.at :]) if words in told)
        told = self.heard()[self.at]
        pause(450)  # a resident hears it all out, however long the voice takes
        assert turn(self.silent, seconds)
        return told

    def choose(self, name: str) -> None:
        """Waits to hear which key chooses `name`, and presses that key."""
        told = self.wait_for(name)
        while self.press_words not in told:
            self.at += 1
            told = self.wait_for(name)
        key = re.search(rf"{self.press_words} (\w+)", told)
        assert key is not None, told
        self.at = len(self.heard())
        self.key(Qt.Key.Key_Return if key.group(1) == "Enter" else key.group(1))
