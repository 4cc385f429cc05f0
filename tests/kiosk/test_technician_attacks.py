"""Who should not get in, hands in gloves at 2 a.m., and files that somebody else changes meanwhile."""

import dataclasses
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import small_town as st
from lobby_house import House, house_of
from technicians import PRESSES, acts, hand, lines

from card_reader import (
    Pin,
    Slot,
    VirtualCard,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
)
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, EnterText, Idle, Next
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Form, Problem, Work
from kiosk.desk.technician import papers as technician_papers
from kiosk.desk.technician import rounds as technician_rounds
from kiosk.desk.technician.rounds import round_told
from kiosk.desk.technician.touch import TouchMark
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Menu, PinEntry, TakeCard, View
from kiosk.desk.work import Lane, Turn
from kiosk.health import Light
from kiosk.kernel.upkeep import settings_file
from kiosk.settings import load
from kiosk.store import StoreFull
from kiosk.store.faults import Fault
from kiosk.technician import Did, extract, rounds
from municipality.failures import BoothCode
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.technicians.failures import TechnicianCode
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.staff import TECHNICIAN_ROLE
from sync import inbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


def enter(house: House, number: str = st.TECHNICIAN, pin: str = st.PIN) -> object:
    house.insert(number)
    return house.act(EnterPin(Pin(pin)))


def send(house: House, kind: str, text: str) -> None:
    """As a round would bring it."""
    item = st.Item(str(kind), str(kind), 99, st.sign(house.desk.town.centre_key, kind, text))
    with house.desk.booth.store.writing() as connection:
        inbox.store_item(connection, item)


def english(page: View) -> str:
    """All that it shows and says."""
    return str(present(page, "en"))


def strike_off(house: House) -> None:
    send(house, TECHNICIANS_ITEM, Technicians(cards=()).text())


def revoke(house: House, number: str) -> None:
    import base64

    town = house.desk.town
    serials = [(town.cards[number].certs[slot].serial_number, town.now - timedelta(minutes=5)) for slot in Slot]
    crl = make_crl(town.authority, serials, 2, town.now - timedelta(minutes=1), town.now + timedelta(days=7))
    send(house, CardItem.REVOCATIONS, Revocations(crl=base64.b64encode(crl).decode()).text())


# The resident who tries to get in


def test_a_revoked_technicians_card_asks_for_no_pin(house: House) -> None:
    revoke(house, st.TECHNICIAN)
    assert house.insert(st.TECHNICIAN) == Problem(BoothCode.CARD_REVOKED)
    assert lines(house) == []


def test_an_expired_technicians_card_asks_for_no_pin(house: House) -> None:
    town = house.desk.town
    long_ago = town.now - timedelta(days=500)
    image = make_card_image(
        town.authority, st.TECHNICIAN, Pin(st.PIN), Pin("87654321"), long_ago, 1, roles=(TECHNICIAN_ROLE,)
    )
    house.desk.cards["old"] = VirtualCard(image)
    assert house.insert("old") == Problem(BoothCode.CARD_EXPIRED)


def test_the_role_in_another_towns_certificate_opens_nothing(house: House) -> None:
    now = house.desk.town.now - timedelta(days=10)
    stranger = make_card_authority(make_root("Άλλος Δήμος", now), "Κάρτες", now)
    image = make_card_image(stranger, st.TECHNICIAN, Pin(st.PIN), Pin("87654321"), now, 5, roles=(TECHNICIAN_ROLE,))
    house.desk.cards["foreign"] = VirtualCard(image)
    assert house.insert("foreign") == Problem(BoothCode.CARD_NOT_OURS)


@pytest.mark.parametrize("slot", [Slot.KEY_MANAGEMENT, Slot.CARD_AUTHENTICATION])
def test_the_role_in_another_slot_alone_is_no_card_of_ours(house: House, slot: Slot) -> None:
    """A technician's 9A certificate put under 9D or 9E of a resident's card: neither key nor purpose fits."""
    cards = house.desk.town.cards
    certs = {**cards[st.ANNA].certs, slot: cards[st.TECHNICIAN].certs[Slot.AUTHENTICATION]}
    house.desk.cards["mixed"] = VirtualCard(dataclasses.replace(cards[st.ANNA], certs=certs))
    view = house.insert("mixed")
    assert isinstance(view, Problem) and view.code in (BoothCode.CARD_NOT_OURS, BoothCode.CARD_COUNTERFEIT)


