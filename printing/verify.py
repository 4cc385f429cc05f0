"""Says by whom a paper's file is sealed, and whether it is intact.

It asks no network: the roots that are trusted are given to it.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus
    from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Intact:
    """Not one byte changed since `signer`, under a trusted root, sealed it at `sealed_at` (as it claims)."""

    signer: str
    sealed_at: datetime | None


@dataclass(frozen=True)
class Altered:
    """Sealed once, and changed afterwards. `signer` is what the seal says, if it can still be read."""

    signer: str | None


@dataclass(frozen=True)
class Untrusted:
    """Unchanged, but sealed by someone outside the trusted roots, or out of the certificate's time."""

    signer: str
    sealed_at: datetime | None


@dataclass(frozen=True)
class Unsealed:
    """A PDF without a seal."""


@dataclass(frozen=True)
class Unreadable:
    """Not a PDF that can be read."""


Verdict = Intact | Altered | Untrusted | Unsealed | Unreadable


def examine(pdf: bytes, trust: Path, *, now: datetime) -> Verdict:
    """`trust` is a PEM file of root certificates; paths are checked as of `now`.

    Raises OSError or ValueError when `trust` holds no certificate.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    context = _context(trust, now)
    quiet = logging.getLogger("pyhanko")
    quiet.setLevel(logging.CRITICAL)  # its warnings quote what is in the file
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        seals = reader.embedded_regular_signatures
    except Exception:  # damage may show anywhere inside a foreign parser
        return Altered(None) if b"/ByteRange" in pdf else Unreadable()
    if not seals:
        return Altered(None) if b"/ByteRange" in pdf else Unsealed()
    return _verdict(seals[0], context)


def _context(trust: Path, now: datetime) -> ValidationContext:
    from cryptography import x509
    from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
    from pyhanko_certvalidator import ValidationContext

    known = x509.load_pem_x509_certificates(trust.read_bytes())
    roots = [translate_pyca_cryptography_cert_to_asn1(root) for root in known]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=now, revocation_mode="soft-fail")


def _verdict(one: EmbeddedPdfSignature, context: ValidationContext) -> Verdict:
    from pyhanko.sign.validation import validate_pdf_signature

    signer = _signer(one)
    try:
        status = validate_pdf_signature(one, context)
    except Exception:  # as above; whatever it is, the seal does not hold
        return Altered(signer)
    name = signer or "?"
    if not (status.intact and status.valid) or _changed_later(status):
        return Altered(signer)
    return Intact(name, one.self_reported_timestamp) if status.trusted else Untrusted(name, one.self_reported_timestamp)


def _signer(one: EmbeddedPdfSignature) -> str | None:
    try:
        certificate = one.signer_cert
    except Exception:  # as above
        return None
    name = certificate.subject.native.get("common_name")
    return str(name) if name else str(certificate.subject.human_friendly)


def _changed_later(status: PdfSignatureStatus) -> bool:
    """The centre may add time stamp and revocation data (B-LT); one byte more behind the seal is a change."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return False
    return not status.docmdp_ok or status.modification_level != ModificationLevel.LTA_UPDATES
