"""Times and counts every call, and says one line about each on the booths' line. Must never see an address, a query or
a body (it knows routes by their pattern), nor say when a booth sent what: how many batches a round had, how large they
were and how long their judging took tells that there was a ballot among them."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.kernel import logs
from central.kernel.serving.metrics import Figures

_log = logging.getLogger(__name__)
_KEY: Final = "central.call"
_BATCHES: Final = "/v2/outbox"


@dataclass
class Call:
    """What may be said of one call. `booth` only once its signature has held: a stranger writes no name in our log."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    booth: str = ""
    reason: str = ""
    trouble: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    items: int = 0

    @staticmethod
    def of(request: Request) -> Call:
        found = request.scope.get(_KEY)
        return found if isinstance(found, Call) else Call()


class Watch:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app, self._figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call, began, status = Call(), time.perf_counter(), 500
        scope[_KEY] = call

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            seconds = time.perf_counter() - began
            route = _route(scope)
            self._figures.called(route, status, seconds, call.reason, call.bytes_in, call.bytes_out)
            _say(call, route, status, seconds)


def _route(scope: Scope) -> str:
    """The pattern of the route, such as /v/{code}; never what stood in its place."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "none"


def _say(call: Call, route: str, status: int, seconds: float) -> None:
    if status >= 500 or call.trouble:
        level = logging.ERROR
    elif call.booth and status >= 400:
        level = logging.WARNING  # somebody with a booth's key, and yet refused
    elif route.startswith("/v2/") and route != _BATCHES:
        level = logging.INFO
    else:
        return
    said: dict[str, str | int | float] = {"route": route, "status": status, "request": call.id}
    if route != _BATCHES:
        said |= {"milliseconds": round(seconds * 1000), "items": call.items}
    said |= {"booth": call.booth, "reason": call.reason, "trouble": call.trouble}
    logs.event(_log, level, "line" if route.startswith("/v2/") else "page", **said)
