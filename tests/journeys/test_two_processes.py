"""`kiosk run` as it is: a window that holds nothing of the booth, and the counter behind it. Either may die."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import small_town as st
from beats import Beats
from moved_counter import Hand, command
from PySide6.QtCore import QTimer
from waiting import running, until

from kiosk import settings
from kiosk.counter import Opening, closed, first_picture
from kiosk.counter.line import Kind, Listener, heard, said, send
from kiosk.demo.patience import pause
from kiosk.demo.walk import Walker, whole_visit
from kiosk.ui.window import remote_counter as far
from kiosk.ui.window.app import application
from kiosk.ui.window.remote_counter import Line, RemoteCounter, show
from kiosk.ui.window.screen import Screen, standing
from kiosk.ui.window.two_processes import run_in_two_processes
from municipality.failures import BoothCode

OFFSCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}


@contextmanager
def counter_of(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    ours, theirs = socket.socketpair()
    with (
        ours,
        subprocess.Popen([*command(home), "--line", str(theirs.fileno())], pass_fds=[theirs.fileno()]) as process,
    ):
        theirs.close()
        try:
            yield process, ours
        finally:
            ours.close()
            try:
                process.wait(30)
            finally:
                process.kill()


def opening_at(line: socket.socket) -> tuple[Opening, Line]:
    """What the counter says first, waited for without an event loop."""
    application()
    listener, messages = Listener(line), list[tuple[Kind, bytearray]]()
    while not messages:
        messages = listener.receive()
    (kind, content), *rest = messages
    assert kind is Kind.OPENING and not rest
    return Opening.from_json(heard(content)), Line(line)


@pytest.mark.timeout(300, func_only=True)
def test_a_whole_visit_between_two_processes(town, home: Path) -> None:
    (home / "card.json").write_text(town.cards[st.ANNA].to_json(), encoding="utf-8")
    hand = Hand(home)

    class Named:
        def insert(self, name: str) -> None:
            hand.insert(name)

        def remove(self) -> None:
            hand.remove()

    with counter_of(home) as (process, end):
        opening, line = opening_at(end)
        frame = replace(opening.frame, width=1280, height=1024, fullscreen=False)
        counter = RemoteCounter(line, opening.showing)
        with standing(counter, opening.stage, frame, opening.hearing) as screen:
            taken = whole_visit(Walker(screen, Named()), "card", st.PIN, town.election.election)
            assert screen.window.complaints == []
        line.close()
    assert process.returncode == 0
    assert len(taken.tracker) > 20 and taken.number.startswith("ΔΟΚ1/")


def test_the_windows_process_loads_nothing_of_the_booth() -> None:
    """Neither what holds keys, cards and personal data, nor what reads the store: a picture needs none of it."""
    code = (
        "import sys, kiosk.commands.cli; from kiosk.ui.window import remote_counter, two_processes; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env=OFFSCREEN,
    ).stdout.split()  # fmt: skip
    tops = {".".join(name.split(".")[:2]) if name.startswith("kiosk.") else name.split(".")[0] for name in loaded}
    assert "PySide6" in tops and "kiosk.counter" in tops
    strangers = {
        *(
            "kiosk.desk",
            "kiosk.identity",
            "kiosk.kernel",
            "kiosk.matters",
            "kiosk.syncing",
            "kiosk.technician",
            "kiosk.store",
            "kiosk.settings",
            "kiosk.wiring",
            "card_reader",
            "sync",
        ),
        *("printing", "ballot_box", "pydantic", "sqlalchemy", "sqlcipher3", "cryptography", "joserfc", "smartcard"),
        *("requests", "email", "babel"),
    }
    assert tops & strangers == set()


def kiosk_run(home: Path, *, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "run", "--config", str(home / "kiosk.toml")],
        env=OFFSCREEN, stderr=subprocess.PIPE, text=True, cwd=cwd,
    )  # fmt: skip


def child_of(pid: int) -> int:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(text[0]) if text else 0


def handles_signals(pid: int) -> bool:
    """Whether the process has a handler for SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def standing_pair(process: subprocess.Popen[str], home: Path) -> int:
    """The counter's process id, once it has said its opening and the window is there to hear it."""
    until(lambda: first_picture.place(home / "kiosk.toml").exists() and handles_signals(process.pid), 60)
    return child_of(process.pid)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_both_end_well(home: Path, how: signal.Signals) -> None:
    with kiosk_run(home) as process:
        counter = standing_pair(process, home)
        process.send_signal(how)
        assert process.wait(60) == 0
    assert not running(counter)


@pytest.mark.parametrize("after", [0, 0.2, 0.4, 0.6, 0.8, 1.1])
def test_told_to_end_while_they_start_both_end_soon(home: Path, after: float) -> None:
    """Before Qt is there, while the window is made, before the counter listens, while it opens the store."""
    with counter_of(home) as (_, end):
        opening_at(end)[1].close()  # there is a first picture from now on
    with kiosk_run(home) as process:
        time.sleep(after)
        counter = child_of(process.pid)
        process.terminate()
        assert process.wait(60) in (0, -signal.SIGTERM)
    until(lambda: not counter or not running(counter), 60)


def test_what_lies_in_the_folder_is_not_loaded_beside_the_keys(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "pydantic.py").write_text("raise SystemExit(99)")
    with kiosk_run(home, cwd=folder) as process:
        standing_pair(process, home)
        process.terminate()
        assert process.wait(60) == 0


def test_a_window_that_somebody_closes_ends_the_booth(home: Path) -> None:
    with counter_of(home) as (_, end):
        opening_at(end)[1].close()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        kept = first_picture.place(home / "kiosk.toml")
        assert show(ours, kept, lambda screen: QTimer.singleShot(100, screen.window.window.close)) == "window"


