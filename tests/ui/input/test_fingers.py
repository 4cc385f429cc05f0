"""Real touches, several at once: overlapping taps, a resting palm, a held key, a page that changes under a finger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSizeF, Qt
from PySide6.QtGui import QEventPoint, QInputDevice, QKeyEvent, QPointingDevice, QTouchEvent
from PySide6.QtTest import QTest

from card_reader import Pin
from kiosk.desk.actions import Cancel, Choose, EnterPin, EnterText, Mark, Next, OpenCategory
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Step
from kiosk.desk.technician.touch import TOUCHED, mark
from kiosk.desk.technician.views import setting
from kiosk.desk.views import LostCard, Menu, NewPin, PinEntry, View
from kiosk.ui.gallery.samples import samples
from kiosk.ui.input.fingers import GHOST_SECONDS, LIGHT_SECONDS, LONG_SECONDS, ROLL_SECONDS
from municipality.log_lines import fields_of
from municipality.matter import Category

SAMPLES = samples()
NOWHERE = QPoint(6, 400)  # the page's margin: nothing to press, in whatever letters the page is drawn
OFFER = SAMPLES["certificate"]
REVIEW = SAMPLES["review"]


@pytest.fixture(scope="module")
def glass(app: Any) -> QPointingDevice:
    return QTest.createTouchDevice()


@dataclass
class Hand:
    """Fingers by number, each on the glass until it is lifted."""

    booth: Any
    glass: QPointingDevice
    at: dict[int, QPoint] = field(default_factory=dict)

    def place(self, where: str | QPoint) -> QPoint:
        if isinstance(where, QPoint):
            return where
        item = self.booth.item(where)
        return item.mapToScene(item.boundingRect().center()).toPoint()

    def down(self, *fingers: tuple[int, str | QPoint]) -> None:
        touch = self._all()
        for finger, where in fingers:
            self.at[finger] = self.place(where)
            touch.press(finger, self.at[finger], self.booth.window.window)
        touch.commit()
        self.booth.settle()

    def up(self, *fingers: int) -> None:
        touch = self._all(but=fingers)
        for finger in fingers:
            touch.release(finger, self.at.pop(finger), self.booth.window.window)
        touch.commit()
        self.booth.settle()

    def move(self, finger: int, by: QPoint) -> None:
        touch = self._all(but=(finger,))
        self.at[finger] += by
        touch.move(finger, self.at[finger], self.booth.window.window)
        touch.commit()
        self.booth.settle()

    def tap(self, where: str | QPoint, finger: int = 1) -> None:
        self.down((finger, where))
        self.up(finger)

    def wait(self, seconds: float) -> None:
        self.booth.watch.seconds += seconds

    def _all(self, but: tuple[int, ...] = ()) -> Any:
        touch = QTest.touchEvent(self.booth.window.window, self.glass, False)
        for finger in self.at:
            if finger not in but:
                touch.stationary(finger)
        return touch


@pytest.fixture
def hand(make_booth: Callable[..., Any], glass: QPointingDevice) -> Callable[..., Hand]:
    def make(view: View, **more: Any) -> Hand:
        return Hand(make_booth(view, **more), glass)

    return make


@pytest.mark.parametrize(
    ("view", "name", "action"),
    [
        (REVIEW, "primary", Next()),
        (OFFER, "primary", Next()),
        (SAMPLES["ballot-marked"], "primary", Next()),
        (SAMPLES["ballot"], "answer_1", Mark(1)),
        (Menu(), "tile_social", OpenCategory(Category.SOCIAL)),
        (Menu(), "cancel", Cancel()),
    ],
)
def test_one_clean_tap_presses_once(hand: Callable[..., Hand], view: View, name: str, action: object) -> None:
    one = hand(view)
    one.tap(name)
    assert one.booth.asked() == [action]
    one.down((1, name))
    one.up(1)
    assert one.booth.asked() == [action]


def test_a_slip_off_the_button_presses_nothing(hand: Callable[..., Hand]) -> None:
    one = hand(Menu())
    one.down((1, "cancel"))
    one.move(1, QPoint(0, -300))
    one.up(1)
    assert one.booth.asked() == []


# A palm


@pytest.mark.parametrize("second", [0.1, 0.31, 0.45, 0.59])
@pytest.mark.parametrize("first", [SAMPLES["ballot-marked"]])
def test_beside_a_resting_palm_a_second_tap_confirms_nothing_and_keeps_the_visit(
    hand: Callable[..., Hand], first: View, second: float
) -> None:
    """«Next» and at once once more, where «confirm» has come: the guard holds for every finger."""
    one = hand(first, idle_seconds=120)
    one.booth.lobby.answers[Next] = REVIEW
    one.down((1, NOWHERE))
    one.tap("primary", 2)
    assert one.booth.stage.screen == "Review" and one.booth.asked() == [Next()]
    one.wait(second)
    one.tap("primary", 2)
    assert one.booth.asked() == []
    for _ in range(4):  # and each touch is somebody
        one.wait(60)
        one.tap(QPoint(900, 300), 2)
        one.booth.stage.beat()
    assert one.booth.stage.idleLeft == 0
    one.wait(101)
    one.booth.stage.beat()
    assert one.booth.stage.idleLeft > 0, "but what only lies there is nobody"
    one.up(1)


@pytest.mark.parametrize("seconds", [0.59, 0.61])
@pytest.mark.parametrize("palm", [True, False])
def test_a_page_stands_for_a_while_before_it_is_confirmed(
    hand: Callable[..., Hand], seconds: float, palm: bool
) -> None:
    one = hand(Menu())
    one.booth.lobby.show(REVIEW)
    one.booth.stage.beat()
    one.booth.settle()
    if palm:
        one.down((7, NOWHERE))
    one.wait(seconds)
    one.tap("primary")
    assert one.booth.asked() == ([Next()] if seconds > 0.6 and not palm else [])
    if palm:
        one.up(7)
        one.wait(1)
        one.tap("primary")
        assert one.booth.asked() == [Next()]


@pytest.mark.parametrize(("view", "name"), [(REVIEW, "primary"), (OFFER, "primary"), (Menu(), "cancel")])
def test_what_cannot_be_taken_back_wants_one_finger(hand: Callable[..., Hand], view: View, name: str) -> None:
    one = hand(view)
    for order in permutations((1, 2)):
        one.down((1, name), (2, NOWHERE))
        for finger in order:
            one.up(finger)
    one.down((1, name))
    one.down((2, NOWHERE))  # it comes while the first lies there
    one.up(1)
    one.up(2)
    one.down((1, name))
    one.down((2, name))
    one.up(1, 2)
    assert one.booth.asked() == []
    assert one.booth.item("crowded").property("text") == "Αγγίξτε το κουμπί με ένα μόνο δάχτυλο, για λίγο."
    one.tap(name)
    assert len(one.booth.asked()) == 1 and one.booth.window.find("crowded") is None


@pytest.mark.parametrize(("seconds", "presses"), [(LONG_SECONDS - 0.1, 1), (LONG_SECONDS, 0), (60, 0)])
@pytest.mark.parametrize(("view", "name"), [(REVIEW, "primary"), (Menu(), "cancel")])
def test_what_lies_long_on_it_confirms_nothing(
    hand: Callable[..., Hand], view: View, name: str, seconds: float, presses: int
) -> None:
    one = hand(view, idle_seconds=600)
    one.down((1, name))
    one.wait(seconds)
    one.up(1)
    assert len(one.booth.asked()) == presses
    assert (one.booth.window.find("crowded") is None) is bool(presses), "and it says why"


def test_a_slow_finger_presses_what_can_be_taken_back(hand: Callable[..., Hand]) -> None:
    one = hand(SAMPLES["ballot-marked"])
    for name in ("answer_0", "primary"):
        one.down((1, name))
        one.wait(10)
        one.up(1)
    assert one.booth.asked() == [Mark(0), Next()]


@pytest.mark.parametrize(("millimetres", "presses"), [(0, 1), (20, 1), (40, 0)])
@pytest.mark.parametrize(("view", "name"), [(REVIEW, "primary"), (Menu(), "tile_social"), (PinEntry(5), "key_1")])
def test_a_palm_presses_nothing(
    hand: Callable[..., Hand],
    monkeypatch: pytest.MonkeyPatch,
    view: View,
    name: str,
    millimetres: int,
    presses: int,
) -> None:
    """A glass that tells sizes: at once, or only when the hand has been laid down."""
    one = hand(view)
    wide = millimetres * one.booth.window.window.screen().physicalDotsPerInch() / 25.4
    sizes = [QSizeF(wide, wide / 2)]
    monkeypatch.setattr(QEventPoint, "ellipseDiameters", lambda _point: sizes[0])
    one.tap(name)
    sizes[0] = QSizeF()
    one.down((1, name))
    sizes[0] = QSizeF(wide / 2, wide)
    one.move(1, QPoint(3, 3))
    one.up(1)
    assert len(one.booth.asked()) + one.booth.stage.pinCount == 2 * presses


# In the dark


@dataclass
class Ear:
    """Somebody who listens with headphones, before a black screen."""

    dark: bool = True

    def touched(self) -> bool:
        return self.dark

    def warned(self) -> None: ...

    def setDark(self, dark: bool) -> None:
        self.dark = dark


@pytest.mark.parametrize("millimetres", [0, 50])
@pytest.mark.parametrize("lifted", [False, True])
def test_what_lies_long_in_the_dark_asks_for_light(
    hand: Callable[..., Hand], monkeypatch: pytest.MonkeyPatch, millimetres: int, lifted: bool
) -> None:
    """A finger or a whole hand; it need not be lifted first."""
    one, ear = hand(Menu()), Ear()
    wide = millimetres * one.booth.window.window.screen().physicalDotsPerInch() / 25.4
    monkeypatch.setattr(QEventPoint, "ellipseDiameters", lambda _point: QSizeF(wide, wide))
    monkeypatch.setattr(one.booth.window._fingers, "_voice", ear)
    for seconds, dark in ((LIGHT_SECONDS - 0.01, True), (LIGHT_SECONDS, False)):
        one.down((1, "tile_social"))
        one.wait(seconds)
        if not lifted:
            one.booth.stage.beat()
            assert ear.dark is dark
        one.up(1)
        assert ear.dark is dark and one.booth.asked() == []


def test_what_lay_there_before_it_was_dark_does_not_ask(
    hand: Callable[..., Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But another finger beside it does."""
    one, ear = hand(Menu()), Ear(dark=False)
    monkeypatch.setattr(one.booth.window._fingers, "_voice", ear)
    one.down((1, NOWHERE))
    ear.dark = True
    one.wait(60)
    one.booth.stage.beat()
    assert ear.dark
    one.down((2, "tile_social"))
    one.wait(LIGHT_SECONDS)
    one.up(2)
    assert not ear.dark and one.booth.asked() == []
    ear.dark = True
    one.up(1)
    assert ear.dark


