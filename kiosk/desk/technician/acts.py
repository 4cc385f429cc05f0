"""What a technician does at the booth, by the press that asks for it: words while it runs, the work, and its lane.

Never: which page comes next (the visit knows); a press that no page has.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.technician import pages, papers, parts
from kiosk.desk.technician import rounds as round_pages
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.departure import Restart
from kiosk.desk.technician.pages import Page
from kiosk.desk.technician.views import TechnicianPage, TechnicianWork, Told
from kiosk.desk.work import Lane, Progress
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician import Did, Technician, did, paper, power, rehearsal, rounds, switches
from kiosk.technician.switches import Reason

Work = Callable[[Progress], object]


def _(message: str) -> str:
    return message


@dataclass(frozen=True, repr=False)
class TechnicianActs:
    """Each is one transaction, and then the page that shows what came of it. `stopped`: the card has gone."""

    booth: Booth
    technician: Technician
    stopped: threading.Event

    def named(self, verb: str, what: str) -> tuple[str, Work, Lane]:
        """What the press `verb:what` asks for. Raises KeyError for a verb that is none."""
        booth, by = self.booth, self.technician.hand
        key, _equals, text = what.partition("=")
        to_stick = _("Writing to the stick")
        acts: dict[str, tuple[str, Work, Lane]] = {
            "sync": (_("Speaking with the town hall"), self._round, Lane.STORE),
            "rehearse": (_("A trial visit is under way"), self._rehearse, Lane.CARD),
            "retry": (_("Trying again"), lambda _progress: pages.retried(booth, by, what), Lane.STORE),
            "test-page": (_("Printing a test page"), lambda _progress: papers.test_page(booth, by), Lane.PRINTER),
            "paper-changed": (_("Storing"), self._then(paper.changed, papers.paper), Lane.STORE),
            "clean": (_("Storing"), self._then(power.cleaned, pages.booth), Lane.STORE),
            "out": (_("Storing"), self._then(power.take_out, pages.booth), Lane.STORE),
            "in": (_("Storing"), self._then(power.bring_back, pages.booth), Lane.STORE),
            "clock": (_("Storing"), self._then(power.clock_is_right, pages.booth), Lane.STORE),
            "log": (_("Storing"), self._then(power.more_log, pages.booth), Lane.STORE),
            "off": (_("Storing"), lambda _progress: self._switch_off(what), Lane.STORE),
            "on": (_("Storing"), lambda _progress: self._switch_on(what), Lane.STORE),
            "try": (_("Trying"), lambda _progress: parts.tried(booth, self.technician, what), Lane.CARD),
            "print-journal": (_("Printing"), lambda _progress: papers.journal_printed(booth, by), Lane.PRINTER),
            "write-journal": (to_stick, lambda _progress: papers.journal_written(booth, by), Lane.STORE),
            "stick": (to_stick, lambda _progress: round_pages.stick_round(booth, by), Lane.STORE),
            "value": (_("Checking"), lambda _progress: settings_pages.changed(booth, key, text), Lane.STORE),
            "save": (_("Saving"), lambda _progress: settings_pages.saved(booth, by, key, text), Lane.STORE),
            "undo": (_("Saving"), lambda _progress: settings_pages.undone(booth, by), Lane.STORE),
            # Behind whatever is in the printer: a paper comes out whole first.
            "restart": (_("Restarting"), lambda _progress: self._restart(), Lane.PRINTER),
        }
        return acts[verb]

    def _then(self, act: Callable[[Booth, Hand], object], page: Page) -> Work:
        def job(_progress: Progress) -> TechnicianPage:
            act(self.booth, self.technician.hand)
            return page(self.booth)

        return job

    def _restart(self) -> Restart:
        power.restarting(self.booth, self.technician.hand)
        return Restart()

    def _switch_off(self, what: str) -> TechnicianPage:
        name, _space, reason = what.partition(" ")
        switches.switch_off(self.booth, self.technician.hand, name, Reason(reason))
        return parts.page_of(self.booth, name)

    def _switch_on(self, name: str) -> TechnicianPage:
        switches.switch_on(self.booth, self.technician.hand, name)
        return parts.page_of(self.booth, name)

    def _round(self, progress: Progress) -> TechnicianPage:
        def tell(stage: str, done: int, total: int) -> None:
            progress(TechnicianWork(Told(round_pages.STAGES.get(stage, stage)), done, total))

        report = rounds.round_now(self.booth, self.technician.hand, tell, self.stopped.is_set)
        return round_pages.round_told(report)

    def _rehearse(self, progress: Progress) -> TechnicianPage:
        def tell(part: int, of: int) -> None:
            progress(TechnicianWork(Told(_("A trial visit is under way")), part - 1, of))

        did(self.booth, self.technician.hand, Did.REHEARSED)
        return pages.rehearsed(rehearsal.rehearse(self.booth, self.technician, tell))
