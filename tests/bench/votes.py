"""`scripts/bench votes`: ballots of a town from three booths to the result, beside belenios-tool alone on one board.

Then the public pages with a large vote in the tables and many readers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import goals  # noqa: E402
import requests  # noqa: E402
import usage  # noqa: E402
import votes_town  # noqa: E402
from sync_centre import Cluster, Town, cluster, end_in_order, make_town, serving  # noqa: E402
from sync_run import say  # noqa: E402

from ballot_box import BLANK, Ballot, Board, ElectionSetup, belenios, seal_ballot  # noqa: E402
from ballot_box.officials import STATEMENT, KeySigner, Stated, pem_of, statement_of  # noqa: E402
from central.kernel.centre import Centre  # noqa: E402
from central.kernel.matter import Brought  # noqa: E402
from central.matters.votes import intake  # noqa: E402
from central.matters.votes import service as elections  # noqa: E402
from central.matters.votes.intake import SoundBallot  # noqa: E402
from central.matters.votes.store import elections as election_rows  # noqa: E402
from central.matters.votes.store import records as record_rows  # noqa: E402
from central.opening import open_centre  # noqa: E402
from central.store.line import booths as booth_rows  # noqa: E402
from municipality.matters.votes.messages import BallotAct, Election  # noqa: E402

BOOTHS, BATCH = 3, 50
TOWN, VOTERS = 61_000, 12_000  # what is extrapolated to: a roll, and how many of it vote
GOAL = 1.8


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, cluster() as pg:
        report = measure(pg, Path(scratch), options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    slow = [f"verification of {one['voters']} ballots" for one in report["sizes"] if one["ratio"] < GOAL]
    return goals.end(slow, strict=options.strict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench votes", description=__doc__)
    sizes = {"type": int, "nargs": "+", "metavar": "N"}
    parser.add_argument("--voters", default=[500, 1000, 2000], help="sizes, one election each", **sizes)
    parser.add_argument("--roll", type=int, default=TOWN, metavar="N", help="the list that verifying is tried with")
    parser.add_argument("--ballots", type=int, default=20_000, metavar="N", help="rows behind the pages")
    parser.add_argument("--readers", type=int, default=40, metavar="N", help="at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the report as JSON")
    return goals.add_strict(parser)


def measure(pg: Cluster, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    town = make_town(scratch, pg.create("votes"), BOOTHS, tls=False)
    with opened(town) as centre:
        votes_town.people(centre, max(options.voters))
    report: dict[str, Any] = {"sizes": []}
    for count in options.voters:
        report["sizes"].append(a_vote(town, scratch, count))
        say(json.dumps(report["sizes"][-1]))
    say(f"a list of {options.roll} credentials")
    report["roll"] = {"credentials": options.roll, "seconds": round(votes_town.seconds_of_a_list(options.roll), 1)}
    say(f"pages with {options.ballots} ballots and {options.readers} readers")
    report["pages"] = pages(town, options.ballots, options.readers)
    report["load"] = round(os.getloadavg()[0], 1)
    return report


@contextmanager
def opened(town: Town, at: datetime | None = None) -> Iterator[Centre]:
    centre = open_centre(town.home, at)
    try:
        yield centre
    finally:
        centre.store.close()


@dataclass
class Stopwatch:
    """Of each step, in their order: seconds, seconds of processor (its programs included), starts of belenios-tool."""

    seconds: dict[str, float]
    work: dict[str, float]
    starts: dict[str, int]

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        started, work, begin = _started[0], _work(), time.perf_counter()
        yield
        self.seconds[step] = time.perf_counter() - begin
        self.work[step] = _work() - work
        self.starts[step] = _started[0] - started


def _work() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


_started = [0]


def _count_starts() -> None:
    real = belenios._run

    def run(*given: Any, **more: Any) -> tuple[bytes, bytes]:
        _started[0] += 1
        return real(*given, **more)

    belenios._run = run


_count_starts()


def a_vote(town: Town, scratch: Path, voters: int) -> dict[str, Any]:
    """One election from its roll to its published result."""
    watch = Stopwatch({}, {}, {})
    say(f"{voters} voters: roll, slips, set-up")
    with opened(town) as centre, watch.of("set-up"):
        vote = votes_town.draw_up(centre, voters)
    say("ballots")
    setup = Board(vote.record).setup()
    with watch.of("ballots"):
        ballots = seal(setup, vote)
    say("belenios-tool alone")
    alone(watch, scratch, vote.record, [one.text for one in ballots.values()])
    with opened(town) as centre:
        say("arrivals")
        sound = arrive(watch, centre, vote, town, ballots)
        say("board")
        with watch.of("board"):
            elections.grow_board(centre, vote.election)
    say("close, tally, publish")
    with opened(town, vote.closes + timedelta(minutes=1)) as centre:
        state(centre, vote, town, ballots)
        with watch.of("tally"):
            elections.close(centre, vote.election)
            result = elections.tally(centre, vote.election)
        if result is None:
            raise RuntimeError("fewer ballots than a vote needs to be opened")
        with watch.of("publish"):
            elections.publish(centre, vote.election)
    if not len(sound) == result.ballots == voters:
        raise RuntimeError(f"of {voters} ballots {len(sound)} were sound and {result.ballots} counted")
    return {
        "voters": voters,
        "bytes_a_ballot": round(statistics.mean(len(one.text) for one in ballots.values())),
        "ms": {step: round(seconds / voters * 1000, 2) for step, seconds in watch.seconds.items()},
        "work_ms": {step: round(seconds / voters * 1000, 2) for step, seconds in watch.work.items()},
        "starts": watch.starts,
        "ratio": round(watch.seconds["verify alone"] / watch.seconds["arrivals"], 2),
        "record_mb": round(vote.record.stat().st_size / 1e6, 1),
    }


def seal(setup: ElectionSetup, vote: votes_town.Vote) -> dict[str, Ballot]:
    """Every voter's ballot, by card: two booths of a core each at work, as it were."""
    choices = cycle([(frozenset({0}), frozenset({0, 2})), (BLANK, frozenset({1})), (frozenset({3}), BLANK)])

    def one(given: tuple[str, Any]) -> tuple[str, Ballot]:
        return given[0], seal_ballot(setup, vote.credentials[given[0]], given[1])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, zip(vote.credentials, choices, strict=False)))


