"""The technician's pages of the barcode scanner: how it is, and a try that says how much came of a code, never what."""

from dataclasses import dataclass

from kiosk import health as checks
from kiosk.desk.actions import Action, Scanned
from kiosk.desk.pages import Given, Scan
from kiosk.desk.technician.pages import rows_of
from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.health import NAMES, Check, Light
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician import Did, did


def _(message: str) -> str:
    return message


def scanner(booth: Booth, row: Row | None = None) -> TechnicianPage:
    """`row`: what the last try has shown."""
    found = checks.check_scanner(booth.scanner)
    way_on = None if found.name == "scanner.none" else (Told(_("Begin the scanner test")), "scan:")
    return TechnicianPage(
        "scanner", Told(NAMES[Check.SCANNER]), None, (*([row] if row else []), *rows_of([found])), way_on
    )


@dataclass(frozen=True, repr=False)
class AnyCode(Scan):
    """Waits for any code, and answers with how many characters came: what stands in it goes no further."""

    def taken(self, action: Action) -> Given[str] | None:
        return Given(str(len(action.text))) if isinstance(action, Scanned) else None


def waiting(booth: Booth, by: Hand) -> AnyCode:
    """The record says that it was tried, and no more. Raises StoreFull."""
    did(booth, by, Did.SCANNER_TRIED)
    text = Told(_("Any code will do. What stands in it is neither shown nor kept."))
    return AnyCode("scanner-try", Told(_("Scan a code")), text)


def came(booth: Booth, count: int) -> TechnicianPage:
    """A code of `count` characters has come while the page waited."""
    told = Told(_("A code has come, of {count} characters."), {"count": count})
    return scanner(booth, Row(Told(_("The scanner test")), told, light=Light.GREEN))