def test_a_technicians_certificate_on_a_residents_card_has_not_its_key(house: House) -> None:
    cards = house.desk.town.cards
    certs = {**cards[st.ANNA].certs, Slot.AUTHENTICATION: cards[st.TECHNICIAN].certs[Slot.AUTHENTICATION]}
    house.desk.cards["borrowed"] = VirtualCard(dataclasses.replace(cards[st.ANNA], certs=certs))
    view = house.insert("borrowed")
    if isinstance(view, PinEntry):
        view = house.act(EnterPin(Pin(st.PIN)))
    assert isinstance(view, Problem) and lines(house) == []


def test_a_residents_card_swapped_in_while_the_pin_is_typed(house: House) -> None:
    """The PIN that was typed for the technician's card is never given to the other."""
    assert isinstance(house.insert(st.TECHNICIAN), PinEntry)
    house.desk.reader.remove()
    house.desk.reader.insert(house.desk.cards[st.ANNA])
    house.listen()
    view = house.act(EnterPin(Pin(st.PIN)))
    assert isinstance(view, Menu), "the resident's own visit, by their own PIN"
    assert not isinstance(house.act(Choose("open:home")), TechnicianPage) and lines(house) == []


def run_held(house: House, turn: Turn) -> tuple[Turn, object]:
    """The job runs, and its result is still on the way."""
    assert turn.run is not None
    return turn, turn.run.job(lambda _working: None)


def test_a_card_pulled_between_the_pin_and_the_page(house: House) -> None:
    house.insert(st.TECHNICIAN)
    turn, result = run_held(house, house.lobby.act(EnterPin(Pin(st.PIN))))
    house.pull()
    house.take(house.lobby.finished(turn.run, result))
    assert isinstance(house.view, Problem | Attract) and lines(house) == []
    assert isinstance(house.insert(st.ANNA), PinEntry), "the card was let go"


def test_a_card_pulled_while_the_first_page_is_looked_for(house: House) -> None:
    house.insert(st.TECHNICIAN)
    turn, result = run_held(house, house.lobby.act(EnterPin(Pin(st.PIN))))
    looking = house.lobby.finished(turn.run, result)
    assert looking.view == Work(what=Told("Looking"))
    house.pull()
    assert looking.run.job(lambda _working: None) is None, "what has not begun does not begin"
    assert lines(house) == []


def test_what_waits_for_its_lane_is_not_done_after_the_card_has_gone(house: House) -> None:
    enter(house)
    waiting = house.lobby.act(Choose("out:"))
    house.pull()
    waiting.run.job(lambda _working: None)
    assert not any("booth.out" in line for line in lines(house))
    assert isinstance(enter(house, st.ANNA), Menu)


def test_a_wrong_pin_of_eight_digits_costs_one_try_and_no_more(house: House) -> None:
    view = enter(house, pin="24681357")
    assert view == PinEntry(2, wrong=True)
    assert isinstance(house.act(EnterPin(Pin(st.PIN))), TechnicianPage)


def test_three_wrong_pins_lock_a_technicians_card_too(house: House) -> None:
    house.insert(st.TECHNICIAN)
    for _try in range(3):
        house.act(EnterPin(Pin("999999")))
    assert house.view == Problem(BoothCode.CARD_BLOCKED) and lines(house) == []


@pytest.mark.parametrize("what", ["struck off", "revoked"])
def test_pages_that_are_open_close_with_the_next_press(house: House, what: str) -> None:
    enter(house)
    strike_off(house) if what == "struck off" else revoke(house, st.TECHNICIAN)
    code = TechnicianCode.NOT_A_TECHNICIAN if what == "struck off" else BoothCode.CARD_REVOKED
    assert house.act(Choose("clean:")) == Problem(code)
    assert [line.split()[1] for line in lines(house)] == ["opened", "left"], "nothing was done"
    assert house.act(Choose("open:home")) == Problem(code)
    house.pull()
    assert isinstance(enter(house, st.ANNA), Menu)


def test_a_round_that_strikes_the_technician_off_closes_the_pages_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def striking(*_args: object) -> rounds.Under:
        strike_off(house)
        return rounds.Under()

    monkeypatch.setattr(rounds, "round_now", striking)
    enter(house)
    assert house.act(Choose("sync:")) == Problem(TechnicianCode.NOT_A_TECHNICIAN)


def test_who_walks_away_leaves_no_page_open(house: House) -> None:
    for keys in ((), ("open:booth",), ("open:settings", "set:centre.url"), ("touch:",)):
        enter(house)
        for key in keys:
            house.act(Choose(key))
        assert isinstance(house.view, TechnicianPage | Form | TouchMark)
        assert house.act(Idle()) == TakeCard()
        for action in (Choose("out:"), Choose("open:home"), Next(), Back(), EnterText("x"), Cancel()):
            assert house.act(action) == TakeCard()
        house.pull()
        assert [line.split()[1] for line in lines(house)][-2:] == ["opened", "left"]


