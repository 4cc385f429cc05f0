"""The booth works while the centre answers: no envelope in two batches, never one done that has no answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from waiting import until

import sync
from sync import Item, outbox
from sync.rounds.ahead import Ahead


def chain(act, count):
    made = []
    for number in range(count):
        made.append(act(made[-1].digest() if made else "", body=f"body-{number}"))
    return made


class Watched:
    """Wraps the booth's push: what is sent, from which thread, how many at once."""

    def __init__(self, booth) -> None:
        self.inner, self.batches, self.at_once, self.most = booth.client.push, [], 0, 0
        self.during: Callable[[int], None] = lambda _number: None
        booth.client.push = self

    def __call__(self, envelopes):
        assert threading.current_thread() is not threading.main_thread()
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.batches.append([envelope.id for envelope in envelopes])
        try:
            self.during(len(self.batches))
            return self.inner(envelopes)
        finally:
            self.at_once -= 1


@pytest.fixture
def push(booth) -> Watched:
    return Watched(booth)


def test_answers_are_written_while_the_next_batch_is_under_way(booth, centre, act, push):
    sent = chain(act, 9)
    booth.put(*sent)
    push.during = lambda number: until(lambda: booth.counts().settled == 3 * (number - 1))
    assert booth.round(batch=3).ok
    assert push.batches == [[one.id for one in sent[start : start + 3]] for start in (0, 3, 6)] and push.most == 1
    assert booth.counts().settled == 9


def test_the_next_batch_is_made_ready_while_one_is_under_way(booth, centre, act, push, monkeypatch):
    booth.put(*chain(act, 6))
    selected = 0
    before: list[int] = []

    def count(*_arguments):
        nonlocal selected
        selected += 1

    sa.event.listen(booth.engine, "after_cursor_execute", count)
    start = Ahead.start

    def noted(line, ask):
        before.append(selected)  # before the line's thread begins: the booth may have done all before that comes to run
        start(line, ask)

    monkeypatch.setattr(Ahead, "start", noted)
    push.during = lambda _number: until(lambda: selected > before[-1])
    assert booth.round(batch=3).ok and len(push.batches) == 2


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_cut_costs_what_is_under_way_and_nothing_else(booth, centre, act, ballot, push, cut):
    booth.put(*chain(act, 9), *(ballot(f"{n}") for n in range(3)))

    def during(number: int) -> None:
        if number == cut:
            raise sync.LineDown("cut")

    push.during = during
    report = booth.round(batch=3)
    assert [stage.problem for stage in report.stages][1] == "line down: cut"
    assert report.accepted == booth.counts().settled == len(centre.received()) == 3 * (cut - 1)
    assert len(push.batches) == cut
    push.during = lambda _number: None
    assert booth.round(batch=3).ok and booth.counts().settled == len(centre.received()) == 12


def test_a_store_that_fails_meanwhile_leaves_all_to_be_offered_again(booth, centre, act, push):
    booth.put(*chain(act, 9))
    failing = threading.Event()

    def fail(_connection, _cursor, statement, *_rest):
        if failing.is_set() and statement.startswith("UPDATE outbox_act_states SET state="):
            raise RuntimeError("the plug")

    sa.event.listen(booth.engine, "before_cursor_execute", fail)
    failing.set()
    with pytest.raises(RuntimeError, match="the plug"):
        booth.round(batch=3)
    # The second batch was under way when the answers to the first could not be written: the round waited for it.
    assert push.at_once == 0 and len(centre.received()) == 6 and booth.counts().settled == 0
    failing.clear()
    report = booth.round(batch=3)
    assert report.ok and (report.duplicate, report.accepted) == (6, 3) and booth.counts().settled == 9


def test_what_was_made_ready_is_cut_to_what_turns_out_to_fit(booth, centre, act, push):
    booth.put(*chain(act, 20))
    with booth.engine.begin() as connection:
        outbox.write_state(connection, "pace.push", "8 4194304")
    now = [0.0]

    def slow(number: int) -> None:
        now[0] += 8.0 if number == 1 else 3.0

    push.during = slow
    assert booth.round(batch=500, ticks=lambda: now[0]).ok
    # While 8 are under way for 8 seconds 16 are made ready: too many, as it turns out.
    assert [len(batch) for batch in push.batches] == [8, 4, 4, 4]


def test_after_413_what_was_refused_goes_first_again(booth, centre, act, push):
    sent = chain(act, 25)
    booth.put(*sent)
    centre.most_per_batch = 4
    report = booth.round(batch=10)
    assert report.ok and report.accepted == 25
    taken = [id for batch in centre.batches for id in batch]
    assert taken == [one.id for one in sent]
    assert [len(batch) for batch in push.batches[:3]] == [10, 5, 2]


def test_the_next_page_comes_while_one_is_applied(booth, centre):
    centre.items = [Item("settings", f"{n}", n, "x") for n in range(1, 7)]
    pull, asked = booth.client.pull, []

    def watched(cursor, limit=500):
        asked.append(cursor)
        return pull(cursor, limit)

    booth.client.pull = watched
    apply = booth.apply

    def waiting(connection, item):
        until(lambda: len(asked) > min(2, (item.seq + 1) // 2))
        return apply(connection, item)

    booth.apply = waiting
    assert booth.round().ok and asked == [0, 2, 4]
    assert [item.seq for item in booth.applied] == list(range(1, 7))


def test_one_thing_at_a_time_and_none_is_left_behind():
    gate, done = threading.Event(), []

    def ask() -> int:
        assert gate.wait(60)
        done.append(1)
        return 7

    with Ahead[int]() as line:
        with pytest.raises(RuntimeError, match="nothing"):
            line.land()
        line.start(ask)
        with pytest.raises(RuntimeError, match="already"):
            line.start(ask)
        gate.set()
        assert line.land() == 7
        line.start(ask)
    assert done == [1, 1]


def test_nothing_waiting_starts_no_thread(booth, centre):
    before = threading.active_count()
    report = booth.round()
    assert report.ok and report.sent == 0 and threading.active_count() <= before + 1
    with booth.engine.begin() as connection:
        assert outbox.pending(connection, 1) == []
