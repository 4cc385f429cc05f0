"""A certificate: everything that is printed, as plain values, set out in blocks. A kind of certificate is data.

It decides nothing: who may have the paper, its words, its number and its standing come from outside.
Its repr never shows a person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

KIND = "certificate"


class Standing(StrEnum):
    """What the paper is worth, printed on the page."""

    OFFICIAL = "OFFICIAL"
    MUNICIPAL = "MUNICIPAL"
    INFORMATION = "INFORMATION"

    @property
    def heading(self) -> str:
        return _HEADINGS[self]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_HEADINGS = {
    Standing.OFFICIAL: "Επίσημο πιστοποιητικό",
    Standing.MUNICIPAL: "Πιστοποιητικό του Δήμου",
    Standing.INFORMATION: "Ενημερωτικό αντίγραφο",
}
_SENTENCES = {
    Standing.OFFICIAL: "Τα στοιχεία αντλήθηκαν ηλεκτρονικά από το Μητρώο Πολιτών την ώρα της έκδοσης.",
    Standing.MUNICIPAL: "Τα στοιχεία προέρχονται από το αρχείο του Δήμου και φέρουν τη σφραγίδα του.",
    Standing.INFORMATION: "Δείχνει όσα έγραφε ο φάκελος του πολίτη στην ημερομηνία των στοιχείων. "
    "Δεν αντικαθιστά πιστοποιητικό του Μητρώου Πολιτών.",
}


@dataclass(frozen=True, repr=False)
class Paragraph:
    """Running text; words between ** are bold."""

    words: str


@dataclass(frozen=True, repr=False)
class Facts:
    """Labels and values, one under the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """`heading`: one line or two. `share` of the page's width; the shares of a table come to 1."""

    heading: tuple[str, ...]
    share: float


@dataclass(frozen=True, repr=False)
class Row:
    """A cell for each column, of one line or more; a line that begins with ** is bold. `marked`: whom it is about."""

    cells: tuple[tuple[str, ...], ...]
    marked: bool = False


@dataclass(frozen=True, repr=False)
class Table:
    """Rows over as many pages as they need. `closing` shuts the list, so that no row can be added below it.

    Raises ValueError for no rows, or a row that is not as wide as the table.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    closing: str

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("a table has at least one row")
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has a cell for each column")


Block = Paragraph | Facts | Table
_BLOCKS: dict[str, type[Block]] = {"paragraph": Paragraph, "facts": Facts, "table": Table}


@dataclass(frozen=True, repr=False)
class Certificate:
    """One certificate. `title` as in running text; the page sets it in capitals. Raises ValueError for no blocks, or a
    naive `issued_at`."""

    title: str
    municipality: str
    unit: str
    booth: str
    number: str
    code: str
    verification_url: str
    issued_at: datetime
    standing: Standing
    blocks: tuple[Block, ...]
    sample: bool

    def __post_init__(self) -> None:
        if not self.blocks:
            raise ValueError("a certificate says something")
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")

    def __repr__(self) -> str:
        return f"Certificate(number={self.number!r})"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the kind of paper under `kind`."""
        names = {form: name for name, form in _BLOCKS.items()}
        return {
            **asdict(self),
            "kind": KIND,
            "issued_at": self.issued_at.isoformat(),
            "standing": self.standing.value,
            "blocks": [{"block": names[type(block)], **asdict(block)} for block in self.blocks],
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        values = dict(plain)
        if values.pop("kind") != KIND:
            raise ValueError("another kind of paper")
        values["issued_at"] = datetime.fromisoformat(values["issued_at"])
        values["standing"] = Standing(values["standing"])
        values["blocks"] = tuple(_block(dict(block)) for block in values["blocks"])
        return cls(**values)


def _block(plain: dict[str, Any]) -> Block:
    match _BLOCKS[plain.pop("block")]:
        case form if form is Facts:
            return Facts(tuple((label, value) for label, value in plain.pop("rows")), **plain)
        case form if form is Table:
            columns = tuple(Column(tuple(one["heading"]), one["share"]) for one in plain.pop("columns"))
            rows = tuple(Row(tuple(map(tuple, row["cells"])), row["marked"]) for row in plain.pop("rows"))
            return Table(columns, rows, **plain)
        case _:
            return Paragraph(**plain)
