"""This booth joins a town hall, with the code of an invitation; and later renews its certificate by itself.

Must never send the token to anybody but the centre that the invitation names, nor leave a folder that is half written
and looks whole: kiosk.toml comes last.
"""

import base64
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import NameOID

from kiosk.services.booth import CENTRE, Booth
from kiosk.settings import KeysTable
from municipality.enrolment import (
    CARD_TYP,
    CentreCard,
    Enrolment,
    EnrolmentClaim,
    EnrolmentRequest,
    Invitation,
    Renewal,
    RenewalRequest,
)
from municipality.messages import Message, MessageRefused
from sync import LineDown, NotSigned, Refused, seal, verify_matter

_M = TypeVar("_M", bound=Message)
_CLAIM_SIZE = 1024
_SETTINGS, _SIGNING, _NEXT = "kiosk.toml", "signing.pem", "signing.next.pem"
_CERTIFICATE, _NEXT_CERTIFICATE = "booth.pem", "booth.next.pem"
_MARK = "invitation"  # the hash of the last one that was followed here


class Asks(Protocol):
    """A line on which a word of our own can be said (sync.Client)."""

    @property
    def clock_offset(self) -> timedelta: ...
    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes: ...
    def close(self) -> None: ...


# With the keys of the centre every answer must be signed by it; without them nobody vouches for it.
Dial: TypeAlias = Callable[[str, ec.EllipticCurvePrivateKey, Mapping[str, ec.EllipticCurvePublicKey] | None], Asks]


@dataclass(frozen=True)
class Enrolled:
    """Done. `until`: the certificate's end; `clock_offset`: how far this machine's clock is behind the centre's."""

    booth: str
    until: datetime
    clock_offset: timedelta


@dataclass(frozen=True)
class Impostor:
    """Whoever answers there is not the centre that wrote the invitation. The token has not been sent."""


@dataclass(frozen=True)
class NotLetIn:
    """The centre refused. `reason`: docs/enrolment.md."""

    reason: str


@dataclass(frozen=True)
class NoLine:
    """No answer. Nothing is lost: the same command again goes on where this one stopped."""

    why: str


@dataclass(frozen=True)
class AlreadyThere:
    """This folder is a booth already."""


@dataclass(frozen=True)
class BadAnswer:
    """The centre let the booth in, but what it said does not hold together; nothing was written."""

    what: str


Outcome: TypeAlias = Enrolled | Impostor | NotLetIn | NoLine | AlreadyThere | BadAnswer


class _Unsound(Exception):
    """Something in an answer is not what it must be."""


@dataclass(frozen=True)
class TokenPlace:
    """Where a key lies that is in no file: as it stands in kiosk.toml."""

    uri: str
    pin_file: Path


def enrol(
    folder: Path,
    invitation: Invitation,
    dial: Dial,
    *,
    key: tuple[ec.EllipticCurvePrivateKey, TokenPlace] | None = None,
    again: bool = False,
) -> Outcome:
    """Make `folder` the booth of `invitation`. `key`: in a token; None makes one in a file. `again`: the folder is a
    booth already and gets a new key (but for a token's) and new anchors; its settings and its store stay.

    Cut anywhere, it can be run again with the same invitation.
    """
    if (folder / _SETTINGS).exists() and not again:
        return AlreadyThere()
    keys = folder / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = key[0] if key is not None else _key_for(invitation, keys, again)
    try:
        centre = _ask_centre(invitation, own, dial)
        if centre is None:
            return Impostor()
        answer, offset = _ask_in(invitation, own, centre, dial)
        until = _check(answer, invitation, centre, own)
    except LineDown as trouble:
        return NoLine(str(trouble))
    except Refused as refused:
        return NotLetIn(refused.reason)
    except _Unsound as unsound:
        return BadAnswer(str(unsound))
    _settle(folder, invitation, answer, key[1] if key is not None else None)
    return Enrolled(answer.booth, until, offset)


def _key_for(invitation: Invitation, keys: Path, again: bool) -> ec.EllipticCurvePrivateKey:
    """One invitation, one key: also where this command was cut after the key had taken its place."""
    following, mark = keys / _NEXT, keys / _MARK
    if not again:
        return _file_key(keys / _SIGNING)
    this = invitation.code.token_hash()
    if not following.exists() and mark.exists() and mark.read_text(encoding="ascii") == this:
        return _file_key(keys / _SIGNING)
    own = _file_key(following)
    _write(mark, this)
    return own


