"""Judges one ballot and keeps its place among the others of its credential. The last one cast counts, whatever the
order of arrival. Never opens a ballot, and never links one to a card outside the table that is made for it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from ballot_box import (
    BallotRefused,
    ElectionSetup,
    ToolFailed,
    ToolUnavailable,
    check_ballot,
    credential_in,
    list_digest,
    part_of,
    with_only,
)
from central.kernel.centre import Centre
from central.kernel.judging import cores
from central.kernel.matter import Accepted, Kept, Rejected, Undecided
from central.matters.votes.store import ballots as rows
from central.matters.votes.store import elections as election_rows
from central.store import Tx
from central.store.line import feed as feed_rows
from central.store.line.booths import Booth
from central.store.office import registry as registry_rows
from municipality.matters.votes.messages import BALLOT_CONTEXT, BallotAct, Credentials, Election, VoteItem
from sync import NotSigned


@dataclass(frozen=True, repr=False)
class SoundBallot:
    """A ballot that passed every check that does not depend on the other ballots."""

    ballot: rows.Ballot
    card: str


def setup_of(notice: Election) -> ElectionSetup:
    """Belenios' own texts of an election, out of its notice; without credentials where it only names them."""
    record = notice.belenios
    return ElectionSetup(record.election, record.trustees, record.credentials, notice.tool)


@lru_cache(maxsize=4)
def _frozen_roll(text: str) -> frozenset[str]:
    """A large town's list of cards takes longer to read than a ballot's check."""
    return frozenset(json.loads(text))


def _setup_for(centre: Centre, notice: Election, ballot: str) -> ElectionSetup | None:
    """What `ballot` is checked against: the election, with the ballot's own credential if it stands on the list. Raises
    ToolUnavailable where the list is not whole here: that is no verdict on the ballot."""
    setup, said = setup_of(notice), credential_in(ballot)
    if notice.version == 1 or said is None:
        return setup
    part = part_of(said, len(notice.parts))
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, VoteItem.CREDENTIALS, notice.part_key(part))
    if item is None or not item.body:
        raise ToolUnavailable("a part of the credentials of an open vote is missing")
    listed = Credentials.read(centre.read_signed(VoteItem.CREDENTIALS, item.body)).credentials
    if list_digest(listed) != notice.parts[part]:
        raise ToolUnavailable("a part of the credentials is not the one that the notice names")
    return with_only(setup, said) if said in listed else None


def examine(centre: Centre, act: BallotAct) -> SoundBallot | str:
    """Sound, or a short code: card, its signature, its certificate's life, window, roll, then the ballot itself.

    Raises ToolFailed or OSError where the ballot cannot be checked now, and what the store raises.
    """
    with centre.store.reading() as tx:
        held = election_rows.find(tx, act.election)
    card = _card_behind(centre, act)
    if isinstance(card, str):
        return card
    if held is None:
        return "unknown-election"
    if held.state != "open":
        return "not-open"
    if not held.opens <= act.cast_at < held.closes:
        return "outside-the-window"
    if card.card not in _frozen_roll(held.roll):
        return "not-on-the-roll"
    setup = _setup_for(centre, Election.read(held.notice), act.ballot)
    checked = None if setup is None else check_ballot(setup, act.ballot)
    if checked is None or isinstance(checked, BallotRefused):
        return "ballot-not-sound"
    ballot = rows.Ballot(act.election, checked.tracker, checked.credential, act.ballot, act.cast_at)
    return SoundBallot(ballot, card.card)


def judge(centre: Centre, _booth: Booth, acts: Sequence[BallotAct]) -> list[SoundBallot | Rejected | Undecided]:
    """Each with belenios-tool: a process of its own, some 100 ms long, so they are shared over the cores."""
    return cores().share(lambda some: [_judge(centre, one) for one in some], acts, least=1)


