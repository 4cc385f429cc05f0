"""A signed-in resident: menu, categories, and one conversation at a time. Says what to show and what to run; runs
nothing.

What every conversation needs besides its own words is done here, once: the way back, «Cancel», the PIN once more before
an act, a card that is pulled while it works.
"""

from dataclasses import dataclass, field

from card_reader import Connection, Pin
from kiosk.desk import catalogue
from kiosk.desk.actions import Action, Back, Choose, EnterPin, Next, OpenCategory
from kiosk.desk.blocks import Told
from kiosk.desk.conversation import Looked, Talk
from kiosk.desk.guest import Answer, Outcome, Over, Show, failed
from kiosk.desk.matter import Doing, Here, Offered
from kiosk.desk.pages import Done, List, Problem, Step, Sure, Work
from kiosk.desk.talking import Act, Found, Talking
from kiosk.desk.views import EMPTY, TITLES, Menu, PinEntry, View
from kiosk.desk.work import Job, Lane, Progress, shown
from kiosk.identity import signing_in
from kiosk.identity.signing_in import PinTooOld, Session, SignInRefused, WrongPinGiven
from kiosk.kernel import matter
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import NONE, Around, Closures
from kiosk.kernel.expiry import Service
from municipality.failures import BoothCode, Code
from municipality.matter import Category


def _(message: str) -> str:
    return message


