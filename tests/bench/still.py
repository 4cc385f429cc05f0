"""How long the window of `kiosk run` stands still at most, through a whole visit in which reader, printer, store and
line are each held up by seconds.

Two processes as at the booth: this one is the window, and hands that touch it; the counter has the slow parts, and a
round of `kiosk sync` goes on against a slow centre. `python still.py HOME ELECTION` prints one JSON line.
"""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "support"))

import small_town
from beats import Beats, Stopwatch
from moved_counter import Hand, command
from PySide6.QtCore import QTimer
from slow_parts import HELD_UP, slow_round

from kiosk.counter import first_picture
from kiosk.demo.walk import Walker, whole_visit
from kiosk.ui.window.screen import Screen
from kiosk.ui.window.two_processes import run_in_two_processes

HELD_UP_SECONDS = 5.0


def main(home: Path, election: str) -> int:
    with slow_round(home, HELD_UP_SECONDS) as (sync, asked):
        found: dict[str, Any] = {}
        visit = partial(visited, home, election, sync, found)
        run_in_two_processes(
            command(home, slow=HELD_UP_SECONDS),
            first_picture.place(home / "kiosk.toml"),
            lambda screen: QTimer.singleShot(0, partial(visit, screen)),
        )
    held_up = json.loads((home / "held-up.json").read_text(encoding="utf-8"))
    if not found or not asked or not set(held_up) >= HELD_UP:
        print(f"the visit was not whole, or not slow: {sorted(held_up)}", file=sys.stderr)
        return 1
    print(json.dumps(found | {"held_up_calls": sum(held_up.values())}))
    return 0


def visited(home: Path, election: str, sync: subprocess.Popen[bytes], found: dict[str, Any], screen: Screen) -> None:
    try:
        walker = Walker(screen, Hand(home))
        beats = Beats(screen.window.window, lambda: walker.shows)
        whole_visit(walker, "card", small_town.PIN, election)
        walker.wait(lambda: sync.poll() is not None, "the end of the round")
        beats.stop()
        found |= {"beats": said(beats.beats), "frames": said(beats.frames)}
    finally:
        screen.app.quit()


def said(watch: Stopwatch) -> dict[str, float | int | str]:
    """Milliseconds."""
    worst = watch.worst
    return {
        "count": len(watch.gaps),
        "most_ms": round(worst.ours, 1),
        "most_by_the_clock_ms": round(max(gap.wall for gap in watch.gaps), 1),
        "during": worst.during,
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
