"""The focus over sheets: back to where it was, or to the first thing; by keys and by ear."""

from collections.abc import Callable
from typing import Any

import pytest
from pixels import scene, seen
from PySide6.QtCore import Qt

from kiosk.desk.actions import Back, Mark, More
from kiosk.desk.views import Menu
from kiosk.ui.gallery.samples import samples

SAMPLES = samples()
THREE = ("el", "en", "sq")
# The screen on which a sheet is opened, what opens it, and what closes it.
SHEETS = [
    (Menu(), "help", "close_sheet"),
    (Menu(), "accessibility", "close_sheet"),
    (Menu(), "language", "close_sheet"),
    (Menu(), "language", "language_sq"),
    (SAMPLES["ballot"], "help", "close_sheet"),
]


def focused(booth: Any) -> str | None:
    item = booth.window._walker.focused()
    return item.objectName() if item is not None else None


def walk_to(booth: Any, name: str) -> None:
    for _ in range(60):
        if focused(booth) == name:
            return
        booth.key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {name}")


def closed_by(booth: Any, way: str, name: str) -> None:
    match way:
        case "escape":
            booth.key(Qt.Key.Key_Escape)
        case "enter":
            walk_to(booth, name)
            booth.key(Qt.Key.Key_Return)
        case _:
            booth.reach(name)


@pytest.mark.parametrize(("view", "opener", "closer"), SHEETS)
@pytest.mark.parametrize("way", ["escape", "enter", "finger"])
def test_after_a_sheet_it_is_where_it_was(
    make_booth: Callable[..., Any], view: Any, opener: str, closer: str, way: str
) -> None:
    booth = make_booth(view, languages=THREE)
    walk_to(booth, opener)
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.sheet == opener
    booth.key(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused(booth) != opener, "in the sheet"
    closed_by(booth, way, closer)
    assert booth.stage.sheet == "" and focused(booth) == opener
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.sheet == opener, "and Enter presses it"


def test_a_choice_that_moves_the_buttons_keeps_it(make_booth: Callable[..., Any]) -> None:
    """Low reach takes the tools from the header to the bar: another button of the same name."""
    booth = make_booth(Menu())
    walk_to(booth, "accessibility")
    booth.key(Qt.Key.Key_Return)
    walk_to(booth, "reach_1")
    booth.key(Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert booth.stage.lowReach and focused(booth) == "accessibility"


def test_what_has_gone_meanwhile_gives_it_to_the_first(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    walk_to(booth, "cancel")
    booth.stage.openSheet("help")
    below = booth.window._walker.find("cancel")
    assert below is not None
    below.setObjectName("another")
    booth.settle()
    booth.key(Qt.Key.Key_Escape)
    assert focused(booth) == booth.window._walker.pressables()[0].objectName() == "tile_financial"


def test_the_warning_of_the_time_out_leaves_it(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot"], idle_seconds=60)
    walk_to(booth, "answer_2")
    warned(booth)
    booth.key(Qt.Key.Key_Down)
    assert booth.stage.sheet == "" and focused(booth) == "answer_2"
    warned(booth)
    booth.tap("sheet")
    assert focused(booth) == "answer_2"


def test_the_warning_gives_the_sheet_back_that_stood_there(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), idle_seconds=60, languages=THREE)
    walk_to(booth, "language")
    booth.key(Qt.Key.Key_Return)
    walk_to(booth, "language_sq")
    warned(booth)
    booth.key(Qt.Key.Key_Down)
    assert (booth.stage.sheet, focused(booth)) == ("language", "language_sq")
    booth.key(Qt.Key.Key_Escape)
    assert (booth.stage.sheet, focused(booth)) == ("", "language")
    booth.tap("help")
    warned(booth)
    booth.tap("end_visit")
    assert booth.stage.sheet == "" and len(booth.asked()) == 1


def test_whoever_touches_has_none(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    for name in ("help", "accessibility"):
        booth.tap(name)
        booth.reach("close_sheet")
    assert focused(booth) is None


def test_another_page_begins_without_it(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    walk_to(booth, "tile_social")
    booth.stage.openSheet("help")
    booth.show(SAMPLES["ballot"])
    assert booth.stage.sheet == "" and focused(booth) is None


def test_what_can_be_read_is_another_page_and_so_is_the_question_after_it(make_booth: Callable[..., Any]) -> None:
    """By keys: read about it, and back; nothing that stood there before is pressed by the next Enter."""
    booth = make_booth(SAMPLES["ballot"])
    walk_to(booth, "more")
    booth.lobby.answers = {More: SAMPLES["article"], Back: SAMPLES["ballot"]}
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [More()] and booth.stage.screen == "Read" and focused(booth) is None
    booth.watch.seconds += 1
    booth.key(Qt.Key.Key_Escape)
    assert booth.asked() == [Back()] and booth.stage.screen == "Choice" and focused(booth) is None
    booth.key(Qt.Key.Key_Return)
    first = booth.window._walker.pressables()[0].objectName()
    assert booth.asked() == [] and focused(booth) == first, "it shows where one is, and presses nothing"


def test_the_focus_turns_the_page_to_where_it_goes(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-long"])
    assert booth.item("page_down").isEnabled() and not booth.item("page_up").isEnabled()
    walk_to(booth, "answer_11")
    item = booth.item("answer_11")
    assert seen(item, scene(item)) == scene(item) and booth.item("page_up").isEnabled()
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [Mark(11)]


def warned(booth: Any) -> None:
    booth.stage.touched(booth.stage.byKeys)
    booth.watch.seconds += 45
    booth.stage.beat()
    booth.settle()
    assert booth.stage.sheet == "idle"