@dataclass(repr=False)
class Visit(Talking):
    """One resident's visit after the PIN. `offered`: what each matter has for them, read once with the dossier.

    `doing`: what is under way: between «confirm» and its outcome the card may leave. `told`: the good outcome that
    stands on the screen; the way on from there ends the visit. `standing`: what was on the screen when they last
    touched it.
    """

    booth: Booth
    session: Session
    offered: tuple[Offered, ...]
    closed: Closures = field(default_factory=lambda: NONE)
    category: Category | None = None
    doing: Act | None = None
    told: View | None = None
    standing: View = field(default_factory=Menu)

    @property
    def acting(self) -> bool:
        return self.doing is not None

    def begin(self, around: Around) -> Show:
        # As it was when they came: a menu that changes under the finger helps nobody.
        self.closed = around.closed
        return Show(self.menu())

    def act(self, shown: View, action: Action) -> Answer:
        self.standing = shown
        match shown, action:
            case _, EnterPin(pin):
                return self._confirm(pin) if self.doing else Show(shown)
            case _, Next() if self.told is not None and shown == self.told:
                return Over()
            case PinEntry(), _:
                self.doing = None  # they did not want to give the PIN again: the act is not done
                return self._before_it()
        if self.over is not None and shown == self.over:
            return self._put_away(self.over, action)
        # Its outcome may stand over a conversation: only its own page is its own.
        if self.talk is not None and (page := self.page) is not None and shown == page:
            return self._answered(self.talk, page, action)
        match shown, action:
            case Menu(), OpenCategory(category):
                return Show(self._open(category))
            case List(), Choose(key):
                return self._choose(shown, key)
            case _, (Next() | Back()):
                return Show(self.menu())
            case _:
                return Show(shown)

    def cancel(self, shown: View) -> Show | None:
        loses = self._loses and shown in (self.page, self.over)
        if isinstance(shown, Sure) or not (self.doing is not None or loses):
            return None
        self.over = Sure()
        return Show(self.over)

    def finished(self, result: object) -> Answer:
        if self.reading is not None and self.talk is not None:
            return self._found(self.talk, self.reading, result)
        if self.doing is None:
            return failed(result)
        match result:
            case Session():
                self.session = result
                return self._begin(self.doing)
            case PinTooOld():
                return Show(PinEntry(self.session.genuine.tries_left, again=True))
            case WrongPinGiven(tries_left):
                return Show(PinEntry(tries_left, wrong=True, again=True))
        return self._outcome(self.doing, result)

    def card_left(self) -> View | None:
        # The PIN can no longer be asked: the act was not begun.
        return Problem(self.doing.acting.not_begun) if self.doing else None

    def leave(self) -> Connection:
        # What a matter may still hold of them, as the press holds the page that was drawn.
        matter.visit_over(self.booth)
        return self.session.connection

    # -- what they can choose

    def menu(self) -> Menu:
        self._close()
        self.category = None
        return Menu(catalogue.tiles(self.offered, self.closed))

    def _open(self, category: Category) -> List:
        self._close()
        self.category = category
        here = [one for one in self.offered if one.matter.category is category]
        lines = (one.desk.entries(self.closed.get(Service(one.matter.noun))) for one in here)
        rows = tuple(row for of_one in lines for row in of_one)
        return List(
            category.value,
            Told(TITLES[category]),
            Told(_("Touch what you want.")) if rows else None,
            rows=rows,
            category=category,
            advisory=any(row.advisory for row in rows),
            empty=EMPTY,
        )

    def _behind(self) -> Show:
        return Show(self._open(self.category) if self.category else self.menu())

    def _choose(self, shown: List, key: str) -> Answer:
        tells = any(row.key == key and row.tells for row in shown.rows)
        for one in self.offered:
            behind = one.desk.open(key) if one.matter.category is self.category else None
            if (
                behind is not None
                and not (isinstance(behind, Code) or tells)
                and Service(one.matter.noun) in self.closed
            ):
                behind = self.closed[Service(one.matter.noun)]
            if isinstance(behind, Code):
                return Show(Problem(behind))
            if behind is not None:
                return self._talks(Talk(behind))
        return Show(shown)

    # -- the conversation

    def _read(self, wish: Looked) -> tuple[View, Job]:
        here = Here(self.booth, self.session)
        return self.standing, (Lane.STORE, lambda _progress: Found(wish.read(here, *wish.arguments)))

    def _before_it(self) -> Answer:
        """The page from which what is not done after all was to be done; its answer does not count any more."""
        return self._on(self.talk) if self.talk is not None and self.talk.back() else self._again()

    def _again(self) -> Answer:
        if self.doing is not None:  # they were asked for their PIN
            return Show(PinEntry(self.session.genuine.tries_left, again=True))
        return super()._again()

    # -- what is done

    def _begin(self, act: Act) -> Show:
        """Begins the act (again, after the PIN was asked once more). Its arguments are as they are now: it must not
        follow a finger that is faster than it."""
        self.doing, self.over = act, None
        booth, session, acting, arguments = self.booth, self.session, act.acting, act.arguments

        def job(progress: Progress) -> object:
            return acting.work(Doing(booth, session, progress, acting.activities), *arguments)

        return Show(shown(acting.activities, acting.activities[0]), (acting.lane, job))

    def _confirm(self, pin: Pin) -> Show:
        booth, session = self.booth, self.session

        def job(_progress: object) -> object:
            try:
                return signing_in.confirm_pin(booth, session, pin)
            finally:
                pin.wipe()

        return Show(Work(Activity.OPENING_FILE, Step(2, 2)), (Lane.CARD, job))

    def _outcome(self, act: Act, result: object) -> Answer:
        """What came of the act, which is over."""
        self.doing, talk = None, self.talk
        match result:
            case SignInRefused(BoothCode.CARD_GONE):
                return self._told(Problem(act.acting.not_begun))  # the card left while its PIN was looked at
            case SignInRefused(code):
                return self._told(Problem(code))
        if talk is None or not isinstance(result, act.acting.outcomes):
            return self._told(Problem(act.acting.not_sure))
        talk.done(result)
        end = talk.wish()
        return self._told(end) if isinstance(end, Done | Problem) else self._on(talk)

    def _told(self, end: Done | Problem) -> Outcome:
        self._close()
        self.told = end if isinstance(end, Done) else None
        return Outcome(end, cardless=end.without_card() if isinstance(end, Done) else None)
