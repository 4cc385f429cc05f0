"""One round between booth and centre: hello, push, pull, status, each recorded, none waiting for the other.

A round may be cut anywhere and begun again: what was stored stays stored, the rest is offered once more. Must never
look into a body, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from sync import inbox, outbox, stages, steps
from sync.ahead import Ahead
from sync.batch import Batch
from sync.pace import Pace
from sync.refusals import for_good
from sync.steps import Apply, Connect, Keys, Progress, Reject, Shuffle, Stopped, Taken, Tally, Work
from sync.wire.canonical import JsonValue
from sync.wire.encoding import instant
from sync.wire.envelope import Envelope
from sync.wire.errors import Garbled, LineError, Refused
from sync.wire.matter import NotSigned
from sync.wire.messages import PROTOCOL, Answer, Hello, Page, verify_page

__all__ = ["Line", "Reject", "Report", "Stage", "Status", "run_round"]

# How a round begins that knows nothing of its line; it doubles from there.
_START: Final = 64
_PUSH_PACE: Final = "pace.push"
_PULL_PACE: Final = "pace.pull"

# What the booth says of itself (JSON), asked for when push and pull are over.
Status = Callable[[], bytes]


class Line(Protocol):
    """What a round needs of the line: sync.Client has it, a test may as well."""

    @property
    def trusted(self) -> bool: ...
    @property
    def clock_offset(self) -> timedelta: ...
    @property
    def bytes_sent(self) -> int: ...
    @property
    def bytes_received(self) -> int: ...
    def hello(self) -> Hello: ...
    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]: ...
    def pull(self, cursor: int, limit: int = 500) -> Page: ...
    def tell_status(self, status: bytes) -> None: ...


@dataclass(frozen=True)
class Stage:
    """`problem` is "" where the stage was finished, otherwise a short code."""

    name: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Report:
    """What a round did. `sent` counts distinct envelopes, however often they were offered."""

    started: datetime
    sent: int
    accepted: int
    duplicate: int
    rejected: int
    pulled: int
    applied: int
    set_aside: int
    released: int
    clock_offset: timedelta
    stages: tuple[Stage, ...]
    bytes_sent: int = 0
    bytes_received: int = 0
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Every stage was finished. Rejected and set-aside items are in the counts, not here, and a centre that does
        not know of the booth's status yet is no failure."""
        return all(stage.ok or (stage.name, stage.problem) == ("status", "not-known") for stage in self.stages)

    @property
    def refused(self) -> bool:
        """The town hall has said no to this very booth, and trying again tonight will not help."""
        return for_good({stage.name: stage.problem for stage in self.stages}, sent=bool(self.sent))

    def to_json(self) -> dict[str, JsonValue]:
        numbers = ("sent", "accepted", "duplicate", "rejected", "pulled", "applied", "set_aside", "released")
        return {
            "started": instant(self.started),
            "ok": self.ok,
            "clock_offset": round(self.clock_offset.total_seconds()),
            "stages": [{"name": stage.name, "ok": stage.ok, "problem": stage.problem} for stage in self.stages],
            "bytes_sent": self.bytes_sent,
            "bytes_received": self.bytes_received,
            "milliseconds": round(self.seconds * 1000),
            **{name: getattr(self, name) for name in numbers},
        }


@dataclass(frozen=True)
class _Round:
    client: Line
    work: Work
    now: datetime
    municipality: str | None
    batch: int
    ballots: int
    page: int
    status: Status | None
    ticks: Callable[[], float]


