"""Certificates that booths report: one number, one paper. A number once void never becomes valid again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from central.services.centre import Centre
from central.store import Tx
from central.store import certificates as rows
from central.store.booths import Booth
from municipality.certificates import NumberRange, read_code
from municipality.messages import CertificateAct, CertificateFate


@dataclass(frozen=True)
class NotACode:
    """What was typed cannot be a verification code."""


@dataclass(frozen=True)
class Unknown:
    """No paper with this code has been reported (yet)."""


Verdict = rows.Certificate | NotACode | Unknown


def examine(act: CertificateAct, booth: Booth) -> str:
    """ "" or a short code: the number must be of the booth's own range."""
    if not NumberRange(booth.number_prefix).holds(act.number):
        return "number-of-another-range"
    if "\0" in act.card:
        return "unreadable-body"  # PostgreSQL has no such text
    return "" if read_code(act.code) == act.code else "not-a-code"


def keep_all(tx: Tx, acts: Sequence[CertificateAct]) -> list[str]:
    """Store them, in order; a second word on the same paper may only make it void. "" for each, or why not."""
    stored = rows.matching(tx, {act.number for act in acts}, {act.code for act in acts})
    by_number, codes = {one.number: one for one in stored}, {one.code for one in stored}
    before = set(by_number)
    reasons, void = [], set[str]()
    for act in acts:
        known = by_number.get(act.number)
        reason = _fault(act, known, codes)
        reasons.append(reason)
        if reason:
            continue
        if known is None:
            by_number[act.number] = _row(act)
            codes.add(act.code)
        elif act.fate is CertificateFate.VOID:
            by_number[act.number] = replace(known, fate=act.fate)
            void.add(act.number)
    rows.add_all(tx, [one for number, one in by_number.items() if number not in before])
    if void & before:
        rows.make_void(tx, void & before)
    return reasons


def _fault(act: CertificateAct, known: rows.Certificate | None, codes: set[str]) -> str:
    if known is None:
        return "code-taken" if act.code in codes else ""
    if (known.code, known.digest, known.document) != (act.code, act.digest, act.document):
        return "number-taken"
    # After a power cut a booth voids what it finds without knowing whose it was: then the card is "".
    if known.card != act.card and "" not in (known.card, act.card):
        return "number-taken"
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
