"""For whoever keeps the centre running: does the process live, may it be sent work, what are its figures.

Must never show figures to anybody but this machine, nor a booth-person's data to anyone.
"""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from central.kernel.centre import Centre
from central.kernel.serving import readiness
from central.kernel.serving.metrics import CONTENT_TYPE, Figures
from central.line import schemas

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "via")
_STATE = schemas.object_of(state={"type": "string", "enum": ["ok"]})
_CHECK = schemas.object_of(ok={"type": "boolean"}, why=schemas.TEXT)
_CHECKS = schemas.object_of(ready={"type": "boolean"}, checks={"type": "object", "additionalProperties": _CHECK})
_NOT_HERE: dict[int | str, schemas.Schema] = {
    404: {"description": "Asked from outside", "content": {"application/json": {"schema": schemas.DETAIL}}}
}


def operation(centre: Centre, figures: Figures) -> APIRouter:
    """/healthz for anyone; /readyz and /metrics for this machine alone."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz", summary="Whether the process lives", responses=_json(200, "It does", _STATE))
    async def healthz() -> dict[str, str]:
        return {"state": "ok"}

    @router.get(
        "/readyz",
        summary="Whether it can take work: store, tables, disk",
        responses={**_json(200, "Ready", _CHECKS), **_json(503, "Not ready; says why", _CHECKS), **_NOT_HERE},
    )
    async def readyz(request: Request) -> Response:
        if not _from_this_machine(request):
            return _nothing_here()
        checks = await run_in_threadpool(readiness.examine, centre)
        ready = all(check.ok for check in checks.values())
        said = {name: {"ok": check.ok, "why": check.why} for name, check in checks.items()}
        return JSONResponse({"ready": ready, "checks": said}, 200 if ready else 503)

    @router.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={200: {"description": "Text", "content": {"text/plain": {"schema": schemas.TEXT}}}, **_NOT_HERE},
    )
    async def metrics(request: Request) -> Response:
        if not _from_this_machine(request):
            return _nothing_here()
        return Response(await run_in_threadpool(figures.text), media_type=CONTENT_TYPE)

    return router


def _json(status: int, words: str, schema: schemas.Schema) -> dict[int | str, schemas.Schema]:
    return {status: {"description": words, "content": {"application/json": {"schema": schema}}}}


def _from_this_machine(request: Request) -> bool:
    """A proxy on this machine is not this machine: it says for whom it asks."""
    if request.client is None or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _nothing_here() -> Response:
    return JSONResponse({"detail": "Not Found"}, 404)
