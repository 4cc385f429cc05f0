"""The town's face: a header that keeps its height, a crest or the neutral sign, a skyline seen or gone, and the lines
that say where the municipality is found."""

from collections.abc import Callable
from typing import Any

import pytest
from pixels import scene, tree
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtQuick import QQuickItem

from kiosk.counter.presenting.presenters import present
from kiosk.demo.samples import samples
from kiosk.ui.gallery.samples import MUNICIPALITY, UNIT
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.speech.speaking import script
from kiosk.ui.speech.spoken import Kind
from kiosk.ui.window.pictures import CrestProvider, drawn

SAMPLES = samples()
MARK = "ΔΟΚΙΜΑΣΤΙΚΗ ΛΕΙΤΟΥΡΓΙΑ"
CREST = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">'
    '<path d="M0 0h10v10H0z" fill="#ff0000"/><path d="M0 10h10v10H0z" fill="#00ff00"/></svg>'
)
PHONE = "Τηλέφωνο: 210 000 0100"


def items(booth: Any) -> list[QQuickItem]:
    return [each for each in tree(booth.window.window.contentItem()) if each.isVisible()]


def kind(item: QQuickItem) -> str:
    return str(item.metaObject().className()).partition("_")[0]


def one(booth: Any, name: str) -> QQuickItem:
    (found,) = (each for each in items(booth) if kind(each) == name)
    return found


def texts(booth: Any) -> list[str]:
    return [str(each.property("text")) for each in items(booth) if each.property("paintedHeight") is not None]


@pytest.mark.parametrize("size", SIZES)
def test_the_trial_mark_takes_no_height_and_covers_nothing(make_booth: Callable[..., Any], size: str) -> None:
    wide, high = map(int, size.split("x"))
    heights = set()
    for demo in (True, False):
        booth = make_booth(SAMPLES["menu"], (wide, high), demo=demo)
        for text_size in (0, 3):
            booth.stage.setTextSize(text_size)
            booth.settle()
            header = one(booth, "Header")
            heights.add(header.height())
            assert (MARK in texts(booth)) == demo
            if demo:
                mark = scene(next(each for each in items(booth) if each.property("text") == MARK))
                assert scene(header).contains(mark)
                name = next(each for each in items(booth) if each.property("text") == MUNICIPALITY.el)
                assert mark.top() >= scene(name).top() + name.property("paintedHeight") * 0.8
                unit = [each for each in items(booth) if each.property("text") == UNIT.el]
                assert not any(scene(each).intersects(mark) for each in unit)
    unit_pixels = max(0.8, min(min(wide, high) / 1080, max(wide, high) / 1920))
    assert heights == {round((136 if high > wide else 116) * unit_pixels)}


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_at_the_largest_text_one_name_and_every_tool_with_its_word(
    make_booth: Callable[..., Any], size: tuple[int, int]
) -> None:
    booth = make_booth(SAMPLES["menu"], size)
    assert UNIT.el in texts(booth)
    booth.stage.setTextSize(3)
    booth.settle()
    said = texts(booth)
    assert UNIT.el not in said and MUNICIPALITY.el in said
    assert {"English", "Προσβασιμότητα", "Βοήθεια"} <= set(said)
    name = next(each for each in items(booth) if each.property("text") == MUNICIPALITY.el)
    assert name.property("font").pixelSize() == round(37 * (1 if size[0] == 1920 else 0.8))


def test_at_the_usual_text_the_tools_stand_in_line(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    tools = next(each for each in items(booth) if kind(each) == "Tools")
    assert tools.property("upright") is False and tools.property("brief") is False
    assert {MUNICIPALITY.el, UNIT.el, MARK} <= set(texts(booth))


def test_the_crest_stands_once(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["attract"])
    for name, larger in (("attract", True), ("menu", False), ("pin", False), ("attract", True)):
        booth.show(SAMPLES[name])
        crest, header = one(booth, "Crest"), one(booth, "Header")
        assert scene(header).contains(scene(crest)) != larger
        assert (crest.width() > 100) == larger


def test_the_crest_is_drawn_whole_in_its_own_colours_on_white_in_every_scheme(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["pin"], crest=CREST)
    for scheme in range(4):
        booth.stage.setScheme(scheme)
        booth.settle()
        place, picture = scene(one(booth, "Crest")), booth.window.grab()
        x, y = int(place.center().x()), int(place.center().y())
        assert QColor(picture.pixelColor(x, y - 10)).name() == "#ff0000"
        assert QColor(picture.pixelColor(x, y + 10)).name() == "#00ff00"
        assert QColor(picture.pixelColor(x - 24, y)).name() == "#ffffff"
        assert booth.window.complaints == []


def test_without_a_crest_the_neutral_sign_stands(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["pin"])
    names = [each.property("name") for each in one(booth, "Crest").childItems() if each.isVisible()]
    assert names == ["building-bank"]


def test_a_crest_keeps_its_shape_and_its_place(app: object) -> None:
    image = CrestProvider(CREST).requestImage("152", QSize(), QSize(80, 80))
    assert (image.width(), image.height()) == (80, 80)
    seen = [x for x in range(80) if image.pixelColor(x, 40).alpha() > 200]
    assert (min(seen), max(seen)) == (20, 59)
    assert drawn(CREST, 1, 1).width() == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["attract", "menu"])
