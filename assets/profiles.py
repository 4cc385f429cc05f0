"""Where the colour profile lies that goes into archive papers.

It only looks the file up: it never makes a profile of its own (generated ones fail PDF/A checks).
"""

from __future__ import annotations

from pathlib import Path

from assets.fonts import present

_SRGB = Path("/usr/share/color/icc/ghostscript/srgb.icc")


def srgb() -> Path:
    """Ghostscript's sRGB profile, ICC version 2 as PDF/A-1 wants. Raises assets.fonts.FileMissing."""
    return present(_SRGB, "libgs-common (it comes with ghostscript)")
