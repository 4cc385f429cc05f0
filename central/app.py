"""The centre's web application: joins the rooms that have routes, and serves them. Must never hold a route itself."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from central import public, staff
from central.clock import ClockInDoubt
from central.kernel import auditing, logs
from central.kernel.centre import Centre
from central.kernel.serving import served
from central.kernel.serving.metrics import Figures
from central.line import Call, Watch, answer_later, describe, enrolling, line, operation
from central.matter import CentreMatter
from central.matters import MATTERS
from central.office.roll import registry
from central.settings import BadSettings

if TYPE_CHECKING:
    from central.public.site import Site
    from central.staff.desk import Desk

MOST_CONNECTIONS = 600  # more are told 503 at once: a file descriptor each, and the booths come again


def create_app(centre: Centre, matters: tuple[CentreMatter, ...] = MATTERS) -> FastAPI:
    """Routes of `centre`, each room's own. It keeps no state but the store's and its figures."""
    figures = Figures(centre)
    app = FastAPI(
        title="Municipal ATM, centre",
        version="1",
        description="The line between booths and town hall (docs/wire.md). Requests carry an RFC 9421 signature of the "
        "booth, bodies are zstd-packed canonical JSON, and every 200 answer is signed by the centre. "
        "Any other path is a 404, any other method a 405.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would send callers to whatever host they named
    )
    app.add_middleware(Watch, figures=figures)
    site, console = public.build(centre, matters), staff.build(centre, matters)
    answer_later(app, centre, site.away)
    app.include_router(line(centre, figures))
    app.include_router(enrolling(centre))
    running = operation(centre, figures)
    app.include_router(running)
    app.include_router(site.router)
    app.include_router(console.router)
    describe(app, centre, _trouble_told(site, console, running))

    @app.exception_handler(ClockInDoubt)
    def in_doubt(request: Request, trouble: ClockInDoubt) -> Response:
        Call.of(request).trouble = type(trouble).__name__
        return staff.clock_in_doubt(console, request, trouble)  # nothing public asks for the time

    return app


def _trouble_told(site: Site, console: Desk, running: APIRouter) -> Callable[[Request, int], Response | None]:
    """Who says what could not be answered: the shell whose address it is; None where no person reads."""
    machines = ("/v2", "/openapi.json", *(route.path for route in running.routes if isinstance(route, APIRoute)))

    def page(request: Request, status: int) -> Response | None:
        path = request.url.path
        if path == "/staff" or path.startswith("/staff/"):
            return staff.problem(console, request, status)
        return None if path.startswith("/v2/") or path in machines else site.problem(request, status)

    return page


def serve(centre: Centre, host: str, port: int, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address once connections are taken.

    Raises BadSettings if nothing can listen there, served.Behind if the database is older than what was served. A clock
    in doubt stops nothing that does not ask for the time: the public pages are there, and all else once it is right.
    """
    served.check(centre)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadSettings(f"listen: host {host!r}, port {port}: {error.strerror}; expected a free one") from None
    logs.set_up(centre.settings.log)
    with listener as listening, registry.kept_fresh(centre), auditing.beside(centre):
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
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=15,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # A batch makes many thousand objects and lets go of them: asked after every 700, the collector would take a
        # tenth of the processor. All that stays stands by now.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        self._ready()

    def asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.should_exit = True
