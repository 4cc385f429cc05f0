"""Sign-in at the municipality's OpenID provider: authorization code, PKCE, state and nonce (OpenID Connect Core 1.0).

Must never log or raise a token, a code or a secret, nor follow a provider whose documents name another issuer.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256, sha512
from typing import Any, TypeAlias

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_SECONDS = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
_LEEWAY = 60
_OLDEST = 15 * 60 + _LEEWAY  # seconds since a token was made; a sign-in under way is forgotten after ten minutes
_LONGEST_SUBJECT = 255


@dataclass(frozen=True, repr=False)
class Client:
    """What the provider knows us as. `claim`: the claim that says what somebody is."""

    issuer: str
    client_id: str
    secret: str
    scope: str
    claim: str


@dataclass(frozen=True, repr=False)
class Begun:
    """Where to send the browser, and what must come back or be asked for again."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, repr=False)
class Person:
    """`values`: what the claim says of them."""

    subject: str
    values: frozenset[str]


@dataclass(frozen=True)
class Failed:
    """`reason`: "unreachable" (or no answer to go by came), "refused" (the provider would not), "token" (what it gave
    does not hold)."""

    reason: str


Finished: TypeAlias = Person | Failed


def begin(client: Client, redirect: str) -> Begun | Failed:
    """The address at which the provider asks who somebody is."""
    found = _discover(client)
    if found is None:
        return Failed("unreachable")
    nonce, verifier = generate_token(43), generate_token(64)
    with _session(client, redirect) as session:
        url, state = session.create_authorization_url(
            found["authorization_endpoint"], nonce=nonce, code_verifier=verifier, prompt="login"
        )
    return Begun(url, state, nonce, verifier)


def finish(client: Client, redirect: str, code: str, begun: Begun, now: datetime) -> Finished:
    """Change the code for who it was. The caller has compared `state`. Expected trouble is a value."""
    found = _discover(client)
    if found is None:
        return Failed("unreachable")
    try:
        with _session(client, redirect) as session:
            token = _token(session, found["token_endpoint"], code, begun)
            claims = _claims(client, _keys(found["jwks_uri"]), token, begun.nonce, now)
            if claims is not None and client.claim not in claims:
                claims = _ask_more(session, found, claims)
            if claims is None:
                return Failed("token")
    except requests.RequestException:
        return Failed("unreachable")
    except AuthlibBaseError:
        return Failed("refused")
    return Person(claims["sub"], _values(claims.get(client.claim)))


def _token(session: OAuth2Session, address: str, code: str, begun: Begun) -> Mapping[str, Any]:
    """Raises RequestException where no answer to go by came, AuthlibBaseError where the provider would not."""
    session.register_compliance_hook("access_token_response", _no_detour)
    try:
        given: Mapping[str, Any] = session.fetch_token(
            address, code=code, code_verifier=begun.verifier, timeout=_SECONDS, allow_redirects=False
        )
    except requests.RequestException:
        raise
    except ValueError:
        raise requests.exceptions.InvalidJSONError("no token") from None
    return given


def _no_detour(answer: requests.Response) -> requests.Response:
    """The code and the secret go where the provider said at first, and nowhere else."""
    if 300 <= answer.status_code < 400:
        raise requests.HTTPError("a redirect")
    return answer


def _session(client: Client, redirect: str) -> OAuth2Session:
    return OAuth2Session(
        client.client_id,
        client.secret,
        scope=client.scope,
        redirect_uri=redirect,
        code_challenge_method="S256",
        leeway=0,  # used at once: a token of a minute is as good as any
    )


def _discover(client: Client) -> dict[str, Any] | None:
    try:
        url = f"{client.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = requests.get(url, timeout=_SECONDS, allow_redirects=False).json()
    except (requests.RequestException, ValueError):
        return None
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(found, dict) or found.get("issuer") != client.issuer or not all(found.get(w) for w in wanted):
        return None
    return found


def _keys(address: str) -> KeySet:
    """The provider's keys as they are now. Raises RequestException where it does not give them: that says nothing of
    whoever signs in."""
    try:
        return KeySet.import_key_set(_said(requests.get(address, timeout=_SECONDS, allow_redirects=False)))
    except (JoseError, ValueError, KeyError, TypeError):
        raise requests.exceptions.InvalidJSONError("no keys") from None


def _said(answer: requests.Response) -> Any:
    """The JSON of a 200. Raises RequestException for anything else: an error page is no word on anybody."""
    if answer.status_code != 200:
        raise requests.HTTPError(f"status {answer.status_code}")
    return answer.json()


def _claims(client: Client, keys: KeySet, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any] | None:
    """What a good ID token says (Core 3.1.3.7); None if anything about it is not as it must be."""
    try:
        read = jwt.decode(str(token.get("id_token", "")), keys, algorithms=_ALGORITHMS)
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": client.issuer},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(read.claims)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    claims = dict(read.claims)
    good = (
        _is_for_us(claims, client.client_id)
        and now.timestamp() - claims["iat"] <= _OLDEST
        and isinstance(claims["sub"], str)
        and 0 < len(claims["sub"]) <= _LONGEST_SUBJECT
        and _goes_with(claims, str(read.header.get("alg")), str(token.get("access_token", "")))
    )
    return claims if good else None


def _is_for_us(claims: Mapping[str, Any], client_id: str) -> bool:
    """We are its audience; and where others are too, or it names who asked for it, that was us (3 to 5 of the list)."""
    said = claims.get("aud")
    listed = [said] if isinstance(said, str) else said
    if not isinstance(listed, list) or client_id not in listed:
        return False
    alone = all(one == client_id for one in listed)
    return alone if "azp" not in claims else claims["azp"] == client_id


def _goes_with(claims: Mapping[str, Any], algorithm: str, access_token: str) -> bool:
    """Where it names the access token that it came with (3.1.3.8), that is the one which we ask more with."""
    if "at_hash" not in claims:
        return True
    digest = (sha512 if algorithm in ("EdDSA", "Ed25519") else sha256)(access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    return isinstance(claims["at_hash"], str) and hmac.compare_digest(claims["at_hash"].encode(), half.encode())


def _ask_more(session: OAuth2Session, found: Mapping[str, Any], claims: dict[str, Any]) -> dict[str, Any] | None:
    """Providers may say what somebody is only at their userinfo endpoint (Core 5.3). None where it speaks of somebody
    else. Raises RequestException."""
    if not found.get("userinfo_endpoint"):
        return claims
    more = _said(session.get(found["userinfo_endpoint"], timeout=_SECONDS, allow_redirects=False))
    return claims | more if isinstance(more, dict) and more.get("sub") == claims["sub"] else None


def _values(said: object) -> frozenset[str]:
    if isinstance(said, str):
        return frozenset({said})
    return frozenset(str(one) for one in said) if isinstance(said, list) else frozenset()
