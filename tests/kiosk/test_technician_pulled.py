"""A technician's card that is pulled, or fails, while it signs a deed: nothing of it is done, and the visit ends."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from lobby_house import House, house_of
from sqlalchemy import text
from technicians import PRESSES, acts, letters, lines

from card_reader import Pin, VirtualCard
from kiosk.desk.actions import Choose, EnterPin
from kiosk.desk.pages import Problem
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Menu, PinEntry
from kiosk.store import facts
from kiosk.syncing import rounds as syncing
from kiosk.technician import Did, rehearsal, rounds
from municipality.failures import BoothCode
from sync import Answer, outbox

GONE = Problem(BoothCode.CARD_GONE)


Work = Callable[[], bytes]
Fails = Callable[[Work], bytes]


class Failing(VirtualCard):
    """Works until it is to make the signature numbered `at` from now on (0: the next): what it does then is `fails`,
    which is given the card's own work."""

    at, fails = 0, None

    def arm(self, fails: Fails, at: int = 0) -> None:
        self.at, self.fails = at, fails

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if self.fails is None or apdu[1] != 0x87:
            return super().transmit(apdu)
        self.at -= 1
        work = partial(super().transmit, apdu)
        return self.fails(work) if self.at < 0 else work()


def nonsense(_work: Work) -> bytes:
    return b"\x6f\x00"


def pulled(house: House) -> Fails:
    return lambda work: (house.desk.reader.remove(), work())[1]


def pulled_late(house: House) -> Fails:
    return lambda work: (work(), house.desk.reader.remove())[0]


@pytest.fixture
def card(desk) -> Failing:
    desk.cards[st.TECHNICIAN] = failing = Failing(desk.town.cards[st.TECHNICIAN])
    return failing


@pytest.fixture
def house(desk, card: Failing) -> Iterator[House]:
    assert card is desk.cards[st.TECHNICIAN]
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


