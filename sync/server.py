"""The centre's half of the line, without a web framework: who asks, what is in the batch, how to answer.

Must never trust a size, a clock or a name that has not been checked, and never keeps anything but nonces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sync.wire.authority import is_loopback, normal
from sync.wire.bulk import Cores, open_all, verify_all
from sync.wire.canonical import NotCanonical, refuse_many
from sync.wire.compression import NotPacked, pack, stated_size, unpack
from sync.wire.envelope import Envelope, Sign, sign_with
from sync.wire.http_signing import (
    KeyOf,
    Request,
    Response,
    Signed,
    Unauthorised,
    check_request,
    digest_of,
    sign_response,
)
from sync.wire.matter import sign_matter
from sync.wire.messages import (
    BATCH_TYPE,
    LONGEST_ID,
    MANIFEST_TYP,
    PROTOCOL,
    SMALL,
    BadItem,
    BadMessage,
    decode_items_of_batch,
    encode_answers,
    encode_hello,
    encode_page,
    encode_refusal,
)

__all__ = [
    "BATCH_TYPE",
    "LONGEST_ID",
    "PROTOCOL",
    "BadItem",
    "BadMessage",
    "Cores",
    "NonceCache",
    "Ours",
    "Reply",
    "Signed",
    "Unauthorised",
    "decode_batch",
    "digest_of",
    "encode_answers",
    "encode_hello",
    "encode_page",
    "encode_refusal",
    "is_loopback",
    "manifest_signer",
    "normal",
    "open_all",
    "reply",
    "signed_request",
    "stated_size",
    "unpack_body",
    "verify_all",
    "verify_request",
]

TOLERANCE: Final = timedelta(minutes=2)
MAX_BATCH: Final = 16 * 1024 * 1024
MAX_ITEMS: Final = 500

# (booth, nonce, forget after, now) -> was it there already?
Seen = Callable[[str, str, datetime, datetime], bool]
# Whether an authority, in its normal spelling, is one of ours.
Ours = Callable[[str], bool]


class NonceCache:
    """Remembers nonces of verified requests until their time has passed. One process; threads may share it.

    Of more than `most` it forgets the oldest: where strangers can fill it, and a request that is played back does no
    harm.
    """

    def __init__(self, most: int | None = None) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._until: dict[tuple[str, str], datetime] = {}
        self._sweep_at = 1024

    def __call__(self, booth: str, nonce: str, until: datetime, now: datetime) -> bool:
        with self._lock:
            if (booth, nonce) in self._until:
                return True
            self._until[booth, nonce] = until
            if self._most is not None and len(self._until) > self._most:
                # A dict keeps its order: the first is the oldest.
                del self._until[next(iter(self._until))]
            # Swept when it has doubled, so that a sweep costs each request little.
            if len(self._until) >= self._sweep_at:
                self._until = {key: kept for key, kept in self._until.items() if kept >= now}
                self._sweep_at = max(1024, 2 * len(self._until))
            return False


def verify_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    key_of: KeyOf,
    now: datetime,
    *,
    tolerance: timedelta = TOLERANCE,
    seen: Seen | None = None,
    ours: Ours | None = None,
) -> str:
    """The booth that signed this request.

    `url` is absolute, with the authority the booth used. `seen` is the memory of nonces (NonceCache, or a table where
    several processes serve). `body` None: before it is read, so that nobody else's is; ask again with it.
    `ours`: which authorities are this centre's; what was signed for another's must not be taken here, wherever it comes
    from. Without it whoever calls has seen to that.
    Raises Unauthorised: unsigned, unknown-key, clock, bad-signature, other-authority, replayed; and what `key_of`,
    `seen` and `ours` raise.
    """
    return signed_request(method, url, headers, body, key_of, now, tolerance=tolerance, seen=seen, ours=ours).key_id


def signed_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    key_of: KeyOf,
    now: datetime,
    *,
    tolerance: timedelta = TOLERANCE,
    seen: Seen | None = None,
    ours: Ours | None = None,
) -> Signed:
    """As verify_request, with all that was signed. A body that comes later has `digest_of` what the signature covers,
    or else the request is to be verified once more with it."""
    signed = check_request(Request(method, url, dict(headers)), body, key_of, now=now, tolerance=tolerance)
    if ours is not None and not _is(ours, signed.authority):
        raise Unauthorised("other-authority")
    # Last of all: only a request that holds uses its nonce up.
    if seen is not None and seen(signed.key_id, signed.nonce, signed.created + tolerance, now):
        raise Unauthorised("replayed")
    return signed


def _is(ours: Ours, authority: str) -> bool:
    try:
        said = normal(authority)
    except ValueError:
        return False
    return ours(said)


def decode_batch(body: bytes, *, max_bytes: int = MAX_BATCH, max_items: int = MAX_ITEMS) -> list[Envelope | BadItem]:
    """The lines of a pushed batch, in order; their signatures are still to be verified (verify_envelope).

    Raises sync.TooLarge (answer 413) or BadMessage (answer 400), each before much memory is used.
    """
    return decode_items_of_batch(_unpacked(body, max_bytes), max_items=max_items)


def unpack_body(body: bytes, *, max_bytes: int) -> bytes:
    """What a packed body holds: one small message. Raises sync.TooLarge (answer 413) or BadMessage (answer 400), the
    latter also where it holds more values than a small message has (SMALL): then nobody parses it."""
    content = _unpacked(body, max_bytes)
    try:
        refuse_many(content, SMALL)
    except NotCanonical as problem:
        raise BadMessage(str(problem)) from None
    return content


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    try:
        return unpack(body, max_bytes=max_bytes)
    except NotPacked as problem:
        raise BadMessage(str(problem)) from None


def manifest_signer(key: ec.EllipticCurvePrivateKey, *, kid: str) -> Callable[[bytes], str]:
    """The `sign` that encode_page wants."""
    return lambda payload: sign_matter(payload, key, kid=kid, typ=MANIFEST_TYP)


@dataclass(frozen=True)
class Reply:
    """What the web framework sends: all of it, unchanged."""

    status: int
    headers: dict[str, str]
    body: bytes


def reply(
    status: int,
    body: bytes,
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    key: ec.EllipticCurvePrivateKey | Sign,
    kid: str,
    now: datetime,
) -> Reply:
    """A packed answer signed for this very request (`method`, `url`, `headers` of the request)."""
    packed = pack(body)
    answer = {"Content-Type": "application/json", "Content-Encoding": "zstd"}
    sign = sign_with(key) if isinstance(key, ec.EllipticCurvePrivateKey) else key
    response = Response(status, answer, Request(method, url, dict(headers)))
    sign_response(response, packed, sign, key_id=kid, now=now)
    return Reply(status, answer, packed)
