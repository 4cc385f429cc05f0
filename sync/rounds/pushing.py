"""What waits goes up, batch after batch.

Must never offer an envelope in two batches that are under way, and never marks anything as done that the centre has
not answered.
"""

from __future__ import annotations

from collections import deque
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
from sync.wire.errors import LineError, RequestRefused
from sync.wire.messages import Answer

_PACE: Final = "pace.push"
# While the centre judges one batch the next is coming in; a third would only wait, and the centre has room for two.
_AT_ONCE: Final = 2
_Ahead = Ahead[tuple[list[Answer], float]]


def push(line: Line, work: Work, ticks: Callable[[], float], cut: bool) -> str:
    """Until nothing waits: "". Otherwise a short code; raises Stopped and LineError."""
    with _Ahead(_AT_ONCE) as ahead:
        return _Pushing(line, work, ticks, cut, ahead).run()


@dataclass(frozen=True)
class _Heard:
    """What the centre said to a batch, and the pace that followed from it; not yet written down."""

    batch: Batch
    answers: list[Answer]
    pace: Pace


class _Pushing:
    """While the centre has a batch, the answers to the one before are written and the next is made ready.

    Of two that are under way neither holds what the other holds, and only its own answers settle it. Two there are
    only of plain acts, and only on a line that carries many of them quickly.
    """

    def __init__(self, line: Line, work: Work, ticks: Callable[[], float], cut: bool, ahead: _Ahead) -> None:
        self._line, self._work, self._ticks, self._ahead = line, work, ticks, ahead
        self._skip: set[str] = set()
        self._under_way: deque[Batch] = deque()
        self._following = Batch(())
        self._heard: _Heard | None = None
        self._quick = False  # whether the last batch was
        self._answered = 0
        with work.store() as connection:
            self._pace = kept(connection, _PACE, most=work.policy.batch, cut=cut)
            state = outbox.counts(connection)
        self._total = state.waiting_acts + state.waiting_ballots

    def run(self) -> str:
        while True:
            stopped = self._work.stop()
            if not stopped:
                self._send()
            if self._under_way:
                self._write_down()
                if not (stopped or self._following):
                    self._make_ready()
                    if self._may_go():
                        continue
                if not self._land():
                    return "not answered"
                self._following = self._fitting(self._following)
                continue
            # Before it is written down, what was answered still counts as waiting and would be offered again.
            self._write_down()
            if stopped:
                raise Stopped
            self._following = self._next(self._pace)
            if not self._following:
                return ""

    def _send(self) -> None:
        if not self._may_go():
            return
        batch, self._following = self._following, Batch(())
        self._work.tally.sent |= batch.ids
        self._under_way.append(batch)
        self._ahead.start(partial(timed, self._ticks, partial(self._line.push, batch)))

    def _make_ready(self) -> None:
        last, pace = self._under_way[-1], self._pace
        if not self._beside():
            # As large as it may be if that one is carried quickly; otherwise it is cut to what turns out to fit.
            pace = pace.carried(len(last), last.size, 0.0)
        self._following = self._next(pace)

    def _may_go(self) -> bool:
        """Whether what is ready may be sent now. What goes alone for a reason does so here as well."""
        if not self._following or not self._under_way:
            return bool(self._following)
        return self._beside() and self._many_plain(self._following)

    def _beside(self) -> bool:
        """Whether another may go up beside what is under way. On a slow line, or of a few, a second one would only make
        a cut dearer."""
        return self._quick and len(self._under_way) < _AT_ONCE and all(map(self._many_plain, self._under_way))

    def _many_plain(self, batch: Batch) -> bool:
        urgent = self._work.policy.urgent
        return len(batch) >= START and all(one.chained and one.kind not in urgent for one in batch)

    def _land(self) -> bool:
        """Waits for the answers to the oldest batch under way. False if it got none, and nothing is under way then."""
        batch = self._under_way.popleft()
        try:
            answers, seconds = self._ahead.land()
        except RequestRefused as refusal:
            self._land_rest()
            if refusal.status != 413:
                raise
            self._quick = False
            self._shrink(batch)
            return True
        except LineError:
            self._land_rest()
            raise
        self._hear(batch, answers, seconds)
        # On ballots alone there may be no verdict today: they wait, and what comes after them need not.
        if batch.chained and not batch.ids & {answer.id for answer in answers}:
            self._write_down()
            self._land_rest()
            return False
        return True

    def _land_rest(self) -> None:
        """The line has failed one batch; the centre may have taken the other, and what it says of that is kept."""
        while self._under_way:
            batch = self._under_way.popleft()
            self._write_down()
            try:
                self._hear(batch, *self._ahead.land())
            except LineError:
                continue
        self._write_down()

    def _hear(self, batch: Batch, answers: list[Answer], seconds: float) -> None:
        self._quick = seconds < self._pace.wanted / 2
        self._pace = self._pace.carried(len(batch), batch.size, seconds)
        self._heard = _Heard(batch, answers, self._pace)

    def _write_down(self) -> None:
        heard, self._heard = self._heard, None
        if heard is None:
            return
        missing = self._work.take_answers(heard.batch.ids, heard.answers, (_PACE, heard.pace.text()))
        # What was not answered waits for the next round: asking again now might go on for ever.
        self._skip |= missing
        self._answered += len(heard.batch) - len(missing)
        self._work.progress("push", self._answered, self._total)

    def _next(self, pace: Pace) -> Batch:
        """What follows what is under way."""
        policy = self._work.policy
        under_way = frozenset[str]().union(*(batch.ids for batch in self._under_way))
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
        """After a batch that was too large; a single envelope that is so goes on the list of problems. What was ready
        waits until this one is through."""
        self._following = Batch(())
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
