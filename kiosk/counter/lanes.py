"""Worker lanes: one thread per device runs what a flow asked for; results come back on the counter's thread.

Never: a job on the counter's thread, an exception lost or carrying its text (which may be personal), a word after
closing.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from kiosk.desk.pages import Work
from kiosk.desk.work import Lane, Run
from municipality.log_lines import event

_LOG = logging.getLogger(__name__)

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
        progressed: Callable[[Run, Work], None],
    ) -> None:
        self._post, self._finished, self._progressed = post, finished, progressed
        self._queues: dict[Lane, SimpleQueue[tuple[Run, bool] | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads: dict[Lane, threading.Thread] = {}
        self._closed = threading.Event()

    def start(self, run: Run, *, told: bool = False) -> None:
        """Puts `run` in its lane's queue; a lane does one thing at a time, in order. Nothing starts after closing.

        `told`: it is no resident's act, and the log may say how long it took and where it broke.
        """
        if self._closed.is_set():
            return
        if run.lane not in self._threads:
            thread = threading.Thread(target=self._work, args=(run.lane,), name=f"lane-{run.lane}", daemon=True)
            self._threads[run.lane] = thread
            thread.start()
        self._queues[run.lane].put((run, told))

    def close(self, patience_seconds: float = 2.0) -> bool:
        """Lets the lanes end and waits a moment. From now on nothing is delivered. True when every lane has ended."""
        self._closed.set()
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._threads.values():
            thread.join(patience_seconds)
        return not any(thread.is_alive() for thread in self._threads.values())

    def _work(self, lane: Lane) -> None:
        while (next_one := self._queues[lane].get()) is not None:
            if self._closed.is_set():
                return
            run, told = next_one
            self._bring(self._finished, run, self._result(run, told))
            # The thread now waits, maybe for hours: it must not keep the last resident's work alive meanwhile.
            del run, next_one

    def _result(self, run: Run, told: bool) -> object:
        began = time.monotonic()
        try:
            return run.job(lambda working: self._bring(self._progressed, run, working))
        except Exception as error:  # the outermost loop of a lane: the booth says so instead of hanging
            # Where a resident's act broke would say which act it was.
            name = type(error).__name__
            event(_LOG, logging.ERROR, "job-broke", error if told else None, trouble="" if told else name)
            return Crashed(name)
        finally:
            if told:
                took = round(1000 * (time.monotonic() - began))
                event(_LOG, logging.DEBUG, "job", lane=run.lane.value, milliseconds=took)

    def _bring(self, to: Callable[[Run, Any], None], run: Run, what: object) -> None:
        """Nothing is delivered once the lanes are closed, also of what was on its way by then."""
        if not self._closed.is_set():
            self._post(lambda: None if self._closed.is_set() else to(run, what))
