"""How a certificate looks: one calm institutional page, more when its table is long.

It only sets out what `Certificate` holds; it adds no fact of its own.
"""

from __future__ import annotations

from typing import assert_never
from urllib.parse import urlsplit

from printing.documents import greek
from printing.documents.certificate import Certificate, Column, Facts, Paragraph, Row, Table
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
    Page,
    bind,
    broken,
    load_type,
    width,
)

_TOP = HEIGHT - 48.0
_FOOT = 48.0  # the hairline above number, code and page
_QR = 76.0
_LAST_ROOM = SEAL_BOX.y + SEAL_BOX.height + 58.0  # below this the last page keeps the checking block
_NEXT_ROOM = _FOOT + 26.0
_GAP = 8.0
_LEAD = 12.4
_SIZE = 9.4
_LABELS = 150.0
_FACT_LEAD = 14.0
_FACT_SIZE = 10.2


def draw(document: Certificate) -> bytes:
    """The page(s) as PDF bytes."""
    load_type()
    pages = [Page()]
    y = _title(pages[0], document, _heading(pages[0], document))
    for block in document.blocks:
        match block:
            case Paragraph(words):
                y = _paragraph(pages[-1], y, words) - 3
            case Facts():
                y = _facts(pages, document, block, y)
            case Table():
                y = _table(pages, document, block, y - 5)
                _closing(pages[-1], block, y)
                y -= 24  # what the closing line takes
            case _:
                assert_never(block)
    _checking(pages[-1], document)
    for place, page in enumerate(pages):
        _foot(page, document, place + 1, len(pages))
    return bind(pages, title=document.title, sample="ΔΕΙΓΜΑ" if document.sample else None)


def _heading(page: Page, document: Certificate) -> float:
    """Who issues, under which number and when. Returns the height reached."""
    y = _TOP
    page.text(LEFT, y - 9, "ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ", font=BOLD, size=9, colour=BLUE, spacing=1.1)
    room = RIGHT - LEFT - 176
    line_y = y - 28
    for line in broken(greek.capitals(document.municipality), BOLD, 14, room):
        page.text(LEFT, line_y, line, font=BOLD, size=14, colour=BLUE)
        line_y -= 18
    for words in (document.unit, document.booth):
        for line in broken(words, REGULAR, 9, room):
            page.text(LEFT, line_y + 2, line, size=9, colour=MUTED)
            line_y -= 12.5
    page.text(RIGHT, y - 9, "Αριθμός πιστοποιητικού", size=8, colour=MUTED, align="right")
    page.text(RIGHT, y - 25, document.number, font=BOLD, size=12, align="right")
    page.text(RIGHT, y - 43, "Ημερομηνία έκδοσης", size=8, colour=MUTED, align="right")
    page.text(RIGHT, y - 57, greek.moment(document.issued_at), font=BOLD, size=10, align="right")
    y = min(line_y, y - 62) - 4
    page.rule(y, colour=BLUE, weight=1.6)
    page.rule(y - 2.6, colour=BRIGHT, weight=1.0)
    return y - 2.6


def _title(page: Page, document: Certificate, y: float) -> float:
    y -= 44
    title = greek.capitals(document.title)
    size = 17.0
    while width(title, BOLD, size) + len(title) * 0.5 > RIGHT - LEFT:
        size -= 0.5
    page.text((LEFT + RIGHT) / 2, y, title, font=BOLD, size=size, colour=BLUE, align="centre", spacing=0.5)
    return y - 32


def _paragraph(page: Page, y: float, words: str, size: float = 10.2, lead: float = 15.0) -> float:
    """Sets running text; words between ** are bold. Returns the height reached."""
    x, bold = LEFT, False
    for part in words.split("**"):
        font = BOLD if bold else REGULAR
        for word in part.replace(" ", " \u200b").split("\u200b"):
            if x > LEFT and x + width(word.rstrip(), font, size) > RIGHT:
                x, y = LEFT, y - lead
            if word.strip():
                page.text(x, y, word.rstrip() if word.endswith(" ") else word, font=font, size=size)
            x += width(word, font, size)
        bold = not bold
    return y - lead


def _facts(pages: list[Page], document: Certificate, facts: Facts, y: float) -> float:
    """Labels at the left, values beside them, a hairline between. Returns the height reached."""
    y -= 6
    pages[-1].rule(y, colour=BLUE, weight=1.0)
    for label, value in facts.rows:
        lines = broken(value or "—", BOLD, _FACT_SIZE, RIGHT - LEFT - _LABELS - _GAP)
        tall = len(lines) * _FACT_LEAD + 8.6
        if y - tall < _LAST_ROOM:
            pages.append(Page())
            y = _continued(pages[-1], document)
        pages[-1].text(LEFT + 3, y - 15.0, label, size=_SIZE, colour=MUTED)
        for step, line in enumerate(lines):
            pages[-1].text(LEFT + _LABELS, y - 15.0 - step * _FACT_LEAD, line, font=BOLD, size=_FACT_SIZE)
        y -= tall
        pages[-1].rule(y, weight=0.5)
    return y - 20


def _cells(table: Table, row: Row) -> list[list[tuple[str, str]]]:
    """What stands in each column of a row: (font, line) from top to bottom."""
    return [
        [
            (font, line)
            for words in cell
            for font in (BOLD if words.startswith("**") else REGULAR,)
            for line in broken(words.removeprefix("**") or "—", font, _SIZE, _room(column) - _GAP)
        ]
        for cell, column in zip(row.cells, table.columns, strict=True)
    ]


