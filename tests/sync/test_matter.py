"""Signed matter: whose, of what kind, and nothing that talks about its own algorithm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey

from sync import NotSigned, sign_matter, verify_matter


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_signed_and_verified_by_both_hands(key):
    token = sign_matter(b'{"a":1}', key, kid="c", typ="settings")
    assert verify_matter(token, {"c": key.public_key()}, typ="settings") == b'{"a":1}'
    assert jws.deserialize_compact(token, ECKey(key, key), algorithms=["ES256"]).payload == b'{"a":1}'


def test_a_long_list_is_fine(key):
    payload = b"x" * 1_000_000
    assert verify_matter(sign_matter(payload, key, kid="c", typ="crl"), {"c": key.public_key()}, typ="crl") == payload


def test_kind_key_and_content_are_bound(key):
    token = sign_matter(b"x", key, kid="c", typ="settings")
    public = key.public_key()
    head, payload, signature = token.split(".")
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for bad, keys, typ in [
        (token, {"c": public}, "crl"),
        (token, {"d": public}, "settings"),
        (token, {"c": other}, "settings"),
        (f"{head}.{encode(b'y')}.{signature}", {"c": public}, "settings"),
        (f"{head}.{payload}.{encode(bytes(64))}", {"c": public}, "settings"),
        (f"{head}.{payload}.", {"c": public}, "settings"),
        (f"{head}.{payload}", {"c": public}, "settings"),
        ("", {"c": public}, "settings"),
        ("é.é.é", {"c": public}, "settings"),
    ]:
        with pytest.raises(NotSigned):
            verify_matter(bad, keys, typ=typ)


@pytest.mark.parametrize("extra", [{"alg": "none"}, {"alg": "HS256"}, {"crit": ["b64"], "b64": False}, {"jwk": {}}])
def test_a_token_does_not_choose_its_algorithm(key, extra):
    public = key.public_key()
    header = encode(json.dumps({"alg": "ES256", "kid": "c", "typ": "t", **extra}).encode())
    body = f"{header}.{encode(b'x')}"
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    forged = [body + ".", f"{body}.{encode(hmac.digest(pem, body.encode(), hashlib.sha256))}"]
    for token in forged:
        with pytest.raises(NotSigned):
            verify_matter(token, {"c": public}, typ="t")
