"""A scanner that types like a keyboard: told from a person by its speed, and kept from everything that takes keys.

No key is acted upon before it is certain whose it was, so a code never reaches a PIN pad or a button. Never: a key of a
person that is lost because a burst was no code.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickWindow

from kiosk.devices.scanner import LONGEST, Codes, ScannerState
from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.stage.timers import single_shot

# Nobody presses key after key so fast, and scanners are no slower (HID tells a key every 1 to 16 ms).
FAST_MS = 35
# So many keys in a row at that speed are no palm on the keys and no roll of the fingers over them.
LEAST = 6
# What is a scanner's for certain may breathe: its hub or this machine had something else to do.
BREATH_MS = 100
ENTER = "\r"

Stroke = TypeVar("Stroke")


class Wedge(Codes, Generic[Stroke]):
    """Strokes go in with what they type and when; those of a person come out again, in their order. A burst of LEAST
    strokes is a scanner's, and what its Enter ends is a code."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._held: list[tuple[Stroke, str]] = []
        self._at = -BREATH_MS
        # Something has come from a scanner since the last pause; more than a code can hold.
        self._scanner = self._endless = False

    @property
    def patience(self) -> int:
        """Milliseconds without a stroke after which `quiet` is due; 0: nothing is held."""
        if self._scanner:
            return BREATH_MS
        return FAST_MS if self._held else 0

    def stroke(self, stroke: Stroke, types: str, at: int) -> list[Stroke]:
        """`types`: the letters of the key, ENTER, or nothing; `at`: milliseconds by the clock of the keys themselves,
        which a busy window does not hold up. Gives back what a person has pressed."""
        near = 0 <= at - self._at < (self.patience or FAST_MS)
        persons = [] if near else self.quiet()
        self._at = at
        self._hold(stroke, types)
        if types == ENTER:
            persons += self._entered()
        return persons

    def quiet(self) -> list[Stroke]:
        """No stroke has come for `patience`: what is held was a person's, unless a scanner has begun it."""
        held, scanner = self._held, self._scanner
        self._held, self._scanner, self._endless = [], False, False
        return [] if scanner else [stroke for stroke, _types in held]

    def look(self) -> ScannerState:
        return ScannerState.READY

    def _hold(self, stroke: Stroke, types: str) -> None:
        self._held.append((stroke, types))
        strokes = len(self._held) - (types == ENTER)
        self._scanner = self._scanner or strokes >= LEAST
        if strokes > LONGEST:  # it has no end: it is not kept while one is waited for
            self._held.clear()
            self._endless = True

    def _entered(self) -> list[Stroke]:
        if not self._scanner:
            return self.quiet()
        letters, endless = [types for _stroke, types in self._held[:-1]], self._endless
        # What follows at once is the scanner's still: a second Enter, another line.
        self._held, self._endless = [], False
        # A key that types nothing, or something beyond ASCII (another keyboard's layout), has spoilt it.
        if letters and not endless and all(len(one) == 1 and one.isascii() for one in letters):
            self.hear("".join(letters))
        return []


class WedgeKeys(QObject):
    """The keys of `window`, before anybody else sees them: `taken(event)` is True when one goes no further for now.
    What turns out to be a person's is sent to the window once more; a code goes to the stage."""

    def __init__(self, window: QQuickWindow, stage: WindowStage) -> None:
        super().__init__()
        self._window, self._stage = window, stage
        self._wedge: Wedge[QKeyEvent] = Wedge()
        self._watch = self._wedge.watch(self._scanned)
        self._sending = False
        # Keys that came while the window was busy stand in its queue: they are let in before the pause is believed.
        self._believed = single_shot(self, 0, self._quiet)
        self._pause = single_shot(self, 0, self._believed.start)
        stage.viewChanged.connect(self._aim)
        self._aim()

    def taken(self, event: QKeyEvent) -> bool:
        if self._sending or event.isAutoRepeat() or event.key() in _MODIFIERS:
            return False
        self._pause.stop()
        self._believed.stop()
        persons = self._wedge.stroke(_copy(event), _types(event), event.timestamp())
        self._send(persons)
        if self._wedge.patience:
            self._pause.start(self._wedge.patience + 1)
        return True

    def close(self) -> None:
        self._pause.stop()
        self._believed.stop()
        self._watch.stop()
        self._stage.viewChanged.disconnect(self._aim)

    def _aim(self) -> None:
        self._wedge.aim(self._stage.view.get("scans") is True)

    def _scanned(self, text: str) -> None:
        self._stage.touched(self._stage.byKeys)  # somebody is here, and by keys as much as before
        self._stage.scanned(text)

    def _quiet(self) -> None:
        self._send(self._wedge.quiet())

    def _send(self, persons: list[QKeyEvent]) -> None:
        self._sending = True
        try:
            for event in persons:
                QCoreApplication.sendEvent(self._window, event)
        finally:
            self._sending = False


_MODIFIERS = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
}


def _types(event: QKeyEvent) -> str:
    return ENTER if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else event.text()


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
