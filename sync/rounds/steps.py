"""What a round does with what has come: a hello, answers, a page. Used on the line and for a stick.

Must never look into a body, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from sync.rounds.parties import Apply, Policy, Store
from sync.rounds.report import Tally
from sync.store import inbox, outbox
from sync.store.inbox import Stored
from sync.store.outbox import Connection
from sync.wire.messages import Answer, Hello, Item

EPOCH: Final = "centre.epoch"
# Items in one transaction: a commit costs as much as applying fifty, and another process may have to wait for it.
GROUP: Final = 100
Progress = Callable[[str, int, int], None]


class Stopped(Exception):
    """We were asked to end: everything so far is committed, the rest waits for the next round."""


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def never() -> bool:
    """Nobody asks us to end."""
    return False


@dataclass(frozen=True)
class Work:
    """The steps of one round, and what they have counted. `progress` hears (stage, done, total), total 0 where it is
    not known; `stop` is asked between transactions."""

    store: Store
    apply: Apply
    policy: Policy
    progress: Progress = silent
    stop: Callable[[], bool] = never
    tally: Tally = field(default_factory=Tally)

    def settle(self, hello: Hello, *, heard_now: bool) -> None:
        """Takes a trusted hello: a new epoch, bodies that may go. `heard_now` is False for one that travelled on a
        stick: what was answered meanwhile on the line was not received before it was made."""
        with self.store() as connection:
            known = outbox.read_state(connection, EPOCH)
            if hello.epoch and hello.epoch != known:
                # The first centre that a booth hears of has forgotten nothing.
                if known:
                    outbox.ask_again(connection)
                outbox.write_state(connection, EPOCH, hello.epoch)
            if hello.kept_through is not None:
                self.tally.released += outbox.release(connection, hello.kept_through)
            if heard_now:
                outbox.note_settled(connection, hello.now)

    def take_answers(self, asked: Set[str], answers: Sequence[Answer], *remember: tuple[str, str]) -> set[str]:
        """Note the answers in one transaction (and what is to be remembered with them, by name); the ids `asked` that
        got none. An answer to what was not asked is passed over."""
        # Of two answers to one envelope the last counts, and once.
        fitting = list({answer.id: answer for answer in answers if answer.id in asked}.values())
        with self.store() as connection:
            result = outbox.acknowledge(connection, fitting)
            self.apply.taken(connection, [answer.id for answer in fitting if answer.outcome != "rejected"])
            missing = set(asked) - {answer.id for answer in fitting}
            for id in sorted(missing):
                outbox.complain(connection, id, "not-answered")
            for name, value in remember:
                outbox.write_state(connection, name, value)
        self.tally.accepted += result.accepted
        self.tally.duplicate += result.duplicate
        self.tally.rejected += result.rejected
        return missing

    def take_items(self, items: Sequence[Item], cursor: int, *remember: tuple[str, str]) -> None:
        """Applies the items of a verified page in groups, a transaction each, every item under a savepoint of its own;
        the cursor moves with the last group. Raises Stopped, after what was applied has been committed."""
        # An empty page moves the cursor too, hence one group at least.
        for start in range(0, max(1, len(items)), GROUP):
            group = items[start : start + GROUP]
            with self.store() as connection:
                stopped = not self._take_group(connection, group)
                if not stopped and start + GROUP >= len(items):
                    inbox.set_cursor(connection, cursor)
                    for name, value in remember:
                        outbox.write_state(connection, name, value)
            if stopped:
                raise Stopped

    def retry_set_aside(self) -> None:
        """An item may have come before the one that it needs."""
        with self.store() as connection:
            waiting = inbox.problems(connection)
        for start in range(0, len(waiting), GROUP):
            with self.store() as connection:
                for item, _ in waiting[start : start + GROUP]:
                    if not self._apply_one(connection, item):
                        self.tally.aside.discard((item.kind, item.key))

    def _take_group(self, connection: Connection, items: Sequence[Item]) -> bool:
        """False if we were asked to end before all were taken."""
        for opaque, run in groupby(items, lambda item: item.kind in self.apply.opaque):
            # Nobody looks into these: there is nothing that could have to be undone for one of them alone.
            for part in [list(run)] if opaque else [[item] for item in run]:
                if self.stop():
                    return False
                reasons = self._keep_all(connection, part) if opaque else [self._apply_one(connection, part[0])]
                for item, reason in zip(part, reasons, strict=True):
                    if reason:
                        self.tally.aside.add((item.kind, item.key))
                        inbox.set_aside(connection, item, reason)
                self.tally.pulled += len(part)
                self.progress("pull", self.tally.pulled, 0)
        return True

    def _keep_all(self, connection: Connection, items: Sequence[Item]) -> list[str]:
        became = inbox.store_all(connection, items)
        self.tally.applied += became.count(Stored.NEW)
        return ["conflict" if one is Stored.CONFLICT else "" for one in became]

    def _apply_one(self, connection: Connection, item: Item) -> str:
        """The reason why it could not be applied, "" if all is well. What it wrote is undone then, and nothing else."""
        inbox.set_savepoint(connection)
        try:
            reason = self._stored(connection, item)
        except Exception as problem:  # one bad item must not keep the others out; its text may quote the body
            # The whole group is undone then: nothing of it may be counted or set aside as if it stood.
            if not inbox.undo(connection):
                raise
            return f"failed: {type(problem).__name__}"
        if reason:
            inbox.undo(connection)
        else:
            inbox.keep(connection)
        return reason

    def _stored(self, connection: Connection, item: Item) -> str:
        match inbox.store_item(connection, item):
            case Stored.CONFLICT:
                return "conflict"
            case Stored.STALE | Stored.UNCHANGED:
                return ""
            case Stored.NEW:
                verdict = None if item.kind in self.apply.opaque else self.apply.judge(connection, item)
        if verdict is not None:
            return verdict.reason
        self.tally.applied += 1
        return ""
