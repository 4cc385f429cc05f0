"""How a sheet for staff looks: the head, the rows with a mark each, lines to sign on, room for the seal."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from printing.documents import greek
from printing.documents.seal_place import SEAL_BOX
from printing.documents.sheet import (
    BLUE,
    BOLD,
    BRIGHT,
    HEIGHT,
    INK,
    LEFT,
    LINE,
    MUTED,
    REGULAR,
    RIGHT,
    TINT,
    Colour,
    Page,
    bind,
    broken,
    load_type,
)
from printing.documents.staff_sheet import Mark, SheetRow, StaffSheet

_TOP = HEIGHT - 48.0
_FOOT = 48.0
_NEXT_ROOM = _FOOT + 30.0
_NAME, _WORDS = LEFT + 24.0, LEFT + 150.0
_LEAD, _SIZE = 12.6, 9.4
_SIGNING = 38.0

_GOOD: Colour = (0.04, 0.42, 0.22)
_CARE: Colour = (0.62, 0.36, 0.0)
_FAULT: Colour = (0.70, 0.08, 0.10)
_COLOURS = {Mark.GOOD: _GOOD, Mark.CARE: _CARE, Mark.FAULT: _FAULT, Mark.NONE: MUTED}


def draw(document: StaffSheet) -> bytes:
    """The page(s) as PDF bytes."""
    load_type()
    pages = [Page()]
    y = _heading(pages[0], document)
    for place, row in enumerate(document.rows):
        tall = _height(row)
        last = place == len(document.rows) - 1
        if y - tall < (_last_room(document) if last else _NEXT_ROOM):
            pages.append(Page())
            y = _TOP - 14
        _row(pages[-1], row, y, dict(document.marks).get(row.mark, ""), tinted=place % 2 == 1, tall=tall)
        y -= tall
    pages[-1].rule(y, colour=BLUE, weight=1.0)
    _signatures(pages[-1], document)
    for place, page in enumerate(pages, 1):
        page.rule(_FOOT)
        page.text(LEFT, _FOOT - 12, f"{document.booth} · {document.title}", size=8, colour=MUTED)
        page.text(RIGHT, _FOOT - 12, f"Σελίδα {place} από {len(pages)}", size=8, colour=MUTED, align="right")
    return bind(pages, title=document.title, sample=None)


def _heading(page: Page, document: StaffSheet) -> float:
    y = _TOP
    page.text(LEFT, y - 9, greek.capitals(document.municipality), font=BOLD, size=9, colour=BLUE, spacing=0.8)
    page.text(RIGHT, y - 9, greek.moment(document.made_at), font=BOLD, size=9.5, align="right")
    y -= 34
    for line in broken(document.title, BOLD, 18, RIGHT - LEFT):
        page.text(LEFT, y, line, font=BOLD, size=18, colour=BLUE)
        y -= 22
    page.text(LEFT, y + 4, document.booth, size=10, colour=MUTED)
    y -= 10
    page.rule(y, colour=BLUE, weight=1.6)
    page.rule(y - 2.6, colour=BRIGHT, weight=1.0)
    y -= 22
    for line in broken(document.introduction, REGULAR, 10, RIGHT - LEFT):
        page.text(LEFT, y, line, size=10)
        y -= 14
    for name, value in document.facts:
        page.text(LEFT, y - 4, name, size=9, colour=MUTED)
        for line in broken(value, BOLD, 9.4, RIGHT - _WORDS):
            page.text(_WORDS, y - 4, line, font=BOLD, size=9.4)
            y -= 13.5
    page.rule(y - 6, colour=BLUE, weight=1.0)
    return y - 6


def _lines(row: SheetRow) -> list[tuple[str, str, Colour]]:
    words = [(REGULAR, line, INK) for line in broken(row.words, REGULAR, _SIZE, RIGHT - _WORDS - 6)]
    if row.todo:
        words += [(BOLD, line, INK) for line in broken(f"» {row.todo}", BOLD, _SIZE, RIGHT - _WORDS - 6)]
    return words


def _height(row: SheetRow) -> float:
    names = broken(row.name, BOLD, _SIZE, _WORDS - _NAME - 8)
    return max(len(names) + (1 if row.mark is not Mark.NONE else 0), len(_lines(row))) * _LEAD + 9.0


def _row(page: Page, row: SheetRow, y: float, word: str, *, tinted: bool, tall: float) -> None:
    if tinted:
        page.block(LEFT, y - tall, RIGHT - LEFT, tall, TINT)
    colour = _COLOURS[row.mark]
    _shape(page, row.mark, LEFT + 11, y - 13, colour)
    down = y - 14
    for line in broken(row.name, BOLD, _SIZE, _WORDS - _NAME - 8):
        page.text(_NAME, down, line, font=BOLD, size=_SIZE)
        down -= _LEAD
    if word:
        page.text(_NAME, down, word, size=8.4, colour=colour)
    down = y - 14
    for font, line, ink in _lines(row):
        page.text(_WORDS, down, line, font=font, size=_SIZE, colour=ink)
        down -= _LEAD
    page.rule(y - tall, colour=LINE, weight=0.5)


def _shape(page: Page, mark: Mark, x: float, y: float, colour: Colour) -> None:
    """A tick, a triangle, a cross: told apart without colour."""

    def paint(canvas: Canvas) -> None:
        canvas.setStrokeColorRGB(*colour)
        canvas.setFillColorRGB(*colour)
        canvas.setLineWidth(1.8)
        match mark:
            case Mark.GOOD:
                canvas.line(x - 4.5, y + 3, x - 1.5, y)
                canvas.line(x - 1.5, y, x + 4.5, y + 7)
            case Mark.CARE:
                path = canvas.beginPath()
                path.moveTo(x, y + 8)
                path.lineTo(x - 5, y - 1)
                path.lineTo(x + 5, y - 1)
                path.close()
                canvas.drawPath(path, stroke=0, fill=1)
            case Mark.FAULT:
                canvas.line(x - 4, y - 1, x + 4, y + 7)
                canvas.line(x - 4, y + 7, x + 4, y - 1)
            case Mark.NONE:
                pass

    page.ink.append(paint)


def _last_room(document: StaffSheet) -> float:
    """What the last row leaves free: the lines to sign on stand beside the seal, never alone on a page."""
    tall = len(document.signatures) * _SIGNING + 26
    return max(SEAL_BOX.y + SEAL_BOX.height + 22.0, SEAL_BOX.y + tall)


def _signatures(page: Page, document: StaffSheet) -> None:
    y = SEAL_BOX.y + len(document.signatures) * _SIGNING
    room = SEAL_BOX.x - 24 - LEFT
    for label in document.signatures:
        page.text(LEFT, y, label, size=8.6, colour=MUTED)
        page.rule(y - 20, LEFT, LEFT + room, colour=INK, weight=0.6)
        y -= _SIGNING
