"""Hands at a booth's real window: keys alone, or a finger alone; and what its headphones were given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from card_reader import VirtualReader
from kiosk import settings, wiring
from kiosk.demo.patience import pause
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
