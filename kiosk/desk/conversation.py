"""A conversation with somebody at the booth: a generator, written from top to bottom as a clerk would tell it.

    def order(visit: Here) -> Conversation:
        paper = yield from ask(Choice("which", _("Which paper?"), options(visit)))
        offer = yield from look(what_it_says, paper)
        yield from ask(Review("check", _("Please check"), blocks=lines(offer)))
        match (yield from commit(ISSUE, paper)):
            case Issued(number): return Done("done", _("It is printed"), blocks=(Fact(_("Number"), number),))
            case Refused(code): return Problem(code)

Between its yields it is pure: no store, no clock, no chance, no `try` and no `with` (tests/kiosk/test_conversations.py
reads the source for it). So «back» is the same function once more with one answer fewer. What it asks the booth goes
through `look`, what it does through `commit`.

Never: a PIN, a block code; those have screens of their own.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from kiosk.desk.blocks import Text
from kiosk.desk.pages import Done, Given, Page, Problem, Return, Step
from kiosk.desk.work import Lane
from kiosk.kernel.activity import Activity
from municipality.failures import Code

T = TypeVar("T")
P = ParamSpec("P")

# How it ends: with what came of it, or with nothing (back to where it was begun).
End = Done | Problem | None


@dataclass(frozen=True, repr=False)
class Acting(Generic[P, T]):
    """Something that is done once and cannot be taken back. `work` gets a `Doing` first, and then what the conversation
    gives; it checks the rules again. `activities`, or `what`: what is told meanwhile. `outcomes`: the types that it can
    come to; whatever else came of it, nobody knows.

    `not_begun`: nothing was done (the card left before); `not_sure`: it broke, and nobody can say what came of it.
    """

    work: Callable[Concatenate[Any, P], T]
    lane: Lane
    activities: tuple[Activity, ...]
    outcomes: tuple[type, ...]
    not_begun: Code
    not_sure: Code
    what: Text | None = None


@dataclass(frozen=True, repr=False)
class Asked:
    page: Page[Any]


@dataclass(frozen=True, repr=False)
class Looked:
    read: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, repr=False)
class Committed:
    acting: Acting[Any, Any]
    arguments: tuple[Any, ...]


Wish = Asked | Looked | Committed
Conversation = Generator[Wish, Any, End]


def ask(page: Page[T]) -> Generator[Wish, Any, T]:
    """The page's answer."""
    return cast(T, (yield Asked(page)))


def look(read: Callable[Concatenate[Any, P], T], *arguments: P.args, **named: P.kwargs) -> Generator[Wish, Any, T]:
    """What `read(here, *arguments)` finds; here: whose visit it is. Remembered by its arguments until one goes back to
    the page that it was read for, which so shows the world as it is by then."""
    assert not named, "what is read is remembered by its arguments, in their order"
    return cast(T, (yield Looked(read, arguments)))


def commit(acting: Acting[P, T], *arguments: P.args, **named: P.kwargs) -> Generator[Wish, Any, T]:
    """What came of it. Once: there is no way back past it, and replay does not do it again."""
    assert not named, "what is done is told by its arguments, in their order"
    return cast(T, (yield Committed(acting, arguments)))


def stages(of: int) -> tuple[Step, ...]:
    """The steps of a conversation of `of` stages. Stages are declared, since nobody knows how many pages come."""
    return tuple(Step(number, of) for number in range(1, of + 1))


@dataclass(frozen=True, repr=False)
class Said:
    """A page as it was asked, and the answer to it."""

    page: Page[Any]
    answer: Any


@dataclass(frozen=True, repr=False)
class Draft:
    """What was said so far, to go on with another day. `version`: of the conversation that it was said to."""

    noun: str
    version: int
    said: tuple[Said, ...]


@dataclass(frozen=True, repr=False)
class _Seen:
    looked: Looked
    found: Any
    # The page it was read for: how many answers stood before it.
    at: int


