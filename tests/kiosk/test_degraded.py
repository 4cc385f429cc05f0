"""A booth with something broken: it closes what it must and no more, says so where residents look, and tells the
technician first."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import small_town as st
from lobby_house import ONE_VOTE, SERVICES, House, face, house_of
from real_printer import real_printer
from technicians import hand
from waiting import until

from assets.texts import catalogue
from card_reader import NoReader, Pin
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Choose, EnterPin, Next, OpenCategory
from kiosk.desk.pages import List, Problem
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Closed, Menu, PinEntry, TileState
from kiosk.health import Light
from kiosk.kernel import closures, expiry, timekeeping
from kiosk.kernel.expiry import SIGN_IN, Service
from kiosk.matters.votes.desk import CHECK
from kiosk.store import facts
from kiosk.technician import switches
from kiosk.technician.switches import Reason
from municipality.failures import BoothCode, Code
from municipality.matter import Category
from municipality.matters import MATTERS
from printing import IppPrinter

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


class Waiting:
    """Nobody is there for a while, each time longer."""

    def __init__(self, house: House) -> None:
        self.house, self.passed = house, timedelta(0)

    def __call__(self) -> Attract | Closed:
        for _tick in range(2):  # what was said to who left, then what is seen
            self.passed += timedelta(minutes=1)
            self.house.take(self.house.lobby.tick(self.house.desk.booth.clock() + self.passed))
        assert isinstance(self.house.view, Attract | Closed)
        return self.house.view


@pytest.fixture
def wait(house: House, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    monkeypatch.setattr(closures, "LOOK_EVERY", timedelta(0))
    return Waiting(house)


def line(house: House, category: Category) -> tuple[bool, str]:
    """The first line of a category after signing in: whether it is open, and what stands under it in Greek."""
    assert isinstance(house.sign_in(), Menu)
    page = house.act(OpenCategory(category))
    assert isinstance(page, List)
    return not page.rows[0].closed, present(page, "el")["blocks"][0]["text"]


def first_rows(house: House) -> list[tuple[Light | None, str]]:
    """What the technician sees of it: the light and the sentence of the first row, at the door and on the page."""
    house.insert(st.TECHNICIAN)
    home = house.act(EnterPin(Pin(st.PIN)))
    assert isinstance(home, TechnicianPage), home
    health = house.act(Choose("open:health"))
    assert isinstance(health, TechnicianPage)
    house.pull()
    shown = present(home, "el")["blocks"][0], present(health, "el")["blocks"][0]
    return [(one["icon"], one["text"]) for one in shown]


def votes(house: House) -> bool:
    house.sign_in()
    house.to_review()
    done = face(house.act(Next())) == "Done voted"
    house.pull()
    return done


def takes_a_paper(house: House) -> bool:
    house.sign_in()
    house.act(OpenCategory(Category.DOCUMENTS))
    assert face(house.act(Choose("certificates:family_status"))) == "Review family_status"
    done = face(house.act(Next())) == "Done printed"
    house.pull()
    return done


def test_without_paper_no_certificates_and_votes_go_on(house: House, wait: Waiting, tmp_path: Path) -> None:
    folder = tmp_path / "printer"
    folder.mkdir()
    with real_printer(folder) as printer:
        booth = house.desk.booth
        object.__setattr__(booth, "printer", IppPrinter(printer.uri, look_seconds=0.05))
        assert wait() == Attract(house.view.notices, cardless=(CHECK.row,))
        printer.load(sheets=0)
        until(lambda: closures.paper_fault(booth) is BoothCode.PRINTER_NOT_READY)
        assert wait().closed == ((Service("certificates"), BoothCode.PRINTER_NOT_READY),)
        said = present(house.view, "el")["text"]
        assert (
            "δεν τυπώνονται πιστοποιητικά. Ο εκτυπωτής δεν είναι έτοιμος. Ό,τι άλλο προσφέρεται εδώ λειτουργεί." in said
        )
        available, why = line(house, Category.DOCUMENTS)
        assert (available, why) == (False, "Ο εκτυπωτής δεν είναι έτοιμος")
        house.pull()
        menu = house.sign_in()
        assert isinstance(menu, Menu) and menu.tiles[0] == ONE_VOTE[0]
        assert {tile.category: tile.state for tile in menu.tiles}[Category.DOCUMENTS] is TileState.CLOSED
        said = {tile["category"]: tile["status"] for tile in present(menu, "el")["tiles"]}
        assert said["documents"] == "Κλειστό τώρα. Ο εκτυπωτής δεν είναι έτοιμος"
        assert said["participation"] == "1 ανοιχτή ψηφοφορία"
        house.pull()
        assert votes(house)
        assert all(icon == "circle-x" and "εδώ: Πιστοποιητικά· όλα τα άλλα" in text for icon, text in first_rows(house))
        printer.load()
        until(lambda: closures.paper_fault(booth) is None)
        assert line(house, Category.DOCUMENTS)[0], "after a technician nothing stale is said"
        house.pull()
        assert wait().closed == ()
        booth.printer.close()


def test_a_printer_at_work_closes_nothing(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from printing import NotReady

    monkeypatch.setattr(desk.booth.printer, "look", lambda: NotReady("busy"))
    assert closures.paper_fault(desk.booth) is None


def test_without_a_reader_the_booth_says_so_and_comes_back(house: House, wait: Waiting) -> None:
    assert house.take(house.lobby.reader(NoReader())) == Closed(BoothCode.READER_MISSING)
    assert wait() == Closed(BoothCode.READER_MISSING)
    assert isinstance(house.insert(st.ANNA), object) and isinstance(house.act(EnterPin(Pin(st.PIN))), Menu)


def test_without_a_network_everything_works(house: House, wait: Waiting) -> None:
    """The small town has no centre at all."""
    assert wait() == Attract(house.view.notices, cardless=(CHECK.row,))
    assert votes(house) and takes_a_paper(house)
    (door, page) = first_rows(house)
    assert door == ("circle-check", "Οι δημότες μπορούν να κάνουν τα πάντα εδώ.")
    assert page[0] == "alert-triangle", "the line is no fault of the booth's"


@pytest.mark.parametrize(("days", "code"), [(25, BoothCode.REVOCATIONS_TOO_OLD), (8, None)])
def test_without_the_centre_for_days(open_desk, days: int, code: Code | None) -> None:
    with open_desk(ahead=timedelta(days=days)) as desk:
        desk.fill()
        house = House(desk)
        assert house.view == (Closed(code) if code else Attract(house.view.notices, cardless=(CHECK.row,)))
        if code:
            assert isinstance(house.insert(st.ANNA), Problem)
            house.pull()
            assert all(icon == "circle-x" and "Κανένας δημότης" in text for icon, text in first_rows(house)[:1])
        house.watch.stop()


def test_a_clock_in_doubt_waits_for_the_technicians_watch(house: House, wait: Waiting) -> None:
    booth = house.desk.booth
    with booth.store.writing() as connection:  # switched off three days ago, and on again
        facts.put(connection, facts.BEAT, f"{(booth.clock() - timedelta(days=3)).isoformat()} another-boot 5.0")
    assert dict(wait().closed) == dict.fromkeys(SERVICES, BoothCode.CLOCK_IN_DOUBT)
    assert line(house, Category.PARTICIPATION) == (False, present(Problem(BoothCode.CLOCK_IN_DOUBT), "el")["title"])
    house.pull()
    titles = ", ".join(catalogue("el").gettext(one.title) for one in MATTERS if one.serves)
    assert titles.startswith("Ψήφοι, Πιστοποιητικά")
    assert first_rows(house)[0] == (
        "circle-x",
        f"Τώρα δεν προσφέρονται εδώ: {titles}· όλα τα άλλα λειτουργούν. Οι δημότες διαβάζουν: "
        + present(Problem(BoothCode.CLOCK_IN_DOUBT), "el")["title"],
    )
    house.insert(st.TECHNICIAN)
    house.act(EnterPin(Pin(st.PIN)))
    page = house.act(Choose("open:booth"))
    assert any(row.key == "clock:" for row in page.rows)
    page = house.act(Choose("clock:"))
    assert not any(row.key == "clock:" for row in page.rows)
    house.pull()
    assert wait().closed == ()
    assert votes(house) and takes_a_paper(house)


@pytest.mark.parametrize("days", [-1095, -30, -2, 2, 400, 4000])
def test_by_a_wrong_clock_no_card_is_out_of_date_and_a_technician_comes_in(
    house: House, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth, right = house.desk.booth, house.desk.booth.clock
    with booth.store.writing() as connection:
        timekeeping.heard(booth, connection, right())
    monkeypatch.setitem(booth.__dict__, "clock", lambda: right() + timedelta(days=days))
    # Two days on, the same card would be taken by either time; all acts are closed in any case.
    assert house.insert(st.ANNA) == (PinEntry(3) if days == 2 else Problem(BoothCode.CLOCK_IN_DOUBT))
    house.pull()
    assert house.insert(st.REVOKED) == Problem(BoothCode.CARD_REVOKED)
    house.pull()
    house.insert(st.TECHNICIAN)
    house.act(EnterPin(Pin(st.PIN)))
    page = house.act(Choose("open:booth"))
    assert isinstance(page, TechnicianPage) and any(row.key == "clock:" for row in page.rows)


def test_a_disk_that_is_nearly_full_refuses_new_acts_and_nothing_else(
    house: House, wait: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearly = Usage(10**9, 10**9 - 1, expiry.reserve(house.desk.booth) - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nearly)
    assert dict(wait().closed) == dict.fromkeys(SERVICES, BoothCode.STORE_FULL)
    for category in (Category.PARTICIPATION, Category.DOCUMENTS):
        available, why = line(house, category)
        assert not available and why == present(Problem(BoothCode.STORE_FULL), "el")["title"]
        house.pull()
    assert first_rows(house)[0][0] == "circle-x"
    monkeypatch.undo()
    assert wait().closed == ()


def test_a_disk_red_in_health_is_the_disk_that_refuses(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A booth that keeps more room free than usual says so with the same figure."""
    from kiosk import health

    roomy = desk.booth.settings.sync.model_copy(update={"reserve_mb": 4096})
    object.__setattr__(desk.booth, "settings", desk.booth.settings.model_copy(update={"sync": roomy}))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 4095 * 1024 * 1024))
    assert expiry.disk_is_full(desk.booth) and health.disk_of(desk.booth).name == "disk.full"


