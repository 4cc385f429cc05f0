"""A booth joins: one-time token, key made on the booth, certificate of the booth authority; and later its renewal.

Must never keep a token, make a booth's key, or certify a key whose holder has not signed with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from assets import typed
from central.clock import LONGEST_SILENCE
from central.kernel.centre import KID, Centre
from central.kernel.outcome import Refused
from central.office.booths import admission
from central.office.booths.admission import Officer
from central.office.booths.certificates import AUTHORITY_FILE, LIFE, certified, public_pem, requested
from central.settings import BadSettings
from central.store import Tx, alarms, audit, counters
from central.store.line import booths as rows
from central.store.line import enrolments as tokens
from municipality.enrolment import (
    CARD_TYP,
    FINGERPRINT_BYTES,
    TOKEN_BYTES,
    Anchors,
    CentreCard,
    Code,
    Enrolment,
    EnrolmentClaim,
    EnrolmentRequest,
    Invitation,
    Renewal,
    RenewalRequest,
    token_hash,
)
from municipality.messages import MessageRefused
from municipality.staff import Role
from sync import BadMessage, SealBroken, agree_with, open_sealed, sign_matter

TOKEN_LIFE: Final = timedelta(hours=48)


@dataclass(frozen=True)
class Plate:
    """What is written on a booth: its id, its names, the prefix of its certificates' numbers."""

    booth: str
    name_el: str
    name_en: str
    number_prefix: str


@dataclass(frozen=True)
class Invited:
    """Shown once, then gone: only the hash of its token is kept."""

    invitation: Invitation
    expires_at: datetime


# --- the invitation --------------------------------------------------------------------------------------------------


def invite(centre: Centre, plate: Plate, centre_url: str, by: Officer) -> Invited | Refused:
    """A new booth, and its token. Refused: booth-exists, prefix-taken, not-your-role."""

    def place(tx: Tx) -> Refused | None:
        if rows.find(tx, plate.booth) is not None:
            return Refused("booth-exists")
        counters.take(tx, "invitations")  # one at a time: of two with one prefix the second must see the first
        if any(_looks(one.number_prefix) == _looks(plate.number_prefix) for one in rows.all_seen(tx)):
            return Refused("prefix-taken")
        rows.add(tx, rows.Booth(plate.booth, plate.name_el, plate.name_en, "", plate.number_prefix, "invited"))
        return None

    return _invite(centre, plate.booth, centre_url, by, "booth.invite", place)


def _looks(prefix: str) -> str:
    """A prefix as an eye sees it on paper, and a hand types it: AT3 and ΑΤ3 are one, and so are I1 and L1."""
    return typed.capitals(prefix).translate(str.maketrans("OIL", "011"))


def invite_again(centre: Centre, booth: str, centre_url: str, by: Officer) -> Invited | Refused:
    """A new token for a booth that is known: its token was lost or ran out, its certificate did, its disk or board was
    changed, or it was revoked and comes again. It is served as before until the token is used; then only with the new
    key. Refused: unknown-booth, quarantined (revoke it first), not-your-role.
    """

    def place(tx: Tx) -> Refused | None:
        found = rows.find(tx, booth, lock=True)
        if found is None:
            return Refused("unknown-booth")
        return Refused("quarantined") if found.state == "quarantined" else None

    return _invite(centre, booth, centre_url, by, "booth.invite_again", place)


def _invite(
    centre: Centre, booth: str, centre_url: str, by: Officer, what: str, place: Callable[[Tx], Refused | None]
) -> Invited | Refused:
    if by.role is not Role.TECHNICIAN:
        return Refused("not-your-role")
    now = centre.clock()
    own = bytes.fromhex(admission.fingerprint(centre.keys.signing.public_key()))[:FINGERPRINT_BYTES]
    code = Code(secrets.token_bytes(TOKEN_BYTES), own)
    expires_at = now + TOKEN_LIFE

    def work(tx: Tx) -> Invited | Refused:
        refused = place(tx)
        if refused is not None:
            return refused
        tokens.withdraw(tx, booth, now)
        tokens.add(tx, tokens.Enrolment(code.token_hash(), booth, now, expires_at))
        audit.note(tx, by.account, by.role, what, booth, now)
        return Invited(Invitation(booth, centre_url.rstrip("/"), code), expires_at)

    return centre.store.once(work)


