"""Signed revocation lists, kept for work off line: which one counts, whether it may be relied on, and which is newer.

It must never take half a list for a whole one, nor an older one for a newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID

from card_reader.piv import CERTIFICATE_ERRORS

_EXTENSIONS = {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER}


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """Ours, and on the revocation list."""


@dataclass(frozen=True, slots=True)
class RevocationListMissing:
    """No revocation list that can be relied on: a fault of this installation, not of the card.

    `none`; `damaged`; `issuer`: signed by nobody who may; `partial`: a delta, or of some certificates only; `future`:
    made later than this clock; `replayed`: an older one than was held before.
    """

    why: Literal["none", "damaged", "issuer", "partial", "future", "replayed"]


@dataclass(frozen=True, slots=True)
class RevocationListTooOld:
    """The revocation list is past its nextUpdate (and the grace): a fault of this installation, not of the card."""

    since: datetime


@dataclass(frozen=True, slots=True)
class ListTaken:
    """A list that may take the place of the one held."""

    number: int
    next_update: datetime


@dataclass(frozen=True, slots=True)
class ListOlder:
    """A whole and signed list, but its number is lower than that of the one held: somebody plays back an old one."""

    number: int
    held: int


ListFault: TypeAlias = RevocationListMissing | RevocationListTooOld


def revoked(
    certificates: list[x509.Certificate],
    issuer: x509.Certificate,
    lists: Iterable[bytes],
    floor: Mapping[bytes, int],
    grace: timedelta,
    now: datetime,
) -> CardRevoked | ListFault | None:
    """RFC 5280, section 6.3, for whole lists signed by the issuer itself; of several, the highest number counts.

    A list too old still revokes. `floor`: the highest number ever held, by `authority_id`.
    """
    crl = _newest(lists, issuer)
    if isinstance(crl, RevocationListMissing):
        return crl
    if any(crl.get_revoked_certificate_by_serial_number(one.serial_number) for one in certificates):
        return CardRevoked()
    if list_number(crl) < floor.get(authority_id(issuer), 0):
        return RevocationListMissing("replayed")
    if crl.last_update_utc > now + timedelta(days=1):  # a clock some minutes slow must not refuse every card
        return RevocationListMissing("future")
    if crl.next_update_utc is None:
        return RevocationListMissing("damaged")
    if now > crl.next_update_utc + grace:
        return RevocationListTooOld(crl.next_update_utc)
    return None


def accept_list(
    offered: bytes, held: bytes | None, authorities: Iterable[x509.Certificate]
) -> ListTaken | ListOlder | RevocationListMissing:
    """Whether a list that came may take the place of the one held. Lists of two authorities stand side by side: keep
    them apart by issuer, and compare each with its own.
    """
    faults: list[RevocationListMissing] = []
    for issuer in authorities:
        crl = _whole(offered, issuer)
        if isinstance(crl, RevocationListMissing):
            faults.append(crl)
            continue
        if crl.next_update_utc is None:
            return RevocationListMissing("damaged")
        number, before = list_number(crl), _whole(held, issuer) if held is not None else None
        if isinstance(before, x509.CertificateRevocationList) and number < list_number(before):
            return ListOlder(number, list_number(before))
        return ListTaken(number, crl.next_update_utc)
    return _worst(faults)


def authority_id(certificate: x509.Certificate) -> bytes:
    """What an authority's key is called in its certificates and lists."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def list_number(crl: x509.CertificateRevocationList) -> int:
    """The CRL number, 0 without one."""
    try:
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return 0


def _newest(lists: Iterable[bytes], issuer: x509.Certificate) -> x509.CertificateRevocationList | RevocationListMissing:
    read = [_whole(der, issuer) for der in lists]
    good = [one for one in read if isinstance(one, x509.CertificateRevocationList)]
    if good:
        return max(good, key=lambda crl: (list_number(crl), crl.last_update_utc))
    return _worst([one for one in read if isinstance(one, RevocationListMissing)])


def _worst(faults: list[RevocationListMissing]) -> RevocationListMissing:
    """That a list is another authority's is no news among several; anything else is."""
    told = [one for one in faults if one.why != "issuer"] or faults
    return told[0] if told else RevocationListMissing("none")


def _whole(der: bytes, issuer: x509.Certificate) -> x509.CertificateRevocationList | RevocationListMissing:
    try:
        crl = x509.load_der_x509_crl(der)
        key = issuer.public_key()
        signed = isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and crl.is_signature_valid(key)
        if crl.issuer != issuer.subject or not signed:
            return RevocationListMissing("issuer")
        found = {extension.oid for extension in crl.extensions}
        # A delta, a list of one kind of certificate, an indirect list: each leaves out cards that are revoked.
        if not found <= _EXTENSIONS or any(extension.critical for extension in crl.extensions):
            return RevocationListMissing("partial")
        if any(extension.critical for entry in crl for extension in entry.extensions):
            return RevocationListMissing("partial")
    except CERTIFICATE_ERRORS:
        return RevocationListMissing("damaged")
    return crl
