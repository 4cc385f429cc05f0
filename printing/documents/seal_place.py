"""Where the seal goes: a box at the foot of the last page, kept free by every document.

It is its own module so that sealing need not load what draws.
"""

from __future__ import annotations

from typing import NamedTuple

MARGIN = 51.0  # points: 18 mm


class Box(NamedTuple):
    """Whole points from the lower left corner of the page."""

    x: int
    y: int
    width: int
    height: int


SEAL_BOX = Box(x=366, y=66, width=178, height=82)
