"""Somebody without a card, and what needs none: a list of it where there is more than one thing, and one conversation
at a time.

Never: what only the holder of a card may see or do; a service by its name.
"""

from dataclasses import dataclass, field

from kiosk.desk.actions import Action, Back, Choose, Next
from kiosk.desk.blocks import Row, Told
from kiosk.desk.conversation import Looked, Talk
from kiosk.desk.guest import Answer, Outcome, Over, Show
from kiosk.desk.matter import Anybody, BoothMatter, Cardless, DoingForAnybody, without_card
from kiosk.desk.pages import Done, List, Problem, Sure
from kiosk.desk.talking import Act, Found, Talking
from kiosk.desk.views import WITHOUT_CARD, Attract, View
from kiosk.desk.work import Job, Lane, Progress, shown
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from municipality.failures import BoothCode


def _(message: str) -> str:
    return message


@dataclass(repr=False)
class Passerby(Talking):
    """`key`: what they touched first, of what is `open` to them. `doing`: what is under way; `standing`: what was on
    the screen when they last touched it."""

    booth: Booth
    matters: tuple[BoothMatter, ...]
    key: str
    open: tuple[Cardless, ...] = ()
    doing: Act | None = None
    standing: View = field(default_factory=Attract)

    @property
    def acting(self) -> bool:
        # No card holds it up by leaving.
        return False

    def begin(self, around: Around) -> Answer:
        self.open = without_card(self.matters, around.window.facts)
        return self._chosen(self.key) or self._behind()

    def act(self, shown: View, action: Action) -> Answer:
        self.standing = shown
        if self.over is not None and shown == self.over:
            return self._put_away(self.over, action)
        if self.talk is not None and (page := self.page) is not None and shown == page:
            return self._answered(self.talk, page, action)
        match shown, action:
            case List(), Choose(key):
                return self._chosen(key) or Show(shown)
            case List(), Back():
                return Over()
            case _, (Next() | Back()):
                return self._behind()
        return Show(shown)

    def cancel(self, shown: View) -> Show | None:
        if isinstance(shown, Sure) or not (self._loses and shown in (self.page, self.over)):
            return None
        self.over = Sure()
        return Show(self.over)

    def finished(self, result: object) -> Answer:
        if self.reading is not None and self.talk is not None and isinstance(result, Found):
            return self._found(self.talk, self.reading, result)
        doing, self.doing = self.doing, None
        if doing is None or self.talk is None:
            return Over(Problem(BoothCode.BOOTH_FAULT, card=False))
        if not isinstance(result, doing.acting.outcomes):
            self._close()
            return Outcome(Problem(doing.acting.not_sure, card=False))
        self.talk.done(result)
        answer = self._on(self.talk)
        return Outcome(answer.view) if isinstance(answer, Show) and isinstance(answer.view, Done | Problem) else answer

    def card_left(self) -> None:
        return None

    def leave(self) -> None:
        return None

    def _chosen(self, key: str) -> Answer | None:
        found = next((one for one in self.open if one.row.key == key), None)
        return None if found is None else self._talks(Talk(found.script))

    def _behind(self) -> Answer:
        """The list; where they came straight from the first screen, that."""
        if self.key != WITHOUT_CARD:
            return Over()
        self._close()
        return Show(without_card_page(tuple(one.row for one in self.open)))

    def _ended(self, end: Done | Problem | None) -> Answer:
        return super()._ended(Problem(end.code, card=False) if isinstance(end, Problem) else end)

    def _read(self, wish: Looked) -> tuple[View, Job]:
        here = Anybody(self.booth)
        return self.standing, (Lane.STORE, lambda _progress: Found(wish.read(here, *wish.arguments)))

    def _begin(self, act: Act) -> Show:
        self.doing, self.over = act, None
        booth, acting, arguments = self.booth, act.acting, act.arguments

        def job(progress: Progress) -> object:
            return acting.work(DoingForAnybody(booth, progress, acting.activities), *arguments)

        return Show(shown(acting.activities, acting.activities[0]), (acting.lane, job))


def without_card_page(rows: tuple[Row, ...]) -> List:
    return List(WITHOUT_CARD, Told(_("Without a card")), Told(_("Touch what you want.")), rows=rows, icon="list-search")
