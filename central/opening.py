"""Opens a centre with all its matters: what every command, the demo and the tests begin with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from central.matters import MATTERS
from central.services import centre
from central.services.centre import Centre
from central.services.register import Register

REGISTER = Register(one.back for one in MATTERS)


def open_centre(home: Path, at: datetime | None = None) -> Centre:
    """See central.services.centre.open_centre."""
    return centre.open_centre(home, REGISTER, at)
