"""What OpenAPI says of the line. The handlers read raw requests, because the signature covers the very bytes: so their
schemas stand here. Must never promise what the handlers do not keep; a test asks them at random."""

from __future__ import annotations

from typing import Any, Final

from municipality.messages import BoothStatus
from sync import server

Schema = dict[str, Any]

SECURITY: Final[Schema] = {
    "boothSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "HTTP Message Signature (RFC 9421) of the booth: label `atm`, tag `municipal-atm`, "
        "ecdsa-p256-sha256, parameters `created keyid alg nonce tag`, over `@method @authority @path @query` and, with "
        "a body, `content-digest` (RFC 9530, sha-256). `created` within two minutes of the centre's clock; each nonce "
        "once. docs/wire.md has worked examples.",
    },
    "boothCertificate": {
        "type": "mutualTLS",
        "description": "Where the proxy in front asks for it: the certificate of the same booth that signs.",
    },
}


def object_of(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item, "maxItems": server.MAX_ITEMS}


TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
INSTANT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_DIGEST: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ENVELOPE: Final = object_of(
    id={"type": "string", "format": "uuid", "description": "Version 7: an act. Version 4: a ballot."},
    kind={"type": "string", "minLength": 1, "maxLength": 64},
    version={"type": "integer", "minimum": 1, "maximum": 9999},
    booth=TEXT,
    made_at=INSTANT,
    previous={"type": "string", "pattern": "^([0-9a-f]{64})?$", "description": "The act before it; of a ballot empty."},
    body={"type": "string", "description": "JWE compact, sealed to the centre", "maxLength": 1024 * 1024},
    signature={"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$", "description": "P-256, r‖s, low s, base64url"},
)
# Each of the list is a line of the body: JSON Schema has no word for lines.
BATCH: Final = _list_of(_ENVELOPE)
_OUTCOME: Final[Schema] = {"type": "string", "enum": ["accepted", "duplicate", "rejected"]}
_ANSWER: Final[Schema] = {
    "type": "array",
    "description": "The envelope's id, its outcome, and why, if it was rejected",
    "items": {"type": "string", "maxLength": server.LONGEST_ID},
    "contains": _OUTCOME,
    "minItems": 3,
    "maxItems": 3,
}
ANSWERS: Final = object_of(answers=_list_of(_ANSWER))
_ITEM: Final = object_of(kind=TEXT, key=TEXT, seq=NUMBER, digest=_DIGEST, body=TEXT)
PAGE: Final = object_of(items=_list_of(_ITEM), cursor=NUMBER, more={"type": "boolean"}, manifest=TEXT)
HELLO: Final = object_of(
    protocol=NUMBER,
    now=INSTANT,
    municipality=TEXT,
    kept_through={"anyOf": [INSTANT, {"type": "null"}]},
    epoch=TEXT,
)
NOTHING: Final[Schema] = {"type": "object", "properties": {}, "additionalProperties": False}
REFUSAL: Final[Schema] = object_of(
    reason={"type": "string", "pattern": "^[a-z][a-z-]{0,40}$", "description": "docs/wire.md lists them."}
)
REFUSAL["properties"]["now"] = INSTANT  # missing while the centre's own clock is in doubt

REFUSALS: Final[dict[int, str]] = {
    400: "not-a-batch, not-a-status: signed, but not what this route takes. Without a reason: the proxy or the server "
    "could not read the request as HTTP",
    401: "unsigned, unknown-booth, clock, bad-signature, other-authority, replayed, suspended, revoked, expired, "
    "old-key, other-certificate",
    403: "The proxy in front saw no certificate of a booth",
    408: "too-slow: the body stopped coming",
    413: "too-large: more than the route takes, packed or unpacked",
    415: "not-packed: the body is not announced as `Content-Encoding: zstd`",
    422: "not-a-query: a parameter is not what it may be",
    429: "busy, or the proxy's own limit: come again later",
    503: "unavailable: no verdict now; clock-in-doubt: the centre does not know what time it is. Come again later",
}
_BODY_ONLY: Final = frozenset({400, 408, 415, 429})


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


_PARAMETERS: Final = (
    ';created=1772358451;keyid="booth-1";alg="ecdsa-p256-sha256";nonce="8_nSUH7KUJvv8T7cqzH68g";tag="municipal-atm"'
)


