"""A card office, cards and readers for the tests of this room; nothing here outlives its test."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cards import PIN, PUK, Office
from pcscd import running_pcscd

from card_reader import (
    Anchors,
    Pin,
    Reader,
    ReaderState,
    VirtualCard,
    VirtualReader,
    Vpicc,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def office() -> Office:
    root = make_root("Test root", NOW)
    authority = make_card_authority(root, "Test card authority", NOW)
    crl = make_crl(authority, [], 1, NOW, NOW + timedelta(days=7))
    return Office(
        now=NOW,
        root=root,
        authority=authority,
        anchors=Anchors((root.certificate,), (authority.certificate,), crl),
        image=make_card_image(authority, "KD-000417", Pin(PIN), Pin(PUK), NOW, 5),
        rsa_image=make_card_image(authority, "KD-000418", Pin(PIN), Pin(PUK), NOW, 5, rsa_keys=True),
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Waiting for the one pcscd of this machine is not the test's own time."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here and {"pcscd", "booth", "pcscd_booth"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(120, func_only=True))


class Seen:
    """A listener that tests can wait on."""

    def __init__(self) -> None:
        self._news: queue.SimpleQueue[ReaderState] = queue.SimpleQueue()
        self.all: list[ReaderState] = []

    def __call__(self, state: ReaderState) -> None:
        self._news.put(state)

    def until(self, wanted: Callable[[ReaderState], bool] | ReaderState | type, seconds: float = 30) -> ReaderState:
        """The next state that is wanted; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                state = self._news.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                pytest.fail(f"waited for {wanted}, saw {self.all}")
            self.all.append(state)
            if state == wanted or (isinstance(wanted, type) and isinstance(state, wanted)):
                return state
            if callable(wanted) and not isinstance(wanted, type) and wanted(state):
                return state

    def quiet(self, seconds: float) -> bool:
        """Whether nothing more is said for so long."""
        with contextlib.suppress(queue.Empty):
            self.all.append(self._news.get(timeout=seconds))
            return False
        return True


@pytest.fixture
def seen() -> Seen:
    return Seen()


@dataclass
class Booth:
    """A reader and a hand that puts cards in and pulls them."""

    reader: Reader
    insert: Callable[[VirtualCard], None]
    remove: Callable[[], None]


@contextlib.contextmanager
def memory_booth() -> Iterator[Booth]:
    reader = VirtualReader()
    yield Booth(reader, reader.insert, reader.remove)
    reader.remove()


@contextlib.contextmanager
def real_booth() -> Iterator[Booth]:
    from card_reader import Empty, PcscReader, Present

    with running_pcscd() as pcscd:
        reader = PcscReader(pcscd.reader)
        hand: list[Vpicc] = []

        def insert(card: VirtualCard) -> None:
            remove()
            shown(Empty)  # pcscd looks now and then: it would take a card that is quicker for the one before
            hand.append(Vpicc(card, port=pcscd.port))
            hand[-1].insert()
            shown(Present)

        def remove() -> None:
            while hand:
                hand.pop().remove()

        def shown(state: type) -> None:
            told = Seen()
            watch = reader.watch(told)
            told.until(state)
            watch.stop()

        yield Booth(reader, insert, remove)
        remove()


@pytest.fixture(params=[memory_booth, real_booth], ids=["memory", "pcscd"])
def booth(request: pytest.FixtureRequest) -> Iterator[Booth]:
    """The same hands on the reader in memory and on the real pcscd.

    One pcscd a test, not one a session: two workers that each hold tests back would wait for each other's lock.
    """
    with request.param() as ready:
        yield ready


@pytest.fixture
def pcscd() -> Iterator[object]:
    with running_pcscd() as ready:
        yield ready


@pytest.fixture
def pcscd_booth() -> Iterator[Booth]:
    with real_booth() as ready:
        yield ready
