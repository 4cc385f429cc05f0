"""BER-TLV, as far as PIV uses it. It must never guess: what is cut short or left over is refused."""

from __future__ import annotations

from collections.abc import Iterator


class BadTlv(ValueError):
    """Bytes that are not whole TLV objects."""


def encode(tag: int, value: bytes) -> bytes:
    """One object: tag of one to three bytes, definite length, value."""
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + _length(len(value)) + value


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    raw = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(raw)]) + raw


def decode(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every object in `data`, in order. Raises BadTlv."""
    at = 0
    while at < len(data):
        tag, at = _read_tag(data, at)
        count, at = _read_length(data, at)
        if at + count > len(data):
            raise BadTlv("value is cut short")
        yield tag, data[at : at + count]
        at += count


def fields(data: bytes) -> dict[int, bytes]:
    """Every object by its tag. Raises BadTlv, also for a tag that comes twice: two readers could differ on it."""
    found: dict[int, bytes] = {}
    for tag, value in decode(data):
        if tag in found:
            raise BadTlv("a tag comes twice")
        found[tag] = value
    return found


def only(data: bytes, tag: int) -> bytes:
    """The value of the single object that `data` must be. Raises BadTlv."""
    found = list(decode(data))
    if len(found) != 1 or found[0][0] != tag:
        raise BadTlv("not the one expected object")
    return found[0][1]


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - at > 3:
        raise BadTlv("tag is cut short or too long")
    return int.from_bytes(data[at:end], "big"), end


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise BadTlv("length is missing")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if not 1 <= size <= 3 or at + 1 + size > len(data):
        raise BadTlv("length is cut short or of a form not used here")
    return int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size
