"""How a certificate looks: one calm institutional page, more when its table is long; Greek first, English smaller.

It only sets out what `Certificate` holds; it adds no fact of its own.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Spacer

from printing.documents import crest, greek, seal_mark
from printing.documents.blocks import Said
from printing.documents.certificate import Certificate, Stamp, Stamper
from printing.documents.flow import ROOM, flow, grid
from printing.documents.seal_place import SEAL_BOX
from printing.documents.sheet import (
    BLUE,
    BRIGHT,
    HEIGHT,
    LEFT,
    LINE,
    MUTED,
    RIGHT,
    Look,
    bind,
    both,
    column,
    count,
    qr,
    style,
    text,
)

_TOP = 42.0
_LATER_TOP = 92.0
_FOOT = 48.0  # the hairline above number, code and page
_STAMP = 48.5 * mm
_FINEST = 0.5 * mm  # what a scan of 200 dpi still reads
_CODE, _CODE_BY_STAMP = 76.0, 64.0
_GAP = 14.0

_SMALL = style(8, 10, colour=MUTED)
_SMALL_RIGHT = style(8, 10, colour=MUTED, align="right")
_CHECK = style(8, 10.4)
_CHECK_HEAD = style(8.8, 11, bold=True, colour=BLUE)


class StampTooFine(ValueError):
    """A stamp has more modules than can be read from its place on paper."""


def draw(document: Certificate, *, seal: str = "", stamper: Stamper | None = None) -> bytes:
    """The page(s) as PDF bytes, with the face of the seal of this name behind them for `archive`."""
    look = Look(
        page=partial(_around, document, stamper),
        bottom=_FOOT + 12 + (_STAMP + 8 if stamper else _CODE + 16) + 8,
        top=_TOP,
        later=partial(_continued, document),
        later_top=_LATER_TOP,
        face=seal_mark.face(seal, document.issued_at) if seal else None,
    )
    story = [_heading(document), *_title(document), *flow(document.blocks)]
    ending = [*_terms(document.terms), *_signatory(document.signatory)]
    story += [KeepTogether(ending)] if ending else []
    return bind(story, look, title=document.title.el, sample=document.sample)


def _heading(document: Certificate) -> Flowable:
    """Who issues, under which number and when; below it the double line of the house."""
    office = document.office
    where = " · ".join(filter(None, (office.address, office.telephone and f"τηλ. {office.telephone}")))
    names = [
        text("ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ", style(9, 13, bold=True, colour=BLUE)),
        text(greek.capitals(document.municipality), style(14, 18, bold=True, colour=BLUE, after=2)),
        *(text(words, style(9, 12.4, colour=MUTED)) for words in (office.unit, where, document.booth) if words),
    ]
    numbers: list[Flowable] = []
    for label, value, size in (
        (Said("Αριθμός πρωτοκόλλου", "Protocol No."), document.protocol, 10),
        (Said("Αριθμός πιστοποιητικού", "Certificate No."), document.number, 11.5),
        (Said("Ημερομηνία έκδοσης", "Issued on"), greek.moment(document.issued_at), 10),
    ):
        if value:
            numbers.append(both(label, _SMALL_RIGHT, english=6.8, apart=" · "))
            numbers.append(text(value, style(size, size * 1.3, bold=True, align="right", after=4)))
    drawn = crest.drawing(document.crest, 54.0)
    wide = 66.0 if drawn else 0.0
    return grid(
        [[*([drawn] if drawn else []), names, numbers]],
        [*([wide] if drawn else []), ROOM - wide - 176, 176],
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ("LINEBELOW", (0, 0), (-1, -1), 1.6, BLUE),
    )


def _title(document: Certificate) -> list[Flowable]:
    standing = document.standing
    worth = grid(
        [
            [
                both(standing.heading, style(10, 12, bold=True, colour=BLUE, align="centre"), english=7),
                both(standing.sentence, style(8.8, 11.4), english=7.6),
            ]
        ],
        (112, ROOM - 112),
        ("BOX", (0, 0), (0, 0), 1.0, BLUE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 6),
        ("RIGHTPADDING", (0, 0), (0, 0), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ("LEFTPADDING", (1, 0), (1, 0), 12),
    )
    return [
        HRFlowable(ROOM, 1.0, color=BRIGHT, spaceBefore=2, spaceAfter=0),
        Spacer(1, 20),
        text(greek.capitals(document.title.el), style(17, 22, bold=True, colour=BLUE, align="centre")),
        *([text(document.title.en, style(10, 14, colour=MUTED, align="centre"))] if document.title.en else []),
        Spacer(1, 12),
        worth,
        Spacer(1, 14),
    ]


def _terms(terms: tuple[tuple[Said, str], ...]) -> list[Flowable]:
    """What holds of the paper as a whole, two beside each other."""
    if not terms:
        return []
    cells = [[both(label, _SMALL, english=6.8, apart=" · "), text(value, style(9.6, 12.6))] for label, value in terms]
    cells += [[]] * (len(cells) % 2)
    return [
        Spacer(1, 4),
        grid(
            [cells[place : place + 2] for place in range(0, len(cells), 2)],
            (ROOM / 2, ROOM / 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 12),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ),
    ]


def _signatory(lines: tuple[str, ...]) -> list[Flowable]:
    """In whose authority, where a Greek paper has it: at the right, above the seal."""
    if not lines:
        return []
    words = [text(line, style(10.4, 14, bold=place == 0, align="centre")) for place, line in enumerate(lines)]
    return [Spacer(1, 6), grid([["", words]], (ROOM - SEAL_BOX.width, SEAL_BOX.width))]


def _continued(document: Certificate, canvas: Canvas) -> None:
    top = HEIGHT - 40
    title = f"{document.title.el} · συνέχεια"
    column(canvas, LEFT, top - 38, ROOM - 176, 38, [
        text(greek.capitals(document.municipality), style(9, 12, bold=True, colour=BLUE)),
        text(title, style(9, 12, colour=MUTED)),
    ])  # fmt: skip
    column(canvas, RIGHT - 170, top - 38, 170, 38, [text(document.number, style(9, 12, bold=True, align="right"))])
    _rule(canvas, top - 42)


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, y, RIGHT, y)


def _around(document: Certificate, stamper: Stamper | None, canvas: Canvas, page: int, pages: int) -> None:
    """How a clerk checks the page, room for the seal on the last, and its number at the foot."""
    bottom = _FOOT + 12
    tall = _STAMP if stamper else _CODE + 8
    _rule(canvas, bottom + tall + 8)
    if stamper is None:
        qr(canvas, LEFT, bottom + 4, _CODE, document.verification_url)
        x = LEFT + _CODE + _GAP
        column(canvas, x, bottom, SEAL_BOX.x - _GAP - x, tall, _how_to_check(document))
    else:
        stamps = stamper(document, pages)
        if page <= len(stamps):
            _stamp(canvas, LEFT, bottom, stamps[page - 1])
        x = LEFT + _STAMP + _GAP + 6
        qr(canvas, x, bottom + tall - _CODE_BY_STAMP, _CODE_BY_STAMP, document.verification_url)
        said, above = _how_to_check(document), SEAL_BOX.y + SEAL_BOX.height + 4
        beside = x + _CODE_BY_STAMP + _GAP
        column(canvas, beside, above, RIGHT - beside, bottom + tall - above, said[:3])
        column(canvas, x, bottom, SEAL_BOX.x - _GAP - x, tall - _CODE_BY_STAMP - 8, said[3:])
    if page < pages:
        last = Said("Συνεχίζεται στην επόμενη σελίδα.", "Continued on the next page.")
        column(canvas, SEAL_BOX.x, bottom, SEAL_BOX.width, 40, [both(last, _SMALL_RIGHT, english=6.8)])
    _rule(canvas, _FOOT)
    words = f"Αριθμός {document.number}  ·  Κωδικός επαλήθευσης {document.code}"
    words += "  ·  ΔΕΙΓΜΑ χωρίς ισχύ" if document.sample else ""
    column(canvas, LEFT, _FOOT - 28, ROOM - 90, 26, [text(words, _SMALL)])
    column(canvas, RIGHT - 84, _FOOT - 28, 84, 26, [text(count(page, pages).el, _SMALL_RIGHT)])


def _stamp(canvas: Canvas, x: float, y: float, stamp: Stamp | None) -> None:
    if stamp is None:
        return
    module = qr(canvas, x, y, _STAMP, stamp.letters, error=stamp.error)
    if module < _FINEST:
        raise StampTooFine(f"{module / mm:.2f} mm a module")


def _how_to_check(document: Certificate) -> list[Flowable]:
    site = address(document.verification_url, document.code)
    steps = (
        (Said(f"1. Σαρώστε τον κωδικό QR ή γράψτε στο {site}:", "Scan the QR code, or type this code there"), _CHECK),
        (Said(document.code), style(10.4, 13.4, bold=True, after=1)),
        (Said("2. Συγκρίνετε το χαρτί με όσα δείχνει η οθόνη.", "Compare the paper with the screen"), _CHECK),
        (Said("3. Στο αρχείο PDF δείτε αν ισχύει η σφραγίδα.", "In the PDF file, check the seal"), _CHECK),
    )
    return [
        both(Said("Έλεγχος γνησιότητας", "Is it genuine?"), _CHECK_HEAD, english=6.8, apart="  "),
        *(both(said, how, english=6.6) for said, how in steps),
    ]


def address(url: str, code: str) -> str:
    """The page where a code is typed: its address without the code."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    head, _, tail = path.rpartition("/")
    if _letters_only(tail) == _letters_only(code):
        path = head
    return parts.netloc + path if parts.netloc else url


def _letters_only(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum()).upper()
