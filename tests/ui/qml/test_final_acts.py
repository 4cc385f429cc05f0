"""What cannot be taken back: it was wholly on the screen first, and its button is never where the finger has been.

And what must always be in sight: warnings, keys and what they wrote, and why the way on is shut.
"""

from collections.abc import Callable
from typing import Any

import pytest
from pixels import SMALLEST, scene, seen, size_of, tree
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest

from assets.texts import catalogue
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Next
from kiosk.ui.gallery.samples import samples
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.speech.speaking import script

SAMPLES = samples()
LOOKS = [(text, low) for text in (0, 3) for low in (False, True)]


def dressed(booth: Any, name: str, text: int, *, low: bool = False, language: str = "el") -> None:
    booth.stage.setTextSize(text)
    booth.stage.setLowReach(low)
    booth.stage.setLanguage(language)
    booth.show(SAMPLES[name])
    booth.settle()


def middle(booth: Any, name: str) -> QPoint:
    item = booth.item(name)
    place: QPoint = item.mapToScene(item.boundingRect().center()).toPoint()
    return place


def touch(booth: Any, place: QPoint) -> None:
    """A calm finger: more than a second after the last."""
    booth.watch.seconds += 1.1
    QTest.mouseClick(booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    booth.settle()


def wholly_seen(booth: Any, item: Any) -> bool:
    window = QRectF(0, 0, booth.window.window.width(), booth.window.window.height())
    box = scene(item).adjusted(1, 1, -1, -1)
    return bool(seen(item, box) == box and window.contains(box))


def written(booth: Any, text: str) -> list[Any]:
    return [item for item in tree(booth.window.window.contentItem()) if item.property("text") == text]


def cast_or_issued(booth: Any) -> bool:
    return any(isinstance(asked, Next) for asked in booth.asked())


def turn_to_the_end(booth: Any) -> int:
    turned = 0
    while (down := booth.window.find("page_down")) is not None and down.isEnabled():
        booth.tap("page_down")
        turned += 1
        assert turned < 40
    return turned


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "low"), LOOKS)
def test_touches_on_one_pixel_never_cast(make_booth: Callable[..., Any], size: str, text: int, *, low: bool) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    for language in ("el", "en"):
        dressed(booth, "ballot-marked", text, low=low, language=language)
        turn_to_the_end(booth)
        place = middle(booth, "primary")
        dressed(booth, "review", text, low=low, language=language)
        chosen = present(SAMPLES["review"], language)["blocks"][0]["chosen"][0]
        assert any(wholly_seen(booth, item) for item in written(booth, chosen))
        booth.asked()
        touch(booth, place)
        turn_to_the_end(booth)
        touch(booth, place)
        assert not cast_or_issued(booth)
        touch(booth, middle(booth, "primary"))
        assert cast_or_issued(booth)


@pytest.mark.parametrize("name", ["review-many", "certificate-large"])
def test_what_confirms_stays_shut_until_all_was_seen_and_keeps_its_place(
    make_booth: Callable[..., Any], name: str
) -> None:
    booth = make_booth(SAMPLES["menu"], (1366, 768))
    dressed(booth, name, 3)
    place = middle(booth, "primary")
    assert not booth.item("primary").isEnabled()
    why = booth.stage.view["footer"]["unseen"]
    assert booth.item("primary").property("note") == why
    assert any(wholly_seen(booth, item) for item in written(booth, why))
    booth.asked()
    touch(booth, place)
    assert not cast_or_issued(booth)
    assert turn_to_the_end(booth) >= 1
    assert booth.item("primary").isEnabled() and middle(booth, "primary") == place
    touch(booth, place)
    assert cast_or_issued(booth)


