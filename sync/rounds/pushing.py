"""What waits goes up, batch after batch.

Must never have two batches under way, and never marks anything as done that the centre has not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sync.rounds.ahead import Ahead, timed
from sync.rounds.pace import START, Pace, kept
from sync.rounds.parties import Line
from sync.rounds.steps import Stopped, Work
from sync.store import outbox
from sync.wire.batch import Batch
from sync.wire.envelope import Envelope
from sync.wire.errors import RequestRefused
from sync.wire.messages import Answer

_PACE: Final = "pace.push"
_Ahead = Ahead[tuple[list[Answer], float]]


def push(line: Line, work: Work, ticks: Callable[[], float], cut: bool) -> str:
    """Until nothing waits: "". Otherwise a short code; raises Stopped and LineError."""
    with _Ahead() as ahead:
        return _Pushing(line, work, ticks, cut, ahead).run()


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

    def __init__(self, line: Line, work: Work, ticks: Callable[[], float], cut: bool, ahead: _Ahead) -> None:
        self._line, self._work, self._ticks, self._ahead = line, work, ticks, ahead
        self._skip: set[str] = set()
        self._heard: _Heard | None = None
        self._answered = 0
        with work.store() as connection:
            self._pace = kept(connection, _PACE, most=work.policy.batch, cut=cut)
            state = outbox.counts(connection)
        self._total = state.waiting_acts + state.waiting_ballots

    def run(self) -> str:
        batch = Batch(())
        while True:
            stopped = self._work.stop()
            # Before it is written down, what was answered still counts as waiting and would be offered again.
            if not batch or stopped:
                self._write_down()
            if stopped:
                raise Stopped
            batch = batch or self._next(frozenset(), self._pace)
            if not batch:
                return ""
            self._work.tally.sent |= batch.ids
            self._ahead.start(partial(timed, self._ticks, partial(self._line.push, batch)))
            self._write_down()
            # As large as it may be if this one is carried quickly; otherwise it is cut to what turns out to fit.
            following = self._next(batch.ids, self._pace.carried(len(batch), batch.size, 0.0))
            try:
                answers, seconds = self._ahead.land()
            except RequestRefused as refusal:
                if refusal.status != 413:
                    raise
                self._shrink(batch)
                batch = Batch(())
                continue
            self._pace = self._pace.carried(len(batch), batch.size, seconds)
            self._heard = _Heard(batch, answers, self._pace)
            # On ballots alone there may be no verdict today: they wait, and what comes after them need not.
            if batch.chained and not batch.ids & {answer.id for answer in answers}:
                self._write_down()
                return "not answered"
            batch = self._fitting(following)

    def _write_down(self) -> None:
        heard, self._heard = self._heard, None
        if heard is None:
            return
        missing = self._work.take_answers(heard.batch.ids, heard.answers, (_PACE, heard.pace.text()))
        # What was not answered waits for the next round: asking again now might go on for ever.
        self._skip |= missing
        self._answered += len(heard.batch) - len(missing)
        self._work.progress("push", self._answered, self._total)

    def _next(self, under_way: frozenset[str], pace: Pace) -> Batch:
        policy = self._work.policy
        with self._work.store() as connection:
            envelopes = outbox.pending(
                connection,
                pace.size,
                max_bytes=pace.room,
                max_ballots=policy.ballots,
                urgent=policy.urgent,
                skip=self._skip | under_way,
            )
        return _ready(envelopes)

    def _fitting(self, following: Batch) -> Batch:
        fitting = outbox.within(following[: self._pace.size], self._pace.room)
        return following if len(fitting) == len(following) else _ready(fitting)

    def _shrink(self, batch: Batch) -> None:
        """After a batch that was too large; a single envelope that is so goes on the list of problems."""
        if len(batch) > 1:
            self._pace = self._pace.too_large(len(batch))
            return
        self._skip |= batch.ids
        with self._work.store() as connection:
            outbox.complain(connection, batch[0].id, "too-large")
        # That one says nothing of the others: they get what a batch may hold at first.
        most = self._work.policy.batch
        self._pace = Pace(min(START, most), most)


def _ready(envelopes: Sequence[Envelope]) -> Batch:
    batch = Batch(envelopes)
    # Packed here and now, while the line is busy with the batch before.
    if batch:
        _ = batch.packed
    return batch
