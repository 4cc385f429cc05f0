"""A store that fails at a chosen statement, whatever the statement is: found by counting and not by a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from central.kernel.centre import Centre


@dataclass
class Away:
    """The `first` statement that fails (0: none does), and those after it unless `once`. `asked`: how many came."""

    first: int = 0
    once: bool = False
    asked: int = 0

    def step(self) -> None:
        self.asked += 1
        if self.first and (self.asked == self.first if self.once else self.asked >= self.first):
            raise sa.exc.OperationalError("SELECT away", None, ConnectionError("the server closed the connection"))


@contextmanager
def watched(centre: Centre) -> Iterator[Away]:
    """Every statement of the store, BEGIN and COMMIT among them."""
    away = Away()

    def statement(*_: Any) -> None:
        away.step()

    engine = centre.store.engine
    events = ("before_cursor_execute", "commit")
    for event in events:
        sa.event.listen(engine, event, statement)
    try:
        yield away
    finally:
        for event in events:
            sa.event.remove(engine, event, statement)
