"""What the roll's rows say, as the register's records, and back to text. Never a value of them in an error."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from central.store import roll as rows
from municipality.residents import Capacity, FamilyShare, Person
from municipality.roll import Record, record_of


@dataclass(frozen=True)
class Previewed:
    """An import that waits for a second officer. `counts`: by kind of change, and of a file's also `unchanged`."""

    upload: str
    file_digest: str
    counts: dict[str, int]


def records_of(listed: Iterable[rows.Listed]) -> dict[str, Record]:
    """By resident. Raises RuntimeError that names a resident's number where rows cannot be read; what the library
    would say of it holds their data."""
    return {one.resident.resident: as_record(one) for one in listed}


def as_record(one: rows.Listed) -> Record:
    resident = one.resident
    try:
        share = FamilyShare.model_validate_json(one.share)
        person = Person.model_validate_json(resident.person)
        found = record_of(resident.resident, share, person, map(Capacity, json.loads(resident.capacities)))
    except ValueError:
        found = None
    if found is None:
        raise RuntimeError(f"the roll's rows of resident {resident.resident} cannot be read")
    return found


def record_text(one: Record | None) -> str | None:
    return None if one is None else json.dumps(one.values(), ensure_ascii=False, sort_keys=True)


def read_record(text: str | None) -> Record | None:
    return None if text is None else Record.of(json.loads(text))
