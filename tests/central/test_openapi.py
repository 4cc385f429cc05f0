"""The whole OpenAPI, asked at random: signed and packed as a booth does it, and unsigned as anybody can.

Never a 500, and every answer as the description says.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from newcomer import csr
from random_tests import LONG, examples
from routes_of import routes_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from slow_reader import fields

from central.kernel.centre import Centre
from central.line.schemas import REFUSALS
from sync import NotCanonical, canonical, server, sign_envelope, sign_with
from sync.wire.compression import pack, unpack
from sync.wire.http_signing import Request, sign_request

LINE = {"/v2/hello", "/v2/outbox", "/v2/pull", "/v2/status"}
SIGNED = {*LINE, "/v2/renew"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PEM = Encoding.PEM
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@dataclass
class Asker:
    """Sends what schemathesis thinks of; with `booth` it signs, packs, and gives envelopes the booth's signature."""

    url: str
    booth: Any = None
    session: requests.Session = field(default_factory=requests.Session)
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    turn: Iterator[int] = field(default_factory=count)

    def ask(self, case: schemathesis.Case) -> requests.Response:
        made = case.as_transport_kwargs(base_url=self.url)
        if self.booth is not None and case.operation.path in SIGNED:
            self._dress(case, made)
        wanted = {name: made[name] for name in ("method", "url", "headers", "params", "data", "json") if name in made}
        prepared = self.session.prepare_request(requests.Request(**wanted))
        if self.booth is not None and case.operation.path in SIGNED:
            self._sign(prepared)
        self.session.close()  # the server hangs up on a line that lies idle, perhaps while we are about to use it
        response = self.session.send(prepared, timeout=60, allow_redirects=False)
        if response.headers.get("content-encoding") == "zstd":
            # The library that judges knows no zstd.
            response._content = unpack(response.content, max_bytes=2**26)
        self.seen[case.operation.path, response.status_code] += 1
        self._note(response)
        return response

    def _dress(self, case: schemathesis.Case, made: dict[str, Any]) -> None:
        if case.operation.path == "/v2/outbox":
            made["data"] = _lines(_signed(case.body, self.booth))
        if case.operation.path == "/v2/renew" and isinstance(made.get("json"), dict) and next(self.turn) % 2 == 0:
            # Every second one asks for what it may have: no chance finds a certificate request. The first among them:
            # it is the plainest, and chance may give all others a member too many.
            made["json"] = made["json"] | {"request": csr(self.booth.key, self.booth.id).public_bytes(PEM).decode()}
        made["headers"] = {
            name: value
            for name, value in made["headers"].items()
            if name.lower() not in ("signature", "signature-input", "content-digest", "content-encoding")
        }

    def _sign(self, prepared: requests.PreparedRequest) -> None:
        body = None
        if prepared.body is not None:
            plain = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
            body = pack(plain)
            prepared.prepare_body(body, None)
            prepared.headers["Content-Encoding"] = "zstd"
        assert prepared.url is not None and prepared.method is not None
        request = Request(prepared.method, prepared.url, prepared.headers)
        sign_request(request, body, sign_with(self.booth.key), key_id=self.booth.id, now=datetime.now(UTC))

    def _note(self, response: requests.Response) -> None:
        try:
            said = response.json()
        except ValueError:
            return
        if isinstance(said, dict):
            self.reasons[str(said.get("reason", ""))] += 1
            self.reasons.update(reason for _, _, reason in said.get("answers", ()))


