"""Signatures: of one key, over one text, of one kind; and nothing that a header says is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ballot_box.officials import signing
from ballot_box.officials.signing import (
    BadRecord,
    KeySigner,
    Signature,
    holds,
    holds_bare,
    key_id,
    pem_of,
    read_canonical,
    read_pem,
    read_signatures,
    sign_bare,
    signers,
)

TEXT = '{"what":"ψηφοφορία"}'
SIGNER, OTHER = (KeySigner(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
SIGNED = SIGNER.sign(signing.SETUP, TEXT)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def header(**parts: str) -> str:
    known = {"alg": "ES256", "kid": SIGNED.by, "typ": signing.SETUP, **parts}
    return base64url(json.dumps(known, sort_keys=True, separators=(",", ":")).encode())


def made_with(head: str) -> Signature:
    """A good signature of the key itself, under another header."""
    from joserfc import jws

    plain = json.loads(base64.urlsafe_b64decode(head + "=="))
    whole = jws.serialize_compact(plain, TEXT.encode(), SIGNER.jwk, algorithms=["ES256"])
    return Signature(SIGNED.by, f"{whole.split('.')[0]}..{whole.split('.')[2]}")


def keyed_with_the_public_key() -> Signature:
    head = header(alg="HS256")
    secret = pem_of(SIGNER.public).encode()
    code = hmac.new(secret, f"{head}.{base64url(TEXT.encode())}".encode(), hashlib.sha256).digest()
    return Signature(SIGNED.by, f"{head}..{base64url(code)}")


def test_it_holds_for_its_text_kind_and_key() -> None:
    assert holds(SIGNED, signing.SETUP, TEXT, SIGNER.public)
    assert SIGNED.by == key_id(SIGNER.public) and ".." in SIGNED.jws


@pytest.mark.parametrize("typ", [signing.OFFICIALS, signing.EXTENSION, signing.DECLARATION, signing.FINAL, ""])
def test_under_one_kind_it_is_none_under_another(typ: str) -> None:
    assert not holds(SIGNED, typ, TEXT, SIGNER.public)


@pytest.mark.parametrize("text", [TEXT + " ", TEXT.replace("ψ", "Ψ"), "", "{}"])
def test_over_another_text_it_does_not_hold(text: str) -> None:
    assert not holds(SIGNED, signing.SETUP, text, SIGNER.public)


FORGED = {
    "another key": OTHER.sign(signing.SETUP, TEXT),
    "another key under this id": Signature(SIGNED.by, OTHER.sign(signing.SETUP, TEXT).jws),
    "this key under another id": Signature(key_id(OTHER.public), SIGNED.jws),
    "kid of another": made_with(header(kid=key_id(OTHER.public))),
    "a header more": made_with(header(cty="x")),
    "alg none": Signature(SIGNED.by, f"{header(alg='none')}.."),
    "HS256 with the public key": keyed_with_the_public_key(),
    "payload inside": Signature(SIGNED.by, SIGNED.jws.replace("..", f".{base64url(TEXT.encode())}.")),
    "no parts": Signature(SIGNED.by, "x"),
    "four parts": Signature(SIGNED.by, SIGNED.jws + ".x"),
    "empty": Signature(SIGNED.by, ""),
    "not Base64": Signature(SIGNED.by, "ψ..ψ"),
    "cut": Signature(SIGNED.by, SIGNED.jws[:-4]),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_one_does_not_hold(name: str) -> None:
    assert not holds(FORGED[name], signing.SETUP, TEXT, SIGNER.public)


def test_the_signers_are_those_whose_signature_holds() -> None:
    theirs = [FORGED["alg none"], FORGED["another key under this id"], SIGNED, SIGNED]
    assert signers(theirs, signing.SETUP, TEXT, [SIGNER.public, OTHER.public]) == {SIGNED.by}
    assert signers(theirs, signing.SETUP, TEXT, [OTHER.public]) == frozenset()


def test_a_bare_signature() -> None:
    bare = sign_bare(SIGNER.key, TEXT)
    assert len(bare) == 86 and holds_bare(bare, TEXT, SIGNER.public)
    assert not holds_bare(bare, TEXT + " ", SIGNER.public)
    assert not holds_bare(bare, TEXT, OTHER.public)
    assert not holds_bare("ψ", TEXT, SIGNER.public)
    # Its header differs from that of a statement, so that the one is never the other.
    assert not holds_bare(SIGNED.jws.split(".")[2], TEXT, SIGNER.public)


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "\n",
        ' {"a":1}',
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a":1.0e0}',
        "[]",
        "",
        "{",
        '{"a":NaN}',
        "[" * 9999,
    ],
    ids=lambda text: text[:12],
)
def test_what_could_be_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(BadRecord, match=r"^thing: "):
        read_canonical(text, "thing")


def test_only_p256_keys() -> None:
    def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    assert key_id(read_pem(pem_of(SIGNER.public))) == SIGNED.by
    for text in (
        "",
        "κλειδί",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 2048)),
    ):
        with pytest.raises(BadRecord, match=r"^a key is no"):
            read_pem(text)


@pytest.mark.parametrize("value", [{}, [1], [{"by": "a"}], [{"by": "a", "jws": 1}], [{"by": "a", "jws": "b", "c": ""}]])
def test_what_is_no_list_of_signatures_is_refused(value: object) -> None:
    with pytest.raises(BadRecord, match=r"^thing"):
        read_signatures(value, "thing")
