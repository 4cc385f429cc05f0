"""The bench panel beside a demo booth: cards in and out, headphones, a cut line; and its QML loads without a word."""

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QGuiApplication

from kiosk.demo import bench as benches
from kiosk.demo import town as towns
from kiosk.demo.bench import Bench
from kiosk.devices.headphones import SimulatedHeadphones


class Reader:
    """What was put in, and what was pulled."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def insert(self, card: Any) -> None:
        self.done.append(f"in {card}")

    def remove(self) -> None:
        self.done.append("out")


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture
def bench(qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(benches, "VirtualCard", lambda image: image)
    reader: Any = Reader()
    return Bench(town_of("abc"), "one", SIGNED, reader, SimulatedHeadphones(), vote="b7Kz2Q")


SIGNED = "http://127.0.0.1:8810"


def town_of(names: str) -> Any:
    cards = [
        SimpleNamespace(
            label_el=f"Κάρτα {name}",
            label_en=f"Card {name}",
            pin="246810",
            image=name,
            number=f"AAK-00000{place % 10}",
            block_code="" if name == "c" else f"DEM0-000{place % 10}",
        )
        for place, name in enumerate(names)
    ]
    return SimpleNamespace(cards=lambda: cards, booth_file=lambda booth: Path("nowhere"), url=SIGNED)


def test_a_second_card_takes_the_first_ones_place(bench: Bench) -> None:
    bench.pull()
    bench.insert(0)
    bench.insert(2)
    assert bench.property("inside") == 2
    bench.pull()
    bench.pull()
    assert bench.reader.done == ["in a", "out", "in c", "out"] and bench.property("inside") == -1


def test_headphones_go_in_and_out(bench: Bench) -> None:
    heard: list[bool] = []
    bench.headphones.watch(heard.append)
    for plugged in (True, True, False):
        bench.plug(plugged)
        assert bench.property("plugged") is plugged
    assert heard == [True, False]


def test_a_code_is_held_before_the_scanner(bench: Bench) -> None:
    heard: list[str] = []
    bench.scanner.watch(heard.append)
    assert bench.scan("RF18 0001") is False, "no page waits for one"
    bench.scanner.aim(True)
    assert bench.scan("RF18 0001") is True and heard == ["RF18 0001"]


def test_the_panel_loads_and_shows_every_card(bench: Bench, qapp: QGuiApplication, qtlog: Any) -> None:
    engine = benches._panel(bench)
    (window,) = engine.rootObjects()
    qapp.processEvents()
    assert window.property("title") == "Πάγκος δοκιμών"
    window.close()
    engine.deleteLater()
    qapp.processEvents()


def shown(window: Any) -> list[Any]:
    """The cards that stand on the panel now."""
    return [one for one in tree(window.contentItem()) if one.objectName() == "card" and one.isVisible()]


def tree(item: Any) -> list[Any]:
    return [item, *(below for child in item.childItems() for below in tree(child))]


def texts(window: Any) -> list[str]:
    return [str(one.property("text")) for one in tree(window.contentItem()) if one.isVisible() and one.property("text")]


@pytest.mark.parametrize("height", [600, 720, 768, 900, 1080, 2160])
def test_every_card_is_whole_and_in_reach_at_every_height(
    qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch, height: int
) -> None:
    monkeypatch.setattr(benches, "VirtualCard", lambda image: image)
    reader: Any = Reader()
    names = "abcdefghijkl"
    bench = Bench(town_of(names), "one", SIGNED, reader, SimulatedHeadphones(), vote="b7Kz2Q")
    engine = benches._panel(bench)
    window: Any = engine.rootObjects()[0]
    window.setProperty("height", height)
    qapp.processEvents()
    window.grabWindow()
    cards = window.findChild(QObject, "cards")
    room = cards.mapRectToScene(cards.boundingRect())
    met: list[str] = []
    for page in range(cards.property("pages")):
        cards.setProperty("page", page)
        window.grabWindow()  # a picture has everything in its place
        assert shown(window), "no empty page"
        places = [one.mapRectToScene(one.boundingRect()) for one in shown(window)]
        if cards.property("pages") > 1:
            turning = window.findChild(QObject, "turning")
            assert all(place.bottom() <= turning.mapRectToScene(turning.boundingRect()).top() for place in places)
        assert all(room.contains(place) for place in places) and room.bottom() < height
        met += [name for name in names if f"Κάρτα {name}" in texts(window)]
    assert met == list(names), "each once, in its order"
    assert (height >= 2160) == (cards.property("pages") == 1)
    window.close()
    engine.deleteLater()
    qapp.processEvents()


def test_the_panel_says_what_a_lost_card_is_asked_for_and_where_codes_lead(bench: Bench, qapp: QGuiApplication) -> None:
    engine = benches._panel(bench)
    window: Any = engine.rootObjects()[0]
    qapp.processEvents()
    said = texts(window)
    assert "AAK-000000 · κωδικός κλειδώματος DEM0-0000" in said
    assert "AAK-000002" in said, "a card that nobody holds has no code"
    assert f"{SIGNED}/votes/b7Kz2Q/trackers" in said and f"{SIGNED}/v/" in said
    assert bench.property("elsewhere") == ""
    window.close()
    engine.deleteLater()
    qapp.processEvents()


def test_an_address_that_somebody_else_has_is_said(qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benches, "VirtualCard", lambda image: image)
    reader: Any = Reader()
    bench = Bench(town_of("a"), "one", "http://127.0.0.1:4711", reader, SimulatedHeadphones())
    assert bench.property("elsewhere") == SIGNED
    assert [one["url"] for one in bench.property("addresses")] == ["http://127.0.0.1:4711/", "http://127.0.0.1:4711/v/"]


def test_the_signed_port_is_taken_only_while_nobody_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        assert towns._free(f"http://127.0.0.1:{port}") == 0
    assert towns._free(f"http://127.0.0.1:{port}") == port


@pytest.mark.parametrize(
    ("available", "booth", "panel"),
    [((1920, 1080), 1460, 1460), ((1366, 768), 906, 906), ((3840, 2160), 1920, 1920)],
)
def test_booth_and_panel_stand_side_by_side_on_the_screen(
    qapp: QGuiApplication, available: tuple[int, int], booth: int, panel: int
) -> None:
    windows = (QObject(), QObject())
    benches._side_by_side(QRect(0, 0, *available), *windows)
    assert (windows[0].property("width"), windows[1].property("x")) == (booth, panel)
    assert panel + windows[1].property("width") <= available[0]
    assert windows[1].property("height") == min(1080, available[1])


@pytest.mark.parametrize(
    ("code", "output", "said"),
    [
        (0, '{"ok": true, "sent": 2, "pulled": 3}', "στάλθηκαν 2, ήρθαν 3"),
        (3, 'words\n{"ok": false, "sent": 0, "pulled": 0}', "τίποτα δεν χάθηκε"),
        (1, "Traceback", "κωδικός 1"),
    ],
)
def test_a_round_in_words(code: int, output: str, said: str) -> None:
    assert said in benches._in_words(code, output)
