"""A scanner that types is told from a person at the same keys: it presses nothing, and they lose nothing."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from card_reader import Pin
from kiosk.counter import Deed, Touch
from kiosk.desk.actions import Scanned
from kiosk.desk.blocks import Told
from kiosk.desk.technician.scanner import AnyCode
from kiosk.desk.views import Menu, PinEntry
from kiosk.devices.scanner import LONGEST
from kiosk.ui.gallery.samples import samples
from kiosk.ui.input.wedge import BREATH_MS, ENTER, FAST_MS, LEAST, Wedge

BILL = "RF18000123456789"
WAITING = AnyCode("scanner-try", Told("Scan a code"), Told("Any code will do."))
SAMPLES = samples()


class Keys:
    """Strokes by number, and what became of them."""

    def __init__(self) -> None:
        self.wedge: Wedge[int] = Wedge()
        self.codes: list[str] = []
        self.wedge.watch(self.codes.append)
        self.wedge.aim(True)
        self.at = 10_000
        self.pressed = 0
        self.persons: list[int] = []

    def type(self, *letters: str, gap: int = 5) -> None:
        for letter in letters:
            self.at += gap
            self.persons += self.wedge.stroke(self.pressed, letter, self.at)
            self.pressed += 1

    def pause(self, milliseconds: int) -> None:
        self.at += milliseconds
        if milliseconds >= self.wedge.patience > 0:
            self.persons += self.wedge.quiet()

    @property
    def all_came_through(self) -> bool:
        return self.persons == list(range(self.pressed))


def test_so_many_keys_and_no_fewer_are_a_scanners() -> None:
    few, enough = Keys(), Keys()
    few.type(*"1" * (LEAST - 1), ENTER)
    assert few.codes == [] and few.all_came_through
    enough.type(*"1" * LEAST, ENTER)
    assert enough.codes == ["1" * LEAST] and enough.persons == []


def test_so_fast_and_no_slower_is_a_scanner() -> None:
    slow, fast = Keys(), Keys()
    slow.type(*BILL, ENTER, gap=FAST_MS)
    assert slow.codes == [] and slow.all_came_through
    fast.type(*BILL, ENTER, gap=FAST_MS - 1)
    assert fast.codes == [BILL] and fast.persons == []


def test_a_persons_keys_come_through_in_their_order_whatever_their_rhythm() -> None:
    """Rolls of the fingers, a palm on the keys, arrows and letters: no burst of theirs is long enough."""
    chance = random.Random(5)
    for _ in range(200):
        keys = Keys()
        for _ in range(chance.randrange(1, 30)):
            keys.type(*chance.choices(["1", "a", "", "\t", ENTER], k=chance.randrange(1, LEAST)))
            keys.pause(FAST_MS)
        assert keys.codes == [] and keys.all_came_through


def test_a_key_waits_no_longer_than_it_must() -> None:
    keys = Keys()
    keys.type("5")
    assert keys.persons == [] and keys.wedge.patience == FAST_MS
    keys.pause(FAST_MS)
    assert keys.persons == [0] and keys.wedge.patience == 0
    keys.type(ENTER)
    assert keys.persons == [0, 1] and keys.wedge.patience == 0, "Enter alone is told at once"


def test_a_burst_without_an_end_is_no_code_and_nobodys_keys() -> None:
    keys = Keys()
    keys.type(*BILL)
    assert keys.wedge.patience == BREATH_MS
    keys.pause(BREATH_MS)
    keys.type("7", gap=1000)
    keys.pause(1000)
    assert keys.codes == [] and keys.persons == [len(BILL)], "and what somebody types afterwards is theirs"


def test_what_is_a_scanners_for_certain_may_take_a_breath() -> None:
    keys, torn = Keys(), Keys()
    keys.type(*BILL[:8])
    keys.type(*BILL[8:], gap=BREATH_MS - 1)
    keys.type(ENTER, gap=BREATH_MS - 1)
    assert keys.codes == [BILL] and keys.persons == []
    torn.type(*BILL[:8])
    torn.type(ENTER, gap=BREATH_MS)
    assert torn.codes == [] and torn.persons == [8], "so late an Enter is a person's"


def test_a_second_enter_and_a_second_line_are_the_scanners_still() -> None:
    keys = Keys()
    keys.type(*BILL, ENTER, ENTER, *"AB", ENTER, ENTER)
    assert keys.codes == [BILL, "AB"] and keys.persons == []
    keys.pause(BREATH_MS)
    keys.type(ENTER)
    assert keys.persons == [keys.pressed - 1]


@pytest.mark.parametrize("strange", ["", "\t", "\x08", "\x1b", "Α", "é", "ab"])
def test_a_strange_key_spoils_the_code_and_none_of_it_gets_through(strange: str) -> None:
    keys = Keys()
    keys.type(*BILL[:3], strange, *BILL[3:], ENTER)
    assert keys.codes == [] and keys.persons == []


def test_a_code_without_an_end_is_not_kept() -> None:
    keys = Keys()
    keys.type(*"1" * (LONGEST + 1))
    assert len(keys.wedge._held) == 0
    keys.type(*"1" * 20, ENTER)
    assert keys.codes == [] and keys.persons == []
    keys.type(*"2" * LONGEST, ENTER)
    assert keys.codes == ["2" * LONGEST]


def test_a_clock_that_goes_back_is_a_pause() -> None:
    keys = Keys()
    keys.type("1", "2")
    keys.at -= 1_000_000
    keys.type("3")
    keys.pause(1000)
    assert keys.all_came_through


# In the window


@pytest.fixture
def make_scanning_booth(make_booth: Callable[..., Any]) -> Callable[..., Any]:
    return lambda view: make_booth(view, wedge=True)


def types(booth: Any, text: str, *, gap_ms: int = 4, settle: bool = True) -> None:
    """Keys as the window system queues them, with its own time on each."""
    booth.key_time = getattr(booth, "key_time", 1000) + 5000
    for letter in text:
        booth.key_time += gap_ms
        key = Qt.Key.Key_Return if letter == ENTER else Qt.Key(ord(letter.upper()))
        if letter.isupper():
            send(booth, Qt.Key.Key_Shift, "", booth.key_time)
        send(booth, key, letter, booth.key_time)
    if settle:
        pause(booth)


def send(booth: Any, key: Qt.Key, text: str, at: int) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    event.setTimestamp(at)
    QCoreApplication.postEvent(booth.window.window, event)


def pause(booth: Any) -> None:
    QTest.qWait(BREATH_MS + 60)
    booth.settle()


def test_a_code_comes_to_the_page_that_waits_for_it(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(WAITING)
    types(booth, BILL + ENTER)
    assert booth.asked() == [Scanned(BILL)]
    types(booth, "https://town.example/t/4kxw-93tt" + ENTER)
    assert booth.asked() == [Scanned("https://town.example/t/4kxw-93tt")]


@pytest.mark.parametrize("code", ["5201234567890" + ENTER, "5201234567890", "246813" + ENTER, "246813"])
def test_a_code_never_reaches_the_pin_pad(make_scanning_booth: Callable[..., Any], code: str) -> None:
    booth = make_scanning_booth(PinEntry(5))
    types(booth, code)
    assert booth.stage.pinCount == 0 and booth.asked() == []


def test_a_busy_window_does_not_take_a_code_for_a_person(make_scanning_booth: Callable[..., Any]) -> None:
    """The pause is over by its own clock while the rest of the burst stands in the window system's queue."""
    booth = make_scanning_booth(PinEntry(5))
    types(booth, "123", settle=False)
    booth.app.processEvents()
    QTimer.singleShot(FAST_MS + 15, lambda: _rest(booth, "4567890"))
    QTest.qSleep(200)  # drawing something: both are overdue, and the pause is the first
    pause(booth)
    assert booth.stage.pinCount == 0