def card(centre: Centre) -> str:
    """Who the centre is: its two public keys, signed. Whoever has an invitation can check the first."""
    keys = (public_pem(centre.keys.signing.public_key()), public_pem(centre.keys.sealing.public_key()))
    shown = CentreCard(municipality=centre.settings.municipality, signing=keys[0], sealing=keys[1])
    return sign_matter(shown.text().encode(), centre.keys.signing, kid=KID, typ=CARD_TYP)


# --- enrolment -------------------------------------------------------------------------------------------------------


def asker(content: bytes) -> tuple[str, ec.EllipticCurvePublicKey]:
    """Which booth asks to be enrolled, and the key that its request must be signed with. Raises BadMessage."""
    asked, key, _ = _read(content)
    return asked.booth, key


def _read(content: bytes) -> tuple[EnrolmentRequest, ec.EllipticCurvePublicKey, str]:
    try:
        asked = EnrolmentRequest.read(content)
        return asked, *requested(asked.request, asked.booth)
    except (MessageRefused, ValueError):
        raise BadMessage("no request for enrolment") from None


def enrol(centre: Centre, content: bytes) -> Enrolment | Refused:
    """Let a booth in; the line has checked that the key that asks has signed these bytes now (`asker`).

    Refused: unknown-token, token-expired, token-used, wrong-booth, key-of-another-booth, barred-key.
    Raises BadMessage, BadSettings.
    """
    asked, key, digest = _read(content)
    try:
        claim = EnrolmentClaim.read(open_sealed(asked.claim, agree_with(centre.keys.sealing), kid=KID))
    except (SealBroken, MessageRefused):
        raise BadMessage("no claim") from None
    if claim.request != digest or claim.booth != asked.booth:
        raise BadMessage("a claim for another request")
    now = centre.clock()
    return centre.store.once(lambda tx: _admit(tx, centre, claim, key, now))


def _admit(
    tx: Tx, centre: Centre, claim: EnrolmentClaim, key: ec.EllipticCurvePublicKey, now: datetime
) -> Enrolment | Refused:
    token = tokens.find(tx, token_hash(bytes.fromhex(claim.token)))
    if token is None:
        return Refused("unknown-token")
    mark = admission.fingerprint(key)
    if token.booth != claim.booth:
        alarms.ring(tx, "token-of-another-booth", token.booth, mark, now)
        return Refused("wrong-booth")
    if token.used_by is not None and token.used_by != mark:
        # Two machines hold one token. Within its life both stop; a paper found a year later must not stop a booth.
        if _lives(token, now):
            admission.suspect(tx, token.booth, "token-used-twice", mark, now)
        else:
            alarms.ring(tx, "old-token", token.booth, mark, now)
        return Refused("token-used")
    booth = rows.find(tx, token.booth, lock=True)
    if booth is None or booth.state == "quarantined":
        return Refused("wrong-booth")
    if token.used_by == mark:
        return _again(tx, centre, booth, mark)
    if not _lives(token, now):
        return Refused("token-expired")
    if rows.owner(tx, mark) not in (None, booth.booth):
        return Refused("key-of-another-booth")
    known = next((one for one in rows.keys(tx, booth.booth) if one.key == mark), None)
    if known is not None and known.barred_at is not None:
        return Refused("barred-key")
    tokens.use(tx, token.token, mark, now)
    return _answer(tx, centre, booth, _take_in(tx, centre, booth.booth, key, now))


def _lives(token: tokens.Enrolment, now: datetime) -> bool:
    """Not over, and not of a clock that was ahead: a code on a paper must not be good for years."""
    return now < token.expires_at <= now + TOKEN_LIFE + LONGEST_SILENCE


def _again(tx: Tx, centre: Centre, booth: rows.Booth, mark: str) -> Enrolment | Refused:
    """The answer was lost or the booth was cut off while writing it down: the same one once more."""
    known = next((one for one in rows.keys(tx, booth.booth) if one.key == mark), None)
    if known is None or not known.current or booth.state != "active":
        return Refused("token-used")
    return _answer(tx, centre, booth, known)


