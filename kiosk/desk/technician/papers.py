"""The technician's pages of what leaves the booth on paper or on a stick: test page, counters, the journal.

Never: a resident's paper.
"""

from kiosk import health as checks
from kiosk.desk.technician.pages import rows_of
from kiosk.desk.technician.rounds import which_stick
from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.desk.technician.words import machines, printers
from kiosk.health import Light
from kiosk.kernel.amounts import Span
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician import extract, rounds
from kiosk.technician import paper as sheets
from kiosk.technician.journal_words import sentence
from municipality.greek import ATHENS
from printing import NotPrinted, Printed, Unknown

_SHOWN_LINES = 40


def _(message: str) -> str:
    return message


def paper(booth: Booth) -> TechnicianPage:
    count = sheets.count(booth)
    left = (
        Told(_("About {sheets} sheets are left, enough for {time}."), {"sheets": count.left, "time": Span(count.lasts)})
        if count.lasts is not None
        else Told(_("About {sheets} sheets are left."), {"sheets": count.left})
    )
    rows = (
        *rows_of([checks.check_printer(booth.printer)]),
        Row(Told(_("Left in the tray")), left, light=Light.AMBER if count.left < 25 else Light.GREEN),
        Row(
            Told(_("Printed")),
            Told(
                _("{since} sheets since the change, {ever} in all."), {"since": count.since_filled, "ever": count.ever}
            ),
        ),
        Row(
            Told(_("I have filled the tray")),
            Told(_("The counter begins anew.")),
            key="paper-changed:",
            press=Told(_("Filled")),
        ),
    )
    return TechnicianPage("paper", Told(_("Paper")), None, rows, (Told(_("Print a test page")), "test-page:"))


def test_page(booth: Booth, by: Hand) -> TechnicianPage:
    """Prints it and says what came of it."""
    town = checks.town_of(booth)
    outcome = sheets.test_page(
        booth,
        by,
        "Δοκιμαστική σελίδα",
        "Αυτή η σελίδα δεν έχει στοιχεία κανενός. Αν διαβάζεται ολόκληρη και καθαρά, ο εκτυπωτής είναι εντάξει.",
        booth.settings.booth.name_el,
        town.name.el if town else booth.settings.municipality.id,
    )
    match outcome:
        case None:
            row = Row(Told(_("Test page")), Told(_("It could not be made.")), light=Light.RED)
        case Printed():
            row = Row(Told(_("Test page")), Told(_("It came out. Please look at it.")), light=Light.GREEN)
        case NotPrinted(why):
            row = Row(
                Told(_("Test page")), Told(_("It was not printed: {why}."), {"why": printers(why)}), light=Light.RED
            )
        case Unknown(why):
            unsure = Told(_("Nobody can say whether it came out whole: {why}."), {"why": printers(why)})
            row = Row(Told(_("Test page")), unsure, light=Light.AMBER)
    shown = paper(booth)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)


def journal_line(what: str, detail: str) -> Told:
    """One line of the journal in words; a number or an address stands as it was written."""
    return Told(*sentence(what, detail))


def journal(booth: Booth) -> TechnicianPage:
    rows = tuple(
        Row(Told(f"{line.at.astimezone(ATHENS):%d/%m %H:%M}"), journal_line(line.what, line.detail))
        for line in extract.latest(booth, _SHOWN_LINES)
    )
    to_stick = Row(
        Told(_("Journal onto a stick")),
        Told(_("A text file with all lines.")),
        key="write-journal:",
        press=Told(_("Write")),
    )
    return TechnicianPage(
        "journal", Told(_("Journal")), None, (to_stick, *rows), (Told(_("Print the journal")), "print-journal:")
    )


def journal_printed(booth: Booth, by: Hand) -> TechnicianPage:
    town = checks.town_of(booth)
    outcome = extract.on_paper(booth, by, town.name.el if town else booth.settings.municipality.id)
    well = isinstance(outcome, Printed)
    row = Row(
        Told(_("Print the journal")),
        Told(_("It came out. Please look at it.")) if well else Told(_("It was not printed.")),
        light=Light.GREEN if well else Light.RED,
    )
    shown = journal(booth)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)


def journal_written(booth: Booth, by: Hand) -> TechnicianPage:
    sticks = rounds.sticks()
    shown = journal(booth)
    if len(sticks) != 1:
        row = Row(which_stick(sticks), Told(_("Put one in and wait a moment.")), light=Light.AMBER)
    else:
        written = extract.to_folder(booth, by, sticks[0])
        if isinstance(written, extract.NotWritten):
            row = Row(
                Told(_("The stick")),
                Told(_("It could not be written: {why}."), {"why": machines(written.why)}),
                None,
                Light.RED,
            )
        else:
            row = Row(Told(_("The stick")), Told(_("Written: {file}"), {"file": written.name}), None, Light.GREEN)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)
