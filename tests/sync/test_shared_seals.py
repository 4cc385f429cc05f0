"""Seals under a secret that both ends have, against joserfc, an independent hand; and everything that must not open."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

from sync import DoesNotFit, SealBroken, agree_with, open_sealed, open_shared, seal, seal_shared

SECRET, INFO = bytes(range(32)), b"sections\0card-1"


def token(plain: bytes = b'{"a":"x"}', size: int = 64) -> str:
    return seal_shared(plain, SECRET, kid="card-1", info=INFO, size=size)


def test_what_we_seal_joserfc_opens() -> None:
    key = OctKey.import_key(HKDF(SHA256(), 32, None, INFO).derive(SECRET))
    opened = jwe.decrypt_compact(token(), key, algorithms=["dir", "A256GCM"])
    assert opened.plaintext == b'{"a":"x"}' + b" " * 55
    assert opened.protected == {"alg": "dir", "enc": "A256GCM", "kid": "card-1"}
    assert token().split(".")[1] == ""


def test_it_opens_again_without_its_padding_and_is_never_the_same_twice() -> None:
    first, second = token(), token()
    assert first != second and len(first) == len(second)
    assert open_shared(first, SECRET, kid="card-1", info=INFO) == b'{"a":"x"}'


def test_all_are_of_one_size_to_the_last_byte() -> None:
    assert {len(token(b"x" * length)) for length in (1, 63, 64)} == {len(token())}
    with pytest.raises(DoesNotFit):
        token(b"x" * 65)


@pytest.mark.parametrize("plain", [b"", b"ends in a space "])
def test_what_cannot_be_padded_without_doubt_is_not_sealed(plain: bytes) -> None:
    with pytest.raises(ValueError, match="padded without doubt"):
        token(plain)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_secret_has_32_bytes(length: int) -> None:
    for use in (
        lambda: seal_shared(b"x", os.urandom(length), kid="card-1", info=INFO, size=64),
        lambda: open_shared(token(), os.urandom(length), kid="card-1", info=INFO),
    ):
        with pytest.raises(ValueError, match="must have 32 bytes"):
            use()


@pytest.mark.parametrize(
    ("secret", "kid", "info", "why"),
    [
        (bytes(32), "card-1", INFO, "does not open"),
        (SECRET, "card-1", b"drafts\0card-1", "does not open"),
        (SECRET, "card-2", INFO, "sealed to another key"),
    ],
)
def test_nothing_else_opens_it(secret: bytes, kid: str, info: bytes, why: str) -> None:
    with pytest.raises(SealBroken, match=why):
        open_shared(token(), secret, kid=kid, info=info)


@pytest.mark.parametrize("part", range(5))
def test_a_changed_letter_anywhere_is_seen(part: int) -> None:
    parts = token().split(".")
    for place in range(max(1, len(parts[part]))):
        bent = list(parts)
        one = parts[part]
        bent[part] = one[:place] + ("A" if one[place : place + 1] != "A" else "B") + one[place + 1 :]
        with pytest.raises(SealBroken):
            open_shared(".".join(bent), SECRET, kid="card-1", info=INFO)


def test_a_seal_to_a_key_is_none_under_a_secret_and_the_other_way_round() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    to_key = seal(b"x", key.public_key(), kid="card-1", size=64)
    with pytest.raises(SealBroken, match="another algorithm"):
        open_shared(to_key, SECRET, kid="card-1", info=INFO)
    with pytest.raises(SealBroken, match="another algorithm"):
        open_sealed(token(), agree_with(key), kid="card-1")


@pytest.mark.parametrize("header", [b'{"alg":"dir","enc":"A256GCM","kid":"card-1","zip":"DEF"}', b"{}", b"no json"])
def test_a_header_of_another_form_is_refused_before_anything_is_opened(header: bytes) -> None:
    rest = token().partition(".")[2]
    with pytest.raises(SealBroken):
        open_shared(f"{base64.urlsafe_b64encode(header).rstrip(b'=').decode()}.{rest}", SECRET, kid="card-1", info=INFO)
