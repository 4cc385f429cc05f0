"""The block code of the PIN letter: with it and the card number, whoever lost a card blocks it at any booth, off line.

Must never keep a code or show one in an exception. The hash travels in public matter, so it is a slow one; what keeps a
code from being guessed by whoever copies that matter is its 40 bits, and all it opens is the blocking of one card.
"""

from __future__ import annotations

import base64
import hmac
import secrets

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from assets import typed

CHARACTERS = typed.CROCKFORD
LENGTH = 8
SALT_BYTES = 16
_HASH_BYTES = 32
_LOG_N, _R, _P = 14, 8, 1


def new_block_code() -> str:
    """A random code, as it is printed: XXXX-XXXX."""
    letters = "".join(secrets.choice(CHARACTERS) for _ in range(LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def read_block_code(text: str) -> str | None:
    """What was typed, as eight characters of the alphabet; None if it cannot be a code."""
    code = typed.read(text, CHARACTERS) if len(text) <= 4 * LENGTH else None
    return code if code is not None and len(code) == LENGTH else None


def block_code_hash(code: str, salt: bytes) -> str:
    """`scrypt$14$8$1$<salt>$<hash>` (RFC 7914; base64url without padding; 16 MB and some 50 ms). `salt`: 16 bytes.
    Raises ValueError, without the code, for what is no code."""
    plain = read_block_code(code)
    if plain is None or len(salt) != SALT_BYTES:
        raise ValueError("not a block code")
    return f"scrypt${_LOG_N}${_R}${_P}${_text(salt)}${_text(_derive(plain, salt))}"


def block_code_holds(code: str, encoded: str) -> bool:
    """Whether what was typed is the code of this hash. False for a hash of other costs than ours, at no cost: a booth
    never works as hard as a file tells it to."""
    try:
        name, log_n, r, p, salt, expected = encoded.split("$")
        plain, salted = read_block_code(code), _bytes(salt)
    except ValueError:
        return False
    if plain is None or (name, log_n, r, p) != ("scrypt", str(_LOG_N), str(_R), str(_P)) or len(salted) != SALT_BYTES:
        return False
    return hmac.compare_digest(_text(_derive(plain, salted)), expected)


def _derive(plain: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_HASH_BYTES, n=2**_LOG_N, r=_R, p=_P).derive(plain.encode("ascii"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
