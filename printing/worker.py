"""The process that renders, archives and seals: one JSON line in, one JSON line out.

It writes no file and no log, and answers a failure with a code, never with what it was given.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from printing.documents.certificate import KIND as CERTIFICATE
from printing.documents.certificate import Certificate, Column, Paragraph, Row, Standing, Table
from printing.documents.pin_letter import KIND as PIN_LETTER
from printing.documents.pin_letter import PinLetter
from printing.documents.staff_sheet import KIND as STAFF_SHEET
from printing.documents.staff_sheet import StaffSheet
from printing.seal import Pkcs12Seal, SealKey, SealUnusable


def serve() -> int:
    """Reads the set-up line, warms up, answers `ready`, then one paper for each line until the input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Libraries that print to standard output would break the lines; nothing may reach a terminal or a journal.
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return _conversation(sys.stdin.buffer, answers)


def _conversation(questions: BinaryIO, answers: BinaryIO) -> int:
    def answer(plain: dict[str, Any]) -> None:
        answers.write(json.dumps(plain).encode() + b"\n")
        answers.flush()

    try:
        setup = json.loads(questions.readline())
        key = _seal_key(setup)
        if key is not None:
            _warm_up()
    except SealUnusable as unusable:
        answer({"ready": False, "why": "seal", "detail": str(unusable)})
        return 1
    except Exception as failure:  # the outermost loop of this process
        answer({"ready": False, "why": "start", "detail": _named(failure)})
        return 1
    answer({"ready": True, "name": "" if key is None else key.name})
    gc.freeze()
    for line in questions:
        try:
            answer({"pdf": base64.b64encode(make(json.loads(line), key)).decode()})
        except Exception as failure:  # the outermost loop of this process
            answer({"why": "paper", "detail": _named(failure)})
    return 0


def _seal_key(setup: dict[str, Any]) -> SealKey | None:
    """None for a press that makes only papers without a seal."""
    if setup["seal"] is None:
        return None
    passphrase = setup["passphrase"]
    return Pkcs12Seal(Path(setup["seal"]), None if passphrase is None else base64.b64decode(passphrase))


def _named(failure: Exception) -> str:
    """The kind of a failure and where it arose. Its text may hold a name, so it stays here."""
    from assets.fonts import FileMissing

    if isinstance(failure, FileMissing):
        return str(failure)
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return type(failure).__name__ + where


def _certificate(plain: dict[str, Any], key: SealKey) -> bytes:
    from printing.archive import archive
    from printing.documents import certificate_page
    from printing.seal import seal

    document = Certificate.from_dict(plain)
    page = archive(certificate_page.draw(document), title=document.title, created=document.issued_at)
    return seal(page, key, now=document.issued_at)


def _staff_sheet(plain: dict[str, Any], key: SealKey) -> bytes:
    from printing.archive import archive
    from printing.documents import staff_sheet_page
    from printing.seal import seal

    document = StaffSheet.from_dict(plain)
    page = archive(staff_sheet_page.draw(document), title=document.title, created=document.made_at)
    return seal(page, key, now=document.made_at)


_KINDS: dict[str, Callable[[dict[str, Any], SealKey], bytes]] = {CERTIFICATE: _certificate, STAFF_SHEET: _staff_sheet}


def make(plain: dict[str, Any], key: SealKey | None) -> bytes:
    """One paper from a document's plain values: drawn, archived, sealed. Raises KeyError for an unknown kind,
    SealUnusable where a paper needs the seal that this press does not have."""
    if plain["kind"] == PIN_LETTER:
        return _pin_letter(plain)
    if key is None:
        raise SealUnusable("this press has no seal")
    return _KINDS[plain["kind"]](plain, key)


def _pin_letter(plain: dict[str, Any]) -> bytes:
    """Drawn only: nobody keeps it, and a seal would need a key that the card office has no business with."""
    from printing.documents import pin_letter_page

    return pin_letter_page.draw(PinLetter.from_dict(plain))


def _warm_up() -> None:
    """Makes one paper of nobody with a key of nobody, so that the first resident does not wait for imports."""
    make(_SPECIMEN.to_dict(), _SpecimenKey())


_SPECIMEN = Certificate(
    title="Βεβαίωση",
    municipality="Δήμος",
    unit="Ενότητα",
    booth="Θυρίδα",
    number="0",
    code="0",
    verification_url="https://example.invalid/0",
    issued_at=datetime(2026, 1, 1, tzinfo=UTC),
    standing=Standing.INFORMATION,
    blocks=(Paragraph("—"), Table((Column(("—",), 1.0),), (Row((("—",),)),), "—")),
    sample=True,
)


class _SpecimenKey:
    name = "—"

    def signer(self) -> Any:
        from printing.seal import throwaway_signer

        return throwaway_signer(_SPECIMEN.issued_at)
