"""Says by whom a paper's file is sealed, and whether it is that paper, byte for byte, and nothing more.

It asks no network: the roots that are trusted are given to it, and whether a certificate was revoked it cannot know. It
never opens the PDF itself, so that no file can make it work long or take much memory.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from printing import seal_form
from printing.seal_form import NOTHING, Added, Place

if TYPE_CHECKING:
    from asn1crypto import cms, x509
    from pyhanko.sign.validation.status import SignatureStatus

LARGEST = 32 * 1024 * 1024  # bytes; a paper has some hundred thousand
# How far a booth's clock and this computer's may be apart before we say so.
_SLACK = timedelta(hours=1)
_WEAK = {"md2", "md5", "sha1"}
# What a certificate for papers is for, if it says so at all: RFC 9336, its forerunners, and S/MIME (widely so used).
_FOR_PAPERS = {
    "1.3.6.1.5.5.7.3.36", "microsoft_document_signing", "1.2.840.113583.1.1.5", "email_protection",
    "any_extended_key_usage",
}  # fmt: skip


class How(Enum):
    """What is not as it was sealed."""

    CONTENT = "content"  # bytes under the seal are others, or the seal itself is none
    ADDED = "added"  # what was sealed is all there, and something more
    IN_THE_SEAL = "in_the_seal"  # something stands in the seal's place that is not the seal as it was made


class Doubt(Enum):
    """Why an unchanged paper is not taken."""

    STRANGER = "stranger"  # outside the trusted roots, or with a certificate for something else
    WEAK = "weak"  # made in a way that others can imitate
    EXPIRED = "expired"  # sealed while its certificate was valid, which has ended since
    INVALID_THEN = "invalid_then"  # its certificate was not valid when it was sealed
    TO_COME = "to_come"  # sealed later than this computer's clock says that it is


@dataclass(frozen=True)
class Intact:
    """The whole file is, byte for byte, what `signer`, under a trusted root, sealed at `sealed_at` (as it claims)."""

    signer: str
    sealed_at: datetime | None


@dataclass(frozen=True)
class Altered:
    """Sealed once, and changed afterwards. `signer`: whose seal it is, if a trusted root says so; else None."""

    signer: str | None
    how: How = How.CONTENT
    added: Added = NOTHING


@dataclass(frozen=True)
class Untrusted:
    """Unchanged, and yet not to be relied on. `signer` is what the certificate says of itself.

    `began`, `ended`: when the chain to the trusted root is valid, if there is one.
    """

    signer: str
    sealed_at: datetime | None
    why: Doubt = Doubt.STRANGER
    began: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True)
class Unsealed:
    """A PDF without a seal."""


@dataclass(frozen=True)
class Unreadable:
    """Not a PDF, or larger than any paper of ours."""

    too_large: bool = False


Verdict = Intact | Altered | Untrusted | Unsealed | Unreadable


@dataclass(frozen=True)
class _Read:
    """The seal as it stands in its place, whatever it is worth."""

    data: cms.SignedData
    der: bytes
    signer: x509.Certificate
    digest: str


def examine(pdf: bytes, trust: Path, *, now: datetime) -> Verdict:
    """`trust` is a PEM file of root certificates; times are judged as of `now`.

    Raises OSError or ValueError when `trust` holds no certificate.
    """
    for foreign in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(foreign).setLevel(logging.CRITICAL)  # its warnings quote what is in the file
    roots = _roots(trust)
    if len(pdf) > LARGEST:
        return Unreadable(too_large=True)
    place = seal_form.find(pdf)
    if place is None:
        if seal_form.is_traced(pdf):
            return Altered(None)
        return Unsealed() if b"%PDF-" in pdf[:1024] else Unreadable()
    try:
        return _verdict(place, seal_form.added(pdf, place), _read(place), roots, now)
    except Exception:  # foreign parsers fail in any way, and quote what they read: it is no seal
        return Altered(None)


def _roots(trust: Path) -> list[x509.Certificate]:
    from cryptography import x509 as known
    from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1

    pem = known.load_pem_x509_certificates(trust.read_bytes())
    return [translate_pyca_cryptography_cert_to_asn1(root) for root in pem]


def _read(place: Place) -> _Read:
    """Raises anything for what is no signature of one signer who names the own certificate among what is signed."""
    from pyhanko.sign.general import extract_certificate_info, extract_signer_info
    from pyhanko.sign.validation.generic_cms import get_signing_cert_attr

    data, der = seal_form.signed_data(place.held)
    if len(data["certificates"]) > seal_form.MOST_CERTIFICATES:
        raise ValueError("more certificates than any chain has")  # looking for a path would take long
    one = extract_signer_info(data)
    if get_signing_cert_attr(one["signed_attrs"]) is None:
        raise ValueError("nothing signed says whose certificate it is")
    return _Read(data, der, extract_certificate_info(data).signer_cert, one["digest_algorithm"]["algorithm"].native)


def _verdict(place: Place, more: Added, read: _Read, roots: list[x509.Certificate], now: datetime) -> Verdict:
    name, sealed_at = _name(read.signer), seal_form.sealed_at(place)
    if read.digest in _WEAK:
        return Untrusted(name, sealed_at, Doubt.WEAK)
    status = _status(place, read, roots, sealed_at or now, now)
    if not status.valid:
        return Altered(None)
    trusted = status.trusted and _is_for_papers(read.signer)
    known = name if trusted else None
    if not status.intact:
        return Altered(known)
    if more != NOTHING:
        return Altered(known, How.ADDED, more)
    if not trusted:
        return Untrusted(name, sealed_at)
    assert status.validation_path is not None, "trusted along a path"
    path = list(status.validation_path.iter_certs(include_root=True))
    if not _is_bare(place, read, path):
        return Altered(name, How.IN_THE_SEAL)
    return _in_time(name, sealed_at, path, now)


def _status(
    place: Place, read: _Read, roots: list[x509.Certificate], sealed_at: datetime, now: datetime
) -> SignatureStatus:
    """What pyHanko says of signature and chain, at the first moment at which the chain holds; time is judged after."""
    began, ended = read.signer.not_valid_before, read.signer.not_valid_after
    moments = list(dict.fromkeys((sealed_at, now, began, ended)))
    digest = hashlib.new(read.digest)
    for part in place.covered:
        digest.update(part)
    for moment in moments:
        status = _asked(read, digest.digest(), roots, moment)
        if status.trusted or not status.valid:
            break
    return status


def _asked(read: _Read, digest: bytes, roots: list[x509.Certificate], moment: datetime) -> SignatureStatus:
    from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
    from pyhanko.sign.validation.status import SignatureStatus
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")
    asked = async_validate_cms_signature(
        read.data, status_cls=SignatureStatus, raw_digest=digest, validation_context=context
    )
    return asyncio.run(asked)


def _is_for_papers(signer: x509.Certificate) -> bool:
    """Whether it says nothing of what it is for, or says papers. (That it may bind its holder, pyHanko has asked.)"""
    purposes = signer.extended_key_usage_value
    return purposes is None or not _FOR_PAPERS.isdisjoint(purposes.native)


def _is_bare(place: Place, read: _Read, path: list[x509.Certificate]) -> bool:
    """Whether the seal's place, which the seal cannot cover, holds nothing but the seal and the chain to the root."""
    beside = {one.chosen.dump() for one in read.data["certificates"]}
    return beside <= {one.dump() for one in path} and seal_form.is_ours(place.held, read.data, read.der, read.signer)


def _in_time(name: str, sealed_at: datetime | None, path: list[x509.Certificate], now: datetime) -> Verdict:
    began, ended = max(one.not_valid_before for one in path), min(one.not_valid_after for one in path)
    then = sealed_at or now
    if not began <= then <= ended:
        return Untrusted(name, sealed_at, Doubt.INVALID_THEN, began, ended)
    if now + _SLACK < then:
        return Untrusted(name, sealed_at, Doubt.TO_COME, began, ended)
    if now > ended:
        return Untrusted(name, sealed_at, Doubt.EXPIRED, began, ended)
    return Intact(name, sealed_at)


def _name(certificate: x509.Certificate) -> str:
    """One line that cannot be taken for another: whoever made the certificate wrote it."""
    name = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(name)).split())
    return plain[:100] or "?"
