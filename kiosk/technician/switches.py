"""A technician switches a service or a device off, with a sentence for residents, and on again.

Never: free text on a resident's screen (the sentences are given), or what stays off and does not say since when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.kernel.booth import Booth
from kiosk.kernel.by_hand import CODES, Part, Reason, held_off
from kiosk.kernel.expiry import services
from kiosk.kernel.hand import Hand
from kiosk.store import Connection, facts
from kiosk.technician.records import record
from municipality.matters.technicians.rules import Did


def _(message: str) -> str:
    return message


# Before a technician; residents read the sentence of the reason's code.
REASONS: Mapping[Reason, str] = {
    Reason.REPAIR: _("For repair"),
    Reason.SUPPLIES: _("Until supplies come"),
    Reason.TOWN_HALL: _("By order of the town hall"),
}


@dataclass(frozen=True)
class Switched:
    """What a technician has switched off: a service or a part, by its name."""

    name: str
    reason: Reason
    since: datetime


def switched_off(booth: Booth, connection: Connection) -> tuple[Switched, ...]:
    found = ((name, held_off(connection, name)) for name in (*services(booth), *Part))
    return tuple(Switched(name, held.reason, held.since) for name, held in found if held is not None)


def now_off(booth: Booth) -> tuple[Switched, ...]:
    """What is off by hand now."""
    with booth.store.reading() as connection:
        return switched_off(booth, connection)


def switch_off(booth: Booth, by: Hand, name: str, reason: Reason) -> None:
    """From the next visit on, with all that needs it. Raises StoreFull, ValueError for what cannot be switched here."""
    did = _told_as(booth, name, Did.SERVICE_OFF, Did.DEVICE_OFF)
    now = booth.clock()
    with booth.store.writing() as connection:
        facts.put(connection, facts.SWITCHED_OFF + name, f"{reason.value} {now.isoformat()}")
        record(booth, connection, by, did, f"{name} {reason.value}")


def switch_on(booth: Booth, by: Hand, name: str) -> None:
    """Raises StoreFull, ValueError for what cannot be switched here."""
    did = _told_as(booth, name, Did.SERVICE_ON, Did.DEVICE_ON)
    with booth.store.writing() as connection:
        facts.drop(connection, facts.SWITCHED_OFF + name)
        record(booth, connection, by, did, name)


def _told_as(booth: Booth, name: str, of_a_service: Did, of_a_device: Did) -> Did:
    # The name comes from the window, which may be anybody's.
    if name in services(booth):
        return of_a_service
    if name in tuple(Part):
        return of_a_device
    raise ValueError("no such service or device at this booth")


__all__ = ["CODES", "REASONS", "Part", "Reason", "Switched", "now_off", "switch_off", "switch_on", "switched_off"]
