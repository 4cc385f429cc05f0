"""Reader, printer, store and line each held up by five seconds: the window goes on drawing and answering."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import small_town as st
from beats import Beats
from slow_parts import Delay, SlowPrinter, SlowReader, SlowStore, slow_server

from card_reader import VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.walk import Walker
from kiosk.ui.near import on_screen

LIMIT_MS = 100


@contextmanager
def slow_booth(home: Path, delay: Delay, size=(1920, 1080)) -> Iterator[tuple[Walker, Beats]]:
    reader = VirtualReader()
    loaded = settings.load(home / "kiosk.toml")
    with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
        slow = replace(
            booth,
            reader=SlowReader(reader, delay),
            printer=SlowPrinter(booth.printer, delay),
            store=SlowStore(booth.store, delay),
        )
        with on_screen(slow, size=size) as screen:
            delay.on = True  # the window stands; from here on nothing may wait for a device
            walker = Walker(screen, reader)
            beats = Beats(screen.window.window, lambda: walker.shows)
            yield walker, beats
            beats.stop()
            assert screen.window.complaints == []


@contextmanager
def slow_round(home: Path, seconds: float) -> Iterator[tuple[subprocess.Popen, list[str]]]:
    """A round with a slow centre, in a process of its own as at night."""
    with slow_server(seconds) as (url, asked):
        config = str(home / "kiosk.toml")
        command = [sys.executable, "-m", "kiosk", "sync", "--once", "--config", config, "--centre", url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            yield process, asked
            process.wait(60)


def vote(walker: Walker, election: str) -> None:
    walker.touch("tile_participation")
    walker.expect("CategoryPage", "participation")
    walker.touch(f"entry_vote:{election}")
    walker.expect("Ballot", "ballot")
    while walker.shows == "Ballot":
        walker.touch("answer_0")
        walker.settle()
        walker.touch("primary")
        walker.settle()
    walker.touch("primary")
    walker.expect("VoteDone", "vote-done")
    walker.touch("back")
    walker.expect("Menu", "menu-again")


def certificate(walker: Walker) -> None:
    walker.touch("tile_documents")
    walker.expect("CategoryPage", "documents")
    walker.touch("entry_family_status")
    walker.expect("CertificateOffer", "certificate")
    walker.touch("primary")
    walker.expect("CertificateDone", "certificate-done")


@pytest.mark.timeout(240, func_only=True)
def test_the_window_goes_on_while_everything_else_is_slow(town, home: Path, record_property) -> None:
    (home / "kiosk.toml").write_text(st.TOML.replace("timeout_seconds = 2", "timeout_seconds = 20"), encoding="utf-8")
    delay = Delay(5, 0.5)
    with slow_booth(home, delay) as (walker, beats), slow_round(home, 5) as (process, asked):
        walker.wait(lambda: walker.shows == "Attract", "the attract screen")
        walker.insert(VirtualCard(town.cards[st.ANNA]))
        walker.expect("PinEntry", "pin")
        walker.type_pin(st.PIN)
        walker.expect("Menu", "menu")
        vote(walker, town.election.election)
        certificate(walker)
        walker.touch("primary")
        walker.expect("TakeCard", "take-card")
        walker.remove()
        walker.expect("Attract", "attract-again")
        walker.wait(lambda: process.poll() is not None, "the end of the round")
    worst, frame = beats.beats.worst, beats.frames.worst
    print(
        f"largest gap between {len(beats.beats.gaps)} beats: {worst}; between {len(beats.frames.gaps)} frames: {frame}"
    )
    record_property("largest_gap_ms", round(worst.ours, 1))
    record_property("largest_frame_gap_ms", round(frame.ours, 1))
    assert {"connect", "transmit 20", "reading", "writing", "ready", "print"} <= set(delay.calls)
    assert asked and threading.get_ident() not in delay.threads
    assert len(beats.beats.gaps) > 1000 and len(beats.frames.gaps) > 1000
    assert worst.ours <= LIMIT_MS, str(worst)
    assert frame.ours <= LIMIT_MS, str(frame)
