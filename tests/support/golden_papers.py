"""What our papers say and look like, kept small, so that nobody moves a block without knowing.

    .venv/bin/python tests/support/golden_papers.py     writes tests/printing/golden anew; look at all of them

Text is poppler's, pixels are a grey picture of each page at 36 dots an inch, compared by squares of four: a hair's
difference of another poppler passes, a block that has moved by two points does not.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
GOLDEN = HERE.parent.parent / "printing" / "golden"
DOTS, SQUARE = 36, 4
TOLERANCE, MOST = 14, 6  # of 255, in one square; and how many squares of a page may pass it


def pages(pdf: Path) -> list[Path]:
    import paper_judges

    return paper_judges.raster(pdf, DOTS, grey=True)


def words(pdf: Path) -> str:
    """The text in the order in which it was drawn, without what differs from poppler to poppler: white space."""
    import paper_judges

    lines = (" ".join(line.split()) for line in paper_judges.text_as_drawn(pdf).replace("\f", "\n---\n").splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def moved(wanted: Path, found: Path) -> int:
    """In how many squares the two pictures differ. Another size: in all."""
    from PIL import Image, ImageChops

    pictures = [Image.open(one).convert("L") for one in (wanted, found)]
    if pictures[0].size != pictures[1].size:
        return pictures[0].width * pictures[0].height
    small = [one.reduce(SQUARE) for one in pictures]
    return sum(ImageChops.difference(*small).histogram()[TOLERANCE + 1 :])


def main() -> None:
    sys.path[:0] = [str(HERE.parent.parent.parent), str(HERE.parent)]
    import tempfile

    from PIL import Image

    from printing.samples import write

    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        for pdf in write(Path(scratch)):
            (GOLDEN / f"{pdf.stem}.txt").write_text(words(pdf), encoding="utf-8")
            for place, picture in enumerate(pages(pdf), 1):
                image = Image.open(picture).convert("L").point(lambda grey: round(grey / 17) * 17)  # 16 greys
                image.save(GOLDEN / f"{pdf.stem}-{place}.png", optimize=True)


if __name__ == "__main__":
    main()
