"""Takes one envelope in: once in effect, checked end to end, in whatever order envelopes arrive.

Must never append an unchecked ballot, drop anything silently, or keep a ballot's minute of arrival.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from central.services import ballots, certificates
from central.services.centre import KID, Centre
from central.store import Tx
from central.store import booths as booth_rows
from central.store import envelopes as rows
from municipality.messages import ActKind, BallotAct, CertificateAct, MessageRefused
from sync import Answer, BadEnvelope, BadItem, Envelope, SealBroken, agree_with, canonical, open_sealed, verify_envelope

Examined: TypeAlias = "ballots.Sound | CertificateAct"


@dataclass(frozen=True)
class Rejected:
    """Why an envelope is not taken: a short code, no content."""

    reason: str


def booth_key(centre: Centre, booth: str) -> ec.EllipticCurvePublicKey | None:
    """The key that an active booth signs with, as sync's `key_of` asks for it."""
    with centre.store.reading() as tx:
        found = booth_rows.find(tx, booth)
    if found is None or found.state != "active":
        return None
    key = load_pem_public_key(found.signing_key.encode())
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def take_batch(centre: Centre, sender: str, members: list[Envelope | BadItem]) -> list[Answer]:
    """One answer for each member, in order. `sender` is the booth whose key signed the request."""

    def answer(member: Envelope | BadItem) -> Answer:
        if isinstance(member, BadItem):
            return Answer(member.id, "rejected", "not-an-envelope")
        return take(centre, sender, member)

    # A ballot's check is a process of its own, so that threads use every core.
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as several:
        return list(several.map(answer, members))


def take(centre: Centre, sender: str, envelope: Envelope) -> Answer:
    """Take one envelope. Again with the same bytes: duplicate, or the rejection it got. Other bytes under a known id:
    a conflict, kept and rejected. Raises only where no verdict can be reached (belenios-tool or the store fails)."""
    with centre.store.reading() as tx:
        known = rows.find(tx, envelope.id)
    examined = Rejected("") if known else _examine(centre, sender, envelope)
    return centre.store.once(lambda tx: _record(tx, centre.clock(), envelope, examined))


def _record(tx: Tx, now: datetime, envelope: Envelope, examined: Examined | Rejected) -> Answer:
    received = _received(envelope, now, "rejected", "conflict")
    known = rows.find(tx, envelope.id)
    if known is not None and known.digest != received.digest:
        rows.add_conflict(tx, received)
        return Answer(envelope.id, "rejected", "conflict")
    if known is not None:
        duplicate = known.outcome == "accepted"
        return Answer(envelope.id, "duplicate" if duplicate else "rejected", known.reason)
    match examined:
        case Rejected(reason):
            pass
        case ballots.Sound():
            reason = ballots.keep(tx, examined, booth=envelope.booth, envelope=envelope.id)
        case CertificateAct():
            reason = certificates.keep(tx, examined)
    outcome = "rejected" if reason else "accepted"
    rows.add(tx, _received(envelope, now, outcome, reason))
    return Answer(envelope.id, "rejected", reason) if reason else Answer(envelope.id, "accepted")


def _received(envelope: Envelope, now: datetime, outcome: str, reason: str) -> rows.Received:
    # Minutes of arrival would tell the order in which ballots came, which the booth's shuffle hides.
    ballot = not envelope.chained
    return rows.Received(
        envelope=envelope.id,
        digest=envelope.digest(),
        booth=envelope.booth,
        kind=envelope.kind,
        outcome=outcome,
        reason=reason,
        message=canonical(envelope.to_json()).decode(),
        received_at=now.replace(minute=0, second=0, microsecond=0) if ballot else now,
    )


def _examine(centre: Centre, sender: str, envelope: Envelope) -> Examined | Rejected:
    """Everything that can be checked without changing anything."""
    if envelope.booth != sender:
        return Rejected("other-booth")
    key = booth_key(centre, envelope.booth)
    if key is None:
        return Rejected("unknown-booth")
    try:
        verify_envelope(envelope, key)
    except (BadEnvelope, InvalidSignature):
        return Rejected("bad-signature")
    if envelope.kind not in set(ActKind):
        return Rejected("unknown-kind")
    if envelope.version != 1:
        return Rejected("unknown-version")
    if envelope.chained == (envelope.kind == ActKind.BALLOT):
        return Rejected("wrong-class-of-id")
    return _open(centre, envelope)


def _open(centre: Centre, envelope: Envelope) -> Examined | Rejected:
    try:
        body = open_sealed(envelope.body, agree_with(centre.keys.sealing), kid=KID)
    except SealBroken:
        return Rejected("does-not-open")
    try:
        act = BallotAct.read(body) if envelope.kind == ActKind.BALLOT else CertificateAct.read(body)
    except MessageRefused:
        return Rejected("unreadable-body")
    if act.booth != envelope.booth:
        return Rejected("body-of-another-booth")
    if isinstance(act, CertificateAct):
        fault = certificates.examine(centre, act)
        return Rejected(fault) if fault else act
    # A booth's clock may be some minutes wrong; a cast time far ahead would outrank every later vote.
    if act.cast_at > centre.clock() + timedelta(minutes=10):
        return Rejected("cast-in-the-future")
    examined = ballots.examine(centre, act)
    return Rejected(examined) if isinstance(examined, str) else examined
