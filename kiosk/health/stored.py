"""Checks of the booth's database: whole, readable by nobody else; what has come; what still waits to go."""

from datetime import datetime, timedelta

from cryptography import x509

from kiosk.health.keys import open_to_others
from kiosk.kernel import public_matter
from kiosk.kernel.amounts import Span
from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.upkeep import keeping
from kiosk.settings import BoothSettings, SettingsRefused
from kiosk.store import StoreRefused, copies, facts
from sync import outbox

STUCK_DAYS = 2
_COPY_OLD_DAYS = 3


def check_database(settings: BoothSettings) -> Finding:
    """Every page's own check (about a second for each 200 MB), and who may read the file."""
    file = settings.store.file
    try:
        if (wrong := keeping.look(settings)) is not None:
            return of_refusal(wrong)
        if file.exists() and open_to_others(file):
            return found("database.open_to_others", file=file.name)
    except (OSError, SettingsRefused) as error:
        return found("database.refused", fault=type(error).__name__)
    return found("database.ok")


def of_refusal(refusal: StoreRefused) -> Finding:
    """What a refusal to open says, as a row of the table."""
    return found(f"database.{refusal.condition}", **refusal.values)


def check_matter(booth: Booth) -> Finding:
    """Whether the town hall's data are here, and fresh enough to serve by."""
    now = booth.clock()
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
        der = public_matter.revocations(booth, connection)
    if town is None or der is None:
        return found("matter.empty")
    until = x509.load_der_x509_crl(der).next_update_utc
    if until is None or now <= until:
        return found("matter.ok")
    late = now - until
    if late > timedelta(hours=town.crl_grace_hours):
        return found("matter.too_old")
    return found("matter.old", age=Span(late))


def check_copies(booth: Booth) -> Finding:
    """How old the newest good copy is. That it is whole was looked at when it was made."""
    if booth.settings.sync.copies < 1:
        return found("copies.off")
    with booth.store.reading() as connection:
        made = facts.moment(connection, facts.COPIED)
    if made is None or not copies.copies(booth.settings.store.file):
        return found("copies.none")
    age = max(booth.clock() - made, timedelta(0))
    return found("copies.old" if age.days >= _COPY_OLD_DAYS else "copies.ok", age=Span(age))


def check_queue(booth: Booth) -> Finding:
    """What waits, for how long, and what the town hall did not take. Counts alone: no line of it is read."""
    with booth.store.reading() as connection:
        counts, oldest = outbox.counts(connection), outbox.oldest_waiting(connection)
    if counts.refused:
        return found("queue.refused", refused=counts.refused)
    waiting = counts.waiting_acts + counts.waiting_ballots
    age = booth.clock() - oldest if oldest is not None else timedelta(0)
    return (
        found("queue.stuck", age=Span(age), waiting=waiting)
        if age.days >= STUCK_DAYS
        else found("queue.ok", waiting=waiting)
    )


def last_round(booth: Booth) -> datetime | None:
    """When a round last came to its end; None before the first."""
    with booth.store.reading() as connection:
        return facts.moment(connection, facts.PULLED)
