"""RFC 9421 signatures on requests and responses, ecdsa-p256-sha256, with Content-Digest (RFC 9530).

Covers method, authority, path and query, not the whole URL: a proxy in front may end TLS and change the scheme.
Must never verify by the machine's own clock: the time is passed in.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256

REQUEST_TAG: Final = "municipal-atm"
RESPONSE_TAG: Final = "municipal-atm-answer"
LONGEST_NONCE: Final = 64  # each is kept for some time, and ours have 22
_REQUEST_PARTS: Final = ("@method", "@authority", "@path", "@query")
# "signature";req ties an answer to the one request that it answers: an old answer cannot be played back.
_RESPONSE_PARTS: Final = ('"@status"', '"signature";req')

Sign = Callable[[bytes], bytes]


class Unauthorised(Exception):
    """The signature is missing, wrong, too old, played back or by nobody we know. `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Request:
    """The view of a request that is signed. `url` is absolute."""

    method: str
    url: str
    headers: MutableMapping[str, str]


@dataclass
class Response:
    """The view of a response that is signed, with the request it answers."""

    status_code: int
    headers: MutableMapping[str, str]
    request: Request


@dataclass(frozen=True)
class Signed:
    """Who signed, when, the nonce, and of a request whose centre it was meant for (`authority`; "" of an answer).
    `digest`: the Content-Digest that the signature covers, "" where it covers none."""

    key_id: str
    created: datetime
    nonce: str
    authority: str
    digest: str = ""


def sign_request(request: Request, body: bytes | None, sign: Sign, *, key_id: str, now: datetime) -> None:
    """Add Content-Digest (if there is a body), Signature-Input and Signature to the headers. `sign` gives DER."""
    _sign(request, body, sign, key_id=key_id, now=now, tag=REQUEST_TAG, parts=_REQUEST_PARTS)


def sign_response(response: Response, body: bytes, sign: Sign, *, key_id: str, now: datetime) -> None:
    """As sign_request, for an answer; its request must have been signed."""
    _sign(response, body, sign, key_id=key_id, now=now, tag=RESPONSE_TAG, parts=_RESPONSE_PARTS)


KeyOf = Callable[[str], ec.EllipticCurvePublicKey | None]


def check_request(
    request: Request, body: bytes | None, key_of: KeyOf, *, now: datetime, tolerance: timedelta
) -> Signed:
    """Who signed the request (its head alone where `body` is None). Raises Unauthorised: unsigned, unknown-key, clock,
    bad-signature. What `key_of` raises comes through as it is: that no key could be looked up says nothing of whoever
    asks."""
    return _check(request, body, key_of, now=now, tolerance=tolerance, tag=REQUEST_TAG, parts=_REQUEST_PARTS)


def check_response(response: Response, body: bytes, key_of: KeyOf, *, now: datetime, tolerance: timedelta) -> Signed:
    """Who signed the answer. Raises Unauthorised."""
    return _check(response, body, key_of, now=now, tolerance=tolerance, tag=RESPONSE_TAG, parts=_RESPONSE_PARTS)


def _sign(
    message: Request | Response,
    body: bytes | None,
    sign: Sign,
    *,
    key_id: str,
    now: datetime,
    tag: str,
    parts: tuple[str, ...],
) -> None:
    signer = HTTPMessageSigner(signature_algorithm=ECDSA_P256_SHA256)
    nonce = secrets.token_urlsafe(16)
    prepared = signer.prepare(
        message, key_id=key_id, created=now, nonce=nonce, label="atm", tag=tag, covered_component_ids=parts, body=body
    )
    signature = ECDSA_P256_SHA256.signature_from_der(sign(prepared.signature_base))
    signer.apply(message, prepared, signature)


def _check(
    message: Request | Response,
    body: bytes | None,
    key_of: KeyOf,
    *,
    now: datetime,
    tolerance: timedelta,
    tag: str,
    parts: tuple[str, ...],
) -> Signed:
    if not any(name.lower() == "signature-input" for name in message.headers):
        raise Unauthorised("unsigned")
    keys = _Keys(key_of)
    verifier = _Verifier(keys, now, tolerance)
    try:
        results = verifier.verify(message, max_age=None, expect_tag=tag, require_components=parts, body=body)
    except HTTPMessageSignaturesException as problem:
        trouble = keys.trouble or _trouble_behind(problem)
        if trouble is not None:
            raise trouble from None
        raise Unauthorised("unknown-key" if keys.missed else "bad-signature") from None
    # With two of ours nobody could say which was meant.
    if len(results) != 1 or not results[0].nonce or len(results[0].nonce) > LONGEST_NONCE:
        raise Unauthorised("bad-signature")
    created, key_id = results[0].parameters["created"], results[0].parameters["keyid"]
    covered = results[0].covered_components
    authority, digest = covered.get('"@authority"', ""), covered.get('"content-digest"', "")
    return Signed(str(key_id), datetime.fromtimestamp(int(created), UTC), results[0].nonce, authority, digest)


def digest_of(body: bytes) -> str:
    """The Content-Digest of a body as we write it. There are other ways to write one."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def _trouble_behind(problem: HTTPMessageSignaturesException) -> BaseException | None:
    """The library calls every exception an invalid signature; these are the machine's, whatever was sent."""
    return problem.__cause__ if isinstance(problem.__cause__, OSError | MemoryError) else None


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_of: KeyOf) -> None:
        self._key_of = key_of
        self.missed = False
        self.trouble: Exception | None = None

    def resolve_public_key(self, key_id: str) -> ec.EllipticCurvePublicKey | None:
        if self.missed or self.trouble:
            return None  # of two signatures with our tag the first has settled it
        try:
            key = self._key_of(key_id)
        except Exception as trouble:  # kept, because the library would call it an invalid signature
            self.trouble = trouble
            raise
        self.missed = key is None
        return key


class _Verifier(HTTPMessageVerifier):
    """The library asks the machine's clock; ours is told the time."""

    def __init__(self, keys: HTTPSignatureKeyResolver, now: datetime, tolerance: timedelta) -> None:
        super().__init__(signature_algorithm=ECDSA_P256_SHA256, key_resolver=keys)
        self._now = now
        self._tolerance = tolerance

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        seconds = sig_input.params.get("created")
        if type(seconds) is not int or not 0 <= seconds < 2**36:
            raise InvalidSignature("no time of creation")
        # Either way: a clock that is ahead is as wrong as one that is behind.
        created = datetime.fromtimestamp(seconds, UTC)
        if abs(created - self._now) > self._tolerance:
            raise Unauthorised("clock")
        if "expires" in sig_input.params:
            raise InvalidSignature("no signature of ours expires by itself")