def run_round(
    client: Line,
    connect: Connect,
    apply: Apply,
    *,
    keys: Keys,
    now: datetime,
    municipality: str | None = None,
    progress: Progress = steps.silent,
    batch: int = 500,
    ballots: int = 500,
    page: int = 500,
    urgent: tuple[str, ...] = (),
    opaque: Set[str] = frozenset(),
    taken: Taken = steps.nobody,
    shuffle: Shuffle | None = None,
    status: Status | None = None,
    stop: Callable[[], bool] = steps.never,
    ticks: Callable[[], float] = time.monotonic,
) -> Report:
    """One whole round. Trouble on the line ends up in the report's stages; only broken promises are raised.

    `connect` opens one transaction, committed when left. `apply` gets each verified, newer item inside the transaction
    that stores it and returns None or Reject; an exception of its own sets the item aside as well.
    `keys` are the centre's, by kid. `progress(stage, done, total)`; total is 0 where it is not known.
    Items of the `opaque` kinds are stored as they come: sealed for somebody else, `apply` has nothing to say of them.
    `taken` hears of the envelopes that the centre says it has, inside the transaction that writes its answers down.
    `batch` and `page` are the most that is sent or asked for at once, `ballots` the most of these (each is checked);
    acts of the `urgent` kinds go before all else and alone. `stop` is asked between transactions; `ticks` gives seconds
    for the pace. `client.push`, `client.pull` and `ticks` are called on a thread of the round's own, one at a time.
    """
    work = Work(connect, apply, keys, progress, stop, shuffle or steps.fair, urgent, opaque, taken)
    this = _Round(client, work, now, municipality, batch, ballots, page, status, ticks)
    sent, received, began = client.bytes_sent, client.bytes_received, ticks()
    ended = [_stage("hello", _hello, this)]
    # Another protocol or another town hall: nothing may be sent there. A line that fails may work the next moment.
    if ended[0].problem not in ("protocol", "municipality"):
        ended += [_stage("push", _push, this), _stage("pull", _pull, this)]
        if status is not None:
            ended.append(_stage("status", _status, this))
    traffic = (client.bytes_sent - sent, client.bytes_received - received, ticks() - began)
    return report_of(work.tally, now, client.clock_offset, ended, traffic)


def report_of(
    tally: Tally,
    now: datetime,
    offset: timedelta,
    ended: Sequence[Stage],
    traffic: tuple[int, int, float] = (0, 0, 0.0),
) -> Report:
    """The counts so far as a report; `traffic` is bytes sent, bytes received, seconds."""
    return Report(
        started=now,
        sent=len(tally.sent),
        accepted=tally.accepted,
        duplicate=tally.duplicate,
        rejected=tally.rejected,
        pulled=tally.pulled,
        applied=tally.applied,
        set_aside=len(tally.aside),
        released=tally.released,
        clock_offset=offset,
        stages=tuple(ended),
        bytes_sent=traffic[0],
        bytes_received=traffic[1],
        seconds=traffic[2],
    )


def _stage(name: str, run: Callable[[_Round, bool], str], this: _Round) -> Stage:
    if this.work.stop():
        return Stage(name, "stopped")
    with this.work.connect() as connection:
        cut = stages.begin(connection, name, this.now).was_cut
    problem = _problem(run, this, cut)
    with this.work.connect() as connection:
        stages.end(connection, name, this.now, problem)
    return Stage(name, problem)


def _problem(run: Callable[[_Round, bool], str], this: _Round, cut: bool) -> str:
    try:
        return run(this, cut)
    except Stopped:
        return "stopped"
    except Refused as refusal:
        return f"refused: {refusal.reason}"
    except Garbled as problem:
        return f"garbled: {problem}"
    except LineError as problem:
        return f"line down: {problem}"


def _hello(this: _Round, _cut: bool) -> str:
    hello = this.client.hello()
    if hello.protocol != PROTOCOL:
        return "protocol"
    if this.municipality is not None and hello.municipality != this.municipality:
        return "municipality"
    # Without the centre's signature anyone on the line could talk us into forgetting.
    if this.client.trusted:
        steps.settle(this.work, hello, heard_now=True)
    this.work.progress("hello", 1, 1)
    return ""


def _pace(this: _Round, name: str, most: int, cut: bool) -> Pace:
    with this.work.connect() as connection:
        pace = Pace.read(outbox.read_state(connection, name), start=min(_START, most), most=most)
    return pace.cut() if cut else pace


def _push(this: _Round, cut: bool) -> str:
    with Ahead[tuple[list[Answer], float]]() as line:
        return _Pushing(this, _pace(this, _PUSH_PACE, this.batch, cut), line).run()


@dataclass(frozen=True)
class _Heard:
    """What the centre said to a batch, and the pace that followed from it; not yet written down."""

    batch: Batch
    answers: list[Answer]
    pace: Pace


