"""Touch and keys become actions; the PIN stays inside; the reader, the lanes, the time-out."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt

from card_reader import Pin
from kiosk.counter import Crashed
from kiosk.desk.actions import (
    Back,
    Cancel,
    Choose,
    EnterPin,
    EnterText,
    Idle,
    Mark,
    MarkBlank,
    More,
    Next,
    OpenCategory,
)
from kiosk.desk.pages import Picked, Step, Work
from kiosk.desk.views import Attract, Menu, PinEntry
from kiosk.desk.work import Lane, Run, Turn
from kiosk.kernel.activity import Activity
from kiosk.matters.votes.samples import ballot, question
from kiosk.ui.gallery.samples import samples
from municipality.matter import Category

SAMPLES = samples()


def test_touches_become_actions(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    for category in Category:
        booth.tap(f"tile_{category}")
    assert booth.asked() == [OpenCategory(category) for category in Category]
    booth.show(SAMPLES["category"])
    booth.tap("row_votes:depot")
    booth.tap("back")
    assert booth.asked() == [Choose("votes:depot"), Back()]
    booth.show(SAMPLES["ballot-marked"])
    booth.tap("answer_2")
    booth.tap("blank")
    booth.tap("primary")
    booth.tap("cancel")
    booth.tap("more")
    assert booth.asked() == [Mark(2), MarkBlank(), Next(), Cancel(), More()]
    booth.show(SAMPLES["review-many"])
    booth.tap("change_question 2")
    booth.tap("primary")
    assert booth.asked() == [Choose("question 2"), Next()]
    booth.show(SAMPLES["read"])
    booth.reach("row_article 3")
    assert booth.asked() == [Choose("article 3")]
    booth.show(SAMPLES["form"])
    for letter in "οκ":
        booth.tap(f"letter_{letter}")
    booth.tap("primary")
    assert booth.asked() == [EnterText("οκ")]
    booth.show(SAMPLES["sure"])
    booth.tap("primary")
    booth.tap("back")
    assert booth.asked() == [Next(), Back()]


def test_what_is_not_available_cannot_be_touched(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["category"])
    booth.tap("row_votes:square")
    assert booth.asked() == [Choose("votes:square")], "a closed line says why: it is the counter that opens nothing"
    booth.show(SAMPLES["ballot"])
    booth.tap("primary")
    booth.stage.primary()
    assert booth.asked() == []
    assert booth.window.find("blank") is not None
    booth.show(ballot(asked=question(blank=False)))
    assert booth.window.find("blank") is None


def test_a_mark_shows_without_a_new_screen(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot"])
    row = booth.item("answer_1")
    assert not row.property("checked")
    booth.lobby.answers[Mark] = ballot(Picked(frozenset({1})))
    booth.tap("answer_1")
    assert booth.item("answer_1") is not None and booth.item("answer_1").property("checked")
    booth.tap("primary")  # at once: marking is no new screen, so nothing is swallowed
    assert booth.asked() == [Mark(1), Next()]


def test_keys_alone_reach_everything(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    booth.key(Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert booth.asked() == [OpenCategory(Category.SOCIAL)]
    booth.key(Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Enter)
    assert booth.asked() == [Cancel()]
    booth.show(SAMPLES["ballot-long"])
    for _ in range(12):
        booth.key(Qt.Key.Key_Tab)
        if booth.window._walker.focused().objectName() == "answer_11":
            break
    booth.key(*[Qt.Key.Key_Tab] * 2, Qt.Key.Key_Space)
    focused = booth.window._walker.focused()
    assert focused is not None and booth.asked() != []


def test_every_pressable_is_reached_by_tab(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-marked"])
    wanted = {item.objectName() for item in booth.window._walker.pressables()}
    reached = set()
    for _ in range(len(wanted)):
        booth.key(Qt.Key.Key_Tab)
        reached.add(booth.window._walker.focused().objectName())
    assert reached == wanted >= {"answer_0", "blank", "primary", "back", "cancel", "language", "help"}


def test_back_by_key(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["review"])
    booth.key(Qt.Key.Key_Backspace)
    booth.key(Qt.Key.Key_Escape)
    assert booth.asked() == [Back(), Back()]
    booth.show(Menu())
    booth.key(Qt.Key.Key_Escape)
    assert booth.asked() == []


def test_the_pin_is_typed_by_touch_and_by_keys(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(PinEntry(5))
    for digit in "123":
        booth.tap(f"key_{digit}")
    assert booth.stage.pinCount == 3 and not booth.item("primary").isEnabled()
    booth.key(Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_9, Qt.Key.Key_Backspace, Qt.Key.Key_6)
    assert booth.stage.pinCount == 6 and booth.item("primary").isEnabled()
    booth.tap("primary")
    (action,) = booth.asked()
    assert action.pin == Pin("123456")
    assert booth.stage.pinCount == 0 and "123456" not in repr(action)
    booth.key(*[Qt.Key.Key_7] * 9, Qt.Key.Key_Return)
    (action,) = booth.asked()
    assert action.pin == Pin("77777777")


def test_clear_erase_and_a_short_pin(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(PinEntry(5))
    booth.key(*[Qt.Key.Key_1] * 5)
    booth.key(Qt.Key.Key_Return)
    booth.tap("key_erase")
    assert booth.stage.pinCount == 4
    booth.tap("key_clear")
    assert booth.stage.pinCount == 0 and booth.asked() == []


def properties(thing: QObject) -> str:
    meta, values = thing.metaObject(), []
    for place in range(meta.propertyCount()):
        with contextlib.suppress(RuntimeError):  # lists and palettes have no form in Python, and hold no words
            values.append(str(thing.property(meta.property(place).name())))
    return " ".join(values)


def test_the_pin_never_reaches_qml(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(PinEntry(5))
    for digit in "730519":
        booth.tap(f"key_{digit}")
    pin = booth.stage._pin
    things = [booth.stage, booth.window.window, *booth.window.window.findChildren(QObject)]
    assert len(things) > 50
    assert not any("730519" in properties(thing) for thing in things)
    booth.tap("primary")
    assert bytes(pin._digits) == b"" and booth.stage._pin is pin
    booth.asked()
    booth.key(*[Qt.Key.Key_7] * 4)
    booth.show(Attract())
    assert booth.stage.pinCount == 0


def test_a_wrong_pin_starts_anew(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(PinEntry(5))
    booth.lobby.answers[EnterPin] = PinEntry(4, wrong=True)
    booth.key(*[Qt.Key.Key_1] * 6, Qt.Key.Key_Return)
    assert booth.stage.view["wrong"] and booth.stage.pinCount == 0
    assert "4" in booth.stage.view["tries"]


def test_double_taps_are_ignored(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-marked"])
    booth.lobby.answers[Next] = SAMPLES["review"]
    booth.tap("primary")
    booth.tap("primary")
    assert booth.asked() == [Next()]
    booth.watch.seconds += 0.61
    booth.tap("primary")
    assert booth.asked() == [Next()]


def test_language_looks_and_sheets_reset_after_a_visit(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Attract())
    booth.tap("language")
    booth.show(Menu())
    assert booth.stage.language == "en"
    booth.tap("accessibility")
    booth.reach("text_size_2")
    booth.reach("scheme_2")
    assert (booth.stage.textSize, booth.stage.scheme) == (2, 2)
    booth.show(Attract())
    assert (booth.stage.language, booth.stage.textSize, booth.stage.scheme, booth.stage.sheet) == ("el", 0, 0, "")


def test_a_sheet_hides_what_is_below(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    booth.tap("help")
    assert booth.stage.sheet == "help"
    booth.tap("tile_social")
    booth.tap("cancel")
    assert booth.asked() == []
    assert {item.objectName() for item in booth.window._walker.pressables()} == {"close_sheet"}
    booth.key(Qt.Key.Key_Escape)
    assert booth.stage.sheet == "" and booth.asked() == []


def test_time_out_warns_and_one_touch_extends(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), idle_seconds=60)
    booth.stage.touched(False)
    booth.watch.seconds += 41
    booth.stage.beat()
    booth.settle()
    assert (booth.stage.sheet, booth.stage.idleLeft) == ("idle", 19)
    booth.tap("sheet")
    assert booth.stage.sheet == "" and booth.asked() == []
    booth.watch.seconds += 45
    booth.stage.beat()
    booth.settle()
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.sheet == "" and booth.asked() == []
    booth.watch.seconds += 45
    booth.stage.beat()
    booth.settle()
    booth.tap("end_visit")
    assert booth.asked() == [Idle()]
    booth.watch.seconds += 61
    booth.stage.beat()
    assert booth.asked() == [Idle()]


def test_no_time_out_while_the_booth_works_or_nobody_is_here(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["working"], idle_seconds=30)
    for view in (SAMPLES["working"], Attract(), SAMPLES["closed"], SAMPLES["take-card"]):
        booth.show(view)
        booth.watch.seconds += 100
        booth.stage.beat()
    assert booth.asked() == [] and booth.stage.sheet == ""


class FakeReader:
    listener: Callable[[Any], None]

    def watch(self, listener: Callable[[Any], None]) -> str:
        self.listener = listener
        return "watching"


def test_the_reader_speaks_on_its_own_thread_and_is_heard_on_the_screens(make_booth: Callable[..., Any]) -> None:
    booth, reader, heard_on = make_booth(Attract()), FakeReader(), []
    assert booth.counter.watch(reader) == "watching"
    booth.lobby.reader = lambda state: (heard_on.append((state, threading.get_ident())), Turn(Menu()))[1]
    thread = threading.Thread(target=reader.listener, args=("card",))
    thread.start()
    thread.join()
    booth.settle()
    assert heard_on == [("card", threading.get_ident())]
    assert booth.stage.screen == "Menu"


def run_of(job: Callable[[Any], object], lane: Lane = Lane.CARD) -> Run:
    return Run(lane, job, visit=1)


def test_work_runs_off_the_screens_thread_and_tells_how_far_it_is(make_booth: Callable[..., Any], qtbot: Any) -> None:
    booth, go, threads = make_booth(Menu()), threading.Event(), []

    def job(progress: Callable[[Work], None]) -> str:
        threads.append(threading.get_ident())
        progress(Work(Activity.STORING, Step(3, 4)))
        go.wait(100)
        return "done"

    booth.lobby.run = run = run_of(job)
    booth.lobby.answers[OpenCategory] = Work(Activity.SEALING, Step(1, 4))
    booth.tap("tile_social")
    qtbot.waitUntil(lambda: booth.stage.view["step"]["number"] == 3, timeout=30_000)
    booth.lobby.answers[tuple] = Menu()
    go.set()
    qtbot.waitUntil(lambda: booth.stage.screen == "Menu", timeout=30_000)
    assert booth.asked()[-1] == (run, "done")
    assert threads[0] != threading.get_ident()


def test_progress_of_work_that_was_left_behind_is_not_shown(make_booth: Callable[..., Any], qtbot: Any) -> None:
    booth, told, go = make_booth(Menu()), threading.Event(), threading.Event()

    def job(progress: Callable[[Work], None]) -> None:
        go.wait(100)
        progress(Work(Activity.STORING, Step(3, 4)))
        told.set()

    booth.lobby.run = run_of(job)
    booth.lobby.answers[OpenCategory] = Work(Activity.SEALING, Step(1, 4))
    booth.tap("tile_social")
    booth.show(Attract())
    go.set()
    assert told.wait(60)
    booth.settle()
    assert booth.stage.screen == "Attract"


def test_a_crash_comes_back_as_its_type_alone(make_booth: Callable[..., Any], qtbot: Any) -> None:
    booth = make_booth(Menu())

    def job(progress: object) -> None:
        raise ValueError("of Παπαδόπουλος")

    booth.lobby.run = run = run_of(job)
    booth.tap("tile_social")
    qtbot.waitUntil(lambda: len(booth.lobby.asked) == 2, timeout=30_000)
    assert booth.asked()[-1] == (run, Crashed("ValueError"))
