"""Measures the booth, and beside it in the same run Chromium showing the same screens. See docs/bench.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import goals  # noqa: E402
import small_town  # noqa: E402
import usage  # noqa: E402
from actors import WAY, Actor, Booth, Peer, end  # noqa: E402
from display import HEIGHT, WIDTH, Display, probe, screen  # noqa: E402

from kiosk import settings, wiring  # noqa: E402
from sync import inbox  # noqa: E402

# The header keeps a clock, and the third card of the first screen the notices, which come a moment later.
_BELOW_HEADER = (0, 130, WIDTH, HEIGHT)
_FIRST = (0, 130, 1240, HEIGHT)
_SETTLE = 1.0
# A touch too soon after a change is ignored by the booth; the peer is given the same rest.
_REST = 0.5
GOALS = {
    "booth start (s)": 1.0,
    "booth press to paint p95 (ms)": 50.0,
    "booth RSS (MB)": 150.0,
    "booth stands still at most (ms)": 100.0,
    "start ratio": 0.4,
    "PSS ratio": 0.5,
    "tap to next screen ratio": 0.7,
}


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, screen() as display:
        report = measure(display, Path(scratch), options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    reached = report["figures"].items()
    return goals.end((name for name, value in reached if value > GOALS[name]), strict=options.strict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")
    parser.add_argument("--starts", type=int, default=7, help="cold starts of each (default 7)")
    parser.add_argument("--rounds", type=int, default=12, help="rounds over the screens (default 12)")
    parser.add_argument("--no-peer", action="store_true", help="only the booth, without Chromium")
    return goals.add_strict(parser)


def measure(display: Display, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    home, election = make_town(scratch)
    slow_home = Path(shutil.copytree(home, scratch / "slow"))
    actors: list[Actor] = [Booth(display, home, small_town.PIN, moved=False)]
    if shutil.which("chromium") and not options.no_peer:
        actors.append(Peer(display, scratch / "profile"))
    report: dict[str, Any] = {"machine": machine(), "starts": options.starts, "rounds": options.rounds}
    starts = cold_starts(display, actors, options.starts)
    for actor in actors:
        clock, work = zip(*starts[actor.name], strict=True)
        report[actor.name] = {"start_s": summary(list(clock)), "start_cpu_s": summary(list(work))}
    if isinstance(actors[0], Booth):
        actors[0] = Booth(display, home, small_town.PIN, moved=True)
    for actor in actors:
        report[actor.name] |= visits(display, actor, options.rounds)
    report["booth"]["stands_still"] = stands_still(display, slow_home, election)
    report["ratios"] = ratios(report)
    report["figures"] = figures(report)
    return report


def make_town(scratch: Path) -> tuple[Path, str]:
    """A booth's folder with one card and everything pulled, and the running election. `headphones` and the rest as on a
    fresh machine."""
    town = small_town.build(scratch / "town")
    with (
        wiring.open_booth(settings.load(town.home / "kiosk.toml")) as booth,
        booth.store.writing() as connection,
    ):
        for item in town.items:
            inbox.store_item(connection, item)
    (town.home / "card.json").write_text(town.cards[small_town.ANNA].to_json(), encoding="utf-8")
    toml = small_town.TOML.replace("width = 1280\nheight = 1024\nfullscreen = false", "fullscreen = true")
    (town.home / "kiosk.toml").write_text(toml, encoding="utf-8")
    return town.home, town.election.election


@contextmanager
def running(display: Display, actor: Actor) -> Iterator[float]:
    """The moment it was started. The screen is black before and after."""
    started = time.monotonic()
    actor.start()
    try:
        yield started
    finally:
        end(actor.process)
        deadline = time.monotonic() + 10
        while any(display.look()[: 4 * WIDTH * 200]) and time.monotonic() < deadline:
            time.sleep(0.05)


def cold_starts(display: Display, actors: list[Actor], count: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds from the start of the process to its first whole picture, by the clock and of processor, in turns.

    One start of each goes before: it fills the disk's cache and the browser's profile, and shows the first picture.
    """
    empty = display.look()
    wanted, taken = {}, {actor.name: [] for actor in actors}
    for actor in actors:
        with running(display, actor):
            time.sleep(6)
            pictures = [display.look() for _ in range(6) if time.sleep(0.4) is None]
            wanted[actor.name] = probe(empty, *pictures, box=_FIRST, count=40)
    for _ in range(count):
        for actor in random.sample(actors, len(actors)):
            with running(display, actor) as started:
                whole = display.wait(wanted[actor.name], 60, every=0.005) - started
                taken[actor.name].append((whole, usage.work(actor.process.pid)))
    return taken


def visits(display: Display, actor: Actor, rounds: int) -> dict[str, Any]:
    """Rounds over the screens, each touch timed to the last pixel; then memory."""
    with running(display, actor):
        time.sleep(4)
        actor.to_menu()
        presses = press_to_paint(display, actor, rounds)
        taps = tap_to_next(display, actor, rounds)
        found: dict[str, Any] = {
            "press_ms": summary(presses),
            "tap_ms": summary([each for all_of_one in taps.values() for each in all_of_one]),
            "tap_ms_by_step": {name: round(statistics.median(each), 1) for name, each in taps.items()},
        }
        if isinstance(actor, Booth):
            found["rss_mb_before_acts"] = round(usage.rss(actor.process.pid), 1)
            actor.acts()
        return found | {
            "pss_mb": round(usage.pss(actor.process.pid), 1),
            "processes": len(usage.tree(actor.process.pid)),
            "rss_mb": round(usage.rss(actor.process.pid), 1),
            "rss_peak_mb": round(usage.peak(actor.process.pid), 1),
        }