class _Pushing:
    """While the centre has a batch, the answers to the one before are written and the next is made ready.

    One batch is under way at most; what it may hold nobody else offers, and only its own answers settle it.
    """

    def __init__(self, this: _Round, pace: Pace, line: Ahead[tuple[list[Answer], float]]) -> None:
        self._this, self._work, self._pace, self._line = this, this.work, pace, line
        self._skip: set[str] = set()
        self._heard: _Heard | None = None
        self._answered = 0
        with this.work.connect() as connection:
            state = outbox.counts(connection)
        self._total = state.waiting_acts + state.waiting_ballots

    def run(self) -> str:
        batch = Batch(())
        while True:
            stopped = self._work.stop()
            if not batch or stopped:
                self._write_down()
            if stopped:
                raise Stopped
            batch = batch or self._next(frozenset(), self._pace)
            if not batch:
                return ""
            self._send(batch)
            self._write_down()
            # As large as it may be if this one is carried quickly; otherwise it is cut to what turns out to fit.
            ahead = self._next(batch.ids, self._pace.carried(len(batch), batch.size, 0.0))
            try:
                answers, seconds = self._line.land()
            except Refused as refusal:
                if refusal.status != 413:
                    raise
                self._pace, batch = _shrunk(self._this, self._pace, batch, self._skip), Batch(())
                continue
            self._pace = self._pace.carried(len(batch), batch.size, seconds)
            self._heard = _Heard(batch, answers, self._pace)
            # On ballots alone there may be no verdict today: they wait, and what comes after them need not.
            if batch.chained and not batch.ids & {answer.id for answer in answers}:
                self._write_down()
                return "not answered"
            batch = self._fitting(ahead)

    def _send(self, batch: Batch) -> None:
        client, ticks = self._this.client, self._this.ticks

        def ask() -> tuple[list[Answer], float]:
            began = ticks()
            answers = client.push(batch)
            return answers, ticks() - began

        self._work.tally.sent |= batch.ids
        self._line.start(ask)

    def _write_down(self) -> None:
        heard, self._heard = self._heard, None
        if heard is None:
            return
        missing = steps.take_answers(self._work, heard.batch.ids, heard.answers, {_PUSH_PACE: heard.pace.text()})
        # What was not answered waits for the next round: asking again now might go on for ever.
        self._skip |= missing
        self._answered += len(heard.batch) - len(missing)
        self._work.progress("push", self._answered, self._total)

    def _next(self, under_way: frozenset[str], pace: Pace) -> Batch:
        with self._work.connect() as connection:
            envelopes = outbox.pending(
                connection,
                pace.size,
                shuffle=self._work.shuffle,
                max_bytes=pace.room,
                max_ballots=self._this.ballots,
                urgent=self._work.urgent,
                skip=self._skip | under_way,
            )
        return _ready(envelopes)

    def _fitting(self, ahead: Batch) -> Batch:
        fitting = outbox.within(ahead[: self._pace.size], self._pace.room)
        return ahead if len(fitting) == len(ahead) else _ready(fitting)


def _ready(envelopes: Sequence[Envelope]) -> Batch:
    batch = Batch(envelopes)
    if batch:
        _ = batch.packed
    return batch


def _shrunk(this: _Round, pace: Pace, envelopes: Sequence[Envelope], skip: set[str]) -> Pace:
    """The pace after a batch that was too large; a single envelope that is so goes on the list of problems."""
    if len(envelopes) > 1:
        return pace.too_large(len(envelopes))
    skip.add(envelopes[0].id)
    with this.work.connect() as connection:
        outbox.complain(connection, envelopes[0].id, "too-large")
    return Pace(min(_START, this.batch), this.batch)


def _pull(this: _Round, cut: bool) -> str:
    pace, work = _pace(this, _PULL_PACE, this.page, cut), this.work
    with work.connect() as connection:
        cursor = inbox.cursor(connection)
    with Ahead[tuple[Page, float]]() as line:
        line.start(partial(_asked, this, cursor, pace.size))
        while True:
            page, seconds = line.land()
            try:
                verify_page(page, work.keys)
            except NotSigned as problem:
                return f"not signed: {problem}"
            if page.cursor < cursor or (page.more and page.cursor == cursor):
                return "cursor went back"
            pace = pace.carried(len(page.items), sum(len(item.body) for item in page.items), seconds)
            goes_on = page.more and not work.stop()
            if goes_on:  # the next one comes while this one is applied
                line.start(partial(_asked, this, page.cursor, pace.size))
            steps.take_items(work, page.items, page.cursor, {_PULL_PACE: pace.text()})
            cursor = page.cursor
            if not page.more:
                break
            if not goes_on or work.stop():
                raise Stopped
    steps.retry_set_aside(work)
    return ""


def _asked(this: _Round, cursor: int, limit: int) -> tuple[Page, float]:
    began = this.ticks()
    page = this.client.pull(cursor, limit)
    return page, this.ticks() - began


def _status(this: _Round, _cut: bool) -> str:
    if this.status is None:
        return ""
    try:
        this.client.tell_status(this.status())
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return "not-known"
    this.work.progress("status", 1, 1)
    return ""
