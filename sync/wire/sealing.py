"""Sealing bytes to a P-256 or RSA-2048 key and opening them with a private operation that is passed in.

The private key may sit in a card: only its ECDH, or its bare RSA, is asked for, the rest is done here with
`cryptography` (RFC 7518 4.3 and 4.6, RFC 3394, AES-GCM). Must never keep, log or put in an exception what it opened.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from sync.wire.canonical import NotCanonical, load
from sync.wire.encoding import unb64

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

ENC: Final = "A256GCM"
# Padding is trailing spaces: JSON readers pass over them, and neither canonical JSON nor a compact token ends in one.
PAD: Final = b" "
MAX_TOKEN: Final = 4 * 1024 * 1024
_MOST_IN_HEADER: Final = 100  # values; ours have a dozen
_HEADERS: Final = frozenset({"alg", "enc", "kid", "typ", "cty"})

SealKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class _Kind:
    """How a seal to one kind of key looks. `wrapped`: bytes of the wrapped content key."""

    alg: str
    headers: frozenset[str]
    wrapped: int


_P_256: Final = _Kind("ECDH-ES+A256KW", _HEADERS | {"epk", "apu", "apv"}, 40)
_RSA_2048: Final = _Kind("RSA-OAEP-256", _HEADERS, 256)
_SHARED: Final = _Kind("dir", _HEADERS, 0)


@dataclass(frozen=True)
class Agreeing:
    """Opens what is sealed to a P-256 key. `agree`: the sender's point to the 32 bytes of the ECDH."""

    agree: Callable[[ec.EllipticCurvePublicKey], bytes]


@dataclass(frozen=True)
class Unwrapping:
    """Opens what is sealed to an RSA-2048 key. `unwrap`: 256 bytes to the 256 of the bare RSA, padding still on."""

    unwrap: Callable[[bytes], bytes]


Opener: TypeAlias = Agreeing | Unwrapping


class SealBroken(Exception):
    """The token was altered, is for another key, or is no seal of ours. Names the check that failed, no content."""


class DoesNotFit(ValueError):
    """The plaintext does not fit the one size that was asked for."""


def seal(plaintext: bytes, recipient: SealKey, *, kid: str, size: int) -> str:
    """JWE compact to `recipient`; the plaintext is padded with spaces to a multiple of `size` bytes.

    The token's length tells that multiple and the kind of the key, nothing else. `plaintext` must not be empty nor end
    in a space (canonical JSON and compact tokens never do), and the key must be P-256 or RSA-2048: ValueError.
    """
    # For whoever seals: opening does without joserfc.
    from joserfc import jwe

    if size < 1:
        raise ValueError("size must be positive")
    if not plaintext or plaintext.endswith(PAD):
        raise ValueError("a plaintext that is empty or ends in a space cannot be padded without doubt")
    kind, key = _to(recipient)
    padded = plaintext + PAD * (-len(plaintext) % size)
    header = {"alg": kind.alg, "enc": ENC, "kid": kid}
    token = jwe.encrypt_compact(header, padded, key, algorithms=[kind.alg, ENC])
    if len(token) > MAX_TOKEN:
        raise DoesNotFit("the sealed token would be refused by every opener")
    return token


def _to(recipient: SealKey) -> tuple[_Kind, ECKey | RSAKey]:
    """How to seal to a key, and the key as joserfc has it. Raises ValueError."""
    from joserfc.jwk import ECKey, RSAKey

    match recipient:
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return _P_256, ECKey(recipient, recipient)
        case rsa.RSAPublicKey(key_size=2048):
            return _RSA_2048, RSAKey(recipient, recipient)
        case _:
            raise ValueError("the recipient's key must be P-256 or RSA-2048")


def seal_fixed(plaintext: bytes, recipient: SealKey, *, kid: str, size: int) -> str:
    """As seal, for bodies that must all be of one size: raises DoesNotFit if `plaintext` has more than `size` bytes."""
    if len(plaintext) > size:
        raise DoesNotFit("the plaintext exceeds the one size")
    return seal(plaintext, recipient, kid=kid, size=size)


