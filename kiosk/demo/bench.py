"""The booth in a window, and the bench panel beside it: cards to put in and pull, a line to cut, a round to run."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import Property, QObject, QProcess, QRect, QTimer, QUrl, Signal, Slot
from PySide6.QtQml import QQmlApplicationEngine

from card_reader import VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.town import DemoCard, Town
from kiosk.devices.headphones import SimulatedHeadphones
from kiosk.devices.scanner import SimulatedScanner
from kiosk.ui.window.app import application
from kiosk.ui.window.local_counter import on_screen
from kiosk.ui.window.screen import stopped_by_signals

_PANEL_WIDTH = 460
_ROUND_EVERY_MS = 60_000
# A port of loopback where nothing ever listens: what a cut line looks like.
_NOWHERE = "http://127.0.0.1:9"


class Bench(QObject):
    """What the panel shows and does. A card keeps its state (tries left, blocked) while the demo runs."""

    changed = Signal()

    def __init__(
        self,
        town: Town,
        booth: str,
        url: str,
        reader: VirtualReader,
        headphones: SimulatedHeadphones,
        scanner: SimulatedScanner | None = None,
    ) -> None:
        super().__init__()
        self._town, self._booth, self._url = town, booth, url
        self._reader, self._headphones = reader, headphones
        self._scanner = scanner or SimulatedScanner()
        self._cards = [(card, VirtualCard(card.image)) for card in town.cards()]
        self._inside = -1
        self._cut = False
        self._said = ""
        self._round: QProcess | None = None

    @Property(list, constant=True)
    def cards(self) -> list[dict[str, str]]:
        return [_label(card) for card, _ in self._cards]

    @Property(int, notify=changed)
    def inside(self) -> int:
        """Index of the card in the reader, -1 for none."""
        return self._inside

    @Property(bool, notify=changed)
    def cut(self) -> bool:
        return self._cut

    @Property(bool, notify=changed)
    def plugged(self) -> bool:
        """Headphones are in: the booth speaks."""
        return self._headphones.plugged

    @Property(str, notify=changed)
    def said(self) -> str:
        """What the last round said."""
        return self._said

    @Property(str, constant=True)
    def site(self) -> str:
        return self._url

    @Slot(int)
    def insert(self, index: int) -> None:
        if self._inside >= 0:
            self._reader.remove()
        self._reader.insert(self._cards[index][1])
        self._inside = index
        self.changed.emit()

    @Slot()
    def pull(self) -> None:
        if self._inside >= 0:
            self._reader.remove()
            self._inside = -1
            self.changed.emit()

    @Slot(bool)
    def plug(self, plugged: bool) -> None:
        if plugged:
            self._headphones.plug()
        else:
            self._headphones.unplug()
        self.changed.emit()

    @Slot(str, result=bool)
    def scan(self, text: str) -> bool:
        """Holds a code before the scanner. False: no page waits for one."""
        return self._scanner.scan(text)

    @Slot(bool)
    def cutLine(self, cut: bool) -> None:
        self._cut = cut
        self.changed.emit()

    @Slot()
    def sync(self) -> None:
        """A round by the booth's own command, in a process of its own as at night."""
        if self._round is not None:
            return
        url = _NOWHERE if self._cut else self._url
        self._round = QProcess(self)
        self._round.finished.connect(self._round_done)
        file = str(self._town.booth_file(self._booth))
        self._round.start(
            sys.executable, ["-m", "kiosk", "sync", "--once", "--config", file, "--centre", url, "--json"]
        )

    def _round_done(self, code: int) -> None:
        output = bytes(self._round.readAllStandardOutput().data()).decode() if self._round else ""
        self._round = None
        self._said = _in_words(code, output)
        self.changed.emit()


def _label(card: DemoCard) -> dict[str, str]:
    return {"label": card.label_el, "english": card.label_en, "pin": card.pin}


def _in_words(code: int, output: str) -> str:
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        return f"{now}  ο γύρος δεν έγινε (κωδικός {code})"
    report = json.loads(lines[-1])
    if not report["ok"]:
        return f"{now}  η γραμμή είναι κομμένη· τίποτα δεν χάθηκε"
    return f"{now}  στάλθηκαν {report['sent']}, ήρθαν {report['pulled']}"


def run_bench(state: Path, *, ready: Callable[[], None] = lambda: None) -> int:
    """Until the booth's window is closed; `ready` is called when both windows stand. Returns an exit code."""
    town = Town(state)
    state.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state.with_name(state.name + ".lock"), timeout=0):
            return _run(town, ready)
    except Timeout:
        print("the demo is already running with this state; give another with --state DIR", file=sys.stderr)
        return 75


def _run(town: Town, ready: Callable[[], None]) -> int:
    print("   the town hall is being made ready …", file=sys.stderr)
    town.seed()
    town.open_vote(datetime.now(UTC))
    booth = town.booths[0]
    with town.centre() as url:
        file = town.booth_file(booth)
        first = [sys.executable, "-m", "kiosk", "sync", "--once", "--config", str(file), "--centre", url]
        subprocess.run(first, check=False)
        reader, headphones, scanner = VirtualReader(), SimulatedHeadphones(), SimulatedScanner()
        with (
            wiring.open_booth(
                settings.load(file, centre_url=url), bench=wiring.Bench(reader=reader, scanner=scanner)
            ) as opened,
        ):
            wiring.settle_after_start(opened)
            with (
                stopped_by_signals(application()),
                on_screen(opened, fullscreen=False, headphones=headphones) as screen,
            ):
                bench = Bench(town, booth, url, reader, headphones, scanner)
                panel = _panel(bench)
                _side_by_side(
                    screen.app.primaryScreen().availableGeometry(), screen.window.window, panel.rootObjects()[0]
                )
                screen.window.window.visibleChanged.connect(lambda seen: None if seen else screen.app.quit())
                ticking = _every(_ROUND_EVERY_MS, bench.sync)
                print(f"   the centre's public pages: {url}", file=sys.stderr)
                ready()
                code = int(screen.app.exec())
                ticking.stop()
                return code


def _panel(bench: Bench) -> QQmlApplicationEngine:
    engine = QQmlApplicationEngine()
    bench.setParent(engine)  # what the panel looks at goes after the panel
    engine.setInitialProperties({"bench": bench})
    engine.load(QUrl.fromLocalFile(str(Path(__file__).with_name("BenchPanel.qml"))))
    return engine


def _side_by_side(available: QRect, booth: QObject, panel: QObject) -> None:
    """The booth takes what the panel leaves; both are moved and sized before anybody sees them jump."""
    width = max(1024, min(1920, available.width() - _PANEL_WIDTH))
    height = min(1080, available.height())
    for window, (x, w) in ((booth, (0, width)), (panel, (width, _PANEL_WIDTH))):
        for name, value in (("x", available.x() + x), ("y", available.y()), ("width", w), ("height", height)):
            window.setProperty(name, value)


def _every(milliseconds: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(call)
    timer.start(milliseconds)
    return timer
