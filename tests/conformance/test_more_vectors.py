"""The vectors of whole exchanges: a hello, a push and a status, each with the answer that is signed for it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from municipality.messages import BoothStatus
from sync import canonical, load, server
from sync.wire.compression import unpack
from sync.wire.encoding import read_instant
from sync.wire.http_signing import Request, Response, Unauthorised, check_response
from sync.wire.messages import decode_answers, decode_hello, decode_refusal

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "sync" / "vectors.json").read_text(encoding="utf-8"))
NOW = read_instant(VECTORS["now"])


def public(name: str) -> ec.EllipticCurvePublicKey:
    numbers = VECTORS["keys"][name]
    return ec.EllipticCurvePublicNumbers(int(numbers["x"], 16), int(numbers["y"], 16), ec.SECP256R1()).public_key()


def body(vector: dict[str, Any]) -> bytes:
    return base64.b64decode(vector.get("body_base64", ""))


@pytest.mark.parametrize("name", ["hello", "push", "status"])
def test_request_and_answer(name: str) -> None:
    vector = VECTORS[name]
    sent = body(vector)
    keys = {"booth-1": public("booth-1")}
    assert server.verify_request(vector["method"], vector["url"], vector["headers"], sent, keys.get, NOW) == "booth-1"
    answer = vector["answer"]
    heard = body(answer)
    assert unpack(heard, max_bytes=10**6) == answer["plain"].encode()
    asked = Request(vector["method"], vector["url"], vector["headers"])
    response = Response(answer["status"], answer["headers"], asked)
    trusted = {"centre": public("centre")}
    assert check_response(response, heard, trusted.get, now=NOW, tolerance=timedelta(0)).key_id == "centre"
    other = VECTORS["status" if name == "hello" else "hello"]
    response.request = Request(other["method"], other["url"], other["headers"])
    with pytest.raises(Unauthorised):
        check_response(response, heard, trusted.get, now=NOW, tolerance=timedelta(0))


def test_what_they_say() -> None:
    hello = decode_hello(VECTORS["hello"]["answer"]["plain"].encode())
    assert hello.kept_through is not None and hello.kept_through < hello.now == NOW
    assert hello.epoch
    assert [one.outcome for one in decode_answers(VECTORS["push"]["answer"]["plain"].encode())] == [
        "accepted",
        "rejected",
    ]
    plain = VECTORS["status"]["plain"].encode()
    assert unpack(body(VECTORS["status"]), max_bytes=10**6) == plain == canonical(load(plain))
    assert BoothStatus.read(plain).waiting_acts == 3
    assert decode_refusal(VECTORS["refusal"]["plain"].encode()) == ("clock", NOW)
