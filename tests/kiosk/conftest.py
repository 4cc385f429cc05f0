"""A booth of the small town, fresh for each test: real store, real keys, real ballots, a card reader in memory."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import small_town

from card_reader import Pin, VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.services import signing_in
from kiosk.services.booth import Booth
from kiosk.services.signing_in import AskPin, Session
from sync import inbox


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory):
    return small_town.build(tmp_path_factory.mktemp("town"))


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
        session = signing_in.unlock(self.booth, asked, Pin(small_town.PIN))
        assert isinstance(session, Session), session
        return session


@pytest.fixture
def open_desk(town, tmp_path: Path) -> Callable[..., object]:
    @contextmanager
    def opened(ahead: timedelta = timedelta(0)) -> Iterator[Desk]:
        home = tmp_path / "booth"
        if not home.exists():
            shutil.copytree(town.home, home)
        reader = VirtualReader()
        loaded = settings.load(home / "kiosk.toml")
        with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
            if ahead:
                clock = booth.clock
                object.__setattr__(booth, "clock", lambda: clock() + ahead)
            yield Desk(town, booth, reader, home)

    return opened


@pytest.fixture
def desk(open_desk) -> Iterator[Desk]:
    with open_desk() as opened:
        opened.fill()
        yield opened
