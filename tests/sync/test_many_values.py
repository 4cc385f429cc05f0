"""What a few hundred packed bytes may make of our memory: nothing, wherever JSON comes from outside."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sync import BadMessage, NotCanonical, SealBroken, agree_with, load, open_sealed, seal, server, stick
from sync.wire import messages
from sync.wire.compression import pack

MANY = b"[[[[]]]]," * 1_000_000
MEGABYTE = 1024 * 1024


def cost(work: Callable[[], object]) -> int:
    """Bytes of Python's at the most while it ran."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("line", [b"[" + MANY + b"0]\n", b'{"id":"x","body":[' + MANY + b"0]}\n"])
def test_a_line_of_many_values_makes_no_object_of_any(line: bytes) -> None:
    body = pack(line)
    assert len(body) < 2000
    members = []
    # Unpacked, and cut into lines.
    assert cost(lambda: members.extend(server.decode_batch(body))) < 2 * len(line) + MEGABYTE
    assert [member.id for member in members] == ["x" if b"x" in line else ""]


def test_lines_beyond_what_a_batch_holds_are_not_cut_apart() -> None:
    body = pack(b"\n" * (server.MAX_BATCH - 1))

    def take() -> None:
        with pytest.raises(BadMessage, match="too many envelopes"):
            server.decode_batch(body)

    assert cost(take) < server.MAX_BATCH + MEGABYTE


@pytest.mark.parametrize("read", [messages.decode_hello, lambda data: server.unpack_body(pack(data), max_bytes=2**24)])
def test_small_messages_are_small(read: Callable[[bytes], object]) -> None:
    with pytest.raises(BadMessage, match="too many values"):
        read(b'{"kind":"booth_status","alarms":[' + MANY + b"0]}")


def test_whoever_answers_in_the_centres_place_costs_nothing() -> None:
    answer = b'{"reason":[' + MANY + b"0]}"
    assert cost(lambda: messages.decode_refusal(answer)) < MEGABYTE


def test_text_is_counted_as_bytes_are() -> None:
    assert load("[1,2]", most=2) == [1, 2]
    for data in ("[1,2]", b"[1,2]"):
        with pytest.raises(NotCanonical):
            load(data, most=1)


def test_a_seals_header_is_small() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    parts = seal(b"x", key.public_key(), kid="centre", size=16).split(".")
    parts[0] = base64.urlsafe_b64encode(b'{"alg":[' + MANY[: 2 * MEGABYTE] + b"0]}").decode().rstrip("=")

    def take() -> None:
        with pytest.raises(SealBroken, match="unreadable header"):
            open_sealed(".".join(parts), agree_with(key), kid="centre")

    assert cost(take) < 20 * MEGABYTE


def test_a_letters_cover_and_heads_are_small(tmp_path: Path) -> None:
    """Anybody can seal to the centre: a head is read before any signature can be looked at."""
    key = ec.generate_private_key(ec.SECP256R1())
    cover = stick.Cover("to-centre", "booth-1", "ab")
    heavy = stick.Record({"headers": [0] * 300_000}, b"")
    stick.write(tmp_path, cover, [heavy], key.public_key(), kid="centre")
    file = tmp_path / stick.name_of("to-centre", "booth-1")
    with pytest.raises(stick.StickRefused) as refused:
        list(stick.read_records(file, agree_with(key), kid="centre"))
    assert refused.value.reason == "edited"
    file.write_bytes(b'{"format":[' + MANY[: 3 * MEGABYTE] + b"0]}\nend 0\n")
    assert cost(lambda: _refused(file)) < 20 * MEGABYTE


def _refused(file: Path) -> None:
    with pytest.raises(stick.StickRefused) as refused:
        stick.read_cover(file)
    assert refused.value.reason == "not-a-letter"
