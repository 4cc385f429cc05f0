"""A paper's pages on ReportLab's Platypus: type, styles, frames, how many pages there are, «ΔΕΙΓΜΑ» below the ink.

Nothing here is transparent, because PDF/A-1 forbids it: what lies above is simply drawn later.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import segno
from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepInFrame, PageTemplate, Paragraph
from reportlab.platypus import paragraph as breaking

from printing.documents.blocks import Said
from printing.documents.faces import BOLD, REGULAR, load_type
from printing.documents.seal_place import MARGIN, SEAL_BOX

WIDTH, HEIGHT = A4
LEFT, RIGHT = MARGIN, WIDTH - MARGIN

INK = Color(0.06, 0.13, 0.25)
MUTED = Color(0.26, 0.31, 0.42)
BLUE = Color(0.0, 0.18, 0.40)
BRIGHT = Color(0.16, 0.50, 0.84)
LINE = Color(0.74, 0.79, 0.86)
SAMPLE = Color(0.895, 0.912, 0.936)

# ReportLab breaks a line after the hyphen of Latin and Cyrillic words only; a Greek double surname is to break so too.
breaking._hy_shy_letters_pat = re.compile(r"^[-\w]+$")  # type: ignore[attr-defined]
_ALIGN: dict[str, Literal[0, 1, 2]] = {"left": TA_LEFT, "centre": TA_CENTER, "right": TA_RIGHT}

Drawn = Callable[[Canvas], None]


@functools.cache
def style(
    size: float,
    lead: float = 0,
    *,
    bold: bool = False,
    colour: Color = INK,
    align: str = "left",
    before: float = 0,
    after: float = 0,
) -> ParagraphStyle:
    """Lines break after a space or a hyphen; a word that is longer than a line is broken where it must be."""
    return ParagraphStyle(
        f"{size} {lead} {bold} {colour} {align} {before} {after}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=lead or size * 1.32,
        textColor=colour,
        alignment=_ALIGN[align],
        spaceBefore=before,
        spaceAfter=after,
        splitLongWords=True,
        embeddedHyphenation=2,
    )


def marked(words: str) -> str:
    """`words` as a Platypus paragraph reads them; what stands between ** is bold."""
    parts = escape(words, quote=False).split("**")
    return "".join(f"<b>{part}</b>" if place % 2 else part for place, part in enumerate(parts))


def text(words: str, how: ParagraphStyle) -> Paragraph:
    load_type()
    return Paragraph(marked(words), how)


def both(
    said: Said, how: ParagraphStyle, *, english: float = 7.6, colour: Color = MUTED, apart: str = "<br/>"
) -> Paragraph:
    """Greek, and the English smaller below it (or beside it: `apart`)."""
    if not said.en:
        return text(said.el, how)
    load_type()
    smaller = f'<font name="{REGULAR}" size="{english}" color="{colour.hexval()}">{marked(said.en)}</font>'
    return Paragraph(f"{marked(said.el)}{apart}{smaller}", how)


def count(page: int, pages: int) -> Said:
    return Said(f"Σελίδα {page} από {pages}", f"Page {page} of {pages}")


def qr(canvas: Canvas, x: float, y: float, side: float, letters: str, *, error: str = "m") -> float:
    """A QR code in a square of `side` points, its quiet zone outside the square. Returns the side of a module."""
    matrix = segno.make(letters, error=error, micro=False).matrix
    count = len(matrix)
    runs = []
    for row, bits in enumerate(matrix):
        start = None
        for column, bit in enumerate([*bits, 0]):
            if bit and start is None:
                start = column
            elif not bit and start is not None:
                runs.append(f"{start} {count - row - 1} {column - start} 1 re")
                start = None
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / count, side / count)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(-4, -4, count + 8, count + 8, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.addLiteral(" ".join(runs) + " f")  # in whole modules: a third of what the same costs in points
    canvas.restoreState()
    return side / count


def column(
    canvas: Canvas, x: float, y: float, w: float, h: float, story: Sequence[Flowable], *, middle: bool = False
) -> None:
    """`story` from the top of a box, or in the middle of it; what is too much for it is set smaller, never cut."""
    if middle:
        tall = sum(one.wrap(w, h)[1] for one in story)
        h -= max(0, (h - tall) / 2)
    frame = Frame(x, y, w, h, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    frame.addFromList([KeepInFrame(w, h, list(story), mode="shrink")], canvas)


@dataclass(frozen=True)
class Look:
    """What stands around the running text. `page`: drawn on each, with its number and how many there are. `later`: on
    each but the first. `bottom`, `top`, `later_top`: how much of a page they keep for themselves, in points. `face`:
    the seal's face, kept beside the pages for `archive`."""

    page: Callable[[Canvas, int, int], None]
    bottom: float
    top: float
    later: Drawn | None = None
    later_top: float = 0
    face: Drawn | None = None


class _Pages(Canvas):
    """Keeps each page until all are there, so that every one can say how many they are."""

    def __init__(self, *given: Any, look: Look, sample: str | None, **named: Any) -> None:
        super().__init__(*given, **{**named, "pdfVersion": (1, 4)})
        self.__look, self.__sample, self.__kept = look, sample, []  # type: ignore[var-annotated]

    def begin(self) -> None:
        """The word across the page comes first: it lies below everything."""
        if self.__sample is None:
            return
        self.saveState()
        self.translate(WIDTH / 2, HEIGHT / 2)
        self.rotate(52)
        self.setFillColor(SAMPLE)
        self.setFont(BOLD, 158)
        self.drawCentredString(0, -56, self.__sample)
        self.restoreState()

    def showPage(self) -> None:
        self.__kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # as ReportLab's own «page n of m» does it

    def save(self) -> None:
        kept = self.__kept
        for place, page in enumerate(kept, 1):
            self.__dict__.update(page)
            self.__look.page(self, place, len(kept))
            super().showPage()
        if self.__look.face is not None:
            self.setPageSize((SEAL_BOX.width, SEAL_BOX.height))
            self.__look.face(self)
            super().showPage()
        super().save()


def bind(story: Sequence[Flowable], look: Look, *, title: str, sample: bool, language: str = "el") -> bytes:
    """The story as a PDF of A4 pages, and the seal's face, if any, as one page more of its own size."""
    out = io.BytesIO()

    def template(name: str, top: float, extra: Drawn | None) -> PageTemplate:
        frame = Frame(LEFT, look.bottom, RIGHT - LEFT, HEIGHT - top - look.bottom,
                      leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)  # fmt: skip

        def begin(canvas: Canvas, _document: BaseDocTemplate) -> None:
            assert isinstance(canvas, _Pages)
            canvas.begin()
            if extra is not None:
                extra(canvas)

        return PageTemplate(name, [frame], onPage=begin)

    first = template("first", look.top, None)
    first.autoNextPageTemplate = "later"
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        pageTemplates=[first, template("later", look.later_top or look.top, look.later)],
        title=title,
        lang=language,
        pageCompression=1,
        initialFontName=REGULAR,
    )
    sheet = functools.partial(_Pages, look=look, sample=_SAMPLE[language] if sample else None)
    document.build(list(story), canvasmaker=sheet)
    return out.getvalue()


_SAMPLE = {"el": "ΔΕΙΓΜΑ", "en": "SAMPLE"}