def alone(watch: Stopwatch, scratch: Path, record: Path, texts: Sequence[str]) -> None:
    """What whoever has only belenios-tool would do: append each, then verify the board."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        shutil.copyfile(record, folder / f"{Board(record).setup().uuid}.bel")
        with watch.of("append alone"):
            for text in texts:
                belenios.add_event(folder, "Ballot", text + "\n")
        with watch.of("verify alone"):
            belenios.verify(folder)


def arrive(
    watch: Stopwatch, centre: Centre, vote: votes_town.Vote, town: Town, ballots: dict[str, Ballot]
) -> list[SoundBallot]:
    """The booths' batches, one after the other: judged, then kept."""
    acts: list[list[Brought[BallotAct]]] = [[] for _ in range(BOOTHS)]
    now = centre.clock()
    for place, (card, ballot) in enumerate(ballots.items()):
        booth = town.booths[place % BOOTHS].id
        act = BallotAct(election=vote.election, ballot=ballot.text)
        acts[place % BOOTHS].append(Brought(f"{vote.election}-{place}", booth, now, act, card, "B"))
    batches = [some[at : at + BATCH] for some in acts for at in range(0, len(some), BATCH)]
    with centre.store.reading() as tx:
        rows = {one.id: booth_rows.find(tx, one.id) for one in town.booths}
    judged = []
    with watch.of("arrivals"):
        for batch in batches:
            booth_row = rows[batch[0].booth]
            assert booth_row is not None
            judged.append(intake.judge(centre, booth_row, batch))
    with watch.of("kept"):
        for batch, verdicts in zip(batches, judged, strict=True):
            sound = [votes_town.told(act, one) for act, one in zip(batch, verdicts, strict=True)]
            centre.store.once(lambda tx, sound=sound: intake.keep_all(tx, sound, now))  # type: ignore[misc]
    return [one for verdicts in judged for one in verdicts if isinstance(one, SoundBallot)]


