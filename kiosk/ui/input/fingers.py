"""Fingers on the glass, one press after the other: a mouse, one finger or many, a resting palm.

Qt makes a mouse of one point alone: of two overlapping taps the second is lost, and while a palm rests nobody sees the
taps beside it. So every point is seen here and becomes a press of its own, as fingers roll over keys. Never: a decision
what a press means; a press that began on another screen than the one it ends on.
"""

import logging
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputDevice, QMouseEvent, QTouchEvent
from PySide6.QtQuick import QQuickWindow

from kiosk.ui.input.keys import Walker
from kiosk.ui.stage.stage import WindowStage
from municipality.log_lines import event

_LOG = logging.getLogger(__name__)

# A key pressed so lately counts when the next finger comes down before it is let go; one that lies longer rests there.
ROLL_SECONDS = 1.0
# What cannot be taken back is touched, not lain upon.
LONG_SECONDS = 3.0
# In the dark so long a touch asks for light, of a finger or a whole hand: one that brushed the glass has gone by then.
LIGHT_SECONDS = 1.5
# A second touch on the way on so soon after the first was meant for the screen before, whatever was touched between.
AGAIN_SECONDS = 1.5
# What lies longer than this without moving by more than this is not a hand: dirt, water, or a glass that is broken. It
# crowds nothing any more, or one bad point would keep everybody from confirming and from leaving.
GHOST_SECONDS = 60.0
STILL_MM = 5.0
# A thumb laid flat is 20 mm long, the heel of a hand 40. A glass that does not tell sizes says 0.
PALM_MM = 30.0
_MM_PER_INCH = 25.4
# The button that leads on, also while it is shut because not all of the screen was seen.
WAY_ON = "primary"
_LEAVING = ("cancel", "end_visit")
_ELSEWHERE = QPointF(-10_000, -10_000)
_NO_BUTTON, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


@dataclass
class _Finger:
    at: QPointF
    began: float
    palm: bool = False
    # It lies on what ends a visit or cannot be taken back.
    final: bool = False
    # It came in the dark, and has not lit it yet: what lay there before did not ask.
    asks: bool = False
    # Where and since when it lies still.
    rests_at: QPointF = field(default_factory=QPointF)
    rests_since: float = 0.0
    logged: bool = False


# The device's id and the point's: two glasses number their points each from one.
_Touch = tuple[int, int]


class Listener(Protocol):
    """What speech makes of fingers, for whoever hears the screen instead of seeing it."""

    def touched(self) -> bool:
        """A finger on the screen. True when the touch must do nothing."""

    def warned(self) -> None:
        """A touch has put the time-out's warning away."""

    @property
    def dark(self) -> bool: ...
    def setDark(self, dark: bool) -> None: ...


