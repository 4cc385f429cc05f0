"""How a booth comes in and stays in: who the centre is, enrolment with a one-time token, renewal of a certificate.

Must never take anything from a booth whose key has not signed the very request that asks.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from central.kernel import outcome
from central.kernel.centre import Centre
from central.line import schemas
from central.line.gate import Gate, TurnedAway, _joined
from central.line.watch import Call
from central.office.booths import enrolment
from central.office.booths.admission import Admitted
from municipality.enrolment import BOOTH_ID
from municipality.messages import Message
from sync import server

MOST: Final = 64 * 1024
_STRANGERS: Final = 10_000  # nonces of theirs that are remembered, some 250 bytes each


def enrolling(centre: Centre) -> APIRouter:
    """The three routes of enrolment. /v2/centre and /v2/enrol are for booths that have no certificate yet: a proxy that
    asks for one must not ask there."""
    router = APIRouter(tags=["enrolment"], default_response_class=Response)
    _add_joining(router, centre)
    _add_renewing(router, centre, Gate(centre))
    return router


class _Door(Gate):
    """The gate for those who are not known yet: their request brings the key that it is signed with."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        self._home = centre
        # In memory: who is not known yet must not write into the store. Elsewhere played again, the same token and key
        # get the same certificate, which is no secret.
        self._nonces = server.NonceCache(most=_STRANGERS)

    def _who(self, request: Request, call: Call) -> Admitted:
        return _NOBODY  # all newcomers together hold no more than one booth may

    def _verify(self, request: Request, body: bytes | None, *, seen: bool) -> Admitted:
        content = server.unpack_body(body or b"", max_bytes=MOST)
        booth, key = enrolment.asker(content)
        said = server.verify_request(
            request.method,
            str(request.url),
            _joined(request),
            body,
            lambda key_id: key if key_id == booth else None,
            self._home.clock(),
            seen=self._nonces,
            ours=self._ours(request),  # looked at once only: nobody is known before the body has been read
        )
        return replace(_NOBODY, booth=said)


_NOBODY: Final = Admitted("", "", quarantined=False)


_KEYS_OF_ANCHORS: Final = ("root", "card_authority", "seal_root", "booth_authority", "centre_signing", "centre_sealing")
_PEM: Final[schemas.Schema] = {"type": "string", "maxLength": 20_000, "description": "PEM"}
_BOOTH: Final[schemas.Schema] = {"type": "string", "pattern": BOOTH_ID}
_VERSION: Final[schemas.Schema] = {"type": "integer", "const": 1}
_MOMENT: Final[schemas.Schema] = {"type": "string", "format": "date-time"}
_CLAIM: Final[schemas.Schema] = {
    "type": "string",
    "maxLength": 20_000,
    "description": "JWE compact to the centre: the token, bound to this certificate request (docs/enrolment.md)",
}


def _kind(name: str, **properties: schemas.Schema) -> schemas.Schema:
    return schemas.object_of(kind={"type": "string", "const": name}, version=_VERSION, **properties)


_REQUEST: Final = _kind("enrolment_request", booth=_BOOTH, request=_PEM, claim=_CLAIM)
_ENROLMENT: Final = _kind(
    "enrolment",
    booth=_BOOTH,
    name_el=schemas.TEXT,
    name_en=schemas.TEXT,
    number_prefix=schemas.TEXT,
    municipality=schemas.TEXT,
    certificate=_PEM,
    anchors=schemas.object_of(**dict.fromkeys(_KEYS_OF_ANCHORS, _PEM)),
    at=_MOMENT,
)
_RENEWAL_REQUEST: Final = _kind("renewal_request", request=_PEM)
_RENEWAL: Final = _kind("renewal", certificate=_PEM)
_NOT_LET_IN: Final = (
    "unknown-token, token-expired, token-used, wrong-booth, key-of-another-booth, barred-key. "
    "token-used within the token's life: two machines hold it, and the booth is suspended"
)
_NOT_RENEWED: Final = "key-of-another-booth, barred-key: this booth may not have that key"
_CARD: Final[schemas.Schema] = {
    "description": "JWS compact, typ atm-centre+jws, signed with the key that it shows",
    "content": {"application/json": {"schema": schemas.object_of(card=schemas.TEXT)}},
}


def _operation(answer: schemas.Schema, body: schemas.Schema, refused: str) -> schemas.Schema:
    said = schemas.operation(answer, {}, body=body)
    said["responses"][200]["content"]["application/json"].pop("example")
    said["responses"][403] = said["responses"][403] | {"description": refused}
    return said


def _add_joining(router: APIRouter, centre: Centre) -> None:
    door = _Door(centre)

    shown = json.dumps({"card": enrolment.card(centre)})

    @router.get("/v2/centre", summary="Which keys this centre has", responses={200: _CARD})
    async def card() -> Response:
        return Response(shown, media_type="application/json")

    @router.post(
        "/v2/enrol",
        summary="A new booth shows its one-time token and gets its certificate",
        **_operation(_ENROLMENT, _REQUEST, _NOT_LET_IN),
    )
    async def enrol(request: Request) -> Response:
        def work(_booth: Admitted, body: bytes) -> bytes:
            content = server.unpack_body(body, max_bytes=MOST)
            return _said(enrolment.enrol(centre, content))

        return await door.serve(request, work, most=MOST, refused="not-a-request")


def _add_renewing(router: APIRouter, centre: Centre, gate: Gate) -> None:
    @router.post(
        "/v2/renew",
        summary="A booth's next certificate, for the key it has or for the one that follows",
        **_operation(_RENEWAL, _RENEWAL_REQUEST, _NOT_RENEWED),
    )
    async def renew(request: Request) -> Response:
        def work(booth: Admitted, body: bytes) -> bytes:
            content = server.unpack_body(body, max_bytes=MOST)
            return _said(enrolment.renew(centre, booth.booth, content))

        return await gate.serve(request, work, most=MOST, refused="not-a-request")


def _said(answer: Message | outcome.Refused) -> bytes:
    if isinstance(answer, outcome.Refused):
        raise TurnedAway(403, answer.reason)
    return answer.text().encode()
