"""Where an elector votes on paper, as the register's file may say it: columns that a file need not have.

A file without them says nothing of it, and what the roll holds of the same person stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from municipality.residents import Polling

# By the field of a Record; the Greek headings of a file beside them.
HEADINGS: Final[Mapping[str, str]] = {
    "poll_section": "εκλογικό τμήμα",
    "poll_building": "κατάστημα ψηφοφορίας",
    "poll_street": "διεύθυνση καταστήματος",
    "poll_room": "αίθουσα",
    "voter_number": "ειδικός εκλογικός αριθμός",
}
# Without these nobody finds the place; a room is told where it is known, and the number belongs to no place.
NEEDED: Final = ("poll_section", "poll_building", "poll_street")
PLACE: Final = (*NEEDED, "poll_room")
LONGEST_NUMBER: Final = 13


def incomplete(facts: Mapping[str, str]) -> str:
    """The first of what is missing where something of the place is said and something is not; "" where it is whole, or
    nothing is said."""
    if not any(facts[name] for name in PLACE):
        return ""
    return next((name for name in NEEDED if not facts[name]), "")


def is_voter_number(text: str) -> bool:
    """The special electoral number: digits, at most thirteen; leading zeros are part of it."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def polling_of(facts: Mapping[str, str]) -> Polling | None:
    """None where the roll holds nothing of it."""
    if not any(facts[name] for name in HEADINGS):
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
        return dict.fromkeys(HEADINGS, "")
    return {
        "poll_section": polling.section,
        "poll_building": polling.building,
        "poll_street": polling.street,
        "poll_room": polling.room,
        "voter_number": polling.voter_number,
    }
