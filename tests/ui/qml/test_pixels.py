"""Every sample screen at 200 % text, in each scheme, standing and lying: measured on the pixels that a resident sees.

With TEST_LONG also every page, text size, language and size of screen, and the low-reach form of each.
"""

import os
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any
from zlib import crc32

import pytest
from pixels import EDGE_CONTRAST, Screen, contrast, picture, scene, seen, size_of, tree
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from kiosk.demo.samples import samples
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.stage.appearance import SCHEMES

SAMPLES = samples()
LONG = bool(os.environ.get("TEST_LONG"))
SHORT_SIZES = ("1920x1080", "1080x1920")
# What is looked at in low reach, and one by one with the focus ring, in the short form.
FEW = ("menu", "pin", "ballot-marked", "category", "attract", "lost-card-wrong", "lost-card-code")


def look(booth: Any, name: str, *, first: bool = True) -> Screen:
    window = booth.window.window
    area = QRectF(0, 0, window.width(), window.height())
    return Screen(name, window.contentItem(), picture(booth.window.grab()), area, first)


def pages(booth: Any, name: str) -> Iterator[Screen]:
    """Every page of what lies uppermost: of the sheet while one is open."""
    screen = look(booth, name)
    for page in range(2, 30):
        yield screen
        button = pressable(screen, "page_down")
        if button is None or not button.isEnabled():
            return
        press(booth, button)
        screen = look(booth, f"{name}, page {page}", first=False)
    raise AssertionError(f"{name} never ends")


def pressable(screen: Screen, name: str) -> Any:
    return next((item for item in screen.pressables if item.objectName() == name), None)


def press(booth: Any, button: Any) -> None:
    middle = scene(button).center().toPoint()
    QTest.mouseClick(booth.window.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    booth.settle()


def dressed(booth: Any, scheme: int, text: int, language: str = "el", *, low: bool = False) -> None:
    booth.stage.setMotion(False)  # a first screen has brought it back
    booth.stage.setScheme(scheme)
    booth.stage.setTextSize(text)
    booth.stage.setLowReach(low)
    if booth.stage.language != language:
        booth.stage.switchLanguage()
    booth.settle()


def turns(name: str) -> Iterator[tuple[str, int, int, str]]:
    """Four looks (size, scheme, text, language) of a sample, by its name alone: each size, scheme and text size once.
    Over the samples every two of the four meet: columns of an orthogonal array over the field of four elements."""
    one, other = divmod(crc32(name.encode()) % 16, 4)
    for step, doubled in enumerate((0, 2, 3, 1)):
        text = doubled ^ other
        yield SIZES[step], step ^ one, text, ("el", "en")[(text ^ text >> 1 ^ step ^ one ^ other) & 1]


def test_over_the_samples_every_two_looks_meet() -> None:
    met = {pair for name in SAMPLES for turn in turns(name) for pair in combinations(enumerate(turn), 2)}
    assert len(met) == 3 * 16 + 3 * 8


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_every_screen_in_turn(make_booth: Callable[..., Any], size: str) -> None:
    booth, faults = make_booth(SAMPLES["menu"], size_of(size)), []
    for name, view in SAMPLES.items():
        for wanted, scheme, text, language in turns(name):
            if wanted != size:
                continue
            booth.show(SAMPLES["closed"])  # so that the page of the last sample is not the first of this one
            booth.show(view)
            dressed(booth, scheme, text, language)
            for _ in range(2):  # tiles become as tall as the tallest, then the page finds its end: a frame each
                booth.settle()
            for screen in pages(booth, f"{name} {size} {language} {SCHEMES[scheme]} t{text}"):
                faults += screen.faults()
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES if LONG else SHORT_SIZES)
@pytest.mark.parametrize("scheme", range(len(SCHEMES)))
def test_every_screen_at_200_percent(make_booth: Callable[..., Any], size: str, scheme: int) -> None:
    booth, faults = make_booth(SAMPLES["menu"], size_of(size)), []
    for name, view in SAMPLES.items():
        for text in range(4) if LONG else (3,):
            for language in ("el", "en") if LONG else ("el",):
                booth.show(view)
                dressed(booth, scheme, text, language)
                what = f"{name} {size} {language} {SCHEMES[scheme]} t{text}"
                for screen in pages(booth, what) if LONG else [look(booth, what)]:
                    faults += screen.faults()
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_in_the_plain_form(make_booth: Callable[..., Any], size: str) -> None:
    booth, faults = make_booth(SAMPLES["menu"], size_of(size)), []
    for name, view in SAMPLES.items():
        booth.show(view)
        dressed(booth, 0, 0)
        faults += look(booth, f"{name} {size}").faults()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", [0, 3])
def test_in_low_reach_nothing_to_press_stands_in_the_upper_half(
    make_booth: Callable[..., Any], size: str, text: int
) -> None:
    wide, high = size_of(size)
    booth, faults = make_booth(SAMPLES["menu"], (wide, high)), []
    for name in SAMPLES if LONG else FEW:
        booth.show(SAMPLES[name])
        dressed(booth, 0, text, low=True)
        for sheet in ("", "accessibility", "help"):
            booth.stage.openSheet(sheet)
            booth.settle()
            # Half a screen, at 200 %, holds a keypad or a warning, not both: there the first page may be two.
            screen = look(booth, f"{name} {size} t{text} low {sheet}", first=text == 0)
            faults += screen.faults()
            faults += [
                f"{screen.name}: {item.objectName()} is too high up"
                for item in screen.pressables
                if item.isEnabled() and scene(item).top() < high / 2 and "page" not in item.objectName()
                and seen_top(item) < high / 2
            ]  # fmt: skip
        booth.stage.closeSheet()
    assert not faults, "\n".join(faults)


