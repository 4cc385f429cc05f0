"""The booth's end of the line: signed, compressed requests, bounded answers. The only module that knows HTTP.

Must never follow a redirect, read the machine's proxy settings, or take an answer for more than it says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import requests
import urllib3
from cryptography.hazmat.primitives.asymmetric import ec

from sync.wire.batch import Batch
from sync.wire.compression import NotPacked, TooLarge, pack, unpack
from sync.wire.envelope import Envelope, Sign, sign_with
from sync.wire.errors import Garbled, LineDown, RequestRefused
from sync.wire.http_signing import Request, Response, Unauthorised, check_response, sign_request
from sync.wire.messages import (
    BATCH_TYPE,
    Answer,
    BadMessage,
    Hello,
    Page,
    decode_answers,
    decode_hello,
    decode_page,
    decode_refusal,
    encode_batch,
)

_T = TypeVar("_T")
# A page must fit well; whoever stands on the line must not fill the booth's memory.
MAX_ANSWER: Final = 64 * 1024 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Reply:
    """What came, apart from the library's objects: an exception must not keep a connection alive."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """One booth's line to one centre. Two threads may ask at once; whoever closes it waits for them.

    `key` is the booth's P-256 key or a function that signs (DER). `clock_offset` is centre minus booth; it is learned
    at every hello and nowhere else: a refusal is not signed, and what it says of the time is good for signing the same
    request once more. With `centre_keys` (by kid) every answer must be signed
    by the centre for this very request; without them TLS alone vouches for answers, and `trusted` is False.
    `timeout` is (connect, read) in seconds; an answer as a whole may take ten times the second.
    `bytes_sent` and `bytes_received` count bodies and headers of ours, without TLS.
    """

    def __init__(
        self,
        base_url: str,
        booth: str,
        key: ec.EllipticCurvePrivateKey | Sign,
        *,
        centre_keys: Mapping[str, ec.EllipticCurvePublicKey] | None = None,
        clock: Callable[[], datetime] = _now,
        clock_offset: timedelta = timedelta(0),
        timeout: tuple[float, float] = (5.0, 30.0),
        verify: bool | str = True,
        cert: tuple[str, str] | None = None,
        max_answer: int = MAX_ANSWER,
    ) -> None:
        self.clock_offset = clock_offset
        self.trusted = centre_keys is not None
        self.bytes_sent = 0
        self.bytes_received = 0
        self._base = base_url.rstrip("/")
        self._booth = booth
        self._sign = sign_with(key) if isinstance(key, ec.EllipticCurvePrivateKey) else key
        self._centre_keys = centre_keys
        self._clock = clock
        self._timeout = timeout
        self._max_answer = max_answer
        self._verify, self._cert = verify, cert
        # A session, its connection with it, serves one request at a time; nor can a token sign two things at once.
        self._free: list[requests.Session] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    def hello(self) -> Hello:
        """Who is there, and what time is it. Raises LineDown or RequestRefused."""
        began = self._clock()
        hello = _decoded(decode_hello, self._ask("GET", "/v2/hello"))
        # The answer was made somewhere between asking and hearing: the middle is the best guess.
        self.clock_offset = hello.now - (began + (self._clock() - began) / 2)
        return hello

    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]:
        """One batch; an answer to each that could be judged. Raises LineDown (nobody knows what arrived) or
        RequestRefused (nothing was taken)."""
        body = envelopes.packed if isinstance(envelopes, Batch) else pack(encode_batch(envelopes))
        return _decoded(decode_answers, self._ask("POST", "/v2/outbox", body, BATCH_TYPE))

    def pull(self, cursor: int, limit: int = 500) -> Page:
        """The page after `cursor`; the caller verifies its manifest. Raises LineDown or RequestRefused."""
        return _decoded(decode_page, self._ask("GET", f"/v2/pull?after={cursor:d}&limit={limit:d}"))

    def tell_status(self, status: bytes) -> None:
        """What the booth says of itself (JSON). Raises LineDown or RequestRefused."""
        self._ask("POST", "/v2/status", pack(status))

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """A word of the application's own, such as enrolment: the answer as it came, unpacked. Raises LineDown or
        RequestRefused."""
        return self._ask(method, path, None if body is None else pack(body))

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        try:
            return self._ask_once(method, path, body, kind)
        except RequestRefused as refusal:
            offset = self._offset_for_another_try(refusal)
            if offset is None:
                raise
        return self._ask_once(method, path, body, kind, offset)

    def _offset_for_another_try(self, refusal: RequestRefused) -> timedelta | None:
        """With which offset the same request may be signed again; None if that would not help.

        Anybody on the line can have said it: it must not outlive that one request.
        """
        if refusal.status == 401 and refusal.reason == "clock" and refusal.now is not None:
            return refusal.now - self._clock()
        # A proxy may have sent the same bytes twice; signed again they carry another nonce.
        replayed = refusal.status == 401 and refusal.reason == "replayed"
        return self.clock_offset if replayed else None

    def _ask_once(
        self, method: str, path: str, body: bytes | None, kind: str, offset: timedelta | None = None
    ) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "zstd", "User-Agent": "municipal-atm"}
        if body is not None:
            headers |= {"Content-Type": kind, "Content-Encoding": "zstd"}
        request = Request(method, self._base + path, headers)
        now = self._clock() + (self.clock_offset if offset is None else offset)
        with self._lock:
            sign_request(request, body, self._sign, key_id=self._booth, now=now)
        return self._checked(request, self._fetch(request, body))

    def _fetch(self, request: Request, body: bytes | None) -> _Reply:
        self._count(sent=len(request.url) + _weight(request.headers) + len(body or b""))
        session = self._session()
        try:
            with session.request(
                request.method,
                request.url,
                data=body,
                headers=request.headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                self._count(received=_weight(response.headers))
                return _Reply(response.status_code, response.headers, b"".join(self._read(response)))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # The name alone: the library's text quotes the address, and its exception holds the connection.
            raise LineDown(type(problem).__name__) from None
        finally:
            self._free.append(session)

    def _session(self) -> requests.Session:
        with suppress(IndexError):
            return self._free.pop()
        session = requests.Session()
        # Else the environment or a .netrc could name a proxy, a password or other authorities for TLS.
        session.trust_env = False
        session.verify = self._verify
        session.cert = self._cert
        return session

    def _count(self, *, sent: int = 0, received: int = 0) -> None:
        with self._lock:
            self.bytes_sent += sent
            self.bytes_received += received

    def _read(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it came, still packed; bounded in size and in time."""
        deadline = time.monotonic() + 10 * self._timeout[1]
        size = 0
        # Unpacked by ourselves, below a ceiling: the library would unpack whatever came.
        for piece in response.raw.stream(65536, decode_content=False):
            size += len(piece)
            self._count(received=len(piece))
            if size > self._max_answer:
                raise Garbled("answer too large")
            if time.monotonic() > deadline:
                raise LineDown("answer too slow")
            yield piece

    def _checked(self, request: Request, reply: _Reply) -> bytes:
        # May be over the next moment, and nobody knows what was taken before it: no refusal.
        if reply.status >= 500 or reply.status in (408, 429):
            raise LineDown(f"status {reply.status}")
        # A refusal may come without one: from a proxy, or from a centre that does not know who asks.
        if self._centre_keys is not None and reply.status == 200:
            self._check_signature(self._centre_keys, request, reply)
        content = reply.content
        if reply.headers.get("Content-Encoding") == "zstd":
            try:
                content = unpack(content, max_bytes=self._max_answer)
            except (TooLarge, NotPacked) as problem:
                raise Garbled(str(problem)) from None
        if reply.status == 200:
            return content
        reason, now = decode_refusal(content)
        # A proxy refuses for size as well, and gives no reason of ours.
        fallback = "too-large" if reply.status == 413 else f"status {reply.status}"
        raise RequestRefused(reason or fallback, status=reply.status, now=now)

    def _check_signature(self, keys: Mapping[str, ec.EllipticCurvePublicKey], request: Request, reply: _Reply) -> None:
        answer = Response(reply.status, dict(reply.headers), request)
        # A hello must be heard even with a wrong clock; that it is fresh follows from the request that it covers.
        try:
            check_response(answer, reply.content, keys.get, now=self._clock(), tolerance=timedelta.max)
        except Unauthorised as problem:
            raise Garbled(f"answer {problem.reason}") from None


def _weight(headers: Mapping[str, str]) -> int:
    """Bytes of the headers on the line: `name: value` and the line's end."""
    return sum(len(name) + len(value) + 4 for name, value in headers.items())


def _decoded(decode: Callable[[bytes], _T], content: bytes) -> _T:
    try:
        return decode(content)
    except BadMessage as problem:
        raise Garbled(str(problem)) from None