def test_the_skyline_is_seen_or_gone_and_never_under_a_word(
    make_booth: Callable[..., Any], name: str, size: str
) -> None:
    wide, high = map(int, size.split("x"))
    booth = make_booth(SAMPLES[name], (wide, high))
    for scheme, text_size in ((0, 0), (0, 3), (1, 0), (2, 0), (3, 0)):
        booth.stage.setScheme(scheme)
        booth.stage.setTextSize(text_size)
        booth.settle()
        hero = one(booth, "Hero")
        towns = [each for each in tree(hero) if each.property("name") == "town" and each.isVisible()]
        if scheme:
            assert towns == []
        for town in towns:
            words = [each for each in tree(hero) if each.property("text") and each.isVisible()]
            for word in words:
                painted = scene(word)
                painted.setWidth(word.property("paintedWidth"))
                assert not painted.intersects(scene(town)), word.property("text")


def _light(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
             for c in (colour.redF(), colour.greenF(), colour.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_the_skyline_that_is_drawn_is_seen(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["attract"])
    (town,) = (each for each in items(booth) if each.property("name") == "town")
    place, picture = scene(town), booth.window.grab()
    ground = QColor(picture.pixelColor(int(place.left()) + 2, int(place.top()) + 2))
    # The flag, and the hill beside it.
    for x, y in ((500 / 960, 115 / 400), (700 / 960, 230 / 400)):
        seen = QColor(picture.pixelColor(int(place.left() + x * place.width()), int(place.top() + y * place.height())))
        assert (_light(seen) + 0.05) / (_light(ground) + 0.05) > 1.4


SENDS = ["closed", "problem-end", "take-card-problem", "category-empty", "lost-card-done"]


@pytest.mark.parametrize("name", SENDS)
@pytest.mark.parametrize("language", ["el", "en"])
def test_who_is_sent_to_the_office_is_told_where_it_is(
    make_booth: Callable[..., Any], name: str, language: str
) -> None:
    booth = make_booth(SAMPLES[name])
    booth.stage.setLanguage(language)
    booth.settle()
    lines = [line["text"] for line in booth.stage.contact]
    assert len(lines) == 5
    assert set(lines) <= set(texts(booth))
    told = script(booth.stage.view, language)
    spoken = [part.text.rstrip(".").replace("\u00a0", " ") for part in told.parts if part.kind is Kind.CONTENT]
    assert [line.replace("\u00a0", " ") for line in lines] == [each for each in spoken if each in {
        line.replace("\u00a0", " ") for line in lines}]  # fmt: skip
    kinds = [part.kind for part in told.parts]
    if Kind.CHOICE in kinds:
        at = next(n for n, part in enumerate(told.parts) if "210 000" in part.text)
        assert at < kinds.index(Kind.CHOICE)


@pytest.mark.parametrize("name", ["menu", "ballot", "take-card", "problem", "category"])
def test_who_is_not_sent_there_is_not_told(make_booth: Callable[..., Any], name: str) -> None:
    booth = make_booth(SAMPLES[name])
    assert PHONE not in texts(booth) and booth.stage.view["contact"] == []


def test_where_keys_take_the_room_the_telephone_alone_stands(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["lost-card"])
    said = " ".join(texts(booth))
    assert PHONE in said and "Παραδείγματος" not in said
    booth.show(SAMPLES["lost-card-code"])
    assert PHONE not in " ".join(texts(booth))


@pytest.mark.parametrize("name", [*SENDS, "lost-card", "pin"])
def test_where_the_town_hall_has_set_nothing_nothing_stands_there(
    make_booth: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from kiosk.ui.gallery import samples as gallery

    monkeypatch.setattr(gallery, "CONTACT", None)
    booth = make_booth(SAMPLES[name])
    booth.stage.openSheet("help")
    booth.settle()
    assert not [each for each in items(booth) if kind(each) == "Contact"]
    assert "Τηλέφωνο" not in " ".join(texts(booth)) + str(script(booth.stage.view, "el"))


@pytest.mark.parametrize("name", ["attract", "pin", "ballot", "review"])
def test_the_help_sheet_is_the_pages_own_and_ends_with_the_office(make_booth: Callable[..., Any], name: str) -> None:
    booth = make_booth(SAMPLES[name])
    booth.stage.openSheet("help")
    booth.settle()
    said = texts(booth)
    for line in present(SAMPLES[name], "el")["helpLines"]:
        assert line["text"] in said
    assert PHONE in said and "Οδός Παραδείγματος 1, ισόγειο" in said
