"""What a round does with what has come: a hello, answers, a page. Used on the line and for a stick.

Must never look into a body, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sync import inbox, outbox
from sync.inbox import Stored
from sync.outbox import Connection
from sync.wire.envelope import Envelope
from sync.wire.messages import Answer, Hello, Item

EPOCH: Final = "centre.epoch"
# Items in one transaction: a commit costs as much as applying fifty, and another process may have to wait for it.
GROUP: Final = 100
fair: Final = secrets.SystemRandom().shuffle


@dataclass(frozen=True)
class Reject:
    """What `apply` returns for an item it cannot take: a short code, no content."""

    reason: str


# Every call opens one transaction that commits when it is left without an exception (engine.begin).
Connect = Callable[[], AbstractContextManager[Connection]]
Apply = Callable[[Connection, Item], Reject | None]
Progress = Callable[[str, int, int], None]
Shuffle = Callable[[list[Envelope]], None]
# Told which envelopes the centre has said that it has, in the transaction that writes the answers down.
Taken = Callable[[Connection, Collection[str]], None]
Keys = Mapping[str, ec.EllipticCurvePublicKey]


class Stopped(Exception):
    """We were asked to end: everything so far is committed, the rest waits for the next round."""


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def never() -> bool:
    """Nobody asks us to end."""
    return False


def nobody(connection: Connection, ids: Collection[str]) -> None:
    """Nobody wants to know what the centre has taken."""


@dataclass
class Tally:
    """What was counted so far. `sent` are distinct ids."""

    sent: set[str] = field(default_factory=set)
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    pulled: int = 0
    applied: int = 0
    aside: set[tuple[str, str]] = field(default_factory=set)
    released: int = 0


@dataclass(frozen=True)
class Work:
    """What the steps share: the booth's store, the one who applies, the centre's keys, the counts. Items of `opaque`
    kinds are kept as they come, without asking `apply`. `taken` hears of each envelope that the centre says it has."""

    connect: Connect
    apply: Apply
    keys: Keys
    progress: Progress = silent
    stop: Callable[[], bool] = never
    shuffle: Shuffle = fair
    urgent: tuple[str, ...] = ()
    opaque: Set[str] = frozenset()
    taken: Taken = nobody
    tally: Tally = field(default_factory=Tally)


def settle(work: Work, hello: Hello, *, heard_now: bool) -> None:
    """Takes a trusted hello: a new epoch, bodies that may go. `heard_now` is False for one that travelled on a stick:
    what was answered meanwhile on the line was not received before it was made."""
    with work.connect() as connection:
        known = outbox.read_state(connection, EPOCH)
        if hello.epoch and hello.epoch != known:
            if known:
                outbox.ask_again(connection)
            outbox.write_state(connection, EPOCH, hello.epoch)
        if hello.kept_through is not None:
            work.tally.released += outbox.release(connection, hello.kept_through)
        if heard_now:
            outbox.note_settled(connection, hello.now)


def take_answers(
    work: Work, asked: Set[str], answers: Sequence[Answer], remember: Mapping[str, str] | None = None
) -> set[str]:
    """Note the answers in one transaction (and what is to be remembered with them); the ids `asked` that got none."""
    fitting = list({answer.id: answer for answer in answers if answer.id in asked}.values())
    with work.connect() as connection:
        result = outbox.acknowledge(connection, fitting)
        work.taken(connection, [answer.id for answer in fitting if answer.outcome != "rejected"])
        missing = set(asked) - {answer.id for answer in fitting}
        for id in sorted(missing):
            outbox.complain(connection, id, "not-answered")
        for name, value in (remember or {}).items():
            outbox.write_state(connection, name, value)
    work.tally.accepted += result.accepted
    work.tally.duplicate += result.duplicate
    work.tally.rejected += result.rejected
    return missing


def take_items(work: Work, items: Sequence[Item], cursor: int, remember: Mapping[str, str] | None = None) -> None:
    """Applies the items of a verified page in groups, a transaction each, every item under a savepoint of its own; the
    cursor moves with the last group. Raises Stopped, after what was applied has been committed."""
    for start in range(0, max(1, len(items)), GROUP):
        group = items[start : start + GROUP]
        with work.connect() as connection:
            stopped = not _take_group(work, connection, group)
            if not stopped and start + GROUP >= len(items):
                inbox.set_cursor(connection, cursor)
                for name, value in (remember or {}).items():
                    outbox.write_state(connection, name, value)
        if stopped:
            raise Stopped


def retry_set_aside(work: Work) -> None:
    """An item may have come before the one that it needs."""
    with work.connect() as connection:
        waiting = inbox.problems(connection)
    for start in range(0, len(waiting), GROUP):
        with work.connect() as connection:
            for item, _ in waiting[start : start + GROUP]:
                if not _apply_one(work, connection, item):
                    work.tally.aside.discard((item.kind, item.key))


def _take_group(work: Work, connection: Connection, items: Sequence[Item]) -> bool:
    """False if we were asked to end before all were taken."""
    for opaque, run in groupby(items, lambda item: item.kind in work.opaque):
        # Nobody looks into these: there is nothing that could have to be undone for one of them alone.
        for part in [list(run)] if opaque else [[item] for item in run]:
            if work.stop():
                return False
            reasons = _keep_all(work, connection, part) if opaque else [_apply_one(work, connection, part[0])]
            for item, reason in zip(part, reasons, strict=True):
                if reason:
                    work.tally.aside.add((item.kind, item.key))
                    inbox.set_aside(connection, item, reason)
            work.tally.pulled += len(part)
            work.progress("pull", work.tally.pulled, 0)
    return True


def _keep_all(work: Work, connection: Connection, items: Sequence[Item]) -> list[str]:
    became = inbox.store_all(connection, items)
    work.tally.applied += became.count(Stored.NEW)
    return ["conflict" if one is Stored.CONFLICT else "" for one in became]


def _apply_one(work: Work, connection: Connection, item: Item) -> str:
    """The reason why it could not be applied, "" if all is well. What it wrote is undone then, and nothing else."""
    inbox.set_savepoint(connection)
    try:
        reason = _stored(work, connection, item)
    except Exception as problem:  # one bad item must not keep the others out; its text may quote the body
        if not inbox.undo(connection):
            raise
        return f"failed: {type(problem).__name__}"
    if reason:
        inbox.undo(connection)
    else:
        inbox.keep(connection)
    return reason


def _stored(work: Work, connection: Connection, item: Item) -> str:
    match inbox.store_item(connection, item):
        case Stored.CONFLICT:
            return "conflict"
        case Stored.STALE | Stored.UNCHANGED:
            return ""
        case Stored.NEW:
            verdict = None if item.kind in work.opaque else work.apply(connection, item)
    if verdict is not None:
        return verdict.reason
    work.tally.applied += 1
    return ""
