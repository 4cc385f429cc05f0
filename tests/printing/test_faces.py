"""What a file embeds of a face: the same outlines and widths, and no hints. FontTools is the judge."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFace

from assets import fonts
from printing.documents.faces import BOLD, REGULAR, has_letter, load_type

# Single outlines, composites of two and three parts (ΰ, ᾧ, Ǻ), turned ones, and a space without any outline.
LETTERS = "Αα ΆάΰϊᾧῷẤǺ½№Ђ;·€"


def drawn(font: TTFont) -> list[Any]:
    glyphs = font.getGlyphSet()
    found = []
    for name in font.getGlyphOrder():
        pen = RecordingPen()
        glyphs[name].draw(pen)
        found.append((pen.value, font["hmtx"][name]))
    return found


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_outlines_and_widths_are_the_same_without_hints(name: str) -> None:
    load_type()
    face: Any = pdfmetrics.getFont(name).face  # type: ignore[attr-defined]
    subset = [ord(letter) for letter in LETTERS]
    lean, full = face.makeSubset(subset), TTFontFace.makeSubset(face, subset)
    assert len(lean) < 0.7 * len(full)
    fonts_read = [TTFont(io.BytesIO(one)) for one in (lean, full)]
    assert drawn(fonts_read[0]) == drawn(fonts_read[1]) and len(drawn(fonts_read[0])) > len(LETTERS)
    assert {"fpgm", "prep", "cvt "} & set(fonts_read[0].keys()) == set() != {"fpgm", "prep"} & set(fonts_read[1].keys())
    glyf = fonts_read[0]["glyf"]
    programs = [
        glyf[one].program.getBytecode() for one in fonts_read[0].getGlyphOrder() if hasattr(glyf[one], "program")
    ]
    assert not any(programs)


def test_a_letter_is_known_only_if_both_faces_have_it() -> None:
    assert all(map(has_letter, LETTERS)) and not any(map(has_letter, "王თ👍"))
    assert fonts.noto_sans("Regular").is_file()
