"""Certificates that booths report: one number, one paper. A number once void never becomes valid again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from central.kernel.centre import Centre
from central.kernel.matter import Accepted, CardBlocked, CardUsed, Event, Kept, Rejected, Undecided
from central.matters.certificates import store as rows
from central.store import Tx
from central.store.line.booths import Booth
from municipality.matters.certificates.messages import CertificateAct, CertificateFate
from municipality.matters.certificates.rules import NumberRange, read_code


def judge(_centre: Centre, booth: Booth, acts: Sequence[CertificateAct]) -> list[CertificateAct | Rejected | Undecided]:
    """Whether each can be a paper of this booth at all."""
    return [Rejected(fault) if (fault := _unfit(act, booth)) else act for act in acts]


def _unfit(act: CertificateAct, booth: Booth) -> str:
    if not NumberRange(booth.number_prefix).holds(act.number):
        return "number-of-another-range"
    if "\0" in act.card:
        return "unreadable-body"  # PostgreSQL has no such text
    return "" if read_code(act.code) == act.code else "not-a-code"


def keep_all(tx: Tx, papers: Sequence[Accepted[CertificateAct]], _now: datetime) -> Kept:
    """Store them, in order, and tell of the cards that asked for them."""
    acts = [one.act for one in papers]
    reasons = _keep_all(tx, acts)
    # A paper that is made void after a power cut names no card: its booth does not know any more whose it was.
    good = [act for act, reason in zip(acts, reasons, strict=True) if not reason]
    return Kept(reasons, [CardUsed(act.card, act.booth, act.issued_at, act.number) for act in good if act.card])


def uses_since(tx: Tx, events: Sequence[Event], _now: datetime) -> Sequence[Event]:
    """Of cards that are blocked: the papers that were taken with them since then."""
    blocked = [event for event in events if isinstance(event, CardBlocked)]
    since = [paper for event in blocked for paper in rows.of_card_since(tx, event.card, event.at)]
    return [CardUsed(paper.card, paper.booth, paper.issued_at, paper.number) for paper in since]


def _keep_all(tx: Tx, acts: Sequence[CertificateAct]) -> list[str]:
    """A second word on the same paper may only make it void. "" for each, or why not."""
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
