"""Worker lanes: one thread per device runs what a flow asked for; results come back on the counter's thread.

Never: a job on the counter's thread, an exception lost or carrying its text (which may be personal), a word after
closing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from kiosk.flows.technician_views import TechnicianWork
from kiosk.flows.views import Working
from kiosk.flows.work import Lane, Run

Call = Callable[[], None]
Post = Callable[[Call], None]


@dataclass(frozen=True)
class Crashed:
    """A job broke its promise; `exception` is the type's name and nothing of what it said."""

    exception: str


class Lanes:
    """`start(run)` from the counter's thread; `finished(run, result)` and `progressed(run, working)` are called there
    again: `post` brings a call from any thread to it, in order."""

    def __init__(
        self,
        post: Post,
        finished: Callable[[Run, object], None],
        progressed: Callable[[Run, Working | TechnicianWork], None],
    ) -> None:
        self._post, self._finished, self._progressed = post, finished, progressed
        self._queues: dict[Lane, SimpleQueue[Run | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads: dict[Lane, threading.Thread] = {}
        self._closed = threading.Event()

    def start(self, run: Run) -> None:
        """Puts `run` in its lane's queue; a lane does one thing at a time, in order. Nothing starts after closing."""
        if self._closed.is_set():
            return
        if run.lane not in self._threads:
            thread = threading.Thread(target=self._work, args=(run.lane,), name=f"lane-{run.lane}", daemon=True)
            self._threads[run.lane] = thread
            thread.start()
        self._queues[run.lane].put(run)

    def close(self, patience_seconds: float = 2.0) -> bool:
        """Lets the lanes end and waits a moment. From now on nothing is delivered. True when every lane has ended."""
        self._closed.set()
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._threads.values():
            thread.join(patience_seconds)
        return not any(thread.is_alive() for thread in self._threads.values())

    def _work(self, lane: Lane) -> None:
        while (run := self._queues[lane].get()) is not None:
            if self._closed.is_set():
                return
            self._bring(self._finished, run, self._result(run))
            # The thread now waits, maybe for hours: it must not keep the last resident's work alive meanwhile.
            del run

    def _result(self, run: Run) -> object:
        try:
            return run.job(lambda working: self._bring(self._progressed, run, working))
        except Exception as error:  # the outermost loop of a lane: the booth says so instead of hanging
            return Crashed(type(error).__name__)

    def _bring(self, to: Callable[[Run, Any], None], run: Run, what: object) -> None:
        """Nothing is delivered once the lanes are closed, also of what was on its way by then."""
        if not self._closed.is_set():
            self._post(lambda: None if self._closed.is_set() else to(run, what))