def _headers(*, body: bool) -> list[Schema]:
    parts = '"@method" "@authority" "@path" "@query"' + (' "content-digest"' if body else "")
    said = {
        "Signature-Input": (True, f"atm=({parts}){_PARAMETERS}"),
        "Signature": (True, f"atm=:{'A' * 85}g==:"),
        "Content-Digest": (body, f"sha-256=:{'A' * 43}=:"),
    }
    return [
        {"name": name, "in": "header", "required": needed, "schema": TEXT, "example": example}
        for name, (needed, example) in said.items()
        if name != "Content-Digest" or body
    ]


def operation(
    answer: Schema,
    example: object,
    *,
    body: Schema | None = None,
    sent: object = None,
    lines: bool = False,
    query: bool = False,
) -> Schema:
    """Arguments of a route on the line: what it takes (`sent` for example; `lines`: each of a list on its own), what it
    answers, every refusal."""
    taken = {code: text for code, text in REFUSALS.items() if body is not None or code not in _BODY_ONLY}
    if not query:
        taken.pop(422)
    packed = "Packed with zstd (`Content-Encoding`) and signed by the centre, tag `municipal-atm-answer`"
    ok = {"application/json": {"schema": answer, "example": example}}
    responses: dict[int | str, Schema] = {200: {"description": packed, "content": ok}}
    responses |= {code: {"description": text, "content": _content(REFUSAL)} for code, text in taken.items()}
    for code in {400, 403, 429} & set(responses):
        responses[code]["content"]["text/html"] = {"schema": TEXT}
    extra: Schema = {"parameters": _headers(body=body is not None), "security": [{"boothSignature": []}]}
    if body is not None:
        told = {"schema": body} | ({} if sent is None else {"example": sent})
        content = {server.BATCH_TYPE if lines else "application/json": told}
        extra["requestBody"] = {"required": True, "content": content, "description": _LINES if lines else _PACKED_BODY}
    return {"responses": responses, "openapi_extra": extra}


_PACKED_BODY: Final = (
    "Canonical JSON (RFC 8785), packed as one zstd frame that states its size: `Content-Encoding: zstd`"
)
_LINES: Final = (
    "Envelopes in canonical form (RFC 8785), each a line that a line feed ends, packed as one zstd frame that states "
    "its size: `Content-Encoding: zstd`. A line that is no envelope spoils no other"
)

DETAIL: Final[Schema] = object_of(detail={"type": "string"})
_PLACE: Final[Schema] = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}
BAD_PARAMETERS: Final = object_of(detail={"type": "array", "items": object_of(loc=_PLACE, msg=TEXT, type=TEXT)})
STATUS: Final[Schema] = BoothStatus.model_json_schema(mode="validation") | {"title": "BoothStatus"}
_NOW: Final = "2026-03-01T09:47:31Z"
HELLO_EXAMPLE: Final = {
    "epoch": "5f0c",
    "kept_through": "2026-02-28T23:00:00Z",
    "municipality": "lykokremmos",
    "now": _NOW,
    "protocol": server.PROTOCOL,
}
PAGE_EXAMPLE: Final = {"cursor": 0, "items": [], "manifest": "eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "more": False}
ANSWERS_EXAMPLE: Final = {"answers": [["019ca8cb-bf38-70e0-abd9-8fab95ed0169", "accepted", ""]]}
BATCH_EXAMPLE: Final = [
    {
        "body": "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyJ9.a2V5.bm9uY2U.Y2lwaGVydGV4dA.dGFn",
        "booth": "booth-1",
        "id": "019ca8cb-bf38-70e0-abd9-8fab95ed0169",
        "kind": "certificates.paper",
        "made_at": _NOW,
        "previous": "",
        "signature": f"{'A' * 85}g",
        "version": 1,
    }
]
STATUS_EXAMPLE: Final = {
    "kind": "booth_status",
    "version": 1,
    "at": _NOW,
    "software": "1.0.0",
    "waiting_acts": 3,
    "waiting_ballots": 1,
    "refused": 0,
    "held": 12,
    "set_aside": 0,
    "clock_offset_seconds": -2,
    "disk_free_bytes": 21_000_000_000,
    "disk_total_bytes": 64_000_000_000,
    "paper": "low",
    "alarms": ["P02"],
    "services_off": [],
}
