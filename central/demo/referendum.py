"""The demo's binding referendum, on paper, and where its electors vote: a school for each municipal unit, invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from central.demo.names import UNITS
from central.demo.population import Citizen
from central.kernel.centre import Centre
from central.matters.votes.drafts.referendum_book import tell
from central.matters.votes.drafts.referendum_typed import AT_FIRST, message_of
from central.matters.votes.store import referendums as rows
from municipality.greek import ATHENS
from municipality.residents import Capacity, Polling

NAME = "demo-park"
_SECTION_VOTERS = 40  # a demo's sections are small
_SCHOOLS = (("1ο Δημοτικό Σχολείο", "Οδός Παραδείγματος 10"), ("2ο Δημοτικό Σχολείο", "Οδός Παραδείγματος 20"))


def with_places(citizens: list[Citizen]) -> list[Citizen]:
    """The same, each elector with a polling place; every tenth of them has none yet, as rolls are."""
    voters = 0
    placed: list[Citizen] = []
    for citizen in citizens:
        if Capacity.ELECTOR in citizen.capacities:
            voters += 1
            if voters % 10:
                citizen = replace(
                    citizen, person=citizen.person.model_copy(update={"polling": _place(citizen, voters)})
                )
        placed.append(citizen)
    return placed


def _place(citizen: Citizen, voter: int) -> Polling:
    building, street = _SCHOOLS[UNITS.index(citizen.family.unit)]
    section = 1 + voter // _SECTION_VOTERS
    # No special electoral number begins with so many zeros.
    return Polling(
        section=str(section), building=building, street=street, room=f"Α{1 + section % 3}",
        voter_number=f"{voter:013d}",
    )  # fmt: skip


def open_referendum(centre: Centre, now: datetime) -> None:
    """As two officers would have told of it some days ago."""
    day = now.astimezone(ATHENS).date() + timedelta(days=21)
    sunday = day + timedelta(days=6 - day.weekday())
    fields = {
        **AT_FIRST,
        "title_el": "Το πάρκο στο παλιό εργοστάσιο",
        "title_en": "The park at the old factory",
        "questions_el": "Συμφωνείτε να γίνει πάρκο όλος ο χώρος του παλιού εργοστασίου;\nΝαι\nΌχι",
        "questions_en": "Do you agree that the whole site of the old factory becomes a park?\nYes\nNo",
        "day": sunday.isoformat(),
        "ada": "ΨΛ4ΠΩ6Μ-7ΤΡ",
    }
    with centre.store.writing() as tx:
        rows.add(tx, rows.Kept(NAME, "draft", json.dumps(fields, ensure_ascii=False), "seed", now))
        tell(centre, tx, NAME, message_of(fields, NAME, now), now)
