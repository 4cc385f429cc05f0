"""This booth joins a town hall, with the code of an invitation; and later renews its certificate by itself.

Must never send the token to anybody but the centre that the invitation names, nor leave a folder that is half written
and looks whole: kiosk.toml comes last.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)

from kiosk.devices.clock import machine_clock
from kiosk.kernel.booth import CENTRE
from kiosk.kernel.upkeep import booth_files, officials_file
from kiosk.settings import SettingsRefused, load, mark_beside
from kiosk.store import mark
from municipality.enrolment import (
    CARD_TYP,
    CentreCard,
    Enrolment,
    EnrolmentClaim,
    EnrolmentRequest,
    Invitation,
)
from sync import LineDown, NotSigned, RequestRefused, seal, verify_matter

_CLAIM_SIZE = 1024
_SETTINGS, _SIGNING = "kiosk.toml", "signing.pem"
_CERTIFICATE = "booth.pem"
_MARK = "invitation"  # the hash of the last one that was followed here


class Asks(Protocol):
    """A line on which a word of our own can be said (sync.Client)."""

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes: ...
    def close(self) -> None: ...


# With the keys of the centre every answer must be signed by it; without them nobody vouches for it.
Dial: TypeAlias = Callable[[str, ec.EllipticCurvePrivateKey, Mapping[str, ec.EllipticCurvePublicKey] | None], Asks]


@dataclass(frozen=True)
class Enrolled:
    """Done. `until`: the certificate's end; `clock_offset`: how far this machine's clock is behind the centre's, by
    the time in its signed answer."""

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
    officials: str = "",
) -> Outcome:
    """Make `folder` the booth of `invitation`. `key`: in a token; None makes one in a file. `again`: the folder is a
    booth already and gets a new key (but for a token's) and new anchors; its settings and its store stay.
    `officials`: the fingerprint of those of votes (officials_file.fingerprint); "" leaves what is there.

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
    except RequestRefused as refused:
        return NotLetIn(refused.reason)
    except booth_files.Unsound as unsound:
        return BadAnswer(str(unsound))
    _settle(folder, invitation, answer, key[1] if key is not None else None, officials)
    return Enrolled(answer.booth, until, offset)


def _key_for(invitation: Invitation, keys: Path, again: bool) -> ec.EllipticCurvePrivateKey:
    """One invitation, one key: also where this command was cut after the key had taken its place."""
    following, mark = keys / booth_files.NEXT, keys / _MARK
    if not again:
        return booth_files.file_key(keys / _SIGNING)
    this = invitation.code.token_hash()
    if not following.exists() and mark.exists() and mark.read_text(encoding="ascii") == this:
        return booth_files.file_key(keys / _SIGNING)
    own = booth_files.file_key(following)
    booth_files.write_whole(mark, this)
    return own


def _ask_centre(invitation: Invitation, own: ec.EllipticCurvePrivateKey, dial: Dial) -> CentreCard | None:
    """Who answers there, if it is the centre of the invitation."""
    line = dial(invitation.booth, own, None)
    try:
        answer = line.ask("GET", "/v2/centre")
    finally:
        line.close()
    try:
        token = str(json.loads(answer)["card"])
        payload = token.split(".")[1]
        shown = CentreCard.read(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        signing = booth_files.public_key_in(shown.signing)
        info = signing.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if not invitation.code.is_of(info):
            return None
        return CentreCard.read(verify_matter(token, {CENTRE: signing}, typ=CARD_TYP))
    except (IndexError, KeyError, TypeError, ValueError, NotSigned, booth_files.Unsound):
        return None


def _ask_in(
    invitation: Invitation, own: ec.EllipticCurvePrivateKey, centre: CentreCard, dial: Dial
) -> tuple[Enrolment, timedelta]:
    request = booth_files.request_for(invitation.booth, own)
    claim = EnrolmentClaim(
        booth=invitation.booth,
        token=invitation.code.token.hex(),
        request=hashlib.sha256(request.public_bytes(Encoding.DER)).hexdigest(),
    )
    asked = EnrolmentRequest(
        booth=invitation.booth,
        request=booth_files.pem_of(request),
        claim=seal(claim.text().encode(), booth_files.public_key_in(centre.sealing), kid=CENTRE, size=_CLAIM_SIZE),
    )
    line = dial(invitation.booth, own, {CENTRE: booth_files.public_key_in(centre.signing)})
    try:
        answer = booth_files.answer_in(Enrolment, line.ask("POST", "/v2/enrol", asked.text().encode()))
        return answer, answer.at - machine_clock()
    finally:
        line.close()


def _check(answer: Enrolment, invitation: Invitation, centre: CentreCard, own: ec.EllipticCurvePrivateKey) -> datetime:
    """Returns the certificate's end. Raises Unsound."""
    if answer.booth != invitation.booth or answer.municipality != centre.municipality:
        raise booth_files.Unsound("it speaks of another booth or municipality")
    if booth_files.public_key_in(answer.anchors.centre_signing) != booth_files.public_key_in(centre.signing):
        raise booth_files.Unsound("its anchors name another centre")
    booth_files.public_key_in(answer.anchors.centre_sealing)
    for pem in (answer.anchors.root, answer.anchors.card_authority, answer.anchors.seal_root):
        booth_files.certificates_in(pem)
    return booth_files.certificate_in(
        answer.certificate, answer.booth, own, answer.anchors.booth_authority
    ).not_valid_after_utc


def _settle(folder: Path, invitation: Invitation, answer: Enrolment, token: TokenPlace | None, officials: str) -> None:
    keys, anchors = folder / "keys", folder / "anchors"
    anchors.mkdir(mode=0o700, exist_ok=True)
    for name in ("store", "papers"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    booth_files.put_in_use(keys / _CERTIFICATE, answer.certificate, keys / _SIGNING)
    if not (keys / "store.key").exists():
        booth_files.write_whole(keys / "store.key", secrets.token_hex(32))
    _no_number_again(_mark_of(folder, keys / "store.key"), folder / "store" / "booth.db", answer)
    for name, pem in answer.anchors:
        booth_files.write_whole(anchors / f"{name.replace('_', '-')}.pem", pem)
    if officials:
        officials_file.keep(anchors, officials, again=True)
    if not (folder / _SETTINGS).exists():
        booth_files.write_whole(folder / _SETTINGS, _kiosk_toml(invitation, answer, token))


def _mark_of(folder: Path, key_file: Path) -> Path:
    """Where a booth that has been one keeps its mark."""
    with suppress(SettingsRefused):
        return load(folder / _SETTINGS).store.mark
    return mark_beside(key_file)


def _no_number_again(file: Path, database: Path, answer: Enrolment) -> None:
    """A booth that has been one before, on a disk without its database: numbers begin far above those that the town
    hall knows, since it may not know the last ones."""
    if answer.serials_given is None or database.exists():
        return
    known = mark.read(file) or mark.Mark()
    mark.write(file, replace(known, floor=max(known.floor, answer.serials_given + mark.JUMP)))


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
