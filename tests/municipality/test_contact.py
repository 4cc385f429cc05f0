"""Where the municipality is found: what may be said of it, and how the settings carry it past booths of before."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from municipality.messages import MessageRefused, Settings, Words
from municipality.town.contact import Contact, Hours, Said

PLACE = Said(el="Οδός Παραδείγματος 1", en="1 Paradeigmatos Street")
MORNING = Hours(first=1, last=5, opens="08:00", closes="14:30")
CONTACT = Contact(telephone="2100000100", address=PLACE, hours=(MORNING,))
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
OLD = Settings(
    municipality="m", name=Words(el="Δήμος", en="Municipality"), demo=True, public_url="http://127.0.0.1:9",
    dossier_days=30, crl_grace_hours=72,
)  # fmt: skip
# As a centre of before has written it.
OLD_TEXT = (
    '{"crl_grace_hours":72,"demo":true,"dossier_days":30,"kind":"settings","municipality":"m",'
    '"name":{"el":"Δήμος","en":"Municipality"},"public_url":"http://127.0.0.1:9","version":1}'
)


@pytest.mark.parametrize("telephone", ["100", "+302100000100", "1" * 15])
def test_a_telephone_is_digits(telephone: str) -> None:
    assert Contact(telephone=telephone, address=PLACE).telephone == telephone


@pytest.mark.parametrize(
    "telephone", ["", "10", "1" * 16, "210 0000100", "210-0000100", "++30210", "τηλέφωνο", "100\n"]
)
def test_what_is_no_telephone_is_refused(telephone: str) -> None:
    with pytest.raises(ValidationError):
        Contact(telephone=telephone, address=PLACE)


@pytest.mark.parametrize(
    ("first", "last", "opens", "closes"),
    [(0, 5, "08:00", "14:00"), (1, 8, "08:00", "14:00"), (5, 1, "08:00", "14:00"), (1, 5, "14:00", "14:00"),
     (1, 5, "14:01", "14:00"), (1, 5, "8:00", "14:00"), (1, 5, "08:00", "24:00"), (1, 5, "08:60", "14:00")],
)  # fmt: skip
def test_hours_go_forward(first: int, last: int, opens: str, closes: str) -> None:
    with pytest.raises(ValidationError):
        Hours(first=first, last=last, opens=opens, closes=closes)


def test_the_shortest_and_the_longest_hours() -> None:
    assert Hours(first=7, last=7, opens="00:00", closes="00:01").first == 7
    assert Hours(first=1, last=7, opens="00:00", closes="23:59").last == 7


def test_two_hours_of_one_day_may_touch_and_not_meet() -> None:
    later = Hours(first=3, last=3, opens="14:30", closes="19:00")
    assert Contact(telephone="100", address=PLACE, hours=(MORNING, later)).hours[1] == later
    with pytest.raises(ValidationError, match="meet"):
        Contact(telephone="100", address=PLACE, hours=(MORNING, later.model_copy(update={"opens": "14:29"})))
    other_day = Hours(first=6, last=6, opens="08:00", closes="12:00")
    assert Contact(telephone="100", address=PLACE, hours=(MORNING, other_day))


def test_lines_fit_on_the_screen_and_hours_are_few() -> None:
    assert Said(el="α" * 120, en="a")
    for el, en in (("α" * 121, "a"), ("", "a"), ("α", "")):
        with pytest.raises(ValidationError):
            Said(el=el, en=en)
    days = tuple(Hours(first=1, last=7, opens=f"{hour:02}:00", closes=f"{hour:02}:30") for hour in range(9))
    assert Contact(telephone="100", address=PLACE, hours=days[:8])
    with pytest.raises(ValidationError):
        Contact(telephone="100", address=PLACE, hours=days)


def test_a_town_that_has_set_nothing_says_what_it_said_before() -> None:
    assert OLD.text() == OLD_TEXT
    assert Settings.read(OLD_TEXT) == OLD


@pytest.mark.parametrize(("contact", "crest"), [(CONTACT, ""), (None, CREST), (CONTACT, CREST)])
def test_the_new_form_comes_back_whole(contact: Contact | None, crest: str) -> None:
    told = OLD.telling(contact, crest)
    assert told.version == 2
    assert Settings.read(told.text()) == told
    assert (told.contact, told.crest, told.name) == (contact, crest, OLD.name)


def test_what_is_taken_back_is_the_old_form_again() -> None:
    assert OLD.telling(CONTACT, CREST).telling(None, "").text() == OLD_TEXT


@pytest.mark.parametrize("change", [{"version": 1}, {"contact": None, "crest": ""}, {"version": 3}])
def test_a_form_that_is_no_version_is_refused(change: dict[str, Any]) -> None:
    plain = {**json.loads(OLD.telling(CONTACT, CREST).text()), **change}
    with pytest.raises(MessageRefused):
        Settings.read(json.dumps(plain))


def test_a_crest_that_is_too_long_for_the_line_is_refused() -> None:
    assert OLD.telling(None, "a" * 65_536).crest
    with pytest.raises(ValidationError):
        OLD.telling(None, "a" * 65_537)
