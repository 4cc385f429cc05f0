"""Follows the chain of each booth's acts as they come in, in whatever order, and notes every gap and every fork.

Must never refuse an act for its place in the chain, nor touch a ballot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from central.store import Tx, alarms
from central.store.line import chains
from central.store.line import envelopes as envelope_rows
from central.store.line.chains import FILLED, FORK, GAP, START, Run


@dataclass(frozen=True)
class Link:
    """One act: its id, the digest it names as its predecessor ("" for none), its own digest."""

    act: str
    previous: str
    digest: str


def follow(tx: Tx, booth: str, links: Sequence[Link], now: datetime) -> None:
    """Note new acts of `booth`, before they are stored and in the same transaction, which holds the booth's row."""
    if not links:
        return
    digests = {link.digest for link in links}
    outside = {link.previous for link in links} - digests
    stored = chains.touching(tx, booth, outside - {""}, digests | outside)
    runs = _Runs(stored)
    for stretch in _stretches(links, {run.opens for run in stored}):
        runs.take(booth, stretch, now)
    loose = [run.opens for run in runs.new() if run.opens]
    seen = digests | (envelope_rows.digests_among(tx, booth, loose) if loose else set())
    changed = runs.changed(seen, now)
    if any(run.state == FORK for run in changed):
        # A copy of the booth's disk, or its own database put back from one: somebody must find out which.
        alarms.ring(tx, "chain-forked", booth, "", now)
    chains.put(tx, changed, {run.first for run in stored})


@dataclass(frozen=True)
class _Stretch:
    """Acts of a batch that came in the order of their chain: the first one's id, the digest that it names, the last
    one's digest."""

    first: str
    previous: str
    last: str
    acts: int


def _stretches(links: Sequence[Link], waited_for: Set[str]) -> list[_Stretch]:
    """Nearly always one, so that a run is written down once and not for each act. Where anything else names what an act
    follows, in this batch or before it, the act begins a stretch of its own: it may be a fork."""
    named = Counter(link.previous for link in links)
    begins = [
        place
        for place, link in enumerate(links)
        if place == 0
        or link.previous != links[place - 1].digest
        or link.previous in waited_for
        or named[link.previous] > 1
    ]
    parts = [links[begin:end] for begin, end in zip(begins, [*begins[1:], len(links)], strict=True)]
    return [_Stretch(part[0].act, part[0].previous, part[-1].digest, len(part)) for part in parts]


class _Runs:
    """The runs of one booth that a batch touches, joined as its acts come."""

    def __init__(self, stored: Sequence[Run]) -> None:
        self._stored = {run.first: run for run in stored}
        self._open = dict(self._stored)
        self._by_last = {run.last: run.first for run in stored}
        self._waiting: dict[str, list[str]] = {}
        for run in stored:
            self._waiting.setdefault(run.opens, []).append(run.first)

    def take(self, booth: str, stretch: _Stretch, now: datetime) -> None:
        first = self._by_last.pop(stretch.previous, None) if stretch.previous else None
        if first is None:
            first = stretch.first
            self._open[first] = Run(booth, first, stretch.previous, stretch.last, stretch.acts, GAP, now)
            self._waiting.setdefault(stretch.previous, []).append(first)
        else:
            run = self._open[first]
            self._open[first] = replace(run, last=stretch.last, acts=run.acts + stretch.acts)
        self._join(first, stretch.last)

    def _join(self, first: str, digest: str) -> None:
        """If a run waits for `digest`, its acts follow now."""
        waiting = [one for one in self._waiting.get(digest, []) if one != first]
        if waiting:
            follower = self._open.pop(waiting[0])
            self._waiting[digest].remove(waiting[0])
            run = self._open[first]
            self._open[first] = replace(run, last=follower.last, acts=run.acts + follower.acts)
        self._by_last[self._open[first].last] = first

    def new(self) -> list[Run]:
        return [run for run in self._open.values() if run.first not in self._stored]

    def changed(self, seen: set[str], now: datetime) -> list[Run]:
        """What is to be written: every run that is new, longer, filled or of another state than before."""
        filled = [
            replace(run, state=FILLED, filled_at=now) for run in self._stored.values() if run.first not in self._open
        ]
        named = [replace(run, state=self._state(run, seen)) for run in self._open.values()]
        return filled + [run for run in named if run != self._stored.get(run.first)]

    def _state(self, run: Run, seen: set[str]) -> str:
        foremost = self._waiting[run.opens][0] == run.first
        if run.opens == "" and foremost:
            return START
        # What this run names is here, and yet it does not end a run: something else follows it already.
        if run.opens in seen or not foremost or run.state == FORK:
            return FORK
        return GAP
