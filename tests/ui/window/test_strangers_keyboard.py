"""A keyboard or a mouse that somebody has plugged in: what is pressed together with Ctrl, Alt or Super is meant for
another machine and answers nothing here; and no arrow stands on a full screen."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kiosk.desk.views import Menu
from kiosk.ui import BoothWindow
from kiosk.ui.gallery.samples import samples

MODIFIERS = Qt.KeyboardModifier
CHORDS = [
    MODIFIERS.AltModifier,
    MODIFIERS.ControlModifier,
    MODIFIERS.MetaModifier,
    MODIFIERS.ControlModifier | MODIFIERS.AltModifier,
]
PRESSING = [Qt.Key.Key_Space, Qt.Key.Key_Return]
LEADING_BACK = [Qt.Key.Key_Backspace, Qt.Key.Key_Escape]


def strike(booth: Any, key: Qt.Key, chord: MODIFIERS = MODIFIERS.NoModifier) -> None:
    QTest.keyClick(booth.window.window, key, chord)
    booth.settle()


def focused(booth: Any) -> str | None:
    item = booth.window._walker.focused()
    return item.objectName() if item is not None else None


@pytest.mark.parametrize("chord", CHORDS)
@pytest.mark.parametrize("key", PRESSING)
def test_what_presses_a_button_does_not_in_a_chord(
    make_booth: Callable[..., Any], key: Qt.Key, chord: MODIFIERS
) -> None:
    booth = make_booth(Menu())
    while focused(booth) != "help":
        strike(booth, Qt.Key.Key_Tab)
    strike(booth, key, chord)
    assert booth.stage.sheet == "" and booth.asked() == []
    strike(booth, key)
    assert booth.stage.sheet == "help"


@pytest.mark.parametrize("chord", CHORDS)
@pytest.mark.parametrize("key", LEADING_BACK)
def test_what_leads_back_does_not_in_a_chord(make_booth: Callable[..., Any], key: Qt.Key, chord: MODIFIERS) -> None:
    booth = make_booth(samples()["ballot"])
    strike(booth, key, chord)
    assert booth.asked() == []
    strike(booth, key)
    assert len(booth.asked()) == 1


def test_the_focus_stays_with_alt_tab_and_goes_back_with_shift_tab(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    strike(booth, Qt.Key.Key_Tab)
    first = focused(booth)
    strike(booth, Qt.Key.Key_Tab, MODIFIERS.AltModifier)
    assert focused(booth) == first
    strike(booth, Qt.Key.Key_Tab)
    assert focused(booth) != first
    strike(booth, Qt.Key.Key_Backtab, MODIFIERS.ShiftModifier)
    assert focused(booth) == first


@pytest.mark.parametrize("fullscreen", [True, False])
def test_an_arrow_stands_in_a_window_and_not_on_a_full_screen(make_booth: Callable[..., Any], fullscreen: bool) -> None:
    booth = make_booth(Menu())
    window = BoothWindow(booth.stage, size=(1280, 1024), fullscreen=fullscreen)
    arrow = QGuiApplication.overrideCursor()
    assert (arrow is not None and arrow.shape() == Qt.CursorShape.BlankCursor) == fullscreen
    window.close()
    assert QGuiApplication.overrideCursor() is None
