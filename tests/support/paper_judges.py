"""What Debian's own programs say of a paper: poppler, qpdf, PDFBox preflight; and ZXing of its code."""

from __future__ import annotations

import subprocess
from pathlib import Path

_JARS = {
    "preflight.jar": "libpdfbox2-java",
    "pdfbox2.jar": "libpdfbox2-java",
    "xmpbox.jar": "libpdfbox2-java",
    "fontbox2.jar": "libfontbox2-java",
    "commons-logging.jar": "libcommons-logging-java",
    "javax.activation.jar": "libactivation-java",
    "jaxb-api.jar": "libjaxb-api-java",
}


def _said(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    return done.stdout


def text(pdf: Path) -> str:
    return _said("pdftotext", "-layout", str(pdf), "-")


def text_as_drawn(pdf: Path) -> str:
    """In the order of the file: what lies where on the page says nothing here."""
    return _said("pdftotext", "-raw", str(pdf), "-")


def fonts(pdf: Path) -> list[str]:
    """One line for each font: name, type, encoding, embedded…"""
    return _said("pdffonts", str(pdf)).splitlines()[2:]


def seal(pdf: Path) -> str:
    return _said("pdfsig", str(pdf))


def structure(pdf: Path) -> str:
    return _said("qpdf", "--check", str(pdf))


def archive(*pdfs: Path) -> list[str]:
    """PDFBox preflight's verdict on PDF/A-1b, one for each file."""
    folder = Path("/usr/share/java")
    for jar, package in _JARS.items():
        assert (folder / jar).exists(), f"install the Debian package {package}"
    path = ":".join(str(folder / jar) for jar in _JARS)
    return [_said("java", "-cp", path, "org.apache.pdfbox.preflight.Validator_A1b", str(pdf)) for pdf in pdfs]


def raster(pdf: Path, dots: int = 150, *, grey: bool = False) -> list[Path]:
    """One PNG a page."""
    stem = pdf.with_suffix("")
    _said("pdftoppm", "-r", str(dots), *(["-gray"] if grey else []), "-png", str(pdf), str(stem))
    return sorted(pdf.parent.glob(f"{stem.name}-[0-9]*.png"))
