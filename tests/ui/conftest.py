"""One headless application, a stage with a scripted lobby, and a list of everything Qt complains about."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from listener import Watch
from pixels import scene, seen
from PySide6.QtCore import QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from assets.texts import __main__ as texts
from kiosk.desk.views import View
from kiosk.ui import BoothWindow, LocalCounter, WindowStage, application
from kiosk.ui.gallery.samples import NOW, sample_settings
from kiosk.ui.gallery.screens import ShowingLobby

# The sources stay while they are tested, and a score of tests ask which sentences stand in them: a second each.
texts.extracted = cache(texts.extracted)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture(scope="session")
def app() -> QGuiApplication:
    return application()


@pytest.fixture(autouse=True)
def complaints() -> Iterator[list[str]]:
    """Every warning of Qt and QML during the test; any one fails it."""
    heard: list[str] = []

    def listen(kind: QtMsgType, _context: object, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            heard.append(text)

    before = qInstallMessageHandler(listen)
    yield heard
    qInstallMessageHandler(before)
    assert heard == []


@dataclass
class Booth:
    """A window with its stage and scripted lobby, and the hands to use it."""

    app: QGuiApplication
    lobby: ShowingLobby
    stage: WindowStage
    counter: LocalCounter
    window: BoothWindow
    watch: Watch
    pressed: list[str] = field(default_factory=list)

    def settle(self) -> None:
        for _ in range(2):
            self.app.processEvents()
            self.window.grab()  # rows and columns place their children when a frame is drawn
        self.app.processEvents()

    def show(self, view: View) -> None:
        self.lobby.show(view)
        self.stage.beat()
        self.watch.seconds += 1
        self.settle()

    def item(self, name: str) -> QQuickItem:
        found = self.window.find(name)
        assert found is not None, f"{name} is not on the screen {self.stage.screen}"
        return found

    def tap(self, name: str) -> None:
        item = self.item(name)
        centre = item.mapToScene(item.boundingRect().center())
        place = QPoint(round(centre.x()), round(centre.y()))
        QTest.mouseClick(self.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self.pressed.append(name)
        self.settle()

    def reach(self, name: str) -> None:
        """Pages, down and then up, until the item is wholly seen; then touches it."""
        for way in ("page_down",) * 12 + ("page_up",) * 12:
            item = self.item(name)
            if seen(item, scene(item)) == scene(item):
                self.tap(name)
                return
            if self.window.find(way) is not None:
                self.tap(way)
                self._stand_still(item)
        raise AssertionError(f"{name} is never seen")

    def _stand_still(self, item: QQuickItem) -> None:
        before = None
        while scene(item) != before:  # a page turns by an animation, where they are on
            before = scene(item)
            QTest.qWait(50)

    def key(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.window.window, key)
            self.settle()

    def asked(self) -> list[Any]:
        asked, self.lobby.asked = self.lobby.asked, []
        return asked


@pytest.fixture
def make_booth(app: QGuiApplication) -> Iterator[Callable[..., Booth]]:
    made: list[Booth] = []

    def make(
        view: View,
        size: tuple[int, int] = (1920, 1080),
        *,
        idle_seconds: int = 120,
        demo: bool = True,
        languages: tuple[str, ...] = ("el", "en"),
        wedge: bool = False,
        crest: str = "",
    ) -> Booth:
        watch, lobby = Watch(), ShowingLobby(view)
        counter = LocalCounter(lobby, languages, lambda: NOW)
        settings = replace(sample_settings(languages, idle_seconds=idle_seconds, demo=demo, crest=crest), wedge=wedge)
        stage = WindowStage(counter, settings, monotonic=watch)
        stage.setMotion(False)
        booth = Booth(app, lobby, stage, counter, BoothWindow(stage, size=size), watch)
        made.append(booth)
        watch.seconds += 1
        booth.settle()
        return booth

    yield make
    for booth in made:
        booth.window.close()
        assert booth.stage.shutdown()
