"""The centre's web application: the line to the booths, and the public site beside it.

Must never log an address, a query or a body, nor answer a booth whose signature does not hold.
"""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ballot_box import ToolFailed
from central.public import site
from central.services import feed, intake, registry
from central.services.centre import KID, Centre
from central.services.line import StoreFailed, nonce_seen
from central.settings import BadSettings
from sync import PROTOCOL, BadMessage, Hello, TooLarge, server

_log = logging.getLogger(__name__)

Work = Callable[[str, bytes], bytes]


def create_app(centre: Centre) -> FastAPI:
    """Routes of `centre`. It keeps no state but the store's."""
    app = FastAPI(
        title="Municipal ATM, centre",
        version="1",
        description="The line between booths and town hall (docs/wire.md). Requests carry an RFC 9421 signature of the "
        "booth, bodies are zstd-packed canonical JSON, and every 200 answer is signed by the centre.",
        docs_url=None,
        redoc_url=None,
    )
    _add_line(app, centre)
    app.include_router(site.router(centre))

    @app.get("/healthz", summary="Whether the store answers", tags=["operation"])
    def healthz() -> dict[str, str]:
        feed.page(centre, 0, 1)
        return {"state": "ok"}

    return app


def serve(centre: Centre, host: str, port: int, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address once connections are taken.

    Raises BadSettings if nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadSettings(f"listen: host {host!r}, port {port}: {error.strerror}; expected a free one") from None
    with listener as listening:
        registry.refresh(centre)
        name = f"[{host}]" if family == socket.AF_INET6 else host
        url = f"http://{name}:{listening.getsockname()[1]}"
        server = _Server(server_config(centre), lambda: ready(url))
        for stop in (signal.SIGTERM, signal.SIGINT):
            # uvicorn hands the signal on when it has ended in good order; being told to stop is no failure.
            signal.signal(stop, server.asked_to_stop)
        server.run(sockets=[listening])


def server_config(centre: Centre) -> uvicorn.Config:
    """How the centre is served, in earnest and in tests. No access log: trackers and codes stand in addresses."""
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        create_app(centre),
        log_level=centre.settings.log,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    def asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.should_exit = True


def _add_line(app: FastAPI, centre: Centre) -> None:
    @app.get("/v1/hello", summary="Who is there, and what time is it", **_line(_HELLO))
    async def hello(request: Request) -> Response:
        def work(_booth: str, _body: bytes) -> bytes:
            return server.encode_hello(Hello(PROTOCOL, centre.clock(), centre.settings.municipality))

        return await _serve(centre, request, work)

    @app.post("/v1/outbox", summary="Take in a batch of envelopes", **_line(_ANSWERS, body=_BATCH))
    async def outbox(request: Request) -> Response:
        def work(booth: str, body: bytes) -> bytes:
            return server.encode_answers(intake.take_batch(centre, booth, server.decode_batch(body)))

        return await _serve(centre, request, work)

    @app.get("/v1/pull", summary="A page of what changed after a cursor", **_line(_PAGE))
    async def pull(
        request: Request,
        after: Annotated[int, Query(ge=0, description="The cursor of the page before; 0 at first.")] = 0,
        limit: Annotated[int, Query(ge=1, le=feed.LARGEST_PAGE, description="Items in a page at most.")] = 500,
    ) -> Response:
        def work(_booth: str, _body: bytes) -> bytes:
            page = feed.page(centre, after, limit)
            sign = server.manifest_signer(centre.keys.signing, kid=KID)
            return server.encode_page(page.items, page.cursor, page.more, sign)

        return await _serve(centre, request, work)


async def _serve(centre: Centre, request: Request, work: Work) -> Response:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > server.MAX_BATCH:
            return _refusal(centre, 413, "too-large")
    return await run_in_threadpool(_answer, centre, request, bytes(body), work)


def _answer(centre: Centre, request: Request, body: bytes, work: Work) -> Response:
    method, url, headers = request.method, str(request.url), dict(request.headers)
    now = centre.clock()
    try:
        booth = server.verify_request(
            method,
            url,
            headers,
            body,
            lambda key_id: intake.booth_key(centre, key_id),
            now,
            seen=nonce_seen(centre),
        )
        content = work(booth, body)
    except server.Unauthorised as refused:
        return _refusal(centre, 401, refused.reason)
    except TooLarge:
        return _refusal(centre, 413, "too-large")
    except BadMessage:
        return _refusal(centre, 400, "not-a-batch")
    except (ToolFailed, OSError, StoreFailed) as trouble:
        # No verdict on what was sent: the booth keeps it and asks again. The text might hold a value; the type cannot.
        _log.error("%s %s: no verdict, %s", method, request.url.path, type(trouble).__name__)
        return _refusal(centre, 503, "unavailable")
    signed = server.reply(
        200, content, method=method, url=url, headers=headers, key=centre.keys.signing, kid=KID, now=now
    )
    return Response(signed.body, signed.status, signed.headers)


def _refusal(centre: Centre, status: int, reason: str) -> Response:
    return Response(server.encode_refusal(reason, centre.clock()), status, media_type="application/json")


# The handlers read raw requests, because the signature covers the very bytes: so their schemas stand here.
def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": server.MAX_ITEMS}


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
_INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_ENVELOPE = _object(
    id={"type": "string", "format": "uuid"},
    kind=_TEXT,
    version=_NUMBER,
    booth=_TEXT,
    made_at=_INSTANT,
    previous=_TEXT,
    body={"type": "string", "description": "JWE compact, sealed to the centre"},
    signature=_TEXT,
)
_BATCH = _object(envelopes=_list_of(_ENVELOPE))
_OUTCOME = {"type": "string", "enum": ["accepted", "duplicate", "rejected"]}
_ANSWERS = _object(answers=_list_of(_object(id=_TEXT, outcome=_OUTCOME, reason=_TEXT)))
_ITEM = _object(kind=_TEXT, key=_TEXT, seq=_NUMBER, digest=_TEXT, body=_TEXT)
_PAGE = _object(items=_list_of(_ITEM), cursor=_NUMBER, more={"type": "boolean"}, manifest=_TEXT)
_HELLO = _object(
    protocol=_NUMBER,
    now=_INSTANT,
    municipality=_TEXT,
    kept_through={"anyOf": [_INSTANT, {"type": "null"}]},
    epoch=_TEXT,
)
_REFUSAL = _object(reason=_TEXT, now=_INSTANT)


def _line(answer: dict[str, Any], *, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What OpenAPI says of a route on the line."""

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        return {"application/json": {"schema": schema}}

    refusals = {401: "Not signed by a booth we know", 503: "No verdict now; ask again"}
    if body is not None:
        refusals |= {400: "Not a batch", 413: "Too large"}
    responses: dict[int | str, dict[str, Any]] = {
        200: {"description": "Packed with zstd and signed by the centre", "content": content(answer)}
    }
    for status, description in refusals.items():
        responses[status] = {"description": description, "content": content(_REFUSAL)}
    extra = {"requestBody": {"required": True, "content": content(body)}} if body is not None else {}
    return {
        "responses": responses,
        "openapi_extra": extra,
        "response_class": Response,
        "tags": ["line"],
    }
