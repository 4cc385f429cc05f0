"""What the roll's rows say, as the register's records, and back to text. Never a value of them in an error."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from central.kernel.centre import Centre
from central.store.office import roll as rows
from municipality.residents import Capacity, FamilyShare, Person
from municipality.roll.record import Record, record_of
from municipality.roll.rows import Fault, RowFault
from municipality.roll.weight import Limit, Limits, heavy


class Told(Counter[str]):
    """What is told of a file beside its changes: by municipality's Weight how heavily it weighs; `roll`, how many
    persons were on the roll; `set_aside`, rows at fault; `held`, persons who are missing from a whole file and do not
    leave, because a row hides whom it names; `latin`, rows that somebody said to be Latin."""

    @classmethod
    def of(cls, one: rows.Import) -> Told:
        return cls(json.loads(one.told))

    def text(self) -> str:
        return json.dumps({"roll": self["roll"], **+self})

    def heavy(self, limits: Limits) -> dict[str, int]:
        """What is above the limits, the gravest first: the count of that one is typed by both persons."""
        return heavy(self, self["roll"], limits)


def limits_of(centre: Centre) -> Limits:
    set_to = centre.settings.roll
    return Limits(Limit(set_to.taken, set_to.taken_percent), Limit(set_to.changed, set_to.changed_percent))


def faults_of(one: rows.Import) -> list[RowFault]:
    """Of the rows that were set aside."""
    return [RowFault(row, column, Fault(fault), detail) for row, column, fault, detail in json.loads(one.faults)]


@dataclass(frozen=True)
class Previewed:
    """An import that waits for a second officer. `counts`: by kind of change, and of a file's also `unchanged`. `told`:
    see Told. `heavy`: what is above the limits, by Weight. `faults`: of the rows that were set aside."""

    upload: str
    file_digest: str
    counts: dict[str, int]
    told: dict[str, int] = field(default_factory=dict)
    heavy: dict[str, int] = field(default_factory=dict)
    faults: tuple[RowFault, ...] = ()


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
