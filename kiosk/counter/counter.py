"""The booth's one flow with the work that it asks for, and what of it a window shows, in every language.

Never: Qt, a decision what comes next (the lobby's), work on the counter's own thread.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from card_reader import Pin
from kiosk.counter.lanes import Lanes, Post
from kiosk.counter.line import wipe
from kiosk.counter.presenting.presenters import clock_words, present
from kiosk.counter.showing import Deed, Showing, Touch
from kiosk.desk.actions import (
    Action,
    Back,
    Cancel,
    Choose,
    EnterPin,
    EnterText,
    Idle,
    Mark,
    MarkBlank,
    More,
    Next,
    OpenCategory,
    Scanned,
    wants_scan,
)
from kiosk.desk.pages import Problem, Work
from kiosk.desk.views import Attract, Closed, PinEntry, View
from kiosk.desk.work import Run, Turn
from kiosk.devices.scanner import NoScanner, Scanner
from kiosk.kernel.activity import Activity
from municipality.failures import BoothCode
from municipality.log_lines import event
from municipality.matter import Category

_LOG = logging.getLogger(__name__)


class Lobby(Protocol):
    """What the counter needs of kiosk.desk.lobby."""

    @property
    def view(self) -> View: ...
    def reader(self, state: Any) -> Turn: ...
    def act(self, action: Action) -> Turn: ...
    def finished(self, run: Run, result: object) -> Turn: ...
    def tick(self, now: datetime) -> Turn: ...


class Reader(Protocol):
    """What the counter needs of a card reader; the listener is called on the reader's own thread."""

    def watch(self, listener: Callable[[Any], None]) -> Any: ...


class Counter:
    """Used on one thread, to which `post` brings a call from any other. `listen` first, then everything else."""

    def __init__(self, lobby: Lobby, languages: tuple[str, ...], clock: Callable[[], datetime], post: Post) -> None:
        self._lobby, self._languages, self._clock, self._post = lobby, languages, clock, post
        self._lanes = Lanes(post, self._finished, self._progressed)
        self._run: Run | None = None
        self._scanner: Scanner = NoScanner()
        self._view = lobby.view
        self._told: Callable[[Showing], None] = lambda _showing: None
        self._showing = Showing(0, self._screens(), self._clocks())

    @property
    def showing(self) -> Showing:
        return self._showing

    @property
    def at_rest(self) -> bool:
        """Nobody is here, and nothing is under way."""
        return isinstance(self._view, Attract | Closed)

    def listen(self, told: Callable[[Showing], None]) -> None:
        """`told` is called with each change, on the counter's thread."""
        self._told = told

    def watch(self, reader: Reader) -> Any:
        """Listens to `reader`; gives back what its `watch` gave."""
        return reader.watch(lambda state: self._post(lambda: self._take(self._lobby.reader(state))))

    def watch_scanner(self, scanner: Scanner) -> Any:
        """Takes the codes of `scanner`, and aims it while a page waits for one; gives back what its `watch` gave."""
        self._scanner = scanner
        scanner.aim(wants_scan(self._view))
        return scanner.watch(lambda text: self._post(lambda: self._scanned(text)))

    def beat(self) -> None:
        """Once a second: the lobby's tick, the clock's words."""
        self._take(self._lobby.tick(self._clock()))
        self._tell(replace(self._showing, clocks=self._clocks()))

    def touch(self, touch: Touch) -> None:
        """A touch of a screen that is no longer there does nothing: it was not meant for what stands there now."""
        if touch.face != self._showing.face:
            return
        if touch.deed is Deed.SCAN:
            self._scanned(str(touch.value))
        else:
            self._take(self._lobby.act(_action(touch)))

    def pin(self, digits: bytearray, face: int) -> None:
        """The PIN that was typed, ASCII digits; they are wiped here. Raises ValueError for what is no PIN."""
        if face == self._showing.face:
            self._take(self._lobby.act(EnterPin(Pin.taken_from(digits))))
        else:
            wipe(digits)

    def close(self) -> bool:
        """Stops the lanes; nothing is delivered afterwards. True when every lane has ended."""
        return self._lanes.close()

    def _scanned(self, text: str) -> None:
        """What no page waits for any more is dropped here: the lobby never hears of it."""
        if wants_scan(self._view):
            self._take(self._lobby.act(Scanned(text)))

    def _finished(self, run: Run, result: object) -> None:
        if run is self._run:
            self._run = None
        self._take(self._lobby.finished(run, result))

    def _progressed(self, run: Run, working: Work) -> None:
        # Only the work that the resident is waiting for speaks; what it left behind keeps quiet.
        if run is self._run and isinstance(self._view, Work):
            self._show(working)

    def _take(self, turn: Turn) -> None:
        if turn.run is not None:
            self._run = turn.run
            self._lanes.start(turn.run, told=_is_nobodys_act(turn.view))
        self._show(turn.view, restart=turn.restart)

    def _show(self, view: View, *, restart: bool = False) -> None:
        showing = self._showing
        if view != self._view:
            self._view = view
            self._scanner.aim(wants_scan(view))
            _tell_failure(view)
            screens = self._screens()
            before, after = (next(iter(each.values())) for each in (showing.screens, screens))
            new = before["key"] != after["key"] or (isinstance(view, PinEntry) and view.wrong)
            showing = replace(showing, face=showing.face + 1 if new else showing.face, screens=screens)
        self._tell(replace(showing, restart=showing.restart or restart))

    def _tell(self, showing: Showing) -> None:
        if showing != self._showing:
            self._showing = showing
            self._told(showing)

    def _screens(self) -> Mapping[str, dict[str, Any]]:
        return {language: present(self._view, language) for language in self._languages}

    def _clocks(self) -> Mapping[str, Mapping[str, str]]:
        now = self._clock()
        return {language: clock_words(now, language) for language in self._languages}


def _is_nobodys_act(view: View) -> bool:
    """Work at rest, a card's first reading, a technician's: whose length tells nothing of a resident."""
    reading = isinstance(view, Work) and view.activity in (Activity.READING_CARD, None)
    return reading or isinstance(view, Attract | Closed)


def _tell_failure(view: View) -> None:
    """The code that stands on the screen; none that only somebody meets who wanted to vote, and none of those who took
    their card: the reader tells that of everybody, and who has voted sees their outcome instead."""
    code = view.code if isinstance(view, Problem | Closed) else None
    if code and code is not BoothCode.CARD_GONE and not code.startswith("V"):
        event(_LOG, logging.INFO, "failure-shown", failure=code.value)


_SIMPLE: Mapping[Deed, Action] = {
    Deed.NEXT: Next(),
    Deed.BACK: Back(),
    Deed.CANCEL: Cancel(),
    Deed.IDLE: Idle(),
    Deed.BLANK: MarkBlank(),
    Deed.MORE: More(),
}
_WITH_WORDS: Mapping[Deed, Callable[[str], Action]] = {
    Deed.CATEGORY: lambda name: OpenCategory(Category(name)),
    Deed.CHOOSE: Choose,
    Deed.TEXT: EnterText,
}


def _action(touch: Touch) -> Action:
    if isinstance(touch.value, str):
        return _WITH_WORDS[touch.deed](touch.value)
    return _SIMPLE[touch.deed] if touch.value is None else Mark(touch.value)
