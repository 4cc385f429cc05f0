"""Into the dark, and out of it: nobody is left before a black screen, whoever they are and however it came."""

import threading
from collections.abc import Callable

import pytest
from listener import READING, Heard, finger, is_black, quiet, reach, until
from pixels import tree
from PySide6.QtCore import QPoint

from kiosk.demo.samples import samples
from kiosk.desk.actions import Idle, OpenCategory
from kiosk.desk.pages import Step, Work
from kiosk.desk.views import Attract, Menu, TakeCard
from kiosk.kernel.activity import Activity
from kiosk.ui.input.fingers import LIGHT_SECONDS
from kiosk.ui.stage.presence_part import CONFIRM_SECONDS
from municipality.matter import Category

SAMPLES = samples()
HELD = "Η οθόνη είναι σκοτεινή. Για να ανάψει, κρατήστε το δάχτυλό σας πάνω της ή πατήστε το πλήκτρο της τελείας."
LIT = "Η οθόνη άναψε ξανά."
DARK = "Η οθόνη είναι σκοτεινή."
ANY = QPoint(640, 500)
PRINTING = Work(Activity.STORING, Step(2, 4))
EVERYWHERE = {
    "rest": Attract(), "closed": SAMPLES["closed"], "menu": Menu(), "work": PRINTING, "card": TakeCard(),
    "technician": SAMPLES["technician"], "technician at work": SAMPLES["technician-work"],
}  # fmt: skip


def by_key(booth: Heard) -> None:
    booth.key(".")
    answer(booth)


def by_touch(booth: Heard) -> None:
    """As somebody without headphones may, by mistake."""
    booth.stage.openSheet("accessibility")
    booth.voice.setOn(True)
    booth.settle()
    reach(booth, "dark_1")
    answer(booth)


def by_number(booth: Heard) -> None:
    booth.stage.openSheet("accessibility")
    booth.settle()
    choice = next(each for each in booth.voice._script.choices if each.target == "dark_1")
    booth.key(choice.key)
    answer(booth)


def answer(booth: Heard) -> None:
    if not booth.headphones.plugged:
        booth.watch.seconds += 1
        finger(booth, at="darken")


# The question


def question(booth: Heard) -> str:
    return str(booth.item("sheet").property("title")) if booth.stage.sheet == "dark" else ""


@pytest.mark.parametrize("by", ["touch", "key"])
def test_without_headphones_the_dark_is_asked_for_twice(heard: Callable[..., Heard], by: str) -> None:
    booth = heard(Menu(), plugged=False)
    booth.stage.openSheet("accessibility")
    booth.voice.setOn(True)
    booth.settle()
    booth.fresh()
    if by == "touch":
        reach(booth, "dark_1")
    else:
        booth.key(".")
    assert not booth.voice.dark and not is_black(booth)
    assert question(booth) == "Να σκοτεινιάσει η οθόνη;"
    said = booth.fresh()
    for words in (
        "Χωρίς ακουστικά θα ακούτε μόνο το ηχείο.",
        "Η οθόνη θα γίνει μαύρη. Για να ανάψει ξανά, αγγίξτε την.",
    ):
        assert words in said and any(item.property("text") == words for item in tree(booth.item("sheet")))
    assert "Να σκοτεινιάσει: πατήστε 1." in said and "Να μείνει φωτεινή: πατήστε 2." in said
    booth.key(".", ".")
    assert not booth.voice.dark and question(booth), "the key that asks does not answer"
    booth.watch.seconds += 1
    booth.fresh()
    booth.key("1")
    assert booth.voice.dark and is_black(booth) and booth.stage.sheet == ""
    assert booth.fresh()[0] == DARK, "before the page is read again"


