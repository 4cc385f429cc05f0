"""The one presenter: shows QML what the counter says, brings back touches and keys, keeps the visit's time.

Never: a decision what comes next (the lobby's, behind the counter), a PIN digit in a property or a signal, a type of
the flows or the services: the window's process knows neither.
"""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot

from kiosk.counter import Deed, Showing, StageSettings, Touch
from kiosk.ui.stage.appearance import Appearance, simplified
from kiosk.ui.stage.counter_line import CounterLine
from kiosk.ui.stage.deeds_part import DeedsPart
from kiosk.ui.stage.qt_property import Property

# Nobody is there; the booth is at work or waits for a card to be taken, and a resident can do nothing about it.
_AT_REST = ("Attract", "Closed")
_NOT_THE_RESIDENTS_TURN = ("Work", "TakeCard")
# Whoever stood here has gone, if the time-out passes: no visit will end that would take their settings with it.
_NOBODYS = (*_AT_REST, "TakeCard")


class WindowStage(DeedsPart):
    """Give `translator` to the application, `stage` to QML (window/app.py does). Everything runs on the GUI thread."""

    screenChanged = Signal()
    clockChanged = Signal()
    restartWanted = Signal()
    textAsked = Signal()
    whyAsked = Signal()
    # Once a second; another face stands there; a visit has begun.
    beaten = Signal()
    faced = Signal()
    arrived = Signal()
    # The next resident begins anew; what is set up here is nobody's; nobody has touched anything for the time-out.
    freed = Signal()
    unclaimed = Signal()
    nobodyThere = Signal()

    def __init__(
        self, counter: CounterLine, settings: StageSettings, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(settings, monotonic)
        self._counter = counter
        self._showing = counter.showing
        self._shown = self._presented()
        counter.listen(self._told)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    # What QML sees

    @Property(str, notify=screenChanged)
    def screen(self) -> str:
        return str(self._shown["screen"])

    @Property("QVariantMap", notify=clockChanged)
    def clock(self) -> dict[str, str]:
        return dict(self._showing.clocks[self._language])

    @Property(bool, constant=True)
    def demo(self) -> bool:
        return self._settings.demo

    # What the resident does

    @Slot()
    def primary(self) -> None:
        if self.screen == "Form":
            self.textAsked.emit()  # the screen has what was typed, and enters it
        elif not self.typing:
            if (
                self._shown["footer"]["primary"]
                and self._shown["footer"]["enabled"]
                and not (self.final and self.fresh)
            ):
                self._do(Deed.NEXT)
        elif self.pinReady and not self._too_soon():
            if self.typing == "pin":
                self._counter.pin(self._take_pin(), self._showing.face)
            else:
                self._do(Deed.TEXT, self._take_line())

    @Slot()
    def why(self) -> None:
        """A finger on the way on while it is shut: whoever listens is told why."""
        self.whyAsked.emit()

    # What happens besides

    @Slot()
    def beat(self) -> None:
        """Once a second: the counter's tick and its clock, the time-out."""
        self._counter.beat()
        self.beaten.emit()
        self._watch_idle()
        self._watch_card(to_be_taken=self.screen == "TakeCard")

    def shutdown(self) -> bool:
        """Stops the clock and the counter; nothing is delivered afterwards. True when all of it has ended."""
        self._timer.stop()
        self._wipe_typed()
        return self._counter.close()

    @property
    def final(self) -> bool:
        """The way on cannot be taken back."""
        return bool(self._shown["footer"]["apart"])

    def _told(self, showing: Showing) -> None:
        before, self._showing = self._showing, showing
        if showing.screens != before.screens:
            self._show(new=showing.face != before.face)
        if showing.clocks != before.clocks:
            self.clockChanged.emit()
        if showing.restart:
            self.restartWanted.emit()

    def _show(self, *, new: bool) -> None:
        before, former, self._shown = self.screen, self._shown, self._presented()
        rested, rests = before in _AT_REST, self.screen in _AT_REST
        if new:
            # A booth that closes or opens by itself is nobody's deed, and keeps no setting alive.
            self._new_face(somebody=not (rested and rests))
        if not rested and (rests or (self._shown.get("arrives") and not former.get("arrives"))):
            self._reset()
        elif rested and not rests and not self._claimed:
            self._unclaim()
        self.viewChanged.emit()
        if self.screen != before:
            self.screenChanged.emit()
        if rested and not rests:
            self.arrived.emit()

    def _new_face(self, *, somebody: bool) -> None:
        self._changed_at = self._monotonic()
        if somebody:
            self._touched_at = self._changed_at
        self._wipe_typed()
        self.crowd(False)
        self.faced.emit()
        self._set_sheet("")
        self._set_idle_left(0)

    def _reset(self) -> None:
        """The next resident finds Greek, the light scheme and the normal size."""
        self._undo_choices()
        self.freed.emit()

    @property
    def _claimed(self) -> bool:
        """What was set up at rest is of whoever begins a visit now: the last of it is younger than the time-out."""
        return self._chosen_at is not None and self._monotonic() - self._chosen_at < self._settings.idle_seconds

    def _unclaim(self) -> None:
        self._set_sheet("")
        self._undo_choices()
        self.unclaimed.emit()

    def _undo_choices(self) -> None:
        self._set_looks(Appearance())
        self._set_language(self._settings.languages[0])
        self._chosen_at = None

    def _translated(self) -> None:
        self.chose()
        self._shown = self._presented()
        self.languageChanged.emit()
        self.viewChanged.emit()
        self.clockChanged.emit()

    def _redress(self, before: Appearance) -> None:
        self.chose()
        if before.simple != self._looks.simple:
            self._shown = self._presented()
            self.viewChanged.emit()

    def _presented(self) -> dict[str, Any]:
        shown = dict(self._showing.screens[self._language])
        shown["contact"] = self.contact if shown.get("office") else []
        return simplified(shown) if self._looks.simple else shown

    def _watch_idle(self) -> None:
        quiet = self._monotonic() - self._touched_at
        # A clock that counts in fractions may be a hair short of a whole second.
        left = self._settings.idle_seconds - int(quiet + 0.001)
        if left <= 0:
            self.nobodyThere.emit()
            if self.screen in _NOBODYS:
                self._unclaim()
        if self.screen in (*_AT_REST, *_NOT_THE_RESIDENTS_TURN):
            return
        if left <= 0:
            self._touched_at = self._monotonic()
            self._set_idle_left(0)
            self._counter.touch(Touch(Deed.IDLE, self._showing.face))
        elif left <= self._settings.warning_seconds:
            self._set_idle_left(left)
