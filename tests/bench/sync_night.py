"""`scripts/bench night`: many booths in one night, each with its own key and outbox, come at random moments.

Every fourth booth does not hear its first answer, so that it asks again; some come twice. All in, none twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import sync_acts  # noqa: E402
import usage  # noqa: E402
from sync_centre import Booth, Cluster, Town, cluster, end_in_order, make_town, serving  # noqa: E402

from sync import Answer, Client, Envelope, LineDown, inbox, outbox  # noqa: E402

TRIES = 10


@dataclass(frozen=True)
class Visit:
    """One booth's night: seconds of each round, what became of its acts, what still waits."""

    booth: str
    rounds: tuple[float, ...]
    accepted: int
    duplicate: int
    rejected: int
    waiting: int
    troubles: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a process that plays booths is given. `begin` is by the machine's clock, `window` in seconds; `cursor` is
    how far the booths have pulled in the nights before; their stores lie in `disks`."""

    town: Town
    url: str
    acts: int
    begin: float
    window: float
    cursor: int
    disks: Path


class _Deaf(Client):
    """Does not hear the first answer to a batch: it arrived, and nobody knows."""

    deaf = True

    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]:
        answers = super().push(envelopes)
        if self.deaf:
            self.deaf = False
            raise LineDown("the answer was lost")
        return answers


def prepare(plan: Plan, booth: Booth) -> None:
    """A day's acts in the booth's outbox."""
    sealing = sync_acts.pem(plan.town.public_key("sealing"))
    now, town = datetime.now(UTC).replace(microsecond=0), plan.town
    bodies = sync_acts.sealed(booth, sealing, range(1, plan.acts + 1), now, town.municipality, town.holders)
    acts = sync_acts.chain(booth, bodies, now, proved=True)
    with sync_acts.opened(plan.disks / f"{booth.id}.db") as store:
        sync_acts.fill(store, acts)
        with store.writing() as connection:
            inbox.set_cursor(connection, plan.cursor)


def prepare_all(plan: Plan, booths: Sequence[Booth]) -> None:
    for booth in booths:
        prepare(plan, booth)


def visit(plan: Plan, booth: Booth) -> Visit:
    """Rounds until nothing waits, begun at the booth's own moment; every third booth comes once more."""
    place = int(booth.id.rpartition("-")[2])
    dice = random.Random(place)
    time.sleep(max(0.0, plan.begin + dice.uniform(0, plan.window) - time.time()))
    line = _Deaf if place % 4 == 0 else Client
    tally = {"accepted": 0, "duplicate": 0, "rejected": 0}
    rounds: list[float] = []
    troubles: list[str] = []
    with sync_acts.opened(plan.disks / f"{booth.id}.db") as store:
        client = sync_acts.line_of(plan.town, booth, plan.url, kind=line)
        more = 1 if place % 3 == 0 else 0
        while len(rounds) < TRIES:
            began = time.perf_counter()
            report = sync_acts.a_round(plan.town, client, store)
            rounds.append(time.perf_counter() - began)
            troubles += [f"{stage.name}: {stage.problem}" for stage in report.stages if stage.problem]
            for name in tally:
                tally[name] += getattr(report, name)
            with store.reading() as connection:
                waiting = outbox.counts(connection).waiting_acts
            if not waiting and report.ok:
                more -= 1
                if more < 0:
                    break
            time.sleep(dice.uniform(0.1, 0.5))
        client.close()
    return Visit(booth.id, tuple(rounds), **tally, waiting=waiting, troubles=tuple(troubles))


def visit_all(plan: Plan, booths: Sequence[Booth]) -> list[Visit]:
    """One process plays several booths, a thread each."""
    with ThreadPoolExecutor(len(booths)) as threads:
        return list(threads.map(lambda booth: visit(plan, booth), booths))


def night(plan: Plan, processes: int) -> tuple[list[Visit], float]:
    """Every booth of the town brings its acts, at a random moment of the window; and the seconds that it took."""
    booths = plan.town.booths
    if processes == 1:
        prepare_all(plan, booths)
        began = time.perf_counter()
        return visit_all(replace(plan, begin=time.time()), booths), time.perf_counter() - began
    parts = [part for part in (booths[start::processes] for start in range(processes)) if part]
    # Not forked: this process may have threads.
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        list(pool.map(prepare_all, [plan] * len(parts), parts))
        began, starting = time.perf_counter(), replace(plan, begin=time.time() + 0.5)
        visits = [visit for part in pool.map(visit_all, [starting] * len(parts), parts) for visit in part]
        return visits, time.perf_counter() - began


@contextmanager
def disks() -> Iterator[Path]:
    """A folder in memory where there is one: two hundred booths have two hundred disks, and this machine has one."""
    memory_disk = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory_disk if os.access(memory_disk, os.W_OK) else None) as folder:
        yield Path(folder)


def cursor(pg: Cluster, database: str) -> int:
    """The end of what there is to pull."""
    return pg.ask(database, "SELECT coalesce(max(seq), 0) FROM items")


