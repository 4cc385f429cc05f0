"""Whether a card is ours, valid, not revoked and no copy: everything that is settled before the PIN is asked.

It must never trust a thing that the card says of itself, and never ask a card for more than it needs to judge.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtensionOID

from card_reader import profile
from card_reader.apdu import CardFault
from card_reader.contexts import CARD_CHECK_CONTEXT, SIGN_IN_CONTEXT
from card_reader.piv import CERTIFICATE_ERRORS, CardKey, PivCard, Slot


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a booth trusts: the municipality's roots, its card authorities (a card brings neither), and the signed
    revocation list, DER, kept for work off line.

    Policy for an old list: up to `grace` past its nextUpdate it still counts, after that no card is taken, because a
    card reported lost since then would not be known here.
    """

    roots: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...]
    crl: bytes | None
    grace: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Genuine:
    """Our card, valid now, answering with its own key; the PIN may be asked. `certificate` is the one of 9A."""

    number: str
    authentication_key: CardKey
    key_management_key: CardKey
    certificate: x509.Certificate
    tries_left: int


@dataclass(frozen=True, slots=True)
class NotACitizenCard:
    """No PIV card, or a blank one."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A PIV card that this municipality did not issue, or not like this.

    `unreadable`: its answers are damaged; `issuer`: another authority; `certificate`: our authority's name, but a path,
    signature, key or profile that is not ours; `numbers`: its certificates speak of different cards.
    """

    why: Literal["unreadable", "issuer", "certificate", "numbers"]


@dataclass(frozen=True, slots=True)
class CardExpired:
    """Ours, but its time is over."""

    on: datetime


@dataclass(frozen=True, slots=True)
class CardNotYetValid:
    """Ours, but its time has not begun (or this clock is wrong)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """Ours, and on the revocation list."""


@dataclass(frozen=True, slots=True)
class RevocationListMissing:
    """No revocation list that can be relied on: a fault of this installation, not of the card."""

    why: Literal["none", "damaged", "issuer", "partial", "future"]


@dataclass(frozen=True, slots=True)
class RevocationListTooOld:
    """The revocation list is past its nextUpdate (and the grace): a fault of this installation, not of the card."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Counterfeit:
    """Our certificates on a card that does not hold their key."""


@dataclass(frozen=True, slots=True)
class CardBlocked:
    """Ours and genuine, but no PIN tries are left."""

    number: str


ListFault: TypeAlias = RevocationListMissing | RevocationListTooOld
Examination: TypeAlias = (
    Genuine
    | NotACitizenCard
    | NotOurs
    | CardExpired
    | CardNotYetValid
    | CardRevoked
    | RevocationListMissing
    | RevocationListTooOld
    | Counterfeit
    | CardBlocked
)


@dataclass(frozen=True, slots=True)
class _Certificates:
    authentication: x509.Certificate
    card_authentication: x509.Certificate
    key_management: x509.Certificate

    def by_slot(self) -> tuple[tuple[Slot, x509.Certificate], ...]:
        return (
            (Slot.AUTHENTICATION, self.authentication),
            (Slot.CARD_AUTHENTICATION, self.card_authentication),
            (Slot.KEY_MANAGEMENT, self.key_management),
        )


def examine(card: PivCard, anchors: Anchors, now: datetime) -> Examination:
    """Everything before the PIN, in this order: application, certificates, path and dates, one number, revocation
    list, challenge of the card's own key (9E), tries left. Raises CardGone only.
    """
    try:
        certificates = _read(card)
    except CardFault:
        return NotOurs("unreadable")
    if certificates is None:
        return NotACitizenCard()
    fault = _judge(certificates, anchors, now)
    if fault is not None:
        return fault
    number = profile.card_number(certificates.authentication)
    if number is None or not _answers(card, Slot.CARD_AUTHENTICATION, certificates.card_authentication.public_key()):
        return Counterfeit()
    try:
        left = card.tries_left()
    except CardFault:
        return NotOurs("unreadable")
    if left == 0:
        return CardBlocked(number)
    return Genuine(
        number, _key(certificates.authentication), _key(certificates.key_management), certificates.authentication, left
    )


def prove_presence(card: PivCard, genuine: Genuine, context: bytes = SIGN_IN_CONTEXT) -> bool:
    """Whether the card, its PIN verified, signs a fresh challenge by the 9A key of its certificate.

    Raises CardGone. False also if the card refuses, as it does without the PIN.
    """
    return _answers(card, Slot.AUTHENTICATION, genuine.authentication_key, context)


