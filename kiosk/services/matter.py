"""What a matter does at the booth behind the desk: with what comes from the town hall, after a cut, on a night's round.

The kernel (rounds, start, doctor) is given these values in `Booth.matters` and names no matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from municipality.matter import Matter


@dataclass(frozen=True)
class BackOffice:
    """The half of a matter that no resident sees."""

    matter: Matter