def test_a_service_off_by_hand_says_its_sentence_on_its_line_alone(house: House, wait: Waiting) -> None:
    switches.switch_off(house.desk.booth, hand(house.desk), Service("certificates"), Reason.SUPPLIES)
    wait()
    assert line(house, Category.DOCUMENTS) == (False, present(Problem(BoothCode.OFF_FOR_SUPPLIES), "el")["title"])
    house.pull()
    assert votes(house)
    assert first_rows(house)[0] == ("alert-triangle", "Τεχνικός έχει κλείσει: Πιστοποιητικά.")


def test_signing_in_switched_off_by_hand_keeps_residents_out_and_technicians_in(house: House, wait: Waiting) -> None:
    switches.switch_off(house.desk.booth, hand(house.desk), SIGN_IN, Reason.REPAIR)
    assert wait() == Closed(BoothCode.OFF_FOR_REPAIR)
    assert house.insert(st.ANNA) == Problem(BoothCode.OUT_OF_SERVICE)
    house.pull()
    house.insert(st.TECHNICIAN)
    assert isinstance(house.act(EnterPin(Pin(st.PIN))), TechnicianPage)
    house.act(Choose("on:sign_in"))
    house.pull()
    assert isinstance(wait(), Attract) and votes(house)


def test_a_vote_that_is_not_open_says_why_on_its_line(house: House) -> None:
    house.sign_in(st.NIKOS)
    page = house.act(OpenCategory(Category.PARTICIPATION))
    assert present(page, "en")["blocks"][0]["text"] == "You do not take part in this vote"
