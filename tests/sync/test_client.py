"""The client's own manners, against the test centre."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

import sync
from sync import Garbled, LineDown, RequestRefused
from sync.wire.compression import unpack


def test_hello_learns_the_offset(client, centre):
    centre.now = lambda: datetime.now(UTC) + timedelta(seconds=90)
    began = time.monotonic()
    hello = client.hello()
    assert (hello.protocol, hello.municipality) == (sync.PROTOCOL, "demo")
    # The line tells whole seconds, and when it was said lies anywhere between asking and hearing.
    assert abs(client.clock_offset - timedelta(seconds=90)) < timedelta(seconds=2 + time.monotonic() - began)


def test_an_unsigned_refusal_teaches_no_time(client, centre):
    """Somebody on the line has no key of the centre: what they say of the clock serves one more try and no other."""
    client.hello()
    learned, answer, asked = client.clock_offset, centre.answer, []

    def between(method, url, headers, body):
        asked.append(url)
        if len(asked) == 1:
            return 401, sync.server.encode_refusal("clock", datetime.now(UTC) + timedelta(days=3650))
        return answer(method, url, headers, body)

    centre.answer = between
    with pytest.raises(RequestRefused, match="clock"):  # signed again with that time, the centre itself refuses it
        client.tell_status(b"{}")
    assert client.clock_offset == learned and len(asked) == 2
    client.tell_status(b"{}")
    assert client.clock_offset == learned and len(asked) == 3 and centre.statuses == [b"{}"]


def test_without_a_hello_a_wrong_clock_is_no_obstacle_and_nothing_is_learned_from_it(client, centre, act):
    centre.now = lambda: datetime.now(UTC) + timedelta(hours=2)
    assert [answer.outcome for answer in client.push([act()])] == ["accepted"]
    assert client.clock_offset == timedelta(0)


def test_an_unknown_booth_is_refused_with_a_reason(centre, booth_key):
    stranger = sync.Client(centre.url, "booth-7", booth_key)
    with pytest.raises(RequestRefused) as caught:
        stranger.hello()
    stranger.close()
    assert (caught.value.reason, caught.value.status) == ("unknown-key", 401)


def test_an_answer_belongs_to_its_request(client, centre, monkeypatch):
    """An answer recorded yesterday, signed by the true centre, is not taken for today's."""
    recorded = []
    original = client._read

    def reading(response):
        recorded.append((dict(response.headers), b"".join(original(response))))
        if len(recorded) > 1:
            response.headers.clear()
            response.headers.update(recorded[0][0])
        yield recorded[0][1]

    monkeypatch.setattr(client, "_read", reading)
    client.hello()
    with pytest.raises(Garbled, match="bad-signature"):
        client.hello()


def test_a_signed_captured_push_cannot_be_played_again(client, centre, act):
    client.push([act()])
    method, url, headers, body = centre.requests[-1]
    assert method == "POST" and headers["Content-Encoding"] == "zstd"
    status, content = centre.answer(method, url, headers, body)
    assert status == 401 and b"replayed" in content


def test_a_batch_says_that_it_is_lines(client, centre, act):
    one, two = act(), act()
    client.push([one, two])
    client.tell_status(b"{}")
    assert [headers["Content-Type"] for _, _, headers, _ in centre.requests] == [
        "application/x-ndjson",
        "application/json",
    ]
    assert unpack(centre.requests[0][3], max_bytes=10_000) == one.message + b"\n" + two.message + b"\n"


def test_an_answer_may_not_be_endless(centre, booth_key):
    small = sync.Client(centre.url, "booth-1", booth_key, max_answer=50)
    centre.items = [sync.Item("settings", "a", 1, "x" * 5000)]
    with pytest.raises(Garbled):
        small.pull(0)
    small.close()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_whatever_answers_instead_of_the_centre(reply, booth_key):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        client = sync.Client(f"http://127.0.0.1:{listener.getsockname()[1]}", "booth-1", booth_key, timeout=(60, 60))
        with pytest.raises(LineDown):
            client.hello()
        client.close()
        thread.join()


def test_a_redirect_is_not_followed(booth_key):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        client = sync.Client(f"http://127.0.0.1:{listener.getsockname()[1]}", "booth-1", booth_key, timeout=(60, 60))
        with pytest.raises(RequestRefused, match="status 302"):
            client.hello()
        client.close()
        thread.join()
