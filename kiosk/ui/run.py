"""Puts the booth on the screen and stays until it is told to stop. Never: building the booth (kiosk.wiring does)."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from kiosk.flows.lobby import Lobby
from kiosk.services import public_matter
from kiosk.services.booth import Booth
from kiosk.ui.app import BoothWindow, application
from kiosk.ui.lanes import Lanes
from kiosk.ui.neighbours import StageSettings
from kiosk.ui.stage import Stage
from municipality.messages import Words


@dataclass(frozen=True)
class Screen:
    """A booth on the screen."""

    app: QGuiApplication
    stage: Stage
    window: BoothWindow


@contextmanager
def on_screen(booth: Booth, *, size: tuple[int, int] | None = None, fullscreen: bool | None = None) -> Iterator[Screen]:
    """The booth's window, listening to its reader; everything is stopped and closed at the end."""
    screen = booth.settings.screen
    app = application()
    stage = Stage(Lobby(booth), Lanes(), _stage_settings(booth), booth.clock)
    window = BoothWindow(
        stage,
        size=size or (screen.width, screen.height),
        fullscreen=screen.fullscreen if fullscreen is None else fullscreen,
    )
    watch = stage.watch(booth.reader)
    try:
        yield Screen(app, stage, window)
    finally:
        watch.stop()
        stage.shutdown()
        window.close()


def run_booth(booth: Booth) -> int:
    """Until SIGTERM or SIGINT. Returns Qt's exit code."""
    with on_screen(booth) as screen:
        stop_on_signals(screen.app)
        return screen.app.exec()


def stop_on_signals(app: QGuiApplication) -> QTimer:
    """A signal ends the event loop; Python sees signals only when it runs, so a timer lets it run."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.quit())
    timer = QTimer(app)
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer


def _stage_settings(booth: Booth) -> StageSettings:
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
    name = Words(el=booth.settings.booth.name_el, en=booth.settings.booth.name_en)
    return StageSettings(
        municipality=town.name if town else name,
        unit_name=name,
        idle_seconds=booth.settings.screen.idle_seconds,
        demo=town.demo if town else False,
    )
