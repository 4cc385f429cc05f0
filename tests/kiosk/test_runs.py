"""What runs for a visit, from two threads: the counter asks what is late while the lane of the card brings more."""

import sys
import threading
from collections.abc import Iterator

import pytest

from kiosk.desk.runs import Runs
from kiosk.desk.work import Lane


@pytest.fixture
def in_turns() -> Iterator[None]:
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("in_turns")
def test_what_the_lane_brings_meanwhile_does_not_disturb_the_counter() -> None:
    runs, over = Runs(), threading.Event()

    def lane() -> None:
        while not over.is_set():
            runs.next_visit()
            runs.of((Lane.CARD, lambda _progress: None)).job(lambda _work: None)

    run = runs.of((Lane.CARD, lambda _progress: None))
    thread = threading.Thread(target=lane)
    thread.start()
    try:
        for _ in range(200_000):
            runs.closing_late(run)
    finally:
        over.set()
        thread.join()
