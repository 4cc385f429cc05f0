"""Something is asked of the line while the booth is busy with its store: the two ends need not take turns.

Must never have more under way than it was made for, or leave anything behind: who leaves the block has waited for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Ahead(Generic[_T]):
    """A thread of the line for each of `most` things; there is none before the first `start`."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[Future[_T]] = deque()

    def start(self, ask: Callable[[], _T]) -> None:
        """Asks, and does not wait."""
        if len(self._under_way) == self._most:
            raise RuntimeError("something is under way already")
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._most, thread_name_prefix="line")
        self._under_way.append(self._pool.submit(ask))

    def land(self) -> _T:
        """Waits for what was asked first. Raises what asking raised."""
        if not self._under_way:
            raise RuntimeError("nothing is under way")
        future = self._under_way.popleft()
        try:
            return future.result()
        finally:
            del future  # an exception holds this frame, and must not hold itself by way of it

    def __enter__(self) -> Ahead[_T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._under_way.clear()
        if self._pool is not None:
            self._pool.shutdown()


def timed(ticks: Callable[[], float], ask: Callable[[], _T]) -> tuple[_T, float]:
    """What `ask` returns and how many seconds it took by `ticks`: called where it is asked, not where it is awaited."""
    began = ticks()
    return ask(), ticks() - began