@pytest.fixture
def stick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    there = tmp_path / "stick"
    there.mkdir()
    monkeypatch.setattr(rounds, "sticks", lambda: [there])
    return there


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was begun of those deeds that are more than a line in the store."""
    told: list[str] = []
    monkeypatch.setattr(rehearsal, "rehearse", lambda *_given, **_more: told.append("rehearsal") or [])
    monkeypatch.setattr(syncing, "sync_once", lambda *_given, **_more: told.append("round"))
    monkeypatch.setattr(syncing, "by_stick", lambda *_given, **_more: told.append("stick"))
    return told


def enter(house: House, number: str = st.TECHNICIAN) -> object:
    house.insert(number)
    return house.act(EnterPin(Pin(st.PIN)))


def held(house: House) -> list[Any]:
    """All that a deed could change: the store but for the letters, the folder, the papers, the log."""
    home = house.desk.home
    with house.desk.booth.store.reading() as connection:
        kept = dict(connection.execute(text("SELECT name, value FROM facts")).all())
        kept.pop(facts.BEAT, None)
        refused = [one.id for one in outbox.problems(connection)]
        numbers = connection.execute(text("SELECT * FROM certificates")).all()
    files = sorted(file.name for file in home.iterdir() if not file.name.startswith("booth."))
    settings = (home / "kiosk.toml").read_text("utf-8") + (home / "officials.txt").read_text("utf-8")
    return [kept, refused, numbers, files, settings, len(list((home / "papers").iterdir())), log_level()]


def log_level() -> int:
    return logging.getLogger("kiosk").level


def refuse_one(house: House) -> str:
    """A letter that the town hall has not taken."""
    with house.desk.booth.store.writing() as connection:
        (waiting,) = outbox.pending(connection, 1)
        outbox.acknowledge(connection, [Answer(waiting.id, "rejected", "unknown-kind")])
    return waiting.id


# Every deed, by what is pressed for it. Those that their page alone does not do are pressed here.
ALL = {
    **PRESSES,
    Did.STICK: ("stick:",),
    Did.RESTARTED: ("restart:",),
    Did.RETRIED: ("retry:",),
    "the journal on a stick": ("write-journal:",),
}


def test_every_deed_is_tried() -> None:
    assert set(Did) - set(ALL) == {Did.OPENED, Did.LEFT}, "the one is below, the other needs no card"


@pytest.mark.parametrize("deed", ALL)
@pytest.mark.parametrize("when", ["before", "while it signs", "after it has signed"])
def test_a_card_that_is_pulled_does_nothing_and_its_going_is_told(
    house: House, card: Failing, stick: Path, began: list[str], deed: str, when: str
) -> None:
    *first, last = ALL[deed]
    enter(house)
    for key in first:
        house.act(Choose(key))
    if last == "retry:":
        last += refuse_one(house)
    before, told = held(house), acts(house)
    journal, waiting = lines(house), letters(house.desk)
    if when == "before":
        house.desk.reader.remove()
    else:
        card.arm(pulled(house) if when == "while it signs" else pulled_late(house))
    view = house.act(Choose(last))
    assert view == GONE and house.listen() == GONE
    assert held(house) == before and began == [] and list(stick.iterdir()) == []
    assert acts(house) == [*told, "left"] and lines(house) == [*journal, f"{st.TECHNICIAN} left"]
    assert letters(house.desk)[:-1] == waiting
    card.fails = None
    assert isinstance(enter(house, st.ANNA), Menu), "the card was let go"


def test_what_was_pulled_can_be_done_after_all(house: House, card: Failing) -> None:
    """No lock of a round is held, and no half of a change lies beside the settings."""
    for key, page in (("sync:", "sync"), ("save:sound.volume=80", "saved"), ("paper-changed:", "paper")):
        enter(house)
        card.arm(pulled(house))
        assert house.act(Choose(key)) == GONE
        house.listen()
        card.fails = None
        view = enter(house)
        assert isinstance(view, TechnicianPage), view
        assert house.act(Choose(key)).page == page
        house.pull()


def test_a_change_of_two_settings_is_proved_twice_or_not_done(house: House, card: Failing) -> None:
    """The first of the two lines was signed already."""
    config = house.desk.home / "kiosk.toml"
    enter(house)
    house.act(Choose("save:sound.volume=80"))
    config.write_text(config.read_text("utf-8").replace("height = 1024", "height = 1000"), encoding="utf-8")
    before, told = held(house), acts(house)
    card.arm(pulled(house), at=1)
    assert house.act(Choose("undo:")) == GONE
    assert held(house) == before and acts(house) == [*told, "left"]
    house.listen()
    card.fails = None
    enter(house)
    house.act(Choose("undo:"))
    assert len([one for one in acts(house) if one.startswith("settings.undone")]) == 2


@pytest.mark.parametrize("deed", ["clean:", "test-page:", "rehearse:"])
def test_a_card_that_cannot_sign_any_more_does_nothing_either(
    house: House, card: Failing, began: list[str], deed: str
) -> None:
    """On each lane: the store's, the printer's, the card's own."""
    enter(house)
    before, told = held(house), acts(house)
    card.arm(nonsense)
    assert house.act(Choose(deed)) == Problem(BoothCode.CARD_READ_ERROR)
    assert held(house) == before and began == [] and acts(house) == [*told, "left"]


def test_a_card_pulled_while_its_coming_is_told_has_not_come(house: House, card: Failing) -> None:
    assert isinstance(house.insert(st.TECHNICIAN), PinEntry)
    # The first signature proves that the card is there, the second is under its coming.
    card.arm(pulled(house), at=1)
    assert house.act(EnterPin(Pin(st.PIN))) == GONE
    assert house.listen() == GONE and acts(house) == [] and lines(house) == []
    card.fails = None
    enter(house)
    house.pull()
    assert acts(house) == ["opened", "left"] and not isinstance(house.view, TechnicianPage | Attract)
