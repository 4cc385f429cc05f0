"""What a technician has switched off by hand, as the store has it. The switching itself is in kiosk.technician."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.store import Connection, facts
from municipality.failures import BoothCode


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


@dataclass(frozen=True)
class Held:
    """Why a service is off, and since when."""

    reason: Reason
    since: datetime


def held_off(connection: Connection, service: str) -> Held | None:
    """None where nobody has switched it off."""
    parts = (facts.get(connection, facts.SWITCHED_OFF + service) or "").split()
    return Held(Reason(parts[0]), datetime.fromisoformat(parts[1])) if len(parts) == 2 else None