# Every act leaves its line


def test_every_act_is_done_by_somebody() -> None:
    """No name of an act that nothing writes."""
    source = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("kiosk/desk/technician", "kiosk/technician")
        for file in (ROOT / folder).glob("*.py")
        if file.name != "records.py"
    )
    # That they left is the booth's own word, said where a visit ends.
    written = {act: f"Did.{act.name}" for act in Did} | {Did.LEFT: "left(self.booth, "}
    assert [act.name for act, words in written.items() if words not in source] == []


ELSEWHERE = {Did.OPENED, Did.LEFT, Did.RESTARTED, Did.RETRIED, Did.STICK}  # below, and in test_technician.py


def test_every_press_has_its_line_in_the_journal_and_its_letter_to_the_town_hall(house: House) -> None:
    assert set(PRESSES) | ELSEWHERE == set(Did)
    enter(house)
    for act, keys in PRESSES.items():
        for key in keys:
            house.act(Choose(key))
        assert lines(house)[-1].startswith(f"{st.TECHNICIAN} {act.value}"), act
        if act is Did.SCANNER_TRIED:
            house.act(Back())  # it waits for a code
    house.pull()
    assert [one.split()[0] for one in acts(house)] == [line.split()[1] for line in lines(house)]
    assert lines(house)[0].endswith("opened") and lines(house)[-1].endswith("left")


def test_a_letter_tried_again_and_a_stick_have_theirs(house: House, tmp_path: Path) -> None:
    from sync import Answer, outbox

    booth = house.desk.booth
    enter(house)
    with booth.store.writing() as connection:
        (waiting,) = outbox.pending(connection, 10)
        outbox.acknowledge(connection, [Answer(waiting.id, "rejected", "unknown-kind")])
    house.act(Choose(f"retry:{waiting.id}"))
    assert lines(house)[-1] == f"{st.TECHNICIAN} letter.retried {waiting.id}"
    rounds.by_stick(booth, hand(house.desk), tmp_path)
    assert lines(house)[-1] == f"{st.TECHNICIAN} stick.carried"


def test_a_dead_place_on_the_glass_is_skipped_and_remembered(house: House) -> None:
    enter(house)
    first = house.act(Choose("touch:"))
    assert isinstance(first, TouchMark) and (first.place, first.number, first.of) == ("top_left", 1, 5)
    assert house.act(Choose("touched:middle")) == first, "not the mark that stands there"
    house.act(Choose("touched:top_left"))
    for _mark in range(4):
        house.act(Next())
    row = house.view.rows[0]
    assert row.light is Light.RED and row.text.values["count"] == 4
    assert lines(house)[-1].endswith("screen.tried top_right middle bottom_left bottom_right")


# Gloves, 2 a.m.


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    there = [tmp_path / "stick"]
    there[0].mkdir()
    monkeypatch.setattr(rounds, "sticks", lambda: list(there))
    return there


@pytest.mark.parametrize("count", [0, 2])
def test_no_stick_or_two_write_nothing(house: House, sticks: list[Path], count: int, tmp_path: Path) -> None:
    sticks[:] = [tmp_path / str(each) for each in range(count)]
    for stick in sticks:
        stick.mkdir()
    enter(house)
    for key in ("write-journal:", "stick:"):
        page = house.act(Choose(key))
        assert isinstance(page, TechnicianPage)
        assert ("More than one" if count else "No stick") in english(page)
    assert all(list(stick.iterdir()) == [] for stick in sticks)


@pytest.mark.parametrize("what", ["gone", "file in its place"])
def test_a_stick_that_is_pulled_says_so_and_nothing_is_told_as_done(
    house: House, sticks: list[Path], what: str
) -> None:
    sticks[0].rmdir()
    if what != "gone":
        sticks[0].write_text("")
    enter(house)
    page = house.act(Choose("write-journal:"))
    assert page.rows[0].light is Light.RED
    page = house.act(Choose("stick:"))
    assert page.rows[0].light is Light.AMBER
    assert [line.split()[1:] for line in lines(house)] == [["opened"], ["stick.carried"]]


