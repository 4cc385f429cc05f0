"""A signed-in resident: menu, categories, and one errand at a time. Says what to show and what to run; runs nothing."""

from dataclasses import dataclass, field

from kiosk.flows.actions import Action, Back, Choose, Next, OpenCategory
from kiosk.flows.matter import Errand, Offered, Way
from kiosk.flows.views import CategoryPage, Menu, PinEntry, Problem, View
from kiosk.flows.work import Job
from kiosk.services.booth import Booth
from kiosk.services.closures import NONE, Closures
from kiosk.services.expiry import Service
from kiosk.services.signing_in import PinTooOld, Refused, Session, WrongPinGiven
from municipality.failures import Code
from municipality.matter import Category

__all__ = ["Job", "Visit"]


@dataclass(repr=False)
class Visit:
    """One resident's visit after the PIN. `offered`: what each matter has for them, read once with the dossier.

    `doing` is the errand whose act is under way: between «confirm» and its outcome the card may leave.
    """

    booth: Booth
    session: Session
    offered: tuple[Offered, ...]
    closed: Closures = field(default_factory=lambda: NONE)
    errand: Errand | None = None
    category: Category | None = None
    doing: Errand | None = None
    card_out: bool = False

    def menu(self) -> View:
        self.errand, self.category = None, None
        badges = ((one.matter.category, one.desk.badge()) for one in self.offered)
        return Menu(
            badges=tuple((category, badge) for category, badge in badges if category and badge),
            closed=frozenset(category for category in Category if self._is_closed(category)),
        )

    def act(self, shown: View, action: Action) -> tuple[View, Job | None]:
        """The next view, and work to run. What does not fit the screen changes nothing."""
        # Its outcome, or the PIN once more, may stand over an errand: only its own page is its own.
        if self.errand is not None and shown == self.errand.view():
            return self._on_errand(self.errand, action)
        match shown, action:
            case Menu(), OpenCategory(category):
                return self._open(category), None
            case CategoryPage(), Choose(key):
                return self._choose(key), None
            case _, (Next() | Back()):
                return self.menu(), None
            case _:
                return shown, None

    def start(self, doing: Errand) -> tuple[View, Job | None]:
        """Starts the act (again, after the PIN was asked once more)."""
        self.doing = doing
        return doing.start(self.session)

    def finished(self, result: object) -> View:
        """The outcome of an act. It is told even when the card has left meanwhile."""
        doing, self.doing = self.doing, None
        match result:
            case PinTooOld():
                self.doing = doing
                return PinEntry(self.session.genuine.tries_left, again=True)
            case Session() | WrongPinGiven() | Refused(Code.CARD_GONE) if doing:
                return Problem(doing.not_begun)  # the card left while its PIN was looked at
            case Refused(code):
                return Problem(code)
            case _ if doing:
                self.errand = None
                return doing.finished(result, card_out=self.card_out) or Problem(doing.not_sure)
            case _:
                return Problem(Code.BOOTH_FAULT)

    def _is_closed(self, category: Category) -> bool:
        """Nothing of it can be done now; its page says why."""
        here = [one.matter.noun for one in self.offered if one.matter.category is category]
        return bool(here) and all(Service(noun) in self.closed for noun in here)

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

    def _on_errand(self, errand: Errand, action: Action) -> tuple[View, Job | None]:
        match errand.act(action):
            case Way.HERE:
                return errand.view(), None
            case Way.ON:
                return self.start(errand)
            case Way.OUT:
                return (self._open(self.category) if self.category else self.menu()), None
