"""`scripts/bench sync`: from a booth's outbox into the centre's PostgreSQL, beside its peers. See docs/bench.md."""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import goals  # noqa: E402
import sync_acts  # noqa: E402
import sync_peers  # noqa: E402
import sync_timers  # noqa: E402
import usage  # noqa: E402
import zstandard  # noqa: E402
from sync_centre import Booth, Cluster, Served, Town, cluster, end_in_order, make_town, serving  # noqa: E402

from central.settings import BadSettings, read_settings  # noqa: E402
from kiosk.store import Store  # noqa: E402
from sync import Envelope, Report, outbox  # noqa: E402

ROOT = HERE.parent.parent
PACKAGES = ROOT / ".tools" / "bench-npm"
BACKLOG = "backlog bytes / zstd"
# Each verified and opened, and the word of the card that did it verified as well.
CARD = "each with its card"
GOALS = {"each / PouchDB, leveldb": 2.0, "batch / PouchDB, leveldb": 3.0, BACKLOG: 1.1}
LONGEST_RACE = 150.0
# As docs/operation.md has it: one for each processor.
PROCESSES = os.cpu_count() or 1
DAYS = 21
# Acts a day, ballots in all, seconds at the most: at 256 kbit/s the full backlog takes eight minutes, the short one a
# minute and a half.
FULL, SHORT = (200, 42, 1800.0), (40, 8, 180.0)


@dataclass(frozen=True)
class Bench:
    """What every measurement needs."""

    town: Town
    pg: Cluster
    scratch: Path
    processes: int

    @property
    def booth(self) -> Booth:
        return self.town.booths[0]


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, cluster() as pg:
        report = measure(pg, Path(scratch), options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return goals.end(missed(report), strict=options.strict)


def missed(report: dict[str, Any]) -> list[str]:
    """Goals that were not reached; one that was not measured is not among them."""
    names = [name for name, ratio in report["ratios"].items() if ratio < GOALS.get(name, 0.0)]
    late = "backlog" in report and (report["backlog"]["ratio"] > GOALS[BACKLOG] or report["backlog"]["left"])
    return names + ([BACKLOG] if late else [])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench sync", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000, metavar="N", help="acts carried (default 10,000)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="turns of each, the best counts (default 3)")
    parser.add_argument(
        "--processes", type=int, default=PROCESSES, metavar="N", help="of the centre (default: one for each processor)"
    )
    parser.add_argument("--full-backlog", action="store_true", help=f"{DAYS} days of {FULL[0]} acts: some 8 minutes")
    parser.add_argument("--no-backlog", action="store_true", help="leave the slow line out")
    parser.add_argument("--no-peer", action="store_true", help="without PouchDB")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the order of turns and the line's cuts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")
    return goals.add_strict(parser)


def say(words: str) -> None:
    print(f"   {words}", file=sys.stderr, flush=True)


