"""The focus over sheets: it comes back to where it was when a sheet has gone. Never: a focus for who had none."""

from PySide6.QtCore import Qt

from kiosk.ui.input.keys import Walker
from kiosk.ui.stage.stage import WindowStage


class Focus:
    """Knows, by the names of things, what had the focus last on the screen and on each sheet over it: a sheet that
    comes back, or a screen that is laid out anew, has other things of the same names."""

    def __init__(self, stage: WindowStage, walker: Walker) -> None:
        self._stage, self._walker = stage, walker
        self._sheet = stage.sheet
        self._last: dict[str, str] = {}
        walker.window.activeFocusItemChanged.connect(self._moved)
        stage.sheetChanged.connect(self._turned)
        stage.faced.connect(self._last.clear)

    def close(self) -> None:
        self._walker.window.activeFocusItemChanged.disconnect(self._moved)
        self._stage.sheetChanged.disconnect(self._turned)
        self._stage.faced.disconnect(self._last.clear)

    def _moved(self) -> None:
        item = self._walker.focused()
        if item is not None:
            self._last[self._stage.sheet] = item.objectName()

    def _turned(self) -> None:
        before, self._sheet = self._sheet, self._stage.sheet
        if not before and self._walker.focused() is None:
            self._last.pop("", None)
        if before and self._sheet != "idle":  # the warning takes the last one's place for a while
            self._last.pop(before, None)
        if before and (name := self._last.get(self._sheet)) is not None:
            self._back_to(name)

    def _back_to(self, name: str) -> None:
        there = self._walker.pressables()
        named = [item for item in there if item.objectName() == name]
        for item in (named or there)[:1]:
            item.forceActiveFocus(Qt.FocusReason.OtherFocusReason)