def test_a_full_stick_keeps_no_half_file(house: House, sticks: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(extract.os, "fsync", full)
    enter(house)
    page = house.act(Choose("write-journal:"))
    assert page.rows[0].light is Light.RED and "no room left" in str(page.rows[0].text.values)
    assert list(sticks[0].iterdir()) == [] and not any("journal" in line for line in lines(house))


@pytest.mark.parametrize("fault", Fault)
def test_what_was_not_stored_is_told_with_the_disks_own_fault(
    house: House, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(house)

    def refuse(*_args: object) -> None:
        raise StoreFull(fault)

    monkeypatch.setattr(extract, "did", refuse)
    page = house.act(Choose("print-journal:"))
    assert (page.page, page.text) == ("not-stored", Told("Nothing was done, because {why}.", {"why": fault}))
    told = round_told(rounds.Full(fault))
    assert told.text is not None and told.text.values == {"why": fault}


def test_a_journal_that_cannot_be_told_does_not_stay_on_the_stick(
    house: House, sticks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(house)

    def no_room(*_args: object) -> None:
        raise StoreFull

    monkeypatch.setattr(extract, "did", no_room)
    assert house.act(Choose("write-journal:")).page == "not-stored"
    assert list(sticks[0].iterdir()) == []
    papers = len(list((house.desk.home / "papers").iterdir()))
    assert house.act(Choose("print-journal:")).page == "not-stored"
    assert len(list((house.desk.home / "papers").iterdir())) == papers


def test_settings_that_cannot_be_written_are_said_and_not_lines(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_args: object) -> Path:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(settings_file, "_beside", read_only)
    enter(house)
    page = house.act(Choose("save:sound.volume=80"))
    assert "could not be written" in english(page) and "it can only be read" in english(page)
    assert [line.split()[1] for line in lines(house)] == ["opened"]


def test_settings_saved_by_an_editor_meanwhile_are_not_overwritten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = house.desk.home / "kiosk.toml"
    enter(house)
    propose = settings_file.propose

    def and_then_an_editor(path: Path, wanted: dict[str, object]) -> object:
        proposal = propose(path, wanted)
        path.write_text(path.read_text(encoding="utf-8") + "\n# by hand\n", encoding="utf-8")
        return proposal

    monkeypatch.setattr(settings_file, "propose", and_then_an_editor)
    assert "changed the file meanwhile" in english(house.act(Choose("save:sound.volume=80")))
    assert "# by hand" in config.read_text(encoding="utf-8") and load(config).sound.volume == 60
    assert [line.split()[1] for line in lines(house)] == ["opened"]


def test_settings_spoilt_by_an_editor_are_shown_as_what_they_are(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("fullscreen = false", "fullscreen = 7"), "utf-8")
    enter(house)
    for key in ("open:settings", "set:sound.volume"):
        page = house.act(Choose(key))
        assert isinstance(page, TechnicianPage) and page.rows[0].light is Light.RED, key
        assert "screen.fullscreen = 7" in str(page.rows[0].text.values)
    for key in ("value:sound.volume=80", "save:sound.volume=80"):
        page = house.act(Choose(key))
        assert isinstance(page, TechnicianPage) and "screen.fullscreen = 7" in str(page.rows[0].text.values), key
    house.act(Back())
    config.unlink()
    assert isinstance(house.act(Choose("open:settings")), TechnicianPage)


def test_nothing_that_is_typed_breaks_a_page(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    before = config.read_text(encoding="utf-8")
    enter(house)
    typed = ("x" * 3000, "https://" + "a" * 3000, "", '"', "a\nb", "{why}", "https://x\x00y", "'''", "]", "Ωμέγα")
    for key in ("centre.url", "printer.uri", "card.name"):
        house.act(Choose(f"set:{key}"))
        for text in typed:
            view = house.act(EnterText(text))
            assert isinstance(view, Form | TechnicianPage), (key, text[:20])
            if isinstance(view, TechnicianPage):
                house.act(Choose(f"set:{key}"))
    assert config.read_text(encoding="utf-8") == before, "nothing is saved without a look at the difference"


def test_a_key_that_the_screen_does_not_offer_is_no_setting(house: House) -> None:
    enter(house)
    view = house.act(Choose("save:store.key_file=/tmp/x"))
    assert isinstance(view, TechnicianPage) and isinstance(house.act(Choose("set:keys.seal")), TechnicianPage)
    assert load(house.desk.home / "kiosk.toml").store.key_file.name == "store.key"


def test_a_file_of_settings_keeps_its_permissions(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    config.chmod(0o640)
    enter(house)
    house.act(Choose("save:sound.volume=80"))
    assert stat.S_IMODE(config.stat().st_mode) == 0o640 and load(config).sound.volume == 80


def test_a_restart_waits_behind_the_printer(house: House) -> None:
    enter(house)
    turn = house.lobby.act(Choose("restart:"))
    assert turn.run is not None and turn.run.lane is Lane.PRINTER


def test_pages_know_no_riddles() -> None:
    assert technician_rounds.which_stick([]).id != technician_papers.which_stick([Path("a"), Path("b")]).id
