"""What an ID token must be (OpenID Connect Core 3.1.3.7), asked of a provider that can bend each part of its answer.
The real one stands in test_staff_oidc.py."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from central.office.accounts import oidc
from central.office.accounts.oidc import Failed, Person

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # and yet providers sign with it
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
US, OTHER = "municipal-atm", "another-client"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "r", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "e", "use": "sig"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "o", "use": "sig"}),
}
STRANGER = ECKey.generate_key("P-256", {"kid": "e"})
LEFT_OUT = object()


@dataclass
class House:
    """A provider as a test wants it: `claims` are laid over the right ones, `answers` over the right documents."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=lambda: {"sub": "officer-1", "groups": ["atm"]})
    algorithm: str = "ES256"
    published: tuple[str, ...] = ("ES256",)
    make: Callable[[House], str] | None = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def said(self) -> dict[str, Any]:
        at = int(NOW.timestamp())
        right = {"iss": self.issuer, "aud": US, "sub": "officer-1", "iat": at, "exp": at + 60, "nonce": "n"}
        right["groups"] = ["atm"]
        return {name: value for name, value in (right | self.claims).items() if value is not LEFT_OUT}

    def token(self) -> str:
        key = KEYS[self.algorithm]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, self.said(), key, algorithms=list(KEYS))

    def document(self, path: str) -> tuple[int, bytes]:
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
                more = {"userinfo_endpoint": f"{self.issuer}/me", "issuer": self.issuer}
                said: Any = {name: f"{self.issuer}/{end}" for name, end in ends.items()} | more
            case "/keys":
                said = KeySet([KEYS[name] for name in self.published]).as_dict(private=False)
            case "/token":
                token = self.make(self) if self.make else self.token()
                said = {"access_token": "access", "token_type": "Bearer", "id_token": token}
            case _:
                said = self.more
        return 200, json.dumps(said).encode()


