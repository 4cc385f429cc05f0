"""The vectors of docs/wire.md, which other servers are written against: what they say must stay true."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import NoEnvelope, fields, read

import sync
from sync import BadEnvelope, Envelope, server
from sync.wire.encoding import read_instant
from sync.wire.messages import decode_page, verify_page

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))


def public(name: str) -> ec.EllipticCurvePublicKey:
    numbers = VECTORS["keys"][name]
    return ec.EllipticCurvePublicNumbers(int(numbers["x"], 16), int(numbers["y"], 16), ec.SECP256R1()).public_key()


@pytest.mark.parametrize("vector", VECTORS["canonical"])
def test_canonical(vector):
    assert sync.canonical(vector["value"]) == vector["text"].encode()
    assert sync.load_canonical(vector["text"].encode()) == vector["value"]


def test_seal():
    vector = VECTORS["seal"]
    card = ec.derive_private_key(int(VECTORS["keys"]["card-1"]["d"], 16), ec.SECP256R1())
    plain = sync.open_sealed(vector["token"], sync.agree_with(card), kid=vector["kid"])
    assert plain == vector["plaintext"].encode()


def test_a_seal_under_a_secret():
    vector = VECTORS["shared_seal"]
    how = {"kid": vector["kid"], "info": vector["info"].encode()}
    plain = sync.open_shared(vector["token"], bytes.fromhex(vector["secret"]), **how)
    assert plain == vector["plaintext"].encode()
    again = sync.seal_shared(plain, bytes.fromhex(vector["secret"]), size=vector["size"], **how)
    assert len(again) == len(vector["token"])


def test_matter():
    vector = VECTORS["matter"]
    keys = {vector["kid"]: public(vector["kid"])}
    assert sync.verify_matter(vector["token"], keys, typ=vector["typ"]) == vector["payload"].encode()


@pytest.mark.parametrize("vector", VECTORS["envelopes"])
def test_envelopes(vector):
    envelope = Envelope.read(vector["line"].encode())
    assert fields(envelope) == vector["envelope"]
    sync.verify_envelope(envelope, public("booth-1"))
    assert envelope.digest() == vector["digest"]
    unsigned = {name: value for name, value in vector["envelope"].items() if name != "signature"}
    assert vector["signed_text"] == "municipal-atm envelope v2\n" + sync.canonical(unsigned).decode()


@pytest.mark.parametrize("vector", VECTORS["no_envelopes"], ids=lambda vector: vector["why"])
def test_what_is_no_envelope(vector):
    with pytest.raises(BadEnvelope):
        Envelope.read(vector["line"].encode())
    with pytest.raises(NoEnvelope):
        read(vector["line"].encode())


def test_the_acts_are_a_chain_and_the_ballot_is_not():
    *acts, ballot = [Envelope.read(vector["line"].encode()) for vector in VECTORS["envelopes"]]
    assert sync.check_chain(acts) == acts[-1].digest() and not ballot.chained


def test_page():
    page = decode_page(VECTORS["page"]["body"].encode())
    verify_page(page, {"centre": public("centre")})
    manifest = {"items": [[i.kind, i.key, i.seq, i.digest] for i in page.items], "cursor": page.cursor, "more": False}
    assert VECTORS["page"]["manifest_payload"].encode() == sync.canonical(manifest)


def test_push():
    push = VECTORS["push"]
    body, now = base64.b64decode(push["body_base64"]), read_instant(VECTORS["now"])
    booth = server.verify_request(push["method"], push["url"], push["headers"], body, lambda _: public("booth-1"), now)
    members = server.decode_batch(body)
    assert push["plain"] == "".join(vector["line"] + "\n" for vector in VECTORS["envelopes"][:2])
    assert booth == "booth-1"
    assert [member.id for member in members] == [v["envelope"]["id"] for v in VECTORS["envelopes"][:2]]
