"""Waits and sizes are values: what follows from what, without a clock."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from sync import Backoff
from sync.rounds.pace import SMALL, Pace

SECOND = timedelta(seconds=1)


def test_waits_double_up_to_the_cap_and_start_anew() -> None:
    backoff = Backoff(first=SECOND, most=10 * SECOND)
    assert backoff.ceiling == timedelta(0) and backoff.wait(lambda _low, high: high) == timedelta(0)
    ceilings = []
    for _ in range(6):
        backoff = backoff.failed()
        ceilings.append(backoff.ceiling.total_seconds())
    assert ceilings == [1, 2, 4, 8, 10, 10]
    assert backoff.succeeded().failed().ceiling == SECOND


def test_the_whole_wait_is_drawn() -> None:
    draw = random.Random(1).uniform
    waits = [Backoff(first=8 * SECOND, failures=1).wait(draw).total_seconds() for _ in range(400)]
    assert 0 <= min(waits) < 0.5 and 7.5 < max(waits) <= 8
    assert 3.4 < sum(waits) / len(waits) < 4.6


def test_a_thousand_failures_do_not_overflow() -> None:
    assert Backoff(failures=10_000).ceiling == timedelta(hours=1)


def test_a_quick_line_gets_twice_as_much_and_a_slow_one_less() -> None:
    pace = Pace(64, 500, room=100_000)
    assert pace.carried(64, 60_000, 0.5).size == 128
    assert pace.carried(64, 60_000, 0.5).room == 200_000
    assert pace.carried(64, 60_000, 3.0) == pace
    slow = pace.carried(64, 60_000, 5.0)
    assert (slow.size, slow.room) == (32, 30_000)
    # 60 kB in 40 s: what goes through in the wanted four seconds is a tenth of it.
    assert (pace.carried(64, 600_000, 40.0).size, pace.carried(64, 600_000, 40.0).room) == (6, 60_000)
    assert Pace(400, 500).carried(400, 1, 0.1).size == 500


def test_nothing_becomes_nothing() -> None:
    pace = Pace(1, 500, room=1)
    for _ in range(10):
        pace = pace.carried(1, 1, 1000.0)
    assert pace.size == 1 and pace.room > 1000
    assert pace.too_large(1).size == 1


def test_what_was_too_large_is_not_tried_again() -> None:
    pace = Pace(20, 500).too_large(20)
    for _ in range(5):
        pace = pace.carried(pace.size, 10, 0.1)
    assert pace.size == 19


def test_little_after_a_cut() -> None:
    assert Pace(500, 500).cut().size == SMALL and Pace(3, 500).cut().size == 3


@pytest.mark.parametrize("text", ["", "nonsense", "1", "a b", "9999999 9999999999", "-3 -3"])
def test_what_was_kept_is_read_with_care(text: str) -> None:
    pace = Pace.read(text, start=64, most=500)
    assert 1 <= pace.size <= 500 and 1 <= pace.room <= 4 * 1024 * 1024
    assert Pace.read(pace.text(), start=1, most=500) == pace
