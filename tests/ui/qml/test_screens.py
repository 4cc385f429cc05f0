"""Every screen, in both languages and four sizes: it loads, nothing is cut, targets are large and in the window."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from pixels import scene, size_of, tree
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from kiosk.counter.presenting.presenters import screen_of
from kiosk.demo.samples import samples
from kiosk.desk.views import View
from kiosk.ui.gallery.samples import MUNICIPALITY
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.stage.appearance import SCHEMES, TEXT_SIZES

SAMPLES = samples()


def everything(booth: Any) -> list[QQuickItem]:
    return list(tree(booth.window.window.contentItem()))


def texts(booth: Any) -> list[QQuickItem]:
    return [item for item in everything(booth) if item.property("paintedHeight") is not None
            and item.property("text")]  # fmt: skip


def pressables(booth: Any) -> list[QQuickItem]:
    return [item for item in everything(booth) if item.property("pressable") is True]


def paging(item: QQuickItem) -> bool:
    """Whether the item lies in content that pages: parts of it may be out of sight until then."""
    parent = item.parentItem()
    while parent is not None:
        if parent.property("needed") is True:
            return True
        parent = parent.parentItem()
    return False


def in_language(booth: Any, language: str) -> None:
    if booth.stage.language != language:
        booth.stage.switchLanguage()
    booth.settle()


def assert_nothing_cut(booth: Any) -> None:
    window = QRectF(0, 0, booth.window.window.width(), booth.window.window.height())
    for text in texts(booth):
        where = f"{booth.stage.screen} {booth.stage.language}: {text.property('text')!r}"
        assert not text.property("truncated"), where
        assert text.property("paintedHeight") <= text.height() + 1, where
        assert text.property("paintedWidth") <= text.width() + 1, where
        if not paging(text):
            assert window.contains(scene(text)), where


def assert_targets(booth: Any) -> None:
    window = QRectF(0, 0, booth.window.window.width(), booth.window.window.height())
    items = pressables(booth)
    for item in items:
        name = f"{booth.stage.screen}: {item.objectName()}"
        assert item.objectName(), f"{booth.stage.screen}: something to press has no objectName"
        assert item.property("name"), f"{name} has no accessible name"
        assert item.width() >= 64 and item.height() >= 64, name
        assert paging(item) or window.contains(scene(item)), name
    shown = [item for item in items if not paging(item)]
    for one, other in combinations(shown, 2):
        near = scene(one).adjusted(-5.5, -5.5, 5.5, 5.5).intersects(scene(other).adjusted(-5.5, -5.5, 5.5, 5.5))
        assert not near, f"{booth.stage.screen}: {one.objectName()} and {other.objectName()} are too near"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_loads_whole_in_both_languages(make_booth: Callable[..., Any], size: str) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    for view in SAMPLES.values():
        booth.show(view)
        for language in ("el", "en"):
            in_language(booth, language)
            assert booth.stage.screen == screen_of(view)
            assert booth.item("screen").property("item").property("screen") == booth.stage.screen
            assert_nothing_cut(booth)
            assert_targets(booth)


@pytest.mark.parametrize("scheme", range(len(SCHEMES)))
@pytest.mark.parametrize("text_size", range(TEXT_SIZES))
def test_every_scheme_and_text_size_loads(make_booth: Callable[..., Any], scheme: int, text_size: int) -> None:
    booth = make_booth(SAMPLES["menu"])
    for view in SAMPLES.values():
        booth.show(view)
        booth.stage.setScheme(scheme)
        booth.stage.setTextSize(text_size)
        booth.settle()
        assert texts(booth)
        assert_nothing_cut(booth)


def test_the_largest_texts_change_the_picture(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot"])
    before = booth.window.grab()
    booth.stage.setTextSize(3)
    booth.settle()
    larger = booth.window.grab()
    booth.stage.setScheme(2)
    booth.settle()
    assert before != larger != booth.window.grab()


@pytest.mark.parametrize("name", [n for n, v in SAMPLES.items() if getattr(v, "advisory", False)])
def test_every_screen_of_a_vote_says_advisory(make_booth: Callable[..., Any], name: str) -> None:
    booth = make_booth(SAMPLES[name])
    assert any(item.property("text") == "Συμβουλευτική ψηφοφορία" for item in texts(booth))


def test_language_changes_every_word(make_booth: Callable[..., Any]) -> None:
    # What is no word of ours stays: numbers, names, codes, the municipality's own data.
    booth = make_booth(SAMPLES["menu"])
    for name, view in SAMPLES.items():
        booth.show(view)
        in_language(booth, "el")
        greek = {str(item.property("text")) for item in texts(booth)}
        in_language(booth, "en")
        left = {t for t in greek & {str(i.property("text")) for i in texts(booth)} if is_word(t)}
        assert not left, (name, left)


def is_word(text: str) -> bool:
    data = (
        "Παπαδ",
        "Papadopoulou",  # in Latin letters, as a passport has her
        "αριθμός 212",  # her act of birth, as it stands on the paper
        "Ιωάννης",
        "Μαρία",
        "Σοφία",
        "Αγίων Αναργ",
        "Άγιοι",
        "K1/",
        "10482",
        "PIN",
        "KD-",
        "XXXX",
        "KVKV",
        "ipp:",
        "ftp:",
        "https:",
        "kiosk.example",
        "1F8A",
        "el, en",
    )
    return any(c.isalpha() for c in text) and len(text) > 4 and not text.startswith(data)


def test_the_municipality_and_the_trial_mark_stand_on_every_screen(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    for view in SAMPLES.values():
        booth.show(view)
        words = {item.property("text") for item in texts(booth)}
        assert MUNICIPALITY.el in words
        assert "ΔΟΚΙΜΑΣΤΙΚΗ ΛΕΙΤΟΥΡΓΙΑ" in words
        assert {"language", "accessibility", "help"} <= {item.objectName() for item in pressables(booth)}


def test_no_trial_mark_in_earnest(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"], demo=False)
    assert "ΔΟΚΙΜΑΣΤΙΚΗ ΛΕΙΤΟΥΡΓΙΑ" not in {item.property("text") for item in texts(booth)}


def test_nothing_of_the_last_screen_stays(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["certificate"])
    assert any("Παπαδ" in str(item.property("text")) for item in texts(booth))
    booth.show(SAMPLES["attract"])
    assert not any("Παπαδ" in str(item.property("text")) for item in texts(booth))


def test_bars_stay_in_their_places(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    places: dict[str, set[tuple[float, float]]] = {"cancel": set(), "primary": set(), "language": set()}
    for view in SAMPLES.values():
        booth.show(view)
        for name, seen in places.items():
            item = booth.window.find(name)
            if item is not None and not (name == "primary" and booth.stage.view["footer"]["apart"]):
                box = scene(item)
                seen.add((box.left() if name == "cancel" else box.right(), box.top()))
    assert all(len(seen) == 1 for seen in places.values()), places


def pages_down(booth: Any, view: View) -> int:
    booth.show(view)
    pages = 0
    while booth.item("page_down").isEnabled():
        booth.tap("page_down")
        pages += 1
        assert pages < 20
    return pages


def test_long_lists_page_with_buttons(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    assert pages_down(booth, SAMPLES["ballot-long"]) >= 1
    window = QRectF(0, 0, 1920, 1080)
    assert window.contains(scene(booth.item("blank")))
    assert pages_down(booth, SAMPLES["certificate-large"]) >= 1
    assert not booth.item("page_down").isEnabled() and booth.item("page_up").isEnabled()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text_size", [0, 3])
def test_sheets_are_whole(make_booth: Callable[..., Any], size: str, text_size: int) -> None:
    booth = make_booth(SAMPLES["ballot"], size_of(size))
    booth.stage.setTextSize(text_size)
    for name in ("accessibility", "help", "dark"):
        for language in ("el", "en"):
            in_language(booth, language)
            booth.stage.openSheet(name)
            booth.settle()
            sheet = booth.item("sheet")
            for item in tree(sheet):
                if item.property("paintedHeight") is not None and item.property("text"):
                    where = f"{name} {language}: {item.property('text')!r}"
                    assert not item.property("truncated"), where
                    assert item.property("paintedWidth") <= item.width() + 1, where
                    assert paging(item) or QRectF(0, 0, *size_of(size)).contains(scene(item)), where
            booth.stage.closeSheet()
