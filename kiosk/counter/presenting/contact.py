"""Where the municipality is found, in words: one line for one thing, to be read or heard. Pure, no Qt.

Never: a number or an hour that did not come signed from the town hall.
"""

import re
from collections.abc import Sequence

from babel.dates import get_day_names

from assets.texts import catalogue
from kiosk.counter.presenting.words import Gettext
from municipality.greek import locale_of
from municipality.town.contact import Contact, Hours

Line = dict[str, str]
_GREEK = re.compile(r"(\+30)?(\d{3})(\d{3})(\d{4})")
UNBROKEN = "\u00a0"  # a space at which no line ends


def contact_lines(contact: Contact | None, language: str) -> Sequence[Line]:
    """{"icon", "text"} of each line, the telephone first; nothing where the town hall has said nothing."""
    if contact is None:
        return []
    _ = catalogue(language).gettext
    lines = [
        ("phone", _("Telephone: {number}").format(number=grouped(contact.telephone))),
        ("map-pin", contact.address.in_language(language)),
        *(("clock", _open_at(hours, language, _)) for hours in contact.hours),
    ]
    if contact.holidays:
        lines.append(("calendar", contact.holidays.in_language(language)))
    return [{"icon": icon, "text": text} for icon, text in lines]


def grouped(telephone: str) -> str:
    """«+30 210 123 4567», as one says it; a number of another form as it stands."""
    found = _GREEK.fullmatch(telephone)
    return " ".join(part for part in found.groups() if part) if found else telephone


def _open_at(hours: Hours, language: str, _: Gettext) -> str:
    names = get_day_names("wide", "stand-alone", locale_of(language))
    first, last = (names[day - 1] for day in (hours.first, hours.last))
    span = _("{first} to {last}")
    days = first if first == last else span.format(first=first, last=last)
    # The two hours stay on one line.
    return f"{days}, {span.format(first=hours.opens, last=hours.closes).replace(' ', UNBROKEN)}"
