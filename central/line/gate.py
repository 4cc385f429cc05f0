"""Who may speak on the line, and how much: the signature before the body, the body within bounds, the answer signed.

Must never read the body of somebody unknown, hold more of one booth than two batches, or log what was sent.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from anyio import CapacityLimiter, to_thread
from cryptography.x509 import Name
from cryptography.x509.oid import NameOID
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from central.clock import ClockInDoubt
from central.kernel.centre import KID, Centre
from central.kernel.serving import names, timekeeping
from central.kernel.serving.line import nonce_seen
from central.line.trouble import AGAIN, TROUBLES
from central.line.watch import Call
from central.office.booths import admission
from central.office.booths.admission import Admitted
from sync import BadMessage, TooLarge, server

Work = Callable[[Admitted, bytes], bytes]
"""What a route does for a booth with a body; the answer before it is packed and signed."""

# Bodies that are unpacked and judged at one time (docs/operation.md has the figures). The others wait packed.
AT_ONCE: Final = 2 * (os.cpu_count() or 1)
THREADS: Final = 40
PIECE_SECONDS: Final = 20.0
BODY_SECONDS: Final = 600.0
STATUS_BYTES: Final = 64 * 1024


class TurnedAway(Exception):
    """An answer that is no 200. `reason` is one of docs/wire.md. `close`: what still comes is not read any more."""

    def __init__(self, status: int, reason: str, *, close: bool = False) -> None:
        super().__init__(reason)
        self.status, self.reason, self.close = status, reason, close


class Gate:
    """The one way in for booths. Keeps counts of bytes under way and nothing else."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._seen = nonce_seen(centre)
        self._certificate = centre.settings.serve.client_certificate_header
        self._at_once = CapacityLimiter(AT_ONCE)
        # Of the line alone: a crowd at the public pages or at the console's door must not keep booths waiting.
        self._threads = CapacityLimiter(THREADS)
        self._held: Counter[str] = Counter()

    async def serve(self, request: Request, work: Work, *, most: int = 0, refused: str = "") -> Response:
        """Answer by `work`. `most`: bytes that the body may have; `refused`: the reason if it cannot be read."""
        call = Call.of(request)
        try:
            _check_length(request, most)
            known = await to_thread.run_sync(self._who, request, call, limiter=self._threads)
            if most and request.headers.get("content-encoding", "").strip().lower() != "zstd":
                raise TurnedAway(415, "not-packed", close=True)
            with _Share(self._held, known.booth) as share:
                body = await _read(request, share, most)
                # What it unpacks to is held as well; more than is allowed is refused when it is unpacked.
                share.grow(max(0, min(server.stated_size(body), most) - len(body)))
                limiter = self._at_once if most else self._threads  # a hello does not wait behind batches
                answer = partial(self._answer, request, known, body, work, call, refused)
                return await to_thread.run_sync(answer, limiter=limiter)
        except TurnedAway as answer:
            return self.refusal(request, answer)
        except ClientDisconnect:
            # Nobody listens any more: what is answered here is only for the counts.
            return self.refusal(request, TurnedAway(408, "gone", close=True))

    def refusal(self, request: Request, refused: TurnedAway) -> Response:
        Call.of(request).reason = refused.reason
        # A body without a length may never end: who is refused does not go on sending it.
        close = refused.close or "transfer-encoding" in request.headers
        headers = ({"Connection": "close"} if close else {}) | (AGAIN if refused.status == 503 else {})
        content = server.encode_refusal(refused.reason, timekeeping.known(self._centre))
        return Response(content, refused.status, headers, media_type="application/json")

    def _who(self, request: Request, call: Call) -> Admitted:
        """The booth that signed the head of the request; the body has not been read yet."""
        try:
            known = self._verify(request, None, seen=True)
        except server.Unauthorised as stranger:
            raise TurnedAway(401, stranger.reason) from None
        except ClockInDoubt as trouble:
            raise _in_doubt(call, trouble) from None
        except TROUBLES as trouble:
            call.trouble = type(trouble).__name__
            raise TurnedAway(503, "unavailable") from None
        call.booth = known.booth
        if self._certificate and not _certified(request, self._certificate, known.booth):
            raise TurnedAway(401, "other-certificate")
        return known

    def _verify(self, request: Request, body: bytes | None, *, seen: bool) -> Admitted:
        return admission.admit(
            self._centre,
            request.method,
            str(request.url),
            _joined(request),
            body,
            seen=self._seen if seen else None,
            ours=self._ours(request) if seen else None,  # the same head once more, with its body
        )

    def _ours(self, request: Request) -> Callable[[str], bool]:
        """Which authorities are ours, for this request. Two Host lines are two authorities, and none of them is."""
        if len(request.headers.getlist("host")) != 1:
            return lambda _: False
        return lambda said: names.is_ours(self._centre, said, request.scope.get("server"))

    def _with_body(self, request: Request, known: Admitted, body: bytes) -> Admitted:
        """The booth, now that its body is here. The head's signature has held: it covers the body if it covers its
        digest, and need not be verified twice."""
        if known.digest and known.digest == server.digest_of(body):
            return admission.admit_again(self._centre, known)
        return self._verify(request, body, seen=False)

    def _answer(self, request: Request, known: Admitted, body: bytes, work: Work, call: Call, refused: str) -> Response:
        call.bytes_in = len(body)
        try:
            content = work(self._with_body(request, known, body), body)
            now = self._centre.clock()
        except ClockInDoubt as trouble:
            raise _in_doubt(call, trouble) from None
        except server.Unauthorised as stranger:
            raise TurnedAway(401, stranger.reason) from None
        except TooLarge:
            raise TurnedAway(413, "too-large") from None
        except BadMessage:
            raise TurnedAway(400, refused) from None
        except TROUBLES as trouble:
            # No verdict on what was sent: the booth asks again. The text might hold a value; the type cannot.
            call.trouble = type(trouble).__name__
            raise TurnedAway(503, "unavailable") from None
        signed = server.reply(
            200,
            content,
            method=request.method,
            url=str(request.url),
            headers=_joined(request),
            key=self._centre.keys.signing,
            kid=KID,
            now=now,
        )
        call.bytes_out = len(signed.body)
        return Response(signed.body, signed.status, signed.headers)


