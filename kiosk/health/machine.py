"""Checks of the machine under the booth: disk, clock, programs."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from ballot_box import ToolFailed, ask_version
from kiosk.kernel.amounts import Span, room
from kiosk.kernel.conditions import Finding, found
from kiosk.store.faults import Fault, fault_of, wrong_in

LOW_MB, FULL_MB = 2048, 256
_OFF = timedelta(seconds=60)


def check_disk(
    folder: Path, *, full_mb: int = FULL_MB, usage: Callable[[Path], tuple[int, int, int]] | None = None
) -> Finding:
    """Free room where the database lies. `full_mb`: below it new acts are refused; `usage`: asked in its place."""
    try:
        free = (usage or shutil.disk_usage)(folder)[2] // (1024 * 1024)
    except OSError as error:
        return found("disk.out_of_reach", fault=fault_of(error))
    fault = wrong_in(folder)
    if fault not in (None, Fault.FULL):
        return found("disk.out_of_reach", fault=fault)
    if free < full_mb:
        return found("disk.full", free=room(free))
    return found("disk.low" if free < LOW_MB else "disk.ok", free=room(free))


def check_clock(now: datetime, offset: timedelta, last_known: datetime | None) -> Finding:
    """`now`: the machine's clock; `offset`: what the centre taught; `last_known`: a time that has certainly passed."""
    if last_known is not None and now + offset < last_known - timedelta(minutes=5):
        return found("clock.in_doubt", last=f"{last_known:%Y-%m-%d %H:%M} UTC")
    if abs(offset) > _OFF:
        return found("clock.off", off=Span(abs(offset)))
    return found("clock.ok", seconds=round(abs(offset.total_seconds())))


def check_programs(*, tool: Callable[[], str] = ask_version) -> Finding:
    """belenios-tool, which every vote needs, and our own version."""
    try:
        tool()
    except ToolFailed:
        return found("programs.missing", what="belenios-tool")
    return found("programs.ok", version=version("municipal-atm"))
