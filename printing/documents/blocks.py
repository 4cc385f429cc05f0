"""What papers are made of, as plain values: paragraphs, facts, tables. How they look stands elsewhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Language = Literal["el", "en"]


@dataclass(frozen=True)
class Said:
    """Words of the paper itself: in Greek, and the same in English for an office abroad ("": in Greek alone)."""

    el: str
    en: str = ""

    def of(self, language: str) -> str:
        """English where it is asked for and there is some."""
        return self.en if language == "en" and self.en else self.el


@dataclass(frozen=True, repr=False)
class Paragraph:
    """Running text, and the same in English below it, if any. Words between ** are bold."""

    words: str
    english: str = ""


@dataclass(frozen=True, repr=False)
class Facts:
    """Labels and values, one under the other. An empty value is «—», as on the law's own forms."""

    rows: tuple[tuple[Said, str], ...]


@dataclass(frozen=True)
class Column:
    """`heading`: one or two things that its cells say, one under the other. `share` of the page's width; the shares of
    a table come to 1."""

    heading: tuple[Said, ...]
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
    closing: Said

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("a table has at least one row")
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has a cell for each column")


Block = Paragraph | Facts | Table
_NAMES: dict[type[Block], str] = {Paragraph: "paragraph", Facts: "facts", Table: "table"}


def plain(block: Block) -> dict[str, Any]:
    """JSON values, with the form under `block`."""
    return {"block": _NAMES[type(block)], **asdict(block)}


def block_of(plain: dict[str, Any]) -> Block:
    """The inverse of `plain`. Raises KeyError, TypeError or ValueError for anything else."""
    values = dict(plain)
    match values.pop("block"):
        case "paragraph":
            return Paragraph(**values)
        case "facts":
            return Facts(tuple((Said(**label), value) for label, value in values.pop("rows")), **values)
        case "table":
            columns = tuple(Column(tuple(Said(**part) for part in one["heading"]), one["share"]) for one in
                            values.pop("columns"))  # fmt: skip
            rows = tuple(Row(tuple(map(tuple, row["cells"])), row["marked"]) for row in values.pop("rows"))
            return Table(columns, rows, Said(**values.pop("closing")), **values)
        case other:
            raise KeyError(other)
