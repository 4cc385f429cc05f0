"""The lobby with an invented guest: what it does with each of their answers, and that it knows of no service."""

import ast
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import kiosk.desk.lobby as home
from card_reader import Empty, Present, ReaderState
from kiosk.desk.actions import Action, Back, Cancel, Choose, Idle, Next
from kiosk.desk.blocks import Paragraph, Told
from kiosk.desk.guest import Answer, Becomes, Outcome, Over, Show
from kiosk.desk.lobby import Lobby
from kiosk.desk.pages import Done, Problem, Step, Sure, Work
from kiosk.desk.views import Attract, Menu, PinEntry, TakeCard, View
from kiosk.desk.work import Lane, Turn
from kiosk.kernel.activity import Activity
from kiosk.kernel.closures import Around
from kiosk.kernel.public_matter import ShopWindow
from municipality.failures import BoothCode
from municipality.matters.votes.failures import VoteCode

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARD, OTHER = Present(b"\x3b", 1), Present(b"\x3b", 2)
AROUND = Around(ShopWindow(None))
WORKING = Work(Activity.STORING, Step(1, 1))
DONE = Done("done", Told("Done"), blocks=(Paragraph(Told("about them"), personal=True),))
DONE_WITHOUT_CARD = DONE.without_card()
REFUSED, STAYS = (
    Problem(BoothCode.CARD_BLOCKED),
    Problem(VoteCode.VOTE_NOT_YET),
)  # the first ends a visit, the second does not


@dataclass
class Invented:
    """Answers as it is told to. `lines`: which of their lines to the card were closed."""

    closed: list[str]
    name: str = "first"
    answers: list[Answer] = field(default_factory=lambda: [Show(Menu())])
    acting: bool = False
    last: View | None = None
    first: Show | None = None
    asked: list[object] = field(default_factory=list)
    around: Around | None = None

    def answer(self) -> Answer:
        return self.answers.pop(0)

    def begin(self, around: Around) -> Answer:
        self.around = around
        return self.answer()

    def act(self, shown: View, action: Action) -> Answer:
        self.asked.append(action)
        return self.answer()

    def cancel(self, shown: View) -> Show | None:
        return None if isinstance(shown, Sure) else self.first

    def finished(self, result: object) -> Answer:
        self.asked.append(result)
        return self.answer()

    def card_left(self) -> View | None:
        return self.last

    def leave(self) -> SimpleNamespace:
        return SimpleNamespace(close=lambda: self.closed.append(self.name))


