"""Blocks as Platypus flowables: what a paper says, in the one look of all papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from reportlab.platypus import Flowable, Spacer, TableStyle
from reportlab.platypus import Table as Platypus

from printing.documents.blocks import Block, Column, Facts, Paragraph, Row, Said, Table
from printing.documents.faces import REGULAR
from printing.documents.sheet import BLUE, LEFT, LINE, MUTED, RIGHT, both, style, text

ROOM = RIGHT - LEFT
_ALMOST_A_PAGE = 400.0  # points
_BODY = style(11, 16, after=3)
_ENGLISH = style(8.4, 11.4, colour=MUTED, after=5)
_LABEL = style(9.6, 14.4, colour=MUTED)
_VALUE = style(11, 14.4, bold=True)
_HEAD = style(8.2, 9.6, bold=True, colour=BLUE)
_CELL = style(9.6, 12.4)
_CLOSING = style(8.6, 11.2, colour=MUTED)


def flow(blocks: Iterable[Block]) -> list[Flowable]:
    """What a paper says, from top to bottom."""
    story: list[Flowable] = []
    for block in blocks:
        match block:
            case Paragraph(words, english):
                story.append(text(words, _BODY))
                if english:
                    story.append(text(english, _ENGLISH))
            case Facts(rows):
                story += [Spacer(1, 5), facts(rows), Spacer(1, 10)]
            case Table():
                story += [Spacer(1, 5), _table(block), Spacer(1, 10)]
            case _:
                assert_never(block)
    return story


class Grid(Platypus):
    """Rows go over to the next page whole; one is torn only where most of a page is not enough for it."""

    def split(self, availWidth: float, availHeight: float) -> Any:
        self.splitInRow = int(availHeight >= _ALMOST_A_PAGE)
        return super().split(availWidth, availHeight)


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], *commands: tuple[Any, ...], **more: Any) -> Grid:
    """A Platypus table at the left edge, without padding but what `commands` give it."""
    tight = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    plain = ("FONT", (0, 0), (-1, -1), REGULAR, 10)  # else Platypus names a face that is not embedded
    look = TableStyle([*tight, plain, ("VALIGN", (0, 0), (-1, -1), "TOP"), *commands])
    return Grid(list(map(list, rows)), colWidths=list(widths), style=look, hAlign="LEFT", **more)


def facts(rows: Sequence[tuple[Said, str]], labels: float = 204.0) -> Grid:
    """Labels at the left, values beside them, a hairline between."""
    return grid(
        [[both(label, _LABEL, apart=" · "), text(value or "—", _VALUE)] for label, value in rows],
        (labels, ROOM - labels),
        ("TOPPADDING", (0, 0), (-1, -1), 3.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.8),
        ("LEFTPADDING", (0, 0), (0, -1), 3),
        ("LEFTPADDING", (1, 0), (1, -1), 8),
        ("LINEABOVE", (0, 0), (-1, 0), 1.0, BLUE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
    )


def _table(table: Table) -> Grid:
    """Its heading comes again on every page; the last row keeps the closing line with it."""
    rows = [[_heading(column) for column in table.columns], *(_row(row) for row in table.rows)]
    marks = [("LINEBEFORE", (0, place), (0, place), 2.4, BLUE) for place, row in enumerate(table.rows, 1) if row.marked]
    return grid(
        [*rows, [both(table.closing, _CLOSING, apart="  ·  "), *[""] * (len(table.columns) - 1)]],
        [column.share * ROOM for column in table.columns],
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4.4),
        ("LINEABOVE", (0, 0), (-1, 0), 1.0, BLUE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, BLUE),
        ("LINEBELOW", (0, 1), (-1, -3), 0.5, LINE),
        ("LINEABOVE", (0, -1), (-1, -1), 1.0, BLUE),
        ("SPAN", (0, -1), (-1, -1)),
        ("NOSPLIT", (0, -2), (-1, -1)),
        *marks,
        repeatRows=1,
    )


def _heading(column: Column) -> list[Flowable]:
    return [both(part, _HEAD, english=6.8, apart=" ") for part in column.heading]


def _row(row: Row) -> list[list[Flowable]]:
    return [[text(_bold(line), _CELL) for line in cell] for cell in row.cells]


def _bold(line: str) -> str:
    """The whole line, where it begins with **."""
    return f"{line}**" if line.startswith("**") else line or "—"
