"""For which centre a request was signed: one spelling for all that mean the same; nobody else's request is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sync import server, sign_with
from sync.wire.encoding import read_instant
from sync.wire.http_signing import Request, sign_request

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OURS = {"atm.example.gr", "10.0.0.5:8080", "[::1]:8000"}


@pytest.fixture
def reason(booth_key: ec.EllipticCurvePrivateKey) -> Callable[..., str]:
    """Signs for `url`, bends the headers, and asks a centre that is reached under `at` (else the same)."""

    def ask(url: str, at: str = "", bend: Callable[[dict[str, str]], dict[str, str]] = dict, seen: Any = None) -> str:
        request = Request("GET", url, {})
        sign_request(request, None, sign_with(booth_key), key_id="booth-1", now=NOW)
        headers, keys = bend(dict(request.headers)), {"booth-1": booth_key.public_key()}
        try:
            server.verify_request("GET", at or url, headers, b"", keys.get, NOW, seen=seen, ours=OURS.__contains__)
        except server.Unauthorised as refused:
            return refused.reason
        return ""

    return ask


@pytest.mark.parametrize("vector", VECTORS["authority"]["same"])
def test_one_spelling(vector: dict[str, Any]) -> None:
    assert {server.normal(said) for said in vector["said"]} == {vector["normal"]}
    assert server.normal(vector["normal"]) == vector["normal"]


@pytest.mark.parametrize("said", VECTORS["authority"]["none"])
def test_what_is_no_authority(said: str) -> None:
    with pytest.raises(ValueError):
        server.normal(said)


@given(st.text(max_size=40) | st.text(alphabet="a.:[]0/@ \\-\0", max_size=12))
def test_any_text_is_one_authority_or_none(said: str) -> None:
    try:
        normal = server.normal(said)
    except ValueError:
        return
    assert normal.isascii() and normal == normal.lower() == server.normal(normal)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://atm.example.gr/v2/hello", ""),
        ("https://atm.example.gr/v2/hello", ""),
        ("https://ATM.Example.gr:443/v2/hello", ""),
        ("http://atm.example.gr:80/v2/hello", ""),
        ("http://atm.example.gr./v2/hello", ""),
        ("http://10.0.0.5:8080/v2/hello", ""),
        ("http://[0:0:0:0:0:0:0:1]:8000/v2/hello", ""),
        ("http://atm.example.gr:8080/v2/hello", "other-authority"),
        ("http://atm.example.gr.evil.example/v2/hello", "other-authority"),
        ("http://evil.example/v2/hello", "other-authority"),
        ("http://10.0.0.5/v2/hello", "other-authority"),
        ("http://[::2]:8000/v2/hello", "other-authority"),
        ("http://atm.example.gr@evil.example/v2/hello", "other-authority"),
    ],
)
def test_a_request_for_another_centre_is_refused_as_such(reason: Callable[..., str], url: str, expected: str) -> None:
    assert reason(url) == expected


def test_it_is_said_of_true_signatures_only(reason: Callable[..., str]) -> None:
    """Played again under our own name it does not verify; and who is refused leaves no nonce behind."""
    assert reason("http://evil.example/v2/hello", at="http://atm.example.gr/v2/hello") == "bad-signature"
    seen = server.NonceCache()
    assert reason("http://evil.example/v2/hello", seen=seen) == "other-authority" and not seen._until


def test_the_vector_of_a_hello_is_for_its_own_centre_alone() -> None:
    vector, now = VECTORS["hello"], read_instant(VECTORS["now"])
    numbers = VECTORS["keys"]["booth-1"]
    key = ec.EllipticCurvePublicNumbers(int(numbers["x"], 16), int(numbers["y"], 16), ec.SECP256R1()).public_key()

    def ask(*ours: str) -> str:
        return server.verify_request(
            vector["method"], vector["url"], vector["headers"], b"", lambda _: key, now, ours=ours.__contains__
        )

    assert ask(VECTORS["authority"]["of_hello"]) == "booth-1"
    with pytest.raises(server.Unauthorised, match="other-authority"):
        ask("another.example")


# --- several signatures, other parameters ----------------------------------------------------------------------------


def _twice(headers: dict[str, str]) -> dict[str, str]:
    return {name: f"{value}, {value.replace('atm=', 'other=', 1)}" for name, value in headers.items()}


def test_two_signatures_with_our_tag_are_none(reason: Callable[..., str]) -> None:
    assert reason("http://atm.example.gr/v2/hello", bend=_twice) == "bad-signature"


def test_another_s_signature_beside_ours_is_not_asked(reason: Callable[..., str]) -> None:
    """A proxy may sign as well, with a tag of its own; whether that one holds is not our business."""

    def bend(headers: dict[str, str]) -> dict[str, str]:
        theirs = {"Signature-Input": ', p=("@path");created=1;tag="proxy"', "Signature": ", p=:AAAA:"}
        return {name: value + theirs.get(name, "") for name, value in headers.items()}

    assert reason("http://atm.example.gr/v2/hello", bend=bend) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('alg="ecdsa-p256-sha256"', 'alg="hmac-sha256"'),
        ('alg="ecdsa-p256-sha256"', 'alg="none"'),
        ('tag="municipal-atm"', 'tag="municipal-atm-answer"'),
        ('"@authority" ', ""),
        ('"@method" ', ""),
        ('"@query"', '"@query";req'),
        ('keyid="booth-1"', 'keyid="BOOTH-1"'),
        ("created=", "expires=1;created="),
    ],
)
def test_what_was_not_signed_so_is_refused(reason: Callable[..., str], old: str, new: str) -> None:
    def bend(headers: dict[str, str]) -> dict[str, str]:
        assert old in headers["Signature-Input"]
        return headers | {"Signature-Input": headers["Signature-Input"].replace(old, new, 1)}

    assert reason("http://atm.example.gr/v2/hello", bend=bend) in ("bad-signature", "unknown-key")
