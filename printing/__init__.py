"""Makes a page, seals it and gets it on paper, and says truly what came out.

It has never heard of a transaction, and never writes a person's data to a log, an argument or a left-over file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from printing.documents.blocks import Block, Column, Facts, Paragraph, Row, Said, Table
    from printing.documents.certificate import Certificate, Office, Stamp, Standing
    from printing.documents.pin_letter import PinLetter
    from printing.documents.staff_sheet import Mark, SheetRow, StaffSheet
    from printing.folder import FolderPrinter
    from printing.ipp.printer import IppPrinter
    from printing.job import (
        JobState,
        NotPrinted,
        NotReady,
        Outcome,
        Printed,
        Printer,
        PrintJob,
        Readiness,
        Ready,
        Unknown,
        UnknownWhy,
        Why,
    )
    from printing.press import Press, PressFailed, PressWhy
    from printing.seal import Pkcs12Seal, SealKey, SealUnusable, certify_seal, write_pkcs12
    from printing.seal_form import Added
    from printing.verify import Altered, Doubt, How, Intact, Unreadable, Unsealed, Untrusted, Verdict, examine

_WHERE = {
    "printing.documents.blocks": ("Block", "Column", "Facts", "Paragraph", "Row", "Said", "Table"),
    "printing.documents.certificate": ("Certificate", "Office", "Stamp", "Standing"),
    "printing.documents.pin_letter": ("PinLetter",),
    "printing.documents.staff_sheet": ("Mark", "SheetRow", "StaffSheet"),
    "printing.folder": ("FolderPrinter",),
    "printing.ipp.printer": ("IppPrinter",),
    "printing.job": (
        "JobState", "NotPrinted", "NotReady", "Outcome", "Printed", "Printer", "PrintJob",
        "Readiness", "Ready", "Unknown", "UnknownWhy", "Why",
    ),
    "printing.press": ("Press", "PressFailed", "PressWhy"),
    "printing.seal": ("Pkcs12Seal", "SealKey", "SealUnusable", "certify_seal", "write_pkcs12"),
    "printing.seal_form": ("Added",),
    "printing.verify": (
        "Altered", "Doubt", "How", "Intact", "Unreadable", "Unsealed", "Untrusted", "Verdict", "examine",
    ),
}  # fmt: skip
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "Added",
    "Altered",
    "Block",
    "Certificate",
    "Column",
    "Doubt",
    "Facts",
    "FolderPrinter",
    "How",
    "Intact",
    "IppPrinter",
    "JobState",
    "Mark",
    "NotPrinted",
    "NotReady",
    "Office",
    "Outcome",
    "Paragraph",
    "PinLetter",
    "Pkcs12Seal",
    "Press",
    "PressFailed",
    "PressWhy",
    "PrintJob",
    "Printed",
    "Printer",
    "Readiness",
    "Ready",
    "Row",
    "Said",
    "SealKey",
    "SealUnusable",
    "SheetRow",
    "StaffSheet",
    "Stamp",
    "Standing",
    "Table",
    "Unknown",
    "UnknownWhy",
    "Unreadable",
    "Unsealed",
    "Untrusted",
    "Verdict",
    "Why",
    "certify_seal",
    "examine",
    "write_pkcs12",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
