"""One round between booth and centre: hello, push, pull, each recorded, none waiting for the other.

A round may be cut anywhere and begun again: what was stored stays stored, the rest is offered once more. Must never
look into a body, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from sync import inbox, outbox
from sync.inbox import Stored
from sync.outbox import Connection
from sync.wire.canonical import JsonValue
from sync.wire.encoding import instant
from sync.wire.envelope import Envelope
from sync.wire.errors import Garbled, LineError, Refused
from sync.wire.matter import NotSigned
from sync.wire.messages import PROTOCOL, Answer, Hello, Item, Page, verify_page

_EPOCH: Final = "centre.epoch"
_shuffle: Final = secrets.SystemRandom().shuffle


@dataclass(frozen=True)
class Reject:
    """What `apply` returns for an item it cannot take: a short code, no content."""

    reason: str


# Every call opens one transaction that commits when it is left without an exception (engine.begin).
Connect = Callable[[], AbstractContextManager[Connection]]
Apply = Callable[[Connection, Item], Reject | None]
Progress = Callable[[str, int, int], None]
Shuffle = Callable[[list[Envelope]], None]
Keys = Mapping[str, ec.EllipticCurvePublicKey]


def _silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


class Line(Protocol):
    """What a round needs of the line: sync.Client has it, a stick or a test may as well."""

    trusted: bool
    clock_offset: timedelta

    def hello(self) -> Hello: ...
    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]: ...
    def pull(self, cursor: int, limit: int = 500) -> Page: ...


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

    @property
    def ok(self) -> bool:
        """Every stage was finished. Rejected and set-aside items are in the counts, not here."""
        return all(stage.ok for stage in self.stages)

    def to_json(self) -> dict[str, JsonValue]:
        numbers = ("sent", "accepted", "duplicate", "rejected", "pulled", "applied", "set_aside", "released")
        return {
            "started": instant(self.started),
            "ok": self.ok,
            "clock_offset": round(self.clock_offset.total_seconds()),
            "stages": [{"name": stage.name, "ok": stage.ok, "problem": stage.problem} for stage in self.stages],
            **{name: getattr(self, name) for name in numbers},
        }


@dataclass
class _Tally:
    sent: set[str] = field(default_factory=set)
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    pulled: int = 0
    applied: int = 0
    aside: set[tuple[str, str]] = field(default_factory=set)
    released: int = 0


@dataclass(frozen=True)
class _Round:
    client: Line
    connect: Connect
    apply: Apply
    keys: Keys
    municipality: str | None
    progress: Progress
    batch: int
    page: int
    shuffle: Shuffle
    tally: _Tally = field(default_factory=_Tally)


def run_round(
    client: Line,
    connect: Connect,
    apply: Apply,
    *,
    keys: Keys,
    now: datetime,
    municipality: str | None = None,
    progress: Progress = _silent,
    batch: int = 500,
    page: int = 500,
    shuffle: Shuffle = _shuffle,
) -> Report:
    """One whole round. Trouble on the line ends up in the report's stages; only broken promises are raised.

    `connect` opens one transaction, committed when left. `apply` gets each verified, newer item inside the transaction
    that stores it and returns None or Reject; an exception of its own sets the item aside as well.
    `keys` are the centre's, by kid. `progress(stage, done, total)`; total is 0 where it is not known.
    """
    this = _Round(client, connect, apply, keys, municipality, progress, batch, page, shuffle)
    stages = [_stage("hello", _hello, this)]
    # Another protocol or another town hall: nothing may be sent there. A line that fails may work the next moment.
    if stages[0].problem not in ("protocol", "municipality"):
        stages += [_stage("push", _push, this), _stage("pull", _pull, this)]
    return _report(this.tally, now, client.clock_offset, stages)


def _report(tally: _Tally, now: datetime, offset: timedelta, stages: Sequence[Stage]) -> Report:
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
        stages=tuple(stages),
    )


def _stage(name: str, run: Callable[[_Round], str], this: _Round) -> Stage:
    try:
        return Stage(name, run(this))
    except Refused as refusal:
        return Stage(name, f"refused: {refusal.reason}")
    except Garbled as problem:
        return Stage(name, f"garbled: {problem}")
    except LineError as problem:
        return Stage(name, f"line down: {problem}")


def _hello(this: _Round) -> str:
    hello = this.client.hello()
    if hello.protocol != PROTOCOL:
        return "protocol"
    if this.municipality is not None and hello.municipality != this.municipality:
        return "municipality"
    # Without the centre's signature anyone on the line could talk us into forgetting.
    if this.client.trusted:
        with this.connect() as connection:
            _settle(connection, hello, this.tally)
    this.progress("hello", 1, 1)
    return ""


def _settle(connection: Connection, hello: Hello, tally: _Tally) -> None:
    known = outbox.read_state(connection, _EPOCH)
    if hello.epoch and hello.epoch != known:
        if known:
            outbox.ask_again(connection)
        outbox.write_state(connection, _EPOCH, hello.epoch)
    if hello.kept_through is not None:
        tally.released += outbox.release(connection, hello.kept_through)
    outbox.note_settled(connection, hello.now)


def _push(this: _Round) -> str:
    size, skip = this.batch, set[str]()
    with this.connect() as connection:
        state = outbox.counts(connection)
    total = state.waiting_acts + state.waiting_ballots
    while True:
        with this.connect() as connection:
            envelopes = outbox.pending(connection, size, shuffle=this.shuffle, skip=skip)
        if not envelopes:
            return ""
        this.tally.sent |= {envelope.id for envelope in envelopes}
        try:
            answers = this.client.push(envelopes)
        except Refused as refusal:
            if refusal.status != 413:
                raise
            size = len(envelopes) // 2
            if size == 0:
                skip.add(envelopes[0].id)
                with this.connect() as connection:
                    outbox.complain(connection, envelopes[0].id, "too-large")
                size = this.batch
            continue
        # What was not answered waits for the next round: asking again now might go on for ever.
        missing = _take_answers(this, envelopes, answers)
        if len(missing) == len(envelopes):
            return "not answered"
        skip |= missing
        this.progress("push", len(this.tally.sent) - len(skip), total)


def _take_answers(this: _Round, envelopes: Sequence[Envelope], answers: Sequence[Answer]) -> set[str]:
    """Note the answers in one transaction and return the ids that got none."""
    asked = {envelope.id for envelope in envelopes}
    fitting = list({answer.id: answer for answer in answers if answer.id in asked}.values())
    with this.connect() as connection:
        result = outbox.acknowledge(connection, fitting)
        missing = asked - {answer.id for answer in fitting}
        for id in sorted(missing):
            outbox.complain(connection, id, "not-answered")
    this.tally.accepted += result.accepted
    this.tally.duplicate += result.duplicate
    this.tally.rejected += result.rejected
    return missing


def _pull(this: _Round) -> str:
    with this.connect() as connection:
        cursor = inbox.cursor(connection)
    while True:
        page = this.client.pull(cursor, this.page)
        try:
            verify_page(page, this.keys)
        except NotSigned as problem:
            return f"not signed: {problem}"
        if page.cursor < cursor or (page.more and page.cursor == cursor):
            return "cursor went back"
        for item in page.items:
            this.tally.pulled += 1
            _take_item(this, item)
            this.progress("pull", this.tally.pulled, 0)
        cursor = page.cursor
        with this.connect() as connection:
            inbox.set_cursor(connection, cursor)
        if not page.more:
            break
    _retry_set_aside(this)
    return ""


def _take_item(this: _Round, item: Item) -> None:
    reason = _apply_one(this, item)
    if reason:
        this.tally.aside.add((item.kind, item.key))
        with this.connect() as connection:
            inbox.set_aside(connection, item, reason)


def _retry_set_aside(this: _Round) -> None:
    """An item may have come before the one that it needs."""
    with this.connect() as connection:
        waiting = inbox.problems(connection)
    for item, _ in waiting:
        if not _apply_one(this, item):
            this.tally.aside.discard((item.kind, item.key))


class _Rejected(Exception):
    """Rolls the item's transaction back."""


def _apply_one(this: _Round, item: Item) -> str:
    """The reason why it could not be applied, "" if all is well."""
    try:
        with this.connect() as connection:
            match inbox.store_item(connection, item):
                case Stored.CONFLICT:
                    return "conflict"
                case Stored.STALE | Stored.UNCHANGED:
                    return ""
                case Stored.NEW:
                    verdict = this.apply(connection, item)
            if verdict is not None:
                raise _Rejected(verdict.reason)
    except _Rejected as rejected:
        return str(rejected)
    except Exception as problem:  # one bad item must not keep the others out; its text may quote the body
        return f"failed: {type(problem).__name__}"
    this.tally.applied += 1
    return ""
