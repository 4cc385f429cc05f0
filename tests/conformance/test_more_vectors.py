"""The vectors of whole exchanges: a hello, a push and a status, each with the answer that is signed for it."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from municipality.messages import BoothStatus
from municipality.proof import ACT_CONTEXT, Head
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


def test_an_act_and_its_cards_word() -> None:
    """Read line by line, as another town's program would; and by ours."""
    vector = VECTORS["act"]
    first, _, second = vector["plaintext"].partition("\n")
    head, act = json.loads(first), json.loads(second)
    proof = head["proof"]
    statement = {
        "act": vector["id"],
        "at": head["at"],
        "body": hashlib.sha256(second.encode()).hexdigest(),
        "booth": head["booth"],
        "kind": vector["kind"],
        "municipality": vector["municipality"],
        "person": proof["person"],
    }
    assert (canonical(head).decode(), canonical(act).decode()) == (first, second)
    assert canonical(statement).decode() == vector["statement"]
    signed = base64.b64decode(vector["context_base64"]) + vector["statement"].encode()
    public("card-1").verify(base64.b64decode(proof["signature"]), signed, ec.ECDSA(SHA256()))
    ours, text = Head.apart(vector["plaintext"].encode())
    assert ours.with_act(text.decode()) == vector["plaintext"].encode() and text == second.encode()
    assert ACT_CONTEXT == b"municipal-atm act v1\0" == base64.b64decode(vector["context_base64"])
