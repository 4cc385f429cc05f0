"""One contract for both counters: in the window's process, and at the other end of a socket."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from card_reader import Pin
from kiosk.counter import Counter, Deed, Frame, Hearing, Opening, Showing, Touch
from kiosk.counter.line import Kind, LineBroken, send
from kiosk.counter.process import attend
from kiosk.desk.actions import (
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
)
from kiosk.desk.pages import Step, Work
from kiosk.desk.views import Attract, Menu, PinEntry
from kiosk.desk.work import Lane, Run, Turn
from kiosk.kernel.activity import Activity
from kiosk.ui import LocalCounter
from kiosk.ui.gallery.samples import NOW, sample_settings
from kiosk.ui.gallery.screens import ShowingLobby
from kiosk.ui.stage.counter_line import CounterLine
from kiosk.ui.window.remote_counter import Line, RemoteCounter
from municipality.matter import Category

LANGUAGES = ("el", "en")


class FakeReader:
    listener: Callable[[Any], None]

    def watch(self, listener: Callable[[Any], None]) -> str:
        self.listener = listener
        return "watching"


@dataclass
class Held:
    """A counter as the window has it, the counter itself, and the lobby behind it."""

    app: QGuiApplication
    counter: CounterLine
    behind: Counter
    lobby: ShowingLobby
    told: list[Showing]
    line: socket.socket | None = None
    window: Line | None = None
    ends: list[str] = field(default_factory=list)
    # What the counter is to open with next, and what the window was opened with.
    anew: list[Opening] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)

    def until(self, there: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < deadline
            self.app.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        """What was said by now has been heard: the lobby's tick is in order behind it."""
        seen = len(ticks := self.ticks)
        self.counter.beat()
        self.until(lambda: len(ticks) > seen)
        for _ in range(5):
            self.app.processEvents()
            time.sleep(0.002)

    @property
    def ticks(self) -> list[object]:
        return self.lobby.__dict__.setdefault("ticks", [])

    def touch(self, deed: Deed, value: str | int | None = None) -> None:
        self.counter.touch(Touch(deed, self.counter.showing.face, value))

    @property
    def screen(self) -> str:
        return str(self.counter.showing.screens["el"]["screen"])


class CountingLobby(ShowingLobby):
    def tick(self, now: Any) -> Turn:
        self.__dict__.setdefault("ticks", []).append(now)
        return super().tick(now)


def far(app: QGuiApplication, lobby: ShowingLobby) -> Iterator[Held]:
    ours, theirs = socket.socketpair()
    calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
    behind = Counter(lobby, LANGUAGES, lambda: NOW, calls.put)
    opening = Opening(sample_settings(), Frame(), Hearing(160, 60, True, "none", "none", "x"), behind.showing, {})
    ends: list[str] = []
    anew: list[Opening] = []

    def run() -> None:
        try:
            attend(behind, theirs, calls, opening, lambda: anew.pop() if anew else None)
            ends.append("")
        except LineBroken as why:
            ends.append(str(why))

    thread = threading.Thread(target=run)
    thread.start()
    line, told = Line(ours), list[Showing]()
    openings: list[Opening] = []
    line.opened.connect(openings.append)
    counter = RemoteCounter(line, behind.showing)
    counter.listen(told.append)
    held = Held(app, counter, behind, lobby, told, ours, line, ends, anew, openings)
    held.until(lambda: bool(openings))
    assert openings == [opening]
    yield held
    line.close()
    ours.close()
    thread.join(60)
    assert not thread.is_alive(), "the counter ends with its window"
    theirs.close()


def near(app: QGuiApplication, lobby: ShowingLobby) -> Iterator[Held]:
    counter, told = LocalCounter(lobby, LANGUAGES, lambda: NOW), list[Showing]()
    counter.listen(told.append)
    yield Held(app, counter, counter, lobby, told)
    assert counter.close()


@pytest.fixture(params=[near, far], ids=["near", "far"])
def held(request: pytest.FixtureRequest, app: QGuiApplication) -> Iterator[Held]:
    yield from request.param(app, CountingLobby(Menu()))


def test_touches_become_the_lobbys_actions_in_their_order(held: Held) -> None:
    held.touch(Deed.CATEGORY, "social")
    held.touch(Deed.CHOOSE, "votes:depot")
    held.touch(Deed.MARK, 0)
    held.touch(Deed.TEXT, "KD-000001")
    for deed in (Deed.BLANK, Deed.MORE, Deed.NEXT, Deed.BACK, Deed.CANCEL, Deed.IDLE):
        held.touch(deed)
    held.settle()
    assert held.lobby.asked == [
        OpenCategory(Category.SOCIAL),
        Choose("votes:depot"),
        Mark(0),
        EnterText("KD-000001"),
        MarkBlank(),
        More(),
        Next(),
        Back(),
        Cancel(),
        Idle(),
    ]


def test_a_touch_that_was_meant_for_another_screen_does_nothing(held: Held) -> None:
    """Two taps on the way on, and the first has led to the next screen: the second must not confirm it unread."""
    held.lobby.answers[Next] = Attract()
    twice = Touch(Deed.NEXT, held.counter.showing.face)
    held.counter.touch(twice)
    held.counter.touch(twice)
    held.settle()
    assert held.lobby.asked == [Next()] and held.screen == "Attract"
    digits = bytearray(b"246813")
    held.counter.pin(digits, twice.face)
    held.settle()
    assert held.lobby.asked == [Next()] and not any(digits)


