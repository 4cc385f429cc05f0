"""Whether this centre can take work now: the store answers, its tables are ours, its disk has room, its clock is known.

Must never name a place, an address or a value: a reason is a short code.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

from central.kernel.centre import Centre
from central.kernel.serving import timekeeping
from central.store import StoreFailed

ROOM_BYTES: Final = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """`why`: "" when it is well."""

    ok: bool
    why: str = ""


def examine(centre: Centre, *, room: int = ROOM_BYTES) -> dict[str, Check]:
    """Each thing by name. Asks the store once; never raises for what it finds."""
    try:
        fault = centre.store.fault()
        store, tables = Check(True), Check(not fault, f"tables-are-{fault}" if fault else "")
    except (StoreFailed, OSError) as trouble:
        store, tables = Check(False, type(trouble).__name__), Check(False, "not-known")
    return {"store": store, "tables": tables, "disk": _disk(centre, room), "clock": _clock(centre)}


def _clock(centre: Centre) -> Check:
    try:
        doubt = timekeeping.doubt(centre)
    except (StoreFailed, OSError):
        return Check(False, "not-known")
    return Check(doubt is None, "" if doubt is None else "clock-in-doubt")


def _disk(centre: Centre, room: int) -> Check:
    """The disk of the home folder: keys and elections, and in the demo the database too."""
    try:
        free = shutil.disk_usage(centre.settings.home).free
    except OSError as trouble:
        return Check(False, type(trouble).__name__)
    return Check(free >= room, "" if free >= room else "disk-full")
