"""The fast reader of envelopes and the plain one (slow_reader) say the same of any bytes: same verdict, same values."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import LONG
from slow_reader import FIELDS, NoEnvelope, fields, read

from sync import BadEnvelope, Envelope, canonical, sign_envelope, sign_with

SIGN: Final = sign_with(ec.generate_private_key(ec.SECP256R1()))
NOW: Final = datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)


def made(body: str, *, ballot: bool = False, previous: str = "") -> Envelope:
    return sign_envelope(
        kind="votes.ballot", version=1, booth="B-1", made_at=NOW, previous=previous, body=body, sign=SIGN, ballot=ballot
    )


WHOLE: Final = [
    made("x"),
    made("eyJ.a.b.c.d", previous="0af" * 21 + "0"),
    made('Ναι 🗳"\\/\b\f\n\r\t\x00\x1f\x7f\u2028', previous="f" * 64),
    made("ψήφος", ballot=True),
]


def fast(message: bytes) -> dict[str, Any] | None:
    try:
        envelope = Envelope.read(message)
    except BadEnvelope:
        return None
    assert envelope.message == message
    return {name: getattr(envelope, name) for name in FIELDS}


def slow(message: bytes) -> dict[str, Any] | None:
    try:
        return read(message)
    except NoEnvelope:
        return None


def agree(message: bytes) -> bool:
    """Whether both take it."""
    told = fast(message)
    assert told == slow(message), message
    return told is not None


# What a hand that means harm, or a line that is bad, might put there.
SPELLINGS: Final = [
    *(b" \t\n\r\x00\xff\xc0\xed\xa0\x80\xef\xbb\xbf".split(b" ")),
    *(b'" \\ { } [ ] , : - + 0 1 9 . e E / T Z a A _ = u \\u0061 \\u0000 \\u001F \\ud800 \\ud83d\\ude00 \\/'.split()),
    *(b"-0 -1 0.0 1.0 1e0 1E400 01 9999 10000 9007199254740992 18446744073709551616 NaN Infinity".split()),
    *(b'null true false {} [] "" [[[[[[ {"a": +00:00 24:00:00 60Z .000000Z "id":"x", "version":1,'.split()),
    "é".encode(), "e\u0301".encode(), "🗳".encode(), b"9" * 400, b"[" * 40, b"[" * 3000,
]  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    message = bytearray(chance.choice(WHOLE).message)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at, until = sorted(chance.choices(range(len(message) + 1), k=2))
        match chance.randrange(7):
            case 0:
                message[at:at] = chance.choice(SPELLINGS)
            case 1:
                message[at : at + chance.randrange(1, 4)] = chance.choice(SPELLINGS)
            case 2:
                del message[at : at + chance.randrange(1, 12)]
            case 3 if message:
                message[at % len(message)] ^= 1 << chance.randrange(8)
            case 4:
                message[at:at] = message[at:until]
            case 5:
                other = chance.choice(WHOLE).message
                message[at:until] = other[at:until]
            case _:
                message[at:] = message[until:]
    return bytes(message)


def respelled(chance: random.Random) -> bytes:
    """The members of a whole one, each in its own or another spelling, in some order, some twice, some gone."""
    members = list(fields(chance.choice(WHOLE)).items())
    if chance.random() < 0.5:
        name, _ = members[at := chance.randrange(len(members))]
        members[at] = (name, chance.choice(VALUES))
    match chance.randrange(8):
        case 0:
            chance.shuffle(members)
        case 1:
            members.append(chance.choice(members))
        case 2:
            members.pop(chance.randrange(len(members)))
        case 3:
            members.append((chance.choice(("more", "", "idé")), chance.choice(VALUES)))
    ascii_only, blank = chance.random() < 0.1, " " if chance.random() < 0.1 else ""
    said = (json.dumps(one, ensure_ascii=ascii_only) for pair in members for one in pair)
    pairs = [f"{name}:{blank}{value}" for name, value in zip(said, said, strict=True)]
    return ("{" + ",".join(pairs) + "}").encode("utf-8", "surrogatepass")


VALUES: Final[list[Any]] = [
    "", "x", "é", "\ud800", "\x00", "a" * 64, "a" * 65, "A" * 86, "A" * 85 + "B", "f" * 64, "F" * 64, 0, 1, 2, 9999,
    10_000, -1, 2**53 - 1, 2**53, 2**64, 1.0, 1.5, float("nan"), True, False, None, [], {}, [[]], {"a": 1}, "a.b",
    "a..b", "a-",
    "2026-03-01T09:00:00Z", "2026-03-01T09:47:31Z", "2026-03-01T09:47:31+00:00", "2026-03-01T09:47:31+02:00",
    "2026-03-01T09:47:31", "2026-03-01 09:47:31Z", "2026-03-01T09:47:31.5Z", "2026-03-01T09:47:31.500000Z",
    "2026-03-01T24:00:00Z", "2026-03-01T09:47:60Z", "2026-02-29T00:00:00Z", "2028-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "٢٠٢٦-03-01T09:47:31Z", "1772358451",
    "019cc8cb-bf38-77da-b881-133c31d0c49a", "019cc8cb-bf38-47da-b881-133c31d0c49a",
    "019cc8cb-bf38-17da-b881-133c31d0c49a",
    "019CC8CB-bf38-77da-b881-133c31d0c49a", "019cc8cb-bf38-77da-c881-133c31d0c49a", "019cc8cbbf3877dab881133c31d0c49a",
]  # fmt: skip


def trial(count: int) -> tuple[int, int]:
    """How many of `count` byte strings both took, and how many both refused."""
    chance = random.Random(count)
    taken = 0
    for number in range(count):
        taken += agree((mutated, respelled)[number % 2](chance))
    return taken, count - taken


@pytest.mark.timeout(600 if LONG else 150)
def test_bent_bytes() -> None:
    count = 100_000 if LONG else 4000
    taken, refused = trial(count)
    assert taken > count // 20 and refused > count // 2


TEXTS = st.text(st.characters(), max_size=30)


@settings(max_examples=300, deadline=None)
@given(body=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_is_a_body(body: str) -> None:
    envelope = made(body)
    assert envelope.message == canonical(fields(envelope)) and envelope.body == body
    assert agree(envelope.message)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*sorted(FIELDS), "more"]), TEXTS | st.integers() | st.none() | st.booleans()))
def test_any_object(value: dict[str, Any]) -> None:
    whole = fields(WHOLE[0]) | value
    agree(json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    assert not agree(data)
    for one in WHOLE:
        assert not data or not agree(one.message + data)
        assert not data or not agree(data + one.message)
