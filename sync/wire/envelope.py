"""The envelope: one act or one ballot of a booth, sealed by someone else, signed by the booth.

It travels, is hashed, verified and kept as its canonical bytes, from the moment it is signed. Acts are chained by
digest, so that a gap or an edit shows. Ballots must never be: a chain would publish the order that the shuffle hides,
so they carry a random id, no predecessor and whole hours only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from sync.wire.encoding import b64, unb64

CONTEXT: Final = b"municipal-atm envelope v2\n"
MAX_BODY: Final = 1024 * 1024
_KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_BOOTH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# 64 bytes in base64url's one spelling: the last letter has four bits to spare, which are 0.
_SIGNATURE: Final = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]")
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

Sign = Callable[[bytes], bytes]


class BadEnvelope(ValueError):
    """The envelope breaks a rule of its form, or its signature does not hold. Carries no content."""


class ChainBroken(Exception):
    """An act does not name its predecessor."""


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The fields in their canonical order: encoded, they are the canonical form."""

    body: str
    booth: str
    id: str
    kind: str
    made_at: datetime
    previous: str
    signature: str
    version: int


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Form).decode


class Envelope(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One sealed act or ballot; `read` and `sign_envelope` alone make one. `message` is its canonical form, and all
    that it is: the others are what stands there. `body` is opaque text (a JWE), `made_at` aware UTC, `previous` hex
    SHA-256 or ""."""

    message: bytes
    id: str
    kind: str
    version: int
    booth: str
    made_at: datetime
    previous: str
    body: str
    signature: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Envelope) and self.message == other.message

    def __hash__(self) -> int:
        return hash(self.message)

    def __repr__(self) -> str:
        return f"Envelope({self.id}, {self.kind})"

    @classmethod
    def read(cls, message: bytes) -> Envelope:
        """Raises BadEnvelope unless `message` is the canonical form of an envelope. Does not check the signature."""
        try:
            form = _decode(message)
            # The decoder takes the last of two members of one name, blanks, escapes that need not be, -0 and other
            # spellings of an instant. Each value has one canonical form: what is written otherwise shows here.
            same = _encode(form) == message
        except (ValueError, RecursionError):
            raise BadEnvelope("not the fields of an envelope") from None
        if not same:
            raise BadEnvelope("not in canonical form")
        _check(form)
        return _made(message, form)

    @classmethod
    def kept(cls, message: bytes) -> Envelope:
        """As read, out of a store to which nothing comes but what was read or made here: it is not tried once more.
        Raises BadEnvelope where it has not the fields of one."""
        try:
            return _made(message, _decode(message))
        except (ValueError, RecursionError):
            raise BadEnvelope("not the fields of an envelope") from None

    @property
    def chained(self) -> bool:
        """Acts have a UUIDv7 and are chained; ballots have a random UUIDv4 and are not."""
        return chained_id(self.id)

    def digest(self) -> str:
        """Hex SHA-256 of `message`."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(self.message).hexdigest()


def _made(message: bytes, form: _Form) -> Envelope:
    return Envelope(
        message, form.id, form.kind, form.version, form.booth, form.made_at, form.previous, form.body, form.signature
    )


def sign_envelope(
    *,
    kind: str,
    version: int,
    booth: str,
    made_at: datetime,
    previous: str,
    body: str,
    sign: Sign,
    ballot: bool = False,
    id: str | None = None,
) -> Envelope:
    """A signed envelope. `sign` gets the message and returns an ECDSA-SHA256 signature on P-256, DER or raw r||s.

    `made_at` is cut to whole seconds, and to the whole hour for a ballot, whose `previous` must be "". Raises
    BadEnvelope.
    """
    moment = made_at.astimezone(UTC).replace(microsecond=0)
    if ballot:
        moment = moment.replace(minute=0, second=0)
    if id is None:
        id = new_id(made_at, ballot=ballot)
    if chained_id(id) == ballot:
        raise BadEnvelope("the id is of the other class")
    draft = _Form(body, booth, id, kind, moment, previous, _NO_SIGNATURE, version)
    try:
        unsigned = _without_signature(_encode(draft), version)
    except UnicodeEncodeError:
        raise BadEnvelope("lone surrogate") from None
    signature = b64(_raw_low_s(sign(CONTEXT + unsigned)))
    return Envelope.read(_encode(msgspec.structs.replace(draft, signature=signature)))


def sign_with(private_key: ec.EllipticCurvePrivateKey) -> Sign:
    """The private operation of a P-256 key that lies in memory or in a file."""
    return lambda message: private_key.sign(message, ec.ECDSA(SHA256()))


def verify_envelope(envelope: Envelope, public_key: ec.EllipticCurvePublicKey) -> None:
    """Raises BadEnvelope unless the booth's key signed exactly this envelope."""
    message, signature = signed_part(envelope)
    try:
        public_key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise BadEnvelope("the signature does not hold") from None


def signed_part(envelope: Envelope) -> tuple[bytes, bytes]:
    """The bytes that are signed, and the signature as DER. Raises BadEnvelope where no key could make it good."""
    raw = unb64(envelope.signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    # The mirror image (r, n-s) verifies as well: refused, or one act would have two digests.
    if s > _P256_ORDER // 2:
        raise BadEnvelope("the signature is not in its one form")
    return CONTEXT + _without_signature(envelope.message, envelope.version), encode_dss_signature(r, s)


def new_id(moment: datetime, *, ballot: bool = False) -> str:
    """For an act a UUIDv7 (RFC 9562 5.7): 48 bits of milliseconds, 74 random bits. For a ballot a UUIDv4: random."""
    if ballot:
        return str(uuid.uuid4())
    value = int(moment.timestamp() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def check_chain(acts: Iterable[Envelope], last: str = "") -> str:
    """Follow acts in order from digest `last` and return the new last digest. Raises ChainBroken at the first break."""
    for act in acts:
        if not act.chained or act.previous != last:
            raise ChainBroken(f"envelope {act.id} does not follow its predecessor")
        last = act.digest()
    return last


# Signatures all have one length, and only the version stands behind them: where to cut can be counted from the end.
_NO_SIGNATURE: Final = "A" * 86
_SIGNATURE_MEMBER: Final = len(f',"signature":"{_NO_SIGNATURE}"')


def _without_signature(message: bytes, version: int) -> bytes:
    ending = len(f',"version":{version}}}')
    return message[: -ending - _SIGNATURE_MEMBER] + message[-ending:]


def chained_id(id: str) -> bool:
    """Whether it is an act's, and no ballot's."""
    return id[14:15] == "7"


def _check(form: _Form) -> None:
    if not _ID.fullmatch(form.id):
        raise BadEnvelope("the id is no UUID of version 4 or 7")
    if not _KIND.fullmatch(form.kind) or len(form.kind) > 64 or not 1 <= form.version <= 9999:
        raise BadEnvelope("no kind or version")
    if not _BOOTH.fullmatch(form.booth):
        raise BadEnvelope("no booth")
    if form.previous and not _DIGEST.fullmatch(form.previous):
        raise BadEnvelope("previous is no digest")
    if not form.body or len(form.body) > MAX_BODY:
        raise BadEnvelope("the body is empty or too large")
    # What has its one spelling still may say another zone, none, or parts of a second.
    if form.made_at.tzinfo is not UTC or form.made_at.microsecond:
        raise BadEnvelope("made_at is no instant")
    if not chained_id(form.id) and (form.previous or form.made_at.minute or form.made_at.second):
        raise BadEnvelope("a ballot names a predecessor or a minute")
    if not _SIGNATURE.fullmatch(form.signature):
        raise BadEnvelope("the signature has no 64 bytes")


def _raw_low_s(signature: bytes) -> bytes:
    """Raw r||s with the lower of the two possible s, from DER or raw."""
    if len(signature) == 64:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    else:
        r, s = decode_dss_signature(signature)
    # A card or a library gives either of the two; only this one has a place in an envelope.
    s = min(s, _P256_ORDER - s)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