def signature_holds(key: object, signature: bytes, context: bytes, message: bytes) -> bool:
    """Whether `signature` is what PivCard.sign makes by this key over this context and message."""
    try:
        match key:
            case ec.EllipticCurvePublicKey():
                key.verify(signature, context + message, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, context + message, padding.PKCS1v15(), hashes.SHA256())
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def _answers(card: PivCard, slot: Slot, key: object, context: bytes = CARD_CHECK_CONTEXT) -> bool:
    challenge = secrets.token_bytes(32)
    try:
        signature = card.sign(slot, context, challenge)
    except CardFault:
        return False
    return signature_holds(key, signature, context, challenge)


def _read(card: PivCard) -> _Certificates | None:
    if not card.select():
        return None
    authentication, card_authentication, key_management = (
        card.certificate(Slot.AUTHENTICATION),
        card.certificate(Slot.CARD_AUTHENTICATION),
        card.certificate(Slot.KEY_MANAGEMENT),
    )
    if authentication is None or card_authentication is None or key_management is None or card.chuid() is None:
        return None
    return _Certificates(authentication, card_authentication, key_management)


Fault: TypeAlias = NotOurs | CardExpired | CardNotYetValid | CardRevoked | RevocationListMissing | RevocationListTooOld


def _judge(certificates: _Certificates, anchors: Anchors, now: datetime) -> Fault | None:
    issuers = []
    for slot, certificate in certificates.by_slot():
        issuer = profile.path(certificate, slot, anchors.roots, anchors.authorities, now)
        if issuer is None:
            return _why_no_path(certificate, slot, anchors, now)
        issuers.append(issuer)
    if len({profile.card_number(certificate) for _, certificate in certificates.by_slot()}) != 1:
        return NotOurs("numbers")
    if any(issuer != issuers[0] for issuer in issuers):
        return NotOurs("certificate")
    return _revocation([certificate for _, certificate in certificates.by_slot()], issuers[0], anchors, now)


def _why_no_path(
    certificate: x509.Certificate, slot: Slot, anchors: Anchors, now: datetime
) -> NotOurs | CardExpired | CardNotYetValid:
    """Expired counts as such only for a card that was ours while it lasted: the verifier itself gives no reasons."""

    def ours_at(moment: datetime) -> bool:
        return profile.path(certificate, slot, anchors.roots, anchors.authorities, moment) is not None

    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > end and ours_at(end):
        return CardExpired(end)
    if now < begin and ours_at(begin):
        return CardNotYetValid(begin)
    known = {authority.subject for authority in anchors.authorities}
    return NotOurs("certificate" if _issuer(certificate) in known else "issuer")


def _issuer(certificate: x509.Certificate) -> x509.Name | None:
    try:
        return certificate.issuer
    except CERTIFICATE_ERRORS:
        return None


_LIST_EXTENSIONS = {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER}


def _revocation(
    certificates: list[x509.Certificate], issuer: x509.Certificate, anchors: Anchors, now: datetime
) -> CardRevoked | ListFault | None:
    """RFC 5280, section 6.3, for a whole list signed by the issuer itself. A list too old still revokes."""
    crl = _whole_list(anchors.crl, issuer)
    match crl:
        case RevocationListMissing():
            return crl
        case x509.CertificateRevocationList():
            pass
        case _:
            assert_never(crl)
    if any(crl.get_revoked_certificate_by_serial_number(one.serial_number) for one in certificates):
        return CardRevoked()
    if crl.last_update_utc > now + timedelta(days=1):  # a clock some minutes slow must not refuse every card
        return RevocationListMissing("future")
    if crl.next_update_utc is None:
        return RevocationListMissing("damaged")
    if now > crl.next_update_utc + anchors.grace:
        return RevocationListTooOld(crl.next_update_utc)
    return None


def _whole_list(der: bytes | None, issuer: x509.Certificate) -> x509.CertificateRevocationList | RevocationListMissing:
    if der is None:
        return RevocationListMissing("none")
    try:
        crl = x509.load_der_x509_crl(der)
        key = issuer.public_key()
        signed = isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and crl.is_signature_valid(key)
        if crl.issuer != issuer.subject or not signed:
            return RevocationListMissing("issuer")
        found = {extension.oid for extension in crl.extensions}
        # A delta, a list of one kind of certificate, an indirect list: each leaves out cards that are revoked.
        if not found <= _LIST_EXTENSIONS or any(extension.critical for extension in crl.extensions):
            return RevocationListMissing("partial")
        if any(extension.critical for entry in crl for extension in entry.extensions):
            return RevocationListMissing("partial")
    except CERTIFICATE_ERRORS:
        return RevocationListMissing("damaged")
    return crl


def _key(certificate: x509.Certificate) -> CardKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise AssertionError("the profile lets no other key through")
    return key