@dataclass
class Memory:
    """The most that was seen, MB: PSS of all processes of the centre and of PostgreSQL, RSS of the largest centre."""

    before: float = 0
    centre_pss: float = 0
    centre_rss: float = 0
    postgres_pss: float = 0
    connections: int = 0
    looks: int = 0
    course: list[float] = field(default_factory=list)


@contextmanager
def watched(pids: Sequence[int], postmaster: int) -> Iterator[Memory]:
    """Looks twice a second while the block runs."""
    seen, done = Memory(before=round(sum(usage.pss(pid) for pid in pids), 1)), threading.Event()

    def look() -> None:
        while not done.wait(0.5):
            now = sum(usage.pss(pid) for pid in pids)
            seen.course.append(round(now, 1))
            seen.centre_pss = max(seen.centre_pss, now)
            seen.centre_rss = max(seen.centre_rss, *(usage.rss(pid) for pid in pids))
            seen.postgres_pss = max(seen.postgres_pss, usage.pss(postmaster))
            seen.connections = max(seen.connections, len(usage.tree(postmaster)) - 6)
            seen.looks += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, cluster() as pg:
        report = measure(pg, Path(scratch), options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if report["all_in"] and report["none_twice"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench night", description=__doc__)
    parser.add_argument("--booths", type=int, default=200, metavar="N")
    parser.add_argument("--acts", type=int, default=50, metavar="N", help="of each booth (default 50)")
    parser.add_argument("--window", type=float, default=30, metavar="S", help="the booths come within S seconds")
    parser.add_argument("--players", type=int, default=8, metavar="N", help="processes that play booths (default 8)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="processes of the centre (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")
    return parser


def measure(pg: Cluster, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    town = make_town(scratch, pg.create("town"), options.booths)
    town.move_to(pg.copy("night"))
    before = pg.size("night")
    with (
        serving(town, processes=options.processes) as there,
        watched(there.centre, pg.pid) as seen,
        disks() as folder,
    ):
        plan = Plan(town, there.url, options.acts, 0, options.window, cursor(pg, "night"), folder)
        work = [sum(usage.work(pid) for pid in there.centre), usage.work(pg.pid), usage.work(there.nginx)]
        visits, seconds = night(plan, options.players)
        after = [sum(usage.work(pid) for pid in there.centre), usage.work(pg.pid), usage.work(there.nginx)]
    total = options.booths * options.acts
    return {
        "booths": options.booths,
        "acts": total,
        "window_s": options.window,
        "seconds": round(seconds, 1),
        **verdict(pg, "night", visits, total),
        "round_s": percentiles([one for visit in visits for one in visit.rounds]),
        "rounds": sum(len(visit.rounds) for visit in visits),
        "troubles": sorted({trouble for visit in visits for trouble in visit.troubles}),
        "duplicates_offered": sum(visit.duplicate for visit in visits),
        "memory_mb": {key: round(value, 1) for key, value in vars(seen).items() if key not in ("course", "looks")},
        "cpu_seconds": dict(
            zip(
                ("centre", "PostgreSQL", "nginx"),
                (round(b - a, 2) for a, b in zip(work, after, strict=True)),
                strict=True,
            )
        ),
        "database_bytes": {"before": before, "after": pg.size("night"), "an_act": (pg.size("night") - before) // total},
        "load": round(os.getloadavg()[0], 1),
    }


def verdict(pg: Cluster, database: str, visits: Sequence[Visit], total: int) -> dict[str, bool]:
    """Acknowledged = stored, by the booths' own count and by the centre's, and each number once."""
    stored = pg.ask(database, "SELECT count(*) FROM envelopes WHERE outcome = 'accepted' AND booth LIKE 'bench-%'")
    papers = pg.ask(database, "SELECT count(DISTINCT number) FROM certificates WHERE booth LIKE 'bench-%'")
    conflicts = pg.ask(database, "SELECT count(*) FROM conflicts")
    heard = sum(visit.accepted + visit.duplicate for visit in visits)
    left = sum(visit.waiting + visit.rejected for visit in visits)
    return {"all_in": left == 0 and heard == stored == total, "none_twice": papers == total and conflicts == 0}


def percentiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)

    def at(part: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3)

    return {"median": at(0.5), "p95": at(0.95), "p99": at(0.99), "most": round(ordered[-1], 3)}


def table(report: dict[str, Any]) -> str:
    seen = report["memory_mb"]
    size = report["database_bytes"]
    return "\n".join(
        [
            f"{report['booths']} booths, {report['acts']} acts, come within {report['window_s']} s and are done after "
            f"{report['seconds']} s; load {report['load']}",
            f"all in: {report['all_in']}; none twice: {report['none_twice']} "
            f"({report['duplicates_offered']} offered again after an answer that was lost)",
            "a round: " + ", ".join(f"{name} {seconds} s" for name, seconds in report["round_s"].items()),
            f"centre: PSS {seen['before']} MB before, at the most {seen['centre_pss']} MB; RSS of one process"
            f" {seen['centre_rss']} MB; PostgreSQL {seen['postgres_pss']} MB, {seen['connections']} connections",
            f"processor: {report['cpu_seconds']}; database: {size['an_act']} B an act, {size['after']} B in all",
            f"troubles: {report['troubles']}",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