def _room(column: Column) -> float:
    return column.share * (RIGHT - LEFT)


def _table(pages: list[Page], document: Certificate, table: Table, y: float) -> float:
    """The rows, over as many pages as they need. Returns the height reached on the last page."""
    y = _table_head(pages[-1], table, y)
    for place, row in enumerate(table.rows):
        cells = _cells(table, row)
        tall = max(len(column) for column in cells) * _LEAD + 8.6
        last = place == len(table.rows) - 1
        # The last row takes the closing lines and the checking block along: a lone block proves nothing.
        if y - tall < (_LAST_ROOM if last else _NEXT_ROOM):
            pages[-1].text(LEFT, y - 14, "Ο πίνακας συνεχίζεται στην επόμενη σελίδα.", size=8.6, colour=MUTED)
            pages.append(Page())
            y = _table_head(pages[-1], table, _continued(pages[-1], document))
        _row(pages[-1], table, cells, y, tall, tinted=row.marked)
        y -= tall
    return y


def _continued(page: Page, document: Certificate) -> float:
    y = _TOP - 9
    page.text(LEFT, y, greek.capitals(document.municipality), font=BOLD, size=9, colour=BLUE)
    page.text(RIGHT, y, document.number, font=BOLD, size=9, align="right")
    page.text(LEFT, y - 14, f"{document.title} · συνέχεια", size=9, colour=MUTED)
    page.rule(y - 24, colour=BLUE, weight=1.2)
    return y - 34


def _table_head(page: Page, table: Table, y: float) -> float:
    x = LEFT
    page.rule(y, colour=BLUE, weight=1.0)
    for column in table.columns:
        for step, words in enumerate(column.heading):
            page.text(x + 3, y - 11.5 - step * 10.5, words, font=BOLD, size=8, colour=BLUE)
        x += _room(column)
    page.rule(y - 28, colour=BLUE, weight=0.6)
    return y - 28


def _row(page: Page, table: Table, cells: list[list[tuple[str, str]]], y: float, tall: float, *, tinted: bool) -> None:
    if tinted:
        page.block(LEFT, y - tall, RIGHT - LEFT, tall, TINT)
    x = LEFT
    for lines, column in zip(cells, table.columns, strict=True):
        for step, (font, line) in enumerate(lines):
            page.text(x + 3, y - 13.2 - step * _LEAD, line, font=font, size=_SIZE)
        x += _room(column)
    page.rule(y - tall, colour=LINE, weight=0.5)


def _closing(page: Page, table: Table, y: float) -> None:
    """Shuts the list, so that no row can be added below it."""
    page.rule(y, colour=BLUE, weight=1.0)
    page.text(LEFT, y - 14, table.closing, size=8.6, colour=MUTED)


def _checking(page: Page, document: Certificate) -> None:
    """What the paper is worth, how a clerk checks it, and room for the seal."""
    top = SEAL_BOX.y + SEAL_BOX.height
    y = top + 30.0
    heading = document.standing.heading
    page.text(LEFT, y, heading, font=BOLD, size=8.8, colour=BLUE)
    x = LEFT + width(heading + "  ", BOLD, 8.8)
    for line in broken(document.standing.sentence, REGULAR, 8.8, RIGHT - x):
        page.text(x, y, line, size=8.8)
        y -= 11.6
    page.rule(top + 11)
    page.qr(LEFT, top - _QR, _QR, document.verification_url)
    _how_to_check(page, document, LEFT + _QR + 14, top - 8, SEAL_BOX.x - 14 - (LEFT + _QR + 14))


def _how_to_check(page: Page, document: Certificate, x: float, y: float, room: float) -> None:
    page.text(x, y, "Έλεγχος γνησιότητας", font=BOLD, size=8.8, colour=BLUE)
    y -= 12.5
    steps = (
        f"1. Σαρώστε τον κωδικό QR ή ανοίξτε το {_address(document.verification_url, document.code)} και γράψτε:",
        f"**{document.code}",
        "2. Συγκρίνετε το χαρτί με όσα δείχνει η οθόνη.",
        "3. Στο αρχείο PDF δείτε αν ισχύει η σφραγίδα.",
    )
    for words in steps:
        font, size = (BOLD, 9.6) if words.startswith("**") else (REGULAR, 7.9)
        for line in broken(words.removeprefix("**"), font, size, room):
            page.text(x, y, line, font=font, size=size, colour=INK)
            y -= 10.6
        y -= 1.0


def _address(url: str, code: str) -> str:
    """The address as a person types it: without scheme, query, and the code that follows."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    head, _, tail = path.rpartition("/")
    if _letters_only(tail) == _letters_only(code):
        path = head
    return parts.netloc + path if parts.netloc else url


def _letters_only(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum()).upper()


def _foot(page: Page, document: Certificate, place: int, count: int) -> None:
    page.rule(_FOOT)
    y = _FOOT - 12
    words = f"Αριθμός {document.number}  ·  Κωδικός {document.code}"
    if document.sample:
        words += "  ·  ΔΕΙΓΜΑ χωρίς ισχύ"
    page.text(LEFT, y, words, size=8, colour=MUTED)
    page.text(RIGHT, y, f"Σελίδα {place} από {count}", size=8, colour=MUTED, align="right")
