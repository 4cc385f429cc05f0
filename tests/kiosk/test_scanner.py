"""The scanner in the flow: who hears a code, what a technician tries, what the doctor says; nothing of a code stays."""

import json
import logging
import os
import pty
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from lobby_house import House, face, house_of
from technicians import acts, lines
from waiting import until

from card_reader import Pin, VirtualReader
from kiosk import health, settings, wiring
from kiosk.commands import doctor
from kiosk.counter import Counter, Deed, Touch
from kiosk.counter.opening import stage_settings
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Next, OpenCategory, Scanned, wants_scan
from kiosk.desk.blocks import Told
from kiosk.desk.door.newcomer import READING
from kiosk.desk.pages import Scan
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Menu, View
from kiosk.desk.work import Run, Turn
from kiosk.devices.scanner import LONGEST, NoScanner, ScannerState, SimulatedScanner, TypingScanner
from kiosk.devices.scanner_serial import SerialScanner
from kiosk.health import Check, Light
from kiosk.kernel.upkeep import settings_file
from kiosk.kernel.upkeep.settings_file import NotAllowed, Proposal
from kiosk.settings import SettingsRefused
from municipality.matter import Category

CODE = "RF18000123456789"
SAMPLE = Path(__file__).parents[2] / "kiosk.toml"
ASKS = Scan("asks", Told("Scan a code"), Told("Any code will do."))


# What a page hears


@dataclass
class Scripted:
    """A lobby that shows one view after the other, and remembers what it was asked."""

    view: View
    then: list[Turn] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def act(self, action: Any) -> Turn:
        self.asked.append(action)
        return self._next()

    def finished(self, run: Run, result: object) -> Turn:
        return self._next()

    def reader(self, state: object) -> Turn:
        return self._next()

    def tick(self, now: datetime) -> Turn:
        return self._next()

    def _next(self) -> Turn:
        turn = self.then.pop(0) if self.then else Turn(self.view)
        self.view = turn.view
        return turn


class Aimed(SimulatedScanner):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.aims: list[bool] = []

    def aim(self, wanted: bool) -> None:
        self.aims.append(wanted)
        super().aim(wanted)


def counter_of(lobby: Scripted) -> tuple[Counter, list[Any]]:
    """And what is posted to its thread."""
    posted: list[Any] = []
    return Counter(lobby, ("el", "en"), lambda: datetime(2026, 11, 21, 8, tzinfo=UTC), posted.append), posted


def test_a_code_comes_to_the_page_that_asks_on_the_counters_own_thread() -> None:
    lobby, scanner = Scripted(ASKS, [Turn(Menu())]), Aimed()
    counter, posted = counter_of(lobby)
    watch = counter.watch_scanner(scanner)
    assert scanner.aims == [True] and scanner.scan(CODE)
    assert lobby.asked == [], "not on the scanner's thread"
    posted.pop()()
    assert lobby.asked == [Scanned(CODE)] and scanner.aims == [True, False]
    assert scanner.scan("another code") is False
    watch.stop()
    assert counter.close()


def test_the_scanner_is_aimed_as_pages_come_and_go() -> None:
    lobby, scanner = Scripted(Attract(), [Turn(ASKS), Turn(READING), Turn(ASKS)]), Aimed()
    counter, _posted = counter_of(lobby)
    counter.watch_scanner(scanner)
    assert scanner.aims == [False]
    counter.beat()
    counter.beat()
    assert scanner.aims == [False, True, False], "nobody scans for a booth that is at work"
    counter.beat()
    assert scanner.aims[-1] is True
    counter.close()


def test_a_code_that_comes_when_its_page_has_gone_is_dropped() -> None:
    lobby, scanner = Scripted(ASKS, [Turn(Menu())]), SimulatedScanner()
    counter, posted = counter_of(lobby)
    counter.watch_scanner(scanner)
    assert scanner.scan(CODE)
    counter.beat()  # the page goes while the code is on its way
    posted.pop()()
    assert lobby.asked == []
    counter.close()


