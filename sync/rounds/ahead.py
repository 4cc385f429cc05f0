"""One thing is asked of the line while the booth is busy with its store: the two ends need not take turns.

Must never have two things under way at once, or leave one behind: who leaves the block has waited for it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Ahead(Generic[_T]):
    """A thread for the line; there is none before the first `start`."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: Future[_T] | None = None

    def start(self, ask: Callable[[], _T]) -> None:
        """Asks, and does not wait."""
        if self._under_way is not None:
            raise RuntimeError("something is under way already")
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="line")
        self._under_way = self._pool.submit(ask)

    def land(self) -> _T:
        """Waits for what was asked. Raises what asking raised."""
        future, self._under_way = self._under_way, None
        if future is None:
            raise RuntimeError("nothing is under way")
        try:
            return future.result()
        finally:
            del future  # an exception holds this frame, and must not hold itself by way of it

    def __enter__(self) -> Ahead[_T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._under_way = None
        if self._pool is not None:
            self._pool.shutdown()


def timed(ticks: Callable[[], float], ask: Callable[[], _T]) -> tuple[_T, float]:
    """What `ask` returns and how many seconds it took by `ticks`: called where it is asked, not where it is awaited."""
    began = ticks()
    return ask(), ticks() - began
