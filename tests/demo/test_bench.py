"""The bench panel beside a demo booth: cards in and out, headphones, a cut line; and its QML loads without a word."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.demo import bench as benches
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
    labels = [
        SimpleNamespace(label_el=f"Κάρτα {name}", label_en=f"Card {name}", pin="246810", image=name) for name in "abc"
    ]
    town: Any = SimpleNamespace(cards=lambda: labels, booth_file=lambda booth: Path("nowhere"))
    reader: Any = Reader()
    return Bench(town, "one", "http://127.0.0.1:1", reader, SimulatedHeadphones())


def test_a_second_card_takes_the_first_ones_place(bench: Bench) -> None:
    bench.pull()
    bench.insert(0)
    bench.insert(2)
    assert bench.property("inside") == 2
    bench.pull()
    bench.pull()
    assert bench._reader.done == ["in a", "out", "in c", "out"] and bench.property("inside") == -1


def test_headphones_go_in_and_out(bench: Bench) -> None:
    heard: list[bool] = []
    bench._headphones.watch(heard.append)
    for plugged in (True, True, False):
        bench.plug(plugged)
        assert bench.property("plugged") is plugged
    assert heard == [True, False]


def test_a_code_is_held_before_the_scanner(bench: Bench) -> None:
    heard: list[str] = []
    bench._scanner.watch(heard.append)
    assert bench.scan("RF18 0001") is False, "no page waits for one"
    bench._scanner.aim(True)
    assert bench.scan("RF18 0001") is True and heard == ["RF18 0001"]


def test_the_panel_loads_and_shows_every_card(bench: Bench, qapp: QGuiApplication, qtlog: Any) -> None:
    engine = benches._panel(bench)
    (window,) = engine.rootObjects()
    qapp.processEvents()
    assert window.property("title") == "Πάγκος δοκιμών"
    window.close()
    engine.deleteLater()
    qapp.processEvents()


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
