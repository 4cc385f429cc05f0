"""The loop around rounds: when it waits, how long, and that a signal ends it between two transactions."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

from sync import Asked, Backoff, Report, RequestRefused, Stage, asked_by_signals, keep_going

HOUR = timedelta(hours=1)


def report(problem: str = "") -> Report:
    return Report(datetime.now(UTC), 0, 0, 0, 0, 0, 0, 0, 0, timedelta(0), (Stage("hello", problem),))


def test_it_waits_longer_after_each_failure_and_as_usual_after_a_success() -> None:
    outcomes = iter(["line down: x"] * 3 + ["", "line down: x", ""])
    waits: list[float] = []

    def wait(time: timedelta) -> bool:
        waits.append(time.total_seconds())
        return len(waits) == 6

    keep_going(
        lambda: report(next(outcomes)),
        wait,
        every=HOUR,
        backoff=Backoff(first=timedelta(seconds=10)),
        uniform=lambda _low, high: high,
    )
    assert waits == [10, 20, 40, pytest.approx(3960), 10, pytest.approx(3960)]


def test_a_broken_promise_ends_the_loop() -> None:
    def broken() -> Report:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        keep_going(broken, lambda _time: False, every=HOUR)


def test_a_wait_ends_when_we_are_asked() -> None:
    asked = Asked()
    assert not asked() and not asked.wait(timedelta(milliseconds=1))
    teller = threading.Timer(0.05, asked.ask)
    teller.start()
    assert asked.wait(HOUR) and asked() and asked.wait(HOUR)
    teller.join()
    asked.ask()
    asked.close()


def test_signals_are_questions_and_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with asked_by_signals() as asked:
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked.wait(timedelta(seconds=5)) and asked()
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_replayed_request_is_signed_anew(client, centre) -> None:
    seen = centre.seen
    played: list[bool] = []

    def once_replayed(*arguments: object) -> bool:
        played.append(not played)
        return played[-1] or seen(*arguments)

    centre.seen = once_replayed
    assert client.hello().protocol == 2 and played == [True, False]
    centre.seen = lambda *_arguments: True
    with pytest.raises(RequestRefused, match="replayed"):
        client.hello()
