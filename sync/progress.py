"""How far a round is, for a person at a terminal; nothing anywhere else.

Must never write to a file or a pipe: what a program reads is the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from sync.rounds.steps import Progress, silent


@contextmanager
def shown_on(stream: TextIO) -> Iterator[Progress]:
    """A `progress` for Round.run that draws one line a stage on `stream`, if that is a terminal."""
    if not stream.isatty():
        yield silent
        return
    # Only before a person: a round that a timer starts does without.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars

    tasks: dict[str, TaskID] = {}
    with Bars(
        TextColumn("{task.description:>6}"), BarColumn(), MofNCompleteColumn(), console=Console(file=stream)
    ) as b:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = b.add_task(stage, total=total or None)
            b.update(tasks[stage], completed=done, total=total or None)

        yield show
