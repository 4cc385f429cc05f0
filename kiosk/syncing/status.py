"""What the booth says of itself at the end of a round. Counts and conditions: never a person, a card or a choice."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from kiosk.kernel import expiry, printer
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import keeping
from municipality.failures import BoothCode
from municipality.messages import BoothStatus
from printing import NotReady, Readiness
from sync import inbox, outbox

Paper = Literal["ready", "low", "empty", "unknown", "fault"]


def booth_status(booth: Booth, clock_offset: timedelta) -> BoothStatus:
    """As it stands now. `clock_offset`: centre minus machine, as the round has just learned it. The printer is
    only looked at: another process may be printing.
    """
    now = booth.clock()
    with booth.store.reading() as connection:
        counts = outbox.counts(connection)
        set_aside = len(inbox.problems(connection))
    off = expiry.services_off(booth)
    paper = _looked_at(booth)
    disk = shutil.disk_usage(booth.settings.store.file.parent)
    return BoothStatus(
        at=now.replace(microsecond=0),
        software=_software(),
        waiting_acts=counts.waiting_acts,
        waiting_ballots=counts.waiting_ballots,
        refused=counts.refused,
        held=counts.held,
        set_aside=set_aside,
        clock_offset_seconds=round(clock_offset.total_seconds()),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        paper=paper,
        alarms=_alarms(booth, off, paper),
        services_off=tuple(one.service for one in off),
    )


def _alarms(booth: Booth, off: Sequence[expiry.Off], paper: Paper) -> tuple[str, ...]:
    """Codes of failures that somebody should hear of before the next resident meets them."""
    alarms = {one.code for one in off}
    if keeping.begun_anew(booth):
        alarms.add(BoothCode.STORE_GONE)
    if paper in ("empty", "fault"):
        alarms.add(BoothCode.PRINTER_NOT_READY)
    return tuple(sorted(code.value for code in alarms))


def paper_of(readiness: Readiness) -> Paper:
    """What a printer's answer says of its paper."""
    if not isinstance(readiness, NotReady):
        return "low" if readiness.low == "paper" else "ready"
    match readiness.why:
        case "paper-out" | "no-a4":
            return "empty"
        case "busy":
            return "unknown"  # it prints, and says nothing of its paper meanwhile
        case _:
            return "fault"


def _looked_at(booth: Booth) -> Paper:
    return paper_of(printer.look(booth.printer))


def _software() -> str:
    try:
        return f"municipal-atm {version('municipal-atm')}"
    except PackageNotFoundError:
        return "municipal-atm"
