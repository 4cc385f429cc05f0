"""A signed-in resident: menu, categories, and one errand at a time. Says what to show and what to run; runs nothing."""

from dataclasses import dataclass, field

from card_reader import Connection, Pin
from kiosk.desk import catalogue
from kiosk.desk.actions import Action, Back, Choose, EnterPin, Next, OpenCategory
from kiosk.desk.guest import Answer, Outcome, Over, Show, failed
from kiosk.desk.matter import Errand, Offered, Way
from kiosk.desk.views import CategoryPage, Menu, PinEntry, Problem, Step, View, Working
from kiosk.desk.work import Lane
from kiosk.identity import signing_in
from kiosk.identity.signing_in import PinTooOld, Session, SignInRefused, WrongPinGiven
from kiosk.kernel import matter
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import NONE, Around, Closures
from kiosk.kernel.expiry import Service
from municipality.failures import BoothCode, Code
from municipality.matter import Category


@dataclass(repr=False)
class Visit:
    """One resident's visit after the PIN. `offered`: what each matter has for them, read once with the dossier.

    `doing` is the errand whose act is under way: between «confirm» and its outcome the card may leave. `told`: the good
    outcome that stands on the screen; the way on from there ends the visit.
    """

    booth: Booth
    session: Session
    offered: tuple[Offered, ...]
    closed: Closures = field(default_factory=lambda: NONE)
    errand: Errand | None = None
    category: Category | None = None
    doing: Errand | None = None
    told: View | None = None

    @property
    def acting(self) -> bool:
        return self.doing is not None

    def begin(self, around: Around) -> Show:
        # As it was when they came: a menu that changes under the finger helps nobody.
        self.closed = around.closed
        return Show(self.menu())

    def act(self, shown: View, action: Action) -> Answer:
        match shown, action:
            case _, EnterPin(pin):
                return self._confirm(pin) if self.doing else Show(shown)
            case _, Next() if self.told is not None and shown == self.told:
                return Over()
            case PinEntry(), _:
                self.doing = None  # they did not want to give the PIN again: the act is not done
        # Its outcome, or the PIN once more, may stand over an errand: only its own page is its own.
        if self.errand is not None and shown == self.errand.view():
            return self._on_errand(self.errand, action)
        match shown, action:
            case Menu(), OpenCategory(category):
                return Show(self._open(category))
            case CategoryPage(), Choose(key):
                return Show(self._choose(key))
            case _, (Next() | Back()):
                return Show(self.menu())
            case _:
                return Show(shown)

    def finished(self, result: object) -> Answer:
        if self.doing is None:
            return failed(result)
        match result:
            case Session():
                self.session = result
                return self._start(self.doing)
            case PinTooOld():
                return Show(PinEntry(self.session.genuine.tries_left, again=True))
            case WrongPinGiven(tries_left):
                return Show(PinEntry(tries_left, wrong=True, again=True))
        return self._outcome(result)

    def card_left(self) -> View | None:
        # The PIN can no longer be asked: the act was not begun.
        return Problem(self.doing.not_begun) if self.doing else None

    def leave(self) -> Connection:
        # What a matter may still hold of them, as the press holds the page that was drawn.
        matter.visit_over(self.booth)
        return self.session.connection

    def menu(self) -> Menu:
        self.errand, self.category = None, None
        return Menu(catalogue.tiles(self.offered, self.closed))

    def _open(self, category: Category) -> CategoryPage:
        self.errand, self.category = None, category
        here = [one for one in self.offered if one.matter.category is category]
        lines = (one.desk.entries(self.closed.get(Service(one.matter.noun))) for one in here)
        return CategoryPage(category, tuple(entry for entries in lines for entry in entries))

    def _choose(self, key: str) -> View:
        for one in self.offered:
            behind = one.desk.open(key) if one.matter.category is self.category else None
            if isinstance(behind, Code):
                return Problem(behind)
            if behind is not None:
                self.errand = behind
                return behind.view()
        return self.menu()

    def _on_errand(self, errand: Errand, action: Action) -> Show:
        match errand.act(action):
            case Way.HERE:
                return Show(errand.view())
            case Way.ON:
                return self._start(errand)
            case Way.OUT:
                return Show(self._open(self.category) if self.category else self.menu())

    def _start(self, doing: Errand) -> Show:
        """Starts the act (again, after the PIN was asked once more)."""
        self.doing = doing
        return Show(*doing.start(self.session))

    def _confirm(self, pin: Pin) -> Show:
        booth, session = self.booth, self.session

        def job(_progress: object) -> object:
            try:
                return signing_in.confirm_pin(booth, session, pin)
            finally:
                pin.wipe()

        return Show(Working(Activity.OPENING_FILE, Step(2, 2)), (Lane.CARD, job))

    def _outcome(self, result: object) -> Outcome:
        """What came of the act, which is over."""
        doing, self.doing, self.errand = self.doing, None, None
        match result:
            case SignInRefused(BoothCode.CARD_GONE) if doing:
                return Outcome(Problem(doing.not_begun))  # the card left while its PIN was looked at
            case SignInRefused(code):
                return Outcome(Problem(code))
        ended = doing.finished(result) if doing else None
        if ended is None:
            return Outcome(Problem(doing.not_sure if doing else BoothCode.BOOTH_FAULT))
        self.told = None if isinstance(ended.view, Problem) else ended.view
        return ended
