"""The whole of OpenAPI: what FastAPI cannot know of the routes. Must never leave out an answer that is given."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from central.line import schemas
from central.services import timekeeping
from central.services.centre import Centre
from sync import server


def describe(app: FastAPI, centre: Centre) -> None:
    """Complete the schema of `app` when it is asked for, and let it answer bad parameters as that schema says."""
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
        if request.url.path.startswith("/v1/"):
            refusal = server.encode_refusal("not-a-query", timekeeping.known(centre))
            return Response(refusal, 422, media_type="application/json")
        # Not what was typed: an answer must not carry it back.
        detail = [{"loc": list(one["loc"]), "msg": str(one["msg"]), "type": one["type"]} for one in error.errors()]
        return JSONResponse({"detail": detail}, 422)


def _name_bad_parameters(said: dict[str, Any]) -> None:
    """FastAPI promises its own 422, with what was typed in it; ours has less."""
    found = said["components"].setdefault("schemas", {})
    found.pop("HTTPValidationError", None)
    found.pop("ValidationError", None)
    found["BadParameters"] = schemas.BAD_PARAMETERS
    for methods in said["paths"].values():
        for method in methods.values():
            answer = method["responses"].get("422", {}).get("content", {}).get("application/json", {})
            if answer.get("schema", {}).get("$ref", "").endswith("/HTTPValidationError"):
                answer["schema"] = {"$ref": "#/components/schemas/BadParameters"}
