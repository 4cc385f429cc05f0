"""Out of service and back, the clock confirmed, more words in the log for an hour, visits since the last cleaning."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from kiosk.devices import logs
from kiosk.kernel import timekeeping
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store import StoreFull, facts
from kiosk.technician.records import did, record
from kiosk.technician.settings import keep_good_once
from municipality.matters.technicians.rules import Did

LOG_SECONDS = 3600
CLEAN_EVERY = 150


@dataclass(frozen=True)
class Cleaning:
    """Visits since a technician last cleaned the booth (κ.υ.α. on health safety; the interval is ours)."""

    visits: int
    cleaned_at: datetime | None

    @property
    def due(self) -> bool:
        return self.visits >= CLEAN_EVERY


def out_of_service(booth: Booth) -> datetime | None:
    """Since when a technician keeps the booth closed; None while it serves."""
    with booth.store.reading() as connection:
        return facts.moment(connection, facts.OUT_OF_SERVICE)


def take_out(booth: Booth, by: Hand) -> None:
    """From now on the screen says that the booth is closed, after a restart too. Raises StoreFull."""
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.OUT_OF_SERVICE, booth.clock())
        record(booth, connection, by, Did.OUT_OF_SERVICE)


def bring_back(booth: Booth, by: Hand) -> None:
    """Raises StoreFull."""
    with booth.store.writing() as connection:
        facts.drop(connection, facts.OUT_OF_SERVICE)
        record(booth, connection, by, Did.IN_SERVICE)


def cleaning(booth: Booth) -> Cleaning:
    with booth.store.reading() as connection:
        visits = int(facts.get(connection, facts.VISITS) or 0)
        return Cleaning(visits, facts.moment(connection, facts.CLEANED))


def cleaned(booth: Booth, by: Hand) -> None:
    """Raises StoreFull."""
    with booth.store.writing() as connection:
        facts.put(connection, facts.VISITS, "0")
        facts.put_moment(connection, facts.CLEANED, booth.clock())
        record(booth, connection, by, Did.CLEANED)


def clock_is_right(booth: Booth, by: Hand) -> None:
    """The technician has compared the clock with a watch: that ends every doubt (docs/sync.md). Raises StoreFull."""
    with booth.store.writing() as connection:
        timekeeping.heard(booth, connection, booth.clock())
        record(booth, connection, by, Did.CLOCK_CONFIRMED)


def restarting(booth: Booth, by: Hand) -> None:
    """The line is written before the program ends. Raises StoreFull."""
    did(booth, by, Did.RESTARTED)


def count_visit(booth: Booth) -> None:
    """One more visit since the last cleaning; when it was is not written. A full disk keeps no resident out."""
    keep_good_once(booth)
    with suppress(StoreFull), booth.store.writing() as connection:
        facts.put(connection, facts.VISITS, str(int(facts.get(connection, facts.VISITS) or 0) + 1))


def more_log(booth: Booth, by: Hand, *, seconds: float = LOG_SECONDS) -> None:
    """The log says more until the time is up or the booth restarts; asked again, the time begins anew. Still never a
    person's data. Raises StoreFull."""
    did(booth, by, Did.LOG_LEVEL, "debug")
    logs.say_more(seconds)
