"""A technician's visit: which page is shown, what a press leads to, what is to be run. Runs nothing itself.

Every page is made by a job on a lane, because each asks the store or a device. Never: a page for a resident's card.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from card_reader import CardFault, CardGone
from kiosk.desk.actions import Action, Back, Choose, EnterText, Next
from kiosk.desk.guest import Answer, Over, Show, failed
from kiosk.desk.technician import pages, papers, parts
from kiosk.desk.technician import rounds as round_pages
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.acts import TechnicianActs
from kiosk.desk.technician.departure import Departure, Restart
from kiosk.desk.technician.pages import not_stored
from kiosk.desk.technician.touch import TouchTest
from kiosk.desk.technician.views import TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork, Told
from kiosk.desk.views import View
from kiosk.desk.work import Lane, Progress
from kiosk.identity.signing_in import SignInRefused
from kiosk.kernel import matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from kiosk.technician import Did, StoreFull, Technician, did, no_longer, screen
from municipality.failures import BoothCode

_HOME = "home"


def _(message: str) -> str:
    return message


@dataclass(repr=False)
class TechnicianVisit:
    """`opened`: their coming stands in the journal, so their going must too."""

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
            did(self.booth, self.technician.hand, Did.OPENED)
        self.opened.set()
        return pages.home(self.booth)

    def act(self, shown: View, action: Action) -> Show:
        match shown, action:
            case TechnicianPage(), Choose(key):
                return self._pressed(key)
            case TechnicianPage(way_on=(_words, key)), Next():
                return self._pressed(key)
            case TechnicianText(key=key), EnterText(text):
                return self._do("value", f"{key}={text}")
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
        by = self.technician.hand

        def store(_progress: Progress) -> TechnicianPage:
            screen.tried(self.booth, by, missed)
            return parts.device(self.booth, "screen")

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
            # Each of their acts is proved by their card: without it nothing was done.
            except CardGone:
                return SignInRefused(BoothCode.CARD_GONE)
            except CardFault:
                return SignInRefused(BoothCode.CARD_READ_ERROR)
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
            "devices": parts.devices,
            "services": parts.services,
            "settings": settings_pages.overview,
            "journal": papers.journal,
            "booth": pages.booth,
        }
        page, _space, part = name.partition(" ")
        if part:
            return {"device": parts.device, "service": parts.service}[page](self.booth, part)
        return made[name](self.booth)

    def _pressed(self, key: str) -> Show:
        verb, _colon, what = key.partition(":")
        match verb:
            case "open":
                return self._open(what)
            case "set":
                self.trail.append("settings")
                return self._work(_("Looking"), lambda _progress: settings_pages.choose(self.booth, what))
            case "why":
                return self._work(_("Looking"), lambda _progress: parts.why(self.booth, what))
            case "touch":
                self.touch = TouchTest()
                return Show(self.touch.view())
            case _:
                return self._do(verb, what)

    def _do(self, verb: str, what: str) -> Show:
        words, job, lane = TechnicianActs(self.booth, self.technician, self.stopped).named(verb, what)
        return self._work(words, job, lane)