@pytest.fixture(scope="module")
def running() -> Iterator[Callable[[], House]]:
    current = [House()]

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = current[0].document(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def anew() -> House:
            current[0] = House(f"http://127.0.0.1:{server.server_address[1]}")
            return current[0]

        yield anew
        server.shutdown()
        thread.join(30)


@pytest.fixture
def house(running: Callable[[], House]) -> House:
    return running()


def finish(house: House, at: datetime = NOW) -> oidc.Finished:
    client = oidc.Client(house.issuer, US, "secret", "openid", "groups")
    begun = oidc.Begun("", "state", "n", "v" * 43)
    return oidc.finish(client, "http://testserver/staff/provider/back", "code", begun, at)


IN = Person("officer-1", frozenset({"atm"}))
OUT = Failed("token")


@pytest.mark.parametrize(
    ("audience", "party", "expected"),
    [
        (US, LEFT_OUT, IN),
        ([US], LEFT_OUT, IN),
        (US, US, IN),
        ([US, US], LEFT_OUT, IN),
        ([US, OTHER], US, IN),
        ([OTHER, US], US, IN),
        ([US, OTHER], LEFT_OUT, OUT),  # for others too, and nobody says who asked for it
        ([US, OTHER], OTHER, OUT),
        ([US, OTHER], None, OUT),
        ([US, OTHER], "", OUT),
        ([US, OTHER], [US], OUT),
        (US, OTHER, OUT),
        (US, None, OUT),
        ([US], OTHER, OUT),
        (OTHER, US, OUT),
        ([OTHER], US, OUT),
        ([], US, OUT),
        (None, US, OUT),
        (LEFT_OUT, US, OUT),
        ({US: 1}, LEFT_OUT, OUT),
        ([[US]], LEFT_OUT, OUT),
        ([US, None], LEFT_OUT, OUT),
        (f"{US} {OTHER}", LEFT_OUT, OUT),
        (US.upper(), LEFT_OUT, OUT),
    ],
)
def test_for_whom_it_is(house: House, audience: object, party: object, expected: oidc.Finished) -> None:
    house.claims = {"aud": audience, "azp": party}
    assert finish(house) == expected


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
@pytest.mark.parametrize("value", [LEFT_OUT, None, "", "x", True, {}, [], ["x"], 5])
def test_what_must_be_there_and_right(house: House, name: str, value: object) -> None:
    house.claims = {name: value}
    assert finish(house) == (Person("x", frozenset({"atm"})) if (name, value) == ("sub", "x") else OUT)


@pytest.mark.parametrize(
    "issuer", ["{0}/", "{0}?", "HTTP{1}", "https{1}", "{0}.evil.example", " {0}", ["{0}"], "http://localhost{2}"]
)
def test_the_issuer_exactly(house: House, issuer: Any) -> None:
    parts = (house.issuer, house.issuer.removeprefix("http"), house.issuer.removeprefix("http://127.0.0.1"))
    said = [one.format(*parts) for one in issuer] if isinstance(issuer, list) else issuer.format(*parts)
    house.claims = {"iss": said}
    assert finish(house) == OUT


@pytest.mark.parametrize(
    ("claim", "seconds", "expected"),
    [
        ("exp", -59, IN), ("exp", -60, OUT), ("iat", 60, IN), ("iat", 61, OUT), ("iat", -960, IN), ("iat", -961, OUT),
        ("nbf", 60, IN), ("nbf", 61, OUT),
    ],
)  # fmt: skip
def test_a_minute_and_no_more(house: House, claim: str, seconds: int, expected: oidc.Finished) -> None:
    house.claims = {claim: int(NOW.timestamp()) + seconds}
    assert finish(house) == expected


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("published", [("RS256", "ES256", "EdDSA"), ("EdDSA", "RS256", "ES256")])
def test_any_of_several_keys(house: House, algorithm: str, published: tuple[str, ...]) -> None:
    house.algorithm, house.published = algorithm, published
    assert finish(house) == IN


def _parts(house: House, **header: str) -> str:
    return ".".join(_b64(json.dumps(one).encode()) for one in (header, house.said()))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _with_the_public_key_as_secret(house: House) -> str:
    signed = _parts(house, alg="HS256", kid="r")
    mac = hmac.new(KEYS["RS256"].as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_b64(mac)}"


def _by(key: Any, **header: str) -> Callable[[House], str]:
    return lambda house: jwt.encode({"alg": "ES256"} | header, house.said(), key, algorithms=["ES256"])


def _bent(house: House) -> str:
    head, body, signature = house.token().split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


FORGED: dict[str, Callable[[House], str]] = {
    "alg none": lambda house: _parts(house, alg="none") + ".",
    "HS256 with the public key": _with_the_public_key_as_secret,
    "another's key under a known kid": _by(STRANGER, kid="e"),
    "an unknown kid": _by(KEYS["ES256"], kid="unknown"),
    "a kid of another sort of key": _by(KEYS["ES256"], kid="r"),
    "no kid, several keys": _by(KEYS["ES256"]),
    "a key of its own": lambda house: jwt.encode(
        {"alg": "ES256", "jwk": STRANGER.as_dict(private=False)}, house.said(), STRANGER, algorithms=["ES256"]
    ),
    "a bent signature": _bent,
    "no object": lambda _: jws.serialize_compact({"alg": "ES256", "kid": "e"}, b"[]", KEYS["ES256"]),
    "text": lambda _: "hello",
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_is_not_signed_by_the_provider(house: House, kind: str) -> None:
    house.published, house.make = ("RS256", "ES256"), FORGED[kind]
    assert finish(house) == OUT


@pytest.mark.parametrize(("algorithm", "digest"), [("RS256", "sha256"), ("ES256", "sha256"), ("EdDSA", "sha512")])
@pytest.mark.parametrize("token", ["access", "another"])
def test_the_access_token_that_it_names(house: House, algorithm: str, digest: str, token: str) -> None:
    whole = hashlib.new(digest, token.encode()).digest()
    half = _b64(whole[: len(whole) // 2])
    house.algorithm, house.published, house.claims = algorithm, (algorithm,), {"at_hash": half}
    assert finish(house) == (IN if token == "access" else OUT)
    for odd in (None, 5, "", half + "="):
        house.claims = {"at_hash": odd}
        assert finish(house) == OUT


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token", "/me"])
@pytest.mark.parametrize(
    "answer", [(503, b"{}"), (500, b"<html>"), (302, b"{}"), (200, b"<html>away</html>"), (200, b""), (200, b"5")]
)
def test_a_provider_that_fails_refuses_nobody(house: House, path: str, answer: tuple[int, bytes]) -> None:
    """Its error page is no word on whoever signs in: neither a token that does not hold, nor that they have no role."""
    house.claims = {"groups": LEFT_OUT}  # asked of userinfo
    assert finish(house) == IN
    house.answers = {path: answer}
    expected = OUT if (path, answer) == ("/me", (200, b"5")) else Failed("unreachable")
    assert finish(house) == expected


def test_what_userinfo_says_of_another_is_not_taken(house: House) -> None:
    house.claims, house.more = {"groups": LEFT_OUT}, {"sub": "officer-2", "groups": ["atm"]}
    assert finish(house) == OUT


def test_a_sign_in_may_take_its_minutes(house: House) -> None:
    house.claims = {"exp": int(NOW.timestamp()) + 3600}
    assert finish(house, NOW + timedelta(minutes=15)) == IN
