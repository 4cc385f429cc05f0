"""Certificates that booths report: one number, one paper. A number once void never becomes valid again."""

from __future__ import annotations

from dataclasses import dataclass

from central.services.centre import Centre
from central.store import Tx
from central.store import booths as booth_rows
from central.store import certificates as rows
from municipality.certificates import NumberRange, read_code
from municipality.messages import CertificateAct, CertificateFate


@dataclass(frozen=True)
class NotACode:
    """What was typed cannot be a verification code."""


@dataclass(frozen=True)
class Unknown:
    """No paper with this code has been reported (yet)."""


Verdict = rows.Certificate | NotACode | Unknown


def examine(centre: Centre, act: CertificateAct) -> str:
    """ "" or a short code: the number must be of the booth's own range."""
    with centre.store.reading() as tx:
        booth = booth_rows.find(tx, act.booth)
    if booth is None or not NumberRange(booth.number_prefix).holds(act.number):
        return "number-of-another-range"
    return "" if read_code(act.code) == act.code else "not-a-code"


def keep(tx: Tx, act: CertificateAct) -> str:
    """Store it; a second word on the same paper may only make it void. Returns "", or why it is not kept."""
    known = rows.by_number(tx, act.number)
    if known is None:
        if rows.by_code(tx, act.code) is not None:
            return "code-taken"
        rows.add(tx, _row(act))
        return ""
    if (known.code, known.digest, known.document) != (act.code, act.digest, act.document):
        return "number-taken"
    # After a power cut a booth voids what it finds without knowing whose it was: then the card is "".
    if known.card != act.card and "" not in (known.card, act.card):
        return "number-taken"
    if act.fate is CertificateFate.VOID:
        rows.make_void(tx, act.number)
    return ""


def look_up(centre: Centre, typed: str) -> Verdict:
    """What the centre knows of the paper with this code."""
    code = read_code(typed)
    if code is None:
        return NotACode()
    with centre.store.reading() as tx:
        return rows.by_code(tx, code) or Unknown()


def _row(act: CertificateAct) -> rows.Certificate:
    return rows.Certificate(
        number=act.number,
        code=act.code,
        card=act.card,
        booth=act.booth,
        document=act.document,
        issued_at=act.issued_at,
        as_of=act.as_of.isoformat(),
        digest=act.digest,
        fate=act.fate,
    )