class Fingers:
    """Sees every pointer event of `window` before Qt does: `taken(event)` is True when it goes no further."""

    def __init__(self, window: QQuickWindow, stage: WindowStage, walker: Walker, voice: Listener | None) -> None:
        self._window, self._stage, self._walker, self._voice = window, stage, walker, voice
        self._down: dict[_Touch, _Finger] = {}
        self._leading: _Touch | None = None  # whose press Qt knows of
        self._mouse: _Finger | None = None
        self._sending = self._refused = False
        self._way_on_at = -AGAIN_SECONDS
        self._told_at = 0  # by the clock of the device, which a moving page reads its speed from
        stage.faced.connect(self.let_go)
        stage.beaten.connect(self._look_for_light)

    def taken(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()  # or Qt would make a mouse of it once more
            return True
        if isinstance(event, QMouseEvent) and not self._sending:
            return self._of_mouse(event)
        return False

    def let_go(self) -> None:
        """Another screen stands there: what was begun on the last one ends without a press."""
        if self._leading is not None or (self._mouse is not None and not self._refused):
            self._leading = self._mouse = None
            self._end(None)

    def close(self) -> None:
        self._stage.faced.disconnect(self.let_go)
        self._stage.beaten.disconnect(self._look_for_light)

    def _of_mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._mouse = self._finger(event.position())
            self._refused = self._does_nothing(self._mouse)
        elif event.type() == QEvent.Type.MouseButtonRelease and self._mouse is not None:
            self._light(self._mouse)
            self._mouse = None
        return self._refused and event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)

    def _touch(self, event: QTouchEvent) -> None:
        self._told_at = event.timestamp()
        device = event.device().systemId()
        self._forget_the_lost(device, event)
        for point in event.points():
            touch = device, point.id()
            if point.state() == QEventPoint.State.Pressed:
                self._comes(touch, point)
            elif touch in self._down and point.state() == QEventPoint.State.Updated:
                self._moves(touch, point, self._down[touch])
            elif touch in self._down and point.state() == QEventPoint.State.Released:
                self._goes(touch, self._down.pop(touch), point.position())

    def _forget_the_lost(self, device: int, event: QTouchEvent) -> None:
        """A glass tells all its points each time. Whose end it never told (its controller was reset, it was unplugged)
        lies there no more; what they pressed ends without a press. Nor does what the system takes back (no points)."""
        glasses = {one.systemId() for one in QInputDevice.devices()} - {device}
        told = {(device, point.id()) for point in event.points() if point.state() != QEventPoint.State.Pressed}
        for touch in [one for one in self._down if one[0] not in glasses and one not in told]:
            del self._down[touch]
            if touch == self._leading:
                self.let_go()

    def _comes(self, touch: _Touch, point: QEventPoint) -> None:
        if self._leading is not None:  # another finger still lies there
            self._roll_on(self._down[self._leading])
        finger = self._finger(point.position())
        finger.palm = self._is_palm(point)
        refused = self._does_nothing(finger) or finger.palm
        self._down[touch] = finger
        if not refused:
            self._leading = touch
            self._send(QEvent.Type.MouseButtonPress, finger.at)

    def _moves(self, touch: _Touch, point: QEventPoint, finger: _Finger) -> None:
        moved, finger.at = point.position() != finger.at, point.position()
        if (finger.at - finger.rests_at).manhattanLength() > self._dots(STILL_MM):
            finger.rests_at, finger.rests_since = finger.at, self._stage.now()
        finger.palm = finger.palm or self._is_palm(point)
        if self._leading != touch:
            return
        if finger.palm:
            self.let_go()
        elif moved:
            self._send(QEvent.Type.MouseMove, finger.at)

    def _goes(self, touch: _Touch, finger: _Finger, at: QPointF) -> None:
        self._light(finger)
        if self._leading == touch:
            self._leading = None
            rests = finger.palm or (finger.final and self._stage.now() - finger.began >= LONG_SECONDS)
            self._end(None if rests else at)
            if rests:
                self._stage.crowd(True)

    def _roll_on(self, finger: _Finger) -> None:
        """The next finger is down before this one is up: of keys both count, in their order; of all else the last."""
        self._leading = None
        held = self._window.mouseGrabberItem()
        key = held is not None and held.parentItem() is not None and held.parentItem().property("rolls") is True
        self._end(finger.at if key and self._stage.now() - finger.began < ROLL_SECONDS else None)

    def _end(self, at: QPointF | None) -> None:
        """Lets go at `at`; None: without a press."""
        held = self._window.mouseGrabberItem()
        if at is None and held is not None:
            held.ungrabMouse()
        self._send(QEvent.Type.MouseButtonRelease, at or _ELSEWHERE)

    def _send(self, kind: QEvent.Type, at: QPointF) -> None:
        button = _NO_BUTTON if kind == QEvent.Type.MouseMove else _LEFT
        buttons = _NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else _LEFT
        world = QPointF(self._window.position()) + at
        event = QMouseEvent(kind, at, world, button, buttons, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(self._told_at)
        self._sending = True
        try:
            QCoreApplication.sendEvent(self._window, event)
        finally:
            self._sending = False

    def _finger(self, at: QPointF) -> _Finger:
        names = (*_LEAVING, WAY_ON) if self._stage.final else _LEAVING
        now, final = self._stage.now(), any(self._walker.is_at(name, at) for name in names)
        return _Finger(at, now, final=final, asks=self._dark, rests_at=at, rests_since=now)

    @property
    def _dark(self) -> bool:
        return self._voice is not None and self._voice.dark

    def _does_nothing(self, finger: _Finger) -> bool:
        """Somebody is here, whatever else comes of it. True when nothing shall: in the dark, while the time-out's
        warning stands, on a way on that has only just come, on what cannot be taken back beside another finger."""
        stage, warned = self._stage, self._stage.idleLeft > 0
        fresh, crowded = stage.fresh, self._others() and finger.final
        if warned and self._walker.is_at("end_visit", finger.at) and not crowded and not self._dark:
            return False
        stage.touched(False)
        if self._voice is not None and (self._voice.touched() or warned):
            if warned:
                self._voice.warned()
            return True
        stage.crowd(crowded)
        on = self._walker.is_at(WAY_ON, finger.at)
        again = finger.began - self._way_on_at < AGAIN_SECONDS
        self._way_on_at = finger.began if on else self._way_on_at
        return warned or crowded or (fresh and on and (stage.final or again))

    def _others(self) -> bool:
        """Another hand lies on the glass. What is no hand is said to the technician's log, once."""
        hands = False
        for finger in self._down.values():
            still = self._stage.now() - finger.rests_since
            if still < GHOST_SECONDS:
                hands = True
            elif not finger.logged:
                finger.logged = True
                event(_LOG, logging.WARNING, "touch", state="stuck", seconds=int(still))
        return hands

    def _look_for_light(self) -> None:
        """Who lies on the glass need not let go of it first."""
        for finger in (*self._down.values(), *([self._mouse] if self._mouse else [])):
            self._light(finger)

    def _light(self, finger: _Finger) -> None:
        if finger.asks and self._voice is not None and self._stage.now() - finger.began >= LIGHT_SECONDS:
            finger.asks = False
            self._voice.setDark(False)

    def _is_palm(self, point: QEventPoint) -> bool:
        size = point.ellipseDiameters()
        return max(size.width(), size.height()) > self._dots(PALM_MM)

    def _dots(self, millimetres: float) -> float:
        return millimetres * self._window.screen().physicalDotsPerInch() / _MM_PER_INCH
