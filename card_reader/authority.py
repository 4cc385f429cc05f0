"""Makes authorities, card certificates and revocation lists.

It must never put anything but the card number, and the holder's roles, into a certificate, nor keep a key itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from card_reader import profile
from card_reader.keys import is_weak
from card_reader.piv import CardKey, Slot


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate and the key that signs in its name."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_root(name: str, now: datetime, years: int = 20) -> Authority:
    """A new root, P-256, signed by itself; `name` is the authority's, never a person's."""
    return _make_authority(name, None, now, years, path_length=1)


def make_card_authority(root: Authority, name: str, now: datetime, years: int = 10) -> Authority:
    """A new card authority under a root; it may issue cards, not further authorities. It ends with its root."""
    return _make_authority(name, root, now, years, path_length=0)


def certify(
    authority: Authority,
    number: str,
    slot: Slot,
    public_key: CardKey,
    not_before: datetime,
    not_after: datetime,
    roles: tuple[str, ...] = (),
) -> x509.Certificate:
    """A slot's certificate. `roles`: of the holder, in 9A only (profile.purpose). Raises ValueError for a bad card
    number, a key that may not stand in that slot, or a weak one."""
    if not profile.serves(slot, public_key) or is_weak(public_key):
        raise ValueError(f"this key may not stand in {slot.name}")
    builder = _builder(profile.subject(number), authority.certificate.subject, public_key, not_before, not_after)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(profile.usage(slot, public_key), critical=True)
    builder = builder.add_extension(profile.purpose(slot, roles), critical=True)
    builder = builder.add_extension(_issued_by(authority.certificate), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


def make_crl(
    authority: Authority,
    revoked: Sequence[tuple[int, datetime]],
    number: int,
    now: datetime,
    next_update: datetime,
    *,
    on_hold: Collection[int] = (),
) -> bytes:
    """A whole revocation list, DER, of (certificate serial number, moment of revocation). Of those in `on_hold` it says
    that they may come back (certificateHold, RFC 5280, 5.3.1)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issued_by(authority.certificate), critical=False)
    )
    for serial, moment in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        if serial in on_hold:
            entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.certificate_hold), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _make_authority(name: str, issuer: Authority | None, now: datetime, years: int, path_length: int) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    not_after = years_after(now, years)
    if issuer is not None:
        not_after = min(not_after, issuer.certificate.not_valid_after_utc)
    issuer_name = subject if issuer is None else issuer.certificate.subject
    builder = _builder(subject, issuer_name, key.public_key(), now - timedelta(hours=1), not_after)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(profile.key_usage(signs_certificates=True), critical=True)
    if issuer is not None:
        builder = builder.add_extension(_issued_by(issuer.certificate), critical=False)
    return Authority(builder.sign(key if issuer is None else issuer.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: CardKey, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _issued_by(certificate: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def years_after(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year + years)
    except ValueError:  # 29 February
        return now.replace(year=now.year + years, day=28)
