"""One visit with no one touching: finds what is on the real screen, touches it at its centre, and looks at the result.

Works through the window alone, as a resident does; of the booth it only reads what became of the visit.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from card_reader import VirtualCard
from kiosk.demo.patience import pause, turn
from kiosk.ui.window.screen import Screen

_PATIENCE_SECONDS = 60
# The window ignores touches just after a change, so that nobody hits what was not there yet.
_AFTER_CHANGE_SECONDS = 0.7
# No screen has more pages; and a page has turned by then.
_MOST_PAGES, _TURNED_MS = 40, 400


class WalkFailed(Exception):
    """The screen was not what it should be; says which screen was there instead."""


class Slot(Protocol):
    """Where cards go in and come out: the reader in memory, or a virtual card behind the real pcscd."""

    def insert(self, card: VirtualCard) -> None: ...
    def remove(self) -> None: ...


@dataclass
class Walker:
    """Hands and eyes at one booth. Pictures go to `pictures` as NN-name.png; `steps` keeps what each step took."""

    screen: Screen
    slot: Slot
    pictures: Path | None = None
    steps: list[dict[str, object]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    @property
    def shows(self) -> str:
        return str(self.screen.stage.property("screen"))

    def view(self, key: str) -> str:
        """One of the words that stand on the screen now."""
        return str(self.screen.stage.property("view")[key])

    def blocks(self, kind: str) -> list[dict[str, Any]]:
        """The blocks of this kind on the page that stands there now."""
        return [one for one in self.screen.stage.property("view")["blocks"] if one["block"] == kind]

    def insert(self, card: VirtualCard) -> None:
        self.slot.insert(card)

    def remove(self) -> None:
        self.slot.remove()

    def expect(self, screen: str, name: str) -> None:
        """Waits for a screen, then takes its picture under `name`."""
        self.wait(lambda: self.shows == screen, f"the screen {screen}")
        self.settle()
        self.picture(name)
        now = time.monotonic()
        self.steps.append({"name": name, "seconds": round(now - self._began, 3)})
        self._began = now

    def touch(self, name: str) -> None:
        """A touch at the centre of the item of that name; pages are turned first, as a hand would."""
        self.press(self.place(name))

    def place(self, name: str) -> QPoint:
        """The centre of the item of that name, turned to until it is in sight and as open as turning makes it."""
        for _page in range(_MOST_PAGES):
            item = self._find(name)
            if (turner := self._turner(item)) is not None:
                self.press(_centre(turner))
            elif in_sight(item):
                return _centre(item)
            pause(_TURNED_MS)  # or it is only being laid out
        raise WalkFailed(f"no page of {self.shows} shows {name}")

    def _find(self, name: str) -> QQuickItem:
        self.wait(lambda: self.screen.window.find(name) is not None, f"the item {name}")
        item = self.screen.window.find(name)
        if item is None:
            raise WalkFailed(f"{name} went away")
        return item

    def _turner(self, item: QQuickItem) -> QQuickItem | None:
        """What leads a page nearer to `item`; None where it can be touched, or nothing leads nearer."""
        if in_sight(item) and item.isEnabled():
            return None
        turner = self.screen.window.find("page_up" if _lies_above(item) else "page_down")
        return turner if turner is not None and turner.isEnabled() else None

    def press(self, place: QPoint) -> None:
        window, finger = self.screen.window.window, Qt.MouseButton.LeftButton
        QTest.mouseClick(window, finger, Qt.KeyboardModifier.NoModifier, place)

    def speak(self, language: str) -> None:
        """Changes to `language`: the button switches between two, and opens a sheet where there are more."""
        self.touch("language")
        if self.screen.stage.property("sheet") == "language":
            self.touch(f"language_{language}")

    def type_pin(self, pin: str) -> None:
        for digit in pin:
            self.touch(f"key_{digit}")
        self.touch("primary")

    def wait(self, there: Callable[[], bool], what: str) -> None:
        """Until it is there, if only for a blink: a far counter's next word may come while the window draws."""
        seen: list[bool] = []

        def look() -> None:
            seen.append(there())

        self.screen.stage.viewChanged.connect(look)
        try:
            if not turn(lambda: any(seen) or there(), _PATIENCE_SECONDS):
                raise WalkFailed(f"waited for {what}, the booth shows {self.shows}")
        finally:
            self.screen.stage.viewChanged.disconnect(look)

    def settle(self) -> None:
        pause(round(1000 * _AFTER_CHANGE_SECONDS))

    def picture(self, name: str) -> None:
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            taken = len(list(self.pictures.glob("*.png")))
            self.screen.window.grab().save(str(self.pictures / f"{taken + 1:02d}-{name}.png"))


