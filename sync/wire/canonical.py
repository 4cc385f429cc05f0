"""One canonical JSON form (RFC 8785 without floats), and a loader that takes nothing loose.

Two ends that hold the same value hold the same bytes, so that digests and signatures agree.
Must never repair: what is doubtful is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

# Deeper than any message, and far from where Python's own recursion ends.
MAX_DEPTH = 32
MAX_INT = 2**53 - 1  # I-JSON (RFC 7493 2.2): what every other language can hold
_MAX_DIGITS = len(str(MAX_INT)) + 1


class NotCanonical(ValueError):
    """The value or the bytes have no place in the canonical form. Carries no content."""


def canonical(value: JsonValue) -> bytes:
    """The canonical bytes: keys sorted by UTF-16 code unit, no spaces, UTF-8, text as it stands (no NFC).

    Raises NotCanonical for floats, integers beyond 2**53-1, lone surrogates, other types, depth over MAX_DEPTH.
    """
    ordered = _ordered(value, MAX_DEPTH)
    try:
        return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("lone surrogate") from None


def load(data: bytes | str, *, most: int | None = None) -> JsonValue:
    """Parse JSON strictly. Spaces around are allowed (padding), duplicate keys, floats, NaN and depth are not.

    `most`: see refuse_many. For whatever comes from outside.
    """
    if most is not None:
        refuse_many(data, most)
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotCanonical("not UTF-8") from None
    try:
        value: JsonValue = _decoder.decode(text)
    except NotCanonical:
        raise
    except RecursionError:
        raise NotCanonical("too deep") from None
    except ValueError:
        raise NotCanonical("not JSON") from None
    # Only an escape can smuggle in a lone surrogate: UTF-8 itself has none.
    if "\\u" in text:
        _walk(value, MAX_DEPTH)
    else:
        _refuse_depth(value)
    return value


def refuse_many(data: bytes | str, most: int) -> None:
    """Raises NotCanonical where `data` may hold more than `most` values, before a parser makes an object of each: 16
    MiB of `[[[[]]]],` took 700 MB. Marks inside of texts count as well, so `most` leaves room for them."""
    if isinstance(data, str):
        marks = sum(data.count(mark) for mark in "{[,")
    else:
        marks = sum(data.count(mark) for mark in b"{[,")
    if marks > most:
        raise NotCanonical("too many values")


def load_canonical(data: bytes, *, most: int | None = None) -> JsonValue:
    """As load, and the bytes must be the canonical form of what they say."""
    value = load(data, most=most)
    if canonical(value) != data:
        raise NotCanonical("not in canonical form")
    return value


def _ordered(value: JsonValue, depth: int) -> object:
    if depth < 0:
        raise NotCanonical("too deep")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonical("integer out of range")
        return int(value)
    if isinstance(value, Mapping):
        return {key: _ordered(value[key], depth - 1) for key in _sorted_keys(value)}
    if isinstance(value, (list, tuple)):
        return [_ordered(item, depth - 1) for item in value]
    raise NotCanonical(f"no canonical form for {type(value).__name__}")


def _sorted_keys(value: Mapping[str, JsonValue]) -> list[str]:
    if not all(isinstance(key, str) for key in value):
        raise NotCanonical("a key that is no text")
    try:
        return sorted(value, key=lambda key: key.encode("utf-16-be"))
    except UnicodeEncodeError:
        raise NotCanonical("lone surrogate") from None


def _walk(value: JsonValue, depth: int) -> None:
    if depth < 0:
        raise NotCanonical("too deep")
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise NotCanonical("lone surrogate")
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(key, depth)
            _walk(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _walk(item, depth - 1)


def _refuse_depth(value: JsonValue) -> None:
    """What _walk refuses for depth, level by level: most members are no containers."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        inner = (member for one in level for member in (one.values() if isinstance(one, dict) else one))
        level = [member for member in inner if isinstance(member, (dict, list))]
        if not level:
            return
    # An empty container this deep holds nothing that lies deeper.
    if any(level):
        raise NotCanonical("too deep")


def _pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("duplicate key")
    return members


def _integer(digits: str) -> int:
    # The length first: what a number costs to make grows with the square of it.
    if len(digits) > _MAX_DIGITS or abs(int(digits)) > MAX_INT:
        raise NotCanonical("integer out of range")
    if digits == "-0":
        raise NotCanonical("negative zero")
    return int(digits)


def _refuse(why: str) -> Callable[[str], NoReturn]:
    def refuse(_: str) -> NoReturn:
        raise NotCanonical(why)

    return refuse


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_int=_integer,
    parse_float=_refuse("floats are not allowed"),
    parse_constant=_refuse("NaN and Infinity are not allowed"),
)