def test_a_window_may_say_a_code_only_where_a_page_asks() -> None:
    lobby = Scripted(Menu(), [Turn(ASKS)])
    counter, _posted = counter_of(lobby)
    counter.touch(Touch(Deed.SCAN, counter.showing.face, CODE))
    assert lobby.asked == []
    counter.beat()
    face = counter.showing.face
    counter.touch(Touch(Deed.SCAN, face - 1, CODE))
    assert lobby.asked == [], "meant for another screen"
    counter.touch(Touch(Deed.SCAN, face, CODE))
    assert lobby.asked == [Scanned(CODE)]
    counter.close()


@pytest.mark.parametrize("text", ["", "  ", "a\tb", "x" * (LONGEST + 1), "a\u202eb"])
def test_what_is_no_code_cannot_be_said_by_a_window_either(text: str) -> None:
    lobby = Scripted(ASKS)
    counter, _posted = counter_of(lobby)
    with pytest.raises(ValueError, match=r"^not a code$"):
        counter.touch(Touch(Deed.SCAN, counter.showing.face, text))
    assert lobby.asked == []
    counter.close()


def test_neither_an_action_nor_a_touch_shows_a_code() -> None:
    assert CODE not in repr(Scanned(CODE)) + repr(Touch(Deed.SCAN, 1, CODE))


@pytest.mark.parametrize("value", [None, 7, True, ["a"]])
def test_a_touch_of_a_code_wants_text(value: object) -> None:
    with pytest.raises(TypeError):
        Touch.from_json({"deed": "scan", "face": 1, "value": value})
    told = Touch(Deed.SCAN, 1, CODE)
    assert Touch.from_json(json.loads(json.dumps(told.to_json()))) == told


def test_the_window_is_told_whether_a_page_asks() -> None:
    assert present(ASKS, "el")["scans"] is True and wants_scan(ASKS)
    assert present(Menu(), "el")["scans"] is False and not wants_scan(Menu())


# At a booth


@pytest.fixture
def scanner(desk) -> SimulatedScanner:
    made = SimulatedScanner()
    object.__setattr__(desk.booth, "scanner", made)
    return made


@pytest.fixture
def house(desk, scanner: SimulatedScanner) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


def press(house: House, key: str) -> TechnicianPage:
    page = house.act(Choose(key))
    assert isinstance(page, TechnicianPage), page
    return page


def test_no_page_of_a_residents_visit_is_moved_by_a_code(house: House) -> None:
    """Whatever stands there, also while a guest is being read; none of these pages asks for one."""

    def unmoved() -> None:
        before = house.view
        assert not wants_scan(before) and house.act(Scanned(CODE)) == before

    unmoved()  # nobody is there
    house.act(Back())  # a lost card
    unmoved()
    house.insert(st.ANNA)
    unmoved()
    house.act(EnterPin(Pin(st.PIN)))
    unmoved()
    house.act(OpenCategory(Category.PARTICIPATION))
    unmoved()
    house.to_review()
    unmoved()
    house.act(Cancel())
    unmoved()  # they are asked whether they want to stop
    house.pull()
    unmoved()
    house.sign_in()
    house.act(OpenCategory(Category.DOCUMENTS))
    house.act(Choose("certificates:family_status"))
    unmoved()
    house.pull()
    unmoved()


