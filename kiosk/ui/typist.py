"""The part of the stage that takes what is typed: a PIN, of which only the count is known, or a line that is shown.

Never: a digit of a PIN in a property, a signal or a text; a line that outlives the screen it was typed on.
"""

from PySide6.QtCore import Signal, Slot

from card_reader import Pin
from kiosk.flows.views import LostCard, PinEntry, View
from kiosk.ui.dressed import Dressed
from kiosk.ui.pin_tray import PinTray
from kiosk.ui.typed import Property
from kiosk.ui.words import Shown

_NUMBER, _CODE, _GROUP = 14, 8, 4


class Typist(Dressed):
    """`_view` and `_shown` are the stage's. Their signal is here: PySide wants it in the class of its properties."""

    viewChanged = Signal()
    pinChanged = Signal()
    _view: View
    _shown: Shown

    def __init__(self) -> None:
        super().__init__()
        self._pin = PinTray()
        self._line = ""

    @Property("QVariantMap", notify=viewChanged)
    def view(self) -> Shown:
        return self._shown

    @Property(str, notify=viewChanged)
    def typing(self) -> str:
        """What keys write on this screen: "pin", "line" or nothing."""
        return "pin" if isinstance(self._view, PinEntry) else "line" if isinstance(self._view, LostCard) else ""

    @Property(int, notify=pinChanged)
    def pinCount(self) -> int:
        """How many digits or letters were typed."""
        return len(self._pin) or len(self._line)

    @Property(bool, notify=pinChanged)
    def pinReady(self) -> bool:
        match self._view:
            case PinEntry(shortest=shortest, longest=longest):
                return shortest <= len(self._pin) <= longest
            case LostCard(step=step) if step.number == 1:
                return any(one.isdigit() for one in self._line)
            case LostCard():
                return len(self._line) == _CODE
            case _:
                return False

    @Property(str, notify=pinChanged)
    def typed(self) -> str:
        """The line as it is shown: a card number, a block code in its two groups. Never a PIN."""
        line = self._line
        code = isinstance(self._view, LostCard) and self._view.step.number == 2
        return f"{line[:_GROUP]}-{line[_GROUP:]}" if code and len(line) > _GROUP else line

    @Slot(int)
    def pinDigit(self, digit: int) -> None:
        view = self._view
        if isinstance(view, PinEntry) and 0 <= digit <= 9 and len(self._pin) < view.longest:
            self._pin.add(digit)
            self.pinChanged.emit()
        elif 0 <= digit <= 9:
            self.letter(str(digit))

    @Slot(str)
    def letter(self, text: str) -> None:
        """A letter or digit of a line. What stands between them on paper need not be typed."""
        view = self._view
        if not isinstance(view, LostCard) or not text.isalnum() or len(text) != 1:
            return
        if len(self._line) < (_NUMBER if view.step.number == 1 else _CODE):
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

    def _take_pin(self) -> Pin:
        pin = self._pin.take()
        self.pinChanged.emit()
        return pin

    def _take_line(self) -> str:
        line, self._line = self._line, ""
        self.pinChanged.emit()
        return line

    def _wipe_typed(self) -> None:
        if self.pinCount:
            self._pin.wipe()
            self._line = ""
            self.pinChanged.emit()