def press_to_paint(display: Display, actor: Actor, count: int) -> list[float]:
    """Milliseconds from a finger on a tile to the tile's changed look. The finger slides off, so nothing opens."""
    x, y = actor.place("tile_participation")
    box = actor.box("tile_participation")
    display.move(x, y)
    time.sleep(_SETTLE)
    up = display.look()
    display.press()
    time.sleep(_SETTLE)
    down = probe(up, display.look(), box=box)
    taken = []
    for _ in range(count * 2):
        _slide_off(display)
        display.move(x, y)
        time.sleep(random.uniform(0.2, 0.3))  # so that the touches do not march in step with anybody's frames
        pressed = display.press()
        taken.append(1000 * (display.wait(down, 10) - pressed))
    _slide_off(display)
    return taken


def _slide_off(display: Display) -> None:
    display.move(1900, 540)
    display.release()
    time.sleep(0.2)


def tap_to_next(display: Display, actor: Actor, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from a finger lifted to the last pixel of what comes next."""
    pictures, places, now = {"menu": _still(display)}, [], "menu"
    for name, then in WAY:  # once slowly, to see what is to come
        places.append(actor.place(name))
        _tap(display, places[-1])
        time.sleep(_SETTLE)
        pictures.setdefault(f"{now}>{then}", display.look())
        now = then
    now, probes, picture = "menu", [], pictures["menu"]
    for _, then in WAY:
        after = pictures[f"{now}>{then}"]
        probes.append((f"{now}>{then}", probe(picture, after, box=_BELOW_HEADER)))
        now, picture = then, after
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for place, (step, there) in zip(places, probes, strict=True):
            time.sleep(_REST + random.uniform(0, 0.1))
            lifted = _tap(display, place)
            try:
                taken.setdefault(step, []).append(1000 * (display.wait(there, 10) - lifted))
            except TimeoutError as error:
                raise TimeoutError(f"{actor.name}, {step}: {error}") from None
    return taken


def _still(display: Display) -> bytes:
    display.move(1900, 540)
    time.sleep(_SETTLE)
    return display.look()


def _tap(display: Display, place: tuple[int, int]) -> float:
    display.move(*place)
    display.press()
    time.sleep(0.06)  # a finger stays for a while
    return display.release()


def stands_still(display: Display, home: Path, election: str) -> dict[str, Any]:
    """Gaps between beats and between frames while every part and the line are slow: see still.py. `home` is used up."""
    toml = home / "kiosk.toml"
    # The round waits for its slow centre as long as it takes.
    patient = toml.read_text(encoding="utf-8").replace("timeout_seconds = 2", "timeout_seconds = 20")
    toml.write_text(patient, encoding="utf-8")
    environment = {**display.environment, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    command = [sys.executable, str(HERE / "still.py"), str(home), election]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
        "least": round(ordered[0], 3),
        "most": round(ordered[-1], 3),
        "count": len(ordered),
    }


def ratios(report: dict[str, Any]) -> dict[str, float]:
    if "chromium" not in report:
        return {}
    booth, peer = report["booth"], report["chromium"]
    return {
        "start": round(booth["start_s"]["median"] / peer["start_s"]["median"], 2),
        "start_cpu": round(booth["start_cpu_s"]["median"] / peer["start_cpu_s"]["median"], 2),
        "pss": round(booth["pss_mb"] / peer["pss_mb"], 2),
        "tap": round(booth["tap_ms"]["median"] / peer["tap_ms"]["median"], 2),
        "press": round(booth["press_ms"]["median"] / peer["press_ms"]["median"], 2),
    }


def figures(report: dict[str, Any]) -> dict[str, float]:
    """What the goals speak of."""
    booth, ratio = report["booth"], report["ratios"]
    found = {
        "booth start (s)": booth["start_s"]["median"],
        "booth press to paint p95 (ms)": booth["press_ms"]["p95"],
        "booth RSS (MB)": booth["rss_mb"],
        "booth stands still at most (ms)": max(booth["stands_still"][each]["most_ms"] for each in ("beats", "frames")),
    }
    if ratio:
        found |= {
            "start ratio": ratio["start"],
            "PSS ratio": ratio["pss"],
            "tap to next screen ratio": ratio["tap"],
        }
    return found


def machine() -> dict[str, Any]:
    version = (
        subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if (shutil.which("chromium"))
        else None
    )
    return {
        "cores": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "chromium": version,
        "screen": f"{WIDTH}x{HEIGHT}",
    }


def table(report: dict[str, Any]) -> str:
    lines = [f"{'':34}{'booth':>10}{'chromium':>10}"]
    rows = (
        ("start to first picture, median (s)", "start_s", "median"),
        ("the same, of processor (s)", "start_cpu_s", "median"),
        ("press to paint, median (ms)", "press_ms", "median"),
        ("press to paint, p95 (ms)", "press_ms", "p95"),
        ("tap to next screen, median (ms)", "tap_ms", "median"),
        ("tap to next screen, p95 (ms)", "tap_ms", "p95"),
        ("PSS of all processes (MB)", "pss_mb", ""),
        ("processes", "processes", ""),
        ("RSS of the window's process (MB)", "rss_mb", ""),
    )
    for title, key, part in rows:
        cells = [
            report[name][key][part] if part else report[name][key] for name in ("booth", "chromium") if name in report
        ]
        lines.append(f"{title:34}" + "".join(f"{cell:>10.2f}" for cell in cells))
    lines += ["", f"{'goal':34}{'reached':>10}{'goal':>10}"]
    for name, reached in report["figures"].items():
        lines.append(f"{name:34}{reached:>10.2f}{GOALS[name]:>10.2f}  {'yes' if reached <= GOALS[name] else 'NO'}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
