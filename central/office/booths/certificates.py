"""Booths' certificates: what a request must be, what the booth authority makes of it.

Must never certify a key whose holder has not signed with it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from card_reader import Authority
from central.kernel.centre import Centre, read_key
from central.office.booths import admission
from central.settings import BadSettings
from central.store.line import booths as rows

# A booth renews at two thirds. Offline from the day before that, it still has a month: "no network for weeks" is
# normal, and the longest backlog that the line is built for is three weeks. Docs: docs/enrolment.md.
LIFE: Final = timedelta(days=90)
# Clocks differ, and a booth's may have been set by hand an hour ago.
_EARLIER: Final = timedelta(hours=1)
AUTHORITY_FILE: Final = "booth-authority.pem"


def requested(pem: str, booth: str) -> tuple[ec.EllipticCurvePublicKey, str]:
    """The key of a PKCS#10 request whose only name is `booth`, and the request's digest. Raises ValueError."""
    try:
        request = x509.load_pem_x509_csr(pem.encode("ascii"))
        key = request.public_key()
        sound = request.is_signature_valid and isinstance(request.signature_hash_algorithm, hashes.SHA256)
    except (UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion):
        raise ValueError("no certificate request") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("booths have P-256 keys")
    names = [(name.oid, name.value) for name in request.subject]
    if not sound or names != [(NameOID.COMMON_NAME, booth)]:
        raise ValueError("not signed by its key, or of another name")
    return key, hashlib.sha256(request.public_bytes(Encoding.DER)).hexdigest()


def certified(
    centre: Centre, booth: str, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta = LIFE
) -> rows.Key:
    certificate = certify(_authority(centre), booth, centre.settings.municipality, key, now, life)
    return rows.Key(
        booth=booth,
        key=admission.fingerprint(key),
        public=public_pem(key),
        certificate=certificate.public_bytes(Encoding.PEM).decode("ascii"),
        not_before=now,
        not_after=certificate.not_valid_after_utc,
    )


def _authority(centre: Centre) -> Authority:
    if centre.settings.booth_authority is None:
        raise BadSettings("keys.booth_authority is missing; expected the key that certifies booths")
    key = read_key("keys.booth_authority", centre.settings.booth_authority)
    file = centre.settings.anchors / AUTHORITY_FILE
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        raise BadSettings(f"folders.anchors: {file} is not the booth authority's certificate") from None
    if certificate.public_key() != key.public_key():
        raise BadSettings(f"keys.booth_authority: is not the key of {file}")
    return Authority(certificate, key)


def certify(
    authority: Authority, booth: str, municipality: str, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.Certificate:
    """A booth's certificate: for signing and as a TLS client (RFC 5280 4.2.1.12), nothing else. It ends with its
    authority at the latest."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, municipality),
            x509.NameAttribute(NameOID.COMMON_NAME, booth),
        ]
    )
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    issuer = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(min(now + life, authority.certificate.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        .sign(authority.key, hashes.SHA256())
    )


def public_pem(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
