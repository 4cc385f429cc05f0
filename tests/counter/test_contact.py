"""Where the municipality is found, in words of each language: nothing invented, nothing left out."""

import pytest

from assets.texts import LANGUAGES
from kiosk.counter.presenting.contact import UNBROKEN, contact_lines, grouped
from kiosk.devices.aloud import aloud
from kiosk.ui.gallery.samples import CONTACT
from kiosk.ui.speech.spoken import readable
from municipality.town.contact import Contact, Hours, Said


def texts(contact: Contact, language: str) -> list[str]:
    return [line["text"].replace(UNBROKEN, " ") for line in contact_lines(contact, language)]


def test_every_line_in_greek_and_english() -> None:
    assert texts(CONTACT, "el") == [
        "Τηλέφωνο: 210 000 0100",
        "Οδός Παραδείγματος 1, ισόγειο",
        "Δευτέρα έως Παρασκευή, 08:00 έως 14:30",
        "Τετάρτη, 16:00 έως 19:00",
        "Κλειστά στις αργίες",
    ]
    assert texts(CONTACT, "en") == [
        "Telephone: 210 000 0100",
        "1 Paradeigmatos Street, ground floor",
        "Monday to Friday, 08:00 to 14:30",
        "Wednesday, 16:00 to 19:00",
        "Closed on public holidays",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_was_set_is_said(language: str) -> None:
    assert contact_lines(None, language) == []
    least = Contact(telephone="15000", address=Said(el="Πλατεία", en="Square"))
    lines = contact_lines(least, language)
    assert [line["icon"] for line in lines] == ["phone", "map-pin"]
    assert lines[0]["text"].endswith("15000")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_has_a_name_and_hours_stay_together(language: str) -> None:
    named = set()
    for day in range(1, 8):
        hours = Hours(first=day, last=day, opens="08:00", closes="14:30")
        line = contact_lines(CONTACT.model_copy(update={"hours": (hours,)}), language)[2]["text"]
        name, _, span = line.partition(", ")
        assert name and " " not in span and span.startswith("08:00") and span.endswith("14:30")
        named.add(name)
    assert len(named) == 7


@pytest.mark.parametrize(
    ("telephone", "said"),
    [
        ("2100000100", "210 000 0100"),
        ("+302100000100", "+30 210 000 0100"),
        ("15000", "15000"),
        ("+442071234567", "+442071234567"),
        ("210000010", "210000010"),
    ],
)
def test_a_number_is_grouped_as_one_says_it(telephone: str, said: str) -> None:
    assert grouped(telephone) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_ear_the_number_comes_digit_by_digit_in_its_groups(language: str) -> None:
    telephone, _place, hours, *_more = (aloud(readable(text, language), language) for text in texts(CONTACT, language))
    assert telephone.endswith("2 1 0, 0 0 0, 0 1 0 0.")
    assert ":" not in hours and "8" in hours and "14" in hours
    country = aloud(grouped("+302100000100"), language)
    assert country == "3 0, 2 1 0, 0 0 0, 0 1 0 0"
