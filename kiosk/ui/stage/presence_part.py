"""The part of the stage that knows whether somebody is there, and which sheet lies over the screen for them.

Never: what follows when nobody is (the stage tells the counter, which asks the lobby).
"""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot

from kiosk.ui.stage.appearance_part import AppearancePart
from kiosk.ui.stage.qt_property import Property

# A second touch of a hand that trembles; one that was meant for the screen before; a card that nobody has taken.
DEBOUNCE_SECONDS = 0.3
CONFIRM_SECONDS = 0.6
CARD_LEFT_SECONDS = 10


class PresencePart(AppearancePart):
    """By the clock: `_changed_at` is when the screen became another, `_touched_at` when somebody last did something,
    `_chosen_at` when somebody last set the booth up for themselves; None while it stands as everybody finds it."""

    sheetChanged = Signal()
    idleChanged = Signal()
    keysChanged = Signal()
    cardLeftChanged = Signal()
    crowdedChanged = Signal()

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._sheet, self._idle_left, self._by_keys, self._card_left = "", 0, False, 0
        self._crowded = False
        self._chosen_at: float | None = None
        self._changed_at = self._touched_at = self._sheet_at = monotonic()

    @Property(str, notify=sheetChanged)
    def sheet(self) -> str:
        """ "" | "language" | "accessibility" | "help" | "dark" | "idle", which goes before the others."""
        # The other sheet keeps its place, and stands there again when somebody has answered.
        return "idle" if self._idle_left else self._sheet

    @Property(int, notify=idleChanged)
    def idleLeft(self) -> int:
        """Seconds until the visit closes, while the warning stands; otherwise 0."""
        return self._idle_left

    @Property(int, notify=cardLeftChanged)
    def cardLeft(self) -> int:
        """Seconds for which a card has been forgotten in the reader after the visit; 0 while it is not too long."""
        return self._card_left

    @Property(bool, notify=crowdedChanged)
    def crowded(self) -> bool:
        """The last touch did nothing, because more than one finger or a palm lay there: the screen says so."""
        return self._crowded

    @Property(bool, notify=keysChanged)
    def byKeys(self) -> bool:
        """The last thing done was a key: the focus ring shows."""
        return self._by_keys

    @Slot(str)
    def openSheet(self, name: str) -> None:
        self._set_sheet(name)

    @Slot()
    def closeSheet(self) -> None:
        self._set_sheet("")

    @Slot(bool)
    def touched(self, by_key: bool = False) -> None:
        """Any touch or key anywhere: somebody is here."""
        self._touched_at = self._monotonic()
        self._set_idle_left(0)
        if self._by_keys != by_key:
            self._by_keys = by_key
            self.keysChanged.emit()

    def crowd(self, crowded: bool) -> None:
        if crowded != self._crowded:
            self._crowded = crowded
            self.crowdedChanged.emit()

    def chose(self) -> None:
        """Somebody has set the booth up for themselves: looks, language, or how it speaks."""
        self._chosen_at = self._monotonic()

    def now(self) -> float:
        """Seconds on the clock that touches and time-outs go by."""
        return self._monotonic()

    @property
    def fresh(self) -> bool:
        """The screen has only just changed: a second touch on the way on may still belong to the screen before."""
        return self._monotonic() - max(self._changed_at, self._sheet_at) < CONFIRM_SECONDS

    def _too_soon(self) -> bool:
        return self._monotonic() - self._changed_at < DEBOUNCE_SECONDS

    def _set_sheet(self, name: str) -> None:
        before, self._sheet = self.sheet, name
        self._sheet_moved(before)

    def _sheet_moved(self, before: str) -> None:
        if before != self.sheet:
            # What was meant for the screen below must not press what has come over it.
            self._sheet_at = self._monotonic()
            self.sheetChanged.emit()

    def _set_idle_left(self, left: int) -> None:
        if left != self._idle_left:
            before, self._idle_left = self.sheet, left
            self._sheet_moved(before)
            self.idleChanged.emit()

    def _watch_card(self, *, to_be_taken: bool) -> None:
        waited = int(self._monotonic() - self._changed_at)
        left = waited if to_be_taken and waited >= CARD_LEFT_SECONDS else 0
        if left != self._card_left:
            self._card_left = left
            self.cardLeftChanged.emit()
