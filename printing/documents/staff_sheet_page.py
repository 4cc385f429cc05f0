"""How a sheet for staff looks: the head, the rows with a mark each, lines to sign on, room for the seal."""

from __future__ import annotations

from functools import partial

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Spacer

from printing.documents import greek, seal_mark
from printing.documents.flow import ROOM, grid
from printing.documents.seal_place import SEAL_BOX
from printing.documents.sheet import BLUE, BRIGHT, INK, LEFT, LINE, MUTED, RIGHT, Look, bind, column, count, style, text
from printing.documents.staff_sheet import Mark, SheetRow, StaffSheet

_FOOT = 48.0
_SIGNING = 38.0
_COLOURS = {
    Mark.GOOD: Color(0.04, 0.42, 0.22),
    Mark.CARE: Color(0.62, 0.36, 0.0),
    Mark.FAULT: Color(0.70, 0.08, 0.10),
    Mark.NONE: MUTED,
}
_NAME = style(9.4, 12.6, bold=True)
_WORDS = style(9.4, 12.6)
_SMALL = style(8, 10, colour=MUTED)
_SMALL_RIGHT = style(8, 10, colour=MUTED, align="right")


def draw(document: StaffSheet, *, seal: str = "") -> bytes:
    """The page(s) as PDF bytes, with the face of the seal of this name behind them for `archive`."""
    look = Look(
        page=partial(_around, document),
        bottom=max(SEAL_BOX.y + SEAL_BOX.height, SEAL_BOX.y + len(document.signatures) * _SIGNING) + 16,
        top=42.0,
        face=seal_mark.face(seal, document.made_at) if seal else None,
    )
    story = [*_heading(document), *([_rows(document)] if document.rows else [])]
    return bind(story, look, title=document.title, sample=False, language=document.language)


def _heading(document: StaffSheet) -> list[Flowable]:
    facts = [[text(name, style(9, 12.6, colour=MUTED)), text(value, _NAME)] for name, value in document.facts]
    return [
        grid(
            [
                [
                    text(greek.capitals(document.municipality), style(9, 12, bold=True, colour=BLUE)),
                    text(greek.moment(document.made_at, document.language), style(9.5, 12, bold=True, align="right")),
                ]
            ],
            (ROOM - 160, 160),
        ),
        Spacer(1, 10),
        text(document.title, style(18, 23, bold=True, colour=BLUE)),
        text(document.booth, style(10, 14, colour=MUTED)),
        HRFlowable(ROOM, 1.6, color=BLUE, spaceBefore=5, spaceAfter=0),
        HRFlowable(ROOM, 1.0, color=BRIGHT, spaceBefore=2, spaceAfter=10),
        *([text(document.introduction, style(10, 14))] if document.introduction else []),
        *([Spacer(1, 4), grid(facts, (150, ROOM - 150))] if facts else []),
        Spacer(1, 8),
    ]


def _rows(document: StaffSheet) -> Flowable:
    words = dict(document.marks)
    return grid(
        [_row(row, words.get(row.mark, "")) for row in document.rows],
        (24, 126, ROOM - 150),
        ("TOPPADDING", (0, 0), (-1, -1), 3.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4.6),
        ("RIGHTPADDING", (1, 0), (-1, -1), 8),
        ("LINEABOVE", (0, 0), (-1, 0), 1.0, BLUE),
        ("LINEBELOW", (0, 0), (-1, -2), 0.5, LINE),
        ("LINEBELOW", (0, -1), (-1, -1), 1.0, BLUE),
    )


def _row(row: SheetRow, word: str) -> list[list[Flowable]]:
    name: list[Flowable] = [text(row.name, _NAME)]
    if word and row.mark is not Mark.NONE:
        name.append(text(word, style(8.4, 11, colour=_COLOURS[row.mark])))
    said: list[Flowable] = [text(row.words, _WORDS), *([text(f"**» {row.todo}**", _WORDS)] if row.todo else [])]
    return [[_Shape(row.mark)], name, said]


class _Shape(Flowable):
    """A tick, a triangle, a cross: told apart without colour."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark, self.width, self.height = mark, 22.0, 12.6

    def draw(self) -> None:
        canvas, x, y = self.canv, 11.0, 2.0
        canvas.setStrokeColor(_COLOURS[self.mark])
        canvas.setFillColor(_COLOURS[self.mark])
        canvas.setLineWidth(1.8)
        match self.mark:
            case Mark.GOOD:
                canvas.lines([(x - 4.5, y + 3, x - 1.5, y), (x - 1.5, y, x + 4.5, y + 7)])
            case Mark.CARE:
                path = canvas.beginPath()
                path.moveTo(x, y + 8)
                path.lineTo(x - 5, y - 1)
                path.lineTo(x + 5, y - 1)
                path.close()
                canvas.drawPath(path, stroke=0, fill=1)
            case Mark.FAULT:
                canvas.lines([(x - 4, y - 1, x + 4, y + 7), (x - 4, y + 7, x + 4, y - 1)])
            case Mark.NONE:
                pass


def _around(document: StaffSheet, canvas: Canvas, page: int, pages: int) -> None:
    """On the last page lines to sign on, beside the seal; on each what it is."""
    if page == pages:
        room, y = SEAL_BOX.x - 24 - LEFT, SEAL_BOX.y + len(document.signatures) * _SIGNING
        for label in document.signatures:
            column(canvas, LEFT, y - 4, room, 12, [text(label, style(8.6, 11, colour=MUTED))])
            canvas.setStrokeColor(INK)
            canvas.setLineWidth(0.6)
            canvas.line(LEFT, y - 20, LEFT + room, y - 20)
            y -= _SIGNING
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, _FOOT, RIGHT, _FOOT)
    column(canvas, LEFT, _FOOT - 24, ROOM - 90, 22, [text(f"{document.booth} · {document.title}", _SMALL)])
    column(canvas, RIGHT - 84, _FOOT - 24, 84, 22, [text(count(page, pages).of(document.language), _SMALL_RIGHT)])
