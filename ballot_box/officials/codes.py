"""A digest as people type it from paper: groups of four letters, of which the last ones catch slips of the pen."""

from __future__ import annotations

import base64
import hashlib

from assets import typed

# 160 bits: nobody makes another text with this fingerprint. 80 for a slip, which guards one statement of one booth.
FINGERPRINT_BYTES, SLIP_BYTES = 20, 10
_CHECK_BYTES = 5


class CodeRefused(ValueError):
    """What was typed is no such code. Says whether its length or a letter is wrong."""


def code_of(digest: str, size: int) -> str:
    """The first `size` bytes of a hex digest, Base32 (RFC 4648) in groups of 4, two of them for checking."""
    plain = bytes.fromhex(digest)[:size]
    letters = base64.b32encode(plain + _check(plain)).decode()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def read_code(text: str, size: int) -> str:
    """What was typed, small or in Greek letters, with any spaces, as `code_of` writes it. Raises CodeRefused."""
    groups = (size + _CHECK_BYTES) * 8 // 20
    letters = typed.read(text, typed.BASE32)
    if letters is None or len(letters) != groups * 4:
        raise CodeRefused(f"this code has {groups} groups of 4 letters and digits")
    plain = base64.b32decode(letters)[:size]
    if base64.b32decode(letters)[size:] != _check(plain):
        raise CodeRefused("a letter of the code is wrong: read it again")
    return code_of(plain.hex(), size)


def _check(plain: bytes) -> bytes:
    return hashlib.sha256(b"municipal-atm check of a code\n" + plain).digest()[:_CHECK_BYTES]
