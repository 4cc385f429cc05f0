"""A technician's visit: their conversation with the booth, as long as their card opens it. Runs nothing itself.

Every page is made by a job on a lane, because each asks the store or a device. Never: a page for a resident's card.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from card_reader import CardFault, CardGone
from kiosk.desk.actions import Action
from kiosk.desk.blocks import Text, Told
from kiosk.desk.conversation import Looked, Talk
from kiosk.desk.guest import Answer, Over, Show, failed
from kiosk.desk.pages import Form, Work
from kiosk.desk.talking import Act, Found, Talking
from kiosk.desk.technician.acts import Tending
from kiosk.desk.technician.conversation import HOME, tend
from kiosk.desk.technician.departure import Departure, Restart
from kiosk.desk.technician.pages import not_stored
from kiosk.desk.views import View
from kiosk.desk.work import Job, Lane, Progress
from kiosk.identity.signing_in import SignInRefused
from kiosk.kernel import matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from kiosk.technician import Did, StoreFull, Technician, did, no_longer
from municipality.failures import BoothCode


def _(message: str) -> str:
    return message


# What lies above a page that an act has shown: it is not gone back over the act.
_ABOVE = {
    "scanner-try": "open:scanner",
    "value": "open:settings",
    "change": "open:settings",
    "saved": "open:settings",
    "officials-change": "open:officials",
    "device": "open:devices",
    "device-tried": "open:devices",
    "service": "open:services",
    "service-tried": "open:services",
}


@dataclass(repr=False)
class TechnicianVisit(Talking):
    """`opened`: their coming stands in the journal, so their going must too."""

    booth: Booth
    technician: Technician
    stopped: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    doing: Act | None = None
    # Each of their acts is one transaction; the page behind it can be opened again.
    acting = False

    def begin(self, _around: Around) -> Answer:
        return self._talks(Talk(tend))

    def act(self, shown: View, action: Action) -> Answer:
        if self.talk is not None and (page := self.page) is not None and shown == page:
            return self._answered(self.talk, page, action)
        return Show(shown)

    def cancel(self, _shown: View) -> None:
        return None  # each act is whole; nothing is lost

    def finished(self, result: object) -> Answer:
        doing, self.doing = self.doing, None
        match result:
            case Found(Restart()):
                return Over(restart=True)
            case Found(what) if doing is not None and self.talk is not None and isinstance(what, doing.acting.outcomes):
                self.talk.done(what)
                return self._on(self.talk)
            case Found() if self.talk is not None and self.reading is not None:
                return self._found(self.talk, self.reading, result)
        return failed(result)

    def card_left(self) -> None:
        return None

    def leave(self) -> Departure:
        """What runs stops at its next safe point, what waits never begins."""
        self.stopped.set()
        matter.visit_over(self.booth)
        return Departure(self.booth, self.technician, self.opened)

    def _behind(self) -> Answer:
        """Past an act there is no way back: the page above the one that it has shown."""
        name = "value" if isinstance(self.page, Form) else self.page.name if self.page is not None else ""
        return self._talks(Talk(partial(tend, _ABOVE.get(name, HOME))))

    def _read(self, wish: Looked) -> tuple[View, Job]:
        return self._work(Told(_("Looking")), lambda tending: wish.read(tending, *wish.arguments), Lane.STORE)

    def _begin(self, act: Act) -> Show:
        self.doing = act
        what = act.acting.what or ""
        return Show(*self._work(what, lambda doing: act.acting.work(doing, *act.arguments), act.acting.lane))

    def _work(self, what: Text, job: Callable[[Tending], object], lane: Lane) -> tuple[View, Job]:
        def safe(progress: Progress) -> object:
            if self.stopped.is_set():
                return None  # it waited for its lane, and the card has gone meanwhile
            try:
                if (code := no_longer(self.booth, self.technician)) is not None:
                    return SignInRefused(code)
                self._first()
                result = job(Tending(self.booth, self.technician, self.stopped, progress))
            except StoreFull as full:
                return Found(not_stored(full.fault))
            # Each of their acts is proved by their card: without it nothing was done.
            except CardGone:
                return SignInRefused(BoothCode.CARD_GONE)
            except CardFault:
                return SignInRefused(BoothCode.CARD_READ_ERROR)
            # A round may have brought the town hall's word that this card opens nothing any more.
            code = no_longer(self.booth, self.technician)
            return Found(result) if code is None else SignInRefused(code)

        return Work(what=what), (lane, safe)

    def _first(self) -> None:
        """Their coming, before the first page."""
        if not self.opened.is_set():
            with suppress(StoreFull):  # who comes to make room must be let in
                did(self.booth, self.technician.hand, Did.OPENED)
            self.opened.set()
