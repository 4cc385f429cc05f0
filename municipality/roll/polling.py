"""Where an elector votes on paper, as the register's file may say it: columns that a file need not have.

A file without them says nothing of it, and what the roll holds of the same person stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from municipality.residents import Polling
from municipality.roll.columns import POLLING, Column
from municipality.roll.facts import Cells
from municipality.roll.faults import Fault

# Without these nobody finds the place; a room is told where it is known, and the number belongs to no place.
NEEDED: Final = (Column.POLL_SECTION, Column.POLL_BUILDING, Column.POLL_STREET)
PLACE: Final = (*NEEDED, Column.POLL_ROOM)
LONGEST_NUMBER: Final = 13
# Who leaves out all of one of these says nothing of it; who names some of a place says that there is no more of it.
UNTOLD_TOGETHER: Final = (frozenset(PLACE), frozenset({Column.VOTER_NUMBER}))


def read_polling(row: Cells) -> dict[str, str]:
    """The place where they vote on paper, by field; all "" where the row says nothing of it. What is wrong with it is
    told to the row."""
    found = {column.value: row.text(column) for column in PLACE}
    number = found[Column.VOTER_NUMBER.value] = row.cell(Column.VOTER_NUMBER).replace(" ", "")
    if number and not is_voter_number(number):
        row.wrong(Column.VOTER_NUMBER, Fault.BAD_VOTER_NUMBER)
    if missing := incomplete(found):
        row.wrong(Column(missing), Fault.PLACE_NOT_WHOLE)
    return found


def incomplete(facts: Mapping[str, str]) -> str:
    """The first of what is missing where something of the place is said and something is not; "" where it is whole, or
    nothing is said."""
    if not any(facts[name] for name in PLACE):
        return ""
    return next((name.value for name in NEEDED if not facts[name]), "")


def is_voter_number(text: str) -> bool:
    """The special electoral number: digits, at most thirteen; leading zeros are part of it."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def polling_of(facts: Mapping[str, str]) -> Polling | None:
    """None where the roll holds nothing of it."""
    if not any(facts[name] for name in POLLING):
        return None
    return Polling(
        section=facts["poll_section"],
        building=facts["poll_building"],
        street=facts["poll_street"],
        room=facts["poll_room"],
        voter_number=facts["voter_number"],
    )


def facts_of(polling: Polling | None) -> dict[str, str]:
    """Reverse of polling_of()."""
    if polling is None:
        return dict.fromkeys((column.value for column in sorted(POLLING)), "")
    return {
        "poll_section": polling.section,
        "poll_building": polling.building,
        "poll_street": polling.street,
        "poll_room": polling.room,
        "voter_number": polling.voter_number,
    }
