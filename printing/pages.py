"""How many pages a PDF has: what a printer must have counted before it is believed."""

from __future__ import annotations

import io
import re

_COUNT = re.compile(rb"/Count\s+(\d{1,6})\b")  # of the page tree, which our papers keep in the open


def pages_of(pdf: bytes) -> int:
    """At least 1. Read as bytes where that is enough: a PDF library would cost the booth 16 MB."""
    counts = [int(count) for count in _COUNT.findall(pdf)]
    return max([1, *counts]) if counts and b"/ObjStm" not in pdf else _by_library(pdf)


def _by_library(pdf: bytes) -> int:
    from pikepdf import Pdf

    try:
        with Pdf.open(io.BytesIO(pdf)) as document:
            return max(1, len(document.pages))
    except Exception:  # damage may show anywhere inside a foreign parser
        return 1  # it is no PDF, and its printer will say so
