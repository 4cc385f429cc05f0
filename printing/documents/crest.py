"""The municipality's crest as lines and surfaces of the page, by svglib. Never transparent: PDF/A-1 forbids it.

It is an ornament: one that cannot be drawn leaves its place empty, and the paper is as valid.
"""

from __future__ import annotations

import functools
import io
from typing import Any

from reportlab.graphics.shapes import STATE_DEFAULTS, Drawing
from reportlab.lib.colors import Color

from printing.documents.faces import REGULAR

STATE_DEFAULTS["fontName"] = REGULAR  # a drawing names a face before it draws, and a paper embeds all that are named
WIDEST = 84.0  # points


@functools.lru_cache(maxsize=2)
def drawing(svg: str, tall: float) -> Drawing | None:
    """`svg`, cleaned by `municipality.town.crest`, `tall` points high (less, if it would be too wide). None: none."""
    if not svg:
        return None
    from svglib.svglib import svg2rlg

    try:
        drawn = svg2rlg(io.BytesIO(svg.encode()))
        if drawn is None or drawn.width <= 0 or drawn.height <= 0:
            return None
        _opaque(drawn, 1.0)
    except Exception:  # a foreign reader of somebody's drawing
        return None
    scale = min(tall / drawn.height, WIDEST / drawn.width)
    drawn.scale(scale, scale)
    drawn.width, drawn.height = drawn.width * scale, drawn.height * scale
    return drawn


def _opaque(shape: Any, above: float) -> None:
    """What shines through on a screen has the colour here that it would have on white paper."""
    for colour, share in (("fillColor", "fillOpacity"), ("strokeColor", "strokeOpacity")):
        own = getattr(shape, share, None)
        ink = getattr(shape, colour, None)
        if isinstance(ink, Color):
            part = above * ink.alpha * (1.0 if own is None else own)
            setattr(shape, colour, Color(*(1 - part * (1 - value) for value in (ink.red, ink.green, ink.blue))))
        if hasattr(shape, share):
            setattr(shape, share, None)
    for inner in getattr(shape, "contents", ()):
        _opaque(inner, above)
