"""The checks of a whole batch say what those of one say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import forged

from sync import (
    BadEnvelope,
    Envelope,
    SealBroken,
    agree_with,
    open_sealed,
    seal,
    server,
    sign_envelope,
    sign_with,
    verify_envelope,
)

KEY, OTHER, CENTRE = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
NOW = datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def cores() -> Iterator[server.Cores]:
    made = server.Cores(2)
    yield made
    made.close()


def act(body: str = "x", key: ec.EllipticCurvePrivateKey = KEY) -> Envelope:
    return sign_envelope(kind="poem", version=1, booth="b", made_at=NOW, previous="", body=body, sign=sign_with(key))


def test_a_batch_of_signatures() -> None:
    good = [act(f"{place}") for place in range(40)]
    bad = {
        3: forged(good[3], body="another"),
        7: forged(good[7], signature="A" * 86),
        11: act("stranger", OTHER),
        19: forged(good[19], signature="_" * 85 + "w"),
    }
    batch = [bad.get(place, one) for place, one in enumerate(good)]
    assert server.verify_all(batch, [KEY.public_key()]) == [_alone(one, KEY) for one in batch]
    either = server.verify_all(batch, [OTHER.public_key(), KEY.public_key()])
    assert either == [place not in {3, 7, 19} for place in range(40)]
    assert server.verify_all(batch, []) == [False] * 40
    assert server.verify_all([], [KEY.public_key()]) == []


def _alone(envelope: Envelope, key: ec.EllipticCurvePrivateKey) -> bool:
    try:
        verify_envelope(envelope, key.public_key())
    except BadEnvelope:
        return False
    return True


def test_a_batch_of_seals() -> None:
    tokens = [seal(f"{place}".encode(), CENTRE.public_key(), kid="centre", size=64) for place in range(30)]
    tokens[4] = tokens[4][:-4] + "AAAA"
    tokens[5] = "no.token"
    tokens[6] = seal(b"x", OTHER.public_key(), kid="centre", size=64)
    tokens[8] = seal(b"x", CENTRE.public_key(), kid="other", size=64)
    opened = server.open_all(tokens, CENTRE, kid="centre")
    assert opened == [_opened(token) for token in tokens]
    assert [place for place, one in enumerate(opened) if one is None] == [4, 5, 6, 8]


def _opened(token: str) -> bytes | None:
    try:
        return open_sealed(token, agree_with(CENTRE), kid="centre")
    except SealBroken:
        return None


@pytest.mark.parametrize("count", [0, 1, 8, 9, 40])
def test_what_is_shared_over_cores_comes_back_in_order(cores: server.Cores, count: int) -> None:
    parts: list[int] = []

    def work(part: Sequence[int]) -> list[int]:
        parts.append(len(part))
        return [2 * one for one in part]

    assert cores.share(work, range(count)) == [2 * one for one in range(count)]
    assert sorted(parts) == {0: [0], 1: [1], 8: [8], 9: [1, 8], 40: [20, 20]}[count]