def state(centre: Centre, vote: votes_town.Vote, town: Town, ballots: dict[str, Ballot]) -> None:
    """Each booth of the bench states what it took; the town's others are declared lost."""
    with centre.store.reading() as tx:
        row = election_rows.find(tx, vote.election)
    assert row is not None
    setup = Election.read(row.notice).digest()
    trackers = [one.tracker for one in ballots.values()]
    with centre.store.writing() as tx:
        for place, booth in enumerate(town.booths[:BOOTHS]):
            statement = statement_of(booth.id, setup, trackers[place::BOOTHS])
            signature = KeySigner(booth.key).sign(STATEMENT, statement.text)
            stated = Stated(statement, signature, (pem_of(booth.key.public_key()),))
            heard = record_rows.Heard(stated.text(), centre.clock())
            record_rows.add_statement(tx, vote.election, booth.id, heard)
    elections.give_up_waiting(centre, vote.election, "bench")


def pages(town: Town, ballots: int, readers: int) -> dict[str, Any]:
    """Milliseconds of each page, one reader and many at once, and the server's memory."""
    with opened(town) as centre:
        election = votes_town.fill(centre, ballots)
    found: dict[str, Any] = {"ballots": ballots, "readers": readers, "ms": {}}
    with serving(town, proxy=False) as there:
        (server,) = there.centre
        vote = f"/votes/{election}"
        paths = {"/": "/", "vote": vote, "trackers": f"{vote}/trackers", "trackers/3f": f"{vote}/trackers/3f"}
        for path in paths.values():
            _ask(there.url + path)
        found["mb_before"] = round(usage.rss(server))
        for name, path in paths.items():
            one = [_ask(there.url + path) for _ in range(20)]
            with ThreadPoolExecutor(readers) as pool:
                many = sorted(pool.map(_ask, [there.url + path] * readers * 5))
            found["ms"][name] = {
                "one": round(statistics.median(one), 1),
                "many": round(statistics.median(many), 1),
                "many_p95": round(many[int(len(many) * 0.95)], 1),
            }
        found["mb_most"] = round(usage.peak(server))
    return found


def _ask(url: str) -> float:
    begin = time.perf_counter()
    answer = requests.get(url, timeout=120)
    answer.raise_for_status()
    return (time.perf_counter() - begin) * 1000


STEPS: dict[str, str] = {
    "set-up": "roll, slips, set-up (registrar and trustee in processes of their own)",
    "ballots": "ballots made, two at once",
    "append alone": "belenios-tool alone: `archive add-event` of each",
    "verify alone": "belenios-tool alone: `election verify`",
    "arrivals": f"**arrivals verified**, {BOOTHS} booths, batches of {BATCH}",
    "kept": "kept in PostgreSQL, a transaction a batch",
    "board": "the board grows once, by all, and is verified whole",
    "tally": "close, product and recount, decryption, result",
    "publish": "verified once more, whole, recount included",
}


def table(report: dict[str, Any]) -> str:
    sizes = report["sizes"]
    last = sizes[-1]

    def row(step: str, words: str) -> str:
        cells = " | ".join(f"{one['ms'][step]} ({one['work_ms'][step]}; {one['starts'][step]})" for one in sizes)
        return f"| {words} | {cells} | {hours(step)} |"

    def hours(step: str) -> str:
        per = last["ms"][step]
        if step == "append alone":  # it reads the whole board again for each: twice as many take four times as long
            per *= VOTERS / last["voters"]
        seconds = per / 1000 * VOTERS + report["roll"]["seconds"] * (step in ("verify alone", "board", "publish"))
        return f"{seconds / 3600:.2f}"

    found = report["pages"]
    return "\n".join(
        [
            "ms a ballot (of processor; starts of belenios-tool in all); "
            f"{last['bytes_a_ballot']} bytes each; load {report['load']}",
            f"| | {' | '.join(str(one['voters']) for one in sizes)} | hours for {VOTERS:,} of {TOWN:,} |",
            "|---" * (len(sizes) + 2) + "|",
            *[row(step, words) for step, words in STEPS.items()],
            f"| arrivals beside `election verify` | {' | '.join(str(one['ratio']) for one in sizes)} | ≥ {GOAL} |",
            f"a list of {report['roll']['credentials']:,} makes a verify {report['roll']['seconds']} s longer; "
            f"the record of {last['voters']} has {last['record_mb']} MB",
            "",
            f"{found['ballots']:,} ballots in the tables, ms | one reader | {found['readers']} at once | p95",
            *[f"{name} | {one['one']} | {one['many']} | {one['many_p95']}" for name, one in found["ms"].items()],
            f"server: {found['mb_before']} MB before, {found['mb_most']} MB at the most",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
