"""What enrolment and renewal share: a booth's key and certificate as files and as values, and files written whole.

Must never leave half a file, nor one that others can read.
"""

import os
import tempfile
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import NameOID

from municipality.messages import Message, MessageRefused

_M = TypeVar("_M", bound=Message)
NEXT, NEXT_CERTIFICATE = "signing.next.pem", "booth.next.pem"  # beside what they will follow


class Unsound(Exception):
    """Something in an answer is not what it must be."""


def request_for(booth: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateSigningRequest:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, booth)])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())


def pem_of(request: x509.CertificateSigningRequest) -> str:
    return request.public_bytes(Encoding.PEM).decode("ascii")


def answer_in(kind: type[_M], content: bytes) -> _M:
    try:
        return kind.read(content)
    except MessageRefused:
        raise Unsound("it is not an answer to what was asked") from None


def certificate_in(pem: str, booth: str, key: ec.EllipticCurvePrivateKey, authority_pem: str) -> x509.Certificate:
    certificate, authority = certificates_in(pem)[0], certificates_in(authority_pem)[0]
    names = [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [booth] or certificate.public_key() != key.public_key():
        raise Unsound("the certificate is another booth's")
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise Unsound("the certificate is not of the booth authority") from None
    return certificate


def certificates_in(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError:
        raise Unsound("a certificate in it cannot be read") from None


def public_key_in(pem: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Unsound("a key in it cannot be read")
    return key


def file_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in `file`; a new one if there is none, on disk before it is used."""
    if file.exists():
        key = load_pem_private_key(file.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key
    made = ec.generate_private_key(ec.SECP256R1())
    write_whole(file, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))
    return made


def write_whole(file: Path, text: str) -> None:
    """All of it or nothing, on the disk when this returns, readable by the owner only."""
    aside = written_beside(file, text)
    try:
        move(aside, file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def written_beside(file: Path, text: str) -> Path:
    """The same, ready to be moved into its place; that wants no more room on the disk."""
    made, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)  # mode 0600
    aside = Path(name)
    try:
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def move(source: Path, target: Path) -> None:
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def put_in_use(certificate: Path, pem: str, signing: Path | str) -> None:
    """Key and certificate change places with those before them; `mend` ends what was cut in between."""
    aside = certificate.with_name(NEXT_CERTIFICATE)
    write_whole(aside, pem)
    if isinstance(signing, Path):
        following = signing.with_name(NEXT)
        # A key that waits since an earlier try may not be the one that this certificate is for.
        if following.exists() and fits(aside, file_key(following)):
            move(following, signing)
    move(aside, certificate)


def fits(certificate: Path, key: ec.EllipticCurvePrivateKey) -> bool:
    """Whether it is this key's; False where it is not there or cannot be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).public_key() == key.public_key()
    except (OSError, ValueError):
        return False
