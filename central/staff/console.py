"""Puts the console together: the door, the desk, the office's pages and each matter's. Never a rule of its own.

Must never name a matter: which there are is told by whoever calls `build`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from central.kernel.centre import Centre
from central.staff import door
from central.staff.desk import Desk
from central.staff.door import clock_in_doubt as clock_in_doubt
from central.staff.door import problem as problem
from central.staff.office import booths, cards, decisions, letters, record, rolls, start
from central.staff.words import Spoken, vocabulary
from central.staff.words.office import OFFICE


class Room(Spoken, Protocol):
    """What the console asks of a matter; without `staff` it has no page here."""

    @property
    def staff(self) -> Callable[[Desk], None] | None: ...


def build(centre: Centre, rooms: Iterable[Room]) -> Desk:
    """The desk with every page; its `router` serves them below /staff, its `rules` say who may use which."""
    rooms = tuple(rooms)
    desk = Desk(centre, tuple(room.matter for room in rooms), vocabulary(OFFICE, rooms))
    door.add(desk)
    # The order is that of the navigation: what needs somebody today, what residents did, then what lasts.
    for office in (start, booths, letters):
        office.add(desk)
    for room in rooms:
        if room.staff is not None:
            room.staff(desk)
    for office in (decisions, cards, rolls, record):
        office.add(desk)
    return desk
