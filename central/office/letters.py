"""Envelopes that were refused: an officer writes beside them, has one judged again after its cause is gone, or takes in
what was done with a blocked card.

Must never take in a letter whose own signature does not hold, or show what is in it.
"""

from __future__ import annotations

from central.kernel import booth_keys, chain, proofs
from central.kernel.centre import KID, Centre
from central.kernel.intake import keep
from central.kernel.judging import Sender, examine, signed_by
from central.kernel.matter import Rejected
from central.kernel.outcome import Done, Outcome, Refused
from central.kernel.register import SoundAct
from central.office.accounts.staff import Officer
from central.store import Tx, audit
from central.store.line import booths as booth_rows
from central.store.line.envelopes import BAD
from central.store.office import letters as rows
from central.store.office import staff as staff_rows
from municipality.proof import Head
from municipality.staff import Role
from sync import Envelope, agree_with, open_sealed

LONGEST_REMARK = 500
# Refused for these, an act was not counted as a link of its booth's chain when it came.
_NOT_ITS_WORD = frozenset({"other-booth", "unknown-booth", "bad-signature"})


def remark(centre: Centre, officer: Officer, envelope: str, words: str) -> Outcome:
    """Write beside a letter; at most LONGEST_REMARK letters are kept."""
    words = " ".join(words.split())[:LONGEST_REMARK]
    if not words:
        return Refused("nothing-written")
    now = centre.clock()

    def write(tx: Tx) -> Outcome:
        if not rows.is_here(tx, envelope):
            return Refused("no-such-letter")
        staff_rows.remark(tx, envelope, officer.account, words, now)
        audit.note(tx, officer.account, Role.TECHNICIAN, "letter.remark", envelope, now)
        return Done()

    return centre.store.once(write)


def take(centre: Centre, officer: Officer, envelope: str) -> Outcome:
    """Take in an act whose card was blocked before it: the officer has found that its holder did it all the same.

    Refused("no-such-letter") where it was refused for anything else, and of a ballot: whose vote counts is nobody's to
    decide afterwards. Else as `retry`.
    """
    with centre.store.reading() as tx:
        found = rows.find_refused(tx, envelope)
    if found is None or found.reason != proofs.REVOKED or not _chained(found):
        return Refused("no-such-letter")
    return _again(centre, officer, envelope, "letter.take", proofs.REVOKED)


def card_of(centre: Centre, envelope: str) -> str:
    """The card that signed a letter which `take` may take in, "" of any other: whoever decides asks its holder."""
    with centre.store.reading() as tx:
        found = rows.find_refused(tx, envelope)
    if found is None or found.reason != proofs.REVOKED or not _chained(found):
        return ""
    body = open_sealed(Envelope.read(found.message).body, agree_with(centre.keys.sealing), kid=KID)
    proof = Head.apart(body)[0].proof
    return "" if proof is None else proof.card


def _chained(letter: rows.RefusedLetter) -> bool:
    return bool(letter.message) and Envelope.read(letter.message).chained


def retry(centre: Centre, officer: Officer, envelope: str) -> Outcome:
    """Judge a refused letter as if it came today from the booth that signed it. Refused("still-refused") where the
    verdict is the same or another refusal, which the letter then carries. A letter whose body was let go of
    (docs/retention.md) is none any more."""
    return _again(centre, officer, envelope, "letter.retry", "")


def _again(centre: Centre, officer: Officer, envelope: str, what: str, pardoned: str) -> Outcome:
    with centre.store.reading() as tx:
        found = rows.find_refused(tx, envelope)
    if found is None or not found.message:
        return Refused("no-such-letter")
    letter = Envelope.read(found.message)
    verdict = _judge(centre, letter, pardoned)
    now = centre.clock()

    def write(tx: Tx) -> Outcome:
        booth_rows.find(tx, letter.booth, lock=True)
        still = rows.find_refused(tx, envelope, lock=True)
        if still is None:
            return Refused("no-such-letter")
        reason = keep(tx, centre.matters, {letter.id: verdict}, now)[letter.id]
        if reason in _NOT_ITS_WORD:
            # That says something of the booth or its keys today. The letter goes on carrying what was said of itself,
            # which also tells whether it is a link of its booth's chain already.
            reason = still.reason
        if not reason and letter.chained and not _linked(still):
            chain.follow(tx, letter.booth, [chain.Link(letter.id, letter.previous, letter.digest())], now)
        rows.judged_again(tx, envelope, reason)
        role = Role.REGISTRAR if pardoned else Role.TECHNICIAN
        audit.note(tx, officer.account, role, what, envelope, now)
        return Refused("still-refused") if reason else Done()

    return centre.store.once(write)


def _linked(letter: rows.RefusedLetter) -> bool:
    """Whether it is a link of its chain: all are but what came without its booth's word on it. What was taken in on its
    batch's word and found bad later (`signature` bad) was linked when it came."""
    return letter.reason not in _NOT_ITS_WORD or letter.signature == BAD


def _judge(centre: Centre, letter: Envelope, pardoned: str) -> SoundAct | Rejected:
    with centre.store.reading() as tx:
        booth = booth_rows.find(tx, letter.booth)
    keys = booth_keys.envelope_keys(centre, letter.booth)
    # No request vouches for it any more: its own signature must, whatever the settings say of batches.
    if not signed_by(letter, keys):
        return Rejected("bad-signature")
    served = booth if booth is not None and booth.state == "active" else None
    return examine(centre, Sender(letter.booth, served, keys), letter, pardoned=pardoned)
