"""The municipality's crest on paper: as lines, never transparent, and never what keeps a paper from being made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from municipality.town.crest import clean
from printing import Press
from printing.documents.crest import WIDEST, drawing

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}">{body}</svg>'
PLAIN = '<rect width="100" height="100" fill="#c00000"/>'
GRADIENT = (
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#c00000" stop-opacity=".5"/>'
    '<stop offset="1" stop-color="#0000c0"/></linearGradient></defs><rect width="100" height="100" fill="url(#g)"/>'
)
THIN = '<g opacity=".5"><rect width="100" height="100" fill="#ff0000" fill-opacity=".5" stroke-opacity=".1"/></g>'


def svg(body: str, box: str = "0 0 100 100") -> str:
    return clean(SVG.format(box=box, body=body))


@pytest.mark.parametrize(
    ("box", "size"), [("0 0 100 100", (54, 54)), ("0 0 90 30", (WIDEST, 28)), ("0 0 9 27", (18, 54))]
)
def test_it_fits_its_place_in_its_own_proportions(box: str, size: tuple[float, float]) -> None:
    drawn = drawing(svg(PLAIN, box), 54)
    assert drawn is not None and (drawn.width, drawn.height) == pytest.approx(size)


@pytest.mark.parametrize("crest", ["", "<svg", "no drawing", SVG.format(box="0 0 0 0", body="")])
def test_what_is_no_drawing_leaves_the_place_empty_and_the_paper_is_made(crest: str, family: Any, press: Press) -> None:
    assert drawing(crest, 54) is None
    assert press.make(family(1, crest=crest)).startswith(b"%PDF")


@pytest.mark.parametrize("body", [PLAIN, GRADIENT, THIN], ids=["plain", "gradient", "thin"])
def test_a_crest_of_any_kind_is_archived_in_its_colours(
    body: str, family: Any, press: Press, tmp_path: Path, judges: Any
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(press.make(replace(family(1, sample=False), crest=svg(body))))
    assert judges.archive(path) == [f"The file {path.name} is a valid PDF/A-1b file\n\n"]
    with pikepdf.open(path) as pdf:
        assert "/ExtGState" not in pdf.pages[0].obj.Resources, "nothing shines through"
    left, right = (_colour(judges.raster(path, 72)[0], x) for x in (56, 100))
    assert left[0] > left[1] and right != (255, 255, 255)
    if body is THIN:
        assert left == right == pytest.approx((255, 191, 191), abs=2), "half of a half, as it would be on white paper"


def _colour(page: Path, x: int) -> tuple[int, ...]:
    pixel = Image.open(page).convert("RGB").getpixel((x, 70))
    assert isinstance(pixel, tuple)
    return pixel