def seen_top(item: Any) -> float:
    box = seen(item, scene(item))
    return float("inf") if box.isEmpty() else box.top()


@pytest.mark.parametrize("size", SHORT_SIZES)
@pytest.mark.parametrize("text", [0, 3])
def test_sheets(make_booth: Callable[..., Any], size: str, text: int) -> None:
    booth, faults = make_booth(SAMPLES["ballot"], size_of(size)), []
    for scheme in range(len(SCHEMES)):
        for sheet in ("accessibility", "help", "idle", "language", "dark"):
            dressed(booth, scheme, text)
            booth.stage.openSheet(sheet)
            booth.settle()
            what = f"{sheet} {size} {SCHEMES[scheme]} t{text}"
            for screen in pages(booth, what) if LONG or scheme == 0 else [look(booth, what)]:
                faults += screen.faults()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", range(len(SCHEMES)))
def test_the_focus_ring_is_seen(make_booth: Callable[..., Any], scheme: int) -> None:
    booth, measured = make_booth(SAMPLES["menu"]), []
    for name in SAMPLES if LONG else FEW:
        booth.show(SAMPLES[name])
        dressed(booth, scheme, 0)
        for _ in range(len(look(booth, name).pressables) if LONG else 4):
            booth.key(Qt.Key.Key_Tab)
            item = booth.window._walker.focused()
            ring = look(booth, name).ring_contrast(item)
            if ring is not None:
                measured.append((ring, name, item.objectName()))
    assert len(measured) > 12
    assert min(measured) >= (EDGE_CONTRAST,), min(measured)


def test_the_judge_sees_what_is_wrong(make_booth: Callable[..., Any]) -> None:
    """Faults put in by hand are found: faint ink, a covered and a cut text, a small, a near and a faint button."""
    booth = make_booth(SAMPLES["ballot-marked"])
    assert look(booth, "").faults() == []
    words = {text.property("text"): text for text in look(booth, "").texts}
    words["Πάρκο με χώρους άθλησης"].setProperty("color", "#c8c8c8")
    words["Δημοτική αγορά τοπικών προϊόντων"].setWidth(60)
    booth.item("answer_1").parentItem().setHeight(50)
    booth.item("back").setProperty("x", booth.item("cancel").x() + booth.item("cancel").width() + 4)
    booth.item("primary").setOpacity(0.2)
    booth.settle()
    found = " | ".join(look(booth, "").faults())
    for fault in (
        "has a contrast of 1",
        "is painted beyond its place",
        "× 50",
        "nearer than 12",
        "the edge of primary",
    ):
        assert fault in found, (fault, found)


def test_the_judge_sees_what_a_page_cuts(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-long"], (1366, 768))
    dressed(booth, 0, 0)
    assert look(booth, "").faults() == []
    paged = next(item for item in tree(booth.window.window.contentItem()) if item.property("seenPage") is not None)
    clipped = next(item for item in paged.childItems() if item.clip())
    (holder,) = clipped.childItems()
    holder.setProperty("y", -60)
    booth.settle()
    found = " | ".join(look(booth, "").faults())
    assert "answer_0 is cut" in found or "is cut through a line" in found, found


def test_the_pages_of_a_sheet_are_its_own(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-long"], (1366, 768))
    dressed(booth, 0, 3)
    assert pressable(look(booth, ""), "page_down") is not None
    booth.stage.openSheet("accessibility")
    booth.settle()
    *_, last = pages(booth, "")
    assert pressable(last, "page_down") is not None and not pressable(last, "page_down").isEnabled()
    assert last.seen(pressable(last, "simple_1")).height() >= 64


@pytest.mark.parametrize("scheme", range(len(SCHEMES)))
@pytest.mark.parametrize("text", [0, 1])
def test_the_menu_needs_no_pages_on_a_large_screen(make_booth: Callable[..., Any], scheme: int, text: int) -> None:
    booth = make_booth(SAMPLES["menu"])
    dressed(booth, scheme, text)
    assert pressable(look(booth, ""), "page_down") is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("low", [False, True])
def test_every_notice_is_reached_without_movement(make_booth: Callable[..., Any], size: str, low: bool) -> None:
    """On the standing screen, the booth's main form, without turning a page."""
    booth = make_booth(SAMPLES["attract"], size_of(size))
    dressed(booth, 0, 0, low=low)
    *_, screen = pages(booth, "")
    arrow = screen.seen(pressable(screen, "notice_after"))
    assert arrow.height() >= 64 and (not low or arrow.top() >= size_of(size)[1] / 2)
    assert size != "1080x1920" or pressable(screen, "page_down") is None


@pytest.mark.parametrize(("size", "text"), [(size, text) for size in SIZES for text in range(4)])
def test_help_keeps_its_word(make_booth: Callable[..., Any], size: str, text: int) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    dressed(booth, 0, text)
    assert {"Βοήθεια", "Προσβασιμότητα"} <= {item.property("text") for item in look(booth, "").texts}


def test_contrast_is_wcags() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