def _in_doubt(call: Call, trouble: ClockInDoubt) -> TurnedAway:
    """Without the time no signature can be judged, no vote's window, nothing be promised: booths come again."""
    call.trouble = type(trouble).__name__
    return TurnedAway(503, "clock-in-doubt")


class _Share:
    """What one call holds of the bytes that its booth may have under way: packed, or unpacked if that is more."""

    def __init__(self, held: Counter[str], booth: str) -> None:
        self._held, self._booth, self._size = held, booth, 0

    def __enter__(self) -> _Share:
        return self

    def grow(self, size: int) -> None:
        self._size += size
        self._held[self._booth] += size
        if self._held[self._booth] > 2 * server.MAX_BATCH:
            raise TurnedAway(429, "busy", close=True)

    def __exit__(self, *_: object) -> None:
        self._held[self._booth] -= self._size
        if self._held[self._booth] <= 0:
            del self._held[self._booth]


async def _read(request: Request, share: _Share, most: int) -> bytes:
    """The body, unless it is too much or too slow. A piece may take PIECE_SECONDS, the whole BODY_SECONDS."""
    body = bytearray()
    pieces = request.stream().__aiter__()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                try:
                    async with asyncio.timeout(PIECE_SECONDS):
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return bytes(body)
                body += piece
                share.grow(len(piece))
                if len(body) > most:
                    raise TurnedAway(413, "too-large", close=True)
    except TimeoutError:
        raise TurnedAway(408, "too-slow", close=True) from None


def _check_length(request: Request, most: int) -> None:
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit() or int(declared) > most:
        # What is a little too long is let run out unread, so that an honest booth hears why; a flood is cut off.
        raise TurnedAway(413, "too-large", close=len(declared) > 9 or int(declared) > 4 * server.MAX_BATCH)


def _joined(request: Request) -> dict[str, str]:
    """Headers by name; lines of one name as one value (RFC 9110, 5.3), so that none is signed and another believed."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _certified(request: Request, header: str, booth: str) -> bool:
    """Whether the proxy saw the certificate of this very booth: one header, one CN in its subject (RFC 4514)."""
    subjects = request.headers.getlist(header)
    if len(subjects) != 1:
        return False
    try:
        names = Name.from_rfc4514_string(subjects[0]).get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return False
    return [name.value for name in names] == [booth]
