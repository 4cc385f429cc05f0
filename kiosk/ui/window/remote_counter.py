"""The window of a counter in another process: shows what comes by the line, and says there what was touched.

Never: a key, a store, a card: this process has none of them.
"""

import gc
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from kiosk.counter import Opening, Showing, Touch, first_picture
from kiosk.counter.line import CLOSED, Kind, LineBroken, Listener, heard, said, send, send_pin, wipe
from kiosk.ui.stage.timers import single_shot
from kiosk.ui.window.app import application
from kiosk.ui.window.screen import Screen, standing, stopped_by_signals

LATE_MS = 3000
# Who ended first; "fault": the line broke, and nobody had closed it.
Ended = Literal["counter", "window", "fault"]


class Line(QObject):
    """The window's end of the line. `opened` and `showed` tell what the counter says; `lost`, once, that there is none
    any more. `last`: what it said last, None before its opening. `ended`: who did, None while the line stands."""

    opened = Signal(object)
    showed = Signal(object)
    lost = Signal()

    def __init__(self, line: socket.socket) -> None:
        super().__init__()
        self._line, self._listener = line, Listener(line)
        self.ended: Ended | None = None
        self.last: Showing | None = None
        self._notifier = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def say(self, kind: Kind, content: bytes = b"") -> None:
        if self.ended:
            return
        try:
            send(self._line, kind, content, wait=False)
        except LineBroken:
            self._break()

    def say_pin(self, digits: bytearray, face: int) -> None:
        """`digits` are wiped, whatever comes of it."""
        if self.ended or self.last is None:
            wipe(digits)
            return
        try:
            send_pin(self._line, digits, face)
        except LineBroken:
            self._break()

    @Slot()
    def _read(self) -> None:
        try:
            for kind, content in self._listener.receive(wait=False):
                if kind is Kind.OPENING:
                    opening = Opening.from_json(heard(content))
                    self.last = opening.showing
                    self.opened.emit(opening)
                elif kind is Kind.SHOWING:
                    self.last = Showing.from_json(heard(content))
                    self.showed.emit(self.last)
        except LineBroken as why:
            self._break("counter" if str(why) == CLOSED else "fault")
        except (KeyError, TypeError):
            self._break("fault")

    def close(self) -> Ended:
        """Listens no more; before the socket is closed, because Qt would go on watching its number. Who ended first."""
        self._notifier.setEnabled(False)
        self.ended = self.ended or "window"
        return self.ended

    def _break(self, who: Ended = "counter") -> None:
        if not self.ended:
            self.ended = who
            self.close()
            self.lost.emit()


class RemoteCounter:
    """A counter at the other end of `line`; shows `kept` until it says something, and from then on what it says."""

    def __init__(self, line: Line, kept: Showing) -> None:
        self._line, self._showing = line, line.last or kept
        self._told: Callable[[Showing], None] = lambda _showing: None
        line.showed.connect(self.show)

    @property
    def showing(self) -> Showing:
        return self._showing

    def listen(self, told: Callable[[Showing], None]) -> None:
        self._told = told

    def show(self, showing: Showing) -> None:
        if showing != self._showing:
            self._showing = showing
            self._told(showing)

    def beat(self) -> None:
        if self._line.last is not None:  # nobody reads before the opening, and the line would fill
            self._line.say(Kind.BEAT)

    def touch(self, touch: Touch) -> None:
        self._line.say(Kind.TOUCH, said(touch.to_json()))

    def pin(self, digits: bytearray, face: int) -> None:
        self._line.say_pin(digits, face)

    def close(self) -> bool:
        """The line is its owner's, who closes it: then the counter ends."""
        self._line.showed.disconnect(self.show)
        return True


def show(end: socket.socket, kept: Path, stands: Callable[[Screen], None] = lambda _screen: None) -> Ended:
    """Until the counter ends, says that it wants to begin anew, or a signal or the window's own close ends it.

    Begins with what was `kept` of the last start, before the counter has said anything. `stands` is told of each
    window, for a bench or a test that has hands of its own.
    """
    app = application()
    app.setQuitOnLastWindowClosed(False)  # one window may give its place to the next
    line, coming = Line(end), list[Opening]()
    line.lost.connect(app.quit)
    with stopped_by_signals(app) as stopped:
        if (last := first_picture.read(kept)) is not None:
            coming.append(last)
        else:
            _first(app, line, coming)
        while coming and not line.ended and not stopped():
            _stand(app, line, coming.pop(), coming, stands)
    app.setQuitOnLastWindowClosed(True)
    return line.close()


def _first(app: QGuiApplication, line: Line, coming: list[Opening]) -> None:
    """There is nothing to show yet: waits for the counter, or for its end."""

    def opened(opening: Opening) -> None:
        coming.append(opening)
        app.quit()

    line.opened.connect(opened)
    app.exec()
    line.opened.disconnect(opened)


def _late(counter: RemoteCounter, opening: Opening) -> None:
    """The counter is long in coming: the picture says so, instead of asking for a card that nobody reads."""
    if counter.showing.face == first_picture.FACE:
        counter.show(replace(counter.showing, face=first_picture.LATE_FACE, screens=opening.starting))


def _stand(
    app: QGuiApplication, line: Line, opening: Opening, coming: list[Opening], stands: Callable[[Screen], None]
) -> None:
    """One window; where the counter's opening is another than this one, it goes into `coming` and this one closes."""
    counter = RemoteCounter(line, opening.showing)

    def opened(other: Opening) -> None:
        if replace(other, showing=opening.showing) == opening:
            counter.show(other.showing)
        else:
            coming.append(other)
            app.quit()

    def seen(visible: bool) -> None:
        if not visible:  # somebody closed it: whoever keeps the booth running brings it back
            app.quit()

    line.opened.connect(opened)
    with standing(counter, opening.stage, opening.frame, opening.hearing) as screen:
        screen.window.window.frameSwapped.connect(_loaded, Qt.ConnectionType.SingleShotConnection)
        screen.window.window.visibleChanged.connect(seen)
        # Whoever keeps the booth running (systemd) starts it anew: settings are read, everything is made afresh.
        screen.stage.restartWanted.connect(app.quit)
        single_shot(screen.window, LATE_MS, lambda: _late(counter, opening)).start()
        stands(screen)
        app.exec()
        screen.window.window.visibleChanged.disconnect(seen)
    line.opened.disconnect(opened)


def _loaded() -> None:
    """With the first picture everything stands that stays: from now on the collector leaves it out of its rounds."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
