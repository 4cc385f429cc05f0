"""A window with a voice, and hands that have keys, fingers and headphones: for tests of what is said and shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pixels import scene, seen
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.demo.patience import pause
from kiosk.desk.pages import Step, Work
from kiosk.desk.views import View
from kiosk.devices.headphones import SimulatedHeadphones
from kiosk.devices.sound import RecordedSound, Sound
from kiosk.devices.speech import Manner, Sentence, Speaker
from kiosk.devices.tones import Chimes, Tone, tone
from kiosk.kernel.activity import Activity
from kiosk.ui import BoothWindow, LocalCounter, WindowStage
from kiosk.ui.gallery.samples import NOW, sample_settings
from kiosk.ui.gallery.screens import ShowingLobby
from kiosk.ui.speech.voice import Voice
from kiosk.ui.speech.voice_settings import VoiceSettings

READING = Work(Activity.READING_CARD, Step(1, 2))
BLACK = "#000000"


@dataclass
class Tongue:
    """Makes the same sound of every sentence, and remembers what was asked and how."""

    asked: list[tuple[Sentence, Manner]] = field(default_factory=list)

    def wav(self, sentence: Sentence, manner: Manner) -> bytes | None:
        self.asked.append((sentence, manner))
        return tone(Tone.ERROR)


@dataclass
class Watch:
    """A clock that moves only when told to."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Heard:
    """A window with a voice, and hands that have keys."""

    app: QGuiApplication
    lobby: ShowingLobby
    stage: WindowStage
    window: BoothWindow
    voice: Voice
    headphones: SimulatedHeadphones
    sound: RecordedSound
    tones: RecordedSound
    tongue: Tongue
    watch: Watch

    def settle(self) -> None:
        for _ in range(3):
            self.app.processEvents()
            self.window.grab()
        self.app.processEvents()

    def item(self, name: str) -> QQuickItem:
        found = self.window.find(name)
        assert found is not None, f"{name} is not on the screen {self.stage.screen}"
        return found

    def show(self, view: View) -> None:
        self.lobby.show(view)
        self.stage.beat()
        self.watch.seconds += 1
        self.settle()

    def key(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            each = key if isinstance(key, Qt.Key) else Qt.Key(ord(key.upper()))
            QTest.keyClick(self.window.window, each)
            self.settle()

    def fresh(self) -> list[str]:
        """What was said since the last look."""
        assert self.voice.said is not None
        said, self.voice.said = self.voice.said, []
        return said

    def asked(self) -> list[Any]:
        asked, self.lobby.asked = self.lobby.asked, []
        return asked


def listening(
    app: QGuiApplication,
    view: View,
    *,
    plugged: bool = True,
    at_once: bool = True,
    idle_seconds: int = 120,
    player: Sound | None = None,
    languages: tuple[str, ...] = ("el", "en"),
) -> Heard:
    """Close it: the voice, the window, the stage."""
    watch, lobby = Watch(), ShowingLobby(view)
    counter = LocalCounter(lobby, languages, lambda: NOW)
    stage = WindowStage(counter, sample_settings(languages, idle_seconds=idle_seconds), monotonic=watch)
    jack, sound, tones, tongue = SimulatedHeadphones(), RecordedSound(at_once=at_once), RecordedSound(), Tongue()
    speaker = Speaker(tongue, player or sound, lambda: jack.plugged)
    voice = Voice(stage, speaker, Chimes(player or tones), jack, VoiceSettings(), languages=languages)
    voice.said = []
    window = BoothWindow(stage, size=(1280, 1024), voice=voice)
    booth = Heard(app, lobby, stage, window, voice, jack, sound, tones, tongue, watch)
    watch.seconds += 1
    booth.settle()
    if plugged:
        jack.plug()
        booth.settle()
    return booth


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        pause(5)


def quiet(booth: Heard, seconds: float) -> None:
    """Nobody does anything for so long; beside it both clocks beat."""
    until(lambda: not booth.voice._speaker.speaking)
    booth.watch.seconds += seconds
    booth.voice.beat()
    booth.stage.beat()
    booth.settle()


def middle(booth: Heard, name: str) -> QPoint:
    item = booth.item(name)
    return item.mapToScene(item.boundingRect().center()).toPoint()


def finger(booth: Heard, seconds: float = 0.0, at: QPoint | str = QPoint(640, 500)) -> None:  # noqa: B008
    """A touch of so long, at a place or on the middle of a thing."""
    place = middle(booth, at) if isinstance(at, str) else at
    QTest.mousePress(booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    booth.watch.seconds += seconds
    QTest.mouseRelease(booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    booth.settle()


def reach(booth: Heard, name: str) -> None:
    """Pages down the sheet until the thing is wholly seen, and touches it."""
    for _ in range(12):
        item = booth.window.find(name)
        if item is not None and seen(item, scene(item)) == scene(item):
            finger(booth, at=name)
            return
        booth.window._walker.press("page_down")
        booth.settle()
    raise AssertionError(f"{name} is never seen")


def is_black(booth: Heard) -> bool:
    """Where nothing is ever written, in the dark too."""
    return all(booth.window.grab().pixelColor(x, y).name() == BLACK for x, y in ((640, 500), (300, 40), (640, 1000)))


def is_lit(booth: Heard) -> bool:
    """Nothing lies over the screen; in white on black the page itself may be black where `is_black` looks."""
    (darkness,) = booth.window.window.findChildren(QQuickItem, "darkness")
    return not darkness.isVisible() and (booth.stage.scheme == 2 or not is_black(booth))


def settings_of(booth: Heard) -> dict[str, Any]:
    stage, voice = booth.stage, booth.voice
    return {
        "language": stage.language, "scheme": stage.scheme, "size": stage.textSize, "motion": stage.motion,
        "simple": stage.simple, "low": stage.lowReach, "sheet": stage.sheet,
        "volume": voice.volume, "rate": voice.rate, "dark": voice.dark, "on": voice.on,
    }  # fmt: skip


def usual(*, on: bool = False, **other: Any) -> dict[str, Any]:
    """What everybody finds; `on`: headphones are in."""
    return {
        "language": "el", "scheme": 0, "size": 0, "motion": True, "simple": False, "low": False, "sheet": "",
        "volume": 60, "rate": 160, "dark": False, "on": on,
    } | other  # fmt: skip
