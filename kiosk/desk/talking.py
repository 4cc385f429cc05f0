"""Somebody who is in a conversation: what it wishes for next, what a touch on its page makes of it, what lies over the
page for a moment. Written once, for residents and technicians alike.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.desk.actions import Action, Back, More, Next
from kiosk.desk.conversation import Acting, Asked, Committed, End, Looked, Talk
from kiosk.desk.guest import Answer, Over, Show, failed
from kiosk.desk.pages import Choice, Done, Given, Page, Problem, Read, Return, Sure
from kiosk.desk.views import View
from kiosk.desk.work import Job


@dataclass(frozen=True, repr=False)
class Found:
    """What was read; whatever else comes of a job is a fault, or somebody who may not go on."""

    what: object


@dataclass(frozen=True, repr=False)
class Act:
    """Something to be done, for as long as its outcome is not known."""

    acting: Acting[..., object]
    arguments: tuple[object, ...]


@dataclass(repr=False)
class Talking(ABC):
    """`page`: the conversation's, as it stands on the screen; `over`: what lies over it and does not belong to it."""

    talk: Talk | None = field(default=None, init=False)
    page: Page[Any] | None = field(default=None, init=False)
    over: Read | Sure | None = field(default=None, init=False)
    reading: Looked | None = field(default=None, init=False)

    @abstractmethod
    def _behind(self) -> Answer:
        """Where the conversation was begun."""

    @abstractmethod
    def _read(self, wish: Looked) -> tuple[View, Job]:
        """What stands there meanwhile, and the work; it comes to a `Found`."""

    @abstractmethod
    def _begin(self, act: Act) -> Show:
        """Begins what is to be done."""

    def _ended(self, end: End) -> Answer:
        """Without anything that was done."""
        self._close()
        return Show(end) if end is not None else self._behind()

    def _talks(self, talk: Talk) -> Answer:
        self._close()
        self.talk = talk
        return self._on(talk)

    def _close(self) -> None:
        self.talk, self.page, self.over, self.reading = None, None, None, None

    def _on(self, talk: Talk) -> Answer:
        """What it wishes for next."""
        wish = talk.wish()
        match wish:
            case Asked(page):
                return self._show(replace(talk.filled(page), changed=talk.changed))
            case Looked():
                self.reading = wish
                return Show(*self._read(wish))
            case Committed(acting, arguments):
                return self._begin(Act(acting, arguments))
            case Done() | Problem() | None:
                return self._ended(wish)

    def _show(self, page: Page[Any]) -> Show:
        self.page, self.over = page, None
        # Every shape that a conversation asks is one that the screen can show.
        return Show(page)  # type: ignore[arg-type]

    def _answered(self, talk: Talk, page: Page[Any], action: Action) -> Answer:
        """A touch on its page."""
        match action:
            case Back() if (before := page.before()) is not None:
                return self._show(before)
            case Back() if page.back:
                return self._on(talk) if talk.back() else self._behind()
            case More() if isinstance(page, Choice) and page.more is not None:
                self.over = page.more
                return Show(page.more)
        match page.taken(action):
            case Given(answer):
                asked = talk.wish()
                if isinstance(asked, Asked):
                    talk.answer(asked.page, answer)
                return self._on(talk)
            case Return(name) if talk.back(name):
                return self._on(talk)
            case Page() as changed:
                return self._show(changed)
        return self._show(page)

    def _put_away(self, over: Read | Sure, action: Action) -> Answer:
        """What lies over a page goes, and the page stands there again; «yes» to leaving leaves."""
        match over, action:
            case Sure(), Next():
                return Over()
            case _, (Next() | Back()):
                self.over = None
                return self._again()
        return Show(over)

    def _again(self) -> Answer:
        """What stood below."""
        return self._show(self.page) if self.page is not None else self._behind()

    def _found(self, talk: Talk, wish: Looked, result: object) -> Answer:
        self.reading = None
        if not isinstance(result, Found):
            return failed(result)
        talk.found(wish, result.what)
        return self._on(talk)

    @property
    def _loses(self) -> bool:
        """Who leaves now loses something that was said here."""
        if self.talk is None or self.page is None:
            return False
        asked = self.talk.wish()
        touched = isinstance(asked, Asked) and asked.page != self.page
        return self.talk.begun or touched