@pytest.mark.parametrize(("seconds", "dark"), [(CONFIRM_SECONDS - 0.01, False), (CONFIRM_SECONDS, True)])
def test_the_touch_that_asks_does_not_answer(heard: Callable[..., Heard], seconds: float, dark: bool) -> None:
    booth = heard(Menu(), plugged=False)
    booth.voice.setOn(True)
    booth.key(".")
    booth.watch.seconds += seconds
    finger(booth, at="darken")
    assert booth.voice.dark is dark


@pytest.mark.parametrize("over", ["", "accessibility"])
def test_whoever_keeps_it_lit_is_where_they_were(heard: Callable[..., Heard], over: str) -> None:
    booth = heard(Menu(), plugged=False)
    booth.stage.openSheet(over)
    booth.voice.setOn(True)
    booth.key(".")
    assert question(booth)
    booth.watch.seconds += 1
    finger(booth, at="keep_lit")
    assert not booth.voice.dark and booth.stage.sheet == over


def test_without_any_speech_there_is_no_question_and_no_dark(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), plugged=False)
    booth.key(".")
    booth.voice.wantDark(True)
    assert booth.stage.sheet == "" and not booth.voice.dark
    booth.stage.openSheet("dark")
    booth.watch.seconds += 1
    booth.voice.confirmDark()
    assert not booth.voice.dark and booth.stage.sheet == "", "headphones were pulled while it asked"


@pytest.mark.parametrize("into", [by_key, by_number])
def test_with_headphones_in_it_is_dark_at_once(heard: Callable[..., Heard], into: Callable[[Heard], None]) -> None:
    booth = heard(Menu())
    into(booth)
    assert booth.voice.dark and is_black(booth) and booth.stage.sheet != "dark"
    assert booth.fresh()[-1] == DARK


# In the dark


def test_dark_screen_covers_everything_and_swallows_touches(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu())
    booth.key(".")
    assert booth.voice.dark and is_black(booth)
    booth.fresh()
    for name in ("tile_social", "cancel"):
        finger(booth, at=name)
    assert booth.asked() == [] and booth.fresh()[-1] == HELD
    booth.key("2")
    assert booth.asked() == [OpenCategory(Category.SOCIAL)]
    booth.key(".")
    assert not booth.voice.dark and not is_black(booth)


def test_a_hand_that_looks_for_the_screen_reads_how_to_find_it(heard: Callable[..., Heard]) -> None:
    """Headphones may lie there plugged in, and nobody wears them."""
    booth = heard(Menu())
    booth.key(".")
    assert booth.window.find("dark_words").property("text") == ""
    finger(booth)
    assert booth.window.find("dark_words").property("text") == HELD
    booth.key("*")
    assert booth.voice.dark and booth.window.find("dark_words").property("text") == "", "who presses keys listens"
    finger(booth)
    booth.key(".")
    booth.key(".")
    assert booth.voice.dark and booth.window.find("dark_words").property("text") == ""


def test_a_hand_in_the_dark_does_not_end_the_visit(heard: Callable[..., Heard]) -> None:
    """Where the warning's «end my visit» lies, under the black."""
    booth = heard(Menu(), idle_seconds=60)
    booth.key(".")
    quiet(booth, 41)
    assert booth.stage.idleLeft
    finger(booth, at="end_visit")
    assert booth.asked() == [] and booth.stage.idleLeft == 0


# Out of it: nobody is there


@pytest.mark.parametrize("view", EVERYWHERE)
@pytest.mark.parametrize(("into", "plugged"), [(by_key, True), (by_touch, False), (by_number, True)])
def test_nobody_there_is_light_whatever_led_into_the_dark(
    heard: Callable[..., Heard], view: str, into: Callable[[Heard], None], plugged: bool
) -> None:
    booth = heard(EVERYWHERE[view], plugged=plugged, idle_seconds=60)
    into(booth)
    assert booth.voice.dark and is_black(booth)
    quiet(booth, 59.9)
    assert booth.voice.dark
    quiet(booth, 0.2)
    assert not booth.voice.dark and not is_black(booth)
    if view in ("rest", "closed", "card"):
        assert booth.voice.on is plugged, "nor is anybody read to"


