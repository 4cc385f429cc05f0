"""The visible face of a seal: who sealed and when. It proves nothing; the signature that it belongs to does."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from reportlab.pdfgen.canvas import Canvas

from printing.documents import greek
from printing.documents.seal_place import SEAL_BOX
from printing.documents.sheet import BLUE, BRIGHT, INK, MUTED, column, style, text

_PETALS, _STEPS = 16, 192


def face(name: str, when: datetime) -> Callable[[Canvas], None]:
    """Draws it at the origin, as large as SEAL_BOX; `name` is the seal certificate's common name."""

    def draw(canvas: Canvas) -> None:
        wide, tall = SEAL_BOX.width, SEAL_BOX.height
        canvas.setStrokeColor(BLUE)
        canvas.setLineWidth(0.8)
        canvas.roundRect(0.6, 0.6, wide - 1.2, tall - 1.2, 4, stroke=1, fill=0)
        _rosette(canvas, 27, tall / 2, 19)
        lines = [
            text("Ψηφιακή σφραγίδα", style(8.6, 11, bold=True, colour=BLUE)),
            text(name, style(7.8, 9.6, colour=INK)),
            text(greek.moment(when), style(7.8, 10.6, colour=INK)),
            text("Ισχύει στο ηλεκτρονικό αρχείο.", style(6.6, 8.4, colour=MUTED)),
        ]
        column(canvas, 52, 6, wide - 52 - 6, tall - 12, lines, middle=True)

    return draw


def _rosette(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Two crossed waves round a tick: made of lines, so that a copier blurs it first."""
    canvas.setLineWidth(0.35)
    for turn, colour in ((0.0, BLUE), (math.pi / _PETALS, BRIGHT)):
        canvas.setStrokeColor(colour)
        points = []
        for step in range(_STEPS + 1):
            angle = step * math.tau / _STEPS
            reach = radius - 2.4 + 2.4 * math.cos(_PETALS * (angle + turn))
            points.append(f"{x + reach * math.cos(angle):.1f} {y + reach * math.sin(angle):.1f}")
        canvas.addLiteral(f"{points[0]} m {' l '.join(points[1:])} l S")
    canvas.setStrokeColor(BLUE)
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
