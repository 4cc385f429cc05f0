"""Moving about by keys: arrows go to the nearest thing in that direction, Tab to the next, Enter presses.

Never: an action of its own; a key presses what a finger could press.
"""

from collections.abc import Iterator

from PySide6.QtCore import QMetaObject, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
# The numeric pad of who sees the screen; whoever listens chooses by number instead (speech/voice.py).
PAD = {
    "8": Qt.Key.Key_Up,
    "2": Qt.Key.Key_Down,
    "4": Qt.Key.Key_Left,
    "6": Qt.Key.Key_Right,
    "5": Qt.Key.Key_Return,
    "0": Qt.Key.Key_Back,
}


class Walker:
    """Knows what can be pressed in one window, and walks the focus over it."""

    def __init__(self, window: QQuickWindow) -> None:
        # Asked anew each time: screens come and go while the walker stays.
        self.window = window

    def find(self, name: str) -> QQuickItem | None:
        """Of the sheet first, while one is open: what lies below it may have things of the same name."""
        whole = self.window.contentItem()
        sheet = _named(whole, "sheet")
        inside = _named(sheet, name) if sheet is not None else None
        return inside if inside is not None else _named(whole, name)

    def pressables(self) -> list[QQuickItem]:
        """Everything that can be pressed now, in the order of Tab: of the sheet alone while one is open."""
        sheet = _named(self.window.contentItem(), "sheet")
        top = sheet if sheet is not None else self.window.contentItem()
        return [item for item in _tree(top) if item.property("pressable") is True and item.isEnabled()]

    def focused(self) -> QQuickItem | None:
        item = self.window.activeFocusItem()
        return item if item is not None and item.property("pressable") is True else None

    def let_go(self) -> None:
        """Qt leaves the focus on a button that is hidden, and Enter would press it when it comes back."""
        item = self.focused()
        if item is not None and not item.isVisible():
            item.setFocus(False)

    def press(self, name: str) -> None:
        """As a finger would: what is not there or not open stays as it is."""
        item = self.find(name)
        if item is not None and item.isEnabled():
            QMetaObject.invokeMethod(item, "press")

    def is_at(self, name: str, place: QPointF) -> bool:
        item = self.find(name)
        return item is not None and _scene(item).contains(place)

    def key(self, key: Qt.Key) -> bool:
        """True when the key was one of ours."""
        if key in _DIRECTIONS:
            self._move(*_DIRECTIONS[key])
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._step(1 if key == Qt.Key.Key_Tab else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select):
            self._press()
        else:
            return False
        return True

    def _press(self) -> None:
        item = self.focused()
        if item is not None and item.isEnabled() and item in self.pressables():
            QMetaObject.invokeMethod(item, "press")
        else:
            # Nothing is in focus: the key shows where one is, and the next one presses.
            self._step(1)

    def _step(self, by: int) -> None:
        items = self.pressables()
        if not items:
            return
        now = self.focused()
        place = items.index(now) + by if now in items else (0 if by > 0 else -1)
        self._focus(items[place % len(items)])

    def _move(self, dx: int, dy: int) -> None:
        now, items = self.focused(), self.pressables()
        if now is None or now not in items:
            self._step(1)
            return
        here = _scene(now)
        best = min(
            (item for item in items if item is not now and _ahead(here, _scene(item), dx, dy)),
            key=lambda item: _distance(here, _scene(item), dx),
            default=None,
        )
        if best is not None:
            self._focus(best)

    def _focus(self, item: QQuickItem) -> None:
        item.forceActiveFocus(Qt.FocusReason.TabFocusReason)


def _tree(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from _tree(child)


def _named(top: QQuickItem, name: str) -> QQuickItem | None:
    return next((item for item in _tree(top) if item.objectName() == name), None)


def _scene(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _ahead(here: QRectF, there: QRectF, dx: int, dy: int) -> bool:
    if dx:
        return (there.center().x() - here.center().x()) * dx > min(here.width(), there.width()) / 2
    return (there.center().y() - here.center().y()) * dy > min(here.height(), there.height()) / 2


def _distance(here: QRectF, there: QRectF, dx: int) -> float:
    """How far the eye travels: gaps count once, sideways drift three times."""
    across = max(there.left() - here.right(), here.left() - there.right(), 0)
    down = max(there.top() - here.bottom(), here.top() - there.bottom(), 0)
    return across + 3 * down if dx else down + 3 * across