def test_a_window_that_is_killed_takes_its_counter_with_it(home: Path) -> None:
    with kiosk_run(home) as process:
        counter = standing_pair(process, home)
        process.kill()
    until(lambda: not running(counter))
    with kiosk_run(home) as again:  # nothing is held: the next one opens
        standing_pair(again, home)
        again.terminate()
        assert again.wait(60) == 0


def test_a_counter_that_is_killed_ends_the_window_with_a_fault(home: Path) -> None:
    """Whoever keeps the booth running then starts both anew."""
    with kiosk_run(home) as process:
        os.kill(standing_pair(process, home), signal.SIGKILL)
        assert process.wait(60) == 1


def test_the_first_picture_stands_before_the_counter_has_said_anything(home: Path) -> None:
    with counter_of(home) as (_, end):
        opening, line = opening_at(end)
        line.close()
    kept = first_picture.place(home / "kiosk.toml")
    assert first_picture.read(kept) is not None
    ours, theirs = socket.socketpair()
    seen: list[tuple[str, str, str]] = []

    def look(screen: Screen) -> None:
        stage = screen.stage
        seen.append((stage.screen, stage.view["title"], stage.clock["time"]))
        if len(seen) == 1:
            stage.openSheet("help")  # what needs no counter works at once
            assert stage.sheet == "help"
            stage.closeSheet()
            # the counter comes, and the settings are others than they were
            other = replace(opening, stage=replace(opening.stage, demo=not opening.stage.demo))
            send(theirs, Kind.OPENING, said(other.to_json()))
        else:
            assert stage.demo is not opening.stage.demo
            theirs.close()

    show(ours, kept, lambda screen: QTimer.singleShot(300, lambda: look(screen)))
    ours.close()
    assert seen[0] == ("Attract", "Καλώς ήρθατε", "") and seen[1][0] == "Attract" and len(seen) == 2
    assert json.loads(kept.read_bytes())["opening"]["showing"]["clocks"]["el"]["time"] == ""


def test_a_counter_that_is_long_in_coming_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with counter_of(home) as (_, end):
        opening, line = opening_at(end)
        line.close()
    monkeypatch.setattr(far, "LATE_MS", 200)
    ours, theirs = socket.socketpair()
    seen: list[tuple[str, str]] = []

    def look(screen: Screen) -> None:
        now = (screen.stage.screen, screen.stage.view.get("code", ""))
        if not seen and now[0] == "Closed":
            screen.stage.back()  # «I have lost my card», on a picture that no counter shows
            send(theirs, Kind.OPENING, said(opening.to_json()))
            seen.append(now)
        elif seen and now[0] != "Closed":
            theirs.close()
            seen.append(now)
        if len(seen) < 2:
            QTimer.singleShot(100, lambda: look(screen))

    show(ours, first_picture.place(home / "kiosk.toml"), look)
    ours.close()
    assert seen == [("Closed", "X08"), ("Attract", "")]


def test_a_counter_that_stands_still_does_not_hold_up_the_window(home: Path) -> None:
    with counter_of(home) as (process, end):
        opening, line = opening_at(end)
        frame = replace(opening.frame, width=1280, height=1024, fullscreen=False)
        with standing(RemoteCounter(line, opening.showing), opening.stage, frame, opening.hearing) as screen:
            pause(1500)
            gc.collect()
            gc.freeze()  # what other tests left in this process is not looked through while this window is timed
            process.send_signal(signal.SIGSTOP)
            beats = Beats(screen.window.window, lambda: screen.stage.screen)
            hands = Walker(screen, None)
            for sheet in ("help", "accessibility"):
                hands.touch(sheet)
                pause(700)
                assert screen.stage.sheet == sheet
                screen.stage.closeSheet()
                pause(700)
            beats.stop()
            gc.unfreeze()
            process.send_signal(signal.SIGCONT)
            pause(500)
            assert line.ended is None
        line.close()
    # It stood still for three seconds; what the window keeps below is the bench's (scripts/bench screens).
    assert max(beats.beats.worst.ours, beats.frames.worst.ours) < 1000, (beats.beats.worst, beats.frames.worst)


def test_a_refusal_is_the_windows_exit_code_also_over_an_old_picture(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with counter_of(home) as (_, end):
        opening_at(end)[1].close()
    toml = home / "kiosk.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "\n[unknown]\nkey = 1\n", encoding="utf-8")
    counter = [sys.executable, "-m", "kiosk", "counter", "--config", str(toml)]
    assert run_in_two_processes(counter, first_picture.place(toml)) == 78
    assert not first_picture.place(toml).exists(), "it greets nobody while it is tried again"
    assert "unknown" in capfd.readouterr().err


def test_a_booth_that_does_not_open_says_on_its_screen_that_it_is_closed(home: Path) -> None:
    ours, theirs = socket.socketpair()
    seen: list[tuple[str, str, str]] = []

    def look(screen: Screen) -> None:
        screen.stage.back()  # a touch of a closed booth does nothing
        seen.append((screen.stage.screen, screen.stage.view["code"], screen.stage.clock["time"]))
        application().quit()

    loaded = settings.load(home / "kiosk.toml")
    behind = threading.Thread(target=closed.stand, args=(loaded, BoothCode.STORE_GONE, theirs))
    behind.start()
    show(ours, first_picture.place(home / "kiosk.toml"), lambda screen: QTimer.singleShot(300, lambda: look(screen)))
    ours.close()
    behind.join(10)
    theirs.close()
    assert seen == [("Closed", "X10", "")] and not behind.is_alive(), "it goes with its window"
