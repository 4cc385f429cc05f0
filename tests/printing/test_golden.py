"""Every document as `python -m printing sample` writes it, beside what it said and showed when last looked at.

A change that is meant: `.venv/bin/python tests/support/golden_papers.py`, then look at the pages.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import golden_papers as golden
import pytest
from PIL import Image, ImageChops

from printing.samples import SAMPLES, write


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {pdf.stem: pdf for pdf in write(tmp_path_factory.mktemp("samples"))}


@pytest.mark.parametrize("name", SAMPLES)
def test_it_says_and_shows_what_it_did(name: str, papers: dict[str, Path]) -> None:
    assert golden.words(papers[name]) == (golden.GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    shown = golden.pages(papers[name])
    kept = sorted(golden.GOLDEN.glob(f"{name}-[0-9].png"))
    assert len(shown) == len(kept)
    for wanted, found in zip(kept, shown, strict=True):
        assert golden.moved(wanted, found) <= golden.MOST, wanted.name


def test_nothing_golden_is_left_of_a_document_that_is_gone() -> None:
    stems = {file.stem for file in golden.GOLDEN.glob("*.txt")}
    assert stems == set(SAMPLES)
    assert {file.stem[:-2] for file in golden.GOLDEN.glob("*.png")} == stems


def test_a_block_that_moved_by_two_points_is_seen(papers: dict[str, Path], tmp_path: Path) -> None:
    """The comparison can say no: one paragraph's height of the page, one pixel lower."""
    (page,) = golden.pages(papers["certificate-facts"])
    image = Image.open(page).convert("L")
    box = (0, 120, image.width, 132)
    band = image.crop(box)
    assert band.getextrema()[0] < 200, "there is ink in it"
    image.paste(255, box)
    image.paste(band, (0, 121))
    image.save(tmp_path / "moved.png")
    assert golden.moved(page, page) == 0
    assert golden.moved(page, tmp_path / "moved.png") > golden.MOST
    assert ImageChops.difference(image, Image.open(page).convert("L")).getbbox() is not None


def test_the_command_writes_them_and_says_where(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "printing", "sample", str(tmp_path / "out")], capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.split()) == sorted(str(tmp_path / "out" / f"{name}.pdf") for name in SAMPLES)
    (tmp_path / "file").write_text("")
    refused: Any = subprocess.run(
        [sys.executable, "-m", "printing", "sample", str(tmp_path / "file")],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert refused.returncode == 2 and "error:" in refused.stderr and "Traceback" not in refused.stderr
