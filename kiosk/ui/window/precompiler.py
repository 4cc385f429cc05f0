"""Compiles the screens that nobody has opened yet, one after the other, once the first picture stands.

On a read-only disk Qt has no cache of compiled QML, and the first visitor would pay for every screen. Never: a screen
made or shown, a moment taken from the GUI thread (Qt compiles on a thread of its own).
"""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine

_LATER_MS = 500


class Precompiler(QObject):
    """Begin with `soon()`; the compiled screens are kept as long as `engine` lives, which owns this object."""

    def __init__(self, engine: QQmlEngine, folder: Path) -> None:
        super().__init__(engine)
        self._engine = engine
        self._left = sorted(folder.glob("*.qml"), reverse=True)

    @property
    def done(self) -> bool:
        return not self._left

    def soon(self) -> None:
        """When the first picture and what the store adds to it are through."""
        QTimer.singleShot(_LATER_MS, self, self.start)

    def start(self) -> None:
        """The next screen; each one that is ready begins the one after it."""
        while self._left:
            component = QQmlComponent(self._engine, self)
            component.statusChanged.connect(self.start)
            component.loadUrl(QUrl.fromLocalFile(str(self._left.pop())), QQmlComponent.CompilationMode.Asynchronous)
            if component.isLoading():
                return
            component.statusChanged.disconnect(self.start)
