"""Signed matter: JWS compact, ES256, one `typ` for each kind so that one kind never passes for another.

Must never believe a token about its own algorithm or key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.registry import Header

from sync.wire.canonical import NotCanonical, load
from sync.wire.encoding import unb64

ALG: Final = "ES256"
MAX_TOKEN: Final = 8 * 1024 * 1024


class NotSigned(Exception):
    """No valid signature by a key we trust, of the kind that was asked for. Carries no content."""


class _Registry(jws.JWSRegistry):
    # The library stops at 128 kB; a revocation list or a page's manifest may be longer.
    max_payload_length = MAX_TOKEN


_REGISTRY: Final = _Registry(algorithms=[ALG])


def sign_matter(payload: bytes, key: ec.EllipticCurvePrivateKey, *, kid: str, typ: str) -> str:
    """JWS compact of `payload`. `kid` names the key to whoever verifies, `typ` the kind of matter."""
    if not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("matter is signed with a P-256 key")
    header: Header = {"alg": ALG, "kid": kid, "typ": typ}
    return jws.serialize_compact(header, payload, ECKey(key, key), registry=_REGISTRY)


def verify_matter(token: str, keys: Mapping[str, ec.EllipticCurvePublicKey], *, typ: str) -> bytes:
    """The payload, if a key of `keys` (by kid) signed it as `typ`. Raises NotSigned."""
    if len(token) > MAX_TOKEN:
        raise NotSigned("too long")
    header = _header(token)
    # Nothing but these: what a header may ask of a reader (crit, jwk, x5u …) is asked of nobody here.
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != ALG:
        raise NotSigned("not an ES256 signature of ours")
    if header["typ"] != typ:
        raise NotSigned("another kind of matter")
    key = keys.get(str(header["kid"]))
    if key is None or not isinstance(key.curve, ec.SECP256R1):
        raise NotSigned("unknown key")
    try:
        return jws.deserialize_compact(token, ECKey(key, key), registry=_REGISTRY).payload
    except (JoseError, ValueError):
        raise NotSigned("the signature does not hold") from None


def _header(token: str) -> Mapping[str, object]:
    try:
        header = load(unb64(token.partition(".")[0]))
    except (NotCanonical, ValueError):
        raise NotSigned("unreadable header") from None
    if not isinstance(header, dict):
        raise NotSigned("unreadable header")
    return header
