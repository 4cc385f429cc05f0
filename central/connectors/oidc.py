"""Sign-in at the municipality's OpenID provider: authorization code, PKCE, state and nonce (OpenID Connect Core 1.0).

Must never log or raise a token, a code or a secret, nor follow a provider whose documents name another issuer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_SECONDS = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY = 60


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
    """`reason`: "unreachable", "refused" (the provider would not), "token" (what it gave does not hold)."""

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
            token = session.fetch_token(
                found["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=_SECONDS
            )
            claims = _claims(client, found, str(token.get("id_token", "")), begun.nonce, now)
            if claims is None:
                return Failed("token")
            if client.claim not in claims:
                claims = _ask_more(session, found, claims)
    except requests.RequestException:
        return Failed("unreachable")
    except AuthlibBaseError:
        return Failed("refused")
    return Person(str(claims["sub"]), _values(claims.get(client.claim)))


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


def _claims(client: Client, found: Mapping[str, Any], token: str, nonce: str, now: datetime) -> dict[str, Any] | None:
    """What a good ID token says (Core 3.1.3.7); None if anything about it is not as it must be."""
    try:
        keys = KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=_SECONDS, allow_redirects=False).json())
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError):
        return None
    if claims.get("azp", client.client_id) != client.client_id:
        return None
    return dict(claims)


def _ask_more(session: OAuth2Session, found: Mapping[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """Providers may say what somebody is only at their userinfo endpoint (Core 5.3)."""
    if not found.get("userinfo_endpoint"):
        return claims
    answer = session.get(found["userinfo_endpoint"], timeout=_SECONDS, allow_redirects=False)
    more = answer.json() if answer.status_code == 200 else {}
    return claims | more if isinstance(more, dict) and more.get("sub") == claims["sub"] else claims


def _values(said: object) -> frozenset[str]:
    if isinstance(said, str):
        return frozenset({said})
    return frozenset(str(one) for one in said) if isinstance(said, list) else frozenset()