def seal_shared(plaintext: bytes, secret: bytes, *, kid: str, info: bytes, size: int) -> str:
    """JWE compact (`alg` dir) under HKDF-SHA256(`secret`, `info`), for whoever has the same secret of 32 bytes.

    All of one size, as seal_fixed: raises DoesNotFit if `plaintext` has more than `size` bytes, and what seal raises.
    """
    from joserfc import jwe
    from joserfc.jwk import OctKey

    if len(plaintext) > size:
        raise DoesNotFit("the plaintext exceeds the one size")
    if not plaintext or plaintext.endswith(PAD):
        raise ValueError("a plaintext that is empty or ends in a space cannot be padded without doubt")
    header = {"alg": _SHARED.alg, "enc": ENC, "kid": kid}
    key = OctKey.import_key(_content_key(secret, info))
    return jwe.encrypt_compact(header, plaintext.ljust(size, PAD), key, algorithms=[_SHARED.alg, ENC])


def open_shared(token: str, secret: bytes, *, kid: str, info: bytes) -> bytes:
    """What seal_shared sealed, without its padding. Raises SealBroken."""
    parts = _parts(token)
    _checked_header(parts.header, _SHARED, kid)
    _check_lengths(parts, _SHARED)
    return _decrypted(parts, _content_key(secret, info))


def _content_key(secret: bytes, info: bytes) -> bytes:
    """Of RFC 5869: one secret may seal several kinds of things, each under a key of its own, by its `info`."""
    if len(secret) != 32:
        raise ValueError("the secret must have 32 bytes")
    return HKDF(SHA256(), 32, None, info).derive(secret)


def agree_with(private_key: ec.EllipticCurvePrivateKey) -> Agreeing:
    """The private operation of a key that lies in memory or in a file."""
    return Agreeing(lambda point: private_key.exchange(ec.ECDH(), point))


def open_sealed(token: str, opener: Opener, *, kid: str) -> bytes:
    """Open a JWE compact sealed to `kid`, a key of the opener's kind.

    Returns the plaintext without its padding. Raises SealBroken; what the private operation raises passes through
    untouched. Everything that can be refused without the card is refused before it is asked.
    """
    match opener:
        case Agreeing():
            half = _half_open(token, kid=kid)
            return _finish(half, opener.agree(half.point))
        case Unwrapping():
            parts = _parts(token)
            _checked_header(parts.header, _RSA_2048, kid)
            _check_lengths(parts, _RSA_2048)
            return _decrypted(parts, _unpadded(opener.unwrap(parts.wrapped)))
        case _:
            assert_never(opener)


class _Parts(NamedTuple):
    """A token taken apart and not yet checked. `header`: what it says, `signed`: the letters that say so."""

    header: bytes
    wrapped: bytes
    nonce: bytes
    ciphertext: bytes
    tag: bytes
    signed: bytes


class _HalfOpen(NamedTuple):
    """A P-256 token of which everything was checked that needs no key. `point`: what the ECDH is asked for."""

    point: ec.EllipticCurvePublicKey
    other_info: bytes
    parts: _Parts


def _half_open(token: str, *, kid: str) -> _HalfOpen:
    """The first half of opening with a P-256 key, so that many ECDH can be done side by side. Raises SealBroken."""
    parts = _parts(token)
    point, other_info = _usual_point(parts.header, kid), _USUAL_INFO
    if point is None:
        header = _checked_header(parts.header, _P_256, kid)
        point, other_info = _checked_point(header.get("epk")), _other_info(header)
    _check_lengths(parts, _P_256)
    return _HalfOpen(point, other_info, parts)


def _finish(half: _HalfOpen, shared: bytes) -> bytes:
    """The second half: `shared` is the result of the ECDH. Raises SealBroken."""
    if len(shared) != 32:
        raise SealBroken("the key agreement gave no 32 bytes")
    key_encryption_key = ConcatKDFHash(SHA256(), 32, half.other_info).derive(shared)
    try:
        content_key = aes_key_unwrap(key_encryption_key, half.parts.wrapped)
    except InvalidUnwrap:
        raise SealBroken("does not open") from None
    return _decrypted(half.parts, content_key)


def _parts(token: str) -> _Parts:
    if len(token) > MAX_TOKEN:
        raise SealBroken("too long")
    parts = token.split(".")
    if len(parts) != 5:
        raise SealBroken("not five parts")
    try:
        header, wrapped, nonce, ciphertext, tag = map(unb64, parts)
    except ValueError:
        raise SealBroken("not base64url") from None
    return _Parts(header, wrapped, nonce, ciphertext, tag, parts[0].encode("ascii"))


def _check_lengths(parts: _Parts, kind: _Kind) -> None:
    if len(parts.wrapped) != kind.wrapped or len(parts.nonce) != 12 or len(parts.tag) != 16:
        raise SealBroken("parts of the wrong length")


