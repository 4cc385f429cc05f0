"""Worker lanes: one thread per device runs what a flow asked for; results come back on the GUI thread.

Never: a job on the GUI thread, an exception lost or carrying its text (which may be personal), a word after closing.
"""

import threading
from dataclasses import dataclass
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.flows.technician_views import TechnicianWork
from kiosk.flows.views import Working
from kiosk.flows.work import Lane, Run


@dataclass(frozen=True)
class Crashed:
    """A job broke its promise; `exception` is the type's name and nothing of what it said."""

    exception: str


class Lanes(QObject):
    """`start(run)` from the GUI thread; `finished(run, result)` and `progressed(run, working)` there again."""

    finished = Signal(object, object)
    progressed = Signal(object, object)
    _came_back = Signal(object, object)
    _came_on = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[Lane, SimpleQueue[Run | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads: dict[Lane, threading.Thread] = {}
        self._closed = threading.Event()
        self._came_back.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._came_on.connect(self._deliver_progress, Qt.ConnectionType.QueuedConnection)

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
            result = self._result(run)
            if not self._closed.is_set():
                self._came_back.emit(run, result)
            # The thread now waits, maybe for hours: it must not keep the last resident's work alive meanwhile.
            del run, result

    def _result(self, run: Run) -> object:
        def progress(working: Working | TechnicianWork) -> None:
            if not self._closed.is_set():
                self._came_on.emit(run, working)

        try:
            return run.job(progress)
        except Exception as error:  # the outermost loop of a lane: the booth says so instead of hanging
            return Crashed(type(error).__name__)

    @Slot(object, object)
    def _deliver(self, run: Run, result: object) -> None:
        if not self._closed.is_set():
            self.finished.emit(run, result)

    @Slot(object, object)
    def _deliver_progress(self, run: Run, working: Working) -> None:
        if not self._closed.is_set():
            self.progressed.emit(run, working)
