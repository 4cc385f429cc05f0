"""What each stage of a round came to, kept in the booth's store: a round that was killed shows at the next one.

Works inside the transaction that is passed in and never commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.store.outbox import Connection, read_state, write_state
from sync.wire.canonical import NotCanonical, canonical, load
from sync.wire.encoding import instant, read_instant

NAMES: Final = ("hello", "push", "pull", "status")
RUNNING: Final = "running"


@dataclass(frozen=True)
class Kept:
    """`round` is when the last round that came to this stage began, `problem` its short code ("" done, RUNNING: it was
    killed or runs now), `finished` when the last round began that finished it."""

    name: str
    round: datetime | None = None
    problem: str = ""
    finished: datetime | None = None

    @property
    def was_cut(self) -> bool:
        """The last one did not come to its end by itself."""
        return self.problem == RUNNING or self.problem.startswith(("line down", "garbled"))


def kept(connection: Connection, name: str) -> Kept:
    """What is remembered of a stage."""
    try:
        # What cannot be read is as good as never written: the stage that is beginning writes it anew.
        value = load(read_state(connection, f"stage.{name}").encode())
    except NotCanonical:
        return Kept(name)
    if not isinstance(value, dict):
        return Kept(name)
    return Kept(name, _read(value.get("round")), str(value.get("problem", "")), _read(value.get("finished")))


def begin(connection: Connection, name: str, round: datetime) -> Kept:
    """Remember that it runs. Returns what was remembered before."""
    before = kept(connection, name)
    _write(connection, Kept(name, round, RUNNING, before.finished))
    return before


def end(connection: Connection, name: str, round: datetime, problem: str) -> None:
    """Remember how it ended."""
    finished = kept(connection, name).finished if problem else round
    _write(connection, Kept(name, round, problem, finished))


def _write(connection: Connection, stage: Kept) -> None:
    moments = {"round": stage.round, "finished": stage.finished}
    value = {name: instant(moment) if moment else "" for name, moment in moments.items()}
    write_state(connection, f"stage.{stage.name}", canonical({**value, "problem": stage.problem}).decode())


def _read(text: object) -> datetime | None:
    return read_instant(text) if isinstance(text, str) and text else None
