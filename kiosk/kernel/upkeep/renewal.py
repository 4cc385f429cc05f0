"""The booth's certificate renews itself when two thirds of its life are over. See docs/enrolment.md.

Must never put a certificate in use without its key, nor a key without its certificate, nor one that the key before has
not signed for.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import booth_files, endorsing
from kiosk.kernel.upkeep.enrolment import Asks
from kiosk.settings import KeysTable
from municipality.enrolment import Renewal, RenewalRequest
from sync import LineDown, RequestRefused


@dataclass(frozen=True)
class NotDue:
    """The certificate still has more than a third of its life, or this booth has none to renew."""


@dataclass(frozen=True)
class Renewed:
    until: datetime


@dataclass(frozen=True)
class NotRenewed:
    """Not this time; the next round tries again. `why`: a short code."""

    why: str


def renew_if_due(booth: Booth, line: Asks) -> NotDue | Renewed | NotRenewed:
    """Ask for the next certificate when two thirds of this one's life are over, with the line's key, that is the old
    one. A key in a file is followed by a new one, so that a copied disk is found out; a token's key stays.

    The new key is used from the next line that is dialled on; what was signed with the old one stays good.
    """
    settings = booth.settings.keys
    mend(settings)
    # As it is on the disk: this process may have been started before the last renewal.
    held = booth_files.file_key(settings.signing) if isinstance(settings.signing, Path) else booth.key
    if settings.certificate is None or not _due(settings.certificate, held, booth.clock()):
        return NotDue()
    own = held
    following = settings.signing.with_name(booth_files.NEXT) if isinstance(settings.signing, Path) else None
    if following is not None and booth_files.fits(settings.certificate, held):
        own = booth_files.file_key(following)
    try:
        asked = RenewalRequest(request=booth_files.pem_of(booth_files.request_for(booth.id, own)))
        answer = booth_files.answer_in(Renewal, line.ask("POST", "/v2/renew", asked.text().encode()))
        authority = (booth.settings.anchors.folder / "booth-authority.pem").read_text(encoding="ascii")
        certificate = booth_files.certificate_in(answer.certificate, booth.id, own, authority)
    except LineDown as trouble:
        return NotRenewed(str(trouble))
    except RequestRefused as refused:
        return NotRenewed(refused.reason)
    except (OSError, UnicodeDecodeError, booth_files.Unsound):
        return NotRenewed("bad-answer")
    if following is not None and own is not held:
        endorsing.endorse(following.parent, booth.id, held, own.public_key())
    booth_files.put_in_use(settings.certificate, answer.certificate, settings.signing)
    return Renewed(certificate.not_valid_after_utc)


def mend(keys: KeysTable) -> None:
    """A renewal that was cut after the key had changed: its certificate lies beside it, and takes its place."""
    if keys.certificate is None or not isinstance(keys.signing, Path):
        return
    aside = keys.certificate.with_name(booth_files.NEXT_CERTIFICATE)
    if aside.exists() and booth_files.fits(aside, booth_files.file_key(keys.signing)):
        booth_files.move(aside, keys.certificate)


def tls_certificate(keys: KeysTable) -> tuple[str, str] | None:
    """Certificate and key as files, for a proxy that asks for one. A token's key cannot be used so."""
    mend(keys)
    if keys.certificate is None or not isinstance(keys.signing, Path):
        return None
    fits = booth_files.fits(keys.certificate, booth_files.file_key(keys.signing))
    return (str(keys.certificate), str(keys.signing)) if fits else None


def _due(file: Path, key: ec.EllipticCurvePrivateKey, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return True  # one that cannot be read serves nobody: the next is due
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return certificate.public_key() != key.public_key() or now >= begins + (ends - begins) * 2 / 3
