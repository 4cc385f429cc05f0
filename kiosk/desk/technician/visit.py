"""A technician's visit: which page is shown, what a press leads to, what is to be run. Runs nothing itself.

Every page is made by a job on a lane, because each asks the store or a device. Never: a page for a resident's card.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.desk.actions import Action, Back, Choose, EnterText, Next
from kiosk.desk.guest import Answer, Over, Show, failed
from kiosk.desk.technician import pages, papers
from kiosk.desk.technician import rounds as round_pages
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.departure import Departure, Restart
from kiosk.desk.technician.pages import Page, not_stored
from kiosk.desk.technician.touch import TouchTest
from kiosk.desk.technician.views import TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork, Told
from kiosk.desk.views import View
from kiosk.desk.work import Lane, Progress
from kiosk.identity.signing_in import SignInRefused
from kiosk.kernel import matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from kiosk.kernel.expiry import Service
from kiosk.technician import (
    Did,
    StoreFull,
    Technician,
    did,
    no_longer,
    paper,
    power,
    rehearsal,
    rounds,
    screen,
    switches,
)
from kiosk.technician.switches import Reason

_HOME = "home"


def _(message: str) -> str:
    return message


@dataclass(repr=False)
class TechnicianVisit:
    """`language` is the screen's: words on paper and names follow it."""

    booth: Booth
    technician: Technician
    stopped: threading.Event = field(default_factory=threading.Event)
    # Where «back» leads: the pages above this one.
    trail: list[str] = field(default_factory=list)
    opened: threading.Event = field(default_factory=threading.Event)
    touch: TouchTest | None = None
    # Each of their acts is one transaction; the page behind it can be opened again.
    acting = False

    def begin(self, _around: Around) -> Show:
        self.trail.append(_HOME)
        return self._work(_("Looking"), lambda _progress: self._begun())

    def _begun(self) -> TechnicianPage:
        with suppress(StoreFull):  # who comes to make room must be let in
            did(self.booth, self.technician.number, Did.OPENED)
        self.opened.set()
        return pages.home(self.booth)

    def act(self, shown: View, action: Action) -> Show:
        match shown, action:
            case TechnicianPage(), Choose(key):
                return self._pressed(key)
            case TechnicianPage(way_on=(_words, key)), Next():
                return self._pressed(key)
            case TechnicianText(key=key), EnterText(text):
                return self._work(_("Checking"), lambda _progress: settings_pages.changed(self.booth, key, text))
            case TechnicianTouch(), (Choose() | Next()) if self.touch:
                return self._touched(self.touch, action)
            case ((TechnicianPage() | TechnicianText() | TechnicianTouch()), Back()):
                return self._back()
            case _:
                return Show(shown)

    def finished(self, result: object) -> Answer:
        match result:
            case TechnicianPage() | TechnicianText() | TechnicianTouch():
                return Show(result)
            case Restart():
                return Over(restart=True)
            case _:
                return failed(result)

    def card_left(self) -> None:
        return None

    def leave(self) -> Departure:
        """What runs stops at its next safe point, what waits never begins."""
        self.stopped.set()
        matter.visit_over(self.booth)
        return Departure(self.booth, self.technician, self.opened)

    def _touched(self, test: TouchTest, action: Action) -> Show:
        test.answer(action)
        if not test.over:
            return Show(test.view())
        missed, self.touch = test.missed, None
        card = self.technician.number

        def store(_progress: Progress) -> TechnicianPage:
            screen.tried(self.booth, card, missed)
            return pages.screen(self.booth)

        return self._work(_("Storing"), store)

    def _back(self) -> Show:
        if self.trail:
            self.trail.pop()
        return self._open(self.trail.pop() if self.trail else _HOME)

    def _open(self, name: str) -> Show:
        if name == _HOME:
            self.trail.clear()
        self.trail.append(name)
        return self._work(_("Looking"), lambda _progress: self._page(name))

    def _work(self, words: str, job: Callable[[Progress], object], lane: Lane = Lane.STORE) -> Show:
        def safe(progress: Progress) -> object:
            if self.stopped.is_set():
                return None  # it waited for its lane, and the card has gone meanwhile
            try:
                if (code := no_longer(self.booth, self.technician)) is not None:
                    return SignInRefused(code)
                result = job(progress)
            except StoreFull as full:
                return not_stored(full.fault)
            # A round may have brought the town hall's word that this card opens nothing any more.
            code = no_longer(self.booth, self.technician)
            return result if code is None else SignInRefused(code)

        return Show(TechnicianWork(Told(words)), (lane, safe))

    def _page(self, name: str) -> TechnicianPage:
        made: dict[str, Callable[[Booth], TechnicianPage]] = {
            _HOME: pages.home,
            "health": pages.health,
            "sync": round_pages.sync,
            "queue": pages.queue,
            "paper": papers.paper,
            "screen": pages.screen,
            "services": pages.services,
            "settings": settings_pages.overview,
            "journal": papers.journal,
            "booth": pages.booth,
        }
        return made[name](self.booth)

    def _pressed(self, key: str) -> Show:
        verb, _colon, what = key.partition(":")
        match verb:
            case "open":
                return self._open(what)
            case "set":
                self.trail.append("settings")
                return self._work(_("Looking"), lambda _progress: settings_pages.choose(self.booth, what))
            case "value" | "save" | "undo":
                return self._setting(verb, what)
            case "why":
                return Show(pages.why(self.booth, Service(what)))
            case "touch":
                self.touch = TouchTest()
                return Show(self.touch.view())
            case "restart":
                # Behind whatever is in the printer: a paper comes out whole first.
                return self._work(_("Restarting"), lambda _progress: self._restart(), Lane.PRINTER)
            case _:
                return self._do(verb, what)

    def _restart(self) -> Restart:
        power.restarting(self.booth, self.technician.number)
        return Restart()

    def _setting(self, verb: str, what: str) -> Show:
        key, _colon, text = what.partition("=")
        if verb == "value":
            return self._work(_("Checking"), lambda _progress: settings_pages.changed(self.booth, key, text))
        card = self.technician.number
        if verb == "undo":
            return self._work(_("Saving"), lambda _progress: settings_pages.undone(self.booth, card))
        return self._work(_("Saving"), lambda _progress: settings_pages.saved(self.booth, card, key, text))

    def _do(self, verb: str, what: str) -> Show:
        """An act, and then the page that shows what came of it."""
        booth, card = self.booth, self.technician.number
        acts: dict[str, tuple[str, Callable[[Progress], object], Lane]] = {
            "sync": (_("Speaking with the town hall"), self._round, Lane.STORE),
            "rehearse": (_("A trial visit is under way"), self._rehearse, Lane.CARD),
            "retry": (_("Trying again"), lambda _progress: pages.retried(booth, card, what), Lane.STORE),
            "test-page": (_("Printing a test page"), lambda _progress: papers.test_page(booth, card), Lane.PRINTER),
            "paper-changed": (_("Storing"), self._then(paper.changed, papers.paper), Lane.STORE),
            "clean": (_("Storing"), self._then(power.cleaned, pages.booth), Lane.STORE),
            "out": (_("Storing"), self._then(power.take_out, pages.booth), Lane.STORE),
            "in": (_("Storing"), self._then(power.bring_back, pages.booth), Lane.STORE),
            "clock": (_("Storing"), self._then(power.clock_is_right, pages.booth), Lane.STORE),
            "log": (_("Storing"), self._then(power.more_log, pages.booth), Lane.STORE),
            "off": (_("Storing"), lambda _progress: self._switch_off(what), Lane.STORE),
            "on": (_("Storing"), lambda _progress: self._switch_on(Service(what)), Lane.STORE),
            "print-journal": (_("Printing"), lambda _progress: papers.journal_printed(booth, card), Lane.PRINTER),
            "write-journal": (
                _("Writing to the stick"),
                lambda _progress: papers.journal_written(booth, card),
                Lane.STORE,
            ),
            "stick": (_("Writing to the stick"), lambda _progress: round_pages.stick_round(booth, card), Lane.STORE),
        }
        words, job, lane = acts[verb]
        return self._work(words, job, lane)

    def _then(self, act: Callable[[Booth, str], object], page: Page) -> Callable[[Progress], object]:
        def job(_progress: Progress) -> TechnicianPage:
            act(self.booth, self.technician.number)
            return page(self.booth)

        return job

    def _switch_off(self, what: str) -> TechnicianPage:
        service, _space, reason = what.partition(" ")
        switches.switch_off(self.booth, self.technician.number, Service(service), Reason(reason))
        return pages.services(self.booth)

    def _switch_on(self, service: Service) -> TechnicianPage:
        switches.switch_on(self.booth, self.technician.number, service)
        return pages.services(self.booth)

    def _round(self, progress: Progress) -> TechnicianPage:
        def tell(stage: str, done: int, total: int) -> None:
            progress(TechnicianWork(Told(round_pages.STAGES.get(stage, stage)), done, total))

        report = rounds.round_now(self.booth, self.technician.number, tell, self.stopped.is_set)
        return round_pages.round_told(report)

    def _rehearse(self, progress: Progress) -> TechnicianPage:
        def tell(part: int, of: int) -> None:
            progress(TechnicianWork(Told(_("A trial visit is under way")), part - 1, of))

        did(self.booth, self.technician.number, Did.REHEARSED)
        return pages.rehearsed(rehearsal.rehearse(self.booth, self.technician, tell))
