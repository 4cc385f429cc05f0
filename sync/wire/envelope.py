"""The envelope: one act or one ballot of a booth, sealed by someone else, signed by the booth.

Acts are chained by digest, so that a gap or an edit shows. Ballots must never be: a chain would publish the
order that the shuffle hides, so they carry a random id, no predecessor and whole hours only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from typing import Final, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from sync.wire.canonical import JsonValue, NotCanonical
from sync.wire.encoding import b64, instant, read_instant, unb64

CONTEXT: Final = b"municipal-atm envelope v1\n"
MAX_BODY: Final = 1024 * 1024
_KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_BOOTH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

Sign = Callable[[bytes], bytes]


class BadEnvelope(ValueError):
    """The envelope breaks a rule of its form, or its signature does not hold. Carries no content."""


class ChainBroken(Exception):
    """An act does not name its predecessor."""


@dataclass(frozen=True)
class Envelope:
    """One sealed act or ballot. `body` is opaque text (a JWE), `made_at` aware UTC, `previous` hex SHA-256 or ""."""

    id: str
    kind: str
    version: int
    booth: str
    made_at: datetime
    previous: str
    body: str
    signature: str

    @property
    def chained(self) -> bool:
        """Acts have a UUIDv7 and are chained; ballots have a random UUIDv4 and are not."""
        return (self.id[14] if _ID.fullmatch(self.id) else str(uuid.UUID(self.id).version)) == "7"

    def canonical(self) -> bytes:
        """The canonical form, signature included: what the digest is taken of. Raises NotCanonical."""
        return _encoded(f'{_opening(self)},"signature":{_quoted(self.signature)}{_ending(self)}')

    def digest(self) -> str:
        """Hex SHA-256 over the canonical form, signature included."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def to_json(self) -> dict[str, JsonValue]:
        return {
            "id": self.id,
            "kind": self.kind,
            "version": self.version,
            "booth": self.booth,
            "made_at": instant(self.made_at),
            "previous": self.previous,
            "body": self.body,
            "signature": self.signature,
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> Envelope:
        """Raises BadEnvelope unless `value` is exactly an envelope. Does not check the signature."""
        if not isinstance(value, dict) or set(value) != _FIELDS:
            raise BadEnvelope("not the fields of an envelope")
        texts = {name: value[name] for name in _TEXTS}
        version = value["version"]
        if not all(isinstance(text, str) for text in texts.values()):
            raise BadEnvelope("a field is no text")
        if not isinstance(version, int) or isinstance(version, bool):
            raise BadEnvelope("version is no number")
        try:
            made_at = read_instant(str(texts.pop("made_at")))
        except ValueError:
            raise BadEnvelope("made_at is no instant") from None
        envelope = cls(**cast("dict[str, str]", texts), version=version, made_at=made_at)
        _check(envelope)
        return envelope


_FIELDS: Final = frozenset(field.name for field in fields(Envelope))
_TEXTS: Final = tuple(_FIELDS - {"version"})


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

    `made_at` is cut to whole seconds, and to the whole hour for a ballot, whose `previous` must be "".
    """
    moment = made_at.astimezone(UTC).replace(microsecond=0)
    if ballot:
        moment = moment.replace(minute=0, second=0)
    if id is None:
        id = new_id(made_at, ballot=ballot)
    draft = Envelope(id, kind, version, booth, moment, previous, body, signature="")
    if draft.chained == ballot:
        raise BadEnvelope("the id is of the other class")
    raw = _raw_low_s(sign(_message(draft)))
    envelope = Envelope(id, kind, version, booth, moment, previous, body, signature=b64(raw))
    _check(envelope)
    return envelope


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
    _check(envelope)
    raw = unb64(envelope.signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    # The mirror image (r, n-s) verifies as well: refused, or one act would have two digests.
    if s > _P256_ORDER // 2:
        raise BadEnvelope("the signature is not in its one form")
    return _message(envelope), encode_dss_signature(r, s)


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


# The canonical form of one known shape, written down: the general way costs four times as much, for each envelope of
# each batch. The keys below are in their canonical order; tests hold it against `canonical`.
def _opening(envelope: Envelope) -> str:
    return (
        f'{{"body":{_quoted(envelope.body)},"booth":{_quoted(envelope.booth)},"id":{_quoted(envelope.id)},'
        f'"kind":{_quoted(envelope.kind)},"made_at":"{instant(envelope.made_at)}",'
        f'"previous":{_quoted(envelope.previous)}'
    )


def _ending(envelope: Envelope) -> str:
    return f',"version":{envelope.version:d}}}'


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("lone surrogate") from None


def _message(envelope: Envelope) -> bytes:
    return CONTEXT + _encoded(_opening(envelope) + _ending(envelope))


def _check(envelope: Envelope) -> None:
    if not _ID.fullmatch(envelope.id):
        raise BadEnvelope("the id is no UUID of version 4 or 7")
    if not _KIND.fullmatch(envelope.kind) or len(envelope.kind) > 64 or not 1 <= envelope.version <= 9999:
        raise BadEnvelope("no kind or version")
    if not _BOOTH.fullmatch(envelope.booth):
        raise BadEnvelope("no booth")
    if envelope.previous and not _DIGEST.fullmatch(envelope.previous):
        raise BadEnvelope("previous is no digest")
    if not envelope.body or len(envelope.body) > MAX_BODY:
        raise BadEnvelope("the body is empty or too large")
    if not envelope.chained and (envelope.previous or envelope.made_at.minute or envelope.made_at.second):
        raise BadEnvelope("a ballot names a predecessor or a minute")
    try:
        signature = unb64(envelope.signature)
    except ValueError:
        signature = b""
    if len(signature) != 64:
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
