"""Messages in pieces, messages that are none, an end that is gone or does not read, and what is wiped."""

import socket
from collections.abc import Iterator

import pytest

from kiosk.counter.line import MOST_BYTES, Kind, LineBroken, Listener, heard, said, send, send_pin, taken_apart

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_messages_come_whole_and_in_order_however_they_are_cut(pair: Pair) -> None:
    one, other = pair
    content = said({"text": "Καλώς ήρθατε " * 20})
    send(one, Kind.SHOWING, content)
    send(one, Kind.BEAT)
    raw = other.recv(1 << 16)
    whole, listener = [], Listener(other)
    for byte in raw:
        one.sendall(bytes([byte]))
        whole += listener.receive()
    assert [(kind, bytes(each)) for kind, each in whole] == [(Kind.SHOWING, content), (Kind.BEAT, b"")]
    one.sendall(raw)
    assert len(listener.receive()) == 2
    assert listener.receive(wait=False) == []


def test_a_large_screen_goes_through(pair: Pair) -> None:
    import threading

    one, other = pair
    content = bytes(3_000_000)
    thread = threading.Thread(target=send, args=(one, Kind.SHOWING, content))
    thread.start()
    listener, whole = Listener(other), []
    while not whole:
        whole = listener.receive()
    thread.join()
    assert whole == [(Kind.SHOWING, content)]


@pytest.mark.parametrize("raw", [b"\x09\0\0\0\0", b"\x02" + (MOST_BYTES + 1).to_bytes(4, "big"), b"GET / HTTP/1.1\r\n"])
def test_what_is_no_message_breaks_the_line(pair: Pair, raw: bytes) -> None:
    one, other = pair
    one.sendall(raw)
    with pytest.raises(LineBroken, match="not a message"):
        Listener(other).receive()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"7"])
def test_what_is_no_object_breaks_the_line(content: bytes) -> None:
    with pytest.raises(LineBroken):
        heard(bytearray(content))


def test_an_end_that_is_gone_is_told_to_both_sides(pair: Pair) -> None:
    one, other = pair
    one.close()
    with pytest.raises(LineBroken, match="closed"):
        Listener(other).receive()
    with pytest.raises(LineBroken):
        send(other, Kind.BEAT)


def test_an_end_that_goes_with_words_unread_is_closed_and_no_fault(pair: Pair) -> None:
    one, other = pair
    send(other, Kind.BEAT)
    one.close()
    with pytest.raises(LineBroken, match="closed"):
        Listener(other).receive()


def test_an_end_that_does_not_read_any_more_holds_nobody_up(pair: Pair) -> None:
    one, _ = pair
    with pytest.raises(LineBroken, match="BlockingIOError"):
        for _ in range(100_000):
            send(one, Kind.BEAT, wait=False)


def test_a_pin_travels_by_itself_and_is_wiped_where_it_was(pair: Pair) -> None:
    one, other = pair
    typed = bytearray(b"246813")
    send_pin(one, typed, 41)
    assert typed == bytes(6)
    listener = Listener(other)
    ((kind, content),) = listener.receive()
    assert kind is Kind.PIN
    assert b"246813" not in listener._chunk and b"246813" not in listener._held
    face, digits = taken_apart(content)
    assert (face, bytes(digits)) == (41, b"246813") and not any(content)


def test_a_pin_is_wiped_also_when_nobody_takes_it(pair: Pair) -> None:
    one, other = pair
    other.close()
    typed = bytearray(b"246813")
    with pytest.raises(LineBroken):
        send_pin(one, typed, 1)
    assert typed == bytes(6)


def test_a_pin_without_a_face_breaks_the_line() -> None:
    with pytest.raises(LineBroken):
        taken_apart(bytearray(b"12"))
