"""The two faces of our papers, Noto Sans regular and bold; what a file embeds of them is outlines and widths alone.

The instructions that fit outlines to a coarse screen (hints) are left out: paper has no use for them, and they are a
third of a page's bytes.
"""

from __future__ import annotations

import functools
import io
from itertools import pairwise
from struct import pack, unpack_from
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace, TTFontMaker, TTFontParser

from assets import fonts

REGULAR, BOLD = "Paper", "Paper-Bold"

# ISO 32000-1, 9.9: what a TrueType program in a PDF has; `cmap`, because PDF/A-1 wants one.
_NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "post", "OS/2", "name")
_MORE, _WORDS, _SCALE, _XY, _TWO_BY_TWO, _INSTRUCTED = 0x20, 0x01, 0x08, 0x40, 0x80, 0x100


@functools.cache
def load_type() -> None:
    """Reads the two faces once for the process (the slow part of a first page)."""
    for name, file in ((REGULAR, fonts.noto_sans("Regular")), (BOLD, fonts.noto_sans("Bold"))):
        font: Any = TTFont(name, str(file))
        font.face.__class__ = _Lean
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def has_letter(letter: str) -> bool:
    """Whether both faces have it; a box in its place would be a lie."""
    load_type()
    faces: list[Any] = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    return all(ord(letter) in font.face.charToGlyph for font in faces)


class _Lean(TTFontFace):
    def makeSubset(self, subset: Any) -> bytes:
        return without_hints(super().makeSubset(subset))


def without_hints(font: bytes) -> bytes:
    """The same TrueType outlines and widths without instructions (OpenType: glyf, loca)."""
    given: Any = TTFontParser(io.BytesIO(font))
    made: Any = TTFontMaker()
    glyphs, at = given.get_table("glyf"), _places(given)
    outlines, places = [], [0]
    for start, end in pairwise(at):
        outline = _outline(glyphs[start:end])
        outline += bytes(-len(outline) % 4)
        outlines.append(outline)
        places.append(places[-1] + len(outline))
    for tag in _NEEDED:
        made.add(tag, given.get_table(tag))
    head = bytearray(made.tables["head"])
    head[50:52] = pack(">h", 1)  # indexToLocFormat: long
    made.add("head", bytes(head))
    made.add("glyf", b"".join(outlines))
    made.add("loca", pack(f">{len(places)}L", *places))
    stream: bytes = made.makeStream()
    return stream


def _places(font: Any) -> tuple[int, ...]:
    """Where each glyph begins in `glyf`, and where the last ends."""
    loca = font.get_table("loca")
    (long,) = unpack_from(">h", font.get_table("head"), 50)
    if long:
        return unpack_from(f">{len(loca) // 4}L", loca)
    return tuple(2 * half for half in unpack_from(f">{len(loca) // 2}H", loca))


def _outline(glyph: bytes) -> bytes:
    """A glyph's description without its instructions."""
    if not glyph:
        return glyph
    (contours,) = unpack_from(">h", glyph)
    if contours < 0:
        return _composite(glyph)
    ends = 10 + 2 * contours
    (length,) = unpack_from(">H", glyph, ends)
    return glyph[:ends] + b"\0\0" + glyph[ends + 2 + length :]


def _composite(glyph: bytes) -> bytes:
    parts, place, flags = bytearray(glyph), 10, _MORE
    while flags & _MORE:
        (flags,) = unpack_from(">H", parts, place)
        parts[place : place + 2] = pack(">H", flags & ~_INSTRUCTED)
        place += 4 + (4 if flags & _WORDS else 2)
        place += 2 if flags & _SCALE else 4 if flags & _XY else 8 if flags & _TWO_BY_TWO else 0
    return bytes(parts[:place])
