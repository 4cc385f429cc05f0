"""One thread per device: order within a lane, none between lanes, nothing after closing, nothing kept."""

import gc
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.counter import Crashed, Lanes
from kiosk.desk.pages import Step, Work
from kiosk.desk.work import Lane, Run
from kiosk.kernel.activity import Activity


class Thread:
    """The counter's thread: calls that were posted wait until the test runs them."""

    def __init__(self) -> None:
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.results: list[object] = []
        self.lanes = Lanes(self.calls.put, lambda _run, result: self.results.append(result), self.told)

    def told(self, _run: Run, working: object) -> None:
        self.results.append(working)

    def run(self) -> None:
        while not self.calls.empty():
            self.calls.get()()

    def until(self, there: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < deadline
            time.sleep(0.005)
            self.run()


@pytest.fixture
def thread() -> Thread:
    return Thread()


def run_of(job: Callable[[Any], object], lane: Lane = Lane.CARD) -> Run:
    return Run(lane, job, visit=1)


def test_lanes_do_not_wait_for_one_another_and_keep_their_own_order(thread: Thread) -> None:
    slow = threading.Event()
    thread.lanes.start(run_of(lambda p: slow.wait(60) and "printed", Lane.PRINTER))
    thread.lanes.start(run_of(lambda p: "printed again", Lane.PRINTER))
    thread.lanes.start(run_of(lambda p: "stored", Lane.STORE))
    thread.until(lambda: thread.results == ["stored"])
    slow.set()
    thread.until(lambda: thread.results == ["stored", "printed", "printed again"])
    assert thread.lanes.close(30)


def test_progress_comes_before_the_result_and_a_crash_as_its_type_alone(thread: Thread) -> None:
    working = Work(Activity.STORING, Step(3, 4))

    def job(progress: Callable[[Work], None]) -> None:
        progress(working)
        raise ValueError("of Παπαδόπουλος")

    thread.lanes.start(run_of(job))
    thread.until(lambda: thread.results == [working, Crashed("ValueError")])
    assert thread.lanes.close(30)


def test_nothing_is_delivered_after_closing(thread: Thread) -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def job(progress: object) -> str:
        begun.set()
        go.wait(60)
        done.set()
        return "late"

    thread.lanes.start(run_of(job))
    thread.lanes.start(run_of(lambda p: thread.results.append("must not start")))
    assert begun.wait(30) and not thread.lanes.close(patience_seconds=0.05)
    go.set()
    assert done.wait(30) and thread.lanes.close(30)
    thread.lanes.start(run_of(lambda p: thread.results.append("must not start")))
    thread.run()
    assert thread.results == []


def test_what_was_on_its_way_when_the_lanes_closed_is_not_delivered(thread: Thread) -> None:
    thread.lanes.start(run_of(lambda p: "posted"))
    deadline = time.monotonic() + 30
    while thread.calls.empty():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert thread.lanes.close(30)
    thread.run()
    assert thread.results == []


def test_a_waiting_lane_keeps_nothing_of_the_last_work(thread: Thread) -> None:
    class Secret:
        pass

    def start() -> weakref.ref[Secret]:
        secret = Secret()
        thread.lanes.start(run_of(lambda p: (secret, None)[1]))
        return weakref.ref(secret)

    kept = start()

    def gone() -> bool:
        gc.collect()
        return kept() is None

    thread.until(lambda: thread.results == [None])
    thread.until(gone)
    assert thread.lanes.close(30)
