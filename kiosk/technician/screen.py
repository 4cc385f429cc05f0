"""What a technician's touch test found, kept until the next."""

from collections.abc import Sequence

from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store import facts
from kiosk.technician.records import record
from municipality.matters.technicians.rules import Did


def tried(booth: Booth, by: Hand, missed: Sequence[str]) -> None:
    """`missed`: short names of the places that did not answer. Raises StoreFull."""
    with booth.store.writing() as connection:
        facts.put(connection, facts.TOUCHED, " ".join((booth.clock().isoformat(), *missed)))
        record(booth, connection, by, Did.SCREEN_TRIED, " ".join(missed))