def test_other_buttons_work_beside_a_resting_hand(hand: Callable[..., Hand]) -> None:
    one = hand(Menu())
    one.down((1, NOWHERE))
    one.tap("tile_social", 2)
    one.tap("help", 2)
    assert one.booth.asked() == [OpenCategory(Category.SOCIAL)] and one.booth.stage.sheet == "help"
    one.tap("tile_documents", 2)
    one.tap("cancel", 2)
    assert one.booth.asked() == [], "nothing below a sheet is reached by another finger"
    one.tap("close_sheet", 2)
    one.up(1)
    assert one.booth.stage.sheet == "" and one.booth.asked() == []


def test_of_two_tiles_under_two_fingers_the_last_counts(hand: Callable[..., Hand]) -> None:
    one = hand(Menu())
    one.down((1, "tile_social"))
    one.down((2, "tile_documents"))
    one.up(1)
    one.up(2)
    assert one.booth.asked() == [OpenCategory(Category.DOCUMENTS)]


def test_a_press_that_began_on_another_page_ends_without_one(hand: Callable[..., Hand]) -> None:
    one = hand(SAMPLES["ballot-marked"])
    one.down((1, "primary"))
    one.booth.show(SAMPLES["vote-done"])
    one.wait(5)
    one.up(1)
    assert one.booth.asked() == []
    one.tap("primary")
    assert one.booth.asked() == [Next()]
    place = one.place("primary")
    QTest.mousePress(one.booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    one.booth.show(SAMPLES["certificate-done"])
    one.wait(5)
    QTest.mouseRelease(one.booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert one.booth.asked() == []


def test_a_touch_that_the_system_takes_back_presses_nothing(hand: Callable[..., Hand]) -> None:
    one = hand(Menu())
    one.down((1, "tile_social"))
    cancel = QTouchEvent(QEvent.Type.TouchCancel, one.glass, Qt.KeyboardModifier.NoModifier, [])
    QCoreApplication.sendEvent(one.booth.window.window, cancel)
    one.up(1)
    assert one.booth.asked() == []
    one.tap("tile_documents")
    assert one.booth.asked() == [OpenCategory(Category.DOCUMENTS)]


def lose(one: Hand, finger: int) -> None:
    """Its release is never told: the controller of the glass was reset."""
    one.at.pop(finger)


@pytest.mark.parametrize("next_id", [1, 2])
@pytest.mark.parametrize("where", [NOWHERE, "primary"])
@pytest.mark.parametrize(("view", "name"), [(REVIEW, "primary"), (OFFER, "primary"), (Menu(), "cancel")])
def test_a_finger_whose_release_was_lost_rests_nowhere(
    hand: Callable[..., Hand], view: View, name: str, where: str | QPoint, next_id: int
) -> None:
    one = hand(view)
    one.down((1, name if where == "primary" else where))
    lose(one, 1)
    one.tap(name, next_id)
    assert len(one.booth.asked()) == 1 and one.booth.window.find("crowded") is None


@pytest.mark.parametrize("next_id", [1, 2])
def test_a_lost_finger_types_nothing_and_the_others_stay(hand: Callable[..., Hand], next_id: int) -> None:
    """As fingers roll: of three one is lost in the middle of a gesture; and at the beginning of the next one."""
    one = hand(LostCard(Step(1, 2)))
    one.down((1, "key_7"))
    lose(one, 1)
    one.tap("key_3", next_id)
    assert one.booth.stage.typed == "3"
    one.booth.show(REVIEW)
    one.down((1, NOWHERE))
    one.down((2, QPoint(900, 300)))
    lose(one, 2)
    one.tap("primary", 3)
    assert one.booth.asked() == [], "the first lies there yet"
    one.up(1)
    one.tap("primary", 3)
    assert one.booth.asked() == [Next()]


def test_two_glasses_number_their_points_each_from_one(
    hand: Callable[..., Hand], glass: QPointingDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hand(REVIEW)
    other = Hand(one.booth, QTest.createTouchDevice())
    one.down((1, NOWHERE))
    other.tap("primary")
    assert one.booth.asked() == [], "a palm on one glass, a finger on the other"
    one.up(1)
    other.tap("primary")
    assert one.booth.asked() == [Next()]
    one.down((1, NOWHERE))
    left = [device for device in QInputDevice.devices() if device != glass]
    monkeypatch.setattr(QInputDevice, "devices", lambda: left)
    other.tap("primary")
    assert one.booth.asked() == [Next()], "it was unplugged, with a finger on it"


@pytest.mark.parametrize(("lain", "presses"), [(GHOST_SECONDS - 0.1, 0), (GHOST_SECONDS, 1), (9 * 3600, 1)])
@pytest.mark.parametrize(("view", "name"), [(REVIEW, "primary"), (OFFER, "primary"), (Menu(), "cancel")])
def test_a_point_that_never_moves_locks_nobody_out(
    hand: Callable[..., Hand], view: View, name: str, lain: float, presses: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A drop, or a broken glass, which trembles a little; a hand that moves is a hand, however long."""
    one = hand(view, idle_seconds=10**6)
    one.down((1, NOWHERE))
    one.move(1, QPoint(1, 1))
    one.wait(lain)
    one.move(1, QPoint(1, -1))
    one.tap(name, 2)
    assert len(one.booth.asked()) == presses
    said = [fields_of(record) for record in caplog.records if record.msg == "touch"]
    assert said == [{"state": "stuck", "seconds": int(lain)}] * presses
    one.move(1, QPoint(0, 60))
    one.tap(name, 2)
    assert one.booth.asked() == []


def test_a_mouse_between_two_touches_is_one_more_finger(hand: Callable[..., Hand]) -> None:
    one = hand(REVIEW)
    one.down((1, NOWHERE))
    one.booth.tap("primary")
    assert one.booth.asked() == []
    one.up(1)
    one.booth.tap("primary")
    one.wait(1)
    one.tap("primary")
    assert one.booth.asked() == [Next(), Next()]


def test_a_finger_that_slides_over_a_page_presses_nothing_and_leaves_it_where_it_is(hand: Callable[..., Hand]) -> None:
    """Its buttons turn it, and not the way of a finger: who trembles has chosen nothing and lost no place."""
    one = hand(SAMPLES["ballot-long"])
    first = one.place("answer_1")
    one.down((1, "answer_2"))
    for _ in range(8):
        one.move(1, QPoint(0, -40))
    one.up(1)
    assert one.booth.asked() == [] and one.place("answer_1") == first
    one.tap("page_down")
    assert one.place("answer_1").y() < first.y() - 100
    one.tap("page_up")
    assert one.booth.asked() == [] and one.place("answer_1") == first


def test_a_finger_touches_the_marks_of_the_touch_test(hand: Callable[..., Hand]) -> None:
    one = hand(mark("top_left"))
    one.tap("touch_mark")
    assert one.booth.asked() == [Choose(f"{TOUCHED}top_left")]


# What confirms is shut until all of it was on the screen


def unseen(hand: Callable[..., Hand], name: str) -> Hand:
    one = hand(SAMPLES[name])
    one.booth.stage.setTextSize(3)
    one.wait(1)
    one.booth.settle()
    assert not one.booth.item("primary").isEnabled() and one.booth.item("page_down").isEnabled()
    return one


@pytest.mark.parametrize("name", ["review-many", "certificate-large"])
def test_what_confirms_opens_once_its_pages_were_turned(hand: Callable[..., Hand], name: str) -> None:
    one, turned = unseen(hand, name), 0
    while one.booth.item("page_down").isEnabled():
        one.tap("primary")
        assert one.booth.asked() == [], "shut"
        one.tap("page_down")
        turned += 1
        assert turned < 30
    assert turned and one.booth.asked() == []
    one.tap("primary")
    assert one.booth.asked() == [Next()]
    one.tap("page_up")
    one.tap("primary")
    assert one.booth.asked() == [Next()], "and stays open"


def test_pages_turn_beside_a_resting_hand_and_what_confirms_does_not(hand: Callable[..., Hand]) -> None:
    one, turned = unseen(hand, "review-many"), 0
    one.down((7, NOWHERE))
    while one.booth.item("page_down").isEnabled():
        one.tap("page_down")
        turned += 1
        assert turned < 30
    one.tap("primary")
    assert one.booth.asked() == []
    one.up(7)
    one.tap("primary")
    assert one.booth.asked() == [Next()]


def test_any_finger_puts_the_warning_away_and_presses_nothing(hand: Callable[..., Hand]) -> None:
    one = hand(Menu(), idle_seconds=60)
    one.down((1, NOWHERE))
    one.wait(50)
    one.booth.stage.beat()
    one.booth.settle()
    assert one.booth.stage.sheet == "idle"
    one.tap("end_visit", 2)
    assert one.booth.stage.sheet == "" and one.booth.asked() == [], "not beside a palm"
    one.up(1)


# Typing

KEYBOARDS = {
    "PIN": PinEntry(5),
    "PIN once more": PinEntry(5, again=True),
    "one's own": PinEntry(0, shortest=6, longest=6, new=NewPin(1)),
    "one's own, again": PinEntry(0, shortest=6, longest=6, new=NewPin(2, 1)),
    "card number": LostCard(Step(1, 2)),
}


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_overlapping_taps_are_all_typed_in_their_order(hand: Callable[..., Hand], keyboard: str) -> None:
    """The next finger is down before the last is up, by two and by three; whichever goes first."""
    one = hand(KEYBOARDS[keyboard])
    one.down((1, "key_7"))
    one.down((2, "key_3"))
    one.up(1)
    one.down((1, "key_0"))
    one.up(2)
    one.down((2, "key_5"))
    one.down((3, "key_1"))
    one.up(1, 2)
    one.up(3)
    one.down((1, "key_9"), (2, "key_9"))  # in one breath
    one.up(2)
    one.up(1)
    typed = "7305199"
    if "own" in keyboard:
        typed = typed[:6]
    assert one.booth.stage.pinCount == len(typed)
    one.tap("primary")
    (action,) = one.booth.asked()
    assert action == (EnterText(typed) if keyboard == "card number" else EnterPin(Pin(typed)))


def test_letters_of_a_block_code_and_of_a_setting_overlap_too(hand: Callable[..., Hand]) -> None:
    one = hand(LostCard(Step(2, 2)))
    for earlier, later in ((1, 2), (2, 1)):
        one.down((earlier, "letter_k"))
        one.down((later, "letter_2"))
        one.up(earlier)
        one.up(later)
    assert one.booth.stage.typed == "K2K2"
    one.booth.show(setting("printer.url", Told("Printer"), "ipp"))
    one.down((1, "letter_q"))
    one.down((2, "letter_w"))
    one.up(1)
    one.up(2)
    one.tap("primary")
    assert one.booth.asked() == [EnterText("ippqw")]


def test_the_last_digit_and_the_way_on_overlap(hand: Callable[..., Hand]) -> None:
    one = hand(PinEntry(5))
    for digit in "12345":
        one.tap(f"key_{digit}")
    one.down((1, "key_6"))
    one.down((2, "primary"))
    one.up(1)
    one.up(2)
    (action,) = one.booth.asked()
    assert action.pin == Pin("123456")


@pytest.mark.parametrize(("lain", "typed"), [(ROLL_SECONDS - 0.1, "71"), (ROLL_SECONDS, "1")])
def test_what_rests_on_a_key_is_not_typed_by_the_next_finger(
    hand: Callable[..., Hand], lain: float, typed: str
) -> None:
    one = hand(LostCard(Step(1, 2)))
    one.down((1, "key_7"))
    one.wait(lain)
    one.tap("key_1", 2)
    one.up(1)
    assert one.booth.stage.typed == typed


@pytest.mark.parametrize("seconds", [0.1, 5, 60])
def test_a_held_key_is_one_digit(hand: Callable[..., Hand], seconds: float) -> None:
    one = hand(PinEntry(5), idle_seconds=600)
    one.down((1, "key_7"))
    one.wait(seconds)
    one.up(1)
    assert one.booth.stage.pinCount == 1


def held(booth: Any, key: Qt.Key, text: str = "", times: int = 30) -> None:
    """As a system repeats a key that is held down."""
    for place in range(times):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, place > 0)
            QCoreApplication.sendEvent(booth.window.window, event)
    booth.settle()


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_a_key_held_down_counts_once(hand: Callable[..., Hand], keyboard: str) -> None:
    booth = hand(KEYBOARDS[keyboard]).booth
    held(booth, Qt.Key.Key_7, "7")
    assert booth.stage.pinCount == 1
    for digit in "1234":
        held(booth, Qt.Key(ord(digit)), digit, times=2)
    held(booth, Qt.Key.Key_Backspace)
    assert booth.stage.pinCount == 4


def test_a_key_held_down_goes_back_one_page_confirms_once_and_is_nobody(hand: Callable[..., Hand]) -> None:
    booth = hand(SAMPLES["ballot-marked"], idle_seconds=60).booth
    held(booth, Qt.Key.Key_Escape)
    assert len(booth.asked()) == 1
    booth.item("primary").forceActiveFocus()
    booth.lobby.answers[Next] = REVIEW
    booth.watch.seconds += 1
    held(booth, Qt.Key.Key_Return)
    booth.watch.seconds += 5
    QCoreApplication.sendEvent(
        booth.window.window,
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True),
    )
    assert booth.asked() == [Next()]
    for _ in range(6):
        booth.watch.seconds += 10
        held(booth, Qt.Key.Key_5, "5")  # the first counts
        booth.stage.beat()
    assert booth.stage.idleLeft == 0
    for _ in range(5):
        booth.watch.seconds += 10
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_5, Qt.KeyboardModifier.NoModifier, "5", True)
        QCoreApplication.sendEvent(booth.window.window, event)
        booth.stage.beat()
    assert booth.stage.idleLeft > 0, "something lies on the keypad"
