"""What the public page of a vote says beside its counts: who is still to be heard, who signed, what was declared.

Never: a number for one booth, a tracker, or anything of a count before the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from ballot_box.officials import (
    Declaration,
    Finding,
    Office,
    files,
    publication,
    read_declaration,
    read_final,
    read_officials,
    signing,
)
from central.kernel.centre import Centre
from central.matters.votes.life import counting, turnout
from central.matters.votes.store import records as record_rows
from central.store import Tx
from central.store.line import booths as booth_rows
from municipality.matters.votes.messages import Election
from municipality.matters.votes.turnout import Turnout
from municipality.messages import Words


@dataclass(frozen=True)
class Quorum:
    """`needed`: ballots."""

    percent: int
    needed: int
    met: bool


@dataclass(frozen=True)
class Ruling:
    """What two officers decided about so many ballots that no rule decides."""

    ballots: int
    counts: bool
    reason: str


@dataclass(frozen=True)
class WhoSigned:
    """Names, as the officials publish them: of the set-up, of the end, and of the officers who declared something.
    `needed`: how many trustees open a vote; `trustees`: how many there are."""

    fingerprint: str
    needed: int
    trustees: int
    setup: tuple[str, ...]
    end: tuple[str, ...]
    declared: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """`silent`: booths without a closing statement, of `booths`; `lost`: those that were declared so, and why. `files`:
    what may be downloaded beside the board. `units`: None where turnout by unit is not known. `audit`: what the
    auditors' ballots came to, once the trustees have signed it."""

    booths: int
    silent: tuple[Words, ...]
    lost: tuple[tuple[Words, str], ...]
    rulings: tuple[Ruling, ...]
    signed: WhoSigned | None
    quorum: Quorum | None
    units: Turnout | None
    files: tuple[str, ...]
    audit: Finding | None = None


def outcome(centre: Centre, notice: Election, ballots: int) -> Outcome:
    """`ballots`: how many count."""
    election, beside = notice.election, counting.signed_files(centre, notice)
    final = beside.get(publication.FINAL)
    names = (publication.OFFICIALS, publication.SETUP, publication.FINAL, publication.DECLARATION)
    signed = _signed(*(beside.get(name, "") for name in names))
    declared = signed[1] if signed else None
    lost = {one.booth: one.reason for one in declared.lost} if declared else {}
    with centre.store.reading() as tx:
        silent = sorted(set(notice.booths) - record_rows.heard(tx, election) - set(lost))
        percent = notice.quorum_percent
        needed = publication.quorum(percent or 0, notice.electors)
        return Outcome(
            booths=len(notice.booths),
            silent=_names(tx, silent),
            lost=tuple(zip(_names(tx, sorted(lost)), (lost[one] for one in sorted(lost)), strict=True)),
            rulings=_rulings(declared),
            signed=signed[0] if signed else None,
            quorum=None if percent is None else Quorum(percent, needed, ballots >= needed),
            units=turnout.kept(tx, election),
            files=tuple(sorted(beside)),
            audit=read_final(files.read_signed(final, "final record")[0]).audit if final else None,
        )


@lru_cache(maxsize=32)
def _signed(officials: str, setup: str, final: str, declaration: str) -> tuple[WhoSigned, Declaration | None] | None:
    """By the texts themselves: their signatures are looked at once, however many ask for the page."""
    if not officials:
        return None
    body = read_officials(officials)
    record, signatures, _extensions = files.read_setup_file(setup)
    before = (
        publication.names(signatures, signing.SETUP, record.text, body, one)
        for one in (Office.REGISTRAR, Office.TRUSTEE)
    )
    ended = files.read_signed(final, "final record") if final else ("", ())
    said = files.read_signed(declaration, "declaration") if declaration else ("", ())
    who = WhoSigned(
        fingerprint=body.fingerprint,
        needed=body.threshold,
        trustees=len(body.of(Office.TRUSTEE)),
        setup=tuple(chain.from_iterable(before)),
        end=publication.names(ended[1], signing.FINAL, ended[0], body, Office.TRUSTEE),
        declared=publication.names(said[1], signing.DECLARATION, said[0], body, Office.OFFICER),
    )
    return who, read_declaration(said[0]) if declaration else None


def _names(tx: Tx, booths: Iterable[str]) -> tuple[Words, ...]:
    found = [(booth, booth_rows.find(tx, booth)) for booth in booths]
    return tuple(Words(el=one.name_el, en=one.name_en) if one else Words(el=booth, en=booth) for booth, one in found)


def _rulings(declared: Declaration | None) -> tuple[Ruling, ...]:
    counted = Counter((one.counts, one.reason) for one in declared.decided) if declared else {}
    return tuple(Ruling(number, counts, reason) for (counts, reason), number in sorted(counted.items()))
