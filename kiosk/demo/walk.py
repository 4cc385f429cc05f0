"""One visit with no one touching: finds what is on the real screen, touches it at its centre, and looks at the result.

Works through the window alone, as a resident does; of the booth it only reads what became of the visit.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from card_reader import VirtualCard
from kiosk.demo.patience import pause, turn
from kiosk.ui.window.screen import Screen

_PATIENCE_SECONDS = 60
# The window ignores touches just after a change, so that nobody hits what was not there yet.
_AFTER_CHANGE_SECONDS = 0.7


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
        """A touch at the centre of the item of that name."""
        self.press(self.place(name))

    def place(self, name: str) -> QPoint:
        """The centre of the item of that name, when it is there."""
        self.wait(lambda: self.screen.window.find(name) is not None, f"the item {name}")
        item = self.screen.window.find(name)
        if item is None:
            raise WalkFailed(f"{name} went away")
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        return QPoint(round(centre.x()), round(centre.y()))

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

    def confirm(self) -> None:
        """What cannot be taken back: all of it is looked at first, page by page."""
        while self.screen.window.find("primary") is None:
            self.touch("whole")
            self.settle()
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


@dataclass(frozen=True)
class Taken:
    """What the resident took home."""

    tracker: str
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
    walker.expect("CategoryPage", "participation")
    walker.touch(f"entry_votes:{election}")
    walker.expect("Ballot", "ballot")
    questions = 0
    while walker.shows == "Ballot":
        questions += 1
        walker.touch("answer_0")
        walker.expect("Ballot", f"ballot-marked-{questions}")
        walker.touch("primary")
        walker.wait(lambda: walker.shows in ("Ballot", "Review"), "the next question or the review")
        walker.settle()
    walker.expect("Review", "review")
    walker.confirm()
    walker.expect("VoteDone", "vote-done")
    tracker = walker.view("code")
    walker.touch("back")
    walker.expect("Menu", "menu-again")
    walker.touch("tile_documents")
    walker.expect("CategoryPage", "documents")
    walker.touch("entry_certificates:family_status")
    walker.expect("CertificateOffer", "certificate")
    walker.confirm()
    walker.wait(lambda: walker.shows == "Working", "the printing")
    walker.picture("printing")
    walker.expect("CertificateDone", "certificate-done")
    number, code = walker.view("number"), walker.view("code")
    walker.touch("primary")
    walker.expect("TakeCard", "take-card")
    walker.remove()
    walker.expect("Attract", "attract-again")
    return Taken(tracker, number, code)