def _ask_centre(invitation: Invitation, own: ec.EllipticCurvePrivateKey, dial: Dial) -> CentreCard | None:
    """Who answers there, if it is the centre of the invitation."""
    line = dial(invitation.booth, own, None)
    try:
        answer = line.ask("GET", "/v1/centre")
    finally:
        line.close()
    try:
        token = str(json.loads(answer)["card"])
        payload = token.split(".")[1]
        shown = CentreCard.read(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        signing = _public_key(shown.signing)
        info = signing.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if not invitation.code.is_of(info):
            return None
        return CentreCard.read(verify_matter(token, {CENTRE: signing}, typ=CARD_TYP))
    except (IndexError, KeyError, TypeError, ValueError, NotSigned, _Unsound):
        return None


def _ask_in(
    invitation: Invitation, own: ec.EllipticCurvePrivateKey, centre: CentreCard, dial: Dial
) -> tuple[Enrolment, timedelta]:
    request = _request(invitation.booth, own)
    claim = EnrolmentClaim(
        booth=invitation.booth,
        token=invitation.code.token.hex(),
        request=hashlib.sha256(request.public_bytes(Encoding.DER)).hexdigest(),
    )
    asked = EnrolmentRequest(
        booth=invitation.booth,
        request=_pem(request),
        claim=seal(claim.text().encode(), _public_key(centre.sealing), kid=CENTRE, size=_CLAIM_SIZE),
    )
    line = dial(invitation.booth, own, {CENTRE: _public_key(centre.signing)})
    try:
        content = line.ask("POST", "/v1/enrol", asked.text().encode())
        return _read(Enrolment, content), line.clock_offset
    finally:
        line.close()


def _check(answer: Enrolment, invitation: Invitation, centre: CentreCard, own: ec.EllipticCurvePrivateKey) -> datetime:
    """Returns the certificate's end. Raises _Unsound."""
    if answer.booth != invitation.booth or answer.municipality != centre.municipality:
        raise _Unsound("it speaks of another booth or municipality")
    if _public_key(answer.anchors.centre_signing) != _public_key(centre.signing):
        raise _Unsound("its anchors name another centre")
    _public_key(answer.anchors.centre_sealing)
    for pem in (answer.anchors.root, answer.anchors.card_authority, answer.anchors.seal_root):
        _certificates(pem)
    return _certificate(answer.certificate, answer.booth, own, answer.anchors.booth_authority).not_valid_after_utc


def _settle(folder: Path, invitation: Invitation, answer: Enrolment, token: TokenPlace | None) -> None:
    keys, anchors = folder / "keys", folder / "anchors"
    anchors.mkdir(mode=0o700, exist_ok=True)
    for name in ("store", "papers"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    _put_in_use(keys / _CERTIFICATE, answer.certificate, keys / _SIGNING)
    if not (keys / "store.key").exists():
        _write(keys / "store.key", secrets.token_hex(32))
    for name, pem in answer.anchors:
        _write(anchors / f"{name.replace('_', '-')}.pem", pem)
    if not (folder / _SETTINGS).exists():
        _write(folder / _SETTINGS, _kiosk_toml(invitation, answer, token))


# --- renewal ---------------------------------------------------------------------------------------------------------


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
    held = _file_key(settings.signing) if isinstance(settings.signing, Path) else booth.key
    if settings.certificate is None or not _due(settings.certificate, held, booth.clock()):
        return NotDue()
    own = held
    following = settings.signing.with_name(_NEXT) if isinstance(settings.signing, Path) else None
    if following is not None and _fits(settings.certificate, held):
        own = _file_key(following)
    try:
        asked = RenewalRequest(request=_pem(_request(booth.id, own)))
        answer = _read(Renewal, line.ask("POST", "/v1/renew", asked.text().encode()))
        authority = (booth.settings.anchors.folder / "booth-authority.pem").read_text(encoding="ascii")
        certificate = _certificate(answer.certificate, booth.id, own, authority)
    except LineDown as trouble:
        return NotRenewed(str(trouble))
    except Refused as refused:
        return NotRenewed(refused.reason)
    except (OSError, UnicodeDecodeError, _Unsound):
        return NotRenewed("bad-answer")
    _put_in_use(settings.certificate, answer.certificate, settings.signing)
    return Renewed(certificate.not_valid_after_utc)


def _put_in_use(certificate: Path, pem: str, signing: Path | str) -> None:
    """Key and certificate change places with those before them; `mend` ends what was cut in between."""
    aside = certificate.with_name(_NEXT_CERTIFICATE)
    _write(aside, pem)
    if isinstance(signing, Path) and signing.with_name(_NEXT).exists():
        _move(signing.with_name(_NEXT), signing)
    _move(aside, certificate)


def mend(keys: KeysTable) -> None:
    """A renewal that was cut after the key had changed: its certificate lies beside it, and takes its place."""
    if keys.certificate is None or not isinstance(keys.signing, Path):
        return
    aside = keys.certificate.with_name(_NEXT_CERTIFICATE)
    if aside.exists() and _fits(aside, _file_key(keys.signing)):
        _move(aside, keys.certificate)


def tls_certificate(keys: KeysTable) -> tuple[str, str] | None:
    """Certificate and key as files, for a proxy that asks for one. A token's key cannot be used so."""
    mend(keys)
    if keys.certificate is None or not isinstance(keys.signing, Path):
        return None
    fits = _fits(keys.certificate, _file_key(keys.signing))
    return (str(keys.certificate), str(keys.signing)) if fits else None


def _due(file: Path, key: ec.EllipticCurvePrivateKey, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return True
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return certificate.public_key() != key.public_key() or now >= begins + (ends - begins) * 2 / 3


def _fits(file: Path, key: ec.EllipticCurvePrivateKey) -> bool:
    """False where the certificate is not there or is another key's: then the key that is there asks for its own."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).public_key() == key.public_key()
    except (OSError, ValueError):
        return False


# --- keys, certificates, files ---------------------------------------------------------------------------------------


def _request(booth: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateSigningRequest:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, booth)])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())


def _pem(request: x509.CertificateSigningRequest) -> str:
    return request.public_bytes(Encoding.PEM).decode("ascii")


def _read(kind: type[_M], content: bytes) -> _M:
    try:
        return kind.read(content)
    except MessageRefused:
        raise _Unsound("it is not an answer to what was asked") from None


def _certificate(pem: str, booth: str, key: ec.EllipticCurvePrivateKey, authority_pem: str) -> x509.Certificate:
    certificate, authority = _certificates(pem)[0], _certificates(authority_pem)[0]
    names = [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [booth] or certificate.public_key() != key.public_key():
        raise _Unsound("the certificate is another booth's")
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise _Unsound("the certificate is not of the booth authority") from None
    return certificate


def _certificates(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError:
        raise _Unsound("a certificate in it cannot be read") from None


def _public_key(pem: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _Unsound("a key in it cannot be read")
    return key


def _file_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in `file`; a new one if there is none, on disk before it is used."""
    if file.exists():
        key = load_pem_private_key(file.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key
    made = ec.generate_private_key(ec.SECP256R1())
    _write(file, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))
    return made


def _write(file: Path, text: str) -> None:
    """All of it or nothing, on the disk when this returns, readable by the owner only."""
    made, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)  # mode 0600
    aside = Path(name)
    try:
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        _move(aside, file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _move(source: Path, target: Path) -> None:
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _kiosk_toml(invitation: Invitation, answer: Enrolment, token: TokenPlace | None) -> str:
    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML basic string

    signing = f"signing = {text(f'keys/{_SIGNING}')}"
    if token is not None:
        signing = f"signing = {text(token.uri)}\npin_file = {text(str(token.pin_file))}"
    return _KIOSK_TOML.format(
        booth=text(answer.booth),
        name_el=text(answer.name_el),
        name_en=text(answer.name_en),
        prefix=text(answer.number_prefix),
        municipality=text(answer.municipality),
        url=text(invitation.centre_url),
        signing=signing,
        certificate=text(f"keys/{_CERTIFICATE}"),
    )


_KIOSK_TOML = """\
# Written by `kiosk enrol`. Paths are taken from this file's folder; the repository's kiosk.toml explains each setting.

[booth]
id = {booth}
name_el = {name_el}
name_en = {name_en}
number_prefix = {prefix}

[municipality]
id = {municipality}

[centre]
url = {url}

[store]
file = "store/booth.db"
key_file = "keys/store.key"

[keys]
{signing}
certificate = {certificate}
seal = "keys/seal.p12"

[anchors]
folder = "anchors"

# What this machine has: to be looked at before the booth is opened.
[card]
reader = "pcsc"

[printer]
kind = "ipp"
uri = "ipp://localhost/ipp/print"
"""
