"""What a round came to, in counts and short codes: for a technician, a log, a program that reads JSON.

Must never hold an id, a kind or a body: a report is printed and kept where anybody may read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync.rounds.refusals import for_good
from sync.wire.canonical import JsonValue
from sync.wire.encoding import instant


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
            # Whole numbers: the canonical form has no others.
            "milliseconds": round(self.seconds * 1000),
            **{name: getattr(self, name) for name in numbers},
        }


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
