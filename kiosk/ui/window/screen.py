"""Puts a counter's booth on the screen. Never: building the booth (kiosk.wiring does), a setting read from a file."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from kiosk.counter import Frame, Hearing, StageSettings
from kiosk.devices.headphones import Handset, Headphones, JackHeadphones, NoJack, machine_headphones
from kiosk.devices.sound import Silence, Sound, machine_sound
from kiosk.devices.speech import BoothVoice, Manner, Speaker
from kiosk.devices.tones import Chimes
from kiosk.ui.speech.voice import Voice
from kiosk.ui.speech.voice_settings import VoiceSettings
from kiosk.ui.stage.counter_line import CounterLine
from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.window.app import BoothWindow, application


@dataclass(frozen=True)
class Screen:
    """A booth on the screen."""

    app: QGuiApplication
    stage: WindowStage
    window: BoothWindow
    voice: Voice


@contextmanager
def standing(
    counter: CounterLine,
    settings: StageSettings,
    frame: Frame,
    hearing: Hearing,
    *,
    headphones: Headphones | None = None,
    sound: Sound | None = None,
) -> Iterator[Screen]:
    """The window of `counter`; everything, the counter too, is stopped and closed at the end.

    `headphones` and `sound`: what a bench or a test puts in the place of the machine's own.
    """
    app = application()
    stage = WindowStage(counter, settings)
    jack = headphones or _headphones(hearing)
    voice = _voice(hearing, stage, jack, sound or _sound(hearing), settings.languages)
    window = BoothWindow(stage, voice=voice, size=(frame.width, frame.height), fullscreen=frame.fullscreen)
    QTimer.singleShot(0, stage.beat)  # what the store knows is asked for as soon as there is a picture
    try:
        yield Screen(app, stage, window, voice)
    finally:
        voice.shutdown()
        stage.shutdown()
        window.close()
        if headphones is None and isinstance(jack, JackHeadphones):
            jack.close()


@contextmanager
def stopped_by_signals(app: QGuiApplication) -> Iterator[Callable[[], bool]]:
    """SIGTERM and SIGINT end the event loop, also one that begins after they came; gives whether one has come.

    Python sees signals only when it runs, so a timer lets it run.
    """
    came: list[int] = []
    timer = QTimer(app)
    timer.timeout.connect(lambda: app.quit() if came else None)
    timer.start(200)
    before = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield lambda: bool(came)
    finally:
        timer.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _voice(
    hearing: Hearing, stage: WindowStage, headphones: Headphones, sound: Sound, languages: tuple[str, ...]
) -> Voice:
    manner = Manner(hearing.rate, hearing.volume)
    speaker = Speaker(BoothVoice(Path(hearing.cache), manner), sound, private=lambda: headphones.plugged)
    return Voice(stage, speaker, Chimes(sound), headphones, VoiceSettings(manner, hearing.tones), languages=languages)


def _headphones(hearing: Hearing) -> Headphones:
    match hearing.headphones:
        case "auto":
            return machine_headphones()
        case "handset":
            return Handset()
    return NoJack()


def _sound(hearing: Hearing) -> Sound:
    return machine_sound() if hearing.player == "auto" else Silence()
