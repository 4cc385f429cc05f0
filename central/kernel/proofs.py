"""Whether a card has said what an act claims: its certificate, its holder, its signature, and that it was good then.

Must never believe a booth about whose act it is, nor a card that does not hold the key that was registered for it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from central.kernel.centre import Centre
from central.kernel.matter import Undecided
from central.store import Tx, alarms
from central.store.office import registry
from municipality.matters.cards.rules import Bearer
from municipality.proof import ACT_CONTEXT, CardProof, Statement
from sync import chained_id

REVOKED: Final = "card-revoked"
"""Signed by the card, but after it was blocked: an officer decides what becomes of it (central.office.letters)."""


USED_AFTER_BLOCK: Final = "card-used-after-block"
"""The alarm about it."""


@dataclass(frozen=True, repr=False)
class Claim:
    """A card's word on an act. `statement`: what the card must have signed, made from the envelope and not from it."""

    proof: CardProof
    statement: Statement


@dataclass(frozen=True)
class _Certified:
    """The 9A certificate that is registered for a card. `ours`: issued by an authority whose cards are served here."""

    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None
    serial: str
    not_before: datetime
    not_after: datetime
    ours: bool


def check_all(centre: Centre, claims: Sequence[Claim]) -> list[str | Undecided]:
    """ "" for each, or the code of its refusal; REVOKED only where all else holds. Undecided where the card's row here
    cannot be read: that is no verdict on who signed. Raises what the store raises."""
    if not claims:
        return []
    with centre.store.reading() as tx:
        cards = registry.find_cards(tx, {claim.proof.card for claim in claims})
    authorities = centre.card_authorities
    held = [cards.get(claim.proof.card) for claim in claims]
    certified = [None if card is None else _certified(card.authentication, authorities) for card in held]
    return [_fault(*one) for one in zip(claims, held, certified, strict=True)]


def ring(tx: Tx, booth: str, reasons: Mapping[str, str], now: datetime) -> None:
    """Somebody has a card that was blocked, and its PIN. `reasons`: of the envelopes of a batch, by id."""
    for id, reason in reasons.items():
        # Of a ballot no line of any table says in which minute it came.
        if reason == REVOKED and chained_id(id):
            alarms.ring(tx, USED_AFTER_BLOCK, booth, id, now)


def _fault(claim: Claim, card: registry.Card | None, certified: _Certified | Undecided | None) -> str | Undecided:
    if isinstance(certified, Undecided):
        return certified
    # The registered certificate and no other: a card that is only ordered has none, a replaced one not this.
    if card is None or certified is None or certified.serial != claim.proof.certificate:
        return "unknown-card"
    if not certified.ours:
        return "not-our-card"
    if not _signed(claim, certified):
        return "bad-card-signature"
    if not certified.not_before <= claim.statement.at <= certified.not_after:
        return "card-not-valid-then"
    # A technician's card speaks for nobody on the roll.
    if claim.proof.person != ("" if card.bearer == Bearer.TECHNICIAN else card.resident):
        return "another-person"
    # Last of all: what only looks as if a blocked card had signed it is not for an officer to weigh.
    return REVOKED if card.revoked_at is not None and claim.statement.at >= card.revoked_at else ""


# A certificate takes longer to read and to follow than a signature to verify, and a town's cards come again.
@lru_cache(maxsize=8192)
def _certified(pem: str, authorities: tuple[x509.Certificate, ...]) -> _Certified | Undecided | None:
    if not pem:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return Undecided("Damaged")
    key = certificate.public_key()
    return _Certified(
        key if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) else None,
        f"{certificate.serial_number:x}",
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        any(_issued(certificate, authority) for authority in authorities),
    )


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signed(claim: Claim, certified: _Certified) -> bool:
    message = ACT_CONTEXT + claim.statement.signed()
    try:
        signature = base64.b64decode(claim.proof.signature, validate=True)
        match certified.key:
            case ec.EllipticCurvePublicKey() as key:
                key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey() as key:
                key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            case _:
                return False
    except (InvalidSignature, ValueError):  # ValueError: no base64
        return False
    return True
