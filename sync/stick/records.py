"""The line's requests and answers as records of a letter: what both ends of a stick must agree on (docs/wire.md).

Must never take a record's word for anything: who takes one verifies its signature first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from sync.stick.file import Record
from sync.wire.canonical import JsonValue
from sync.wire.encoding import unb64
from sync.wire.http_signing import Request
from sync.wire.messages import BadMessage, Number, Page, decode_page

# Not an address: the authority that both ends sign for when there is no line.
ORIGIN: Final = "http://stick.invalid"
# How far from the centre's time a letter may have been signed: a stick may lie in a pocket for weeks.
LETTER_LASTS: Final = timedelta(days=45)
PAGE: Final = 200


class _Pages(msgspec.Struct, forbid_unknown_fields=True):
    after: Number
    page: msgspec.Raw  # as on the line, byte for byte


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Pages).decode


def head_of(request: Request) -> dict[str, JsonValue]:
    """What `request_of` reads."""
    return {"method": request.method, "url": request.url, "headers": dict[str, JsonValue](request.headers)}


def request_of(head: Mapping[str, JsonValue]) -> Request:
    """The request that a record's head describes. Raises ValueError."""
    headers = head.get("headers")
    if not isinstance(headers, dict) or not str(head.get("url")).startswith(ORIGIN + "/"):
        raise ValueError("no request")
    return Request(str(head.get("method")), str(head["url"]), {name: str(value) for name, value in headers.items()})


def reply_key(request: Request) -> ec.EllipticCurvePublicKey:
    """The key that the answer is sealed to, from a letter's hello. Raises ValueError."""
    path, _, point = request.url.removeprefix(ORIGIN).partition("?reply=")
    if path != "/v2/hello":
        raise ValueError("no hello")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(point))


def answer_record(number: int, status: int, headers: Mapping[str, str], body: bytes) -> Record:
    """The answer to request `number` (from 0) of a letter, signed and packed as for the line (server.reply)."""
    return Record({"request": number, "status": status, "headers": dict[str, JsonValue](headers)}, body)


def encode_pages(after: int, page: bytes) -> bytes:
    """Content of a pull's answer on a stick: `page` (encode_page) and the cursor that it follows. One request may have
    several such answers, each signed for it."""
    return _encode(_Pages(after, msgspec.Raw(page)))


def decode_pages(content: bytes) -> tuple[int, Page]:
    """What `encode_pages` made. Raises BadMessage."""
    try:
        pages = _decode(content)
    except (ValueError, RecursionError):
        raise BadMessage("no page") from None
    if _encode(pages) != content:
        raise BadMessage("not in canonical form")
    return pages.after, decode_page(bytes(pages.page))
