"""The technician's pages on the screen: each has a picture, made as for a real visit; rows and keys are whole."""

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from lobby_house import Desk, House, house_of
from pixels import scene, size_of, tree
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from card_reader import Pin, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.samples import technicians_samples
from kiosk.desk.actions import Choose, EnterPin
from kiosk.desk.pages import Form, Scan, Work
from kiosk.desk.technician.touch import TouchMark
from kiosk.desk.technician.views import TechnicianPage
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.stage.appearance import TEXT_SIZES

ROOT = Path(__file__).parents[3]
SAMPLES = technicians_samples()
PAGES = {name: view for name, view in SAMPLES.items() if isinstance(view, TechnicianPage)}
WORK = SAMPLES["technician-work"]
TEXTS = [name for name, view in SAMPLES.items() if isinstance(view, Form)]
KEYS = {f"letter_{letter}" for letter in "1234567890qwertyuiopasdfghjklzxcvbnm"} | {
    "shift",
    "erase",
    "layer_signs",
    "layer_language",
    "space",
}


def named_in_the_flow() -> set[str]:
    """The first word of every page that the flow's source makes."""
    calls = (
        node
        for file in (ROOT / "kiosk/desk/technician").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TechnicianPage"
    )
    return {first.value for call in calls if isinstance(first := call.args[0], ast.Constant)}


def test_every_page_of_the_flow_has_a_picture() -> None:
    names = named_in_the_flow()
    assert len(names) >= 15
    # A trial's page is named after its part's.
    assert {page.page for page in PAGES.values()} == names | {"device-tried"}
    shapes = {next(kind for kind in (TechnicianPage, Form, TouchMark, Scan, Work) if isinstance(view, kind))
              for view in SAMPLES.values()}  # fmt: skip
    assert shapes == {TechnicianPage, Form, TouchMark, Scan, Work}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A technician at a booth of the small town, which has nothing to do with the pictures' booth."""
    town = st.build(tmp_path_factory.mktemp("town"))
    home = tmp_path_factory.mktemp("here") / "booth"
    shutil.copytree(town.home, home)
    file, reader = home / "kiosk.toml", VirtualReader()
    with wiring.open_booth(settings.load(file), bench=wiring.Bench(reader=reader), config=file) as booth:
        desk = Desk(town, booth, reader, home)
        desk.fill()
        with house_of(desk) as made:
            made.insert(st.TECHNICIAN)
            made.act(EnterPin(Pin(st.PIN)))
            yield made


def pressed(view: object) -> list[str]:
    assert isinstance(view, TechnicianPage), view
    return [row.key for row in view.rows]


def test_pictures_have_the_rows_of_a_real_visit(house: House) -> None:
    home = house.view
    assert pressed(home) == pressed(SAMPLES["technician"]) and len(pressed(home)) == 10
    for name in ("settings", "paper", "devices", "booth"):
        assert pressed(house.act(Choose(f"open:{name}"))) == pressed(SAMPLES[f"technician-{name}"]), name
    for page, sample in (
        ("device printer", "device"),
        ("device screen", "screen"),
        ("service certificates", "service"),
    ):
        assert pressed(house.act(Choose(f"open:{page}"))) == pressed(SAMPLES[f"technician-{sample}"]), page
    health = house.act(Choose("open:health"))
    assert isinstance(health, TechnicianPage)
    assert len(health.rows) == len(pressed(SAMPLES["technician-health"]))
    assert len(pressed(house.act(Choose("open:services")))) == len(pressed(SAMPLES["technician-services"]))
    journal = pressed(house.act(Choose("open:journal")))
    assert journal[:2] == pressed(SAMPLES["technician-journal"])[:2] == ["write-journal:", ""]


def clip_of(item: QQuickItem) -> QRectF | None:
    """What of the window is left to it by whatever pages around it."""
    parent = item.parentItem()
    while parent is not None:
        if parent.clip():
            return scene(parent)
        parent = parent.parentItem()
    return None


def window_of(booth: Any) -> QRectF:
    return QRectF(0, 0, booth.window.window.width(), booth.window.window.height())


@pytest.mark.parametrize("size", SIZES)
def test_the_keyboard_is_whole_at_every_size(make_booth: Callable[..., Any], size: str) -> None:
    booth = make_booth(SAMPLES["technician-text"], size_of(size))
    for name in TEXTS:
        booth.show(SAMPLES[name])
        for text in range(TEXT_SIZES):
            booth.stage.setTextSize(text)
            booth.stage.switchLanguage()
            booth.settle()
            place = scene(booth.item("screen"))
            keys = [item for item in tree(booth.item("screen")) if item.objectName() in KEYS]
            assert len(keys) == len(KEYS), (name, text)
            for key in keys:
                assert place.contains(scene(key)) and clip_of(key) is None, (name, text, key.objectName())
                assert key.width() >= 64 and key.height() >= 64, (name, text, key.objectName())
            (typed,) = (item for item in tree(booth.item("screen")) if item.property("wrong") is not None)
            assert place.contains(scene(typed)), (name, text)


def rows_on(booth: Any) -> list[QQuickItem]:
    return [
        item
        for item in tree(booth.item("screen"))
        if item.property("whole") is True or item.objectName().startswith("row_")
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", [0, TEXT_SIZES - 1])
def test_no_row_is_cut_on_any_page(make_booth: Callable[..., Any], size: str, text: int) -> None:
    booth = make_booth(SAMPLES["technician"], size_of(size))
    booth.stage.setTextSize(text)
    for name, page in PAGES.items():
        booth.show(WORK)  # between two pages a technician always sees work
        booth.show(page)
        seen: set[str] = set()
        for _turn in range(20):
            for place, row in enumerate(rows_on(booth)):
                clip = clip_of(row)
                shown = scene(row).intersected(clip if clip is not None else window_of(booth))
                assert shown.height() < 1 or shown.height() > row.height() - 1, (name, place, shown, scene(row))
                if shown.height() >= 1:
                    seen.add(str(place))
            down = booth.window.find("page_down")
            if down is None or not down.isEnabled():
                break
            booth.tap("page_down")
        assert len(seen) == len(page.rows), name
