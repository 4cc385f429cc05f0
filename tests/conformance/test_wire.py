"""What docs/wire.md says, asked of a server from outside. Nothing here looks behind the line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import bent, forged
from wire_booth import Said, WireBooth

from sync.wire.compression import pack, unpack
from sync.wire.encoding import read_instant
from sync.wire.http_signing import Request, Response, Unauthorised
from sync.wire.messages import decode_page, verify_page

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "sync" / "vectors.json").read_text("utf-8"))


def status(**changes: Any) -> dict[str, Any]:
    said = {
        "kind": "booth_status",
        "version": 1,
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": "conformance",
        "clock_offset_seconds": 0,
        "disk_free_bytes": 10**9,
        "disk_total_bytes": 10**10,
        "paper": "ready",
        "alarms": [],
        "services_off": [],
    }
    said |= dict.fromkeys(("waiting_acts", "waiting_ballots", "refused", "held", "set_aside"), 0)
    return said | changes


def is_refusal(said: Said, status: int, *reasons: str) -> bool:
    """`{reason, now}`, whatever else stands there."""
    read_instant(said.json["now"])
    return said.status == status and (not reasons or said.json["reason"] in reasons)


class TestHello:
    def test_says_who_and_when(self, booth: WireBooth) -> None:
        said = booth.ask("GET", "/v2/hello").json
        assert said["protocol"] == 2
        assert abs(read_instant(said["now"]) - datetime.now(UTC)) < timedelta(minutes=2)
        assert said["municipality"]
        assert isinstance(said["epoch"], str)

    def test_promises_no_backup_of_the_future_and_keeps_its_epoch(self, booth: WireBooth) -> None:
        first, second = (booth.ask("GET", "/v2/hello").json for _ in range(2))
        assert first["epoch"] == second["epoch"]
        kept = [read_instant(one["kept_through"]) for one in (first, second) if one["kept_through"] is not None]
        assert all(at <= read_instant(second["now"]) for at in kept)
        assert kept == sorted(kept)

    def test_an_answer_answers_one_request_only(self, booth: WireBooth) -> None:
        first, second = booth.head("GET", "/v2/hello"), booth.head("GET", "/v2/hello")
        said = booth.send("GET", "/v2/hello", first)
        answer = Response(200, dict(said.headers), Request("GET", booth.url + "/v2/hello", second))
        with pytest.raises(Unauthorised):
            booth.check(answer, said.raw)


class TestSignatures:
    def test_none(self, booth: WireBooth) -> None:
        assert is_refusal(booth.send("GET", "/v2/hello", {}), 401, "unsigned")
        assert is_refusal(booth.send("POST", "/v2/outbox", {}, b"x"), 401, "unsigned")

    @pytest.mark.parametrize("what", ["key", "booth", "url", "path", "query", "method"])
    def test_bent(self, booth: WireBooth, what: str) -> None:
        bent = {
            "key": {"key": ec.generate_private_key(ec.SECP256R1())},
            "booth": {"booth": "nobody-of-that-name"},
            "url": {"url": "https://another.example/v2/hello"},
            "path": {"url": booth.url + "/v2/pull"},
            "query": {"url": booth.url + "/v2/hello?a=1"},
            "method": {"signed_method": "DELETE"},
        }[what]
        assert is_refusal(booth.ask("GET", "/v2/hello", **bent), 401)

    def test_a_body_that_is_not_the_signed_one(self, booth: WireBooth) -> None:
        body, other = pack(b""), pack(b"\n")
        assert is_refusal(booth.send("POST", "/v2/outbox", booth.head("POST", "/v2/outbox", body), other), 401)
        bare = booth.head("POST", "/v2/outbox") | {"Content-Encoding": "zstd"}
        assert is_refusal(booth.send("POST", "/v2/outbox", bare, body), 401)

    def test_played_back(self, booth: WireBooth) -> None:
        headers = booth.head("GET", "/v2/hello")
        assert booth.send("GET", "/v2/hello", headers).status == 200
        assert is_refusal(booth.send("GET", "/v2/hello", headers), 401, "replayed")

    def test_with_another_label_or_tag(self, booth: WireBooth) -> None:
        headers = booth.head("GET", "/v2/hello")
        other = {"Signature-Input": headers["Signature-Input"].replace('tag="municipal-atm"', 'tag="other"')}
        assert is_refusal(booth.send("GET", "/v2/hello", headers | other), 401)

    @pytest.mark.parametrize("seconds", [-3 * 86400, -7200, -150, 150, 7200])
    def test_clocks_that_are_wrong_are_told_the_time(self, booth: WireBooth, seconds: int) -> None:
        said = booth.ask("GET", "/v2/hello", late=timedelta(seconds=seconds))
        assert is_refusal(said, 401, "clock")
        assert abs(read_instant(said.json["now"]) - datetime.now(UTC)) < timedelta(minutes=1)

    @pytest.mark.parametrize("seconds", [-100, -30, 30, 100])
    def test_clocks_that_are_a_little_wrong_are_not(self, booth: WireBooth, seconds: int) -> None:
        assert booth.ask("GET", "/v2/hello", late=timedelta(seconds=seconds)).status == 200


class TestPush:
    def test_an_empty_batch(self, booth: WireBooth) -> None:
        assert booth.push() == []

    def test_once_in_effect(self, booth: WireBooth) -> None:
        act = booth.act()
        assert booth.push(act) == [("accepted", "")]
        assert booth.push(act, act) == [("duplicate", ""), ("duplicate", "")]

    def test_twice_in_one_batch(self, booth: WireBooth) -> None:
        act = booth.act()
        assert sorted(booth.push(act, act)) == [("accepted", ""), ("duplicate", "")]

    def test_other_bytes_under_a_known_id_are_a_conflict(self, booth: WireBooth) -> None:
        act = booth.act()
        assert booth.push(act) == [("accepted", "")]
        other = booth.act(id=act.id)
        assert other.digest() != act.digest()
        assert booth.push(other) == [("rejected", "conflict")]
        assert booth.push(other, act) == [("rejected", "conflict"), ("duplicate", "")]

    def test_what_was_rejected_is_rejected_again_with_the_same_reason(self, booth: WireBooth) -> None:
        act = booth.act(body="not.a.sealed.body.x")
        first = booth.push(act)
        assert first[0][0] == "rejected" and first[0][1]
        assert booth.push(act) == first

    def test_each_member_has_its_own_answer(self, booth: WireBooth) -> None:
        """Bad ones do not spoil the others, and none is left without a word."""
        good = booth.act()
        unsigned = booth.act(key=ec.generate_private_key(ec.SECP256R1()))
        good_bytes = booth.act().message
        wanted: list[tuple[Any, str]] = [
            (unsigned, "bad-signature"),
            (booth.act(booth="another-booth"), "other-booth"),
            (booth.act(kind="unheard-of"), "unknown-kind"),
            (booth.act(version=99), "unknown-version"),
            (booth.act(ballot=True, previous=""), "wrong-class-of-id"),
            (booth.act(inner_booth="another-booth"), "body-of-another-booth"),
            (bent(booth.act(), made_at="yesterday"), "not-an-envelope"),
            ({"id": "x"}, "not-an-envelope"),
            (b"", "not-an-envelope"),
            (b"no json", "not-an-envelope"),
            (b"\xff", "not-an-envelope"),
            (b"[" * 1000, "not-an-envelope"),
            (good_bytes + b" ", "not-an-envelope"),
            (good_bytes + b"\r", "not-an-envelope"),
            (good_bytes.replace(b',"booth"', b', "booth"', 1), "not-an-envelope"),
            (good_bytes.replace(b'"version":1', b'"version":1.0'), "not-an-envelope"),
            (good_bytes.replace(b'"version":1', b'"version":1,"version":1'), "not-an-envelope"),
        ]
        answers = booth.push(*(member for member, _ in wanted), good)
        assert answers[:-1] == [("rejected", reason) for _, reason in wanted]
        assert answers[-1] == ("accepted", "")

    def test_a_signature_with_s_in_the_upper_half_is_refused(self, booth: WireBooth) -> None:
        from sync.wire.encoding import b64, unb64

        act = booth.act()
        raw = unb64(act.signature)
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        upper = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
        ((outcome, _),) = booth.push(forged(act, signature=b64(upper)))
        assert outcome == "rejected"

    def test_acts_are_taken_after_a_gap_and_in_any_order(self, booth: WireBooth) -> None:
        missing, second, third = booth.act(), booth.act(), booth.act()
        assert booth.push(third) == [("accepted", "")]
        assert booth.push(second) == [("accepted", "")]
        assert booth.push(missing) == [("accepted", "")]


@pytest.mark.parametrize("vector", VECTORS["no_envelopes"], ids=lambda vector: vector["why"])
def test_lines_that_are_no_envelopes(booth: WireBooth, vector: dict[str, str]) -> None:
    assert booth.push(vector["line"].encode()) == [("rejected", "not-an-envelope")]


class TestTooMuch:
    def test_more_than_five_hundred(self, booth: WireBooth) -> None:
        body = pack(b"{}\n" * 501)
        assert is_refusal(booth.ask("POST", "/v2/outbox", body), 400, "not-a-batch")

    def test_five_hundred(self, booth: WireBooth) -> None:
        assert booth.push(*[{}] * 500) == [("rejected", "not-an-envelope")] * 500

    def test_sixteen_megabytes(self, booth: WireBooth) -> None:
        most = 16 * 1024 * 1024
        full, too_full = (pack(bytes(size - 1) + b"\n") for size in (most, most + 1))
        assert booth.ask("POST", "/v2/outbox", full).json == {"answers": [["", "rejected", "not-an-envelope"]]}
        assert is_refusal(booth.ask("POST", "/v2/outbox", too_full), 413, "too-large")

    def test_more_than_sixteen_megabytes_unpacked(self, booth: WireBooth) -> None:
        bomb = zstandard.ZstdCompressor(level=9).compress(bytes(64 * 1024 * 1024))
        assert is_refusal(booth.ask("POST", "/v2/outbox", bomb), 413, "too-large")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no zstd",
            zstandard.ZstdCompressor(write_content_size=False).compress(b"{}\n"),
            pack(b"{}\n") + b"more",
            pack(b"") + b"more",
            pack(b"{}\n")[:-1],
            pack(b"")[:-1],
            pack(b"{}"),
            pack(b"{}\n{}"),
            pack(b'{"envelopes":[]}'),
        ],
        ids=range(10),
    )
    def test_what_is_no_batch(self, booth: WireBooth, body: bytes) -> None:
        assert is_refusal(booth.ask("POST", "/v2/outbox", body), 400, "not-a-batch")

    def test_what_is_not_packed(self, booth: WireBooth) -> None:
        body = b"{}\n"
        headers = booth.head("POST", "/v2/outbox", body)
        del headers["Content-Encoding"]
        assert is_refusal(booth.send("POST", "/v2/outbox", headers, body), 415, "not-packed")


class TestPull:
    def test_pages_are_whole_signed_and_in_order(self, booth: WireBooth) -> None:
        listed, cursor, more, pages = [], 0, True, 0
        while more:
            said = booth.ask("GET", f"/v2/pull?after={cursor}&limit=7")
            page = decode_page(unpack(said.raw, max_bytes=2**26))
            verify_page(page, {"centre": booth.signing})
            assert len(page.items) <= 7
            assert all(item.seq > cursor for item in page.items)
            assert page.cursor >= max((item.seq for item in page.items), default=cursor)
            listed += page.items
            cursor, more, pages = page.cursor, page.more, pages + 1
            assert pages < 20_000
        assert [item.seq for item in listed] == sorted({item.seq for item in listed})
        assert len({(item.kind, item.key) for item in listed}) == len(listed)
        end = booth.ask("GET", f"/v2/pull?after={cursor}").json
        assert (end["items"], end["more"], end["cursor"]) == ([], False, cursor)

    def test_a_cursor_goes_on_where_it_was_left(self, booth: WireBooth) -> None:
        four = booth.ask("GET", "/v2/pull?after=0&limit=4").json
        two = booth.ask("GET", "/v2/pull?after=0&limit=2").json
        rest = booth.ask("GET", f"/v2/pull?after={two['cursor']}&limit=2").json
        # What cannot wait may stand on a page before its place as well; nothing is left out up to the cursor.
        told = {item["seq"] for item in (*two["items"], *rest["items"])}
        assert two["cursor"] < rest["cursor"]
        assert {item["seq"] for item in four["items"] if item["seq"] <= rest["cursor"]} <= told
        assert booth.ask("GET", "/v2/pull?after=0&limit=2").json["items"] == two["items"]

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501", f"after={2**70}"])
    def test_queries_that_are_none(self, booth: WireBooth, query: str) -> None:
        assert is_refusal(booth.ask("GET", f"/v2/pull?{query}"), 422, "not-a-query")


class TestStatus:
    def test_is_taken(self, booth: WireBooth) -> None:
        for _ in range(2):
            assert booth.ask("POST", "/v2/status", pack(json.dumps(status()).encode())).json == {}

    @pytest.mark.parametrize("change", [{"version": 2}, {"waiting_acts": -1}, {"paper": "gone"}, {"resident": "x"}])
    def test_what_is_none(self, booth: WireBooth, change: dict[str, Any]) -> None:
        body = pack(json.dumps(status(**change)).encode())
        assert is_refusal(booth.ask("POST", "/v2/status", body), 400, "not-a-status")

    def test_too_large(self, booth: WireBooth) -> None:
        assert is_refusal(booth.ask("POST", "/v2/status", pack(b" " * 70_000)), 413, "too-large")


def test_no_other_route_or_method(booth: WireBooth) -> None:
    for method, path in (
        ("GET", "/v2/nothing"),
        ("POST", "/v2/hello"),
        ("GET", "/v2/outbox"),
        ("DELETE", "/v2/pull"),
    ):
        assert booth.ask(method, path).status in (404, 405), (method, path)


def test_the_protocol_before_is_gone(booth: WireBooth) -> None:
    for method, path in (("GET", "/v1/hello"), ("POST", "/v1/outbox"), ("GET", "/v1/pull"), ("POST", "/v1/status")):
        answer = booth.session.request(
            method, booth.url + path, timeout=60, verify=booth.verify, cert=booth.certificate
        )
        assert answer.status_code == 404, (method, path)
