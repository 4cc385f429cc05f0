"""The whole line on real parts with no one touching: seed, sync, visit, sync, count, publish, and the checks of it all.

Writes OUT/report.json (docs/architecture.md gives its shape), OUT/screens, OUT/papers, OUT/election.bel.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from filelock import FileLock

from card_reader import VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo import neighbours
from kiosk.demo.town import DemoCard, Town, TownFailed, run_tool, tool
from kiosk.demo.walk import Taken, Walker, whole_visit
from kiosk.ui.window.local_counter import on_screen


@dataclass
class Report:
    """What report.json will say."""

    steps: list[dict[str, object]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    vote: dict[str, Any] = field(default_factory=dict)
    certificate: dict[str, Any] = field(default_factory=dict)
    sync: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        print(f"   {name} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        yield
        self.steps.append({"name": name, "seconds": round(time.monotonic() - began, 3)})

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            self.faults.append(what)

    def write(self, out: Path) -> None:
        text = {
            "ok": not self.faults,
            "faults": self.faults,
            "steps": self.steps,
            "vote": self.vote,
            "certificate": self.certificate,
            "sync": self.sync,
            "versions": versions(),
        }
        (out / "report.json").write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def walk_through(out: Path, state: Path) -> int:
    """Runs it; 0 only if every step and every check held. `state` keeps the town hall; one walk at a time uses it."""
    out.mkdir(parents=True, exist_ok=True)
    for old in ("screens", "papers"):
        shutil.rmtree(out / old, ignore_errors=True)
    state.parent.mkdir(parents=True, exist_ok=True)
    report = Report()
    try:
        with FileLock(state.with_name(state.name + ".lock")):
            _walk(out, Town(state), report)
    except Exception as error:  # the report is written whatever happened; it says what did
        report.faults.append(f"{type(error).__name__}: {error}")
        report.write(out)
        raise
    report.write(out)
    for fault in report.faults:
        print(f"   not so: {fault}", file=sys.stderr)
    return 1 if report.faults else 0


def _walk(out: Path, town: Town, report: Report) -> None:
    with report.step("town hall seeded"):
        town.seed()
    with report.step("vote open"):
        election = town.open_vote(datetime.now(UTC))
    booth = town.booths[0]
    with town.centre() as url:
        with report.step("booths pull"):
            for one in town.booths:
                _sync(town, one, url)
        with report.step("visit"):
            taken, papers = _visit(out, town, booth, url, election["election"], report)
        with report.step("neighbours vote"):
            _neighbours(town, booth, url, election["election"])
        with report.step("night sync"):
            done = _sync(town, booth, url)
            report.sync = {key: done[key] for key in ("sent", "accepted", "duplicate", "rejected")}
            report.check(done["sent"] >= 6 and done["rejected"] == 0, "all envelopes were sent and none rejected")
        _check_paper(out, town, url, taken, papers, report)
    _last_night(out, town, election, taken, report)


def _neighbours(town: Town, booth: str, url: str, election: str) -> None:
    cards = town.cards()
    neighbours.vote(settings.load(town.booth_file(booth), centre_url=url), cards, election, but=_elector(cards))


def _last_night(out: Path, town: Town, election: dict[str, Any], taken: Taken, report: Report) -> None:
    """The night after the vote's end, in a copy of the town: its clocks run ahead of all others, and must leave no
    trace in what the next demo begins with."""
    after = (datetime.fromisoformat(election["closes"]) + timedelta(minutes=1)).isoformat()
    with tempfile.TemporaryDirectory(prefix="last-night-") as folder:
        night = Town(Path(shutil.copytree(town.home, Path(folder) / "town")))
        with night.centre(at=after) as url:
            with report.step("every booth makes its closing statement"):
                for booth in night.booths:
                    _sync(night, booth, url, after)
            with report.step("vote closed, counted, published"):
                _count(out, night, election, after, report)
            _check_vote(url, election["election"], taken, report)


def _sync(town: Town, booth: str, url: str, at: str = "") -> dict[str, Any]:
    where = ("--config", str(town.booth_file(booth)), "--centre", url, *(("--at", at) if at else ()))
    done = run_tool("kiosk", "sync", "--once", *where, "--json")
    if not done["ok"]:
        raise TownFailed(f"the round was cut: {done['stages']}")
    return done


def _visit(out: Path, town: Town, booth: str, url: str, election: str, report: Report) -> tuple[Taken, list[Path]]:
    booth_settings = settings.load(town.booth_file(booth), centre_url=url)
    reader = VirtualReader()
    folder = booth_settings.printer.folder
    before = set(folder.glob("*.pdf"))
    card = _elector(town.cards())
    with wiring.open_booth(booth_settings, bench=wiring.Bench(reader=reader)) as opened:
        wiring.settle_after_start(opened)
        with on_screen(opened, size=(1920, 1080), fullscreen=False) as screen:
            walker = Walker(screen, reader, out / "screens")
            taken = whole_visit(walker, VirtualCard(card.image), card.pin, election)
            report.check(not screen.window.complaints, "the screens had nothing to complain about")
    report.steps += [{"name": f"visit: {step['name']}", "seconds": step["seconds"]} for step in walker.steps]
    papers = sorted(set(folder.glob("*.pdf")) - before)
    report.check(len(papers) == 1, "exactly one paper came out")
    (out / "papers").mkdir()
    return taken, [Path(shutil.copy(paper, out / "papers")) for paper in papers]


def _elector(cards: list[DemoCard]) -> DemoCard:
    return next(card for card in cards if card.kind == "elector")


def _count(out: Path, town: Town, election: dict[str, Any], after: str, report: Report) -> None:
    uuid = election["election"]
    for command in ("board", "close", "tally", "publish"):
        town.elections(command, "--election", uuid, "--at", after)
    archive = out / "election.bel"
    town.elections("archive", "--election", uuid, "--out", str(archive))
    counted = next(e for e in town.elections("list")["elections"] if e["election"] == uuid)
    report.vote = {"archive": archive.name, "election": uuid, "result": counted["result"]}
    signed = [f"--{name}={out / name}.json" for name in ("officials", "setup", "final")]
    tool("ballot_box", "verify", str(archive), *signed)


def _check_vote(url: str, election: str, taken: Taken, report: Report) -> None:
    with report.step("vote checked"):
        report.vote["tracker"] = taken.tracker
        for name, typed in (("the tracker", taken.tracker), ("its four groups", taken.groups)):
            answer = _page(f"{url}/votes/{election}/trackers?tracker={typed}")
            report.check('class="verdict on_board"' in answer, f"the centre's page finds {name} on the public board")
        counted = report.vote["result"]
        report.check(counted["ballots"] == 5 and sum(counted["counts"][0]) == 5, "these five votes were counted")


def _check_paper(out: Path, town: Town, url: str, taken: Taken, papers: list[Path], report: Report) -> None:
    with report.step("certificate checked"):
        report.certificate = {"number": taken.number, "code": taken.code}
        if not papers:
            return
        report.certificate["pdf"] = str(papers[0].relative_to(out))
        root = town.booth_file(town.booths[0]).parent / "anchors" / "seal-root.pem"
        tool("printing", "verify", str(papers[0]), "--trust", str(root))
        report.check(taken.number in _page(f"{url}/v/{taken.code}?lang=en"), "the centre knows the certificate")


def _page(address: str) -> str:
    with urlopen(address, timeout=10) as answer:  # noqa: S310  # our own loopback address
        page: bytes = answer.read()
    return page.decode("utf-8")


def versions() -> dict[str, str]:
    """The parts that this run stood on."""
    from ballot_box import tool_version

    parts = ("PySide6-Essentials", "sqlcipher3", "cryptography", "reportlab", "pyHanko", "SQLAlchemy")
    found = {part: version(part) for part in parts}
    return {
        "municipal-atm": version("municipal-atm"),
        "python": sys.version.split()[0],
        "belenios-tool": tool_version(),
    } | found