@dataclass(repr=False)
class Talk:
    """One conversation under way. `script` begins it anew, for each replay. For one thread.

    The tape `said` is keyed by the page: an answer counts for the page that it was given to, as that was, and for no
    other. `position` answers of it count; the rest are remembered for who has gone back. `changed`: a page was no
    longer as it was answered, and is asked again.
    """

    script: Callable[[], Conversation]
    said: list[Said] = field(default_factory=list)
    position: int = 0
    changed: bool = False
    _seen: list[_Seen] = field(default_factory=list)
    _done: list[Any] = field(default_factory=list)
    # No way back past what was done; and how many answers stood before what it wishes for now.
    _floor: int = 0
    _at: int = 0

    def wish(self) -> Wish | End:
        """What it wants next, or how it ended: replayed from its beginning with what is known."""
        script, answered, done = self.script(), 0, 0
        sent: Any = None
        while True:
            try:
                wish = script.send(sent)
            except StopIteration as end:
                return cast(End, end.value)
            match wish:
                case Asked(page):
                    if answered == self.position:
                        return wish
                    if self.said[answered].page != page:
                        # The world has changed under what was said: nothing that was said after it counts.
                        self.changed = True
                        del self.said[answered:]
                        self.position = answered
                        return wish
                    sent = self.said[answered].answer
                    answered += 1
                case Looked():
                    seen = self._remembered(wish)
                    if seen is None:
                        self._at = answered
                        return wish
                    sent = seen.found
                case Committed():
                    if done == len(self._done):
                        return wish
                    sent, done = self._done[done], done + 1

    def filled(self, page: Page[T]) -> Page[T]:
        """`page` with what was said to it before, for who comes back to it."""
        if self.position < len(self.said) and self.said[self.position].page == page:
            return page.filled(self.said[self.position].answer)
        return page

    def answer(self, page: Page[T], answer: T) -> None:
        """What was said to the page that it wished for."""
        self.changed = False
        said = Said(page, answer)
        if self.position < len(self.said) and self.said[self.position].page == page:
            same = self.said[self.position].answer == answer
            self.said[self.position] = said
            if not same:
                self._forget(self.position + 1)
        else:
            self.said[self.position :] = [said]
        self.position += 1

    def found(self, looked: Looked, found: object) -> None:
        self._seen.append(_Seen(looked, found, self._at))

    def done(self, outcome: object) -> None:
        """What came of what it wished to do."""
        self._done.append(outcome)
        self._floor = self.position

    def back(self, to: str = "") -> bool:
        """One answer fewer, or as many as lead to the page named `to`; False: there is no way back within it."""
        places = [place for place in range(self._floor, self.position) if not to or self.said[place].page.name == to]
        if not places:
            return False
        self.changed = False
        self.position = places[-1]
        self._forget(self.position)
        return True

    def draft(self, noun: str, version: int) -> Draft:
        return Draft(noun, version, tuple(self.said[: self.position]))

    @classmethod
    def resumed(cls, script: Callable[[], Conversation], draft: Draft, version: int) -> "Talk":
        """Goes on where `draft` ended, as far as its pages are still asked; one of another version begins anew, with
        what was said standing in the pages that are the same."""
        said = list(draft.said)
        return cls(script, said, len(said) if draft.version == version else 0, changed=draft.version != version)

    @property
    def begun(self) -> bool:
        """Somebody would lose something who left now."""
        return self.position > self._floor

    def _remembered(self, wish: Looked) -> _Seen | None:
        return next((one for one in self._seen if one.looked == wish), None)

    def _forget(self, position: int) -> None:
        """What was read for the page at `position`, and for those after it, is read anew."""
        self._seen = [one for one in self._seen if one.at < position]


__all__ = [
    "Acting",
    "Asked",
    "Committed",
    "Conversation",
    "Draft",
    "End",
    "Given",
    "Looked",
    "Return",
    "Said",
    "Talk",
    "ask",
    "commit",
    "look",
    "stages",
]
