"""The process that renders, archives and seals: one JSON line in, one JSON line out.

It writes no file and no log, and answers a failure with a code, never with what it was given.
"""

from __future__ import annotations

import base64
import gc
import importlib
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from printing.documents.blocks import Column, Paragraph, Row, Said, Table
from printing.documents.certificate import KIND as CERTIFICATE
from printing.documents.certificate import Certificate, Standing
from printing.documents.letters import Unprintable, tidied
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
        except Unprintable as refused:
            answer({"why": "letters", "detail": refused.field})
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


@dataclass(frozen=True)
class _Form:
    """A kind of paper: how it is read, the module that draws it, and whether it is archived and sealed. A PIN letter is
    drawn only: nobody keeps it, and a seal would need a key that the card office has no business with."""

    read: Callable[[dict[str, Any]], Certificate | StaffSheet | PinLetter]
    page: str
    sealed: bool


_FORMS = {
    CERTIFICATE: _Form(Certificate.from_dict, "certificate_page", sealed=True),
    STAFF_SHEET: _Form(StaffSheet.from_dict, "staff_sheet_page", sealed=True),
    PIN_LETTER: _Form(PinLetter.from_dict, "pin_letter_page", sealed=False),
}


def make(plain: dict[str, Any], key: SealKey | None) -> bytes:
    """One paper from a document's plain values: drawn, archived, sealed. Raises KeyError for an unknown kind,
    Unprintable naming a field that cannot be set, SealUnusable where a paper needs the seal that this press has not."""
    from printing.archive import archive
    from printing.documents.faces import has_letter
    from printing.seal import seal

    form = _FORMS[plain["kind"]]
    if form.sealed and key is None:
        raise SealUnusable("this press has no seal")
    document = tidied(form.read(plain), has_letter)
    draw = importlib.import_module(f"printing.documents.{form.page}").draw
    if key is None or isinstance(document, PinLetter):
        drawn: bytes = draw(document)
        return drawn
    if isinstance(document, Certificate):
        title, at = document.title.el, document.issued_at
    else:
        title, at = document.title, document.made_at
    return seal(archive(draw(document, seal=key.name), title=title, created=at, face=True), key, now=at)


def _warm_up() -> None:
    """Makes one paper of nobody with a key of nobody, so that the first resident does not wait for imports."""
    make(_SPECIMEN.to_dict(), SpecimenKey())


_SPECIMEN = Certificate(
    title=Said("Βεβαίωση", "Certificate"),
    municipality="Δήμος",
    booth="Θυρίδα",
    number="0",
    code="0",
    verification_url="https://example.invalid/0",
    issued_at=datetime(2026, 1, 1, tzinfo=UTC),
    standing=Standing.INFORMATION,
    blocks=(Paragraph("—"), Table((Column((Said("—"),), 1.0),), (Row((("—",),)),), Said("—"))),
    crest='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>',
    sample=True,
)


@dataclass(frozen=True)
class SpecimenKey:
    """A seal that is nobody's, made for each paper and thrown away."""

    name: str = "—"

    def signer(self) -> Any:
        from printing.seal import throwaway_signer

        return throwaway_signer(_SPECIMEN.issued_at)