class Booth:
    """A lobby whose next comers are given, with a clock that is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.closed = BEGAN, []
        self.coming: list[Invented] = []
        monkeypatch.setattr(home, "Newcomer", lambda _booth, _matters: self.coming.pop(0))
        monkeypatch.setattr(home, "Lookout", lambda _booth: SimpleNamespace(look=lambda: AROUND))
        self.lobby = Lobby(SimpleNamespace(clock=lambda: self.now), ())
        self.lobby.reader(Empty())

    def guest(self, *answers: Answer, **more: object) -> Invented:
        """Whoever comes next."""
        self.coming.append(Invented(self.closed, answers=list(answers), **more))
        return self.coming[-1]

    def run(self, turn: Turn) -> View:
        while turn.run is not None:
            turn = self.lobby.finished(turn.run, turn.run.job(lambda _view: None))
        return self.lobby.view

    def reader(self, state: ReaderState) -> View:
        return self.run(self.lobby.reader(state))

    def act(self, action: Action) -> View:
        return self.run(self.lobby.act(action))

    def after(self, seconds: float) -> View:
        self.now += timedelta(seconds=seconds)
        return self.run(self.lobby.tick(self.now))


@pytest.fixture
def booth(monkeypatch: pytest.MonkeyPatch) -> Booth:
    made = Booth(monkeypatch)
    assert made.after(1) == Attract()
    return made


def work(view: View = WORKING, lane: Lane = Lane.STORE, result: object = "done") -> Show:
    return Show(view, (lane, lambda _progress: result))


def test_what_somebody_becomes_begins_with_what_the_booth_knows(booth: Booth) -> None:
    second = Invented(booth.closed, "second", [Show(PinEntry(3)), Show(Menu())])
    first = booth.guest(work(lane=Lane.CARD), Becomes(second))
    assert booth.reader(CARD) == PinEntry(3)
    assert (first.asked, second.around) == (["done"], AROUND)
    assert booth.act(Choose("x")) == Menu() and second.asked == [Choose("x")]
    assert booth.closed == [], "the one holds the card in the other's place"
    assert booth.act(Cancel()) == TakeCard()
    assert booth.closed == ["second"]


def test_while_work_runs_a_guest_is_asked_nothing(booth: Booth) -> None:
    guest = booth.guest(work())
    turn = booth.lobby.reader(CARD)
    for action in (Next(), Back(), Cancel(), Idle(), Choose("x")):
        assert booth.lobby.act(action) == Turn(WORKING)
    assert turn.run is not None and guest.asked == []


@pytest.mark.parametrize("ends", [Over(), Cancel(), Idle()])
def test_whoever_is_done_is_forgotten_and_what_holds_the_card_is_closed_once(booth: Booth, ends: object) -> None:
    guest = booth.guest(Show(Menu()), ends)
    booth.reader(CARD)
    assert booth.act(Next() if ends == Over() else ends) == TakeCard()
    asked = list(guest.asked)
    assert booth.closed == ["first"]
    assert booth.act(Choose("x")) == booth.act(Next()) == TakeCard()
    assert guest.asked == asked, "nobody asks them any more"
    assert isinstance(booth.reader(Empty()), Attract) and booth.closed == ["first"]


def test_whoever_would_lose_something_is_asked_before_they_go(booth: Booth) -> None:
    guest = booth.guest(Show(Menu()), Show(Menu()), first=Show(Sure()))
    booth.reader(CARD)
    assert booth.act(Cancel()) == Sure() and booth.closed == [] and guest.asked == []
    assert booth.act(Back()) == Menu() and guest.asked == [Back()]
    assert booth.act(Cancel()) == Sure()
    assert booth.act(Cancel()) == TakeCard() and booth.closed == ["first"]


def test_whoever_walks_away_is_asked_nothing(booth: Booth) -> None:
    booth.guest(Show(Menu()), first=Show(Sure()))
    booth.reader(CARD)
    assert booth.act(Idle()) == TakeCard() and booth.closed == ["first"]


def test_a_new_start_is_wanted_once(booth: Booth) -> None:
    booth.guest(Show(Menu()), Over(restart=True))
    booth.reader(CARD)
    last = booth.lobby.act(Next())
    assert last.restart and last.view == TakeCard()
    assert not booth.lobby.act(Next()).restart


@pytest.mark.parametrize("as_outcome", [False, True])
def test_a_problem_that_ends_a_visit_forgets_its_guest_at_once(booth: Booth, as_outcome: bool) -> None:
    for problem, closed, stands in ((STAYS, [], as_outcome), (REFUSED, ["first"], True)):
        booth.closed.clear()
        booth.guest(Show(Menu()), Outcome(problem) if as_outcome else Show(problem))
        booth.reader(CARD)
        assert booth.act(Next()) == problem and booth.closed == closed
        shown = booth.reader(Empty())
        assert booth.closed == ["first"]
        assert shown == problem if stands else isinstance(shown, Attract)
        assert isinstance(booth.after(31), Attract)


@pytest.mark.parametrize("card_first", [False, True])
@pytest.mark.parametrize(
    ("acting", "answer", "last", "told", "seconds"),
    [
        (True, Outcome(DONE, cardless=DONE_WITHOUT_CARD), None, DONE_WITHOUT_CARD, 30),
        (True, Outcome(STAYS), None, STAYS, 30),
        (True, Outcome(REFUSED), None, REFUSED, 30),
        (True, Show(PinEntry(2, again=True)), STAYS, STAYS, 30),  # the act asks for what it can no longer have
        (False, Show(Menu()), None, Problem(BoothCode.CARD_GONE), 8),
    ],
)
def test_a_card_that_leaves_during_work_is_one_thing_whichever_word_comes_first(
    booth: Booth, card_first: bool, acting: bool, answer: Answer, last: View | None, told: View, seconds: int
) -> None:
    booth.guest(Show(Menu()), work(lane=Lane.CARD), answer, acting=acting, last=last)
    booth.reader(CARD)
    turn = booth.lobby.act(Next())
    result = turn.run.job(lambda _view: None)
    words = [lambda: booth.lobby.finished(turn.run, result), lambda: booth.lobby.reader(Empty())]
    for word in reversed(words) if card_first else words:
        booth.run(word())
    assert booth.lobby.view == told
    assert booth.closed == ["first"], "once, whoever was first"
    assert booth.after(seconds - 0.1) == told
    assert isinstance(booth.after(0.2), Attract)


def test_an_act_in_two_works_does_not_go_on_without_its_card_but_is_told_to_its_end(booth: Booth) -> None:
    for card_first in (True, False):
        booth.closed.clear()
        guest = booth.guest(Show(Menu()), work(), work(result="second"), acting=True, last=STAYS)
        booth.reader(CARD)
        first = booth.lobby.act(Next())
        if card_first:
            assert booth.lobby.reader(Empty()) == Turn(WORKING)
            ended = booth.lobby.finished(first.run, "done")
            assert booth.run(ended) == STAYS and "second" not in guest.asked
        else:
            second = booth.lobby.finished(first.run, "done")
            assert booth.lobby.reader(Empty()) == Turn(WORKING), "it has begun"
            guest.answers.append(Outcome(DONE, cardless=DONE_WITHOUT_CARD))
            assert booth.run(second) == DONE_WITHOUT_CARD and guest.asked[-1] == "second"
        assert booth.closed == ["first"]
        assert isinstance(booth.after(31), Attract)


def test_the_next_card_waits_until_an_outcome_was_read_and_the_last_line_is_closed_before_its_own(booth: Booth) -> None:
    booth.guest(Show(Menu()), work(), Outcome(DONE), acting=True)
    opened: list[list[str]] = []
    booth.guest(Show(WORKING, (Lane.CARD, lambda _progress: opened.append(list(booth.closed)))), Show(PinEntry(3)))
    booth.reader(CARD)
    turn = booth.lobby.act(Next())
    booth.lobby.reader(OTHER)
    assert booth.run(booth.lobby.finished(turn.run, "done")) == DONE
    assert booth.after(7.9) == DONE
    assert booth.after(0.2) == PinEntry(3) and opened == [["first"]]


def test_another_card_at_once_lets_the_last_one_go_on_its_own_lane_first(booth: Booth) -> None:
    opened: list[list[str]] = []
    booth.guest(Show(Menu()))
    booth.guest(Show(WORKING, (Lane.CARD, lambda _progress: opened.append(list(booth.closed)))), Show(PinEntry(3)))
    booth.reader(CARD)
    assert booth.reader(OTHER) == PinEntry(3)
    assert opened == [["first"]]


DOOR = [
    "lobby",
    "guest",
    "door/newcomer",
    "door/own_pin",
    "door/lost_card",
    "runs",
    "visit",
    "door/welcome",
    "matter",
    "talking",
    "conversation",
    "pages",
]


@pytest.mark.parametrize("module", DOOR)
def test_the_door_names_no_service(module: str) -> None:
    tree = ast.parse((Path(home.__file__).parent / f"{module}.py").read_text())
    words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    words |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    services = re.compile("vot(e|ing)|ballot|certificate|paper", re.IGNORECASE)
    assert {word for word in words if services.search(word)} == set()
