"""The technician's pages with example values, for the pictures and for tests. Nobody's data."""

from kiosk.flows import technician_pages as pages
from kiosk.flows.technician_papers import journal_line
from kiosk.flows.technician_views import Row, TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork, Told
from kiosk.services.expiry import Service
from kiosk.services.health import Light, found
from municipality.failures import ALL, Code

_FINDINGS = [
    found("printer.paper-out"),
    found("queue.refused", refused=2),
    found("disk.low", free=1480),
    found("copies.old", days=4),
    found("screen.untried"),
    found("database.ok"),
    found("clock.ok", seconds=1),
    found("matter.ok"),
    found("reader.ok", name="Gemalto PC Twin Reader 00 00"),
    found("press.ok", seconds=1),
    found("sound.ok"),
    found("keys.ok", days=412),
    found("anchors.ok", days=2900),
    found("centre.ok", milliseconds=38),
    found("programs.ok", version="0.1.0"),
]


def technicians_samples() -> dict[str, TechnicianPage | TechnicianText | TechnicianTouch | TechnicianWork]:
    """By a name fit for a file."""
    no_paper = found("services.certificate", why=ALL[Code.PRINTER_NOT_READY].title)
    home = TechnicianPage(
        "home",
        Told("Technician"),
        Told("Take your card to leave."),
        (
            Row(
                Told("What residents cannot do now"),
                Told(no_paper.condition.what, no_paper.values),
                light=Light.RED,
                key="open:services",
                press=Told("See"),
            ),
            Row(
                Told("Health of the booth"),
                Told("Every part, what is wrong, what to do."),
                key="open:health",
                press=Told("See"),
            ),
            Row(
                Told("Waiting acts, and what was not taken"),
                Told("{waiting} acts wait for the next round.", {"waiting": 12}),
                None,
                Light.GREEN,
                "open:queue",
                Told("See"),
            ),
            Row(
                Told("Restart, out of service, cleaning"),
                Told("{visits} visits since the last cleaning.", {"visits": 163}),
                None,
                Light.AMBER,
                "open:booth",
                Told("See"),
            ),
        ),
        back=False,
    )
    health = TechnicianPage(
        "health",
        Told("Health of the booth"),
        Told("What wants a hand stands first."),
        pages.rows_of(_FINDINGS),
        (Told("Check again"), "open:health"),
    )
    value = TechnicianPage(
        "value",
        Told("Loudness, percent"),
        None,
        tuple(Row(Told(str(each)), key=f"value:sound.volume={each}", chosen=each == 60) for each in (20, 40, 60, 80)),
    )
    address = "ipp://192.0.2.7/ipp/print"
    return {
        "technician": home,
        "technician-health": health,
        "technician-why": pages.why(Service.CERTIFICATE),
        "technician-value": value,
        "technician-text": TechnicianText("printer.uri", Told("Printer's address"), address),
        "technician-text-fault": TechnicianText(
            "centre.url",
            Told("Address of the town hall's server"),
            "ftp://x",
            "centre.url = 'ftp://x': expected https://…",
        ),
        **_working_pages(),
        "technician-touch": TechnicianTouch("bottom_right", 5, 5),
        "technician-touch-middle": TechnicianTouch("middle", 3, 5),
        "technician-work": TechnicianWork(Told("Sending what waits"), 120, 300),
    }


def _working_pages() -> dict[str, TechnicianPage | TechnicianText | TechnicianTouch | TechnicianWork]:
    """Round, queue, paper, settings, journal, power: as they stand on an ordinary day with something to do."""
    speak = (Told("Speak now"), "sync:")
    rounds = TechnicianPage(
        "sync",
        Told("Round with the town hall"),
        Told("The last rounds stand below."),
        (
            Row(Told("21/11/2026 02:10"), Told("Whole"), None, Light.GREEN),
            Row(Told("20/11/2026 02:04"), Told("Cut"), None, Light.AMBER),
            Row(
                Told("Round by a stick"),
                Told("For a booth without a line: the stick goes to the town hall and comes back."),
                key="stick:",
                press=Told("Begin"),
            ),
        ),
        speak,
    )
    queue = TechnicianPage(
        "queue",
        Told("Waiting acts, and what was not taken"),
        Told("The town hall did not take {refused} acts; they are kept here with the reason.", {"refused": 1}),
        (
            Row(
                Told("{kind} {end}", {"kind": "Certificate", "end": "7f03a1"}),
                Told("Reason: {why}", {"why": "unknown-kind"}),
                None,
                Light.AMBER,
                "retry:7f03a1",
                Told("Try again"),
            ),
        ),
        speak,
    )
    paper = TechnicianPage(
        "paper",
        Told("Paper"),
        None,
        (
            *pages.rows_of([found("printer.low-paper")]),
            Row(
                Told("Left in the tray"),
                Told("About {sheets} sheets are left, enough for {days} days.", {"sheets": 22, "days": 3}),
                None,
                Light.AMBER,
            ),
            Row(
                Told("Printed"),
                Told("{since} sheets since the change, {ever} in all.", {"since": 228, "ever": 4120}),
            ),
            Row(
                Told("I have filled the tray"),
                Told("The counter begins anew."),
                key="paper-changed:",
                press=Told("Filled"),
            ),
        ),
        (Told("Print a test page"), "test-page:"),
    )
    settings = TechnicianPage(
        "settings",
        Told("Settings"),
        Told("A change counts from the next start of the program."),
        tuple(
            Row(Told(name), Told(value), key=f"set:{place}", press=Told("Change"))
            for place, (name, value) in enumerate(_SETTINGS)
        ),
        (Told("Undo"), "undo:"),
    )
    journal = TechnicianPage(
        "journal",
        Told("Journal"),
        None,
        tuple(Row(Told(at), journal_line(what, detail)) for at, what, detail in _JOURNAL),
        (Told("Print the journal"), "print-journal:"),
    )
    power = TechnicianPage(
        "booth",
        Told("Restart, out of service, cleaning"),
        None,
        (
            Row(
                Told("The booth is in service"),
                Told("Out of service it takes technicians' cards only."),
                None,
                Light.GREEN,
                "out:",
                Told("Out of service"),
            ),
            Row(
                Told("Cleaning of screen, keys and reader"),
                Told("{visits} visits since the last cleaning.", {"visits": 163}),
                Told("Clean them, then press the button."),
                Light.AMBER,
                "clean:",
                Told("Cleaned"),
            ),
            Row(
                Told("Restart the program"),
                Told("It takes a few seconds. Nothing is lost."),
                key="restart:",
                press=Told("Restart"),
            ),
        ),
    )
    made = (rounds, queue, paper, settings, journal, power)
    return {f"technician-{page.page}": page for page in made}


_SETTINGS = (
    ("Seconds without a touch until a visit closes", "120"),
    ("Sound", "As the machine has it"),
    ("Loudness, percent", "60"),
    ("Printer's address", "ipp://192.0.2.7/ipp/print"),
    ("Address of the town hall's server", "https://centre.example.gr"),
)
_JOURNAL = (
    ("21/11 08:02", "technician", "KT-000001 paper.changed"),
    ("21/11 02:10", "sync round", "complete"),
    ("20/11 18:41", "certificate printed", "ΚΑΜ1/2026/004120"),
    ("20/11 18:41", "certificate issued", "ΚΑΜ1/2026/004120"),
)
