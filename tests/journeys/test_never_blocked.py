"""Reader, printer, store and line each held up by five seconds: the window goes on drawing and answering.

How still it stands at most, in milliseconds, is measured at the two processes of `kiosk run` (scripts/bench screens).
Here counter and window share a process and the machine is busy with other tests, so a gap counts as a stand-still only
where it nears what a part was held up by.
"""

import threading
from pathlib import Path

import pytest
import small_town as st
from beats import Beats
from slow_parts import HELD_UP, Delay, slow_round, slowed

from card_reader import VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.walk import Walker, whole_visit
from kiosk.ui.window.local_counter import on_screen

HELD_UP_SECONDS = 5
STANDS_STILL_MS = 1000 * HELD_UP_SECONDS / 2


@pytest.mark.timeout(400, func_only=True)
def test_the_window_goes_on_while_everything_else_is_slow(town, home: Path) -> None:
    (home / "kiosk.toml").write_text(st.TOML.replace("timeout_seconds = 2", "timeout_seconds = 20"), encoding="utf-8")
    delay, reader = Delay(HELD_UP_SECONDS, 0.5), VirtualReader()
    loaded = settings.load(home / "kiosk.toml")
    with (
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        on_screen(slowed(booth, delay), size=(1920, 1080)) as screen,
        slow_round(home, HELD_UP_SECONDS) as (process, asked),
    ):
        delay.on = True  # the window stands; from here on nothing may wait for a device
        walker = Walker(screen, reader)
        beats = Beats(screen.window.window, lambda: walker.shows)
        whole_visit(walker, VirtualCard(town.cards[st.ANNA]), st.PIN, town.election.election)
        walker.wait(lambda: process.poll() is not None, "the end of the round")
        beats.stop()
        assert screen.window.complaints == []
    assert set(delay.calls) >= HELD_UP and asked
    assert threading.get_ident() not in delay.threads, "the window's own thread waited for a part"
    assert len(beats.beats.gaps) > 1000 and len(beats.frames.gaps) > 1000
    assert beats.beats.worst.ours < STANDS_STILL_MS, str(beats.beats.worst)
    assert beats.frames.worst.ours < STANDS_STILL_MS, str(beats.frames.worst)
