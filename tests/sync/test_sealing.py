"""Seals against joserfc, an independent hand; and everything that must not open."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwe
from joserfc.jwk import ECKey

import sync
from sync import SealBroken, agree_with, open_sealed, seal, seal_fixed

ALGORITHMS = ["ECDH-ES+A256KW", "A256GCM"]


@pytest.fixture(scope="module")
def card() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def token(card) -> str:
    return seal(b'{"a":"x"}', card.public_key(), kid="card-1", size=64)


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "==")


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_header(token: str, **changes: object) -> str:
    head, rest = token.split(".", 1)
    header = {**json.loads(decode(head)), **changes}
    return encode(json.dumps({k: v for k, v in header.items() if v is not None}).encode()) + "." + rest


def never(point: object) -> bytes:
    raise AssertionError("the card was asked")


def test_what_we_seal_joserfc_opens(card, token):
    opened = jwe.decrypt_compact(token, ECKey(card, card), algorithms=ALGORITHMS)
    assert opened.plaintext == b'{"a":"x"}' + b" " * 55
    assert set(opened.protected) == {"alg", "enc", "kid", "epk"}


@pytest.mark.parametrize("extra", [{}, {"apu": encode(b"Alice"), "apv": encode(b"Bob")}, {"cty": "JWT"}])
def test_what_joserfc_seals_we_open(card, extra):
    header = {"alg": ALGORITHMS[0], "enc": ALGORITHMS[1], "kid": "card-1", **extra}
    key = ECKey(card.public_key(), card.public_key())
    slip = jwe.encrypt_compact(header, b'{"slip":1}      ', key, algorithms=ALGORITHMS)
    assert open_sealed(slip, agree_with(card), kid="card-1") == b'{"slip":1}'


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_length_tells_only_the_step(card, length):
    plain = b"x" * length
    token = seal(plain, card.public_key(), kid="k", size=64)
    assert len(decode(token.split(".")[3])) == -(-length // 64) * 64
    assert open_sealed(token, agree_with(card), kid="k") == plain


def test_one_size(card):
    tokens = {len(seal_fixed(b"x" * n, card.public_key(), kid="k", size=512)) for n in (1, 511, 512)}
    assert len(tokens) == 1
    with pytest.raises(sync.DoesNotFit):
        seal_fixed(b"x" * 513, card.public_key(), kid="k", size=512)


@pytest.mark.parametrize("plain", [b"", b" ", b"ends in a space "])
def test_padding_must_be_without_doubt(card, plain):
    with pytest.raises(ValueError):
        seal(plain, card.public_key(), kid="k", size=16)


def test_other_keys_are_not_sealed_to():
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    with pytest.raises(ValueError):
        seal(b"x", other, kid="k", size=16)


def test_another_card_does_not_open(token):
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SealBroken, match="does not open"):
        open_sealed(token, agree_with(other), kid="card-1")


@pytest.mark.parametrize("part", range(5))
def test_any_altered_byte_is_refused(card, token, part):
    parts = token.split(".")
    data = decode(parts[part])
    for at in {0, len(data) // 2, len(data) - 1}:
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        broken = ".".join([*parts[:part], encode(changed), *parts[part + 1 :]])
        with pytest.raises(SealBroken):
            open_sealed(broken, agree_with(card), kid="card-1")


def test_a_header_with_the_same_meaning_and_other_bytes_is_refused(card, token):
    with pytest.raises(SealBroken, match="does not open"):
        open_sealed(with_header(token), agree_with(card), kid="card-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "ECDH-ES"},
        {"alg": "none"},
        {"alg": "dir"},
        {"alg": None},
        {"enc": "A128GCM"},
        {"enc": None},
        {"kid": "card-2"},
        {"kid": None},
        {"kid": 1},
        {"zip": "DEF"},
        {"crit": ["exp"]},
        {"jku": "http://x"},
        {"epk": None},
        {"epk": "x"},
        {"epk": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}},
        {"epk": {"kty": "EC", "crv": "P-256", "x": encode(b"\1" * 32), "y": encode(b"\1" * 32)}},
        {"epk": {"kty": "EC", "crv": "P-256", "x": encode(b"\0" * 32), "y": encode(b"\0" * 32)}},
        {"epk": {"kty": "EC", "crv": "P-256", "x": encode(b"\1" * 31), "y": encode(b"\1" * 32)}},
        {"epk": {"kty": "EC", "crv": "P-256", "x": 5, "y": 6}},
        {"apu": 5},
        {"apv": "a=b"},
    ],
)
def test_the_card_is_not_asked_for_what_can_be_refused_without_it(token, changes):
    with pytest.raises(SealBroken):
        open_sealed(with_header(token, **changes), never, kid="card-1")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t + ".",
        lambda t: t.rsplit(".", 1)[0],
        lambda t: t + "=",
        lambda t: t + "A",
        lambda t: t.replace(".", " ", 1),
        lambda t: "." + t.split(".", 1)[1],
        lambda t: "é" + t,
        lambda t: t + "A" * 5_000_000,
        lambda t: "",
    ],
)
def test_malformed_tokens(token, spoil):
    with pytest.raises(SealBroken):
        open_sealed(spoil(token), never, kid="card-1")


def test_loose_trailing_bits_are_another_token(card, token):
    # The tag has 16 bytes in 22 characters: the last one has four bits that a lazy decoder ignores.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert decode(twin.split(".")[4]) == decode(token.split(".")[4])
    with pytest.raises(SealBroken, match="base64url"):
        open_sealed(twin, agree_with(card), kid="card-1")


def test_a_card_that_answers_nonsense_or_is_pulled(token):
    with pytest.raises(SealBroken, match="32 bytes"):
        open_sealed(token, lambda point: b"short", kid="card-1")

    class CardGone(Exception):
        pass

    def gone(point: ec.EllipticCurvePublicKey) -> bytes:
        raise CardGone

    with pytest.raises(CardGone):
        open_sealed(token, gone, kid="card-1")


def test_nothing_of_the_content_is_in_the_exception(card):
    token = seal(b'{"name":"MARKER"}', card.public_key(), kid="k", size=64)
    parts = token.split(".")
    broken = ".".join([*parts[:4], encode(b"\0" * 16)])
    with pytest.raises(SealBroken) as caught:
        open_sealed(broken, agree_with(card), kid="k")
    problem: BaseException | None = caught.value
    while problem is not None:
        assert "MARKER" not in repr(problem) and token not in repr(problem)
        problem = problem.__cause__


def test_the_key_must_be_a_p256_key_for_matter():
    with pytest.raises((ValueError, AttributeError)):
        sync.sign_matter(b"x", rsa.generate_private_key(65537, 2048), kid="k", typ="t")  # type: ignore[arg-type]
