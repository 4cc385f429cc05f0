"""Signatures of officials and booths over what they state: JWS (RFC 7515, ES256), the content beside it (Appendix F).

The content is the stated text itself, byte for byte, and `typ` says what kind of statement it is, so that a signature
under one kind is none under another.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

_ALG = "ES256"
OFFICIALS, SETUP, EXTENSION = "atm-officials+jws", "atm-vote-setup+jws", "atm-vote-extension+jws"
STATEMENT, BOOTH_KEY = "atm-closing-statement+jws", "atm-booth-key+jws"
DECLARATION, FINAL = "atm-vote-declaration+jws", "atm-vote-final+jws"


class BadRecord(ValueError):
    """A statement that is not one; says which part is wrong, in plain words."""


@dataclass(frozen=True)
class Signature:
    """`by`: the key's id (`key_id`); `jws`: header and signature, with nothing between the two dots."""

    by: str
    jws: str

    def plain(self) -> dict[str, str]:
        return {"by": self.by, "jws": self.jws}


class KeySigner:
    """Whoever holds a private key on P-256: in memory, or in a token that signs for it."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return self._key

    @property
    def jwk(self) -> ECKey:
        # A key in a token has no numbers to show: joserfc takes it as it is.
        return ECKey(self._key, self._key)

    def sign(self, typ: str, text: str) -> Signature:
        by = key_id(self.public)
        header = {"alg": _ALG, "kid": by, "typ": typ}
        whole = jws.serialize_compact(header, text.encode(), self.jwk, algorithms=[_ALG])
        head, _, signature = whole.split(".")
        return Signature(by, f"{head}..{signature}")


def holds(signature: Signature, typ: str, text: str, public: ec.EllipticCurvePublicKey) -> bool:
    """Whether the owner of `public` signed `text` as a statement of kind `typ`."""
    parts = signature.jws.split(".")
    if len(parts) != 3 or parts[1] or signature.by != key_id(public):
        return False
    whole = f"{parts[0]}.{_base64url(text.encode())}.{parts[2]}"
    try:
        read = jws.deserialize_compact(whole, ECKey(public, public), algorithms=[_ALG])
    except (JoseError, ValueError, TypeError):
        return False
    return read.protected == {"alg": _ALG, "kid": signature.by, "typ": typ} and read.payload == text.encode()


def signers(
    signatures: Iterable[Signature], typ: str, text: str, keys: Iterable[ec.EllipticCurvePublicKey]
) -> frozenset[str]:
    """The ids of those of `keys` under which one of the signatures holds."""
    known = {key_id(key): key for key in keys}
    return frozenset(
        one.by for one in signatures if (key := known.get(one.by)) is not None and holds(one, typ, text, key)
    )


# Where every byte counts the header is this one and is left out; what kind of statement it is opens the content.
_BARE = {"alg": _ALG}


def sign_bare(key: ec.EllipticCurvePrivateKey, text: str) -> str:
    """The third part of a JWS over `text` alone: 86 letters."""
    whole = jws.serialize_compact(_BARE, text.encode(), ECKey(key, key), algorithms=[_ALG])
    return whole.rpartition(".")[2]


def holds_bare(signature: str, text: str, public: ec.EllipticCurvePublicKey) -> bool:
    whole = f"{_base64url(canonical(_BARE).encode())}.{_base64url(text.encode())}.{signature}"
    try:
        jws.deserialize_compact(whole, ECKey(public, public), algorithms=[_ALG])
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def key_id(public: ec.EllipticCurvePublicKey) -> str:
    """Hex SHA-256 of the key's SubjectPublicKeyInfo."""
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def pem_of(public: ec.EllipticCurvePublicKey) -> str:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_pem(text: str) -> ec.EllipticCurvePublicKey:
    """Raises BadRecord for what is no public key on P-256."""
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise BadRecord("a key is no public key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadRecord("a key is not on the curve P-256")
    return key


def canonical(value: object) -> str:
    """JSON with sorted keys and no spare space: the one way in which a statement is written. Raises ValueError for a
    number that JSON has not."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_canonical(text: str, what: str) -> dict[str, Any]:
    """The object in `text`. Raises BadRecord if it is none, or could be written otherwise: two readers might differ."""
    try:
        value = json.loads(text)
        again = canonical(value)
    except (ValueError, RecursionError):
        raise BadRecord(f"{what}: no JSON") from None
    if not isinstance(value, dict) or again != text:
        raise BadRecord(f"{what}: not an object in canonical form")
    return value


@dataclass(frozen=True)
class Sometimes:
    """A part that may be there or not."""

    shape: Any


def shaped(value: object, shape: Any, what: str) -> Any:
    """`value`, if it is of this shape: a dict of names, a list of alike, a type, or several of them in a tuple. What a
    tool does not know it cannot show, at no depth. Raises BadRecord."""
    match shape:
        case dict():
            here = value if isinstance(value, dict) else {}
            asked = {name: inner for name, inner in shape.items() if name in here or not isinstance(inner, Sometimes)}
            parts = with_keys(value, asked, what)
            return {name: shaped(parts[name], inner, f"{what}, {name}") for name, inner in asked.items()}
        case Sometimes(inner):
            return shaped(value, inner, what)
        case [inner]:
            if not isinstance(value, list):
                raise BadRecord(f"{what}: no list")
            return [shaped(one, inner, f"{what} {place}") for place, one in enumerate(value, start=1)]
        case _:
            # To Python, true is the number 1: to whoever reads it aloud it is not.
            if not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
                outer, _, name = what.rpartition(", ")
                raise BadRecord(f"{outer}: {name} is not what stands there")
            return shown_as_is(value, what) if isinstance(value, str) else value


# They make a terminal write elsewhere, or one letter before another: what was shown is then not what is signed.
_HIDING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown_as_is(text: str, what: str) -> str:
    """`text`, if whoever it is shown to sees all of it, and in its order. Raises BadRecord."""
    if _HIDING.search(text):
        raise BadRecord(f"{what}: a character in it would hide others")
    return text


def with_keys(value: object, keys: Iterable[str], what: str) -> Mapping[str, Any]:
    """`value`, an object with exactly these keys. What is not known cannot be shown, so it is not signed either."""
    wanted = set(keys)
    if not isinstance(value, dict) or set(value) != wanted:
        raise BadRecord(f"{what}: expected exactly {', '.join(sorted(wanted))}")
    return value


def typed(value: Mapping[str, Any], key: str, kind: type | tuple[type, ...], what: str) -> Any:
    found = value[key]
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is int):
        raise BadRecord(f"{what}: {key} is not what stands there")
    return found


def read_signatures(value: object, what: str) -> tuple[Signature, ...]:
    if not isinstance(value, list):
        raise BadRecord(f"{what}: no list of signatures")
    found = []
    for one in value:
        parts = with_keys(one, ("by", "jws"), f"{what}, a signature")
        if not all(isinstance(part, str) for part in parts.values()):
            raise BadRecord(f"{what}: a signature is not text")
        found.append(Signature(parts["by"], parts["jws"]))
    return tuple(found)


def digest_of(text: str) -> str:
    """Hex SHA-256 of a statement."""
    return hashlib.sha256(text.encode()).hexdigest()
