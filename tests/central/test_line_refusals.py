"""Who is refused on the line, with which reason, and that no refusal costs the centre memory: a real server process,
its resident size read from /proc."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import zstandard
from cryptography.hazmat.primitives.asymmetric import ec
from waiting import until

import sync
from central.line import gate
from central.opening import open_centre
from central.store import tables
from sync import Envelope, server, sign_envelope, sign_with
from sync.wire.compression import pack, unpack
from sync.wire.http_signing import Request, sign_request
from sync.wire.messages import decode_answers, encode_batch

MEGABYTE = 1024 * 1024
GROWTH = 60 * MEGABYTE  # what strangers may cost, all their attempts together


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        return str(json.loads(self.body)["reason"])


@dataclass
class Running:
    """A centre in a process of its own, and a booth's hand to write to it byte by byte."""

    url: str
    process: subprocess.Popen[str]
    booth: Any

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def memory(self, which: str = "VmHWM") -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"^{which}:\s+(\d+) kB", status, re.MULTILINE)
        assert found
        return int(found[1]) * 1024

    def head(self, method: str, path: str, body: bytes | None = None, **other: Any) -> dict[str, str]:
        """Signed headers. `other`: signed_url, signed_method, key, booth, at."""
        headers = {} if body is None else {"Content-Encoding": "zstd", "Content-Type": "application/json"}
        request = Request(other.get("signed_method", method), other.get("signed_url", self.url + path), headers)
        sign = sign_with(other.get("key", self.booth.key))
        at = other.get("at", datetime.now(UTC))
        sign_request(request, body, sign, key_id=other.get("booth", self.booth.id), now=at)
        return headers

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        lengths = {} if "Transfer-Encoding" in headers else {"Content-Length": str(len(body))}
        host, port = self.address
        with socket.create_connection(self.address, 60) as line:
            lines = {"Host": f"{host}:{port}"} | lengths | headers
            head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
            line.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
            for start in range(0, len(body), MEGABYTE):
                line.sendall(body[start : start + MEGABYTE])
            return heard(line)

    def signed(self, method: str, path: str, body: bytes | None = None, **other: Any) -> Answer:
        return self.send(method, path, self.head(method, path, body, **other), body or b"")


def heard(line: socket.socket) -> Answer:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        assert piece, data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    while len(body) < int(headers["content-length"]):
        piece = line.recv(65536)
        assert piece
        body += piece
    return Answer(int(first.split()[1]), headers, body)


