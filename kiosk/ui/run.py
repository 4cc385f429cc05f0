"""Puts the booth on the screen and stays until it is told to stop. Never: building the booth (kiosk.wiring does)."""

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from kiosk.devices.headphones import Handset, Headphones, JackHeadphones, NoJack, machine_headphones
from kiosk.devices.sound import Silence, Sound, machine_sound
from kiosk.devices.speech import BoothVoice, Manner, Speaker
from kiosk.devices.tones import Chimes
from kiosk.flows.lobby import Lobby
from kiosk.services import public_matter
from kiosk.services.booth import Booth
from kiosk.ui.app import BoothWindow, application
from kiosk.ui.habits import Habits
from kiosk.ui.lanes import Lanes
from kiosk.ui.neighbours import StageSettings
from kiosk.ui.stage import Stage
from kiosk.ui.voice import Voice
from municipality.messages import Words


@dataclass(frozen=True)
class Screen:
    """A booth on the screen."""

    app: QGuiApplication
    stage: Stage
    window: BoothWindow
    voice: Voice


@contextmanager
def on_screen(
    booth: Booth,
    *,
    size: tuple[int, int] | None = None,
    fullscreen: bool | None = None,
    headphones: Headphones | None = None,
    sound: Sound | None = None,
) -> Iterator[Screen]:
    """The booth's window, listening to its reader; everything is stopped and closed at the end.

    `headphones` and `sound`: what a bench or a test puts in the place of the machine's own.
    """
    screen = booth.settings.screen
    app = application()
    stage = Stage(Lobby(booth), Lanes(), _stage_settings(booth), booth.clock)
    jack = headphones or _headphones(booth)
    voice = _voice(booth, stage, jack, sound or _sound(booth))
    window = BoothWindow(
        stage,
        voice=voice,
        size=size or (screen.width, screen.height),
        fullscreen=screen.fullscreen if fullscreen is None else fullscreen,
    )
    watch = stage.watch(booth.reader)
    QTimer.singleShot(0, stage.beat)  # what the store knows is asked for as soon as there is a picture
    try:
        yield Screen(app, stage, window, voice)
    finally:
        watch.stop()
        voice.shutdown()
        stage.shutdown()
        window.close()
        if headphones is None and isinstance(jack, JackHeadphones):
            jack.close()


def run_booth(booth: Booth) -> int:
    """Until SIGTERM or SIGINT. Returns Qt's exit code."""
    with on_screen(booth) as screen:
        screen.window.window.frameSwapped.connect(_loaded, Qt.ConnectionType.SingleShotConnection)
        stop_on_signals(screen.app)
        # Whoever keeps the booth running (systemd) starts it anew: settings are read, everything is made afresh.
        screen.stage.restartWanted.connect(screen.app.quit)
        return screen.app.exec()


def _loaded() -> None:
    """With the first picture everything stands that stays: from now on the collector leaves it out of its rounds."""
    gc.freeze()
    gc.enable()


def stop_on_signals(app: QGuiApplication) -> QTimer:
    """A signal ends the event loop; Python sees signals only when it runs, so a timer lets it run."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.quit())
    timer = QTimer(app)
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer


def _voice(booth: Booth, stage: Stage, headphones: Headphones, sound: Sound) -> Voice:
    wanted = booth.settings.sound
    manner = Manner(wanted.rate, wanted.volume)
    speaker = Speaker(BoothVoice(wanted.cache, manner), sound, private=lambda: headphones.plugged)
    languages = booth.settings.screen.languages
    return Voice(stage, speaker, Chimes(sound), headphones, Habits(manner, wanted.tones), languages=languages)


def _headphones(booth: Booth) -> Headphones:
    match booth.settings.sound.headphones:
        case "auto":
            return machine_headphones()
        case "handset":
            return Handset()
        case "none":
            return NoJack()


def _sound(booth: Booth) -> Sound:
    return machine_sound() if booth.settings.sound.player == "auto" else Silence()


def _stage_settings(booth: Booth) -> StageSettings:
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
    name = Words(el=booth.settings.booth.name_el, en=booth.settings.booth.name_en)
    return StageSettings(
        municipality=town.name if town else name,
        unit_name=name,
        languages=booth.settings.screen.languages,
        idle_seconds=booth.settings.screen.idle_seconds,
        warning_seconds=booth.settings.screen.warning_seconds,
        demo=town.demo if town else False,
    )
