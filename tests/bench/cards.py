"""How long from a card present to the menu, against the same APDUs sent raw over the same line. See docs/bench.md.

    python tests/bench/cards.py [--rounds N] [--json FILE]      (scripts/bench cards)

In memory and behind the real pcscd (vpcd). What is measured is the booth's own work: connect, examine, PIN, presence,
dossier opened, votes offered. The path validation of the three certificates is timed apart and taken off.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE), str(HERE.parent / "support")]

import goals  # noqa: E402
import small_town as st  # noqa: E402
from pcscd import running_pcscd  # noqa: E402

from card_reader import (  # noqa: E402
    Connection,
    PcscReader,
    Pin,
    Present,
    Reader,
    ReaderState,
    VirtualCard,
    VirtualReader,
    Vpicc,
    profile,
)
from kiosk import settings, wiring  # noqa: E402
from kiosk.identity import signing_in  # noqa: E402
from kiosk.kernel.booth import Booth  # noqa: E402
from kiosk.matters.votes import service as voting  # noqa: E402
from sync import inbox  # noqa: E402

GOAL = 1.3


class Recorded:
    """A reader whose lines keep the APDUs and the moment of the first and the last."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.sent, self.on_the_line = reader, [], 0.0

    @property
    def name(self) -> str:
        return self.reader.name

    def watch(self, listener: Callable[[ReaderState], None]) -> object:
        return self.reader.watch(listener)

    def connect(self) -> Connection:
        self.line = self.reader.connect()
        return self

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self.sent.append(bytes(apdu))  # a test PIN
        began = time.perf_counter()
        answer = self.line.transmit(apdu)
        self.on_the_line += time.perf_counter() - began
        return answer

    def close(self) -> None:
        self.line.close()


class Stopwatch:
    """Seconds spent in path validation."""

    def __init__(self) -> None:
        self.seconds, self._path = 0.0, profile.path

    def __enter__(self) -> Stopwatch:
        profile.path = self._timed
        return self

    def __exit__(self, *_: object) -> None:
        profile.path = self._path

    def _timed(self, *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._path(*given)
        finally:
            self.seconds += time.perf_counter() - began


def to_menu(booth: Booth) -> float:
    """Seconds from the card's presence to what the menu needs."""
    began = time.perf_counter()
    asked = signing_in.begin(booth)
    assert isinstance(asked, signing_in.AskPin), asked
    session = signing_in.unlock(booth, asked, Pin(st.PIN))
    assert isinstance(session, signing_in.Session), session
    voting.offered(booth, session)
    taken = time.perf_counter() - began
    session.connection.close()
    return taken


def raw(reader: Reader, apdus: list[bytes]) -> float:
    began = time.perf_counter()
    line = reader.connect()
    for apdu in apdus:
        line.transmit(apdu)
    taken = time.perf_counter() - began
    line.close()
    return taken


def measure(home: Path, reader: Reader, rounds: int) -> dict[str, float | int]:
    recorded = Recorded(reader)
    loaded = settings.load(home / "kiosk.toml")
    whole, bare, paths, line = [], [], [], []
    with wiring.open_booth(loaded, bench=wiring.Bench(reader=recorded)) as booth, Stopwatch() as validation:
        to_menu(booth)  # once, so that everything is loaded
        apdus = list(recorded.sent)
        for _ in range(rounds):  # in turns: the machine is as busy for the one as for the other
            time.sleep(0.2)  # a booth rests between visits; a loop without rest is served last on a busy machine
            validation.seconds = recorded.on_the_line = 0.0
            whole.append(to_menu(booth))
            paths.append(validation.seconds)
            line.append(recorded.on_the_line)
            bare.append(raw(reader, apdus))
    own = [w - p - n for w, p, n in zip(whole, paths, line, strict=True)]
    middle = {name: statistics.median(times) for name, times in (("w", whole), ("r", bare), ("p", paths), ("l", line))}
    return {
        "apdus": len(apdus),
        "to_menu_ms": round(1000 * middle["w"], 2),
        "raw_ms": round(1000 * middle["r"], 2),
        "on_the_line_ms": round(1000 * middle["l"], 2),
        "path_validation_ms": round(1000 * middle["p"], 2),
        "own_work_ms": round(1000 * statistics.median(own), 2),
        "ratio": round((middle["w"] - middle["p"]) / middle["r"], 2),
    }


@contextmanager
def over_vpcd(card: VirtualCard) -> Iterator[Reader]:
    with running_pcscd() as pcscd:
        reader, vpicc = PcscReader(pcscd.reader), Vpicc(card, port=pcscd.port)
        states: list[ReaderState] = []
        watch = reader.watch(states.append)
        vpicc.insert()
        while not any(isinstance(state, Present) for state in states):
            time.sleep(0.01)
        watch.stop()
        try:
            yield reader
        finally:
            vpicc.remove()


def prepared(folder: Path) -> tuple[st.SmallTown, Path]:
    town = st.build(folder)
    with wiring.open_booth(settings.load(town.home / "kiosk.toml")) as booth, booth.store.writing() as connection:
        for item in town.items:
            inbox.store_item(connection, item)
    return town, town.home


class Chip(VirtualCard):
    """As slow as a token's chip, whose line the booth really shares: an assumed 50 ms for a private key, 3 ms else."""

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        time.sleep(0.05 if apdu[1] == 0x87 else 0.003)
        return super().transmit(apdu)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench cards", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", type=Path, metavar="FILE")
    goals.add_strict(parser)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-cards-") as scratch:
        town, home = prepared(Path(scratch) / "town")
        image = town.cards[st.ANNA]
        report: dict[str, dict[str, float | int]] = {}
        for name, kind in (("memory", VirtualCard), ("memory, as slow as a chip", Chip)):
            reader = VirtualReader()
            reader.insert(kind(image))
            report[name] = measure(home, reader, options.rounds)
        for name, kind in (("vpcd", VirtualCard), ("vpcd, as slow as a chip", Chip)):
            with over_vpcd(kind(image)) as real:
                report[name] = measure(home, real, options.rounds)
    print(f"{'':28}{'APDUs':>6}{'to menu':>9}{'raw':>9}{'paths':>8}{'own':>8}{'ratio':>7}   (ms; goal {GOAL})")
    for name, one in report.items():
        print(
            f"{name:28}{one['apdus']:>6}{one['to_menu_ms']:>9}{one['raw_ms']:>9}{one['path_validation_ms']:>8}"
            f"{one['own_work_ms']:>8}{one['ratio']:>7}   {'yes' if one['ratio'] <= GOAL else 'NO'}"
        )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return goals.end((name for name, one in report.items() if one["ratio"] > GOAL), strict=options.strict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