def test_the_call_for_a_card_that_was_left_keeps_nobody_in_the_dark(heard: Callable[..., Heard]) -> None:
    """It is said again and again, and is no reading that somebody listens to."""
    booth = heard(TakeCard(), idle_seconds=60, at_once=False)
    booth.key(".")
    for _ in range(60):
        assert booth.voice.dark
        booth.watch.seconds += 1
        booth.voice.beat()
        booth.stage.beat()
        booth.app.processEvents()
    assert not booth.voice.dark


def test_a_booth_that_closes_and_opens_by_itself_is_nobody(heard: Callable[..., Heard]) -> None:
    booth = heard(Attract(), idle_seconds=60)
    booth.key(".")
    for view in (SAMPLES["closed"], Attract(), SAMPLES["closed"], Attract()):
        quiet(booth, 13)
        booth.show(view)
        assert booth.voice.dark
    quiet(booth, 4)
    assert not booth.voice.dark


@pytest.mark.parametrize("view", EVERYWHERE)
@pytest.mark.parametrize("asked", [True, False])
def test_headphones_pulled_are_light(heard: Callable[..., Heard], view: str, asked: bool) -> None:
    """Also where the loudspeaker was asked for before they went in."""
    booth = heard(EVERYWHERE[view], plugged=not asked)
    if asked:
        booth.voice.setOn(True)
        booth.headphones.plug()
        booth.settle()
    booth.key(".")
    assert booth.voice.dark
    thread = threading.Thread(target=booth.headphones.unplug)
    thread.start()
    thread.join()
    booth.settle()
    assert not booth.voice.dark and not booth.voice.on and not is_black(booth)


@pytest.mark.parametrize("view", ["rest", "closed"])
def test_the_end_of_a_visit_is_light(heard: Callable[..., Heard], view: str) -> None:
    booth = heard(Menu())
    by_key(booth)
    booth.show(TakeCard())
    assert booth.voice.dark, "whoever listens still takes their card"
    booth.show(EVERYWHERE[view])
    assert not booth.voice.dark


@pytest.mark.parametrize(("plugged", "dark"), [(True, True), (False, False)])
def test_a_card_that_comes_in_is_light_but_for_headphones(
    heard: Callable[..., Heard], plugged: bool, dark: bool
) -> None:
    booth = heard(Attract(), plugged=plugged)
    booth.voice.setOn(True)
    by_key(booth)
    booth.fresh()
    booth.show(READING)
    assert booth.voice.dark is dark and (LIT in booth.fresh()) is not dark


# Out of it: a hand


def test_a_finger_lights_it_for_who_has_no_headphones_and_presses_nothing(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), plugged=False)
    by_touch(booth)
    finger(booth, at="tile_social")
    assert not booth.voice.dark and booth.asked() == []


@pytest.mark.parametrize("view", EVERYWHERE)
@pytest.mark.parametrize(("seconds", "dark"), [(LIGHT_SECONDS - 0.01, True), (LIGHT_SECONDS, False), (60, False)])
def test_a_long_touch_asks_for_light(heard: Callable[..., Heard], view: str, seconds: float, dark: bool) -> None:
    booth = heard(EVERYWHERE[view])
    by_key(booth)
    booth.fresh()
    finger(booth, seconds)
    assert booth.voice.dark is dark and booth.asked() == []
    assert booth.fresh()[-1] == (HELD if dark else LIT)


def test_a_visit_in_the_dark_that_times_out_is_light(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), idle_seconds=60)
    booth.lobby.answers[Idle] = TakeCard()
    by_key(booth)
    quiet(booth, 60)
    assert booth.asked() == [Idle()] and booth.stage.screen == "TakeCard" and not booth.voice.dark
    until(lambda: not booth.voice._speaker.speaking)
