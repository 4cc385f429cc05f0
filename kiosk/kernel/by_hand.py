"""What a technician has switched off by hand, as the store has it. The switching itself is in kiosk.technician.

A service is off when it was switched off itself, or a device that it cannot do without.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.store import Connection, facts
from municipality.failures import BoothCode
from municipality.matter import Needs


class Reason(StrEnum):
    """Why a service is off by hand; each has its code, and with it its sentence for residents."""

    REPAIR = "repair"
    SUPPLIES = "supplies"
    TOWN_HALL = "town_hall"


CODES = {
    Reason.REPAIR: BoothCode.OFF_FOR_REPAIR,
    Reason.SUPPLIES: BoothCode.OFF_FOR_SUPPLIES,
    Reason.TOWN_HALL: BoothCode.OFF_BY_TOWN_HALL,
}


class Part(StrEnum):
    """A device that can be switched off and takes with it whatever needs it; called as the field of `Needs` is."""

    PRINTER = "printer"


@dataclass(frozen=True)
class Held:
    """Why a service or a part is off, and since when."""

    reason: Reason
    since: datetime


def held_off(connection: Connection, name: str) -> Held | None:
    """`name`: of a service or of a part. None where nobody has switched it off."""
    parts = (facts.get(connection, facts.SWITCHED_OFF + name) or "").split()
    return Held(Reason(parts[0]), datetime.fromisoformat(parts[1])) if len(parts) == 2 else None


def kept_off(connection: Connection, service: str, needs: Needs) -> Held | None:
    """Why a service with these needs is off: itself first, then each part that it needs."""
    names = (service, *(part for part in Part if getattr(needs, part)))
    return next((held for name in names if (held := held_off(connection, name)) is not None), None)
