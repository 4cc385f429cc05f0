"""The visible face of a seal: who sealed and when, drawn as a small page of its own.

It proves nothing by itself; the signature that it belongs to does.
"""

from __future__ import annotations

import io
import math
from datetime import datetime

from reportlab.pdfgen.canvas import Canvas

from printing.documents import greek
from printing.documents.seal_place import Box
from printing.documents.sheet import BLUE, BOLD, BRIGHT, INK, MUTED, REGULAR, broken, load_type


def draw(name: str, when: datetime, box: Box) -> bytes:
    """A one-page PDF of the box's size; `name` is the seal certificate's common name."""
    load_type()
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(box.width, box.height),
        pageCompression=1,
        pdfVersion=(1, 4),
        initialFontName=REGULAR,  # type: ignore[arg-type]  # the stubs say float
    )
    canvas.setStrokeColorRGB(*BLUE)
    canvas.setLineWidth(0.8)
    canvas.roundRect(0.6, 0.6, box.width - 1.2, box.height - 1.2, 4, stroke=1, fill=0)
    _rosette(canvas, 27, box.height / 2, 19)
    _words(canvas, name, when, box)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _rosette(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Two crossed waves round a tick: made of lines, so that a copier blurs it first."""
    canvas.setLineWidth(0.35)
    for petals, colour in ((16, BLUE), (16, BRIGHT)):
        canvas.setStrokeColorRGB(*colour)
        turn = math.pi / petals if colour is BRIGHT else 0.0
        path = canvas.beginPath()
        for step in range(321):
            angle = step * math.tau / 320
            reach = radius - 2.4 + 2.4 * math.cos(petals * (angle + turn))
            point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
            path.lineTo(*point) if step else path.moveTo(*point)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.setStrokeColorRGB(*BLUE)
    canvas.setLineWidth(0.8)
    canvas.circle(x, y, radius - 6.4, stroke=1, fill=0)
    canvas.setLineWidth(2.0)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    tick = canvas.beginPath()
    tick.moveTo(x - 5.6, y - 0.2)
    tick.lineTo(x - 1.4, y - 4.4)
    tick.lineTo(x + 5.8, y + 4.2)
    canvas.drawPath(tick, stroke=1, fill=0)


def _words(canvas: Canvas, name: str, when: datetime, box: Box) -> None:
    x, room = 54.0, box.width - 54.0 - 7
    lines = [(BOLD, 8.6, BLUE, "Ψηφιακή σφραγίδα")]
    lines += [(REGULAR, 7.8, INK, line) for line in broken(name, REGULAR, 7.8, room)[:3]]
    lines += [(REGULAR, 7.8, INK, greek.moment(when))]
    lines += [(REGULAR, 6.6, MUTED, line) for line in broken("Ισχύει στο ηλεκτρονικό αρχείο.", REGULAR, 6.6, room)]
    y = box.height / 2 + len(lines) * 10.6 / 2 - 8.2
    for font, size, colour, words in lines:
        canvas.setFillColorRGB(*colour)
        canvas.setFont(font, size)
        canvas.drawString(x, y, words)
        y -= 10.6