@pytest.fixture(scope="module")
def shared_town(_seeded: Path, hands: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("refusals") / "demo"
    shutil.copytree(_seeded, folder)
    return hands.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def process(shared_town: Any) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "central", "serve", "--home", str(shared_town.home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        yield json.loads(started.stdout.readline())["url"], started
        started.terminate()
        assert started.wait(60) == 0


@pytest.fixture
def running(process: tuple[str, subprocess.Popen[str]], shared_town: Any) -> Running:
    """The one process of this module; its peak is counted anew for each test (proc(5), clear_refs)."""
    made = Running(*process, shared_town.booth())
    assert made.signed("GET", "/v2/hello").status == 200
    assert made.signed("POST", "/v2/outbox", pack(b"")).status == 200
    Path(f"/proc/{made.process.pid}/clear_refs").write_text("5")
    return made


def refused(answer: Answer) -> tuple[int, str]:
    assert json.loads(answer.body)["now"].endswith("Z")
    return answer.status, answer.reason


def test_strangers_are_refused_with_a_reason_and_cost_no_memory(running: Running) -> None:
    before = running.memory()
    _wrong_words(running)
    _floods(running)
    assert running.memory() - before < GROWTH
    assert running.signed("GET", "/v2/hello").status == 200


def _wrong_words(running: Running) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert refused(running.send("GET", "/v2/hello", {})) == (401, "unsigned")
    assert refused(running.signed("GET", "/v2/hello", key=stranger)) == (401, "bad-signature")
    assert refused(running.signed("GET", "/v2/hello", booth="nobody")) == (401, "unknown-booth")
    late = datetime.now(UTC) - timedelta(hours=2)
    assert refused(running.signed("GET", "/v2/hello", at=late)) == (401, "clock")
    once = running.head("GET", "/v2/hello")
    assert running.send("GET", "/v2/hello", once).status == 200
    assert refused(running.send("GET", "/v2/hello", once)) == (401, "replayed")
    for other in (
        {"signed_url": "http://127.0.0.1:1/v2/hello"},
        {"signed_url": running.url + "/v2/pull"},
        {"signed_url": running.url + "/v2/hello?after=1"},
        {"signed_method": "POST"},
    ):
        assert refused(running.signed("GET", "/v2/hello", **other)) == (401, "bad-signature"), other
    body = pack(b"")
    other_body = running.send("POST", "/v2/outbox", running.head("POST", "/v2/outbox", body), body[:-1] + b"x")
    assert refused(other_body) == (401, "bad-signature")
    assert refused(running.send("POST", "/v2/outbox", running.head("POST", "/v2/outbox"), body)) == (415, "not-packed")
    uncovered = running.head("POST", "/v2/outbox") | {"Content-Encoding": "zstd"}
    assert refused(running.send("POST", "/v2/outbox", uncovered, body)) == (401, "bad-signature")


def _floods(running: Running) -> None:
    for headers, wanted in (
        ({"Content-Length": str(100_000_000)}, (413, "too-large")),
        ({"Content-Length": str(10**18)}, (413, "too-large")),
        ({"Transfer-Encoding": "chunked"}, (401, "unsigned")),
    ):
        # The body never comes: whoever waits for it would wait for ever.
        with socket.create_connection(running.address, 60) as line:
            told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            line.sendall(f"POST /v2/outbox HTTP/1.1\r\nHost: x\r\n{told}\r\n".encode())
            answer = heard(line)
            assert refused(answer) == wanted
            assert answer.headers["connection"] == "close"
            assert line.recv(1) == b""
    # A little too much is read away, so that an honest booth hears why.
    assert refused(running.send("POST", "/v2/outbox", {}, bytes(20 * MEGABYTE))) == (413, "too-large")
    _endless(running)


def _endless(running: Running) -> None:
    """A stranger's stream is cut at its head, a booth's own at 16 MiB."""
    for headers, most in (({}, 4 * MEGABYTE), (running.head("POST", "/v2/outbox", b"x"), 24 * MEGABYTE)):
        sent, piece = 0, b"10000\r\n" + bytes(0x10000) + b"\r\n"
        with socket.create_connection(running.address, 60) as line:
            told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            host, port = running.address
            head = f"POST /v2/outbox HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n{told}\r\n"
            line.sendall(head.encode())
            with pytest.raises(OSError):
                while sent < 100 * MEGABYTE:
                    line.sendall(piece)
                    sent += len(piece)
        assert sent < most + 8 * MEGABYTE  # the two kernels between us hold some


def test_a_booth_with_a_bad_hand_gets_no_more_than_its_share(running: Running) -> None:
    """Signed by a booth that means ill: bombs, depth, numbers. Nothing comes of it but a reason."""
    before = running.memory()
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(512 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    nameless = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(64 * MEGABYTE))
    liar = bytearray(zstandard.ZstdCompressor().compress(bytes(8 * MEGABYTE)))
    size_at = liar.index((8 * MEGABYTE).to_bytes(4, "little"))
    liar[size_at : size_at + 4] = (1000).to_bytes(4, "little")
    for body, wanted in (
        (bomb, (413, "too-large")),
        (nameless, (400, "not-a-batch")),
        (bytes(liar), (400, "not-a-batch")),
        (bomb[:100], (413, "too-large")),
        (pack(b"x" * 100)[:-3], (400, "not-a-batch")),
        (b"", (400, "not-a-batch")),
        (pack(b"[" * 1_000_000), (400, "not-a-batch")),
        (pack(b"{}\n{}"), (400, "not-a-batch")),
        (pack(b"{}\n" * 501), (400, "not-a-batch")),
        (pack(b"\n" * 16 * MEGABYTE), (400, "not-a-batch")),
    ):
        assert refused(running.signed("POST", "/v2/outbox", body)) == wanted, body[:40]
    for line in (b"", b"[" * 1_000_000, b"[" + b"[[[[]]]]," * 1_800_000 + b"0]", b'{"body":1e999}'):
        answer = running.signed("POST", "/v2/outbox", pack(line + b"\n"))
        assert decode_answers(unpack(answer.body, max_bytes=MEGABYTE)) == [
            sync.Answer("", "rejected", "not-an-envelope")
        ]
    assert refused(running.signed("POST", "/v2/status", pack(b"{}"))) == (400, "not-a-status")
    assert refused(running.signed("POST", "/v2/status", pack(b" " * 70_000))) == (413, "too-large")
    assert refused(running.signed("POST", "/v2/status", bytes(70_000))) == (413, "too-large")
    assert refused(running.signed("GET", "/v2/pull?after=-1")) == (422, "not-a-query")
    assert refused(running.signed("GET", "/v2/hello", b"a body")) == (413, "too-large")
    assert running.memory() - before < 2 * GROWTH


def test_what_a_body_unpacks_to_counts_as_held(served: str, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the largest are one booth's share; a third says 16 MiB in its first bytes, and is told to come again."""
    body = pack(b'["' + b"\\u00e9" * 2_790_000 + b'"]\n')
    assert len(body) < 4000
    running = Running(served, subprocess.Popen(["true"], text=True), town.booth())
    running.process.wait()
    there, go_on, answer = threading.Semaphore(0), threading.Event(), gate.Gate._answer

    def held(*words: Any) -> Any:
        there.release()
        assert go_on.wait(60)
        return answer(*words)

    # The two stay under way until the third has its answer, however the machine gives them time.
    monkeypatch.setattr(gate.Gate, "_answer", held)
    with ThreadPoolExecutor(2) as several:
        two = [several.submit(running.signed, "POST", "/v2/outbox", body) for _ in range(2)]
        assert all(there.acquire(timeout=60) for _ in two)
        third = running.signed("POST", "/v2/outbox", body)
        go_on.set()
    assert refused(third) == (429, "busy")
    assert [one.result().status for one in two] == [200, 200]


def test_the_largest_batches_at_once_are_bounded(running: Running) -> None:
    """Each is good in form and as large as can be: 15 MiB of text, twelve of them together."""
    before = running.memory()
    listed = [_envelope(running.booth, "x" * (MEGABYTE - 1000)) for _ in range(15)]
    body = pack(encode_batch(listed))

    def push(_: int) -> int:
        return running.signed("POST", "/v2/outbox", body).status

    with ThreadPoolExecutor(12) as several:
        assert set(several.map(push, range(12))) <= {200, 429, 503}
    grown = running.memory() - before
    print(f"twelve batches of 15 MiB at once: {grown / MEGABYTE:.0f} MiB more at the peak")
    assert grown < 700 * MEGABYTE


def _envelope(booth: Any, body: str) -> Envelope:
    return sign_envelope(
        kind="certificates.paper",
        version=1,
        booth=booth.id,
        made_at=datetime.now(UTC),
        previous="",
        body=body,
        sign=sign_with(booth.key),
    )


def test_a_suspended_booth_is_refused_while_others_go_on(running: Running, shared_town: Any) -> None:
    centre = open_centre(shared_town.home)
    first = running.booth.id

    def become(state: str) -> None:
        with centre.store.writing() as tx:
            tx.connection.exec_driver_sql(f"UPDATE booths SET state = '{state}' WHERE booth = '{first}'")

    try:
        for state in ("suspended", "revoked"):
            become(state)
            assert refused(running.signed("GET", "/v2/hello")) == (401, state)
            assert refused(running.signed("POST", "/v2/outbox", pack(b""))) == (401, state)
        running.booth = shared_town.booth(1)
        assert running.signed("GET", "/v2/hello").status == 200
    finally:
        become("active")
        centre.store.close()


def test_ten_thousand_nonces(running: Running, shared_town: Any) -> None:
    """They are remembered for as long as their request could be believed, and cost neither time nor memory."""
    centre = open_centre(shared_town.home)
    now = datetime.now(UTC)
    used = running.head("GET", "/v2/hello")
    assert running.send("GET", "/v2/hello", used).status == 200
    before = running.memory()
    with centre.store.writing() as tx:
        for number in range(10_000):
            life = timedelta(hours=4 if number % 2 else -4)
            tx.connection.execute(
                sa.insert(tables.nonces).values(
                    municipality_id=centre.settings.municipality,
                    booth=running.booth.id,
                    nonce=f"nonce-{number}",
                    forget_after=now + life,
                )
            )
    with centre.store.reading() as tx:
        there = tx.connection.execute(sa.select(sa.func.count()).select_from(tables.nonces)).scalar_one()
    took = []
    for _ in range(5):
        began = datetime.now(UTC)
        assert running.signed("GET", "/v2/hello").status == 200
        took.append(datetime.now(UTC) - began)
    assert refused(running.send("GET", "/v2/hello", used)) == (401, "replayed")
    with centre.store.reading() as tx:
        left = tx.connection.execute(sa.select(sa.func.count()).select_from(tables.nonces)).scalar_one()
    centre.store.close()
    assert left <= there - 5 * 20 + 5  # those that are too old go, some with each request
    assert min(took) < timedelta(seconds=0.5)
    assert running.memory() - before < GROWTH


def test_who_sends_the_body_slowly_is_told_so(
    served: str, town: Any, monkeypatch: pytest.MonkeyPatch, hands: Any
) -> None:
    monkeypatch.setattr(gate, "PIECE_SECONDS", 0.3)
    booth = town.booth()
    running = Running(served, subprocess.Popen(["true"], text=True), booth)
    running.process.wait()
    headers = running.head("POST", "/v2/outbox", b"x" * 100)
    host, port = running.address
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(running.address, 60) as line:
        line.sendall(f"POST /v2/outbox HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\n{told}\r\nx".encode())
        assert refused(heard(line)) == (408, "too-slow")


def test_one_booth_has_no_more_than_two_batches_under_way(
    served: str, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_BATCH", 1000)
    running = Running(served, subprocess.Popen(["true"], text=True), town.booth())
    running.process.wait()
    for patience in (0.1, 1, 5):
        with contextlib.ExitStack() as waiting:
            for _ in range(2):
                _all_but_one_byte(waiting.enter_context(socket.create_connection(running.address, 60)), running)
            threading.Event().wait(patience)
            # Asked once: had the centre not yet heard of both, this would be one of the two itself.
            busy = refused(running.signed("POST", "/v2/outbox", bytes(900))) == (429, "busy")
        until(lambda: refused(running.signed("POST", "/v2/outbox", bytes(900))) == (400, "not-a-batch"))
        if busy:
            return
    raise AssertionError("a third is taken while two are under way")


def _all_but_one_byte(line: socket.socket, running: Running) -> None:
    host, port = running.address
    signed = running.head("POST", "/v2/outbox", b"x" * 1000).items()
    told = "".join(f"{name}: {value}\r\n" for name, value in signed)
    head = f"POST /v2/outbox HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000\r\n{told}\r\n"
    line.sendall(head.encode() + bytes(999))


def test_what_is_answered_is_signed_and_small(running: Running) -> None:
    answer = running.signed("GET", "/v2/pull?after=999999999&limit=1")
    assert answer.status == 200
    assert json.loads(unpack(answer.body, max_bytes=10_000))["items"] == []
    assert "signature-input" in answer.headers
    assert "server" not in answer.headers
