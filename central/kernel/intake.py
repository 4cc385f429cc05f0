"""Takes batches in: each envelope once in effect, checked end to end, in whatever order envelopes arrive.

One look, all checks, one transaction for a batch. Must never keep an unchecked act, drop anything silently, let a bad
envelope spoil the others, or write down the minute in which an act came that no chain orders.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from central.kernel import chain, proofs
from central.kernel.booth_keys import public_key
from central.kernel.centre import Centre
from central.kernel.judging import NoVerdict, Sender, Stored, Verdict, examine_all
from central.kernel.matter import Rejected, RejectedAct, Undecided
from central.kernel.register import Register, SoundAct
from central.kernel.serving import quota, served
from central.store import StoreFailed, Tx, Unstorable
from central.store.line import booths as booth_rows
from central.store.line import envelopes as rows
from sync import Answer, BadItem, Envelope


class NotServed(OSError):
    """The booth was suspended, revoked or reported stolen while its batch was under way. There is no verdict, nothing
    is kept: the line says "later", and what the booth is told then is what its state is."""


def take(centre: Centre, sender: str, envelope: Envelope, *, released: bool = False) -> Answer:
    """Take one envelope; see take_batch. Raises NoVerdict as well: it cannot be judged now."""
    answers = take_batch(centre, sender, [envelope], released=released)
    if not answers:
        raise NoVerdict("no verdict on this act")
    return answers[0]


def take_batch(
    centre: Centre, sender: str, members: Sequence[Envelope | BadItem], *, released: bool = False
) -> list[Answer]:
    """One answer for each member, in order; none for an act on which there is no verdict now (its tool or the disk
    fails): nothing of it is kept, and its booth offers it again. `sender` is the booth whose key signed the
    request. `released`: two persons let these out of quarantine, so that the booth's state does not matter.

    Again with the same bytes: duplicate, or the rejection it got. Other bytes under a known id: a conflict, kept and
    rejected. Raises only where none can be taken (the store fails, the booth is not served any more: NotServed, or
    too much of it was refused today: quota.TooMuchRefused).
    """
    whole = [member for member in members if isinstance(member, Envelope)]
    examined = _examine_new(centre, sender, whole, released)
    undecided = {id for id, verdict in examined.items() if isinstance(verdict, Undecided)}
    decided = [letter for letter in whole if letter.id not in undecided]
    with quota.watched(centre, sender):
        verdicts = _record_all(centre, sender, decided, examined, released)
    served.note(centre)
    answers = iter(verdicts)
    return [
        Answer(member.id, "rejected", "not-an-envelope") if isinstance(member, BadItem) else next(answers)
        for member in members
        if isinstance(member, BadItem) or member.id not in undecided
    ]


def sender_of(tx: Tx, booth: str, *, released: bool = False) -> Sender:
    """The booth as it stands now. An older key is still good for what it signed; the newest one is tried first."""
    found = booth_rows.find(tx, booth)
    keys = tuple(public_key(key) for key in booth_rows.keys(tx, booth) if key.barred_at is None)
    served = found if found is not None and (released or found.state == "active") else None
    return Sender(booth, served, keys)


def _examine_new(centre: Centre, booth: str, letters: Sequence[Envelope], released: bool) -> dict[str, Verdict]:
    """What can be said of the envelopes that are new, by id; of two under one id the first is examined."""
    with centre.store.reading() as tx:
        known = rows.known(tx, {letter.id for letter in letters})
        sender = sender_of(tx, booth, released=released)
    if sender.booth is None:
        raise NotServed("not served any more")
    new = {letter.id: letter for letter in reversed(letters) if letter.id not in known}
    # What comes out of quarantine has no request that vouches for it.
    later = centre.settings.intake.verify == "batch" and not released
    return dict(zip(new, examine_all(centre, sender, list(new.values()), later=later), strict=True))


def _record_all(
    centre: Centre, sender: str, letters: Sequence[Envelope], examined: dict[str, Verdict], released: bool
) -> list[Answer]:
    try:
        return centre.store.once(lambda tx: _record(centre, tx, sender, letters, examined, released))
    except Unstorable:
        # Something in it has no place in the database. The others must not wait for that one.
        return [_record_alone(centre, sender, letter, examined, released) for letter in letters]


def _record_alone(
    centre: Centre, sender: str, letter: Envelope, examined: dict[str, Verdict], released: bool
) -> Answer:
    try:
        return centre.store.once(lambda tx: _record(centre, tx, sender, [letter], examined, released))[0]
    except Unstorable:
        refused: dict[str, Verdict] = {letter.id: Rejected("not-storable")}
        return centre.store.once(lambda tx: _record(centre, tx, sender, [letter], refused, released))[0]


def _record(
    centre: Centre, tx: Tx, sender: str, letters: Sequence[Envelope], examined: dict[str, Verdict], released: bool
) -> list[Answer]:
    now = centre.clock()
    booth = booth_rows.find(tx, sender, lock=True)  # batches of one booth one after the other: its chain is one
    if not released and (booth is None or booth.state != "active"):
        raise NotServed("not served any more")
    before = rows.known(tx, {letter.id for letter in letters})
    new: dict[str, Envelope] = {}
    for letter in letters:
        if letter.id not in before:
            new.setdefault(letter.id, letter)
    if not new.keys() <= examined.keys():
        raise StoreFailed("an envelope that was known is gone")
    reasons = keep(tx, centre.matters, {id: examined[id] for id in new}, now)
    proofs.ring(tx, sender, reasons, now)
    chain.follow(tx, sender, _links(new.values(), reasons), now)
    kept = [_received(letter, now, reasons[id], examined[id]) for id, letter in new.items()]
    rows.add_all(tx, kept)
    outcomes = before | {one.envelope: rows.Known(one.digest, one.outcome, one.reason) for one in kept}
    conflicts = [one for one in letters if outcomes[one.id].digest != one.digest()]
    rows.add_conflicts(tx, [_received(one, now, "conflict", Rejected("conflict")) for one in conflicts])
    refused = [one for one in kept if one.outcome == "rejected"]
    if not released and (refused or conflicts):
        size = sum(len(one.message) for one in refused) + sum(len(one.message) for one in conflicts)
        quota.count(tx, sender, size, now)
    served.count_taken(tx, len(new))
    answers, fresh = [], set(new)
    for letter in letters:
        answers.append(_answer(letter, outcomes[letter.id], letter.id in fresh))
        fresh.discard(letter.id)  # the first of an id is the one that was taken
    return answers


def _answer(letter: Envelope, known: rows.Known, fresh: bool) -> Answer:
    if known.digest != letter.digest():
        return Answer(letter.id, "rejected", "conflict")
    if known.outcome == "rejected":
        return Answer(letter.id, "rejected", known.reason)
    return Answer(letter.id, "accepted" if fresh else "duplicate")


def keep(tx: Tx, matters: Register, examined: Mapping[str, Verdict], now: datetime) -> dict[str, str]:
    """Store what envelopes say. "" for each id, or why it is not kept."""
    reasons = {id: one.reason if isinstance(one, Rejected) else "" for id, one in examined.items()}
    matters.refuse(tx, [one for one in examined.values() if isinstance(one, RejectedAct)])
    return reasons | matters.keep(tx, [one for one in examined.values() if isinstance(one, SoundAct)], now)


def _links(letters: Collection[Envelope], reasons: dict[str, str]) -> list[chain.Link]:
    """The acts that are the booth's own word, in the order in which they came; refused ones are links as well."""
    ours = (one for one in letters if one.chained and reasons[one.id] not in _NOT_ITS_WORD)
    return [chain.Link(one.id, one.previous, one.digest()) for one in ours]


_NOT_ITS_WORD: Final = {"other-booth", "unknown-booth", "bad-signature"}


def _received(letter: Envelope, now: datetime, reason: str, examined: Verdict) -> rows.Received:
    # Of ballots, minutes of arrival would tell the order in which they came, which the booth's shuffle hides.
    shuffled = not letter.chained
    return rows.Received(
        envelope=letter.id,
        digest=letter.digest(),
        booth=letter.booth,
        kind=letter.kind,
        outcome="rejected" if reason else "accepted",
        reason=reason,
        message=letter.message,
        received_at=now.replace(minute=0, second=0, microsecond=0) if shuffled else now,
        signature=rows.UNCHECKED if isinstance(examined, Stored) else rows.CHECKED,
    )
