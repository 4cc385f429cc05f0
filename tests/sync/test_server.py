"""The centre's half, without a socket: who is let in, and what a batch may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import bent

import sync
from sync import Answer, BadItem, canonical, load, server, sign_with, verify_matter
from sync.wire.compression import NotPacked, pack, unpack
from sync.wire.http_signing import Request, sign_request
from sync.wire.messages import (
    MANIFEST_TYP,
    BadMessage,
    decode_answers,
    decode_page,
    decode_refusal,
    encode_batch,
    verify_page,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
URL = "http://127.0.0.1:8000/v2/outbox?x=1"


@pytest.fixture
def signed(booth_key):
    def make(method="POST", url=URL, body=b"body", created=NOW, key=booth_key, key_id="booth-1"):
        request = Request(method, url, {"Content-Type": "application/json"})
        sign_request(request, body, sign_with(key), key_id=key_id, now=created)
        return dict(request.headers)

    return make


@pytest.fixture
def verify(booth_key):
    def check(headers, method="POST", url=URL, body=b"body", now=NOW, seen=None):
        return server.verify_request(
            method, url, headers, body, {"booth-1": booth_key.public_key()}.get, now, seen=seen
        )

    return check


def reason(call, *arguments, **options):
    with pytest.raises(server.Unauthorised) as caught:
        call(*arguments, **options)
    return caught.value.reason


def test_a_signed_request_names_its_booth(signed, verify):
    assert verify(signed()) == "booth-1"
    assert verify({name.lower(): value for name, value in signed().items()}) == "booth-1"
    assert verify(signed("GET", body=None), "GET", body=b"") == "booth-1"


@pytest.mark.parametrize("seconds", [-119, -30, 0, 30, 119])
def test_a_clock_a_little_off_is_fine(signed, verify, seconds):
    assert verify(signed(created=NOW + timedelta(seconds=seconds))) == "booth-1"


@pytest.mark.parametrize("offset", [timedelta(seconds=121), timedelta(minutes=-3), timedelta(days=4000)])
def test_a_clock_far_off_is_said_so(signed, verify, offset):
    assert reason(verify, signed(created=NOW + offset)) == "clock"


def test_what_is_not_signed_by_the_booth_for_this_request(signed, verify):
    headers = signed()
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert reason(verify, {}) == "unsigned"
    assert reason(verify, headers, "PUT") == "bad-signature"
    assert reason(verify, headers, url=URL.replace("x=1", "x=2")) == "bad-signature"
    assert reason(verify, headers, url=URL.replace("outbox", "pull")) == "bad-signature"
    assert reason(verify, headers, url=URL.replace("8000", "8001")) == "bad-signature"
    assert reason(verify, headers, body=b"other") == "bad-signature"
    assert reason(verify, headers, body=b"") == "bad-signature"
    assert reason(verify, signed(key=stranger)) == "bad-signature"
    assert reason(verify, signed(key_id="booth-9")) == "unknown-key"
    assert reason(verify, {**headers, "Signature": "atm=:AAAA:"}) == "bad-signature"
    assert reason(verify, {**headers, "Signature": "((("}) == "bad-signature"
    assert reason(verify, {**headers, "Signature-Input": "((("}) == "bad-signature"
    assert reason(verify, {k: v for k, v in headers.items() if k != "Signature"}) == "bad-signature"
    assert reason(verify, {k: v for k, v in headers.items() if k != "Content-Digest"}) == "bad-signature"
    thinner = headers["Signature-Input"].replace('"@path" ', "")
    assert reason(verify, {**headers, "Signature-Input": thinner}) == "bad-signature"
    later = headers["Signature-Input"].replace(f"created={int(NOW.timestamp())}", f"created={int(NOW.timestamp()) + 1}")
    assert later != headers["Signature-Input"]
    assert reason(verify, {**headers, "Signature-Input": later}) == "bad-signature"


def test_a_body_without_a_digest_is_not_covered(signed, verify):
    assert reason(verify, signed(body=None), body=b"smuggled") == "bad-signature"


def test_tls_may_end_in_front(signed, verify):
    headers = signed(url="https://centre.example/v2/hello", body=None, method="GET")
    assert reason(verify, headers, "GET", url="http://other.example/v2/hello", body=b"") == "bad-signature"
    assert verify(headers, "GET", url="http://centre.example/v2/hello", body=b"") == "booth-1"


def test_a_replayed_request_is_refused(signed, verify):
    seen, headers = server.NonceCache(), signed()
    assert verify(headers, seen=seen) == "booth-1"
    assert reason(verify, headers, seen=seen) == "replayed"
    assert verify(signed(), seen=seen) == "booth-1"
    assert reason(verify, headers, now=NOW + timedelta(minutes=3), seen=seen) == "clock"


def test_an_unsigned_flood_does_not_fill_the_memory_of_nonces(signed, verify):
    seen = server.NonceCache()
    stranger = ec.generate_private_key(ec.SECP256R1())
    reason(verify, signed(key=stranger), seen=seen)
    assert not seen._until


def test_nonces_are_forgotten_when_they_can_no_longer_be_used():
    seen = server.NonceCache()
    for number in range(5000):
        now = NOW + timedelta(seconds=number)
        assert not seen("b", str(number), now + timedelta(seconds=240), now)
    assert len(seen._until) < 2100 and seen("b", "4999", now, now)


def test_strangers_fill_only_so_much_of_a_memory_of_nonces():
    seen = server.NonceCache(most=100)
    for number in range(1000):
        assert not seen("b", str(number), NOW, NOW)
    assert len(seen._until) == 100 and seen("b", "999", NOW, NOW)


@pytest.mark.parametrize(("length", "refused"), [(64, False), (65, True), (30_000, True)])
def test_a_nonce_is_short(signed, verify, monkeypatch, length, refused):
    monkeypatch.setattr("sync.wire.http_signing.secrets.token_urlsafe", lambda _: "n" * length)
    seen = server.NonceCache()
    if refused:
        assert reason(verify, signed(), seen=seen) == "bad-signature"
        assert not seen._until
    else:
        assert verify(signed(), seen=seen) == "booth-1"


def test_a_batch_comes_back_with_its_bad_members_marked(act, ballot):
    good, vote = act(), ballot()
    bad = {
        b'{"id":"x"}': "x",
        b"5": "",
        bent(vote, body=""): vote.id,
        good.message + b" ": good.id,
        good.message + b"\r": good.id,
        b"": "",
        b"\xff": "",
        b'{"id":"\xff"}': "",
        b'{"id":"\\ud800"}': "",
        b'{"id":5}': "",
        b'{"id":["x"]}': "",
        b"[" * 100_000: "",
        b'{"x":' + b"[" * 100_000: "",
        canonical({"id": "x" * 64}): "x" * 64,
        canonical({"id": "x" * 65}): "",
    }
    members = server.decode_batch(pack(b"".join(line + b"\n" for line in (good.message, *bad, vote.message))))
    assert [members[0], members[-1]] == [good, vote]
    assert [(type(member), member.id) for member in members[1:-1]] == [(BadItem, id) for id in bad.values()]


def test_a_batch_of_nothing():
    assert server.decode_batch(pack(encode_batch([]))) == server.decode_batch(pack(b"")) == []


@pytest.mark.parametrize("data", [b"{}", b" ", b"\r", b"{}\n{}"])
def test_the_last_line_must_end(data):
    with pytest.raises(BadMessage, match="does not end"):
        server.decode_batch(pack(data))
    assert server.decode_batch(pack(data + b"\n"))


def test_a_batch_that_is_not_packed_or_cut():
    for whole in (pack(encode_batch([])), pack(b"{}\n")):
        for data in (whole[:-1], whole + b"x", whole + whole):
            with pytest.raises(BadMessage):
                server.decode_batch(data)
    for data in (b"", b"{}", b"\x28\xb5\x2f\xfd"):
        with pytest.raises(BadMessage):
            server.decode_batch(data)


def test_a_zstd_bomb_is_known_before_it_is_opened():
    import tracemalloc

    bomb = zstandard.ZstdCompressor().compress(b"\0" * 200_000_000)
    assert len(bomb) < 10_000
    stream = zstandard.ZstdCompressor().compressobj()
    sizeless = stream.compress(b"\0" * 50_000_000) + stream.flush()
    lying = bytearray(zstandard.ZstdCompressor().compress(b"\0" * 1_000_000))
    lying[5:9] = (1000).to_bytes(4, "little")
    empty = bytearray(zstandard.ZstdCompressor().compress(b"\0" * 100_000_000))
    empty[6:10] = bytes(4)
    assert zstandard.frame_content_size(bytes(empty)) == 0
    tracemalloc.start()
    with pytest.raises(sync.TooLarge):
        server.decode_batch(bomb)
    for data in (sizeless, bytes(lying), bytes(empty)):
        with pytest.raises(BadMessage):
            server.decode_batch(data)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_too_many_members(act):
    one = act()
    with pytest.raises(BadMessage, match="many"):
        server.decode_batch(pack(encode_batch([one] * 3)), max_items=2)
    assert server.decode_batch(pack(encode_batch([one] * 2)), max_items=2) == [one, one]


def test_too_many_bytes(act):
    whole = encode_batch([act()])
    with pytest.raises(sync.TooLarge):
        server.decode_batch(pack(whole), max_bytes=len(whole) - 1)
    assert len(server.decode_batch(pack(whole), max_bytes=len(whole))) == 1


def test_packing_is_lossless():
    assert unpack(pack(b"x" * 1000), max_bytes=1000) == b"x" * 1000
    assert unpack(pack(b""), max_bytes=0) == b""
    with pytest.raises(sync.TooLarge):
        unpack(pack(b"x" * 1001), max_bytes=1000)
    with pytest.raises(NotPacked):
        unpack(b"plain", max_bytes=1000)


def test_answers_and_refusals_there_and_back():
    answers = [Answer("a", "accepted"), Answer("b", "rejected", "late")]
    assert decode_answers(server.encode_answers(answers)) == answers
    assert decode_refusal(server.encode_refusal("clock", NOW)) == ("clock", NOW)
    assert decode_refusal(b"<html>") == ("", None)
    assert server.encode_answers(answers) == b'{"answers":[["a","accepted",""],["b","rejected","late"]]}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"answers":{}}',
        b'{"answers":[["a","maybe",""]]}',
        b'{"answers":[[1,"accepted",""]]}',
        b'{"answers":[["a","accepted"]]}',
        b'{"answers":[["a","accepted","",""]]}',
        b'{"answers":[{"id":"a","outcome":"accepted","reason":""}]}',
        b'{"answers":[],"answers":[]}',
        b'{"answers":[],"newer":1}',
        b'{"answers": []}',
        b'{"answers":[]}\n',
        b'{"answers":[["\\u0061","accepted",""]]}',
        b'{"answers":[["\\ud800","accepted",""]]}',
        b'{"answers":[["\xff","accepted",""]]}',
        b'{"answers":' + b"[" * 100_000,
    ],
)
def test_answers_have_one_form(data):
    with pytest.raises(BadMessage):
        decode_answers(data)


def test_a_page_knows_its_items(centre_key):
    item = sync.Item("slip", "card-1", 3, "sealed")
    data = server.encode_page([item], 3, False, server.manifest_signer(centre_key, kid="c"))
    page = decode_page(data)
    assert page.items == (item,) and (page.cursor, page.more) == (3, False)
    with pytest.raises(BadMessage, match="digest"):
        decode_page(data.replace(b'"sealed"', b'"sealer"'))


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        (b'"seq":3', b'"seq":3.0'),
        (b'"seq":3', b'"seq":"3"'),
        (b'"seq":3', b'"seq":true'),
        (b'"seq":3', b'"seq":-1'),
        (b'"seq":3', b'"seq":-0'),
        (b'"seq":3', b'"seq":9007199254740992'),
        (b'"seq":3', b'"seq":3,"newer":1'),
        (b'"cursor":3', b'"cursor":9007199254740992'),
        (b'"cursor":3', b'"cursor":3,"cursor":3'),
        (b'"cursor":3', b'"cursor": 3'),
        (b'"more":false', b'"more":0'),
        (b'"more":false', b'"more":false,"newer":1'),
        (b'"key":"card-1",', b""),
        (b"card-1", b"\\u0063ard-1"),
        (b"card-1", b"\\ud800"),
        (b"card-1", b"\xff"),
    ],
)
def test_a_page_has_one_form(centre_key, was, is_now):
    signer = server.manifest_signer(centre_key, kid="c")
    data = server.encode_page([sync.Item("slip", "card-1", 3, "sealed")], 3, False, signer)
    assert data.count(was) == 1
    with pytest.raises(BadMessage):
        decode_page(data.replace(was, is_now))


@pytest.mark.parametrize("number", [0, 2**53 - 1])
def test_numbers_of_a_page_just_within(centre_key, number):
    signer = server.manifest_signer(centre_key, kid="c")
    data = server.encode_page([sync.Item("slip", "card-1", number, "sealed")], number, True, signer)
    page = decode_page(data)
    assert (page.items[0].seq, page.cursor, page.more) == (number, number, True)


def test_what_the_centre_says_is_canonical(centre_key):
    """Written by the fast encoder; the general one must say the same."""
    texts = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000), 0x1F5F3, 0x10FFFF]))
    item = sync.Item("slip", texts, 3, texts)
    data = server.encode_page([item], 3, False, server.manifest_signer(centre_key, kid="c"))
    assert canonical(load(data)) == data
    verify_page(decode_page(data), {"c": centre_key.public_key()})
    told = canonical({"cursor": 3, "items": [["slip", texts, 3, item.digest]], "more": False})
    assert verify_matter(decode_page(data).manifest, {"c": centre_key.public_key()}, typ=MANIFEST_TYP) == told
    answers = server.encode_answers([Answer(texts, "rejected", texts)])
    assert canonical(load(answers)) == answers