def _judge(centre: Centre, act: BallotAct) -> SoundBallot | Rejected | Undecided:
    # A booth's clock may be some minutes wrong; a cast time far ahead would outrank every later vote.
    if act.cast_at > centre.clock() + timedelta(minutes=10):
        return Rejected("cast-in-the-future")
    try:
        examined = examine(centre, act)
    except (ToolFailed, OSError, NotSigned, ValueError) as trouble:
        # Of this one ballot: what came with it is judged all the same, or a broken tool would hold back lost cards.
        # What a booth may send wrongly has its own reason: what else cannot be read or believed is a row of ours.
        return Undecided(type(trouble).__name__)
    return Rejected(examined) if isinstance(examined, str) else examined


def keep_all(tx: Tx, votes: Sequence[Accepted[SoundBallot]], _now: datetime) -> Kept:
    """In the order of election and tracker, so that two batches never wait for each other, and neither table tells in
    which order ballots came."""
    inward = sorted(votes, key=lambda vote: (vote.act.ballot.election, vote.act.ballot.tracker, vote.envelope))
    reasons = {vote.envelope: keep(tx, vote.act, booth=vote.booth, envelope=vote.envelope) for vote in inward}
    return Kept([reasons[vote.envelope] for vote in votes])


def keep(tx: Tx, sound: SoundBallot, *, booth: str, envelope: str) -> str:
    """Give the ballot its place: current if it was cast last of its credential, else superseded. Returns "", or why
    it is not kept."""
    ballot = sound.ballot
    held = election_rows.find(tx, ballot.election, lock=True)  # one at a time: places depend on each other
    if held is None or held.state != "open":
        return "not-open"
    if rows.find(tx, ballot.election, ballot.tracker) is not None:
        return "ballot-known"
    # Whoever knows other credentials (the registrar, a thief of slips) must not use them with a card of their own.
    if rows.credentials_of(tx, ballot.election, sound.card) - {ballot.credential}:
        return "another-credential"
    others = rows.of_credential(tx, ballot.election, ballot.credential)
    newest = all(other.rank < ballot.rank for other in others)
    if newest:
        waiting = [other.tracker for other in others if other.state == rows.CURRENT]
        rows.set_state(tx, ballot.election, waiting, rows.SUPERSEDED)
    state = rows.CURRENT if newest else rows.SUPERSEDED
    placed = rows.Ballot(**{**vars(ballot), "state": state})
    rows.add(tx, placed, card=sound.card, booth=booth, envelope=envelope)
    return ""


def _card_behind(centre: Centre, act: BallotAct) -> registry_rows.Card | str:
    """The registered card whose 9A key signed `act` while it was good."""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(act.certificate, validate=True))
        signature = base64.b64decode(act.signature, validate=True)
    except (ValueError, binascii.Error):
        return "unreadable-certificate"
    fault = _path_fault(certificate, centre.card_authorities, act.cast_at)
    if fault:
        return fault
    number = certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)
    with centre.store.reading() as tx:
        card = registry_rows.find_card(tx, str(number[0].value)) if len(number) == 1 else None
    # The registered certificate itself, byte for byte: a replaced card's certificate is no longer this card's.
    # A card that is only ordered has none.
    if card is None or not card.authentication:
        return "unknown-card"
    if x509.load_pem_x509_certificate(card.authentication.encode()) != certificate:
        return "unknown-card"
    if card.revoked_at is not None and act.cast_at >= card.revoked_at:
        return "card-revoked"
    if not _signed(certificate.public_key(), signature, act.signed_part()):
        return "bad-card-signature"
    return card


def _path_fault(certificate: x509.Certificate, authorities: tuple[x509.Certificate, ...], at: datetime) -> str:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return "card-not-valid-then"
    for authority in authorities:
        try:
            certificate.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return ""
    return "not-our-card"


def _signed(key: object, signature: bytes, message: bytes) -> bool:
    try:
        match key:
            case ec.EllipticCurvePublicKey():
                key.verify(signature, BALLOT_CONTEXT + message, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, BALLOT_CONTEXT + message, padding.PKCS1v15(), hashes.SHA256())
            case _:
                return False
    except InvalidSignature:
        return False
    return True