def test_the_way_on_opens_with_the_last_line_of_the_vote_and_not_before(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"], (1366, 768))
    dressed(booth, "review-many", 3)
    last = "Πολιτιστικό κέντρο και βιβλιοθήκη"
    while not booth.item("primary").isEnabled():
        assert not wholly_seen(booth, written(booth, last)[-1])
        booth.tap("page_down")
    assert wholly_seen(booth, written(booth, last)[-1])


def test_the_ear_hears_what_was_chosen_first() -> None:
    shown = present(SAMPLES["review"], "el")
    told = [part.text for part in script(shown, "el").parts]
    (chosen,) = (place for place, text in enumerate(told) if "Πολιτιστικό κέντρο" in text)
    assert chosen == 2  # after the title and the question
    assert chosen < min(told.index(text) for text in (f"{shown['step']['text']}.", shown["lead"][0]["text"]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "low"), LOOKS)
def test_warnings_keys_and_what_they_wrote_are_in_sight(
    make_booth: Callable[..., Any], size: str, text: int, *, low: bool
) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    names = ("pin", "pin-last", "pin-own", "pin-own-date", "lost-card", "lost-card-code", "lost-card-wrong")
    for name, language in ((name, language) for name in names for language in ("el", "en")):
        dressed(booth, name, text, low=low, language=language)
        shown = booth.stage.view
        items = list(tree(booth.window.window.contentItem()))
        keys = [item for item in items if item.objectName().startswith(("key_", "letter_"))]
        typed = [item for item in items if item.property("longest") or item.property("hint")]
        assert keys and len(typed) == 1
        for item in (*keys, *typed):
            assert wholly_seen(booth, item), (name, language, item.objectName())
        assert min(min(key.width(), key.height()) for key in keys) >= SMALLEST
        warnings = [shown.get("wrong"), shown["tries"] if shown.get("last") else ""]
        for words in filter(None, warnings):
            assert all(wholly_seen(booth, item) for item in written(booth, words)), (name, language)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", [0, 3])
def test_a_code_is_typed_in_low_reach_without_turning_a_page(
    make_booth: Callable[..., Any], size: str, text: int
) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    dressed(booth, "lost-card-code", text, low=True)
    assert booth.window.find("page_down") is None
    for letter in "ABCD1290":
        booth.tap(f"letter_{letter.lower()}")
    assert booth.stage.typed == "ABCD-1290"


def test_the_step_is_told_also_with_a_fault_and_while_a_pin_is_chosen() -> None:
    for name in ("lost-card", "lost-card-wrong", "lost-card-code"):
        text = present(SAMPLES[name], "en")["step"]["text"]
        assert text.endswith("of 2 · I have lost my card")
    assert present(SAMPLES["pin-own"], "en")["step"]["text"] == "Step 1 of 2 · Your own PIN"
    assert present(SAMPLES["pin-own-again"], "en")["step"]["text"] == "Step 2 of 2 · Your own PIN"


def test_nothing_beside_the_new_pin_reads_as_undoing_it() -> None:
    footer = present(SAMPLES["pin-own-set"], "el")["footer"]
    assert footer["primary"] and not footer["cancel"] and not footer["back"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "low"), LOOKS)
def test_a_shut_way_on_says_why(make_booth: Callable[..., Any], size: str, text: int, *, low: bool) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    for language in ("el", "en"):
        words = catalogue(language).gettext
        dressed(booth, "ballot", text, low=low, language=language)
        turn_to_the_end(booth)
        why = words("Choose one answer.")
        assert any(wholly_seen(booth, item) for item in written(booth, why)), language
        assert booth.item("primary").property("note") == why
        dressed(booth, "ballot-marked", text, low=low, language=language)
        turn_to_the_end(booth)
        assert not [item for item in written(booth, why) if wholly_seen(booth, item)]
        assert booth.item("primary").isEnabled() and booth.item("primary").property("note") == ""


@pytest.mark.parametrize("size", SIZES)
def test_a_touch_on_the_shut_way_on_says_why(make_booth: Callable[..., Any], size: str) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    asked: list[bool] = []
    booth.stage.whyAsked.connect(lambda: asked.append(True))
    for text, low in LOOKS:
        dressed(booth, "pin", text, low=low)
        touch(booth, middle(booth, "primary"))
        why = written(booth, "Χρειάζονται τουλάχιστον 6 ψηφία.")
        assert any(wholly_seen(booth, item) for item in why), (text, low)
        for _ in range(6):
            booth.tap("key_1")
        assert not [item for item in written(booth, "Χρειάζονται τουλάχιστον 6 ψηφία.") if wholly_seen(booth, item)]
        booth.tap("key_clear")
    assert len(asked) == len(LOOKS)
