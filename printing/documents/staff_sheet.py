"""A sheet for those who look after the booth: rows that were looked at, and places to sign. Never a resident's data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from printing.documents.blocks import Language

KIND = "staff_sheet"


class Mark(StrEnum):
    """What stands before a row, as a word and a shape: never a colour alone."""

    GOOD = "good"
    CARE = "care"
    FAULT = "fault"
    NONE = "none"


@dataclass(frozen=True)
class SheetRow:
    """`words`: what was seen; `todo`: what is to be done, or ""."""

    mark: Mark
    name: str
    words: str
    todo: str = ""


@dataclass(frozen=True)
class StaffSheet:
    """One sheet, longer when it has many rows. `facts`: pairs for the head. `signatures`: who signs at the foot.

    Raises ValueError for a naive `made_at`.
    """

    municipality: str
    booth: str
    title: str
    made_at: datetime
    introduction: str
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[SheetRow, ...] = ()
    signatures: tuple[str, ...] = ()
    marks: tuple[tuple[Mark, str], ...] = ()
    language: Language = "el"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at needs a time zone")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the kind of paper under `kind`."""
        return {**asdict(self), "kind": KIND, "made_at": self.made_at.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        values = dict(plain)
        if values.pop("kind") != KIND:
            raise ValueError("another kind of paper")
        values["made_at"] = datetime.fromisoformat(values["made_at"])
        values["facts"] = tuple((str(name), str(value)) for name, value in values["facts"])
        values["marks"] = tuple((Mark(mark), str(word)) for mark, word in values["marks"])
        values["rows"] = tuple(SheetRow(**{**row, "mark": Mark(row["mark"])}) for row in values["rows"])
        values["signatures"] = tuple(values["signatures"])
        return cls(**values)
