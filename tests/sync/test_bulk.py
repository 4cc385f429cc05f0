"""The written-down canonical form and the checks of a whole batch say what the general ones say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sync import (
    BadEnvelope,
    Envelope,
    SealBroken,
    agree_with,
    canonical,
    open_sealed,
    seal,
    server,
    sign_envelope,
    sign_with,
    verify_envelope,
)
from sync.wire.canonical import NotCanonical
from sync.wire.messages import encode_batch

KEY, OTHER, CENTRE = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
NOW = datetime(2026, 3, 1, 9, 47, 31, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MOMENTS = st.integers(0, 7_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.fixture(scope="module")
def cores() -> Iterator[server.Cores]:
    made = server.Cores(2)
    yield made
    made.close()


def act(body: str = "x", key: ec.EllipticCurvePrivateKey = KEY) -> Envelope:
    return sign_envelope(kind="poem", version=1, booth="b", made_at=NOW, previous="", body=body, sign=sign_with(key))


@given(st.builds(Envelope, TEXTS, TEXTS, st.integers(1, 9999), TEXTS, MOMENTS, TEXTS, TEXTS, TEXTS))
def test_an_envelopes_form_is_the_canonical_one(envelope: Envelope) -> None:
    assert envelope.canonical() == canonical(envelope.to_json())
    assert envelope.digest() == hashlib.sha256(canonical(envelope.to_json())).hexdigest()
    assert encode_batch([envelope] * 2) == canonical({"envelopes": [envelope.to_json()] * 2})


def test_what_has_no_canonical_form_has_none_here_either() -> None:
    for lone in ("\ud800", "a\udfffb"):
        with pytest.raises(NotCanonical):
            replace(act(), body=lone).canonical()


def test_a_batch_of_signatures(cores: server.Cores) -> None:
    good = [act(f"{place}") for place in range(40)]
    bad = {
        3: replace(good[3], body="another"),
        7: replace(good[7], signature="AAAA"),
        11: act("stranger", OTHER),
        19: replace(good[19], id=good[19].id.upper()),
    }
    batch = [bad.get(place, one) for place, one in enumerate(good)]
    assert server.verify_all(batch, [KEY.public_key()], cores) == [_alone(one, KEY) for one in batch]
    either = server.verify_all(batch, [OTHER.public_key(), KEY.public_key()], cores)
    assert either == [place not in {3, 7, 19} for place in range(40)]
    assert server.verify_all(batch, [], cores) == [False] * 40
    assert server.verify_all([], [KEY.public_key()], cores) == []


def _alone(envelope: Envelope, key: ec.EllipticCurvePrivateKey) -> bool:
    try:
        verify_envelope(envelope, key.public_key())
    except BadEnvelope:
        return False
    return True


def test_a_batch_of_seals(cores: server.Cores) -> None:
    tokens = [seal(f"{place}".encode(), CENTRE.public_key(), kid="centre", size=64) for place in range(30)]
    tokens[4] = tokens[4][:-4] + "AAAA"
    tokens[5] = "no.token"
    tokens[6] = seal(b"x", OTHER.public_key(), kid="centre", size=64)
    tokens[8] = seal(b"x", CENTRE.public_key(), kid="other", size=64)
    opened = server.open_all(tokens, CENTRE, cores, kid="centre")
    assert opened == [_opened(token) for token in tokens]
    assert [place for place, one in enumerate(opened) if one is None] == [4, 5, 6, 8]


def _opened(token: str) -> bytes | None:
    try:
        return open_sealed(token, agree_with(CENTRE), kid="centre")
    except SealBroken:
        return None
