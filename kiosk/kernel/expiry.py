"""Which services are on and which are off, and why: each kind of matter has its own last day, each service its needs.

Says it from what is stored, from now and from the needs of each matter. Must never switch off what could still be
served rightly.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from cryptography import x509

from kiosk.kernel import by_hand, public_matter, timekeeping
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import serving
from kiosk.store import Connection, facts
from kiosk.store.faults import wrong_in
from municipality.failures import BoothCode, Code
from municipality.matter import Needs
from municipality.messages import Settings

# Prices, addresses, the municipality's own rules.
SETTINGS_LAST = timedelta(days=90)
_MEGABYTE = 1024 * 1024


# What a resident comes for: signing in, without which there is none of the others, or the noun of a matter.
Service = NewType("Service", str)
SIGN_IN = Service("sign_in")


class Why(StrEnum):
    """For the technician and the centre; residents get the code's sentence."""

    NOTHING_RECEIVED = "nothing received yet"
    REVOCATIONS = "revocation list past its date"
    SETTINGS = "settings too old"
    DOSSIERS = "dossiers past their date"
    NOTICES = "the town hall's word on it too old"
    CLOCK = "clock in doubt"
    DISK = "disk nearly full"
    PAPER = "printer not ready"
    BY_HAND = "switched off by a technician"


@dataclass(frozen=True)
class Off:
    """A service that is off, the code that a resident is shown, and the reason; `since`: None where nobody knows."""

    service: Service
    code: Code
    why: Why
    since: datetime | None = None


def services_off(booth: Booth) -> tuple[Off, ...]:
    """Every service that is off now, with its first reason."""
    with booth.store.reading() as connection:
        # What a technician has said comes first: it is the sentence that they chose for residents.
        reasons = _by_hand(booth, connection) + _reasons(booth, connection)
    found: dict[Service, Off] = {}
    for off in reasons:
        found.setdefault(off.service, off)
    return tuple(found[service] for service in services(booth) if service in found)


def services(booth: Booth) -> tuple[Service, ...]:
    """Signing in, and each matter that residents come for."""
    return (SIGN_IN, *_acts(booth))


def why_off(booth: Booth, service: Service) -> Code | None:
    """The code to refuse with before anything is begun, or None where the service is on."""
    return next((off.code for off in services_off(booth) if off.service == service), None)


def needs_of(booth: Booth, service: Service) -> Needs:
    """What must be there before it can be served; nothing for what is no matter of residents."""
    return next((matter.needs for matter in serving(booth) if matter.noun == service), Needs())


def no_new_act(booth: Booth, service: Service) -> Code | None:
    """Why no new act of `service` may begin: a technician, the clock or the disk. Cheap enough for every act."""
    with booth.store.reading() as connection:
        if held := by_hand.kept_off(connection, service, needs_of(booth, service)):
            return by_hand.CODES[held.reason]
        if timekeeping.in_doubt(booth, connection):
            return BoothCode.CLOCK_IN_DOUBT
    return BoothCode.STORE_FULL if disk_is_full(booth) else None


def disk_is_full(booth: Booth) -> bool:
    """Whether less is free than what the queue, the journal and the next round may need; or nothing can be written, as
    on a disk that was made read-only when it began to fail."""
    folder = booth.settings.store.file.parent
    return shutil.disk_usage(folder).free < reserve(booth) or wrong_in(folder) is not None


def reserve(booth: Booth) -> int:
    """Bytes that are kept free for the queue, the journal and the next round."""
    return booth.settings.sync.reserve_mb * _MEGABYTE


def _acts(booth: Booth) -> tuple[Service, ...]:
    return tuple(Service(matter.noun) for matter in serving(booth))


def _by_hand(booth: Booth, connection: Connection) -> list[Off]:
    held = ((one, by_hand.kept_off(connection, one, needs_of(booth, one))) for one in services(booth))
    return [Off(service, by_hand.CODES[one.reason], Why.BY_HAND, one.since) for service, one in held if one is not None]


def _reasons(booth: Booth, connection: Connection) -> list[Off]:
    now = booth.clock()
    town = public_matter.settings(booth, connection)
    der = public_matter.revocations(booth, connection)
    if town is None or der is None:
        return [Off(service, BoothCode.BOOTH_EMPTY, Why.NOTHING_RECEIVED) for service in services(booth)]
    if timekeeping.in_doubt(booth, connection):
        # By a clock that nobody believes nothing else can be said to be too old.
        return [Off(service, BoothCode.CLOCK_IN_DOUBT, Why.CLOCK) for service in _acts(booth)] + _full(booth)
    pulled = facts.moment(connection, facts.PULLED) or now
    everywhere = (
        (BoothCode.REVOCATIONS_TOO_OLD, Why.REVOCATIONS, _revocations_end(der, town)),
        (BoothCode.DOSSIER_TOO_OLD, Why.SETTINGS, pulled + SETTINGS_LAST),
        (BoothCode.DOSSIER_TOO_OLD, Why.DOSSIERS, pulled + timedelta(days=town.dossier_days)),
    )
    found = [
        Off(service, code, why, end)
        for code, why, end in everywhere
        if end is None or now > end
        for service in services(booth)
    ]
    # What was withdrawn or changed since may not have reached this booth.
    for matter in serving(booth):
        if (days := matter.needs.news_days) is not None and now > (end := pulled + timedelta(days=days)):
            found.append(Off(Service(matter.noun), BoothCode.DOSSIER_TOO_OLD, Why.NOTICES, end))
    return found + _full(booth)


def _full(booth: Booth) -> list[Off]:
    # Signing in needs no room: who comes in is told what is closed, and why.
    return [Off(service, BoothCode.STORE_FULL, Why.DISK) for service in _acts(booth)] if disk_is_full(booth) else []


def _revocations_end(der: bytes, town: Settings) -> datetime | None:
    """As card_reader.trust judges the same list when a card is in. None: it says no end, and counts as past it."""
    until = x509.load_der_x509_crl(der).next_update_utc
    return None if until is None else until + timedelta(hours=town.crl_grace_hours)
