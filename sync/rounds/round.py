"""One round between booth and centre: hello, push, pull, status, each recorded, none waiting for the other.

A round may be cut anywhere and begun again: what was stored stays stored, the rest is offered once more. Must never
look into a body, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.rounds.parties import Apply, Line, Policy, Store
from sync.rounds.pulling import pull
from sync.rounds.pushing import push
from sync.rounds.report import Report, Stage, report_of
from sync.rounds.steps import Progress, Stopped, Work, never, silent
from sync.store import stages
from sync.wire.errors import Garbled, LineError, RequestRefused


@dataclass(frozen=True)
class Round:
    """Everybody who takes part in a round; `run` does one."""

    line: Line
    store: Store
    apply: Apply
    policy: Policy

    def run(
        self,
        now: datetime,
        *,
        status: Callable[[], bytes] | None = None,
        progress: Progress = silent,
        stop: Callable[[], bool] = never,
        ticks: Callable[[], float] = time.monotonic,
    ) -> Report:
        """One whole round. Trouble on the line ends up in the report's stages; only broken promises are raised.

        `status` is what the booth says of itself (JSON), asked for when push and pull are over. `progress(stage, done,
        total)`; total is 0 where it is not known. `stop` is asked between transactions; `ticks` gives seconds for the
        pace. `line.push`, `line.pull` and `ticks` are called on threads of the round's own, `push` on two at once.
        """
        line, work = self.line, Work(self.store, self.apply, self.policy, progress, stop)
        sent, received, began = line.bytes_sent, line.bytes_received, ticks()
        ended = [_stage("hello", lambda _cut: _hello(line, work), work, now)]
        # Another protocol or another town hall: nothing may be sent there. A line that fails may work the next moment.
        if ended[0].problem not in ("protocol", "municipality"):
            ended.append(_stage("push", lambda cut: push(line, work, ticks, cut), work, now))
            ended.append(_stage("pull", lambda cut: pull(line, work, ticks, cut), work, now))
            if status is not None:
                ended.append(_stage("status", lambda _cut: _status(line, work, status), work, now))
        traffic = (line.bytes_sent - sent, line.bytes_received - received, ticks() - began)
        return report_of(work.tally, now, line.clock_offset, ended, traffic)


def _stage(name: str, run: Callable[[bool], str], work: Work, now: datetime) -> Stage:
    """`run` is told whether the last one of this name was cut, and returns a short code, "" if it was finished."""
    if work.stop():
        return Stage(name, "stopped")
    with work.store() as connection:
        # Written before anything is asked: a round that is killed shows at the next one.
        cut = stages.begin(connection, name, now).was_cut
    problem = _problem(run, cut)
    with work.store() as connection:
        stages.end(connection, name, now, problem)
    return Stage(name, problem)


def _problem(run: Callable[[bool], str], cut: bool) -> str:
    try:
        return run(cut)
    except Stopped:
        return "stopped"
    except RequestRefused as refusal:
        return f"refused: {refusal.reason}"
    except Garbled as problem:
        return f"garbled: {problem}"
    except LineError as problem:
        return f"line down: {problem}"


def _hello(line: Line, work: Work) -> str:
    hello = line.hello()
    stranger = work.policy.stranger(hello)
    if stranger:
        return stranger
    work.apply.heard(hello)
    # Without the centre's signature anyone on the line could talk us into forgetting.
    if line.trusted:
        work.settle(hello, heard_now=True)
    work.progress("hello", 1, 1)
    return ""


def _status(line: Line, work: Work, status: Callable[[], bytes]) -> str:
    try:
        line.tell_status(status())
    except RequestRefused as refusal:
        # A centre of an earlier program: it has no such address, and a round is whole without.
        if refusal.status != 404:
            raise
        return "not-known"
    work.progress("status", 1, 1)
    return ""
