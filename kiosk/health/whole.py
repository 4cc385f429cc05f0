"""The checks of an open booth, together: for the technician's pages and for `kiosk doctor`."""

from datetime import datetime
from pathlib import Path

from kiosk.devices.clock import machine_clock
from kiosk.health.devices import check_press, check_printer, check_reader, check_scanner, check_sound
from kiosk.health.keypad import check_keypad
from kiosk.health.keys import check_anchors, check_keys, open_to_others
from kiosk.health.line import check_centre
from kiosk.health.machine import check_clock, check_disk, check_programs
from kiosk.health.serving import check_screen, check_services
from kiosk.health.stored import check_copies, check_database, check_matter, check_queue, last_round
from kiosk.kernel import expiry, public_matter, timekeeping
from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.upkeep import keeping
from kiosk.store import StoreDamaged, facts
from municipality.greek import ATHENS
from municipality.messages import Settings


def _(message: str) -> str:
    return message


def examine(booth: Booth) -> list[Finding]:
    """Every check of an open booth, for its own screen. Takes some seconds."""
    settings, now = booth.settings, booth.raw_clock()
    return [
        *examine_stored(booth),
        disk_of(booth),
        check_screen(booth),
        *examine_devices(booth),
        check_press(booth.press, now.astimezone(ATHENS)),
        check_sound(settings.sound),
        check_keypad(),
        check_keys(settings.keys, settings.store, now),
        check_anchors(settings.anchors, now),
        check_centre_of(booth),
        check_programs(),
    ]


def dangers(booth: Booth) -> list[Finding]:
    """What the window must not open over: keys or a database that others can read, a clock that cannot be right.

    An old SQLite, unusable anchors and a damaged database have refused the booth before it came so far.
    """
    settings = booth.settings
    secret = [settings.store.file, settings.store.key_file, settings.keys.seal]
    if isinstance(settings.keys.signing, Path):
        secret.append(settings.keys.signing)
    looked = [danger for file in secret if (danger := _danger(file)) is not None]
    if booth.raw_clock is machine_clock and (clock := clock_of(booth)).name == "clock.in_doubt":
        looked.append(clock)
    return looked


def _danger(file: Path) -> Finding | None:
    try:
        return found("database.open_to_others", file=file.name) if open_to_others(file) else None
    except OSError as error:
        return found("keys.unusable", fault=f"{file.name}: {error.strerror}")


def examine_devices(booth: Booth) -> list[Finding]:
    """Reader, printer and scanner, each asked itself."""
    return [check_reader(booth.reader), check_printer(booth.printer), check_scanner(booth.scanner)]


def examine_stored(booth: Booth) -> list[Finding]:
    """Database, clock, the town hall's data, the queue. A damaged database is all that can be said then."""
    database = check_database(booth.settings)
    try:
        return [
            check_services(booth),
            _begun_anew(booth) or database if database.name == "database.ok" else database,
            check_copies(booth),
            clock_of(booth),
            check_matter(booth),
            *examine_matters(booth),
            check_queue(booth),
        ]
    except StoreDamaged:
        return [database if database.name != "database.ok" else found("database.damaged", place="?")]


def examine_matters(booth: Booth) -> list[Finding]:
    """What each matter has to say of itself. Raises StoreDamaged."""
    return [check(booth) for office in booth.matters for check in office.checks]


def _begun_anew(booth: Booth) -> Finding | None:
    begun = keeping.begun_anew(booth)
    return found("database.begun_anew", when=f"{begun.astimezone(ATHENS):%d/%m/%Y}") if begun else None


def clock_of(booth: Booth) -> Finding:
    """Red wherever the clock closes a service, too."""
    with booth.store.reading() as connection:
        offset, last = facts.clock_offset(connection), facts.last_known_time(connection)
        doubted = timekeeping.in_doubt(booth, connection)
    finding = check_clock(booth.raw_clock(), offset, last)
    return found("clock.jumped") if doubted and finding.name != "clock.in_doubt" else finding


def disk_of(booth: Booth) -> Finding:
    """Red where the booth itself refuses new acts."""
    return check_disk(booth.settings.store.file.parent, full_mb=expiry.reserve(booth) // (1024 * 1024))


def check_centre_of(booth: Booth) -> Finding:
    """Says hello on a line of its own."""
    line = booth.dial()
    try:
        return check_centre(line, _words(last_round(booth)))
    finally:
        line.close()


def town_of(booth: Booth) -> Settings | None:
    """The municipality's settings as this booth holds them."""
    with booth.store.reading() as connection:
        return public_matter.settings(booth, connection)


def _words(moment: datetime | None) -> str:
    return f"{moment.astimezone(ATHENS):%d/%m/%Y %H:%M}" if moment else _("never")
