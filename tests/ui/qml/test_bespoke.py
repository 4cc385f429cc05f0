"""The bespoke screens (attract, menu, PIN, lost card, take your card): whole on one page in every size, text size
and reach, the menu's four tiles in their order, the places and keys of the PIN.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from pixels import Screen, picture, scene, size_of, tree
from PySide6.QtCore import QRectF

from kiosk.desk.technician.views import Told
from kiosk.desk.views import Attract, Category, LostCard, Menu, PinEntry, Step, TakeCard, Tile, TileState, View
from kiosk.ui.gallery.samples import samples
from kiosk.ui.gallery.screens import SIZES
from municipality.failures import BoothCode
from municipality.matters import MATTERS

SAMPLES = samples()
REASON = Told("Closed now. {why}", {"why": "This service is closed here for repair"})
CLOSED = tuple((matter.noun, BoothCode.STORE_FULL) for matter in MATTERS if matter.serves)
# The fullest and the emptiest of each.
VIEWS: dict[str, View] = {
    **{name: SAMPLES[name] for name in ("attract", "attract-one", "attract-quiet", "attract-no-paper")},
    "attract-closed": Attract(closed=CLOSED),
    **{name: SAMPLES[name] for name in ("menu", "menu-no-paper", "menu-all")},
    "menu-closed": Menu(tuple(Tile(each, TileState.CLOSED, reason=REASON, elsewhere=True) for each in Category)),
    **{name: SAMPLES[name] for name in ("pin", "pin-last", "pin-again", "pin-own-date", "pin-own-again")},
    "pin-again-wrong": PinEntry(2, wrong=True, again=True),
    **{name: SAMPLES[name] for name in ("lost-card", "lost-card-wrong", "lost-card-wait", "lost-card-code")},
    "lost-card-full": LostCard(Step(1, 2), BoothCode.STORE_FULL, 0, 2),
    "take-card": TakeCard(),
    **{f"take-card-{code}": TakeCard(code) for code in (BoothCode.CARD_REVOKED, BoothCode.CARD_BLOCKED)},
}  # fmt: skip
LOW = pytest.mark.parametrize("low", [False, True], ids=["whole", "low"])
ALL_SIZES = pytest.mark.parametrize("size", SIZES)


def dressed(booth: Any, text: int, *, low: bool = False, language: str = "el") -> None:
    booth.stage.setMotion(False)
    booth.stage.setTextSize(text)
    booth.stage.setLowReach(low)
    booth.stage.setLanguage(language)
    booth.settle()


def look(booth: Any, name: str) -> Screen:
    window = booth.window.window
    area = QRectF(0, 0, window.width(), window.height())
    return Screen(name, window.contentItem(), picture(booth.window.grab()), area)


def box(booth: Any, name: str) -> QRectF:
    return scene(booth.item(name))


def tiles(booth: Any) -> list[Any]:
    found = [item for item in tree(booth.window.window.contentItem()) if item.objectName().startswith("tile_")]
    return sorted(found, key=lambda item: (scene(item).top(), scene(item).left()))


def shown_texts(booth: Any) -> dict[str, Any]:
    items = tree(booth.window.window.contentItem())
    return {item.property("text"): item for item in items if item.property("paintedHeight") is not None}


@pytest.mark.slow
@LOW
@ALL_SIZES
def test_all_of_it_is_in_sight_without_turning_a_page(make_booth: Callable[..., Any], size: str, low: bool) -> None:
    booth, faults = make_booth(SAMPLES["closed"], size_of(size)), []
    for name, view in VIEWS.items():
        booth.show(view)
        for text in range(4):
            dressed(booth, text, low=low, language="en" if text == 2 else "el")
            what = f"{name} {size} t{text} {'low' if low else ''}"
            if booth.window.find("page_down") is not None:
                faults.append(f"{what}: it pages")
            faults += look(booth, what).faults()
    assert not faults, "\n".join(faults)


@LOW
@ALL_SIZES
def test_the_menu_shows_its_four_tiles_in_their_order(make_booth: Callable[..., Any], size: str, low: bool) -> None:
    wide, high = size_of(size)
    booth = make_booth(SAMPLES["menu-no-paper"], (wide, high))
    for text in range(4):
        dressed(booth, text, low=low)
        found = tiles(booth)
        assert [item.objectName() for item in found] == [
            "tile_participation", "tile_documents", "tile_financial", "tile_social"
        ]  # fmt: skip
        assert len({(item.width(), item.height()) for item in found}) == 1, "all alike"
        assert [item.property("asleep") for item in found] == [False, True, True, True]
        top, bottom = scene(found[0]).top(), scene(found[-1]).bottom()
        assert top >= (high / 2 if low else 0) and bottom <= box(booth, "cancel").top()
        # They fill the page down to the bar (in portrait to the tools above it).
        assert min(box(booth, "cancel").top(), box(booth, "help").top() if wide < high else high) - bottom < 60


def test_a_tile_without_anything_to_do_looks_like_one_and_answers(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu-no-paper"])
    for scheme in range(4):
        booth.stage.setScheme(scheme)
        booth.settle()
        image = picture(booth.window.grab())
        for item in tiles(booth):
            area, asleep = scene(item), item.property("asleep")
            left = [image.getpixel((round(area.left()) + 1, round(area.top()) + y)) for y in range(60, 160)]
            changes = sum(one != other for one, other in pairwise(left))
            assert (changes >= 8) == asleep, f"{item.objectName()} in scheme {scheme}: its edge is dashed or not"
    booth.asked()
    booth.tap("tile_social")
    assert [each.category for each in booth.asked()] == [Category.SOCIAL]


@ALL_SIZES
def test_why_and_where_to_go_stands_on_the_tile(make_booth: Callable[..., Any], size: str) -> None:
    booth = make_booth(SAMPLES["menu-no-paper"], size_of(size))
    for text in range(4):
        dressed(booth, text)
        said = shown_texts(booth)
        assert "Κλειστό τώρα. Ο εκτυπωτής δεν είναι έτοιμος" in said and "Όχι ακόμη εδώ" in said
    dressed(booth, 0)
    closed = {item.objectName(): item.property("note") for item in tiles(booth)}
    assert closed["tile_social"] == "Όχι ακόμη εδώ. Ως τότε: στο γραφείο του Δήμου", "for who cannot see it"


def places(booth: Any) -> list[QRectF]:
    row = next(item for item in tree(booth.window.window.contentItem()) if item.property("shortest") is not None)
    found = [item for item in row.childItems() if item.isVisible() and item.width() > 0]
    return [scene(item) for item in found]


@LOW
@ALL_SIZES
def test_six_places_and_another_one_for_each_digit_more(make_booth: Callable[..., Any], size: str, low: bool) -> None:
    booth = make_booth(SAMPLES["pin"], size_of(size))
    dressed(booth, 0, low=low)
    for typed, stand in ((0, 6), (1, 6), (6, 6), (7, 7), (8, 8), (9, 8)):
        while booth.stage.pinCount < min(typed, 8):
            booth.tap("key_1")
        if typed == 9:
            booth.tap("key_1")
        found = places(booth)
        assert len(found) == stand
        assert all(one.right() < other.left() for one, other in pairwise(found))
        assert found[-1].right() <= max(box(booth, "key_3").right(), box(booth, "key_erase").right()) + 3
        assert all(place.bottom() < box(booth, "key_1").top() for place in found)
    booth.tap("key_clear")
    assert len(places(booth)) == 6


@LOW
@ALL_SIZES
def test_keys_never_shrink_as_the_text_grows_and_their_figures_grow(
    make_booth: Callable[..., Any], size: str, low: bool
) -> None:
    booth = make_booth(SAMPLES["pin"], size_of(size))
    figure = 0.0
    dressed(booth, 0, low=low)
    first = box(booth, "key_5")
    for text in range(4):
        dressed(booth, text, low=low)
        key = box(booth, "key_5")
        ink = next(item for item in booth.item("key_5").childItems() if item.property("text") == "5")
        # The tools below may take a few pixels, when their words stand under their icons.
        assert key.width() >= first.width() and key.height() >= 0.9 * first.height()
        # In low reach they fill their keys before the largest text.
        assert ink.property("paintedHeight") > figure or (low and ink.property("paintedHeight") >= key.height() - 2)
        figure = ink.property("paintedHeight")


def test_standing_the_pad_is_large_and_low(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["pin"], (1080, 1920))
    for text in range(4):
        dressed(booth, text)
        key, last = box(booth, "key_1"), box(booth, "key_0")
        assert (key.width(), key.height()) == (312, 184)
        assert 20 <= box(booth, "help").top() - last.bottom() <= 60
        tries = scene(shown_texts(booth)["Έχετε 5 προσπάθειες."])
        assert scene(shown_texts(booth)["Πληκτρολογήστε τον κωδικό\u00a0PIN"]).bottom() < tries.top()
        assert tries.bottom() < places(booth)[0].top() < places(booth)[0].bottom() < key.top()


@ALL_SIZES
def test_sizes_are_chosen_by_how_they_look(make_booth: Callable[..., Any], size: str) -> None:
    booth = make_booth(SAMPLES["menu"], size_of(size))
    unit = max(0.8, min(min(size_of(size)) / 1080, max(size_of(size)) / 1920))
    drawn = []
    for chosen in (0, 3):
        dressed(booth, chosen)
        booth.stage.openSheet("accessibility")
        booth.settle()
        words = [next(each for each in tree(booth.item(f"text_size_{index}")) if each.property("text"))
                 for index in range(4)]  # fmt: skip
        drawn.append([each.property("font").pixelSize() for each in words])
        assert [each.property("text") for each in words] == ["Κανονικά", "Μεγάλα", "Πιο μεγάλα", "Πολύ μεγάλα"]
        booth.stage.closeSheet()
    assert drawn[0] == drawn[1] == [round(unit * points) for points in (27, 32, 38, 46)]


@ALL_SIZES
def test_the_simple_first_screen_has_one_thing_to_do(make_booth: Callable[..., Any], size: str) -> None:
    wide, high = size_of(size)
    booth = make_booth(SAMPLES["attract"], (wide, high))
    for text in range(4):
        dressed(booth, text)
        booth.stage.setSimple(True)
        booth.settle()
        said = shown_texts(booth)
        assert "Η κάρτα σας μπαίνει εδώ" in said and "Τι αποφασίζεται" not in said
        drawing = next(
            item for item in tree(booth.window.window.contentItem()) if item.property("comesOut") is not None
        )
        area = scene(drawing)
        assert area.height() > 0.25 * high and area.width() > 0.3 * wide, "no blank card"
        assert look(booth, f"simple {size} t{text}").faults() == []
        booth.stage.setSimple(False)


def test_what_stands_alone_grows(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["attract"])
    notice = next(item for text, item in shown_texts(booth).items() if str(text).startswith("Η νέα ζωή"))
    assert notice.property("paintedHeight") > 55, "one notice alone on its card is read from afar"
    booth.show(Attract(closed=CLOSED))
    cards = [item for item in tree(booth.window.window.contentItem()) if item.property("comesOut") is not None]
    assert scene(cards[0]).height() > 350
