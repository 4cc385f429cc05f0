"""Where the municipality is found, in words: one line for one thing, to be read or heard. Pure, no Qt.

Never: a number or an hour that did not come signed from the town hall.
"""

from collections.abc import Sequence

from babel.dates import get_day_names

from assets.texts import catalogue
from kiosk.counter.words import Gettext
from municipality.contact import Contact, Hours
from municipality.greek import locale_of

Line = dict[str, str]


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
    """«+30 210 123 4567»: the country, then what belongs together, as one says it."""
    digits = telephone.removeprefix("+30")
    country = "+30 " if digits != telephone else ""
    if digits.startswith("+") or len(digits) < 6:
        return telephone
    ends = len(digits) - 4
    heads = [digits[at : min(at + 3, ends)] for at in range(0, ends, 3)]
    return country + " ".join((*heads, digits[ends:]))


def _open_at(hours: Hours, language: str, _: Gettext) -> str:
    names = get_day_names("wide", "stand-alone", locale_of(language))
    first, last = (names[day - 1] for day in (hours.first, hours.last))
    if first == last:
        return _("{day}, {opens} to {closes}").format(day=first, opens=hours.opens, closes=hours.closes)
    return _("{first} to {last}, {opens} to {closes}").format(
        first=first, last=last, opens=hours.opens, closes=hours.closes
    )