def _decrypted(parts: _Parts, content_key: bytes) -> bytes:
    if len(content_key) != 32:  # AESGCM takes shorter ones, too
        raise SealBroken("does not open")
    try:
        padded = AESGCM(content_key).decrypt(parts.nonce, parts.ciphertext + parts.tag, parts.signed)
    except InvalidTag:
        raise SealBroken("does not open") from None
    return _without_padding(padded)


def _without_padding(padded: bytes) -> bytes:
    # Most of an act is padding, and without a word of what to take away that is gone four times as quickly.
    plain = padded.rstrip()
    spaces = len(padded) - len(plain)
    return plain if padded[len(plain) :] == PAD * spaces else padded.rstrip(PAD)


def _unpadded(block: bytes) -> bytes:
    """What is inside OAEP (SHA-256 throughout) in the 256 bytes of a bare RSA operation. Raises SealBroken.

    `cryptography` unpads only what it decrypts itself: so the block is encrypted to a throwaway key and decrypted again
    (docs/decisions/0027). A sound block begins with 00, and is therefore below any modulus.
    """
    if len(block) != 256:
        raise SealBroken("the unwrapping gave no 256 bytes")
    throwaway = _throwaway()
    numbers = throwaway.public_key().public_numbers()
    again = pow(int.from_bytes(block, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    try:
        return throwaway.decrypt(again, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
    except ValueError:
        raise SealBroken("does not open") from None


@cache
def _throwaway() -> rsa.RSAPrivateKey:
    """A key of nobody's, once a process: making one takes a moment, and a booth may never need it."""
    return rsa.generate_private_key(65537, 2048)


def _checked_header(header_bytes: bytes, kind: _Kind, kid: str) -> dict[str, object]:
    try:
        header = load(header_bytes, most=_MOST_IN_HEADER)
    except NotCanonical:
        raise SealBroken("unreadable header") from None
    if not isinstance(header, dict):
        raise SealBroken("unreadable header")
    if header.get("alg") != kind.alg or header.get("enc") != ENC:
        raise SealBroken("another algorithm")
    if not kind.headers.issuperset(header):
        raise SealBroken("unknown header member")  # zip and crit among them
    if header.get("kid") != kid:
        raise SealBroken("sealed to another key")
    return header


# The header as `seal` writes it, around the two halves of the point: nearly every one, and it need not be parsed. What
# is not exactly this goes the long way, which decides.
_HEADER: Final = (
    '{"alg":"ECDH-ES+A256KW","enc":"A256GCM","kid":%s,"epk":{"crv":"P-256","x":"',
    '","y":"',
    '","kty":"EC"}}',
)
_LETTERS: Final = 43  # base64url of 32 bytes


def _usual_point(header_bytes: bytes, kid: str) -> ec.EllipticCurvePublicKey | None:
    """The point in a header of the usual form; None where it is of another, or does not hold."""
    before, between, after = _HEADER
    before %= json.dumps(kid)
    x = len(before)
    y = x + _LETTERS + len(between)
    try:
        header = header_bytes.decode("ascii")
        if (header[:x], header[x + _LETTERS : y], header[y + _LETTERS :]) != (before, between, after):
            return None
        point = b"\x04" + unb64(header[x : x + _LETTERS]) + unb64(header[y : y + _LETTERS])
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return None


def _checked_point(epk: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(epk, dict) or epk.get("kty") != "EC" or epk.get("crv") != "P-256" or "d" in epk:
        raise SealBroken("no ephemeral point on P-256")
    x, y = _bytes_of(epk.get("x")), _bytes_of(epk.get("y"))
    if len(x) != 32 or len(y) != 32:
        raise SealBroken("no ephemeral point on P-256")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise SealBroken("no ephemeral point on P-256") from None


def _other_info(header: dict[str, object]) -> bytes:
    """NIST SP 800-56A other information as RFC 7518 4.6.2 lays it out; the algorithm id is `alg` with key wrapping."""
    fields = (_P_256.alg.encode("ascii"), _bytes_of(header.get("apu", "")), _bytes_of(header.get("apv", "")))
    return b"".join(struct.pack(">I", len(field)) + field for field in fields) + struct.pack(">I", 256)


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, str):
        raise SealBroken("unreadable header")
    try:
        return unb64(value)
    except ValueError:
        raise SealBroken("unreadable header") from None


_USUAL_INFO: Final = _other_info({})
