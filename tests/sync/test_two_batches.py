"""Two batches under way at once: only of many plain acts on a quick line, and whatever becomes of one of them, the
other's answers count."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from waiting import until

import sync
from sync import outbox
from sync.rounds.pace import START

FEW = START - 1


@pytest.fixture
def many(act):
    """`count` batches' worth of acts, chained."""

    def make(count: int):
        made = []
        for number in range(count * START):
            made.append(act(made[-1].digest() if made else "", body=f"body-{number}"))
        return made

    return make


class Line:
    """Stands in the booth's push. `meets`: from the second batch on, each waits until another is under way or all that
    were expected have been sent."""

    def __init__(self, booth) -> None:
        self.inner, self.lock = booth.client.push, threading.Lock()
        self.batches, self.at_once, self.most = [], 0, 0
        self.during: Callable[[int], None] = lambda _number: None
        booth.client.push = self

    def __call__(self, envelopes):
        with self.lock:
            self.batches.append([envelope.id for envelope in envelopes])
            number = len(self.batches)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        try:
            self.during(number)
            return self.inner(envelopes)
        finally:
            with self.lock:
                self.at_once -= 1


@pytest.fixture
def line(booth) -> Line:
    return Line(booth)


def sent(line: Line, count: int) -> None:
    until(lambda: len(line.batches) >= count)


def test_the_next_batch_comes_in_while_one_is_judged(booth, centre, many, line):
    acts = many(4)
    booth.put(*acts)
    # The first of a round goes alone: nobody knows yet how quick the line is.
    line.during = lambda number: sent(line, {2: 3, 3: 4}.get(number, 0))
    report = booth.round(batch=START)
    assert report.ok and report.accepted == len(acts) and report.duplicate == 0 and line.most == 2
    assert sorted(id for batch in line.batches for id in batch) == sorted(one.id for one in acts)
    assert all(len(batch) == START for batch in line.batches) and booth.counts().settled == len(acts)


def test_answers_are_written_while_two_are_under_way(booth, centre, many, line):
    booth.put(*many(4))

    def during(number: int) -> None:
        if number == 3:
            sent(line, 4)
            until(lambda: booth.counts().settled >= 2 * START)

    line.during = during
    assert booth.round(batch=START).ok and booth.counts().settled == 4 * START


@pytest.mark.parametrize("cut", [2, 3])
def test_the_other_ones_answers_count_where_one_is_cut(booth, centre, many, line, cut):
    booth.put(*many(4))

    def during(number: int) -> None:
        if number in (2, 3):
            sent(line, 3)
        if number == cut:
            raise sync.LineDown("cut")

    line.during = during
    report = booth.round(batch=START)
    assert report.stages[1].problem == "line down: cut"
    # Where the third was cut, the second had its answer, and the fourth may have been sent in its place.
    assert report.accepted == booth.counts().settled == len(centre.received()) and report.accepted in (128, 192)
    line.during = lambda _number: None
    again = booth.round(batch=START)
    assert again.ok and again.duplicate == 0 and booth.counts().settled == len(centre.received()) == 4 * START


def test_both_may_be_cut(booth, centre, many, line):
    booth.put(*many(3))

    def during(number: int) -> None:
        if number > 1:
            sent(line, 3)
            raise sync.LineDown("cut")

    line.during = during
    report = booth.round(batch=START)
    assert report.stages[1].problem == "line down: cut" and booth.counts().settled == START


def test_one_that_is_too_large_is_halved_and_the_other_counts(booth, centre, many, line):
    acts = many(4)
    booth.put(*acts)

    def during(number: int) -> None:
        if number in (2, 3):
            sent(line, 3)
        if number == 2:
            raise sync.RequestRefused("too-large", status=413)

    line.during = during
    report = booth.round(batch=START)
    assert report.ok and report.accepted == len(acts) and report.duplicate == 0
    # It goes first again, in halves, and alone until a batch was quick.
    assert line.batches[3] == line.batches[1][: START // 2]


def test_what_is_refused_ends_the_round_and_the_other_counts(booth, centre, many, line):
    booth.put(*many(3))

    def during(number: int) -> None:
        if number in (2, 3):
            sent(line, 3)
        if number == 2:
            raise sync.RequestRefused("suspended", status=401)

    line.during = during
    report = booth.round(batch=START)
    assert report.stages[1].problem == "refused: suspended" and booth.counts().settled == 2 * START


def test_one_without_any_answer_ends_the_round_and_the_other_counts(booth, centre, many, line):
    booth.put(*many(4))
    inner = line.inner

    def during(number: int) -> None:
        if number in (2, 3):
            sent(line, 3)

    def deaf(envelopes):
        answers = inner(envelopes)
        return [] if [[one.id for one in envelopes]] == line.batches[1:2] else answers

    line.during, line.inner = during, deaf
    report = booth.round(batch=START)
    assert report.stages[1].problem == "not answered"
    assert booth.counts().settled == 2 * START
    with booth.engine.begin() as connection:
        assert [one.reason for one in outbox.problems(connection)] == ["not-answered"] * START


def test_being_told_to_stop_waits_for_both(booth, centre, many, line):
    booth.put(*many(4))
    line.during = lambda number: sent(line, {2: 3}.get(number, 0))
    report = booth.round(batch=START, stop=lambda: len(line.batches) >= 3)
    assert report.stages[1].problem == "stopped" and line.at_once == 0
    assert booth.counts().settled == len(centre.received()) == 3 * START


def test_a_slow_line_has_one_at_a_time(booth, centre, many, line):
    booth.put(*many(4))
    now, lock = [0.0], threading.Lock()

    def ticks() -> float:
        with lock:
            now[0] += 2.5  # each batch takes so long: not so slow that the next one is smaller
            return now[0]

    assert booth.round(batch=START, ticks=ticks).ok and line.most == 1


def test_few_go_one_batch_at_a_time(booth, centre, many, line):
    booth.put(*many(3))
    assert booth.round(batch=FEW).ok and line.most == 1


def test_what_goes_alone_does_so(booth, centre, many, ballot, booth_key, line):
    acts = many(2)
    for _ in range(START):
        block = sync.sign_envelope(
            kind="card_block",
            version=1,
            booth="booth-1",
            made_at=acts[-1].made_at,
            previous=acts[-1].digest(),
            body="sealed",
            sign=sync.sign_with(booth_key),
        )
        acts.append(block)
    urgent = {one.id for one in acts[-START:]}
    votes = [ballot(f"{number}") for number in range(2 * START)]
    booth.put(*acts, *votes)
    alone = urgent | {vote.id for vote in votes}
    seen: list[tuple[int, bool]] = []
    line.during = lambda number: seen.append((line.at_once, alone.isdisjoint(line.batches[number - 1])))
    assert booth.round(batch=START, ballots=START, urgent=("card_block",)).ok
    assert set(line.batches[0]) == urgent and len(line.batches) == 5
    assert all(count == 1 for count, plain in seen if not plain) and {plain for _, plain in seen} == {True, False}
