"""Which cards are good, as the town hall last said, and what it has heard of cards that were reported lost here.

Never: an older list of revocations in the place of a newer one.
"""

import base64
from collections.abc import Collection, Set
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card_reader import list_number
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import Fact, Pulled
from kiosk.store import Connection, blocks, facts
from municipality.matters.cards import MATTER
from municipality.matters.cards.messages import CardItem, Revocations
from sync import Reject, inbox, outbox

_URGENT = tuple(act.kind for act in MATTER.acts if act.urgent)


def judge(booth: Booth, connection: Connection, pulled: Pulled) -> Reject | None:
    """Block codes are believed as they come; a list of revocations only over the one before it."""
    if isinstance(pulled.message, Revocations):
        return _revocations_fault(booth, connection, pulled.message, pulled.at)
    return None


def what_is_known(_booth: Booth, connection: Connection, _now: datetime) -> Set[Fact]:
    """With no block code here, nobody can report a card as lost."""
    return {Fact.CARDS_CAN_BE_BLOCKED} if inbox.keys_of(connection, CardItem.BLOCK_CODES, "") else frozenset()


def taken_by_centre(connection: Connection, acts: Collection[str], at: datetime) -> None:
    """The centre has said, by `at` of its own clock, that it has these; some may be reports of lost cards."""
    blocks.settle(connection, acts, at.replace(microsecond=0))


def taken_by_stick(connection: Connection, at: datetime) -> None:
    """The same, after an answer that the centre gave at `at` has been taken off a stick."""
    # An answer by stick does not say which acts it speaks of; what neither waits nor was refused was taken.
    mine = blocks.unsettled(connection)
    waiting = {one.id for one in outbox.pending(connection, len(mine), urgent=_URGENT)}
    refused = {one.id for one in outbox.problems(connection)}
    taken_by_centre(connection, [id for id in mine if id not in waiting | refused], at)


def drop_settled(connection: Connection) -> None:
    """A revocation list made after the centre had the report is its word on the card: revoked there, or released at
    the counter. From then on the list decides."""
    as_of = facts.moment(connection, facts.REVOCATIONS_AS_OF)
    if as_of is not None:
        blocks.drop_settled(connection, as_of)


def _revocations_fault(booth: Booth, connection: Connection, matter: Revocations, now: datetime) -> Reject | None:
    """Only a list of our card authority, not of the future and not older than the last, takes the place of one."""
    try:
        crl = x509.load_der_x509_crl(base64.b64decode(matter.crl, validate=True))
        ours = any(_issued(crl, authority) for authority in booth.anchors.authorities)
        number, as_of = list_number(crl), crl.last_update_utc
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return Reject("not-a-revocation-list")
    if not ours:
        return Reject("not-of-our-authority")
    # A day, because the clocks of two machines are never one.
    if as_of > now + timedelta(days=1):
        return Reject("of-the-future")
    if _is_older(connection, number, as_of, now):
        return Reject("older-than-the-last")
    facts.put(connection, facts.REVOCATIONS_NUMBER, str(number))
    facts.put(connection, facts.REVOCATIONS_AS_OF, as_of.isoformat())
    return None


def _is_older(connection: Connection, number: int, as_of: datetime, now: datetime) -> bool:
    """By its number, as RFC 5280 has it: one that was made by a clock that was ahead gives way to the next, whatever
    its date. Of the list that an earlier program took only the date is known; one of the future is outlived."""
    held, last = facts.get(connection, facts.REVOCATIONS_NUMBER), facts.moment(connection, facts.REVOCATIONS_AS_OF)
    if held is not None:
        return number < int(held)
    return last is not None and as_of < last <= now + timedelta(days=1)


def _issued(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    return crl.issuer == authority.subject and crl.is_signature_valid(key)
