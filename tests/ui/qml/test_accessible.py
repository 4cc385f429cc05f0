"""What assistive technology is told: every thing that can be pressed has a name, a role and a place, on every screen.

Read through QAccessible, the same tree that Qt gives to AT-SPI.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem

from kiosk.demo.samples import samples

SAMPLES = samples()
SHEETS = ("language", "accessibility", "help", "dark")
PRESSABLE = {
    QAccessible.Role.Button,
    QAccessible.Role.RadioButton,
    QAccessible.Role.CheckBox,
    QAccessible.Role.Link,
    QAccessible.Role.PageTab,
}


def told(booth: Any) -> list[QAccessibleInterface]:
    """Everything that assistive technology finds in the window and may speak of."""
    root = QAccessible.queryAccessibleInterface(booth.window.window)
    assert root is not None and root.role() == QAccessible.Role.Window
    return [each for each in below(root) if not each.state().invisible]


def below(parent: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for place in range(parent.childCount()):
        child = parent.child(place)
        if child is not None:
            yield child
            yield from below(child)


def name(each: QAccessibleInterface) -> str:
    return each.text(QAccessible.Text.Name).strip()


def box(booth: Any, item: QQuickItem) -> QRect:
    """Where the item stands on the whole screen."""
    corner = QAccessible.queryAccessibleInterface(booth.window.window).rect().topLeft()
    place = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    return place.translated(corner.toPointF()).toRect()


def near(one: QRect, other: QRect) -> bool:
    return all(abs(a - b) <= 1 for a, b in zip(one.getRect(), other.getRect(), strict=True))


def assert_told(booth: Any, where: str) -> None:
    things = [each for each in told(booth) if each.role() in PRESSABLE]
    assert things, where
    for thing in things:
        assert name(thing), f"{where}: a {thing.role().name} without a name at {thing.rect().getRect()}"
    for item in booth.window._walker.pressables():
        same = [thing for thing in things if near(thing.rect(), box(booth, item))]
        assert len(same) == 1, f"{where}: {item.objectName()} is told {len(same)} times"
        assert name(same[0]) == str(item.property("name")).strip(), f"{where}: {item.objectName()}"


@pytest.mark.parametrize("screen", SAMPLES)
def test_everything_that_can_be_pressed_has_a_name_a_role_and_a_place(
    make_booth: Callable[..., Any], screen: str
) -> None:
    booth = make_booth(SAMPLES[screen])
    for language in booth.stage.languages:
        booth.stage.setLanguage(language["code"])
        booth.settle()
        assert_told(booth, f"{screen} {language['code']}")


@pytest.mark.parametrize("sheet", SHEETS)
def test_so_do_the_sheets(make_booth: Callable[..., Any], sheet: str) -> None:
    booth = make_booth(SAMPLES["ballot"])
    booth.stage.openSheet(sheet)
    booth.settle()
    assert_told(booth, sheet)


@pytest.mark.parametrize("screen", SAMPLES)
def test_the_title_is_told(make_booth: Callable[..., Any], screen: str) -> None:
    booth = make_booth(SAMPLES[screen])
    assert str(booth.stage.view["title"]) in {name(each) for each in told(booth)}


def test_what_is_marked_and_what_cannot_be_pressed_are_told_so(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot-marked"])
    marked = [each.state().checked for each in told(booth) if each.role() == QAccessible.Role.RadioButton]
    assert marked == [0, 1, 0, 0, 0]
    booth.show(SAMPLES["ballot"])
    words = str(booth.item("primary").property("name"))
    (way_on,) = [each for each in told(booth) if name(each) == words]
    assert way_on.state().disabled


def test_whether_others_may_be_chosen_beside_it_is_told(make_booth: Callable[..., Any]) -> None:
    """By the role of each answer, which the window's own voice says too; who chooses none of them chooses no other."""
    for screen, role in (
        ("ballot", QAccessible.Role.RadioButton),
        ("ballot-long", QAccessible.Role.CheckBox),
    ):
        booth = make_booth(SAMPLES[screen])
        answers = {item.objectName(): item for item in booth.window._walker.pressables() if item.property("checkable")}
        roles = {name: QAccessible.queryAccessibleInterface(item).role() for name, item in answers.items()}
        assert roles.pop("blank") == QAccessible.Role.RadioButton
        assert roles and set(roles.values()) == {role}, (screen, roles)


def test_the_digits_of_a_pin_are_told_to_nobody(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["pin"])
    for digit in "730519":
        booth.tap(f"key_{digit}")
    kinds = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
    assert not any("730519" in each.text(kind) for each in told(booth) for kind in kinds)
