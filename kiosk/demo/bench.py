"""The booth in a window, and the bench panel beside it: cards to put in and pull, a line to cut, a round to run."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import Property, QObject, QProcess, QRect, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
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
# Of the booth beside it: on a laptop of 1366 the panel must not stand off the screen.
_NARROWEST = 800
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
        *,
        scanner: SimulatedScanner | None = None,
        vote: str = "",
    ) -> None:
        super().__init__()
        self.url, self._signed, self._vote = url, town.url, vote
        self.file, self.reader, self.headphones = town.booth_file(booth), reader, headphones
        self.scanner = scanner or SimulatedScanner()
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
        return self.headphones.plugged

    @Property(str, notify=changed)
    def said(self) -> str:
        """What the last round said."""
        return self._said

    @Property(str, constant=True)
    def site(self) -> str:
        return self.url

    @Property(list, constant=True)
    def addresses(self) -> list[dict[str, str]]:
        """Where the QR codes of papers and votes lead, each with its words; they open in this machine's browser."""
        votes = [("Η ψηφοφορία και οι κωδικοί παρακολούθησης", f"/votes/{self._vote}/trackers")] if self._vote else []
        pages = [("Οι σελίδες του Δήμου", "/"), ("Έλεγχος χαρτιού: προσθέστε τον κωδικό του", "/v/"), *votes]
        return [{"words": words, "url": self.url + path} for words, path in pages]

    @Property(str, constant=True)
    def elsewhere(self) -> str:
        """The address on papers, where it is not this demo's: another program was there first."""
        return "" if self.url == self._signed else self._signed

    @Slot(str)
    def open(self, url: str) -> None:
        QDesktopServices.openUrl(QUrl(url))

    @Slot(int)
    def insert(self, index: int) -> None:
        if self._inside >= 0:
            self.reader.remove()
        self.reader.insert(self._cards[index][1])
        self._inside = index
        self.changed.emit()

    @Slot()
    def pull(self) -> None:
        if self._inside >= 0:
            self.reader.remove()
            self._inside = -1
            self.changed.emit()

    @Slot(bool)
    def plug(self, plugged: bool) -> None:
        if plugged:
            self.headphones.plug()
        else:
            self.headphones.unplug()
        self.changed.emit()

    @Slot(str, result=bool)
    def scan(self, text: str) -> bool:
        """Holds a code before the scanner. False: no page waits for one."""
        return self.scanner.scan(text)

    @Slot(bool)
    def cutLine(self, cut: bool) -> None:
        self._cut = cut
        self.changed.emit()

    @Slot()
    def sync(self) -> None:
        """A round by the booth's own command, in a process of its own as at night."""
        if self._round is not None:
            return
        url = _NOWHERE if self._cut else self.url
        self._round = QProcess(self)
        self._round.finished.connect(self._round_done)
        file = str(self.file)
        self._round.start(
            sys.executable, ["-m", "kiosk", "sync", "--once", "--config", file, "--centre", url, "--json"]
        )

    def _round_done(self, code: int) -> None:
        output = bytes(self._round.readAllStandardOutput().data()).decode() if self._round else ""
        self._round = None
        self._said = _in_words(code, output)
        self.changed.emit()


def _label(card: DemoCard) -> dict[str, str]:
    return {
        "label": card.label_el,
        "english": card.label_en,
        "pin": card.pin,
        "number": card.number,
        "blockCode": card.block_code,
    }


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
    vote = town.open_vote(datetime.now(UTC))
    booth = town.booths[0]
    with town.centre(as_signed=True) as url, stopped_by_signals(application()):
        first = [sys.executable, "-m", "kiosk", "sync", "--once", "--config", str(town.booth_file(booth))]
        subprocess.run([*first, "--centre", url], check=False)
        bench = Bench(town, booth, url, VirtualReader(), SimulatedHeadphones(), vote=str(vote["election"]))
        panel = _panel(bench)
        ticking = _every(_ROUND_EVERY_MS, bench.sync)
        print(f"   the centre's public pages: {url}", file=sys.stderr)
        while (code := _serve(bench, panel.rootObjects()[0], ready)) is None:
            ready = _nothing
        ticking.stop()
        return code


def _nothing() -> None:
    """Both windows stood already."""


def _serve(bench: Bench, panel: QObject, ready: Callable[[], None]) -> int | None:
    """The booth's window until it is closed; then its exit code. None: a technician wants it to start anew, which a
    real booth's machine does for it."""
    file = bench.file
    with wiring.open_booth(
        settings.load(file, centre_url=bench.url),
        bench=wiring.Bench(reader=bench.reader, scanner=bench.scanner),
        config=file,
    ) as booth:
        wiring.settle_after_start(booth)
        with on_screen(booth, fullscreen=False, headphones=bench.headphones) as screen:
            _side_by_side(screen.app.primaryScreen().availableGeometry(), screen.window.window, panel)
            again: list[None] = []
            screen.stage.restartWanted.connect(lambda: again.append(None))
            screen.stage.restartWanted.connect(screen.app.quit)
            screen.window.window.visibleChanged.connect(lambda seen: None if seen else screen.app.quit())
            ready()
            code = int(screen.app.exec())
            return None if again else code


def _panel(bench: Bench) -> QQmlApplicationEngine:
    engine = QQmlApplicationEngine()
    bench.setParent(engine)  # what the panel looks at goes after the panel
    engine.setInitialProperties({"bench": bench})
    engine.load(QUrl.fromLocalFile(str(Path(__file__).with_name("BenchPanel.qml"))))
    return engine


def _side_by_side(available: QRect, booth: QObject, panel: QObject) -> None:
    """The booth takes what the panel leaves; both are moved and sized before anybody sees them jump."""
    width = max(_NARROWEST, min(1920, available.width() - _PANEL_WIDTH))
    height = min(1080, available.height())
    for window, (x, w) in ((booth, (0, width)), (panel, (width, _PANEL_WIDTH))):
        for name, value in (("x", available.x() + x), ("y", available.y()), ("width", w), ("height", height)):
            window.setProperty(name, value)


def _every(milliseconds: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(call)
    timer.start(milliseconds)
    return timer
