"""Conversations: the same function once more with one answer fewer, in a world that changes; pure between yields."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playing import play
from random_tests import LONG

import kiosk
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Mark, Next
from kiosk.desk.blocks import Answer
from kiosk.desk.conversation import (
    Acting,
    Asked,
    Committed,
    Conversation,
    Draft,
    Looked,
    Talk,
    ask,
    commit,
    look,
    stages,
)
from kiosk.desk.guest import Show
from kiosk.desk.pages import Choice, Done, Option, Picked, Problem, Review, Step
from kiosk.desk.talking import Found, Talking
from kiosk.desk.work import Lane
from kiosk.kernel.activity import Activity
from municipality.failures import BoothCode

FIRST, SECOND = Picked(frozenset({0})), Picked(frozenset({1}))


@dataclass
class World:
    """What changes while somebody talks. `reads` counts; `filed`: what was done."""

    offers: dict[int, tuple[str, ...]] = field(default_factory=lambda: {0: ("music", "swimming"), 1: ("library",)})
    reads: int = 0
    filed: list[tuple[int, str]] = field(default_factory=list)


WORLD = World()


@pytest.fixture(autouse=True)
def world() -> Iterator[World]:
    WORLD.__init__()
    yield WORLD


def offers_for(here: World, child: int) -> tuple[str, ...]:
    here.reads += 1
    return here.offers[child]


def file_it(doing: World, child: int, offer: str) -> str:
    doing.filed.append((child, offer))
    return offer


FILE = Acting(
    file_it, Lane.STORE, (Activity.STORING,), (str,), not_begun=BoothCode.CARD_GONE, not_sure=BoothCode.BOOTH_FAULT
)


def choice(name: str, *options: str) -> Choice:
    return Choice(name, name, tuple(Option(each) for each in options))


def enrol() -> Conversation:
    child = min((yield from ask(choice("child", "Anna", "Nikos"))).options)
    offers = yield from look(offers_for, child)
    if not offers:
        return Problem(BoothCode.BOOTH_EMPTY)
    offer = offers[min((yield from ask(choice("offer", *offers))).options)]
    blocks = (Answer("Who", (str(child),), change="child"), Answer("What", (offer,), change="offer"))
    yield from ask(Review("check", "Check", blocks=blocks))
    filed = yield from commit(FILE, child, offer)
    return Done("filed", filed)


def at(talk: Talk, world: World) -> object:
    """What it asks next, once what it wants to read is read."""
    while isinstance(wish := talk.wish(), Looked):
        talk.found(wish, wish.read(world, *wish.arguments))
    return wish.page if isinstance(wish, Asked) else wish


def said(talk: Talk, world: World, answer: object) -> object:
    page = at(talk, world)
    talk.answer(page, answer)
    return at(talk, world)


# Played from top to bottom


def test_it_is_played_without_a_screen(world: World) -> None:
    played = play(enrol, FIRST, SECOND, True, here=world, outcomes={FILE: "swimming"})
    assert [page.name for page in played.pages] == ["child", "offer", "check"]
    assert played.read == [(offers_for, 0)]
    assert played.done == [(FILE, 0, "swimming")]
    assert played.end == Done("filed", "swimming")


def test_who_has_no_answer_left_stands_at_the_page(world: World) -> None:
    played = play(enrol, FIRST, here=world)
    assert played.end == choice("offer", "music", "swimming") and played.done == []


def test_stages_are_declared() -> None:
    assert stages(3) == (Step(1, 3), Step(2, 3), Step(3, 3))


# Back, and what stands there again


def test_back_asks_the_page_before_with_what_was_said_to_it(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, SECOND)
    assert talk.back()
    page = at(talk, world)
    assert page == choice("offer", "music", "swimming")
    assert talk.filled(page).picked == SECOND
    assert talk.back()
    assert talk.filled(at(talk, world)).picked == FIRST
    assert not talk.back(), "there is nothing before the first"


def test_what_was_said_later_stands_there_still_when_nothing_has_changed(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, SECOND)
    assert talk.back() and talk.back()
    page = said(talk, world, FIRST)
    assert talk.filled(page).picked == SECOND


def test_another_answer_drops_what_was_said_to_pages_that_are_others_now(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, SECOND)
    assert talk.back() and talk.back()
    page = said(talk, world, SECOND)
    assert page == choice("offer", "library")
    assert talk.filled(page).picked == Picked()


def test_a_line_of_the_review_leads_to_its_page(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    check = said(talk, world, FIRST)
    assert isinstance(check, Review)
    assert talk.back("child") and at(talk, world).name == "child"
    assert not talk.back("check"), "a page that was not answered is none to go back to"


def test_reading_is_remembered_and_read_anew_for_who_comes_back_to_it(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, FIRST)
    assert world.reads == 1, "a replay reads nothing"
    world.offers[0] = ("music", "swimming", "chess")
    assert at(talk, world).name == "check", "and shows what it was asked about"
    assert talk.back()
    assert at(talk, world) == choice("offer", "music", "swimming", "chess") and world.reads == 2


def test_an_answer_to_a_page_that_has_changed_is_dropped_and_said(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, SECOND)
    draft = talk.draft("programmes", 1)
    world.offers[0] = ("chess", "swimming")
    again = Talk.resumed(enrol, draft, 1)
    assert at(again, world) == choice("offer", "chess", "swimming")
    assert again.changed and again.filled(at(again, world)).picked == Picked(), "never guessed"
    said(again, world, FIRST)
    assert not again.changed


def test_there_is_no_way_back_past_what_was_done(world: World) -> None:
    talk = Talk(enrol)
    for answer in (FIRST, FIRST, True):
        said(talk, world, answer)
    wish = talk.wish()
    assert isinstance(wish, Committed) and wish.arguments == (0, "music")
    talk.done(wish.acting.work(world, *wish.arguments))
    assert talk.wish() == Done("filed", "music") == talk.wish()
    assert not talk.back() and not talk.begun
    assert world.filed == [(0, "music")]


def test_whoever_is_asked_once_more_is_told_why(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    said(talk, world, SECOND)
    world.offers[0] = ("chess", "swimming")
    guest = Somebody()
    show = guest._talks(Talk.resumed(enrol, talk.draft("programmes", 1), 1))
    while show.work is not None:
        show = guest.finished(show.work[1](lambda _work: None))
    words = present(show.view, "en")["lead"][0]["text"]
    assert (show.view.name, show.view.changed) == ("offer", True)
    assert words == "Something here has changed meanwhile. Please answer once more."
    again = guest._answered(guest.talk, guest._answered(guest.talk, show.view, Mark(1)).view, Next())
    assert (again.view.name, again.view.changed) == ("check", False)


class Somebody(Talking):
    def _behind(self) -> Show:
        raise AssertionError("there is nowhere to go back to")

    def _read(self, wish: Looked) -> tuple[object, object]:
        return self.page, (Lane.STORE, lambda _progress: Found(wish.read(WORLD, *wish.arguments)))

    def _begin(self, act: object) -> Show:
        raise AssertionError(act)

    def finished(self, result: object) -> Show:
        return self._found(self.talk, self.reading, result)


# Drafts


def test_a_draft_goes_on_where_it_ended(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, FIRST)
    again = Talk.resumed(enrol, talk.draft("programmes", 3), 3)
    assert at(again, world) == choice("offer", "music", "swimming") and not again.changed


@pytest.mark.parametrize("version", [2, 4])
def test_a_draft_of_another_version_is_shown_and_not_believed(world: World, version: int) -> None:
    talk = Talk(enrol)
    said(talk, world, SECOND)
    again = Talk.resumed(enrol, talk.draft("programmes", 3), version)
    page = at(again, world)
    assert again.changed and page.name == "child" and again.filled(page).picked == SECOND


def test_a_draft_says_nothing_when_it_is_written_out(world: World) -> None:
    talk = Talk(enrol)
    said(talk, world, SECOND)
    for thing in (talk, talk.draft("programmes", 1), talk.said[0], talk.wish()):
        assert "Nikos" not in repr(thing) and "frozenset" not in repr(thing)
    assert isinstance(talk.draft("programmes", 1), Draft)


# In a changing world

MOVES = st.lists(st.sampled_from(["first", "second", "back", "world", "do"]), max_size=40)


@pytest.mark.property
@settings(max_examples=20_000 if LONG else 300, deadline=None)
@given(MOVES, st.lists(st.sampled_from([("music",), ("music", "swimming"), ("chess", "music"), ()]), min_size=1))
def test_nothing_runs_twice_and_no_answer_belongs_to_another_page(
    moves: list[str], worlds: list[tuple[str, ...]]
) -> None:
    world = World()
    talk, shown = Talk(enrol), cycle(worlds)
    done = 0
    for move in moves:
        page = at(talk, world)
        if isinstance(page, Done | Problem | None):
            break
        if isinstance(page, Committed):
            if move == "do":
                child, offer = page.arguments
                assert [child, offer] == [min(talk.said[0].answer.options), _chosen(talk)]
                talk.done(page.acting.work(world, *page.arguments))
                done += 1
            continue
        match move:
            case "first" | "second":
                last = len(page.options) - 1 if isinstance(page, Choice) else 0
                answer = Picked(frozenset({min(last, move == "second")})) if isinstance(page, Choice) else True
                talk.answer(page, answer)
            case "back":
                talk.back()
            case "world":
                world.offers[0], world.offers[1] = next(shown), next(shown)
        after = at(talk, world)
        if isinstance(after, Choice):
            assert talk.filled(after).picked.options <= set(range(len(after.options)))
    assert len(world.filed) == done <= 1


def _chosen(talk: Talk) -> str:
    """What they were shown and chose, from the page itself."""
    page, answer = talk.said[1].page, talk.said[1].answer
    return str(page.options[min(answer.options)].text)


# Purity

ROOMS = Path(kiosk.__file__).parent
CONVERSATIONS = [
    *sorted(file for file in ROOMS.glob("matters/*/**/*.py") if "-> Conversation:" in file.read_text(encoding="utf-8")),
    ROOMS / "desk" / "technician" / "conversation.py",
]


def name_of(file: Path) -> str:
    rooms = [name for name in file.relative_to(ROOMS).with_suffix("").parts[1:] if name != "conversation"]
    return " ".join(rooms)


# What a conversation may stand on: pages and their words, rules, and the names of what it reads and does.
LAWFUL = ("kiosk.desk", "kiosk.kernel.activity", "kiosk.identity.signing_in", "municipality", "collections",
          "dataclasses", "datetime", "typing")  # fmt: skip
UNLAWFUL_CALLS = ("now", "today", "open", "input", "print", "random", "uuid4", "token_bytes", "token_hex", "time",
                  "monotonic", "writing", "reading", "queue", "sleep", "getattr", "eval", "exec")  # fmt: skip


def faults(source: str) -> list[str]:
    """Why the generators of a module are no conversations: what they do between their yields that is not pure."""
    found = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            found += [
                f"imports {name}"
                for name in names
                if not name.startswith(LAWFUL) and not name.startswith("kiosk.matters")
            ]
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if any(isinstance(node, ast.YieldFrom | ast.Yield) for node in ast.walk(function)):
            found += [fault for node in ast.walk(function) for fault in _fault(node)]
    return found


def _fault(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Try() | ast.With() | ast.AsyncWith() | ast.Global() | ast.Nonlocal() | ast.Yield() | ast.Await():
            yield type(node).__name__
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)) if name in UNLAWFUL_CALLS:
            yield f"calls {name}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id=room))) if room in ("service", "store", "booth"):
            yield f"calls {room}"
        case ast.Attribute(attr="store" | "clock" | "reader" | "printer" | "press"):
            yield f"reaches for {node.attr}"
        case ast.Assign(targets=[ast.Attribute(), *_]) | ast.AugAssign(target=ast.Attribute()):
            yield "changes what is not its own"


@pytest.mark.parametrize("file", CONVERSATIONS, ids=name_of)
def test_every_conversation_is_pure_between_its_yields(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x = datetime.now()", "calls now"),
        ("x = visit.booth.store", "reaches for store"),
        ("x = service.offered(visit)", "calls service"),
        ("x = random.random()", "calls random"),
        ("visit.told = 1", "changes what is not its own"),
        ("with visit: pass", "With"),
        ("try: pass\n    finally: pass", "Try"),
        ("x = yield 1", "Yield"),
        ("global y", "Global"),
        ("print(1)", "calls print"),
    ],
)
def test_the_judge_of_purity_sees_what_is_not_pure(line: str, fault: str) -> None:
    source = f"def talk(visit):\n    {line}\n    yield from ask(visit)\n"
    assert fault in faults(source)
    assert faults("def talk(visit):\n    yield from ask(visit)\n") == []
    assert faults("import random\n") == ["imports random"]


def test_every_conversation_is_looked_at() -> None:
    named = {name_of(file) for file in CONVERSATIONS}
    assert named >= {"votes", "votes afterwards checking", "certificates", "technician"}
    assert inspect.isgeneratorfunction(enrol)
