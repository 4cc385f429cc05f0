"""The technician's pages with example values, for the pictures and for tests. Nobody's data."""

from kiosk.flows import technician_pages as pages
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
        "technician-touch": TechnicianTouch("bottom_right", 5, 5),
        "technician-touch-middle": TechnicianTouch("middle", 3, 5),
        "technician-work": TechnicianWork(Told("Sending what waits"), 120, 300),
    }
