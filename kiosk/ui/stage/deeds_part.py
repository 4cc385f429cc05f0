"""The part of the stage that brings what a finger or a key did to the counter, with the face that it was meant for.

Never: what follows from it.
"""

from PySide6.QtCore import Slot

from kiosk.counter import Deed, Showing, Touch
from kiosk.ui.stage.counter_line import CounterLine
from kiosk.ui.stage.typing_part import TypingPart


class DeedsPart(TypingPart):
    """`_counter` and `_showing` are the stage's."""

    _counter: CounterLine
    _showing: Showing

    @Slot()
    def more(self) -> None:
        """What can be read about what is asked here."""
        self._do(Deed.MORE)

    @Slot()
    def back(self) -> None:
        if self.sheet:
            self.closeSheet()
        elif self._shown["footer"]["back"]:
            self._do(Deed.BACK)

    @Slot()
    def cancel(self) -> None:
        if self._shown["footer"]["cancel"]:
            self._do(Deed.CANCEL)

    @Slot()
    def endVisit(self) -> None:
        """From the time-out's warning: as if the time had run out."""
        self._set_sheet("")
        self._set_idle_left(0)
        self._counter.touch(Touch(Deed.IDLE, self._showing.face))

    @Slot(str)
    def openCategory(self, category: str) -> None:
        self._do(Deed.CATEGORY, category)

    @Slot(str)
    def choose(self, key: str) -> None:
        self._do(Deed.CHOOSE, key)

    @Slot(str)
    def enter(self, text: str) -> None:
        """A line of a form was typed."""
        self._do(Deed.TEXT, text)

    def scanned(self, text: str) -> None:
        """A code from a scanner that types; no hand trembled."""
        self._counter.touch(Touch(Deed.SCAN, self._showing.face, text))

    @Slot(int)
    def mark(self, index: int) -> None:
        self._do(Deed.MARK, index)

    @Slot()
    def markBlank(self) -> None:
        self._do(Deed.BLANK)

    def _do(self, deed: Deed, value: str | int | None = None) -> None:
        if not self._too_soon():
            self._counter.touch(Touch(deed, self._showing.face, value))
