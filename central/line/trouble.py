"""What is answered when the store, the disk, a program or a key of ours fails: "later", and never a verdict.

Must never say what failed to whoever asks, and never take a failure of ours for an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from ballot_box import ToolFailed
from central.kernel.centre import Centre
from central.kernel.serving import timekeeping
from central.kernel.serving.line import StoreFailed
from central.line.watch import Call
from central.settings import BadSettings
from sync import server

TROUBLES: Final = (StoreFailed, OSError, ToolFailed, BadSettings, MemoryError)
"""Exceptions that say something of us and nothing of what was asked: a key file that is gone is BadSettings."""
AGAIN: Final = {"Retry-After": "60"}


def answer_later(app: FastAPI, centre: Centre, page: Callable[[str], Response]) -> None:
    """Whatever route it happens in: a booth gets its refusal, a browser `page` in its language, which asks no store."""

    async def later(request: Request, trouble: Exception) -> Response:
        Call.of(request).trouble = type(trouble).__name__
        if request.url.path.startswith("/v2/"):
            Call.of(request).reason = "unavailable"
            content = server.encode_refusal("unavailable", timekeeping.known(centre))
            return Response(content, 503, AGAIN, media_type="application/json")
        language = request.query_params.get("lang", "el")
        answer = page("en" if language == "en" else "el")
        answer.headers.update(AGAIN)
        return answer

    for kind in (*TROUBLES, Exception):
        app.add_exception_handler(kind, later)