def _signed(body: Any, booth: Any) -> Any:
    """Every second envelope as the booth itself would have signed it, so that more than its form is tried."""
    if not isinstance(body, list):
        return body

    def sign(one: Any) -> Any:
        try:
            envelope = sign_envelope(
                body=one["body"],
                kind=one["kind"],
                version=one["version"],
                booth=booth.id,
                previous="",
                made_at=datetime.now(UTC),
                sign=sign_with(booth.key),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return one
        return fields(envelope)

    ours = sign({"body": "sealed", "kind": "certificates.paper", "version": 1})
    return [ours, *(sign(one) if place % 2 else one for place, one in enumerate(body))][:500]


@schemathesis.serializer(server.BATCH_TYPE)
def _ndjson(_context: Any, value: Any) -> bytes:
    return _lines(value)


def _lines(body: Any) -> bytes:
    """A list as a body of lines; what is no list as a body that no line feed ends."""
    if not isinstance(body, list):
        return json.dumps(body, default=repr).encode()
    return b"".join(_line(one) + b"\n" for one in body)


def _line(one: Any) -> bytes:
    try:
        return canonical(one)
    except NotCanonical:
        return json.dumps(one, default=repr).encode()


@pytest.fixture
def schema(served: str) -> schemathesis.BaseSchema:
    loaded: schemathesis.BaseSchema = schemathesis.openapi.from_url(f"{served}/openapi.json")
    return loaded


@pytest.fixture
def anybody(served: str) -> Iterator[Asker]:
    asker = Asker(served)
    yield asker
    asker.session.close()


@pytest.fixture
def booth(served: str, town: Any) -> Iterator[Asker]:
    asker = Asker(served, town.booth())
    yield asker
    asker.session.close()


def run(schema: schemathesis.BaseSchema, asker: Asker, number: int, *, only: set[str] | None = None) -> None:
    for found in schema.get_all_operations():
        operation = found.ok()
        if only is not None and operation.path not in only:
            continue
        for mode in MODES:
            ask_at_random(operation, asker, mode, number)


def ask_at_random(operation: Any, asker: Asker, mode: GenerationMode, number: int) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        response = asker.ask(case)
        case.validate_response(response, checks=CHECKS)
        if asker.booth is None and operation.path in LINE:
            assert 400 <= response.status_code < 500

    with suppress(Unsatisfiable):  # a route without parameters has nothing to be wrong in
        ask()


@pytest.mark.timeout(600 if LONG else 180)
def test_signed_calls_at_random(schema: schemathesis.BaseSchema, booth: Asker) -> None:
    run(schema, booth, examples(12), only=SIGNED)
    total = sum(booth.seen.values())
    let_in = sum(number for (_, status), number in booth.seen.items() if status not in (401, 403))
    assert total >= examples(60)
    assert let_in * 2 >= total, booth.seen
    for path in SIGNED:
        assert booth.seen[path, 200], (path, booth.seen)
    # Deeper than the form: envelopes whose signature held.
    assert booth.reasons["unknown-kind"] or booth.reasons["does-not-open"], booth.reasons


@pytest.mark.timeout(600 if LONG else 180)
def test_unsigned_calls_at_random(schema: schemathesis.BaseSchema, anybody: Asker) -> None:
    run(schema, anybody, examples(4))
    assert not [1 for (path, status) in anybody.seen if path in LINE and status == 200]
    assert {"unsigned", "bad-signature"} & set(anybody.reasons)


def test_nothing_is_left_undescribed(served: str, centre: Centre) -> None:
    """Every route is described but the staff's pages and style sheets; every refusal of the line is declared."""
    from central.app import create_app

    said = json.loads(requests.get(f"{served}/openapi.json", timeout=60).text)
    routes = list(routes_of(create_app(centre)))
    hidden = {path for path, _, shown in routes if not shown}
    assert set(said["paths"]) == {path for path, _, shown in routes if shown}
    assert len(said["paths"]) >= 16
    assert not [path for path in hidden if not path.startswith("/staff") and path not in ("/site.css", "/openapi.json")]
    assert said["components"]["securitySchemes"]["boothSignature"]
    for path in LINE:
        ((method, one),) = said["paths"][path].items()
        assert one["security"] == [{"boothSignature": []}]
        assert {"Signature-Input", "Signature"} <= {each["name"] for each in one["parameters"]}
        wanted = set(REFUSALS) - ({400, 408, 415, 429} if method == "get" else set()) - {422}
        assert {str(code) for code in wanted} <= set(one["responses"])
        for code, answer in one["responses"].items():
            assert answer["content"]["application/json"]["schema"], (path, code)
        if method == "post":
            ((media, content),) = one["requestBody"]["content"].items()
            assert media == (server.BATCH_TYPE if path == "/v2/outbox" else "application/json")
            asked, shown = content["schema"], content["example"]
            if path == "/v2/outbox":
                asked, (shown,) = asked["items"], shown
                assert canonical(shown) == json.dumps(shown, separators=(",", ":")).encode()
            assert set(asked["required"]) <= set(shown)