def in_sight(item: QQuickItem) -> bool:
    """Whether its centre is in the window, and on the page that each of its pagers shows."""
    return all(_scene(frame).contains(QPointF(_centre(item))) for frame in _frames(item))


def _lies_above(item: QQuickItem) -> bool:
    return any(_centre(item).y() < _scene(frame).top() for frame in _frames(item))


def _frames(item: QQuickItem) -> list[QQuickItem]:
    """What cuts it off: the window, and whatever pages around it."""
    found: list[QQuickItem] = []
    around: QQuickItem | None = item.parentItem()
    while around is not None:
        above: QQuickItem | None = around.parentItem()
        if around.clip() or above is None:
            found.append(around)
        around = above
    return found


def _scene(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _centre(item: QQuickItem) -> QPoint:
    return _scene(item).center().toPoint()


@dataclass(frozen=True)
class Taken:
    """What the resident took home. `groups`: what of the tracker is typed by hand."""

    tracker: str
    groups: str
    number: str
    code: str


def whole_visit(walker: Walker, card: VirtualCard, pin: str, election: str) -> Taken:
    """Sign in, vote, take a certificate, leave; on the way once to English and back."""
    walker.expect("Attract", "attract")
    walker.insert(card)
    walker.expect("PinEntry", "pin")
    walker.type_pin(pin)
    walker.expect("Menu", "menu")
    walker.speak("en")
    walker.expect("Menu", "menu-english")
    walker.speak("el")
    walker.touch("tile_participation")
    walker.expect("List", "participation")
    walker.touch(f"row_votes:{election}")
    walker.expect("Choice", "ballot")
    questions = 0
    while walker.shows == "Choice":
        questions += 1
        walker.touch("answer_0")
        walker.expect("Choice", f"ballot-marked-{questions}")
        walker.touch("primary")
        walker.wait(lambda: walker.shows in ("Choice", "Review"), "the next question or the review")
        walker.settle()
    walker.expect("Review", "review")
    walker.touch("primary")
    walker.expect("Done", "vote-done")
    tracker, groups = tracker_of(walker), code_of(walker)
    walker.touch("back")
    walker.expect("Menu", "menu-again")
    walker.touch("tile_documents")
    walker.expect("List", "documents")
    walker.touch("row_certificates:family_status")
    walker.expect("Review", "certificate")
    walker.touch("primary")
    walker.wait(lambda: walker.shows == "Work", "the printing")
    walker.picture("printing")
    walker.expect("Done", "certificate-done")
    (number,) = walker.blocks("fact")
    code = code_of(walker)
    walker.touch("primary")
    walker.expect("TakeCard", "take-card")
    walker.remove()
    walker.expect("Attract", "attract-again")
    return Taken(tracker, groups, str(number["value"]), code)


def code_of(walker: Walker) -> str:
    """The one code on the page, as it is read off."""
    (code,) = walker.blocks("code")
    return str(code["code"])


def tracker_of(walker: Walker) -> str:
    """All of the tracker, which the square beside its groups keeps."""
    (code,) = walker.blocks("code")
    (tracker,) = parse_qs(urlsplit(str(code["qr"])).query)["tracker"]
    return tracker
