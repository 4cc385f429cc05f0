"""Opens a centre with all its matters: what every command, the demo and the tests begin with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from central.kernel import centre
from central.kernel.centre import Centre
from central.kernel.register import Register
from central.matters import BACKS

REGISTER = Register(BACKS)


def open_centre(home: Path, at: datetime | None = None) -> Centre:
    """See central.kernel.centre.open_centre."""
    return centre.open_centre(home, REGISTER, at)
