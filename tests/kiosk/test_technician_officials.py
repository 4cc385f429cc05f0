"""A technician compares the officials' fingerprint with the paper, and types it: seen first, recorded, then done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_town as st
from lobby_house import Desk, House, house_of
from technicians import OTHERS, acts, hand, letters, lines

from card_reader import Pin
from kiosk import health, settings, wiring
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Choose, EnterPin, EnterText, Next
from kiosk.desk.blocks import Code
from kiosk.desk.pages import Form
from kiosk.desk.technician import officials as pages
from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.health import Check, Light, found
from kiosk.kernel.upkeep import booth_files

RESTART = ("It counts from the next start of the program.", "restart:")


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        made.insert(st.TECHNICIAN)
        made.act(EnterPin(Pin(st.PIN)))
        yield made


@pytest.fixture
def file(desk) -> Path:
    return desk.home / "officials.txt"


def press(house: House, key: str) -> TechnicianPage:
    page = house.act(Choose(key))
    assert isinstance(page, TechnicianPage), page
    return page


def code(page: TechnicianPage) -> str:
    (shown,) = page.above
    assert isinstance(shown, Code)
    return "-".join(shown.shown)


def words(page: TechnicianPage) -> list[tuple[str, Light | None]]:
    return [(row.text.id, row.light) for row in page.rows if isinstance(row.text, Told)]


def test_the_page_shows_whom_the_booth_knows_to_be_compared(house: House) -> None:
    ours = house.desk.town.officials
    line = press(house, "open:settings").rows[0]
    assert (line.key, line.light) == ("open:officials", Light.GREEN)
    page = press(house, "open:officials")
    names = tuple(one.name for one in ours.officials)
    there = found("officials.ok", term=ours.term, names=names, fingerprint=ours.fingerprint)
    assert page.rows == (Row(Told("Officials of votes"), Told(there.condition.what, there.values), None, Light.GREEN),)
    assert code(page) == ours.fingerprint and page.way_on == (Told("Type another one"), "set:officials")
    shown = present(page, "el")
    assert shown["blocks"][0]["groups"] == ours.fingerprint.split("-")
    assert shown["blocks"][0]["note"].startswith("Συγκρίνετε με το χαρτί")


def test_by_ear_each_group_is_spelt(house: House) -> None:
    spoken = str(present(press(house, "open:officials"), "en")["spoken"])
    assert "Hear the fingerprint" in spoken
    for place, group in enumerate(house.desk.town.officials.fingerprint.split("-"), start=1):
        assert f"Part {place} of 10: {', '.join(group)}." in spoken


def test_another_is_typed_seen_and_saved(house: House, file: Path) -> None:
    ours = house.desk.town.officials.fingerprint
    asked = press_form(house, "set:officials")
    assert (asked.fields[0].value, asked.fields[0].letters, asked.fault) == ("", "en", None)
    change = house.act(EnterText(OTHERS.lower().replace("-", " ")))
    assert isinstance(change, TechnicianPage) and change.page == "officials-change"
    assert code(change) == OTHERS and change.rows[0].name == Told("Until now: {fingerprint}", {"fingerprint": ours})
    assert file.read_text() == f"{ours}\n"
    saved = house.act(Next())
    assert isinstance(saved, TechnicianPage) and (saved.page, saved.way_on and saved.way_on[1]) == ("saved", RESTART[1])
    assert (file.read_text(), file.stat().st_mode & 0o777) == (f"{OTHERS}\n", 0o600)
    assert acts(house)[1:] == [f"officials.typed votes: {ours} -> {OTHERS}"]
    assert lines(house)[1:] == [f"{st.TECHNICIAN} {acts(house)[1]}"]
    page = press(house, "open:officials")
    assert code(page) == OTHERS
    assert words(page) == [
        (RESTART[0], Light.AMBER),
        (health.CONDITIONS["officials.others"].what, Light.RED),
    ]
    assert page.rows[0].key == RESTART[1]
    with wiring.open_booth(settings.load(house.desk.home / "kiosk.toml")) as anew:
        assert anew.anchors.officials == OTHERS


def press_form(house: House, key: str) -> Form:
    form = house.act(Choose(key))
    assert isinstance(form, Form), form
    return form


def test_the_first_one_is_typed_where_there_was_none(house: House, file: Path) -> None:
    file.unlink()
    object.__setattr__(house.desk.booth.anchors, "officials", "")
    page = press(house, "open:officials")
    assert page.above == () and page.way_on == (Told("Type it from the paper"), "set:officials")
    assert words(page) == [(health.CONDITIONS["officials.none"].what, Light.AMBER)]
    ours = house.desk.town.officials.fingerprint
    change = press(house, f"value:officials={ours}")
    assert code(change) == ours and change.rows == ()
    house.act(Next())
    assert file.read_text() == f"{ours}\n"
    assert acts(house)[1:] == [f"officials.typed votes: - -> {ours}"]
    assert words(press(house, "open:officials")) == [
        (RESTART[0], Light.AMBER),
        (health.CONDITIONS["officials.ok"].what, Light.GREEN),
    ]


@pytest.mark.parametrize("text", ["", "=", OTHERS[:-1], OTHERS + "2", OTHERS.replace("L", "M", 1), "ω" * 40])
def test_what_is_no_fingerprint_is_said_and_stays_to_be_put_right(desk: Desk, file: Path, text: str) -> None:
    before = file.read_text()
    for form in (pages.changed(desk.booth, text), pages.saved(desk.booth, hand(desk), text)):
        assert isinstance(form, Form) and form.fault is not None
        assert "10 groups of 4" in form.fault.id and form.fields[0].value == text
    assert file.read_text() == before and letters(desk) == []


def test_the_same_again_leaves_no_line(house: House, file: Path) -> None:
    ours = house.desk.town.officials.fingerprint
    for verb in ("value", "save"):
        assert press(house, f"{verb}:officials={ours.lower()}").page == "officials"
    assert [one.split()[0] for one in acts(house)] == ["opened"]


def test_back_from_the_change_leads_to_the_page_and_types_nothing(house: House, file: Path) -> None:
    before = file.read_text()
    press(house, f"value:officials={OTHERS}")
    page = house.act(Back())
    assert isinstance(page, TechnicianPage) and page.page == "officials"
    assert file.read_text() == before


def test_a_file_that_cannot_be_written_is_said_and_no_line(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_text()

    def read_only(*_given: object) -> Path:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(booth_files, "written_beside", read_only)
    page = press(house, f"save:officials={OTHERS}")
    assert page.text == Told("The file could not be written: {why}.", {"why": "it can only be read"})
    assert file.read_text() == before and [one.split()[0] for one in acts(house)] == ["opened"]


def test_a_spoilt_file_is_red_and_can_be_typed_anew(house: House, file: Path) -> None:
    file.write_text("spoilt", encoding="utf-8")
    assert press(house, "open:settings").rows[0].light is Light.RED
    page = press(house, "open:officials")
    assert page.above == () and page.rows[-1].light is Light.RED
    press(house, f"save:officials={OTHERS}")
    assert file.read_text() == f"{OTHERS}\n"
    assert acts(house)[1:] == [f"officials.typed votes: - -> {OTHERS}"]


def test_the_health_of_the_booth_has_its_row(house: House) -> None:
    assert [one.name for one in health.examine_stored(house.desk.booth) if one.check is Check.OFFICIALS] == [
        "officials.ok"
    ]