def _take_in(
    tx: Tx, centre: Centre, booth: str, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta = LIFE
) -> rows.Key:
    """From now on `key` is the booth's. What it had before is of yesterday: at once, or for a booth that is being
    served from the new key's first request on, since this answer may be lost."""
    found = rows.find(tx, booth, lock=True)
    served = found is not None and found.state == "active"
    for other in rows.keys(tx, booth):
        if other.current and not served:
            rows.mark_key(tx, other, replaced_at=now)
    made = certified(centre, booth, key, now, life)
    rows.put_key(tx, made)
    rows.readmit_key(tx, made)
    if not served:
        rows.mark_key(tx, made, first_used=now)
        rows.set_key(tx, booth, made.public)
    rows.set_state(tx, booth, "active")
    return made


def open_booth(tx: Tx, centre: Centre, plate: Plate, key: ec.EllipticCurvePublicKey, life: timedelta) -> Enrolment:
    """A booth enrolled without a token, its key brought by whoever makes the booth: a demo's, on one machine."""
    booth = rows.Booth(plate.booth, plate.name_el, plate.name_en, "", plate.number_prefix, "invited")
    rows.add(tx, booth)
    return _answer(tx, centre, booth, _take_in(tx, centre, plate.booth, key, centre.clock(), life))


def _answer(tx: Tx, centre: Centre, booth: rows.Booth, key: rows.Key) -> Enrolment:
    # Its disk may be new, and what it gave before may never have come here: it is told that it has been one.
    before = any(one.key != key.key and one.first_used is not None for one in rows.keys(tx, booth.booth))
    return Enrolment(
        booth=booth.booth,
        name_el=booth.name_el,
        name_en=booth.name_en,
        number_prefix=booth.number_prefix,
        municipality=centre.settings.municipality,
        certificate=key.certificate,
        anchors=_anchors(centre),
        at=centre.clock().replace(microsecond=0),
        serials_given=centre.matters.highest_serial(tx, booth.booth, booth.number_prefix) if before else None,
    )


def _anchors(centre: Centre) -> Anchors:
    def text(name: str) -> str:
        file = centre.settings.anchors / name
        try:
            return file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise BadSettings(f"folders.anchors: {file} cannot be read; a booth needs it") from None

    return Anchors(
        root=text("root.pem"),
        card_authority=text("card-authority.pem"),
        seal_root=text("seal-root.pem"),
        booth_authority=text(AUTHORITY_FILE),
        centre_signing=public_pem(centre.keys.signing.public_key()),
        centre_sealing=public_pem(centre.keys.sealing.public_key()),
    )


class NotRenewed(OSError):
    """The booth is in quarantine, or was stopped a moment ago: the line says "later", and no more."""


# --- renewal ---------------------------------------------------------------------------------------------------------


def renew(centre: Centre, booth: str, content: bytes) -> Renewal | Refused:
    """A new certificate for `booth`, whose key in use has signed this request: for that key or for one to follow it.
    Asked again with the same key while two thirds of its life are left: the same certificate again.

    Refused: key-of-another-booth, barred-key. Raises BadMessage, BadSettings, NotRenewed.
    """
    try:
        key, _ = requested(RenewalRequest.read(content).request, booth)
    except (MessageRefused, ValueError):
        raise BadMessage("no request for renewal") from None
    now = centre.clock()
    mark = admission.fingerprint(key)

    def work(tx: Tx) -> Renewal | Refused:
        found = rows.find(tx, booth, lock=True)
        if found is None or found.state != "active":
            raise NotRenewed("nothing is renewed for it now")
        if rows.owner(tx, mark) not in (None, booth):
            return Refused("key-of-another-booth")
        known = next((one for one in rows.keys(tx, booth) if one.key == mark), None)
        if known is not None and not known.current:
            return Refused("barred-key")
        # One of the future was made by a clock that was ahead, and no proxy takes it.
        begun = known is not None and known.not_before <= now + LONGEST_SILENCE
        if known is not None and known.certificate and begun and known.not_after - now > LIFE * 2 / 3:
            return Renewal(certificate=known.certificate)
        made = certified(centre, booth, key, now)
        rows.put_key(tx, made)
        return Renewal(certificate=made.certificate)

    return centre.store.once(work)
