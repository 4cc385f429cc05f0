"""A resident who presses everything wrong never meets a dark screen that does not end; then nothing of it is left.

The seed stands in every failure: WALK_SEED=… repeats a walk, `scripts/test --long` makes it 5,000 acts long.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from listener import READING, Heard, is_black, is_lit, settings_of, usual
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from random_tests import FAST, LONG

from kiosk.demo.samples import samples
from kiosk.desk.actions import Back, Cancel, Idle
from kiosk.desk.pages import Step, Work
from kiosk.desk.views import Attract, Menu, PinEntry, TakeCard, View
from kiosk.kernel.activity import Activity
from kiosk.ui.input.fingers import LIGHT_SECONDS

SAMPLES = samples()
IDLE_SECONDS = 60
AT_REST = ("Attract", "Closed")
# What a booth may show next, whatever the resident has pressed: cards come and go, it works, it closes.
SCREENS: tuple[View, ...] = (
    Attract(), SAMPLES["closed"], READING, PinEntry(5), Menu(), SAMPLES["ballot-marked"], SAMPLES["review"],
    SAMPLES["vote-done-card-out"], SAMPLES["problem-end"], TakeCard(), Work(Activity.STORING, Step(2, 4)),
    SAMPLES["lost-card"], SAMPLES["technician"], SAMPLES["technician-work"],
)  # fmt: skip
KEYS = (
    Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Comma, Qt.Key.Key_F9, Qt.Key.Key_Plus, Qt.Key.Key_Minus,
    Qt.Key.Key_Slash, Qt.Key.Key_Asterisk, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape,
    *(Qt.Key(Qt.Key.Key_0 + digit) for digit in range(10)),
)  # fmt: skip
# What turns the booth into another is pressed more often than a walk would come upon it.
LIKELY = {"dark": 15, "darken": 15, "speech": 8, "accessibility": 8, "scheme": 3, "text": 3, "simple": 3, "language": 3}


@dataclass
class Walk:
    booth: Heard
    random: random.Random
    did: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    drawn: tuple[object, ...] = ()

    def step(self) -> None:
        likely = {
            self.touch: 40, self.key: 30, self.screen: 8, self.anywhere: 6, self.wait: 6, self.accessibility: 6,
            self.jack: 5, self.long_touch: 4,
        }  # fmt: skip
        (does,) = self.random.choices([*likely], [*likely.values()])
        was_dark, private = self.booth.voice.dark, self.booth.headphones.plugged
        asked = self.booth.stage.sheet == "dark"
        does()
        self.did[does.__name__] += 1
        self.booth.watch.seconds += self.random.choice((0, 0.2, 1))
        self.beat()
        if self.booth.voice.dark and not was_dark:
            assert private or asked, "without headphones only a second touch leads into the dark"
        if self.booth.voice.dark:
            assert self.booth.voice.on, "a dark screen speaks"
            self.met[self.booth.stage.screen] += 1

    def beat(self, seconds: float = 0) -> None:
        self.booth.watch.seconds += seconds
        self.booth.voice.beat()
        self.booth.stage.beat()
        self.booth.app.processEvents()

    def touch(self, seconds: float = 0) -> None:
        stage = self.booth.stage
        look = (stage.screen, stage.sheet, stage.language, stage.textSize, stage.lowReach, self.booth.voice.on)
        if look != self.drawn:
            self.booth.window.grab()  # rows and columns place their children when a frame is drawn
            self.drawn = look
        whole = self.booth.window.window.contentItem()
        seen = [
            (place, LIKELY.get(item.objectName().split("_")[0], 1))
            for item in self.booth.window._walker.pressables()
            if whole.contains(QPointF(place := item.mapToScene(item.boundingRect().center()).toPoint()))
        ]
        if seen:
            (place,) = self.random.choices([place for place, _ in seen], [weight for _, weight in seen])
            self.press(place, seconds)

    def press(self, place: QPoint, seconds: float) -> None:
        window, left, no_key = self.booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(window, left, no_key, place)
        self.booth.watch.seconds += seconds
        QTest.mouseRelease(window, left, no_key, place)

    def long_touch(self) -> None:
        was_dark = self.booth.voice.dark  # on a lit screen it may lie on the button that darkens
        self.anywhere(self.random.choice((LIGHT_SECONDS, 3, 20)))
        assert not (was_dark and self.booth.voice.dark), "a long touch lights it, wherever it lies"

    def anywhere(self, seconds: float = 0) -> None:
        window = self.booth.window.window
        self.press(QPoint(self.random.randrange(window.width()), self.random.randrange(window.height())), seconds)

    def key(self) -> None:
        for _ in range(self.random.choice((1, 1, 2))):
            QTest.keyClick(self.booth.window.window, self.random.choice(KEYS))

    def jack(self) -> None:
        jack, plugged = self.booth.headphones, self.booth.headphones.plugged
        (jack.unplug if plugged else jack.plug)()
        self.booth.app.processEvents()
        assert not (plugged and self.booth.voice.dark), "pulled headphones are light"

    def wait(self) -> None:
        """Until nobody can be there any more; the last beat of it finds the time-out over."""
        if self.random.random() < 0.5:
            self.beat(self.random.choice((5, IDLE_SECONDS - 15)))
            return
        self.booth.voice._speaker.hush()
        before = self.booth.stage.screen
        self.beat(IDLE_SECONDS)
        assert not self.booth.voice.dark
        if before in (*AT_REST, "TakeCard"):
            assert settings_of(self.booth) == usual(on=self.booth.headphones.plugged)

    def screen(self) -> None:
        before = self.booth.stage.screen
        self.booth.lobby.show(self.random.choice(SCREENS))
        self.beat()
        if self.booth.stage.screen in AT_REST and before not in AT_REST:
            assert settings_of(self.booth) == usual(on=self.booth.headphones.plugged)

    def accessibility(self) -> None:
        self.booth.stage.openSheet("accessibility")


@pytest.mark.timeout(3600 if LONG else 150)
@pytest.mark.parametrize("acts", [30 if FAST else 300, *([pytest.param(5000, marks=pytest.mark.long)] if LONG else [])])
def test_whoever_presses_everything_wrong_finds_light_and_leaves_nothing(
    heard: Callable[..., Heard], acts: int
) -> None:
    seed = int(os.environ.get("WALK_SEED", random.SystemRandom().randrange(10**6)))
    booth = heard(Attract(), plugged=False, idle_seconds=IDLE_SECONDS)
    booth.lobby.answers = {Idle: TakeCard(), Cancel: TakeCard(), Back: Menu()}
    walk = Walk(booth, random.Random(seed))
    try:
        for number in range(acts):
            walk.step()
            if booth.voice.dark and number % 10 == 0:
                assert is_black(booth)
        # Nobody is left. A work ends by itself; who was in a visit is asked for the card, and somebody takes it.
        booth.voice._speaker.hush()
        walk.beat(IDLE_SECONDS)
        assert not booth.voice.dark and is_lit(booth)
        if booth.stage.screen not in AT_REST:
            booth.lobby.show(TakeCard())
            walk.beat()
            walk.beat(IDLE_SECONDS)
        assert settings_of(booth) == usual(on=booth.headphones.plugged)
    except AssertionError as wrong:
        raise AssertionError(
            f"WALK_SEED={seed}, after {walk.did.total()} acts on {booth.stage.screen}: {wrong}"
        ) from wrong
    if acts >= 300:
        assert set(walk.did) >= {"touch", "long_touch", "key", "jack", "wait", "screen"} and walk.met, (
            f"{seed}: {walk.met}"
        )