def measure(pg: Cluster, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    pouch = None if options.no_peer else sync_peers.fetch_pouchdb(PACKAGES)
    bench = Bench(make_town(scratch, pg.create("town"), 2), pg, scratch, options.processes)
    say(f"making {options.items} acts")
    now = datetime.now(UTC)
    acts, proved = (
        sync_acts.make_acts(bench.town, bench.booth, options.items, now, proved=one) for one in (False, True)
    )
    full, full_proved = (filled(scratch / name, some) for name, some in (("full", acts), ("proved", proved)))
    gc.collect()
    gc.freeze()  # a booth's process does not hold all these acts, and `kiosk sync` runs without the collector
    modes = [mode for mode in ("each", "batch") if knows(bench, mode)] or [""]
    report: dict[str, Any] = {
        "machine": machine(),
        "items": len(acts),
        "centre_processes": options.processes,
        "payload": payload_sizes(acts),
        "seed": options.seed,
        "seconds": race(bench, acts, {"": full, CARD: full_proved}, modes, pouch, options.repeat, options.seed),
    }
    best = {name: [min(one) for one in zip(*all_, strict=True)] for name, all_ in report["seconds"].items()}
    report["items_per_second"] = {name: round(len(acts) / clock) for name, (clock, _) in best.items()}
    report["processor_us_each"] = {name: round(1e6 * work / len(acts)) for name, (_, work) in best.items()}
    report["ratios"] = ratios(report["items_per_second"])
    fewer = acts[: min(len(acts), 3000)]
    report["line"] = bytes_of_acts(bench, fewer[:1000], modes[0])
    report["shares"] = {mode or "each": shares(bench, fewer, mode) for mode in modes}
    report["shares"][CARD] = shares(bench, proved[: len(fewer)], modes[0])
    if not options.no_backlog:
        report["backlog"] = backlog(bench, FULL if options.full_backlog else SHORT, modes[0], options.seed)
    return report


def filled(folder: Path, acts: Sequence[Envelope]) -> Path:
    """A booth's store in `folder` in which these wait."""
    folder.mkdir()
    with sync_acts.opened(folder / "booth.db") as store:
        sync_acts.fill(store, acts)
        store.fold()
    return folder


def knows(bench: Bench, mode: str) -> bool:
    """Whether this centre can be told how to verify."""
    url = bench.pg.url.format(name="town")
    bench.town.move_to(url, intake=mode)
    try:
        read_settings(bench.town.home)
    except BadSettings:
        return False
    finally:
        bench.town.move_to(url)
    return True


def race(
    bench: Bench,
    acts: Sequence[Envelope],
    full: dict[str, Path],
    modes: list[str],
    pouch: sync_peers.PouchDB | None,
    repeat: int,
    seed: int,
) -> dict[str, list[tuple[float, float]]]:
    """Seconds of each way for the same items, by the clock and of all its processors, in turns of random order."""
    ways: dict[str, Callable[[], tuple[float, float]]] = {
        f"ours, {mode or 'each'}": partial(ours, bench, len(acts), full[""], mode) for mode in modes
    }
    ways[f"ours, {CARD}"] = partial(ours, bench, len(acts), full[CARD], modes[0])
    if pouch is not None:
        ways |= {f"PouchDB, {kind}": partial(pouch.replicate, acts, kind) for kind in ("leveldb", "memory")}
    values, bare = sync_peers.rows(acts), bench.pg.create("bare")
    for name, copy in (("COPY", True), ("executemany", False)):
        ways[name] = partial(into_postgres, bench, bare, values, copy)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    began, dice = time.monotonic(), random.Random(seed)
    for turn in range(repeat):
        if turn and (time.monotonic() - began) * (turn + 1) / turn > LONGEST_RACE:
            break  # a busy machine
        order = dice.sample(list(ways), len(ways))
        say(f"turn {turn + 1}: {', '.join(order)}")
        for name in order:
            clock, processor = ways[name]()
            taken[name].append((round(clock, 3), round(processor, 3)))
            say(f"{name}: {len(acts) / clock:,.0f}/s, {1e6 * processor / len(acts):,.0f} µs of processor each")
    return taken


def into_postgres(bench: Bench, url: str, values: Sequence[tuple[object, ...]], copy: bool) -> tuple[float, float]:
    work = time.process_time() + usage.work(bench.pg.pid)
    seconds = sync_peers.into_postgres(url, values, copy=copy)
    return seconds, time.process_time() + usage.work(bench.pg.pid) - work


@contextmanager
def served(bench: Bench, database: str, mode: str, *, timers: bool = False) -> Iterator[Served]:
    """The centre on a fresh copy of the town's database."""
    bench.town.move_to(bench.pg.copy(database), intake=mode)
    with serving(bench.town, processes=bench.processes, timers=timers) as there:
        yield there


def ours(bench: Bench, count: int, full: Path, mode: str) -> tuple[float, float]:
    """Seconds of one whole round that carries everything (hello, push, pull), and of processor, of all processes."""
    with tempfile.TemporaryDirectory(dir=bench.scratch) as folder, served(bench, "race", mode) as there:
        shutil.copy(full / "booth.db", folder)
        with sync_acts.opened(Path(folder) / "booth.db") as store:
            client = sync_acts.line_of(bench.town, bench.booth, there.url)
            work, began = sum(_processors(bench, there).values()), time.perf_counter()
            report = sync_acts.a_round(bench.town, client, store)
            seconds = time.perf_counter() - began
            work = sum(_processors(bench, there).values()) - work
            client.close()
        if not report.ok or report.accepted != count:
            raise RuntimeError(f"the round did not carry everything: {report.to_json()}")
    there_now = bench.pg.ask("race", "SELECT count(*) FROM envelopes WHERE outcome = 'accepted'")
    if there_now != count:
        raise RuntimeError(f"{there_now} of {count} are stored")
    return seconds, work


def payload_sizes(acts: Sequence[Envelope]) -> dict[str, float]:
    """Bytes an act: as canonical JSON, and the same under zstd at the line's level, all of them in one frame."""
    plain = sync_acts.payload(acts)
    return {"json": round(len(plain) / len(acts), 1), "zstd": round(zstd_size(acts) / len(acts), 1)}


def zstd_size(envelopes: Sequence[Envelope]) -> int:
    return len(zstandard.ZstdCompressor(level=3).compress(sync_acts.payload(envelopes)))


@contextmanager
def counted(port: int, *more: str) -> Iterator[tuple[int, dict[str, int]]]:
    """A counting line to `port`: its own port, and what went over it once it is left."""
    command = [sys.executable, str(HERE / "sync_line.py"), str(port), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    tally: dict[str, int] = {}
    try:
        yield json.loads(process.stdout.readline())["port"], tally
        process.send_signal(signal.SIGTERM)
        tally.update(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def port_of(there: Served) -> int:
    return int(there.url.rpartition(":")[2])


@contextmanager
def centre_and_store(bench: Bench, mode: str, *, timers: bool = False) -> Iterator[tuple[Served, Store]]:
    """The centre on a fresh database, and a booth's empty store."""
    with (
        tempfile.TemporaryDirectory(dir=bench.scratch) as folder,
        served(bench, "race", mode, timers=timers) as there,
        sync_acts.opened(Path(folder) / "booth.db") as store,
    ):
        yield there, store


def a_round(bench: Bench, booth: Booth, store: Store, url: str, *, batch: int = 500) -> Report:
    """One round on connections of its own."""
    client = sync_acts.line_of(bench.town, booth, url)
    try:
        return sync_acts.a_round(bench.town, client, store, batch=batch)
    finally:
        client.close()


def bytes_of_acts(bench: Bench, acts: Sequence[Envelope], mode: str) -> dict[str, Any]:
    """Bytes an act on the line, both ways, TLS and a whole round's hello and (empty) pull included."""
    with centre_and_store(bench, mode) as (there, store):
        a_round(bench, bench.booth, store, there.url)  # what is to be pulled is pulled uncounted
        sync_acts.fill(store, acts)
        with counted(port_of(there)) as (port, full):
            report = a_round(bench, bench.booth, store, f"https://127.0.0.1:{port}")
        with counted(port_of(there)) as (port, empty):
            a_round(bench, bench.booth, store, f"https://127.0.0.1:{port}")
    if report.accepted != len(acts):
        raise RuntimeError(f"the round did not carry everything: {report.to_json()}")
    return {
        **{way: round(full[way] / len(acts), 1) for way in ("up", "down")},
        "zstd_of_payload": round(zstd_size(acts) / len(acts), 1),
        "empty_round": {way: empty[way] for way in ("up", "down")},
    }


def shares(bench: Bench, acts: Sequence[Envelope], mode: str) -> dict[str, Any]:
    """What each step takes of processor at both ends, in a round of its own with timers."""
    with centre_and_store(bench, mode, timers=True) as (there, store):
        sync_acts.fill(store, acts)
        _time_this_process()
        before, began = _processors(bench, there), time.perf_counter()
        report = a_round(bench, bench.booth, store, there.url)
        seconds, after = time.perf_counter() - began, _processors(bench, there)
        booth = sync_timers.totals()
        if report.accepted != len(acts):
            raise RuntimeError(f"the round did not carry everything: {report.to_json()}")
        centre = _told_by_centre(there)
    spent = {name: after[name] - before[name] for name in before}
    return {
        "items": len(acts),
        "seconds": round(seconds, 3),
        "cpu_seconds": {name: round(value, 2) for name, value in spent.items()},
        "steps": steps(len(acts), spent, booth, centre),
        "booth": booth,
        "centre": centre,
    }


def _told_by_centre(there: Served) -> sync_timers.Totals:
    """Ends the centre, which writes down its timers then."""
    for pid in there.centre:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while len(list(there.timers.glob("*.json"))) < len(there.centre):
        if time.monotonic() > deadline:
            raise TimeoutError("the centre did not tell its timers")
        time.sleep(0.05)
    return _added([json.loads(file.read_text()) for file in there.timers.glob("*.json")])


@cache
def _installed() -> None:
    import sync.client  # noqa: F401 - must be loaded to be wrapped

    sync_timers.install(frozenset({"psycopg", "municipality.messages"}))


def _time_this_process() -> None:
    _installed()
    sync_timers.reset()


def _processors(bench: Bench, there: Served) -> dict[str, float]:
    return {
        "booth": time.process_time(),
        "nginx": usage.work(there.nginx),
        "centre": sum(usage.work(pid) for pid in there.centre),
        "PostgreSQL": usage.work(bench.pg.pid),
    }


def _added(several: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    total: dict[str, dict[str, float]] = {}
    for one in several:
        for step, figures in one.items():
            here = total.setdefault(step, {})
            for name, value in figures.items():
                here[name] = round(here.get(name, 0) + value, 4)
    return total


def backlog(bench: Bench, form: tuple[int, int, float], mode: str, seed: int) -> dict[str, Any]:
    """Three weeks without a line, then 256 kbit/s with one in twenty turns cut; rounds until nothing waits."""
    booth, now = bench.town.booths[1], datetime.now(UTC)
    a_day, votes, longest = form
    bench.town.move_to(bench.pg.copy("race"))
    acts = sync_acts.make_acts(bench.town, booth, DAYS * a_day, now)
    acts += sync_acts.make_ballots(bench.town, booth, votes, now)
    say(f"a backlog of {len(acts) - votes} acts and {votes} ballots over 256 kbit/s")
    with centre_and_store(bench, mode) as (there, store):
        a_round(bench, booth, store, there.url)
        sync_acts.fill(store, acts)
        rounds: list[Report] = []
        began = time.perf_counter()
        with counted(port_of(there), "--bits", "256000", "--cut", "0.05", "--seed", str(seed)) as (port, tally):
            while _waiting(store) and time.perf_counter() - began < longest:
                rounds.append(a_round(bench, booth, store, f"https://127.0.0.1:{port}"))
        seconds, left = time.perf_counter() - began, _waiting(store)
    zstd = zstd_size(acts)
    sent = tally["up"] + tally["down"]
    stored = bench.pg.ask("race", f"SELECT count(*) FROM envelopes WHERE booth = '{booth.id}'")
    return {
        "days": DAYS,
        "acts": len(acts) - votes,
        "ballots": votes,
        "left": left,
        "stored": stored,
        "seconds": round(seconds, 1),
        "rounds": len(rounds),
        "troubles": [f"{stage.name}: {stage.problem}" for one in rounds for stage in one.stages if stage.problem],
        "zstd_of_payload": zstd,
        **tally,
        "ratio": round(sent / zstd, 3),
        "ratio_up": round(tally["up"] / zstd, 3),
    }


def _waiting(store: Store) -> int:
    with store.reading() as connection:
        counts = outbox.counts(connection)
    return counts.waiting_acts + counts.waiting_ballots


def ratios(speed: dict[str, int]) -> dict[str, float]:
    """Each of ours beside PouchDB: on disk, as ours is (the goal), and in memory, where nothing is kept."""
    return {
        f"{mode} / PouchDB, {adapter}": round(speed[f"ours, {mode}"] / speed[f"PouchDB, {adapter}"], 2)
        for adapter in ("leveldb", "memory")
        for mode in ("each", "batch", CARD)
        if f"ours, {mode}" in speed and f"PouchDB, {adapter}" in speed
    }


def machine() -> dict[str, Any]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "",
    )
    return {"processors": os.cpu_count(), "model": model, "load": round(os.getloadavg()[0], 1)}


def table(report: dict[str, Any]) -> str:
    machine = report["machine"]
    lines = [
        f"{report['items']} acts; order of turns by seed {report['seed']}; load {machine['load']} on "
        f"{machine['processors']} processors",
        "",
        "| | items/s, best | µs of processor each, best | turns |",
        "|---|---|---|---|",
    ]
    for name, speed in report["items_per_second"].items():
        turns = ", ".join(f"{clock:.2f} s" for clock, _ in report["seconds"][name])
        lines.append(f"| {name} | {speed:,} | {report['processor_us_each'][name]:,} | {turns} |")
    for name, ratio in report["ratios"].items():
        goal = GOALS.get(name)
        verdict = f"goal {goal}: {'reached' if ratio >= goal else 'NOT reached'}" if goal else "keeps nothing"
        lines.append(f"| {name} | {ratio} | | {verdict} |")
    line, sizes = report["line"], report["payload"]
    lines += [
        "",
        f"an act: {sizes['json']} B as JSON, {sizes['zstd']} B under zstd; on the line {line['up']} B up, "
        f"{line['down']} B down; a round without anything: {line['empty_round']['up']} up, "
        f"{line['empty_round']['down']} down",
    ]
    for mode, found in report["shares"].items():
        lines += ["", *_share_lines(mode, found)]
    if "backlog" in report:
        lines += ["", *_backlog_lines(report["backlog"])]
    return "\n".join(lines)


def _share_lines(mode: str, found: dict[str, Any]) -> list[str]:
    processors = ", ".join(f"{name} {value} s" for name, value in found["cpu_seconds"].items())
    return [
        f"verify = {mode}: {found['items']} acts in {found['seconds']} s with timers; of processor: {processors}",
        "| where | step | µs of processor each | of all |",
        "|---|---|---|---|",
        *(f"| {where} | {step} | {each:.1f} | {part:.0f} % |" for where, step, each, part in found["steps"]),
    ]


def steps(
    count: int, spent: dict[str, float], booth: sync_timers.Totals, centre: sync_timers.Totals
) -> list[tuple[str, str, float, float]]:
    """(where, step, microseconds of processor an act, percent), the dearest first. The ends work at the same time: by
    the clock the steps would not add up to anything."""
    found: list[tuple[str, str, float]] = []
    for where, told in (("booth", booth), ("centre", centre)):
        found += [(where, step, one["cpu_seconds"]) for step, one in told.items()]
        found.append((where, _REST[where], max(0.0, spent[where] - sum(one["cpu_seconds"] for one in told.values()))))
    found += [(name, "", spent[name]) for name in ("PostgreSQL", "nginx")]
    every = sum(spent.values()) or 1.0
    ordered = sorted(found, key=lambda one: -one[2])
    return [(where, step, round(1e6 * own / count, 1), round(100 * own / every, 1)) for where, step, own in ordered]


_REST = {"booth": "the rest", "centre": "the rest, web framework and judging among it"}


def _backlog_lines(found: dict[str, Any]) -> list[str]:
    goal = GOALS[BACKLOG]
    verdict = "reached" if found["ratio"] <= goal and not found["left"] else "NOT reached"
    return [
        f"backlog of {found['days']} days, {found['acts']} acts and {found['ballots']} ballots, 256 kbit/s, 5 % cut: "
        f"{found['seconds']} s, "
        f"{found['rounds']} rounds, {found['cuts']} cuts in {found['turns']} turns; "
        f"{found['up']:,} B up, {found['down']:,} B down, zstd of the payload {found['zstd_of_payload']:,} B; "
        f"left {found['left']}, stored {found['stored']}",
        f"all bytes / zstd {found['ratio']} (up alone {found['ratio_up']}), goal {goal}: {verdict}",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
