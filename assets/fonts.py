"""Where the type lies that Debian packages install: Inter for the screen, Noto Sans for paper.

It only looks files up: it loads no toolkit, and it never falls back on another face in silence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_NOTO = Path("/usr/share/fonts/truetype/noto")
_INTER = Path("/usr/share/fonts/opentype/inter")

Weight = Literal["Regular", "Bold", "Italic", "BoldItalic"]


class FileMissing(RuntimeError):
    """A file that a Debian package brings is not on this machine; the text names the package."""

    def __init__(self, path: Path, package: str) -> None:
        super().__init__(f"{path} is missing: install the Debian package {package}")
        self.path = path
        self.package = package


def present(path: Path, package: str) -> Path:
    """The same path, once it is known to be a file. Raises FileMissing."""
    if not path.is_file():
        raise FileMissing(path, package)
    return path


def noto_sans(weight: Weight = "Regular") -> Path:
    """A static TrueType file of Noto Sans (ReportLab refuses OpenType/CFF). Raises FileMissing."""
    return present(_NOTO / f"NotoSans-{weight}.ttf", "fonts-noto-core")


def inter(style: str = "Regular") -> Path:
    """An OpenType file of Inter; `style` as in its file name, e.g. SemiBold. Raises FileMissing."""
    return present(_INTER / f"Inter-{style}.otf", "fonts-inter")
