"""A technician switches a service off, with a sentence for residents, and on again. The sentences are given ones.

Never: free text on a resident's screen, or a service that stays off without a line that says since when.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.kernel.booth import Booth
from kiosk.kernel.by_hand import CODES, Reason, held_off
from kiosk.kernel.expiry import Service, services
from kiosk.kernel.hand import Hand
from kiosk.store import Connection, facts
from kiosk.technician.records import record
from municipality.matters.technicians.rules import Did


@dataclass(frozen=True)
class Switched:
    """A service that a technician has switched off."""

    service: Service
    reason: Reason
    since: datetime


def switched_off(booth: Booth, connection: Connection) -> tuple[Switched, ...]:
    found = ((service, held_off(connection, service)) for service in services(booth))
    return tuple(Switched(service, held.reason, held.since) for service, held in found if held is not None)


def now_off(booth: Booth) -> tuple[Switched, ...]:
    """What is off by hand now."""
    with booth.store.reading() as connection:
        return switched_off(booth, connection)


def switch_off(booth: Booth, by: Hand, service: Service, reason: Reason) -> None:
    """From the next visit on. Raises StoreFull, ValueError for what is no service here."""
    _must_be_known(booth, service)
    now = booth.clock()
    with booth.store.writing() as connection:
        facts.put(connection, facts.SWITCHED_OFF + service, f"{reason.value} {now.isoformat()}")
        record(booth, connection, by, Did.SERVICE_OFF, f"{service} {reason.value}")


def switch_on(booth: Booth, by: Hand, service: Service) -> None:
    """Raises StoreFull, ValueError for what is no service here."""
    _must_be_known(booth, service)
    with booth.store.writing() as connection:
        facts.drop(connection, facts.SWITCHED_OFF + service)
        record(booth, connection, by, Did.SERVICE_ON, service)


def _must_be_known(booth: Booth, service: Service) -> None:
    # The key comes from the window, which may be anybody's.
    if service not in services(booth):
        raise ValueError("no such service at this booth")


__all__ = ["CODES", "Reason", "Switched", "now_off", "switch_off", "switch_on", "switched_off"]
