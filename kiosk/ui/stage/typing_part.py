"""The part of the stage that takes what is typed: a PIN, of which only the count is known, or a line that is shown.

Never: a digit of a PIN in a property, a signal or a text; a line that outlives the screen it was typed on.
"""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot

from kiosk.counter import StageSettings
from kiosk.counter.presenting.words import Shown
from kiosk.ui.stage.language_part import LanguagePart
from kiosk.ui.stage.pin_tray import PinTray
from kiosk.ui.stage.qt_property import Property

_NUMBER, _CODE, _GROUP = 14, 8, 4


class TypingPart(LanguagePart):
    """`_shown` is the stage's. Its signal is here: PySide wants it in the class of its properties."""

    viewChanged = Signal()
    pinChanged = Signal()
    _shown: Shown

    def __init__(self, settings: StageSettings, monotonic: Callable[[], float]) -> None:
        super().__init__(settings, monotonic)
        self._pin = PinTray()
        self._line = ""
        # The booth's scanner types like a keyboard.
        self.wedge = settings.wedge

    @Property("QVariantMap", notify=viewChanged)
    def view(self) -> Shown:
        return self._shown

    @Property(str, notify=viewChanged)
    def typing(self) -> str:
        """What keys write on this screen: "pin", "line" or nothing."""
        return {"PinEntry": "pin", "LostCard": "line"}.get(str(self._shown["screen"]), "")

    @Property(int, notify=pinChanged)
    def pinCount(self) -> int:
        """How many digits or letters were typed."""
        return len(self._pin) or len(self._line)

    @Property(bool, notify=pinChanged)
    def pinReady(self) -> bool:
        if self.typing == "pin":
            return bool(self._shown["shortest"] <= len(self._pin) <= self._shown["longest"])
        if self.typing == "line" and self._of_number:
            return any(one.isdigit() for one in self._line)
        return self.typing == "line" and len(self._line) == _CODE

    @property
    def _of_number(self) -> bool:
        """The line is a card's number, not a block code."""
        return bool(self._shown["keypad"])

    @Property(str, notify=pinChanged)
    def typed(self) -> str:
        """The line as it is shown: a card number, a block code in its two groups. Never a PIN."""
        line = self._line
        code = self.typing == "line" and not self._of_number
        return f"{line[:_GROUP]}-{line[_GROUP:]}" if code and len(line) > _GROUP else line

    @Slot(int)
    def pinDigit(self, digit: int) -> None:
        if self.typing == "pin":
            if 0 <= digit <= 9 and len(self._pin) < self._shown["longest"]:
                self._pin.add(digit)
                self.pinChanged.emit()
        elif 0 <= digit <= 9:
            self.letter(str(digit))

    @Slot(str)
    def letter(self, text: str) -> None:
        """A letter or digit of a line. What stands between them on paper need not be typed."""
        if self.typing != "line" or not text.isalnum() or len(text) != 1:
            return
        if len(self._line) < (_NUMBER if self._of_number else _CODE):
            # As it is printed on cards and letters.
            self._line += text.upper()
            self.pinChanged.emit()

    @Slot()
    def pinErase(self) -> None:
        if self.pinCount:
            self._pin.erase()
            self._line = self._line[:-1]
            self.pinChanged.emit()

    @Slot()
    def pinClear(self) -> None:
        self._wipe_typed()

    def _take_pin(self) -> bytearray:
        digits = self._pin.take()
        self.pinChanged.emit()
        return digits

    def _take_line(self) -> str:
        # Empty before it is sent: the page may come back, for the next try.
        line, self._line = self._line, ""
        self.pinChanged.emit()
        return line

    def _wipe_typed(self) -> None:
        if self.pinCount:
            self._pin.wipe()
            self._line = ""
            self.pinChanged.emit()