def test_a_technician_tries_the_scanner_and_reads_how_much_came(
    house: House, scanner: SimulatedScanner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.sign_in(st.TECHNICIAN)
    page = press(house, "open:scanner")
    assert page.rows[0].light is Light.GREEN and page.way_on is not None
    waits = house.act(Next())
    assert face(waits) == "AnyCode scanner-try 0" and wants_scan(waits)
    came = house.act(Scanned(CODE))
    assert isinstance(came, TechnicianPage) and came.page == "scanner" and not wants_scan(came)
    assert came.rows[0].text == Told("A code has come, of {count} characters.", {"count": len(CODE)})
    assert acts(house)[1:] == ["scanner.tried"] and lines(house)[-1] == f"{st.TECHNICIAN} scanner.tried"
    tape = [one.answer for one in house.lobby._guest.talk.said]
    assert str(len(CODE)) in tape
    held = repr(house.view) + repr(house.lobby.__dict__) + caplog.text + json.dumps(present(came, "el")) + repr(tape)
    assert CODE not in held and CODE[:8] not in held
    assert house.act(Scanned(CODE)) == came, "one code for one try"


def test_the_way_back_from_a_try_leads_to_the_scanners_page(house: House) -> None:
    house.sign_in(st.TECHNICIAN)
    press(house, "open:scanner")
    house.act(Next())
    back = house.act(Back())
    assert isinstance(back, TechnicianPage) and back.page == "scanner"


def test_a_booth_without_a_scanner_offers_no_try(house: House) -> None:
    object.__setattr__(house.desk.booth, "scanner", NoScanner())
    house.sign_in(st.TECHNICIAN)
    page = press(house, "open:scanner")
    assert page.way_on is None and page.rows[0].text == Told("This booth has no barcode scanner.")


def test_a_scanner_that_has_gone_is_red_among_the_devices(house: House, scanner: SimulatedScanner) -> None:
    scanner.unplug()
    house.sign_in(st.TECHNICIAN)
    devices = press(house, "open:devices")
    (row,) = (row for row in devices.rows if row.key == "open:device scanner")
    assert row.light is Light.RED


# The doctor


@pytest.mark.parametrize("state", ScannerState)
def test_the_doctor_has_words_for_every_state(state: ScannerState) -> None:
    class Is(NoScanner):
        def look(self) -> ScannerState:
            return state

    finding = health.check_scanner(Is())
    assert finding.check is Check.SCANNER
    good = state in (ScannerState.NONE, ScannerState.READY)
    assert finding.light is (Light.GREEN if good else Light.RED)


def scanning(home: Path, table: str) -> Path:
    file = home / "kiosk.toml"
    file.write_text(f"{file.read_text('utf-8')}\n[scanner]\n{table}\n", encoding="utf-8")
    return file


def test_the_doctor_looks_at_the_line_that_the_settings_name(desk) -> None:
    file = scanning(desk.home, 'kind = "serial"\ndevice = "/dev/no-such-scanner"')
    found = {one.check: one.name for one in doctor.examine(file)[1]}
    assert found[Check.SCANNER] == "scanner.missing"


def test_a_scanner_that_the_serving_booth_holds_is_no_fault(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SerialScanner, "look", lambda _scanner: ScannerState.IN_USE)
    file = scanning(desk.home, 'kind = "serial"')
    for serves, name in ((True, "scanner.ready"), (False, "scanner.in_use")):
        monkeypatch.setattr(doctor, "is_taken", lambda *_which, serves=serves: serves)
        assert {one.check: one.name for one in doctor.examine(file)[1]}[Check.SCANNER] == name


def test_a_code_from_the_line_that_the_settings_name(desk) -> None:
    """Settings, wiring, the line's own thread, the counter: all but the page."""
    end, theirs = pty.openpty()
    file = scanning(desk.home, f'kind = "serial"\ndevice = "{os.ttyname(theirs)}"\nbaud = 115200')
    found = {one.check: one.name for one in doctor.examine(file)[1]}
    assert found[Check.SCANNER] == "scanner.ready"
    scanner = wiring.scanner_of(settings.load(file))
    lobby = Scripted(ASKS, [Turn(Menu())])
    counter, posted = counter_of(lobby)
    watch = counter.watch_scanner(scanner)
    until(lambda: scanner.look() is ScannerState.READY)
    os.write(end, f"{CODE}\r\n{CODE}\r\n".encode())
    until(lambda: posted)
    posted.pop()()
    assert lobby.asked == [Scanned(CODE)] and posted == []
    watch.stop()
    counter.close()
    os.close(end)
    os.close(theirs)


# The settings


def sample(tmp_path: Path, table: str) -> Path:
    file = tmp_path / "kiosk.toml"
    text = SAMPLE.read_text(encoding="utf-8")
    start = text.index("[scanner]")
    file.write_text(f"{text[:start]}[scanner]\n{table}\n{text[text.index('[screen]') :]}", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("", NoScanner),
        ('kind = "none"\ndevice = "/dev/ttyACM0"', NoScanner),
        ('kind = "wedge"', TypingScanner),
        ('kind = "wedge"\ndevice = "Honeywell 7580g"', TypingScanner),
        ('kind = "serial"', SerialScanner),
        ('kind = "serial"\ndevice = "/dev/serial/by-id/usb-Zebra"\nbaud = 115200', SerialScanner),
        ('kind = "serial"\nbegin = "16540d"\nend = "16550D"', SerialScanner),
        (f'kind = "serial"\nbegin = "{"16" * 32}"', SerialScanner),
        (f'device = "{"a" * 200}"', NoScanner),
    ],
)
def test_settings_that_are_right(tmp_path: Path, table: str, kind: type) -> None:
    assert type(wiring.scanner_of(settings.load(sample(tmp_path, table)))) is kind


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "camera"', "scanner.kind = 'camera': expected 'none', 'wedge' or 'serial'"),
        ("baud = 14400", "scanner.baud = 14400: expected 1200, 2400"),
        ('baud = "fast"', "scanner.baud = 'fast': expected 1200, 2400"),
        ('device = "ttyACM0/"', "scanner.device = 'ttyACM0/': expected a part of the scanner's name, or a path"),
        ('device = "/etc/passwd"', "scanner.device = '/etc/passwd': expected a part of the scanner's name"),
        ('device = " zebra"', "scanner.device = ' zebra': expected a part of the scanner's name"),
        ('device = "ze\\tbra"', "expected a part of the scanner's name"),
        (f'device = "{"a" * 201}"', "scanner.device"),
        ('begin = "16540"', "scanner.begin = '16540': expected up to 32 bytes in hexadecimal"),
        ('end = "stop"', "scanner.end = 'stop': expected up to 32 bytes in hexadecimal"),
        (f'begin = "{"16" * 33}"', "scanner.begin"),
        ('trigger = "on"', "scanner.trigger = 'on': expected nothing: this key is not known"),
    ],
)
def test_settings_that_are_refused(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.load(sample(tmp_path, table))
    assert said in str(refused.value)


def test_a_technician_sets_it_in_any_order(tmp_path: Path) -> None:
    """Each change is saved by itself, and none asks for another first."""
    file = sample(tmp_path, "")
    for wanted in ({"scanner.kind": "serial"}, {"scanner.device": "Zebra"}, {"scanner.baud": 19200}):
        proposal = settings_file.propose(file, wanted)
        assert isinstance(proposal, Proposal), proposal
        ready = settings_file.ready_to_save(file, proposal)
        ready.put()
    table = settings.load(file).scanner
    assert (table.kind, table.device, table.baud) == ("serial", "Zebra", 19200)
    for wanted in ({"scanner.baud": 14400}, {"scanner.device": "/tmp/x"}, {"scanner.begin": "16"}):
        assert isinstance(settings_file.propose(file, wanted), NotAllowed)


def test_the_window_knows_that_the_scanner_types(desk) -> None:
    assert stage_settings(desk.booth).wedge is False
    loaded = settings.load(scanning(desk.home, 'kind = "wedge"'))
    object.__setattr__(desk.booth, "settings", loaded)
    assert stage_settings(desk.booth).wedge is True


def test_the_bench_puts_its_scanner_in_the_place_of_the_real_one(town, prepared_home) -> None:
    scanner = SimulatedScanner()
    loaded = settings.load(prepared_home(town.home) / "kiosk.toml")
    with wiring.open_booth(loaded, bench=wiring.Bench(VirtualReader(), scanner)) as booth:
        assert booth.scanner is scanner
    with wiring.open_booth(loaded, bench=wiring.Bench(VirtualReader())) as booth:
        assert type(booth.scanner) is NoScanner
