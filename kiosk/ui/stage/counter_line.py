"""What the stage needs of the room behind it. Types only."""

from collections.abc import Callable
from typing import Protocol

from kiosk.counter import Showing, Touch


class CounterLine(Protocol):
    """A counter as its window sees it: in this process or in one of its own (window/*_counter.py)."""

    @property
    def showing(self) -> Showing: ...
    def listen(self, told: Callable[[Showing], None]) -> None:
        """`told` is called on the window's thread, with each change."""

    def beat(self) -> None:
        """Once a second."""

    def touch(self, touch: Touch) -> None: ...
    def pin(self, digits: bytearray, face: int) -> None:
        """The PIN that was typed; `digits` are wiped."""

    def close(self) -> bool:
        """Nothing is told afterwards. True when everything of it has ended."""
