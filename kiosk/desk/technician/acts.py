"""What a technician does at the booth, by the press that asks for it: words while it runs, the work, and its lane.

Never: which page comes next (the conversation knows); a press that no page has.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.blocks import Told
from kiosk.desk.conversation import Acting
from kiosk.desk.pages import Form, Scan, Work
from kiosk.desk.technician import officials as officials_pages
from kiosk.desk.technician import pages, papers, parts
from kiosk.desk.technician import rounds as round_pages
from kiosk.desk.technician import scanner as scanner_pages
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.departure import Restart
from kiosk.desk.technician.pages import Page
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.work import Lane, Progress
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician import Did, Technician, did, paper, power, rehearsal, rounds, screen, switches
from kiosk.technician.switches import Reason
from municipality.failures import BoothCode

Shown = TechnicianPage | Form | Scan


def _(message: str) -> str:
    return message


@dataclass(frozen=True, repr=False)
class Tending:
    """Who tends which booth. `stopped`: the card has gone; `progress` says how far it is."""

    booth: Booth
    technician: Technician
    stopped: threading.Event
    progress: Progress

    @property
    def hand(self) -> Hand:
        return self.technician.hand


# What is pressed is `verb:what`; each act gets the what.
Act = Acting[[str], Shown | Restart]


def _act(what: str, work: Callable[[Tending, str], Shown | Restart], lane: Lane = Lane.STORE) -> Act:
    # Each is one transaction: whatever broke, the page behind it can be opened again.
    fault = BoothCode.BOOTH_FAULT
    return Acting(work, lane, (), (TechnicianPage, Form, Scan, Restart), fault, fault, what=Told(what))


def _then(act: Callable[[Booth, Hand], object], page: Page) -> Callable[[Tending, str], TechnicianPage]:
    def work(doing: Tending, _what: str) -> TechnicianPage:
        act(doing.booth, doing.hand)
        return page(doing.booth)

    return work


def _restart(doing: Tending, _what: str) -> Restart:
    power.restarting(doing.booth, doing.hand)
    return Restart()


def _switch_off(doing: Tending, what: str) -> TechnicianPage:
    name, _space, reason = what.partition(" ")
    switches.switch_off(doing.booth, doing.hand, name, Reason(reason))
    return parts.page_of(doing.booth, name)


def _switch_on(doing: Tending, name: str) -> TechnicianPage:
    switches.switch_on(doing.booth, doing.hand, name)
    return parts.page_of(doing.booth, name)


def _round(doing: Tending, _what: str) -> TechnicianPage:
    def tell(stage: str, done: int, total: int) -> None:
        doing.progress(Work(what=Told(round_pages.STAGES.get(stage, stage)), done=done, total=total))

    report = rounds.round_now(doing.booth, doing.hand, tell, doing.stopped.is_set)
    return round_pages.round_told(report)


def _rehearse(doing: Tending, _what: str) -> TechnicianPage:
    def tell(part: int, of: int) -> None:
        doing.progress(Work(what=Told(_("A trial visit is under way")), done=part - 1, total=of))

    did(doing.booth, doing.hand, Did.REHEARSED)
    return pages.rehearsed(rehearsal.rehearse(doing.booth, doing.technician, tell))


def _value(doing: Tending, what: str) -> Shown:
    key, _equals, text = what.partition("=")
    if key == officials_pages.KEY:
        return officials_pages.changed(doing.booth, text)
    return settings_pages.changed(doing.booth, key, text)


def _save(doing: Tending, what: str) -> Shown:
    key, _equals, text = what.partition("=")
    if key == officials_pages.KEY:
        return officials_pages.saved(doing.booth, doing.hand, text)
    return settings_pages.saved(doing.booth, doing.hand, key, text)


def _touched(doing: Tending, missed: str) -> TechnicianPage:
    screen.tried(doing.booth, doing.hand, missed.split())
    return parts.device(doing.booth, "screen")


_STORING, _TO_STICK = _("Storing"), _("Writing to the stick")
ACTS: dict[str, Act] = {
    "sync": _act(_("Speaking with the town hall"), _round),
    "rehearse": _act(_("A trial visit is under way"), _rehearse, Lane.CARD),
    "retry": _act(_("Trying again"), lambda doing, what: pages.retried(doing.booth, doing.hand, what)),
    "test-page": _act(
        _("Printing a test page"), lambda doing, _what: papers.test_page(doing.booth, doing.hand), Lane.PRINTER
    ),
    "paper-changed": _act(_STORING, _then(paper.changed, papers.paper)),
    "clean": _act(_STORING, _then(power.cleaned, pages.booth)),
    "out": _act(_STORING, _then(power.take_out, pages.booth)),
    "in": _act(_STORING, _then(power.bring_back, pages.booth)),
    "clock": _act(_STORING, _then(power.clock_is_right, pages.booth)),
    "log": _act(_STORING, _then(power.more_log, pages.booth)),
    "off": _act(_STORING, _switch_off),
    "on": _act(_STORING, _switch_on),
    "try": _act(_("Trying"), lambda doing, what: parts.tried(doing.booth, doing.technician, what), Lane.CARD),
    "print-journal": _act(
        _("Printing"), lambda doing, _what: papers.journal_printed(doing.booth, doing.hand), Lane.PRINTER
    ),
    "write-journal": _act(_TO_STICK, lambda doing, _what: papers.journal_written(doing.booth, doing.hand)),
    "stick": _act(_TO_STICK, lambda doing, _what: round_pages.stick_round(doing.booth, doing.hand)),
    "scan": _act(_STORING, lambda doing, _what: scanner_pages.waiting(doing.booth, doing.hand)),
    "value": _act(_("Checking"), _value),
    "save": _act(_("Saving"), _save),
    "undo": _act(_("Saving"), lambda doing, _what: settings_pages.undone(doing.booth, doing.hand)),
    # Behind whatever is in the printer: a paper comes out whole first.
    "restart": _act(_("Restarting"), _restart, Lane.PRINTER),
}
TOUCHED = _act(_STORING, _touched)


_PAGES: dict[str, Callable[[Booth], TechnicianPage]] = {
    "home": pages.home,
    "health": pages.health,
    "sync": round_pages.sync,
    "queue": pages.queue,
    "paper": papers.paper,
    "scanner": scanner_pages.scanner,
    "devices": parts.devices,
    "services": parts.services,
    "settings": officials_pages.among_settings,
    "officials": officials_pages.page,
    "journal": papers.journal,
    "booth": pages.booth,
}


def page_of(tending: Tending, key: str, _opened: int = 1) -> Shown:
    """The page that a press opens. `_opened`: how many were opened by then, or the same page would be remembered and
    not looked at again. Raises KeyError for a press that no page has."""
    verb, _colon, what = key.partition(":")
    match verb:
        case "set" if what == officials_pages.KEY:
            return officials_pages.form()
        case "set":
            return settings_pages.choose(tending.booth, what)
        case "scanned":
            return scanner_pages.came(tending.booth, int(what))
        case "why":
            return parts.why(tending.booth, what)
    page, _space, part = {"open": what}[verb].partition(" ")
    if part:
        return {"device": parts.device, "service": parts.service}[page](tending.booth, part)
    return _PAGES[what](tending.booth)
