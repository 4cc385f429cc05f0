"""Seals an archive file: PAdES B-B, ECDSA P-256, with a visible face so that PDF/A stays valid.

The key sits behind `SealKey`; this module never writes one anywhere but in `write_pkcs12`, and never logs.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier

from printing.documents.seal_place import SEAL_BOX, Box

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

FIELD = "Seal"
_AROUND = 1_024  # bytes of a CMS object besides its certificates: attributes, digest, an RSA signature of 4096 bits
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


class SealUnusable(RuntimeError):
    """The seal file is missing, damaged, locked by another passphrase, or not an elliptic curve key."""


class SealKey(Protocol):
    """Who can seal: a PKCS#12 file here, a PKCS#11 token behind the same two members."""

    @property
    def name(self) -> str:
        """The certificate's common name, printed in the seal's box."""

    def signer(self) -> Signer:
        """pyHanko's signer over this key."""


class Pkcs12Seal:
    """A seal whose key and certificates lie in one PKCS#12 file. Raises SealUnusable."""

    def __init__(self, path: Path, passphrase: bytes | None) -> None:
        try:
            raw = path.read_bytes()
        except OSError as gone:
            raise SealUnusable(f"the seal file cannot be read: {gone.strerror}") from None
        self._key, self._certificate, self._others = _opened(raw, passphrase)
        self._name = _common_name(self._certificate)

    def __repr__(self) -> str:
        return f"Pkcs12Seal({self._name!r})"

    @property
    def name(self) -> str:
        return self._name

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    def signer(self) -> Signer:
        return _signer(self._key, self._certificate, self._others)


def _opened(
    raw: bytes, passphrase: bytes | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, list[x509.Certificate]]:
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(raw, passphrase)
    except ValueError:
        raise SealUnusable("the seal file is damaged or its passphrase is another") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        raise SealUnusable("the seal file holds no elliptic curve key with its certificate")
    return key, certificate, others


@contextlib.contextmanager
def _characters_not_bytes() -> Iterator[None]:
    """cryptography counts bytes where RFC 5280 counts characters, and warns: a Greek letter has two bytes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Attribute's length", category=UserWarning)
        yield


@_characters_not_bytes()
def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _signer(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, others: list[x509.Certificate]) -> Signer:
    from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1 as known
    from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1 as secret
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    chain = SimpleCertificateStore.from_certs([known(other) for other in others])  # type: ignore[no-untyped-call]
    return SimpleSigner(
        signing_cert=known(certificate), signing_key=secret(key), cert_registry=chain, embed_roots=False
    )


def seal(pdf: bytes, key: SealKey, *, now: datetime, box: Box = SEAL_BOX) -> bytes:
    """The same file with the seal as an incremental update, its face in `box` on the last page.

    `pdf` keeps that face (`documents.seal_mark`, `archive`); `now` is the claimed sealing time.
    Raises ValueError when it is naive, KeyError for a file without a face.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    from printing import pades

    signer = key.signer()
    return asyncio.run(pades.sign(io.BytesIO(pdf), signer, box, now, field=FIELD, room=_room(signer)))


def _room(signer: Signer) -> int:
    """Hexadecimal characters kept for the signature: its certificates, and as much again as a CMS object has around
    them; in whole kilobytes, so that two papers of one seal keep the same."""
    certificates = {one.dump() for one in (signer.signing_cert, *signer.cert_registry)}
    return -(-2 * (sum(map(len, certificates)) + _AROUND) // 1024) * 1024


def certify_seal(
    authority_certificate: x509.Certificate,
    authority_key: CertificateIssuerPrivateKeyTypes,
    name: str,
    now: datetime,
    years: float,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A new P-256 seal key and its certificate from the municipality's authority, valid from `now` on.

    The certificate never outlives the authority's. A demo seal: a qualified one comes from a trust provider.
    Raises ValueError for a name longer than 64 characters.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    if not 1 <= len(name) <= 64:
        raise ValueError("a common name has 1 to 64 characters (RFC 5280, ub-common-name)")
    organisation = authority_certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    with _characters_not_bytes():
        common_name = x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)
    subject = [x509.NameAttribute(NameOID.COUNTRY_NAME, "GR"), *organisation, common_name]
    until = min(now + timedelta(days=365.25 * years), authority_certificate.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(authority_certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # a booth's clock may run behind the centre's
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_authority_identifier(authority_certificate), critical=False)
    )
    return builder.sign(authority_key, hashes.SHA256()), key


_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _authority_identifier(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    try:
        own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())  # type: ignore[arg-type]
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def throwaway_signer(now: datetime) -> Signer:
    """A signer that nobody knows or trusts, for warming up."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "-")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    return _signer(key, certificate, [])


def write_pkcs12(
    path: Path,
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    *,
    chain: tuple[x509.Certificate, ...] = (),
    passphrase: bytes | None = None,
) -> None:
    """Writes the seal for `Pkcs12Seal`, readable by its owner only (0600) from the first byte on."""
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        lock = serialization.BestAvailableEncryption(passphrase)
    raw = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, list(chain), lock)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
