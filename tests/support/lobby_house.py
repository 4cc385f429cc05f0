"""A booth that a test works with, and its lobby with the lanes in one thread: what a turn asks for is run at once."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import small_town as st

from card_reader import Pin, ReaderState, VirtualCard, VirtualReader
from kiosk.desk.actions import Choose, EnterPin, Mark, Next, OpenCategory
from kiosk.desk.blocks import Block, Told
from kiosk.desk.catalogue import NOT_HERE_YET
from kiosk.desk.lobby import Lobby
from kiosk.desk.matter import BoothMatter
from kiosk.desk.pages import Page, Work
from kiosk.desk.views import Tile, TileState, View
from kiosk.desk.work import Turn
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session
from kiosk.kernel.booth import Booth
from kiosk.matters import MATTERS
from municipality.matter import Category
from municipality.matters.votes.failures import VoteCode
from municipality.register import FAILURES
from sync import inbox

T = TypeVar("T", bound=Block)


class Desk:
    """A booth that a test works with: `booth`, its `reader`, cards by number, and steps that every test needs."""

    def __init__(self, town, booth: Booth, reader: VirtualReader, home: Path) -> None:
        self.town, self.booth, self.reader, self.home = town, booth, reader, home
        self.cards = {number: VirtualCard(image) for number, image in town.cards.items()}

    def fill(self, *, without: tuple[str, ...] = ()) -> None:
        """What the first sync would have brought, except the kinds named."""
        with self.booth.store.writing() as connection:
            for item in self.town.items:
                if item.kind not in without:
                    inbox.store_item(connection, item)

    def sign_in(self, number: str) -> Session:
        self.reader.insert(self.cards[number])
        asked = signing_in.begin(self.booth)
        assert isinstance(asked, AskPin), asked
        session = signing_in.unlock(self.booth, asked, Pin(st.PIN))
        assert isinstance(session, Session), session
        return session


_TITLE = FAILURES[VoteCode.VOTE_NOT_FOR_YOU].title
NOT_FOR_YOU = Told(_TITLE)
# What residents find in the menu, by its nouns.
SERVICES = tuple(one.matter.noun for one in MATTERS if one.matter.serves)
_SERVED = {one.matter.category for one in MATTERS}
# Whatever serves everybody beside the votes: in the categories' own order, and before what is closed or empty.
_READY = tuple(Tile(one) for one in Category if one in _SERVED and one is not Category.PARTICIPATION)
_EMPTY = tuple(
    Tile(one, TileState.EMPTY, reason=Told(NOT_HERE_YET), elsewhere=True) for one in Category if one not in _SERVED
)
# The tiles of somebody who may vote once.
ONE_VOTE = (Tile(Category.PARTICIPATION, TileState.WAITING, Told("1 open vote")), *_READY, *_EMPTY)
# And of somebody whom the vote is not for.
NO_VOTE = (*_READY, Tile(Category.PARTICIPATION, TileState.CLOSED, reason=NOT_FOR_YOU, own=True), *_EMPTY)


def face(view: View) -> str:
    """The shape and the name of the page that stands there, as "Done voted"; a screen of its own as it prints."""
    return view.face if isinstance(view, Page) else repr(view)


def of_kind(blocks: Iterable[Block], kind: type[T]) -> list[T]:
    """Those of a page's blocks that are of this kind."""
    return [one for one in blocks if isinstance(one, kind)]


class House:
    """A lobby with its lanes in one thread: runs what a turn asks for at once, takes the reader's news in order."""

    def __init__(self, desk: Desk, matters: tuple[BoothMatter, ...] = MATTERS) -> None:
        self.desk = desk
        self.lobby = Lobby(desk.booth, matters)
        self.progress: list[Work] = []
        self.news: list[ReaderState] = []
        self.watch = desk.reader.watch(self.news.append)
        self.listen()
        self.take(self.lobby.tick(desk.booth.clock()))

    @property
    def view(self) -> View:
        return self.lobby.view

    def take(self, turn: Turn) -> View:
        while turn.run is not None:
            turn = self.lobby.finished(turn.run, turn.run.job(self.progress.append))
        return self.view

    def act(self, action: object) -> View:
        return self.take(self.lobby.act(action))

    def listen(self) -> View:
        """Brings what the reader's thread has said since the last time."""
        self.settle()
        deadline = time.monotonic() + 15
        told = None
        # Two changes in one blink may come as two words: until the last is what the reader shows now.
        while self.news or (told != self.desk.reader._state() and time.monotonic() < deadline):
            if self.news:
                told = self.news.pop(0)
                self.take(self.lobby.reader(told))
            else:
                time.sleep(0.001)
        return self.view

    def settle(self) -> None:
        deadline = time.monotonic() + 15
        while not self.news and time.monotonic() < deadline:
            time.sleep(0.001)

    def insert(self, number: str) -> View:
        self.desk.reader.insert(self.desk.cards[number])
        return self.listen()

    def pull(self) -> View:
        self.desk.reader.remove()
        return self.listen()

    def sign_in(self, number: str = st.ANNA) -> View:
        self.insert(number)
        return self.act(EnterPin(Pin(st.PIN)))

    def to_review(self) -> View:
        self.act(OpenCategory(Category.PARTICIPATION))
        self.act(Choose(f"votes:{self.desk.town.election.election}"))
        for mark in (Mark(0), Mark(1)):
            self.act(mark)
            self.act(Next())
        return self.view


@contextmanager
def house_of(desk: Desk) -> Iterator[House]:
    """A lobby of the desk's booth, which listens to its reader until the end."""
    house = House(desk)
    yield house
    house.watch.stop()
