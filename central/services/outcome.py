"""How an act of the staff ended. An expected refusal is a value; what a step itself refuses is raised by it."""

from __future__ import annotations


class StepRefused(Exception):
    """A step that may not be taken now; says why."""
