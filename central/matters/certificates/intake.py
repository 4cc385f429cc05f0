"""Certificates that booths report: one number, one paper. A number once void never becomes valid again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from central.kernel.centre import Centre
from central.kernel.matter import Brought, CardBlocked, CardUsed, Event, Kept, Rejected, Undecided
from central.matters.certificates import store as rows
from central.store import Tx
from central.store.line.booths import Booth
from municipality.matters.certificates.messages import CertificateAct, CertificateFate, VoidAct
from municipality.matters.certificates.rules import NumberRange, read_code


def judge_papers(
    _centre: Centre, booth: Booth, papers: Sequence[Brought[CertificateAct]]
) -> list[CertificateAct | Rejected | Undecided]:
    """Whether each can be a paper of this booth at all."""
    return [Rejected(fault) if (fault := _unfit(one.act, booth)) else one.act for one in papers]


def judge_voids(
    _centre: Centre, booth: Booth, voids: Sequence[Brought[VoidAct]]
) -> list[VoidAct | Rejected | Undecided]:
    """A booth makes void what it gave itself, and nothing else."""
    range_ = NumberRange(booth.number_prefix)
    return [one.act if range_.holds(one.act.number) else Rejected("number-of-another-range") for one in voids]


def _unfit(act: CertificateAct, booth: Booth) -> str:
    if not NumberRange(booth.number_prefix).holds(act.number):
        return "number-of-another-range"
    return "" if read_code(act.code) == act.code else "not-a-code"


def keep_papers(tx: Tx, papers: Sequence[Brought[CertificateAct]], _now: datetime) -> Kept:
    """Store them, in order, and tell of the cards that asked for them. One that is void already stays so."""
    stored = rows.matching(tx, {one.act.number for one in papers}, {one.act.code for one in papers})
    by_number, codes = {one.number: one for one in stored}, {one.code for one in stored}
    before = set(by_number)
    named: dict[str, rows.Certificate] = {}
    reasons: list[str] = []
    for one in papers:
        known = by_number.get(one.act.number)
        reason = _fault(one, known, codes)
        reasons.append(reason)
        if reason or (known is not None and known.code):
            continue
        row = by_number[one.act.number] = _row(one)
        codes.add(one.act.code)
        if row.number in before:
            named[row.number] = row
    rows.add_all(tx, [one for number, one in by_number.items() if number not in before])
    rows.name_all(tx, named.values())
    good = [one for one, reason in zip(papers, reasons, strict=True) if not reason]
    return Kept(reasons, [CardUsed(one.card, one.booth, one.at, one.act.number) for one in good])


def keep_voids(tx: Tx, voids: Sequence[Brought[VoidAct]], _now: datetime) -> Kept:
    """Nobody's papers any more. A void may come before its paper, whose place it keeps; it never makes another void."""
    by_number = {one.number: one for one in rows.matching(tx, {one.act.number for one in voids}, ())}
    before, ended, reasons = set(by_number), set[str](), []
    for one in voids:
        known = by_number.setdefault(one.act.number, _void(one))
        same = (known.document, known.digest) == (one.act.document, one.act.digest)
        reasons.append("" if same else "number-taken")
        if same and known.number in before and known.fate != CertificateFate.VOID:
            ended.add(known.number)
    rows.add_all(tx, [one for number, one in by_number.items() if number not in before])
    rows.make_void(tx, ended)
    return Kept(reasons)


def uses_since(tx: Tx, events: Sequence[Event], _now: datetime) -> Sequence[Event]:
    """Of cards that are blocked: the papers that were taken with them since then."""
    blocked = [event for event in events if isinstance(event, CardBlocked)]
    since = [paper for event in blocked for paper in rows.of_card_since(tx, event.card, event.at)]
    return [CardUsed(paper.card, paper.booth, paper.issued_at, paper.number) for paper in since]


def _fault(one: Brought[CertificateAct], known: rows.Certificate | None, codes: set[str | None]) -> str:
    act = one.act
    if known is None or not known.code:
        # A number that was void before its paper came is still that paper's, and nobody else's.
        other = known is not None and (known.document, known.digest) != (act.document, act.digest)
        return "number-taken" if other else "code-taken" if act.code in codes else ""
    same = (known.code, known.digest, known.document) == (act.code, act.digest, act.document)
    # A card is let go of with time; what is kept of it must be this one.
    return "" if same and known.card in ("", one.card) else "number-taken"


def _row(one: Brought[CertificateAct]) -> rows.Certificate:
    act = one.act
    return rows.Certificate(
        number=act.number,
        code=act.code,
        card=one.card,
        booth=one.booth,
        document=act.document,
        issued_at=one.at,
        as_of=act.as_of.isoformat(),
        digest=act.digest,
        fate=CertificateFate.ISSUED,
    )


def _void(one: Brought[VoidAct]) -> rows.Certificate:
    act = one.act
    return rows.Certificate(act.number, None, "", one.booth, act.document, one.at, "", act.digest, CertificateFate.VOID)