def _rest(booth: Any, text: str) -> None:
    for number, letter in enumerate(text, 1):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(letter)), Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(booth.key_time + 4 * number)
        QCoreApplication.sendEvent(booth.window.window, event)


def test_a_persons_pin_comes_through_as_ever(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(PinEntry(5))
    types(booth, "246813", gap_ms=90)
    assert booth.stage.pinCount == 6
    types(booth, ENTER)
    (action,) = booth.asked()
    assert action.pin == Pin("246813")


def test_two_keys_at_once_are_a_persons(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(PinEntry(5))
    types(booth, "24")
    types(booth, "6813")
    assert booth.stage.pinCount == 6


def test_a_code_presses_nothing_on_a_page_that_did_not_ask(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(Menu())
    booth.key(Qt.Key.Key_Tab)
    pause(booth)
    assert booth.window._walker.focused() is not None
    types(booth, "5201234567890" + ENTER)
    assert booth.asked() == [] and booth.stage.screen == "Menu"
    types(booth, ENTER)
    assert len(booth.asked()) == 1, "a person's Enter does press what has the focus"


def test_no_letter_of_a_code_stands_in_a_lost_cards_line(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(SAMPLES["lost-card"])
    types(booth, BILL + ENTER)
    assert booth.stage.typed == "" and booth.asked() == []
    types(booth, "12", gap_ms=90)
    assert booth.stage.typed == "12"


def test_a_scan_is_somebody(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(WAITING)
    booth.watch.seconds += 110
    booth.stage.beat()
    assert booth.stage.idleLeft > 0
    types(booth, BILL + ENTER)
    assert booth.stage.idleLeft == 0 and booth.asked() == [Scanned(BILL)]


def test_without_a_typing_scanner_keys_wait_for_nothing(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(PinEntry(5))
    types(booth, "246813", settle=False)
    booth.app.processEvents()
    assert booth.stage.pinCount == 6


def test_a_scan_that_was_meant_for_another_screen_does_nothing(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(WAITING)
    face = booth.counter.showing.face
    booth.counter.touch(Touch(Deed.SCAN, face - 1, BILL))
    assert booth.asked() == []
    booth.counter.touch(Touch(Deed.SCAN, face, BILL))
    assert booth.asked() == [Scanned(BILL)]


def test_a_window_that_closes_lets_go_of_its_scanner(make_scanning_booth: Callable[..., Any]) -> None:
    booth = make_scanning_booth(WAITING)
    types(booth, BILL, settle=False)
    booth.app.processEvents()
    booth.window._wedge.close()
    booth.stage.viewChanged.emit()
    QTest.qWait(200)
    booth.window._wedge = None
    booth.settle()
    assert booth.asked() == []
