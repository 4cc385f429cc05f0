"""The four routes of the booths' line (docs/wire.md). Each says what it does for a booth; the gate does the rest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from central.kernel import intake
from central.kernel.centre import KID, Centre
from central.kernel.serving import feed, served
from central.kernel.serving import line as services
from central.kernel.serving.metrics import Figures
from central.line import schemas
from central.line.gate import STATUS_BYTES, Gate
from central.line.watch import Call
from central.office import quarantine
from central.office.booths.admission import Admitted
from sync import server


def line(centre: Centre, figures: Figures) -> APIRouter:
    """The line of `centre`."""
    router = APIRouter(prefix="/v2", tags=["line"], default_response_class=Response)
    gate = Gate(centre)
    _add_asking(router, centre, gate)
    _add_telling(router, centre, gate, figures)
    return router


def _add_asking(router: APIRouter, centre: Centre, gate: Gate) -> None:
    @router.get(
        "/hello",
        summary="Who is there, and what time is it",
        **schemas.operation(schemas.HELLO, schemas.HELLO_EXAMPLE),
    )
    async def hello(request: Request) -> Response:
        def work(booth: Admitted, _body: bytes) -> bytes:
            return server.encode_hello(services.hello(centre, booth.booth))

        return await gate.serve(request, work)

    @router.get(
        "/pull",
        summary="A page of what changed after a cursor",
        **schemas.operation(schemas.PAGE, schemas.PAGE_EXAMPLE, query=True),
    )
    async def pull(
        request: Request,
        after: Annotated[
            int, Query(ge=0, le=2**53 - 1, description="The cursor of the page before; 0 at first.", examples=[0])
        ] = 0,
        limit: Annotated[
            int, Query(ge=1, le=feed.LARGEST_PAGE, description="Items in a page at most.", examples=[500])
        ] = 500,
    ) -> Response:
        call = Call.of(request)

        def work(booth: Admitted, _body: bytes) -> bytes:
            empty = booth.quarantined
            page = feed.FeedPage((), after, False) if empty else feed.page(centre, after, limit)
            if not page.items and not empty:
                served.note_cursor(centre, booth.booth, after)
            call.items = len(page.items)
            sign = server.manifest_signer(centre.keys.signing, kid=KID)
            return server.encode_page(page.items, page.cursor, page.more, sign)

        return await gate.serve(request, work)


def _add_telling(router: APIRouter, centre: Centre, gate: Gate, figures: Figures) -> None:
    @router.post(
        "/outbox",
        summary="Take in a batch of envelopes",
        **schemas.operation(
            schemas.ANSWERS, schemas.ANSWERS_EXAMPLE, body=schemas.BATCH, sent=schemas.BATCH_EXAMPLE, lines=True
        ),
    )
    async def outbox(request: Request) -> Response:
        def work(booth: Admitted, body: bytes) -> bytes:
            taker = quarantine if booth.quarantined else intake
            answers = taker.take_batch(centre, booth.booth, server.decode_batch(body))
            figures.answered(answers)
            return server.encode_answers(answers)

        return await gate.serve(request, work, most=server.MAX_BATCH, refused="not-a-batch")

    @router.post(
        "/status",
        summary="What a booth says of itself at the end of a round",
        **schemas.operation(schemas.NOTHING, {}, body=schemas.STATUS, sent=schemas.STATUS_EXAMPLE),
    )
    async def status(request: Request) -> Response:
        def work(booth: Admitted, body: bytes) -> bytes:
            services.note_status(centre, booth.booth, services.read_status(body, max_bytes=STATUS_BYTES))
            return b"{}"

        return await gate.serve(request, work, most=STATUS_BYTES, refused="not-a-status")
