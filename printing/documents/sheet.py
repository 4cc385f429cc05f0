"""Paper: A4 pages in three layers (tints, «ΔΕΙΓΜΑ», ink), type, broken lines, a QR code.

Nothing here is transparent, because PDF/A-1 forbids it: what lies above is simply drawn later.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import segno
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from assets import fonts
from printing.documents.seal_place import MARGIN

WIDTH, HEIGHT = A4
LEFT, RIGHT = MARGIN, WIDTH - MARGIN

Colour = tuple[float, float, float]
INK: Colour = (0.06, 0.13, 0.25)
MUTED: Colour = (0.26, 0.31, 0.42)
BLUE: Colour = (0.0, 0.18, 0.40)
BRIGHT: Colour = (0.16, 0.50, 0.84)
LINE: Colour = (0.74, 0.79, 0.86)
TINT: Colour = (0.945, 0.957, 0.975)
SAMPLE: Colour = (0.895, 0.912, 0.936)

REGULAR, BOLD = "Paper", "Paper-Bold"

Draw = Callable[[Canvas], None]


@functools.cache
def load_type() -> None:
    """Reads the two faces once for the process (the slow part of a first page)."""
    pdfmetrics.registerFont(TTFont(REGULAR, str(fonts.noto_sans("Regular"))))
    pdfmetrics.registerFont(TTFont(BOLD, str(fonts.noto_sans("Bold"))))


def width(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


class NoSuchLetter(ValueError):
    """The paper's type lacks a letter; a box in its place would be a lie. The text does not repeat it."""


def _has_letters(text: str, font: str) -> None:
    face = pdfmetrics.getFont(font)
    assert isinstance(face, TTFont)
    known = face.face.charToGlyph
    if any(ord(letter) not in known for letter in text):
        raise NoSuchLetter("a letter that the paper's type does not have")


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space, and after the hyphen of a double surname."""
    return text.replace("-", "-\u200b").replace(" ", " \u200b").split("\u200b")


def broken(text: str, font: str, size: float, room: float) -> list[str]:
    """Lines that fit in `room` points; a word that is longer than that is cut where it must be."""
    lines, line = [], ""
    for piece in _pieces(" ".join(unicodedata.normalize("NFC", text).split())):
        if width((line + piece).rstrip(), font, size) <= room:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece
        while width(line.rstrip(), font, size) > room:
            cut = next(n for n in range(len(line), 0, -1) if n == 1 or width(line[:n], font, size) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


@dataclass
class Page:
    """One page. `tint` lies below the word «ΔΕΙΓΜΑ», `ink` above it."""

    tint: list[Draw] = field(default_factory=list)
    ink: list[Draw] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        font: str = REGULAR,
        size: float = 9.5,
        colour: Colour = INK,
        align: str = "left",
        spacing: float = 0.0,
    ) -> None:
        words = unicodedata.normalize("NFC", words)
        _has_letters(words, font)
        span = width(words, font, size) + spacing * len(words)
        start = x - {"left": 0.0, "right": span, "centre": span / 2}[align]

        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(*colour)
            line = canvas.beginText(start, y)
            line.setFont(font, size)
            line.setCharSpace(spacing)
            line.textOut(words)
            canvas.drawText(line)

        self.ink.append(draw)

    def rule(
        self, y: float, x1: float = LEFT, x2: float = RIGHT, *, colour: Colour = LINE, weight: float = 0.6
    ) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColorRGB(*colour)
            canvas.setLineWidth(weight)
            canvas.line(x1, y, x2, y)

        self.ink.append(draw)

    def block(
        self, x: float, y: float, w: float, h: float, colour: Colour, *, under: bool = True, round_: float = 0
    ) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(*colour)
            if round_:
                canvas.roundRect(x, y, w, h, round_, stroke=0, fill=1)
            else:
                canvas.rect(x, y, w, h, stroke=0, fill=1)

        (self.tint if under else self.ink).append(draw)

    def qr(self, x: float, y: float, side: float, content: str) -> None:
        """A QR code of level M in a square of `side` points, its quiet zone outside the square."""
        matrix = segno.make(content, error="m", micro=False).matrix
        cell = side / len(matrix)

        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(1, 1, 1)
            canvas.rect(x - 3 * cell, y - 3 * cell, side + 6 * cell, side + 6 * cell, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
            path = canvas.beginPath()
            for row, bits in enumerate(matrix):
                start = None
                for column, bit in enumerate([*bits, 0]):
                    if bit and start is None:
                        start = column
                    elif not bit and start is not None:
                        top = y + side - (row + 1) * cell
                        path.rect(x + start * cell, top, (column - start) * cell, cell)
                        start = None
            canvas.drawPath(path, stroke=0, fill=1)

        self.ink.append(draw)


def _across(canvas: Canvas, word: str) -> None:
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(52)
    canvas.setFillColorRGB(*SAMPLE)
    canvas.setFont(BOLD, 158)
    canvas.drawCentredString(0, -56, word)
    canvas.restoreState()


def bind(pages: list[Page], *, title: str, sample: str | None) -> bytes:
    """The pages as a PDF; `sample` is the word that goes across every page, if any."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang="el", pdfVersion=(1, 4), initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(title)
    for page in pages:
        for draw in page.tint:
            draw(canvas)
        if sample is not None:
            _across(canvas, sample)
        for draw in page.ink:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
