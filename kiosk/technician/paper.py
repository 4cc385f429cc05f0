"""Paper: how much went since it was last changed, how long the rest will last, and a page to try the printer with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.kernel import printer
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store import Connection, certificates, facts
from kiosk.technician.records import record
from municipality.greek import ATHENS
from municipality.matters.technicians.rules import Did
from printing import Mark, Outcome, PressFailed, SheetRow, StaffSheet

TRAY_SHEETS = 250
_TEST_PAGE_SECONDS = 45
_LATELY = timedelta(days=28)


@dataclass(frozen=True)
class PaperCount:
    """Sheets of residents and test pages since the tray was filled, all residents' sheets ever, and how long the rest
    will do at the pace of the last four weeks (None where nothing was printed, or nothing is left)."""

    since_filled: int
    filled_at: datetime | None
    ever: int
    lasts: timedelta | None

    @property
    def left(self) -> int:
        return max(0, TRAY_SHEETS - self.since_filled)


def count(booth: Booth) -> PaperCount:
    now = booth.clock()
    with booth.store.reading() as connection:
        ever = certificates.printed(connection)
        lately = certificates.printed(connection, since=now - _LATELY)
        filled = facts.moment(connection, facts.PAPER_FILLED)
        since = certificates.printed(connection, since=filled) + _test_pages(connection) if filled else ever
    left = max(0, TRAY_SHEETS - since)
    # By calendar days, weekends too: a hint when to come, not a count.
    return PaperCount(since, filled, ever, _LATELY * left / lately if lately and left else None)


def changed(booth: Booth, by: Hand) -> None:
    """The tray is full again. Raises StoreFull."""
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.PAPER_FILLED, booth.clock())
        facts.put(connection, facts.TEST_PAGES, "0")
        record(booth, connection, by, Did.PAPER_CHANGED)


def test_page(booth: Booth, by: Hand, title: str, words: str, booth_name: str, municipality: str) -> Outcome | None:
    """A page with nobody's data, made by the press and printed. None where the page could not be made.

    Raises StoreFull, and then nothing has come out.
    """
    sheet = StaffSheet(
        municipality=municipality,
        booth=booth_name,
        title=title,
        made_at=booth.clock().astimezone(ATHENS),
        introduction=words,
        rows=(SheetRow(Mark.NONE, "Α Β Γ Δ Ε Ζ Η Θ", "ΐ ΰ ά έ ή ί ό ύ ώ Ά Έ Ή Ί Ό Ύ Ώ ϊ ϋ «» · ; 0123456789"),),
    )
    try:
        page = booth.press.make(sheet)
    except PressFailed:
        return None
    with booth.store.writing() as connection:
        facts.put(connection, facts.TEST_PAGES, str(_test_pages(connection) + 1))
        record(booth, connection, by, Did.TEST_PAGE)
    return printer.put_out(booth.printer, page, wait_seconds=_TEST_PAGE_SECONDS)


def _test_pages(connection: Connection) -> int:
    return int(facts.get(connection, facts.TEST_PAGES) or 0)
