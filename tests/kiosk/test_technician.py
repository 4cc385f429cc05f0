"""The technician's door and pages, without a screen: who is let in, what every act leaves in journal and queue."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import small_town as st
from lobby_house import House, face, house_of
from technicians import acts, hand, lines

from card_reader import Pin
from kiosk.desk.actions import Back, Choose, EnterPin, EnterText, Next
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Form, Problem, Work
from kiosk.desk.technician.touch import PLACES
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Closed, Menu, PinEntry, TakeCard
from kiosk.health import Light
from kiosk.kernel import expiry
from kiosk.kernel.upkeep import settings_file
from kiosk.settings import load
from kiosk.store import facts
from kiosk.technician import extract, paper, power, switches
from kiosk.technician.switches import Reason
from municipality.failures import BoothCode
from municipality.matters.technicians.failures import TechnicianCode
from municipality.matters.technicians.messages import TECHNICIANS_ITEM
from sync import inbox, outbox


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


def enter(house: House, number: str = st.TECHNICIAN) -> object:
    assert isinstance(house.insert(number), PinEntry)
    return house.act(EnterPin(Pin(st.PIN)))


def press(house: House, key: str) -> TechnicianPage:
    page = house.act(Choose(key))
    assert isinstance(page, TechnicianPage), page
    return page


# The door


def test_a_listed_technicians_card_and_pin_open_the_pages(house: House) -> None:
    page = enter(house)
    assert isinstance(page, TechnicianPage) and page.page == "home" and len(page.rows) == 10
    house.pull()
    assert not isinstance(house.view, TechnicianPage)
    assert acts(house)[0] == "opened" and lines(house)[0] == f"{st.TECHNICIAN} opened"


def test_a_residents_card_never_does(house: House) -> None:
    assert isinstance(enter(house, st.ANNA), Menu)
    assert not isinstance(house.act(Choose("open:home")), TechnicianPage)


def test_a_card_that_says_technician_and_is_not_listed_is_turned_away(house: House) -> None:
    assert enter(house, st.UNLISTED) == Problem(TechnicianCode.NOT_A_TECHNICIAN)
    assert acts(house) == []


def test_a_list_that_is_not_there_or_is_damaged_is_no_verdict_on_the_card(desk, house: House) -> None:
    enter(house)
    with desk.booth.store.writing() as connection:
        connection.exec_driver_sql("UPDATE inbox_items SET body = 'damaged' WHERE kind = 'technicians.list'")
    assert isinstance(house.act(Choose("open:home")), TechnicianPage), "it strikes nobody off"
    house.pull()
    assert enter(house) == Problem(BoothCode.BOOTH_EMPTY), "and lets nobody in"
    assert enter(house, st.ANNA) != Problem(BoothCode.BOOTH_EMPTY)


def test_a_residents_card_on_the_list_is_still_a_residents(desk, house: House) -> None:
    """Someone who can write the list alone gets nothing: the certificate must say it too."""
    from municipality.matters.technicians.messages import Technicians

    listed = st.sign(desk.town.centre_key, TECHNICIANS_ITEM, Technicians(cards=(st.ANNA,)).text())
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, st.Item("technicians.list", "technicians.list", 99, listed))
    assert isinstance(enter(house, st.ANNA), Menu)


def test_a_wrong_pin_costs_a_try_and_opens_nothing(house: House) -> None:
    house.insert(st.TECHNICIAN)
    view = house.act(EnterPin(Pin("999999")))
    assert isinstance(view, PinEntry) and view.wrong
    assert acts(house) == []


def test_taking_the_card_closes_at_once_on_every_page(house: House) -> None:
    for key in ("open:health", "open:devices", "open:device printer", "open:service votes", "open:sync",
                "open:queue", "open:paper", "open:services", "open:settings",
                "open:journal", "open:booth"):  # fmt: skip
        enter(house)
        press(house, key)
        house.pull()
        assert not isinstance(house.view, TechnicianPage), key
        assert not isinstance(house.act(Choose("open:home")), TechnicianPage), key
        assert not isinstance(house.act(Next()), TechnicianPage), key


def test_an_old_revocation_list_does_not_keep_the_technician_out(open_desk) -> None:
    """Or nobody could bring the new one on a stick."""
    with open_desk(ahead=timedelta(days=25)) as desk:
        desk.fill()
        house = House(desk)
        assert isinstance(house.insert(st.ANNA), Problem)
        house.pull()
        assert isinstance(enter(house), TechnicianPage)
        house.watch.stop()


# The pages


def test_every_door_of_the_first_page_leads_somewhere_and_back(house: House) -> None:
    home = enter(house)
    assert isinstance(home, TechnicianPage)
    for row in home.rows:
        page = press(house, row.key)
        assert page.page != "home", row.key
        assert face(house.act(Back())) == "TechnicianPage home", row.key


def test_a_page_that_is_opened_again_shows_the_booth_as_it_is_by_then(house: House, desk) -> None:
    enter(house)
    whole = press(house, "open:health")
    assert Light.RED not in {row.light for row in whole.rows}
    press(house, "open:home")
    shutil.rmtree(desk.home / "papers")
    assert press(house, "open:health").rows[0].light is Light.RED
    assert face(house.act(Back())) == "TechnicianPage home"
    (desk.home / "papers").mkdir()
    press(house, "open:journal")
    assert face(house.act(Back())) == "TechnicianPage home", "which is looked at anew too"
    assert [row.light for row in press(house, "open:health").rows] == [row.light for row in whole.rows]


def test_back_goes_page_by_page_to_where_it_began_and_no_further(house: House) -> None:
    home = enter(house)
    assert house.act(Back()) == home
    for key in ("open:services", "open:service votes", "why:votes"):
        press(house, key)
    for page in ("service", "services", "home", "home"):
        assert face(house.act(Back())) == f"TechnicianPage {page}"


# What is pressed, and where «back» leads from the page that the last of it has shown.
BEHIND_ACTS = {
    ("open:booth", "clean:"): "home",
    ("open:services", "open:service votes", "why:votes", "off:votes repair"): "services",
    ("open:services", "open:service votes", "try:votes"): "services",
    ("open:devices", "open:device printer", "why:printer", "off:printer repair"): "devices",
    ("open:devices", "open:device disk", "try:disk"): "devices",
    ("rehearse:",): "home",
    ("open:settings", "set:sound.volume", "value:sound.volume=80"): "settings",
    ("open:settings", "set:sound.volume", "value:sound.volume=80", "save:sound.volume=80"): "settings",
    ("open:settings", "set:sound.volume", "value:sound.volume=800"): "settings",
    ("open:settings", "set:centre.url", "value:centre.url=nowhere"): "settings",
    ("open:devices", "open:device screen", "touch:", *(f"touched:{place}" for place in PLACES)): "devices",
}


@pytest.mark.parametrize("keys", BEHIND_ACTS, ids=lambda keys: keys[-1])
def test_back_past_an_act_leads_to_the_page_above_it_and_does_nothing_again(house: House, keys: tuple[str]) -> None:
    enter(house)
    for key in keys:
        house.act(Choose(key))
    done = acts(house)
    assert face(house.act(Back())) == f"TechnicianPage {BEHIND_ACTS[keys]}"
    assert face(house.act(Back())) == "TechnicianPage home"
    assert acts(house) == done


def test_back_in_the_touch_test_leads_to_the_mark_before(house: House) -> None:
    enter(house)
    for key in ("open:device screen", "touch:", "touched:top_left"):
        house.act(Choose(key))
    assert face(house.view) == "TouchMark touch top_right"
    assert face(house.act(Back())) == "TouchMark touch top_left"
    assert face(house.act(Back())) == "TechnicianPage device"
    assert acts(house) == ["opened"], "a test that was not made is told to nobody"


def test_health_puts_what_is_wrong_first(house: House, desk) -> None:
    shutil.rmtree(desk.home / "papers")
    enter(house)
    page = press(house, "open:health")
    assert page.rows[0].light is Light.RED
    lights = [row.light for row in page.rows]
    order = [Light.RED, Light.AMBER, Light.GREEN]
    assert lights == sorted(lights, key=order.index) and len(lights) >= 12


def test_a_service_goes_off_with_a_sentence_and_on_again(house: House) -> None:
    enter(house)
    reasons = press(house, "why:certificates")
    assert len(reasons.rows) == len(Reason)
    press(house, "off:certificates supplies")
    booth = house.desk.booth
    assert expiry.why_off(booth, expiry.Service("certificates")) is BoothCode.OFF_FOR_SUPPLIES
    assert expiry.why_off(booth, expiry.Service("votes")) is None
    press(house, "on:certificates")
    assert expiry.why_off(booth, expiry.Service("certificates")) is None
    assert acts(house)[1:] == ["service.off certificates supplies", "service.on certificates"]


def test_out_of_service_only_technicians_come_in(house: House) -> None:
    enter(house)
    press(house, "out:")
    house.pull()
    for minutes in (1, 2):  # what was said to who left, then what the store says
        house.take(house.lobby.tick(house.desk.booth.clock() + timedelta(minutes=minutes)))
    assert house.view == Closed(BoothCode.OUT_OF_SERVICE)
    assert house.insert(st.ANNA) == Problem(BoothCode.OUT_OF_SERVICE)
    house.pull()
    enter(house)
    press(house, "in:")
    house.pull()
    for minutes in (3, 4):
        house.take(house.lobby.tick(house.desk.booth.clock() + timedelta(minutes=minutes)))
    assert isinstance(house.view, Attract)
    assert isinstance(enter(house, st.ANNA), Menu)


def test_a_setting_is_chosen_seen_and_saved(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    enter(house)
    values = press(house, "set:screen.idle_seconds")
    assert [row.chosen for row in values.rows].count(True) == 1
    change = press(house, "value:screen.idle_seconds=180")
    assert change.page == "change" and load(config).screen.idle_seconds == 120
    saved = house.act(Next())
    assert isinstance(saved, TechnicianPage) and saved.page == "saved"
    assert load(config).screen.idle_seconds == 180
    press(house, "undo:")
    assert load(config).screen.idle_seconds == 120
    assert acts(house)[1:] == [
        "settings.saved screen.idle_seconds: 120 -> 180",
        "settings.undone screen.idle_seconds: 180 -> 120",
    ]
    assert lines(house)[1:] == [f"{st.TECHNICIAN} {act}" for act in acts(house)[1:]]


def test_a_wrong_address_is_said_and_not_saved(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    before = config.read_text(encoding="utf-8")
    enter(house)
    asked = house.act(Choose("set:centre.url"))
    assert face(asked) == "Form centre.url 0 0" and asked.fields[0].value == "http://127.0.0.1:9"
    again = house.act(EnterText("nowhere"))
    assert isinstance(again, Form) and "https://" in again.fault.id and again.fields[0].value == "nowhere"
    assert config.read_text(encoding="utf-8") == before
    assert isinstance(house.act(EnterText("https://town.example")), TechnicianPage)


def test_restart_is_told_first_and_then_done(house: House) -> None:
    enter(house)
    turn = house.lobby.act(Choose("restart:"))
    assert turn.run is not None and turn.view == Work(what=Told("Restarting"))
    last = house.lobby.finished(turn.run, turn.run.job(lambda _: None))
    assert last.restart and isinstance(last.view, TakeCard)
    house.take(last)
    assert acts(house)[-2:] == ["booth.restarted", "left"]


def test_a_trial_visit_leaves_one_line_and_nothing_else(house: House) -> None:
    enter(house)
    with house.desk.booth.store.reading() as connection:
        before = outbox.counts(connection)
    page = press(house, "rehearse:")
    assert [row.light for row in page.rows] == [Light.GREEN] * 4
    with house.desk.booth.store.reading() as connection:
        after = outbox.counts(connection)
    assert (after.waiting_ballots, after.waiting_acts) == (before.waiting_ballots, before.waiting_acts + 1)
    assert acts(house)[-1] == "visit.rehearsed"


def test_paper_counts_from_the_change_on(house: House) -> None:
    enter(house)
    press(house, "paper-changed:")
    page = press(house, "test-page:")
    assert page.rows[0].light is Light.GREEN
    assert len(list((house.desk.home / "papers").glob("*.pdf"))) == 1
    assert paper.count(house.desk.booth).since_filled == 1
    assert acts(house)[1:] == ["paper.changed", "paper.test_page"]


def test_a_round_without_a_line_says_which_stage_failed(house: House) -> None:
    enter(house)
    page = press(house, "sync:")
    assert page.page == "sync" and {row.light for row in page.rows} >= {Light.AMBER}
    assert acts(house)[-1] == "synced"


def test_a_round_stops_when_the_card_is_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.technician import rounds

    asked: list[bool] = []

    def slow(_booth, _by, _progress, stop: Callable[[], bool]) -> rounds.Under:
        asked.append(stop())
        house.desk.reader.remove()
        house.settle()
        while house.news:
            house.lobby.reader(house.news.pop(0))
        asked.append(stop())
        return rounds.Under()

    monkeypatch.setattr(rounds, "round_now", slow)
    enter(house)
    house.act(Choose("sync:"))
    assert asked == [False, True] and not isinstance(house.view, TechnicianPage)


def test_the_journal_goes_onto_a_stick_whole_and_never_over_another(house: House, tmp_path: Path) -> None:
    enter(house)
    by = hand(house.desk)
    written = extract.to_folder(house.desk.booth, by, tmp_path)
    assert isinstance(written, Path) and f"{st.TECHNICIAN} opened" in written.read_text(encoding="utf-8")
    gone = extract.to_folder(house.desk.booth, by, tmp_path / "pulled")
    assert isinstance(gone, extract.NotWritten)
    assert acts(house)[-1] == "journal.taken file"


def test_cleaning_is_asked_for_after_many_visits(house: House) -> None:
    booth = house.desk.booth
    for _visit in range(power.CLEAN_EVERY):
        power.count_visit(booth)
    assert power.cleaning(booth).due
    enter(house)
    press(house, "clean:")
    assert not power.cleaning(booth).due and power.cleaning(booth).cleaned_at is not None


def test_visits_are_counted_when_a_resident_signs_in(house: House) -> None:
    before = power.cleaning(house.desk.booth).visits
    enter(house, st.ANNA)
    house.pull()
    assert power.cleaning(house.desk.booth).visits == before + 1


def test_what_is_off_by_hand_survives_a_restart(open_desk) -> None:
    with open_desk() as desk:
        desk.fill()
        switches.switch_off(desk.booth, hand(desk), expiry.Service("votes"), Reason.REPAIR)
    with open_desk() as desk:
        assert [one.name for one in switches.now_off(desk.booth)] == ["votes"]
        assert settings_file.current(desk.home / "kiosk.toml")["sound.volume"] == 60


def test_what_is_no_service_of_this_booth_is_not_switched(desk) -> None:
    by = hand(desk)
    for switch in (
        lambda: switches.switch_off(desk.booth, by, expiry.Service("cards"), Reason.REPAIR),
        lambda: switches.switch_on(desk.booth, by, expiry.Service("vote")),
    ):
        with pytest.raises(ValueError, match="no such service or device"):
            switch()
    with desk.booth.store.reading() as connection:
        assert facts.under(connection, facts.SWITCHED_OFF) == {} and outbox.pending(connection, 9) == []
