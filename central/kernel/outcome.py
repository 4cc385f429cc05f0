"""How an act of the staff ended. An expected refusal is a value; what a step itself refuses is raised by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class StepRefused(Exception):
    """A step that may not be taken now; says why."""


@dataclass(frozen=True)
class Done:
    """The act is done, and in the record. `about`: the card or booth that it was done to, which now stands in `state`;
    both "" where an act changes no state."""

    about: str = ""
    state: str = ""


@dataclass(frozen=True)
class Refused:
    """`reason`: a short code that pages and commands have a sentence for."""

    reason: str


Outcome: TypeAlias = Done | Refused
