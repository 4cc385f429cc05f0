"""Sealing bytes to a P-256 key and opening them with a private operation that is passed in.

The private key may sit in a card: only its ECDH is asked for, the rest is done here with `cryptography`
(RFC 7518 4.6, RFC 3394, AES-GCM). Must never keep, log or put in an exception what it opened.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from sync.wire.canonical import NotCanonical, load
from sync.wire.encoding import unb64

ALG: Final = "ECDH-ES+A256KW"
ENC: Final = "A256GCM"
# Padding is trailing spaces: JSON readers pass over them, and neither canonical JSON nor a compact token ends in one.
PAD: Final = b" "
MAX_TOKEN: Final = 4 * 1024 * 1024
_KNOWN_HEADERS: Final = frozenset({"alg", "enc", "kid", "epk", "apu", "apv", "typ", "cty"})

Agree = Callable[[ec.EllipticCurvePublicKey], bytes]


class SealBroken(Exception):
    """The token was altered, is for another key, or is no seal of ours. Names the check that failed, no content."""


class DoesNotFit(ValueError):
    """The plaintext does not fit the one size that was asked for."""


def seal(plaintext: bytes, recipient: ec.EllipticCurvePublicKey, *, kid: str, size: int) -> str:
    """JWE compact to `recipient`; the plaintext is padded with spaces to a multiple of `size` bytes.

    `plaintext` must not be empty nor end in a space (canonical JSON and compact tokens never do): ValueError.
    """
    from joserfc import jwe
    from joserfc.jwk import ECKey

    if size < 1:
        raise ValueError("size must be positive")
    if not plaintext or plaintext.endswith(PAD):
        raise ValueError("a plaintext that is empty or ends in a space cannot be padded without doubt")
    if not isinstance(recipient.curve, ec.SECP256R1):
        raise ValueError("the recipient's key must be on P-256")
    padded = plaintext + PAD * (-len(plaintext) % size)
    header = {"alg": ALG, "enc": ENC, "kid": kid}
    token = jwe.encrypt_compact(header, padded, ECKey(recipient, recipient), algorithms=[ALG, ENC])
    if len(token) > MAX_TOKEN:
        raise DoesNotFit("the sealed token would be refused by every opener")
    return token


def seal_fixed(plaintext: bytes, recipient: ec.EllipticCurvePublicKey, *, kid: str, size: int) -> str:
    """As seal, for bodies that must all be of one size: raises DoesNotFit if `plaintext` has more than `size` bytes."""
    if len(plaintext) > size:
        raise DoesNotFit("the plaintext exceeds the one size")
    return seal(plaintext, recipient, kid=kid, size=size)


def agree_with(private_key: ec.EllipticCurvePrivateKey) -> Agree:
    """The private operation of a key that lies in memory or in a file."""
    return lambda point: private_key.exchange(ec.ECDH(), point)


def open_sealed(token: str, agree: Agree, *, kid: str) -> bytes:
    """Open a JWE compact sealed to `kid`; `agree` gets the sender's point and returns the 32 bytes of the ECDH.

    Returns the plaintext without its padding. Raises SealBroken; what `agree` raises passes through untouched.
    Everything that can be refused without the card is refused before `agree` is called.
    """
    half = half_open(token, kid=kid)
    return finish_opening(half, agree(half.point))


@dataclass(frozen=True)
class HalfOpen:
    """A token of which everything was checked that needs no key. `point`: what the private operation is asked for."""

    point: ec.EllipticCurvePublicKey
    other_info: bytes
    parts: tuple[bytes, bytes, bytes, bytes]


def half_open(token: str, *, kid: str) -> HalfOpen:
    """The first half of open_sealed, so that many private operations can be done side by side. Raises SealBroken."""
    if len(token) > MAX_TOKEN:
        raise SealBroken("too long")
    parts = token.split(".")
    if len(parts) != 5:
        raise SealBroken("not five parts")
    try:
        header_bytes, wrapped, nonce, ciphertext, tag = (unb64(part) for part in parts)
    except ValueError:
        raise SealBroken("not base64url") from None
    if len(wrapped) != 40 or len(nonce) != 12 or len(tag) != 16:
        raise SealBroken("parts of the wrong length")
    header = _checked_header(header_bytes, kid)
    point = _checked_point(header.get("epk"))
    return HalfOpen(point, _other_info(header), (wrapped, nonce, ciphertext + tag, parts[0].encode("ascii")))


def finish_opening(half: HalfOpen, shared: bytes) -> bytes:
    """The second half: `shared` is the result of the private operation. Raises SealBroken."""
    if len(shared) != 32:
        raise SealBroken("the key agreement gave no 32 bytes")
    wrapped, nonce, ciphertext, header = half.parts
    key_encryption_key = ConcatKDFHash(SHA256(), 32, half.other_info).derive(shared)
    try:
        content_key = aes_key_unwrap(key_encryption_key, wrapped)
        padded = AESGCM(content_key).decrypt(nonce, ciphertext, header)
    except (InvalidUnwrap, InvalidTag):
        raise SealBroken("does not open") from None
    return padded.rstrip(PAD)


def _checked_header(header_bytes: bytes, kid: str) -> dict[str, object]:
    try:
        header = load(header_bytes)
    except NotCanonical:
        raise SealBroken("unreadable header") from None
    if not isinstance(header, dict):
        raise SealBroken("unreadable header")
    if not _KNOWN_HEADERS.issuperset(header):
        raise SealBroken("unknown header member")  # zip and crit among them
    if header.get("alg") != ALG or header.get("enc") != ENC:
        raise SealBroken("another algorithm")
    if header.get("kid") != kid:
        raise SealBroken("sealed to another key")
    return header


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
    fields = (ALG.encode("ascii"), _bytes_of(header.get("apu", "")), _bytes_of(header.get("apv", "")))
    return b"".join(struct.pack(">I", len(field)) + field for field in fields) + struct.pack(">I", 256)


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, str):
        raise SealBroken("unreadable header")
    try:
        return unb64(value)
    except ValueError:
        raise SealBroken("unreadable header") from None
