"""Every sample screen at 200 % text, in each scheme, standing and lying: measured on the pixels that a resident sees.

With TEST_LONG also every page, text size, language and size of screen, and the low-reach form of each.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pixels import EDGE_CONTRAST, Screen, contrast, picture, scene, seen
from PySide6.QtCore import QRectF, Qt

from kiosk.ui.gallery import SIZES
from kiosk.ui.looks import SCHEMES
from kiosk.ui.samples import samples

SAMPLES = samples()
LONG = bool(os.environ.get("TEST_LONG"))
SHORT_SIZES = ("1920x1080", "1080x1920")
# What is looked at in low reach, and one by one with the focus ring, in the short form.
FEW = ("menu", "pin", "ballot-marked", "category", "attract", "lost-card-wrong", "lost-card-code")


def size_of(size: str) -> tuple[int, int]:
    wide, high = size.split("x")
    return int(wide), int(high)


def look(booth: Any, name: str) -> Screen:
    window = booth.window.window
    area = QRectF(0, 0, window.width(), window.height())
    return Screen(name, window.contentItem(), picture(booth.window.grab()), area)


def pages(booth: Any, name: str) -> Iterator[Screen]:
    """What is seen at first; in the long form also every further page."""
    yield look(booth, name)
    for page in range(2, 12 if LONG else 2):
        button = booth.window.find("page_down")
        if button is None or not button.isEnabled():
            return
        booth.tap("page_down")
        yield look(booth, f"{name}, page {page}")


def dressed(booth: Any, scheme: int, text: int, language: str = "el", *, low: bool = False) -> None:
    booth.stage.setScheme(scheme)
    booth.stage.setTextSize(text)
    booth.stage.setLowReach(low)
    if booth.stage.language != language:
        booth.stage.switchLanguage()
    booth.settle()


@pytest.mark.parametrize("size", SIZES if LONG else SHORT_SIZES)
@pytest.mark.parametrize("scheme", range(len(SCHEMES)))
def test_every_screen_at_200_percent(make_booth: Callable[..., Any], size: str, scheme: int) -> None:
    booth, faults = make_booth(SAMPLES["menu"], size_of(size)), []
    for name, view in SAMPLES.items():
        for text in range(4) if LONG else (3,):
            for language in ("el", "en") if LONG else ("el",):
                booth.show(view)
                dressed(booth, scheme, text, language)
                for screen in pages(booth, f"{name} {size} {language} {SCHEMES[scheme]} t{text}"):
                    faults += screen.faults()
    assert not faults, "\n".join(faults)


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
            screen = look(booth, f"{name} {size} t{text} low {sheet}")
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
        for sheet in ("accessibility", "help", "introduction", "idle", "language"):
            dressed(booth, scheme, text)
            booth.stage.openSheet(sheet)
            booth.settle()
            for screen in pages(booth, f"{sheet} {size} {SCHEMES[scheme]} t{text}"):
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
    booth.item("answer_1").setHeight(50)
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


def test_contrast_is_wcags() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