def test_a_pin_comes_once_and_is_wiped(held: Held) -> None:
    digits = bytearray(b"246813")
    held.lobby.answers[EnterPin] = PinEntry(2, wrong=True)
    face = held.counter.showing.face
    held.counter.pin(digits, face)
    held.settle()
    (entered,) = held.lobby.asked
    assert isinstance(entered, EnterPin) and isinstance(entered.pin, Pin) and entered.pin.digits() == "246813"
    assert not any(digits)
    assert held.counter.showing.face > face, "a wrong PIN is a new face"


def test_it_shows_each_change_in_every_language(held: Held) -> None:
    held.lobby.answers[Back] = Attract()
    held.touch(Deed.BACK)
    held.until(lambda: held.screen == "Attract")
    assert {language: each["title"] for language, each in held.told[-1].screens.items()} == {
        "el": "Καλώς ήρθατε",
        "en": "Welcome",
    }
    assert held.told[-1].clocks["el"]["time"] == "10:42"
    before = len(held.told)
    held.settle()
    assert len(held.told) == before, "nothing is said twice"


def test_work_tells_how_far_it_is_and_its_result_comes_back(held: Held) -> None:
    go = threading.Event()

    def job(progress: Callable[[Work], None]) -> str:
        progress(Work(Activity.STORING, Step(3, 4)))
        go.wait(60)
        return "done"

    held.lobby.run = run = Run(Lane.CARD, job, 1)
    held.lobby.answers[Next] = Work(Activity.SEALING, Step(1, 4))
    held.touch(Deed.NEXT)
    held.until(lambda: held.screen == "Work" and held.counter.showing.screens["el"]["step"]["number"] == 3)
    held.lobby.answers[tuple] = Menu()
    go.set()
    held.until(lambda: held.screen == "Menu")
    assert held.lobby.asked[-1] == (run, "done")


def test_the_reader_is_heard(held: Held) -> None:
    reader = FakeReader()
    assert held.behind.watch(reader) == "watching"
    held.lobby.answers[str] = Attract()
    thread = threading.Thread(target=reader.listener, args=("card",))
    thread.start()
    thread.join()
    held.until(lambda: held.screen == "Attract")
    assert held.lobby.asked == ["card"]


def test_a_restart_is_told(held: Held) -> None:
    held.lobby.act = lambda action: Turn(Menu(), restart=True)  # type: ignore[method-assign]
    held.touch(Deed.NEXT)
    held.until(lambda: bool(held.told) and held.told[-1].restart)


def test_a_window_that_babbles_ends_the_line(app: QGuiApplication, complaints: list[str]) -> None:
    for kind, content in ((Kind.TOUCH, b"{}"), (Kind.TOUCH, b"nothing"), (Kind.SHOWING, b"{}"), (Kind.PIN, b"1")):
        parts = far(app, CountingLobby(Menu()))
        held = next(parts)
        assert held.line is not None and held.window is not None
        send(held.line, kind, content)
        next(parts, None)
        assert held.lobby.asked == [] and held.ends != [""], "and says that it was no window's end"


def test_one_touch_that_goes_wrong_does_not_end_the_booth(
    app: QGuiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, _error, _trace: logged.append(kind.__name__))
    parts = far(app, CountingLobby(Menu()))
    held = next(parts)
    held.touch(Deed.CATEGORY, "no such category")
    held.touch(Deed.NEXT)
    held.settle()
    assert logged == ["ValueError"] and held.lobby.asked == [Next()]
    next(parts, None)
    assert held.ends == [""]


def test_what_the_counter_said_while_nobody_listened_is_not_lost(app: QGuiApplication) -> None:
    """The opening and the next word come together, before there is a window for the second."""
    lobby = CountingLobby(Menu())
    parts = far(app, lobby)
    held = next(parts)
    lobby.answers[Next] = Attract()
    assert held.window is not None
    held.touch(Deed.NEXT)
    held.until(lambda: held.screen == "Attract")
    assert RemoteCounter(held.window, held.told[0]).showing == held.counter.showing
    next(parts, None)


def test_nothing_is_said_before_the_opening(app: QGuiApplication) -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    counter = RemoteCounter(line, Showing(-1, {}, {}))
    digits = bytearray(b"246813")
    for _ in range(2000):
        counter.beat()
    counter.pin(digits, 0)
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
    assert line.ended is None and not any(digits)
    line.close()
    ours.close()
    theirs.close()


def test_a_window_is_told_when_the_town_hall_has_said_anew_who_it_is(app: QGuiApplication) -> None:
    for held in far(app, CountingLobby(Attract())):
        (first,) = held.openings
        other = replace(first, stage=replace(first.stage, crest="another"))
        held.anew.append(other)
        held.settle()
        held.until(lambda held=held: len(held.openings) > 1)  # type: ignore[misc]
        held.settle()
        assert held.openings == [first, other], "and it is said once"
