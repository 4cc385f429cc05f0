"""Every device and every service of the booth has its page: how it is, its test, its switch or why there is none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import small_town as st
from lobby_house import Desk, House, house_of
from technicians import acts, hand, lines

from card_reader import Pin
from kiosk.counter.presenting.presenters import present
from kiosk.counter.presenting.tongue import Tongue
from kiosk.demo.technician_booth import Jammed
from kiosk.desk.actions import Choose, EnterPin, Next, OpenCategory
from kiosk.desk.pages import List, Problem
from kiosk.desk.technician import parts
from kiosk.desk.technician.views import Row, TechnicianPage
from kiosk.desk.views import Attract, Menu, TileState
from kiosk.devices.sound import RecordedSound
from kiosk.health import Check, Light, check_keypad, service_names
from kiosk.kernel import closures, expiry
from kiosk.kernel.by_hand import Part
from kiosk.kernel.matter import serving
from kiosk.settings import load
from kiosk.technician import trials
from kiosk.technician.devices import BY_NOUN, DEVICES, NoSwitch, Setting, Switch, trial_of
from kiosk.technician.journal_words import spelt
from kiosk.technician.switches import Reason, switch_off, switch_on
from municipality.failures import BoothCode
from municipality.matter import Category, Needs
from municipality.matters import MATTERS

CERTIFICATES, VOTES = expiry.Service("certificates"), expiry.Service("votes")
SERVICES = ("sign_in", *(matter.noun for matter in MATTERS if matter.serves))
GREEK = Tongue("el")


@pytest.fixture
def house(desk: Desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        assert made.insert(st.TECHNICIAN)
        made.act(EnterPin(Pin(st.PIN)))
        yield made


def press(house: House, key: str) -> TechnicianPage:
    page = house.act(Choose(key))
    assert isinstance(page, TechnicianPage), page
    return page


def said(row: Row) -> str:
    return f"{GREEK.say(row.text)} {GREEK.say(row.todo)}".strip()


# The walk over what there is


def test_the_lists_are_those_of_the_registers(house: House) -> None:
    assert [row.key for row in press(house, "open:devices").rows] == [f"open:device {one.noun}" for one in DEVICES]
    assert [row.key for row in press(house, "open:services").rows] == [f"open:service {noun}" for noun in SERVICES]
    assert {one.check for one in DEVICES} >= {
        Check.READER, Check.PRINTER, Check.SCREEN, Check.SOUND, Check.KEYPAD, Check.CENTRE, Check.DISK, Check.CLOCK
    }  # fmt: skip
    assert not set(BY_NOUN) & set(SERVICES), "a name is of one thing"


@pytest.mark.parametrize("name", [f"device {one.noun}" for one in DEVICES] + [f"service {noun}" for noun in SERVICES])
def test_each_has_its_state_its_test_and_its_switch(house: House, name: str) -> None:
    state, test, switch = press(house, f"open:{name}").rows
    assert state.light is not None and state.text is not None and not state.press
    assert test.text is not None and test.press is not None and test.key.partition(":")[0] in {
        "try", "test-page", "touch", "scan"
    }  # fmt: skip
    assert switch.text is not None
    noun = name.partition(" ")[2]
    if name.startswith("device") and isinstance(BY_NOUN[noun].switch, NoSwitch):
        assert switch.press is None and not switch.key and said(switch)
    else:
        assert switch.press is not None and switch.key


@pytest.mark.parametrize("name", [*(one.noun for one in DEVICES if not isinstance(one.test, str)), *SERVICES])
def test_each_is_tried_alone_and_leaves_one_line(house: House, name: str) -> None:
    house.desk.booth.press.warm_up()
    page = press(house, f"try:{name}")
    assert page.page == ("service-tried" if name in SERVICES else "device-tried")
    assert page.rows and page.way_on is not None and page.way_on[1] == f"try:{name}"
    assert all(row.light is not None for row in page.rows)
    assert acts(house)[1:] == [f"part.tried {name}"] and lines(house)[-1].endswith(f"part.tried {name}")


def test_a_trial_looks_at_what_the_service_needs_and_nothing_else(house: House) -> None:
    technician: Any = None
    booth = house.desk.booth
    booth.press.warm_up()
    names = {
        noun: [one.name for one in trials.service(booth, technician, expiry.Service(noun), clock=lambda: 4.0)]
        for noun in ("votes", "certificates")
    }
    assert names == {
        "votes": ["ballot.ok", "storing.ok"],
        "certificates": ["press.ok", "printer.ok", "storing.ok"],
    }


def test_a_trial_sees_what_is_broken(house: House) -> None:
    jammed = replace(house.desk.booth, printer=Jammed())
    jammed.press.warm_up()
    technician: Any = None
    found = trials.service(jammed, technician, CERTIFICATES)
    assert [one.light for one in found] == [Light.GREEN, Light.RED, Light.GREEN]


@pytest.mark.parametrize("name", ["cards", "printers", ""])
def test_what_is_no_part_of_this_booth_is_not_opened_tried_or_switched(desk: Desk, name: str) -> None:
    technician: Any = SimpleNamespace(hand=hand(desk))
    for refused in (
        lambda: parts.device(desk.booth, name),
        lambda: parts.service(desk.booth, name),
        lambda: parts.tried(desk.booth, technician, name),
        lambda: parts.why(desk.booth, name),
    ):
        with pytest.raises(KeyError):
            refused()
    with pytest.raises(ValueError, match="no such service"):
        trials.service(desk.booth, technician, expiry.Service(name))
    with pytest.raises(ValueError, match="no such service or device"):
        switch_off(desk.booth, technician.hand, name, Reason.REPAIR)


def test_what_has_no_switch_is_not_switched_off_by_a_made_up_press(desk: Desk) -> None:
    for one in DEVICES:
        if not isinstance(one.switch, Switch):
            with pytest.raises(ValueError, match="no such service or device"):
                switch_off(desk.booth, hand(desk), one.noun, Reason.REPAIR)
    with pytest.raises(KeyError):
        trial_of("printer")


# The printer: what needs it is closed with it


def test_every_part_is_a_need_and_has_its_device() -> None:
    assert {part.value for part in Part} <= set(Needs.__dataclass_fields__)
    switches = {one.switch.name for one in DEVICES if isinstance(one.switch, Switch)}
    assert switches == {*Part, expiry.SIGN_IN}


def test_a_printer_that_is_off_closes_what_needs_it_and_nothing_else(house: House) -> None:
    booth = house.desk.booth
    for reason, code in (
        (Reason.REPAIR, BoothCode.OFF_FOR_REPAIR),
        (Reason.SUPPLIES, BoothCode.OFF_FOR_SUPPLIES),
        (Reason.TOWN_HALL, BoothCode.OFF_BY_TOWN_HALL),
    ):
        press(house, f"off:printer {reason.value}")
        need = {expiry.Service(matter.noun) for matter in serving(booth) if matter.needs.printer}
        assert closures.closed_now(booth) == dict.fromkeys(need, code) and CERTIFICATES in need
        assert expiry.no_new_act(booth, CERTIFICATES) is code and expiry.no_new_act(booth, VOTES) is None
    page = press(house, "open:service certificates")
    assert page.rows[0].light is Light.AMBER and "Με εντολή του Δήμου" in said(page.rows[0])
    assert page.rows[2].key == "open:device printer" and "Εκτυπωτής" in said(page.rows[2])
    assert press(house, "open:device printer").rows[2].key == "on:printer"
    press(house, "on:printer")
    assert closures.closed_now(booth) == {}
    assert acts(house)[1:] == [
        "device.off printer repair", "device.off printer supplies", "device.off printer town_hall", "device.on printer",
    ]  # fmt: skip
    assert lines(house)[-1].endswith("device.on printer")


def test_residents_read_the_sentence_and_get_no_paper(house: House) -> None:
    press(house, "off:printer supplies")
    house.pull()
    for minutes in (1, 2):  # what was said to who left, then what is looked at anew
        house.take(house.lobby.tick(house.desk.booth.clock() + timedelta(minutes=minutes)))
    assert isinstance(house.view, Attract) and house.view.closed == (("certificates", BoothCode.OFF_FOR_SUPPLIES),)
    house.insert(st.ANNA)
    menu = house.act(EnterPin(Pin(st.PIN)))
    assert isinstance(menu, Menu)
    assert {one.category for one in menu.tiles if one.state is TileState.CLOSED} == {Category.DOCUMENTS}
    page = house.act(OpenCategory(Category.DOCUMENTS))
    assert isinstance(page, List) and page.rows[0].closed
    assert GREEK.say(page.rows[0].text) == present(Problem(BoothCode.OFF_FOR_SUPPLIES), "el")["title"]


def test_a_printer_stays_off_through_a_restart(open_desk: Any) -> None:
    with open_desk() as desk:
        desk.fill()
        switch_off(desk.booth, hand(desk), "printer", Reason.REPAIR)
    with open_desk() as desk:
        assert expiry.why_off(desk.booth, CERTIFICATES) is BoothCode.OFF_FOR_REPAIR
        switch_on(desk.booth, hand(desk), "printer")
        assert expiry.why_off(desk.booth, CERTIFICATES) is None


def test_a_services_own_word_stands_before_its_printers(house: House) -> None:
    press(house, "off:printer repair")
    press(house, "off:certificates town_hall")
    assert expiry.why_off(house.desk.booth, CERTIFICATES) is BoothCode.OFF_BY_TOWN_HALL
    assert press(house, "open:service certificates").rows[2].key == "on:certificates"
    press(house, "on:certificates")
    assert expiry.why_off(house.desk.booth, CERTIFICATES) is BoothCode.OFF_FOR_REPAIR, "the printer is still off"


def test_the_readers_switch_is_that_of_signing_in(house: House) -> None:
    key = press(house, "open:device reader").rows[2].key
    assert key == "why:sign_in"
    press(house, press(house, key).rows[0].key)
    assert expiry.why_off(house.desk.booth, expiry.SIGN_IN) is BoothCode.OFF_FOR_REPAIR
    assert press(house, "open:device reader").rows[0].light is Light.AMBER
    assert press(house, "open:device reader").rows[2].key == "on:sign_in"


# What a page says


def test_a_closed_service_says_since_when_where_that_is_known(open_desk: Any) -> None:
    with open_desk(ahead=timedelta(days=25)) as desk:
        desk.fill()
        off = {one.service: one for one in expiry.services_off(desk.booth)}
        assert off[expiry.SIGN_IN].code is BoothCode.REVOCATIONS_TOO_OLD
        since = off[expiry.SIGN_IN].since
        assert since is not None and since < desk.booth.clock()
        (state, _test, _switch) = parts.service(desk.booth, "sign_in").rows
        assert state.light is Light.RED and said(state).endswith(f"Από {since.astimezone(parts.ATHENS):%d/%m %H:%M}.")


def test_a_jammed_printer_says_no_since_because_nobody_knows(desk: Desk) -> None:
    state = parts.service(replace(desk.booth, printer=Jammed()), "certificates").rows[0]
    assert state.light is Light.RED and state.text is not None and state.todo is None


def test_sound_is_switched_by_its_setting_and_comes_back(house: House) -> None:
    config = house.desk.home / "kiosk.toml"
    setting = BY_NOUN["sound"].switch
    assert isinstance(setting, Setting)
    was = load(config).sound.player
    key = press(house, "open:device sound").rows[2].key
    wanted = "auto" if was == "none" else "none"
    assert key == f"value:sound.player={wanted}"
    assert press(house, key).page == "change"
    saved = house.act(Next())
    assert isinstance(saved, TechnicianPage) and saved.page == "saved" and load(config).sound.player == wanted
    assert acts(house)[-1] == f"settings.saved sound.player: {was} -> {wanted}"


def test_without_a_settings_file_sound_says_why_it_has_no_switch(desk: Desk) -> None:
    switch = parts.device(replace(desk.booth, config=None), "sound").rows[2]
    assert switch.press is None and "αρχείο ρυθμίσεων" in said(switch)


def test_a_tone_is_played_or_it_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk import health

    technician: Any = None
    off = replace(desk.booth, settings=desk.booth.settings.model_copy(update={
        "sound": desk.booth.settings.sound.model_copy(update={"player": "none"})
    }))  # fmt: skip
    assert [one.name for one in trials.sound(off, technician)] == ["sound.off"]
    monkeypatch.setattr(health, "check_sound", lambda _settings: health.found("sound.ok"))
    heard = RecordedSound()
    assert [one.name for one in trials.sound(desk.booth, technician, way_out=lambda: heard)] == ["sound.played"]
    assert len(heard.started) == 1
    monkeypatch.setattr(trials, "_TONE_SECONDS", 0.01)
    hangs = RecordedSound(at_once=False)
    assert [one.name for one in trials.sound(desk.booth, technician, way_out=lambda: hangs)] == ["sound.failed"]
    assert hangs.playing[0].stopped


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("8000 0", "keypad.ok"),  # KEY_KP1 is bit 79: the 16th of the second word from the right
        ("4000 0", "keypad.missing"),
        ("8000", "keypad.missing"),
        ("nothing", "keypad.missing"),
        ("", "keypad.missing"),
    ],
)
def test_number_keys_are_what_the_kernel_says(tmp_path: Any, keys: str, name: str) -> None:
    assert check_keypad(folder=tmp_path).name == "keypad.missing"
    file = tmp_path / "event0" / "device" / "capabilities" / "key"
    file.parent.mkdir(parents=True)
    file.write_text(keys, encoding="ascii")
    assert check_keypad(folder=tmp_path).name == name


def test_names_are_those_of_the_services(desk: Desk) -> None:
    assert tuple(service_names(desk.booth)) == SERVICES


def test_the_journal_names_what_was_switched_and_keeps_what_it_has_no_name_for() -> None:
    card = st.TECHNICIAN
    for written, said_ in (
        ("device.off printer repair", "έκλεισε μια συσκευή (Εκτυπωτής, Για επισκευή)"),
        ("service.off votes town_hall", "έκλεισε υπηρεσία (Ψήφοι, Με εντολή του Δήμου)"),
        ("service.on sign_in", "άνοιξε υπηρεσία (Είσοδος με την κάρτα)"),
        ("part.tried of-tomorrow", "δοκίμασε ένα μέρος χωριστά (of-tomorrow)"),
        ("service.off votes of-tomorrow", "έκλεισε υπηρεσία (votes of-tomorrow)"),
    ):
        assert spelt("technician", f"{card} {written}", GREEK.gettext) == f"Τεχνικός {card}: {said_}"
