"""The part of the stage that QML asks how to look: colours, text size, movement, reach, simplified mode.

Never: a look that outlives the visit (the stage puts `Appearance()` back).
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.ui.stage.appearance import SCHEMES, TEXT_SIZES, Appearance
from kiosk.ui.stage.qt_property import Property


class AppearancePart(QObject):
    """Holds one resident's `Appearance`; `_redress` is called after each change, before QML hears of it."""

    looksChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._looks = Appearance()

    @Property(int, notify=looksChanged)
    def scheme(self) -> int:
        return self._looks.scheme

    @Property(int, notify=looksChanged)
    def textSize(self) -> int:
        return self._looks.text_size

    @Property(bool, notify=looksChanged)
    def motion(self) -> bool:
        return self._looks.motion

    @Property(bool, notify=looksChanged)
    def simple(self) -> bool:
        """One thing at a time: the view comes without accompanying words, and choices are to be drawn larger."""
        return self._looks.simple

    @Property(bool, notify=looksChanged)
    def lowReach(self) -> bool:
        """Every action stands in the lower half of the screen."""
        return self._looks.low_reach

    @Slot(int)
    def setScheme(self, scheme: int) -> None:
        # Round and round; a size stops at its ends, or the largest text would turn into the smallest.
        self._set_looks(replace(self._looks, scheme=scheme % len(SCHEMES)))

    @Slot(int)
    def setTextSize(self, size: int) -> None:
        self._set_looks(replace(self._looks, text_size=max(0, min(TEXT_SIZES - 1, size))))

    @Slot(bool)
    def setMotion(self, motion: bool) -> None:
        self._set_looks(replace(self._looks, motion=motion))

    @Slot(bool)
    def setSimple(self, simple: bool) -> None:
        self._set_looks(replace(self._looks, simple=simple))

    @Slot(bool)
    def setLowReach(self, low_reach: bool) -> None:
        self._set_looks(replace(self._looks, low_reach=low_reach))

    def _set_looks(self, looks: Appearance) -> None:
        if looks != self._looks:
            before, self._looks = self._looks, looks
            self._redress(before)
            self.looksChanged.emit()

    def _redress(self, before: Appearance) -> None:
        """What else follows from new looks."""
