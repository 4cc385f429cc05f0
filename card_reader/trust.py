"""Whether a card is ours, valid, not revoked and no copy: everything that is settled before the PIN is asked.

It must never trust a thing that the card says of itself, and never ask a card for more than it needs to judge.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from card_reader import profile
from card_reader.apdu import CardFault
from card_reader.contexts import CARD_CHECK_CONTEXT, SIGN_IN_CONTEXT
from card_reader.faults import Asked, not_there
from card_reader.piv import CERTIFICATE_ERRORS, CardKey, PivCard, Slot
from card_reader.revocation import CardRevoked, RevocationListMissing, RevocationListTooOld, revoked


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a booth trusts: the municipality's roots, its card authorities (a card brings neither), and the signed
    revocation list, DER, kept for work off line. While one authority follows another, `more_crls` holds the lists of
    the others; of several lists by one authority, the highest number counts.

    Policy for an old list: up to `grace` past its nextUpdate it still counts, after that no card is taken, because a
    card reported lost since then would not be known here. `crl_floor`: the highest list number ever held, by
    `authority_id`; a list below it is played back and does not count.
    """

    roots: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...]
    crl: bytes | None
    grace: timedelta = timedelta(0)
    more_crls: tuple[bytes, ...] = ()
    crl_floor: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Genuine:
    """Our card, valid now, answering with its own key; the PIN may be asked. `certificate` is the one of 9A; `roles`
    are those that it names, as dotted identifiers."""

    number: str
    authentication_key: CardKey
    key_management_key: CardKey
    certificate: x509.Certificate
    tries_left: int
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotACitizenCard:
    """No PIV card, or a blank one."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A PIV card that this municipality did not issue, or not like this.

    `issuer`: another authority; `certificate`: our authority's name, but a path, signature, key or profile that is not
    ours; `numbers`: its certificates speak of different cards.
    """

    why: Literal["issuer", "certificate", "numbers"]


@dataclass(frozen=True, slots=True)
class ReadError:
    """A technical fault, twice in a row: the card answered what no PIV card should, or refused what every one answers.

    It says nothing of whose card it is; another try may go well. `step`: what it was asked; `status`: its word, if any.
    """

    step: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class CardExpired:
    """Ours, but its time is over."""

    on: datetime


@dataclass(frozen=True, slots=True)
class CardNotYetValid:
    """Ours, but its time has not begun (or this clock is wrong)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Counterfeit:
    """Our certificates on a card that does not hold their key: a wrong answer to a challenge, or «no such key»."""


@dataclass(frozen=True, slots=True)
class CardBlocked:
    """Ours and genuine, but no PIN tries are left."""

    number: str


Examination: TypeAlias = (
    Genuine
    | NotACitizenCard
    | NotOurs
    | ReadError
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
        return _examined(card, anchors, now)
    except CardFault as fault:
        return ReadError(fault.doing, fault.status)


def _examined(card: PivCard, anchors: Anchors, now: datetime) -> Examination:
    certificates = _read(card)
    if certificates is None:
        return NotACitizenCard()
    fault = _judge(certificates, anchors, now)
    if fault is not None:
        return fault
    number = profile.card_number(certificates.authentication)
    if number is None or not _answers(card, Slot.CARD_AUTHENTICATION, certificates.card_authentication.public_key()):
        return Counterfeit()
    left = card.tries_left()
    if left == 0:
        return CardBlocked(number)
    return Genuine(
        number,
        _key(certificates.authentication),
        _key(certificates.key_management),
        certificates.authentication,
        left,
        profile.roles_in(certificates.authentication),
    )


def demand_presence(
    card: PivCard, genuine: Genuine, context: bytes = SIGN_IN_CONTEXT, booth: str = "", session: str = ""
) -> bool:
    """Whether the card, its PIN verified, signs a fresh challenge by the 9A key of its certificate. The challenge names
    the booth and the session, so that an answer made elsewhere, or in another visit, is none.

    False: the proof failed. Raises CardGone, and CardFault where the card gave no answer to judge.
    """
    return _answers(card, Slot.AUTHENTICATION, genuine.authentication_key, context, booth, session)


def prove_presence(
    card: PivCard, genuine: Genuine, context: bytes = SIGN_IN_CONTEXT, booth: str = "", session: str = ""
) -> bool:
    """The same for whoever needs a yes or no: False also if the card refuses, as it does without the PIN. Raises
    CardGone."""
    try:
        return demand_presence(card, genuine, context, booth, session)
    except CardFault:
        return False


def challenge(nonce: bytes, booth: str = "", session: str = "") -> bytes:
    """What is signed after the context: 32 random bytes, then the names of booth and session, each with its length."""
    names = [name.encode() for name in (booth, session)]
    return nonce + b"".join(len(name).to_bytes(2, "big") + name for name in names)


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


def _answers(
    card: PivCard, slot: Slot, key: object, context: bytes = CARD_CHECK_CONTEXT, booth: str = "", session: str = ""
) -> bool:
    """Raises CardFault where there is no answer to judge: a fault proves nothing, for the card or against it."""
    asked = challenge(secrets.token_bytes(32), booth, session)
    try:
        signature = card.sign(slot, context, asked)
    except CardFault as fault:
        if not_there(Asked.PROOF, fault.status):
            return False
        raise
    return signature_holds(key, signature, context, asked)


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
    lists = (*(() if anchors.crl is None else (anchors.crl,)), *anchors.more_crls)
    all_three = [certificate for _, certificate in certificates.by_slot()]
    return revoked(all_three, issuers[0], lists, anchors.crl_floor, anchors.grace, now)


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


def _key(certificate: x509.Certificate) -> CardKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise AssertionError("the profile lets no other key through")
    return key
