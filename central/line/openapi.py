"""The whole of OpenAPI: what FastAPI cannot know of the routes. Must never leave out an answer that is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from central.kernel.centre import Centre
from central.kernel.serving import timekeeping
from central.line import schemas
from sync import server

Page = Callable[[Request, int], Response | None]
_SITE = "site"  # the tag of what people read


def describe(app: FastAPI, centre: Centre, page: Page) -> None:
    """Complete the schema of `app` when it is asked for, and let it answer what it cannot answer as that schema says:
    a browser's addresses with the `page` for that status, all others with JSON."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            said = made()
            said.setdefault("components", {})["securitySchemes"] = schemas.SECURITY
            _name_bad_parameters(said)
            app.openapi_schema = said
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.exception_handler(RequestValidationError)
    def bad_parameters(request: Request, error: RequestValidationError) -> Response:
        if (shown := page(request, 422)) is not None:
            return shown
        if request.url.path.startswith("/v2/"):
            refusal = server.encode_refusal("not-a-query", timekeeping.known(centre))
            return Response(refusal, 422, media_type="application/json")
        # Not what was typed: an answer must not carry it back.
        detail = [{"loc": list(one["loc"]), "msg": str(one["msg"]), "type": one["type"]} for one in error.errors()]
        return JSONResponse({"detail": detail}, 422)

    @app.exception_handler(HTTPException)
    def no_such_thing(request: Request, error: HTTPException) -> Response:
        answer = page(request, error.status_code)
        if answer is None:
            answer = JSONResponse({"detail": error.detail}, error.status_code)
        answer.headers.update(error.headers or {})
        return answer


def _name_bad_parameters(said: dict[str, Any]) -> None:
    """FastAPI promises its own 422, with what was typed in it; ours has less."""
    found = said["components"].setdefault("schemas", {})
    found.pop("HTTPValidationError", None)
    found.pop("ValidationError", None)
    found["BadParameters"] = schemas.BAD_PARAMETERS
    for methods in said["paths"].values():
        for method in methods.values():
            content = method["responses"].get("422", {}).get("content", {})
            answer = content.get("application/json", {})
            if not answer.get("schema", {}).get("$ref", "").endswith("/HTTPValidationError"):
                continue
            answer["schema"] = {"$ref": "#/components/schemas/BadParameters"}
            if _SITE in method.get("tags", ()):
                content.clear()
                content["text/html"] = {"schema": schemas.TEXT}
