"""Seals against joserfc, an independent hand; and everything that must not open."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

import sync
from sync import Agreeing, SealBroken, Unwrapping, agree_with, open_sealed, seal, seal_fixed

ALGORITHMS = ["ECDH-ES+A256KW", "A256GCM"]
RSA_ALGORITHMS = ["RSA-OAEP-256", "A256GCM"]


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


def never(asked: object) -> bytes:
    raise AssertionError("the card was asked")


NEVER, NEVER_RSA = Agreeing(never), Unwrapping(never)


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


@pytest.mark.parametrize(
    "make",
    [lambda: ec.generate_private_key(ec.SECP384R1()), lambda: rsa.generate_private_key(65537, 1024)],
    ids=["P-384", "RSA-1024"],
)
def test_other_keys_are_not_sealed_to(make: Callable[[], Any]):
    with pytest.raises(ValueError, match="P-256 or RSA-2048"):
        seal(b"x", make().public_key(), kid="k", size=16)


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
        {"alg": "RSA-OAEP-256"},
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
        open_sealed(with_header(token, **changes), NEVER, kid="card-1")


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
        open_sealed(spoil(token), NEVER, kid="card-1")


def test_loose_trailing_bits_are_another_token(card, token):
    # The tag has 16 bytes in 22 characters: the last one has four bits that a lazy decoder ignores.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert decode(twin.split(".")[4]) == decode(token.split(".")[4])
    with pytest.raises(SealBroken, match="base64url"):
        open_sealed(twin, agree_with(card), kid="card-1")


def test_a_card_that_answers_nonsense_or_is_pulled(token):
    with pytest.raises(SealBroken, match="32 bytes"):
        open_sealed(token, Agreeing(lambda point: b"short"), kid="card-1")

    class CardGone(Exception):
        pass

    def gone(point: ec.EllipticCurvePublicKey) -> bytes:
        raise CardGone

    with pytest.raises(CardGone):
        open_sealed(token, Agreeing(gone), kid="card-1")


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


# The same to an RSA-2048 key, of which the private operation is the bare one, as a card has it.


@pytest.fixture(scope="session")
def rsa_card() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def other_rsa_card() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def rsa_token(rsa_card) -> str:
    return seal(b'{"a":"x"}', rsa_card.public_key(), kid="card-1", size=64)


def bare(key: rsa.RSAPrivateKey) -> Unwrapping:
    numbers = key.private_numbers()
    n = numbers.public_numbers.n
    return Unwrapping(lambda ek: pow(int.from_bytes(ek, "big"), numbers.d, n).to_bytes(256, "big"))


def test_what_we_seal_to_rsa_joserfc_opens(rsa_card, rsa_token):
    opened = jwe.decrypt_compact(rsa_token, RSAKey(rsa_card, rsa_card), algorithms=RSA_ALGORITHMS)
    assert opened.plaintext == b'{"a":"x"}' + b" " * 55
    assert opened.protected == {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "card-1"}
    assert open_sealed(rsa_token, bare(rsa_card), kid="card-1") == b'{"a":"x"}'


@pytest.mark.parametrize("extra", [{}, {"cty": "JWT"}, {"typ": "slip"}])
def test_what_joserfc_seals_to_rsa_we_open(rsa_card, extra):
    header = {"alg": RSA_ALGORITHMS[0], "enc": RSA_ALGORITHMS[1], "kid": "card-1", **extra}
    key = RSAKey(rsa_card.public_key(), rsa_card.public_key())
    slip = jwe.encrypt_compact(header, b'{"slip":1}      ', key, algorithms=RSA_ALGORITHMS)
    assert open_sealed(slip, bare(rsa_card), kid="card-1") == b'{"slip":1}'


def test_a_seals_length_tells_the_step_and_the_kind_of_key(card, rsa_card):
    tokens = {
        key: {len(seal_fixed(b"x" * n, key.public_key(), kid="k", size=512)) for n in (1, 511, 512)}
        for key in (card, rsa_card)
    }
    assert [len(lengths) for lengths in tokens.values()] == [1, 1] and tokens[card] != tokens[rsa_card]


def test_another_rsa_card_does_not_open(rsa_token, other_rsa_card):
    with pytest.raises(SealBroken, match="does not open"):
        open_sealed(rsa_token, bare(other_rsa_card), kid="card-1")


@pytest.mark.parametrize("part", range(5))
def test_any_altered_byte_of_a_seal_to_rsa_is_refused(rsa_card, rsa_token, part):
    parts = rsa_token.split(".")
    data = decode(parts[part])
    for at in {0, len(data) // 2, len(data) - 1}:
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        broken = ".".join([*parts[:part], encode(changed), *parts[part + 1 :]])
        with pytest.raises(SealBroken):
            open_sealed(broken, bare(rsa_card), kid="card-1")


def test_one_kinds_seal_is_not_shown_to_the_other(token, rsa_token):
    for sealed, opener in ((token, NEVER_RSA), (rsa_token, NEVER)):
        with pytest.raises(SealBroken, match="another algorithm"):
            open_sealed(sealed, opener, kid="card-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "RSA-OAEP"},
        {"alg": "RSA-OAEP-512"},
        {"alg": "RSA1_5"},
        {"alg": "ECDH-ES+A256KW"},
        {"alg": None},
        {"enc": "A128GCM"},
        {"kid": "card-2"},
        {"zip": "DEF"},
        {"crit": ["exp"]},
        {"epk": {"kty": "EC", "crv": "P-256", "x": encode(b"\1" * 32), "y": encode(b"\1" * 32)}},
        {"apu": "AA"},
    ],
)
def test_an_rsa_card_is_not_asked_for_what_can_be_refused_without_it(rsa_token, changes):
    with pytest.raises(SealBroken):
        open_sealed(with_header(rsa_token, **changes), NEVER_RSA, kid="card-1")


@pytest.mark.parametrize("length", [0, 40, 255, 257, 512])
def test_a_wrapped_key_of_another_length_is_not_shown_to_the_card(rsa_token, length):
    head, _, rest = rsa_token.split(".", 2)
    with pytest.raises(SealBroken, match="wrong length"):
        open_sealed(f"{head}.{encode(os.urandom(length))}.{rest}", NEVER_RSA, kid="card-1")


@pytest.mark.parametrize(
    "block",
    [b"", b"short", bytes(255), bytes(257), bytes(256), b"\xff" * 256, b"\x00\x02" + b"\xff" * 254],
    ids=["empty", "short", "255", "257", "zeros", "above the modulus", "PKCS 1.5"],
)
def test_an_rsa_card_that_answers_nonsense(rsa_token, block):
    with pytest.raises(SealBroken):
        open_sealed(rsa_token, Unwrapping(lambda ek: block), kid="card-1")


@pytest.mark.parametrize("length", [0, 16, 24, 33])
def test_a_content_key_of_another_length_opens_nothing(rsa_card, length):
    """AES-GCM would take 16 and 24 bytes: what A256GCM says is held to."""
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    key, nonce = os.urandom(length), os.urandom(12)
    head = encode(json.dumps({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "card-1"}).encode())
    sealed = AESGCM(key).encrypt(nonce, b"x", head.encode()) if length in (16, 24) else os.urandom(17)
    parts = [rsa_card.public_key().encrypt(key, oaep), nonce, sealed[:-16], sealed[-16:]]
    with pytest.raises(SealBroken, match="does not open"):
        open_sealed(".".join([head, *map(encode, parts)]), bare(rsa_card), kid="card-1")


@pytest.mark.parametrize(
    "other",
    [
        padding.OAEP(padding.MGF1(SHA1()), SHA256(), None),
        padding.OAEP(padding.MGF1(SHA256()), SHA1(), None),
        padding.OAEP(padding.MGF1(SHA256()), SHA256(), b"label"),
        padding.PKCS1v15(),
    ],
    ids=["MGF1 of SHA-1", "SHA-1", "label", "PKCS 1.5"],
)
def test_another_padding_is_refused(rsa_card, rsa_token, other):
    head, _, rest = rsa_token.split(".", 2)
    wrapped = rsa_card.public_key().encrypt(os.urandom(32), other)
    with pytest.raises(SealBroken, match="does not open"):
        open_sealed(f"{head}.{encode(wrapped)}.{rest}", bare(rsa_card), kid="card-1")


def test_what_an_rsa_card_raises_passes_through(rsa_token):
    class CardGone(Exception):
        pass

    def gone(ek: bytes) -> bytes:
        raise CardGone

    with pytest.raises(CardGone):
        open_sealed(rsa_token, Unwrapping(gone), kid="card-1")


def test_a_broken_seal_to_rsa_tells_nothing(rsa_card):
    token = seal(b'{"name":"MARKER"}', rsa_card.public_key(), kid="k", size=64)
    with pytest.raises(SealBroken) as caught:
        open_sealed(token[:-22] + encode(b"\0" * 16), bare(rsa_card), kid="k")
    assert caught.value.__cause__ is None and caught.value.args == ("does not open",)


@pytest.mark.parametrize("end", [b"x", b"x\n", b"x \t", b"x\n \n", b"\x0b", b"\x00"])
def test_of_what_looks_like_a_space_spaces_alone_are_padding(card, end):
    token = seal(end, card.public_key(), kid="k", size=64)
    assert open_sealed(token, agree_with(card), kid="k") == end


@pytest.mark.parametrize("change", [{"kid": "andere"}, {"epk": None}, {"enc": "A128GCM"}, {"zip": "DEF"}, {"typ": 7}])
def test_a_header_that_is_nearly_the_usual_one_goes_the_long_way(token, card, change):
    with pytest.raises(SealBroken):
        open_sealed(with_header(token, **change), NEVER if "typ" not in change else agree_with(card), kid="card-1")


@pytest.mark.parametrize("place", ["x", "y"])
def test_a_usual_header_whose_point_does_not_hold(token, place):
    header = json.loads(decode(token.split(".")[0]))
    for bad in ("A" * 43, "=" * 43, "\u00e9" * 43, header["epk"][place][:-1] + "B", "_" * 43):
        epk = {**header["epk"], place: bad}
        text = json.dumps({**header, "epk": epk}, separators=(",", ":"), ensure_ascii=False)
        with pytest.raises(SealBroken):
            open_sealed(encode(text.encode()) + "." + token.split(".", 1)[1], NEVER, kid="card-1")
