"""Envelopes: the signature covers all of it, acts are chained, ballots are not."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from slow_reader import bent, fields, forged

import sync
from sync import BadEnvelope, ChainBroken, Envelope, canonical, sign_envelope, sign_with, verify_envelope
from sync.wire.encoding import b64, unb64
from sync.wire.envelope import signed_part

NOW = datetime(2026, 3, 1, 9, 47, 31, 123456, tzinfo=UTC)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_there_and_back(act, booth_key):
    envelope = act()
    again = Envelope.read(envelope.message)
    assert again == envelope and again.digest() == envelope.digest()
    assert canonical(fields(again)) == envelope.message
    assert fields(again) == {name: getattr(envelope, name) for name in fields(again)} | {
        "made_at": "2026-03-01T09:47:31Z"
    }
    verify_envelope(again, booth_key.public_key())


def test_out_of_the_booths_own_store(act, booth_key):
    envelope = act()
    again = Envelope.kept(envelope.message)
    assert again == envelope and fields(again) == fields(envelope)
    verify_envelope(again, booth_key.public_key())
    for torn in (b"", b"{}", envelope.message[:-1]):
        with pytest.raises(BadEnvelope):
            Envelope.kept(torn)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "019cc8cb-bf38-77da-b881-133c31d0c49a"},
        {"kind": "charge"},
        {"version": 2},
        {"version": 9999},
        {"booth": "booth-2"},
        {"made_at": "2026-03-01T09:47:32Z"},
        {"previous": "a" * 64},
        {"body": "sealee"},
    ],
)
def test_every_field_is_signed(act, booth_key, change):
    with pytest.raises(BadEnvelope, match="does not hold"):
        verify_envelope(forged(act(), **change), booth_key.public_key())


def test_another_booth_did_not_sign_it(act):
    with pytest.raises(BadEnvelope):
        verify_envelope(act(), ec.generate_private_key(ec.SECP256R1()).public_key())


def test_the_mirror_of_a_signature_is_refused(act, booth_key):
    envelope = act()
    raw = unb64(envelope.signature)
    mirrored = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    with pytest.raises(BadEnvelope, match="one form"):
        verify_envelope(forged(envelope, signature=b64(mirrored)), booth_key.public_key())


def test_a_token_may_answer_raw(booth_key):
    def raw(message: bytes) -> bytes:
        r, s = decode_dss_signature(sign_with(booth_key)(message))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    made = sign_envelope(kind="act", version=1, booth="b", made_at=NOW, previous="", body="x", sign=raw)
    verify_envelope(made, booth_key.public_key())


def test_acts_are_ordered_by_time_and_chained(act):
    first = act(when=NOW)
    second = act(first.digest(), when=NOW + timedelta(milliseconds=2))
    assert uuid.UUID(first.id).version == 7 and first.id < second.id
    assert first.made_at == NOW.replace(microsecond=0)
    third = act(second.digest())
    last = sync.check_chain([first, second, third])
    assert last == third.digest()
    assert sync.check_chain([third], second.digest()) == last


def test_a_gap_a_swap_an_edit_and_a_ballot_break_the_chain(act, ballot):
    first = act()
    second = act(first.digest())
    third = act(second.digest())
    edited = forged(second, body="other")
    for broken in (
        [first, third],
        [second, first],
        [first, edited, third],
        [third],
        [first, ballot()],
        [ballot()],
        [first, first],
    ):
        with pytest.raises(ChainBroken):
            sync.check_chain(broken)


def test_ballots_have_whole_hours_random_ids_and_no_predecessor(ballot, booth_key):
    votes = [ballot(when=NOW.astimezone(timezone(timedelta(hours=2))) + timedelta(minutes=n)) for n in range(3)]
    assert {vote.made_at for vote in votes} == {datetime(2026, 3, 1, 9, tzinfo=UTC)}
    assert all(uuid.UUID(vote.id).version == 4 and not vote.chained and not vote.previous for vote in votes)
    assert len({len(vote.message) for vote in votes}) == 1
    for vote in votes:
        verify_envelope(vote, booth_key.public_key())


def test_half_ballots_are_refused(booth_key, act):
    common = {"kind": "ballot", "version": 1, "booth": "b", "body": "x", "sign": sign_with(booth_key)}
    with pytest.raises(BadEnvelope, match="predecessor"):
        sign_envelope(**common, made_at=NOW, previous="a" * 64, ballot=True)
    with pytest.raises(BadEnvelope, match="other class"):
        sign_envelope(**common, made_at=NOW, previous="", ballot=True, id=act().id)
    vote = sign_envelope(**common, made_at=NOW, previous="", ballot=True)
    with pytest.raises(BadEnvelope, match="minute"):
        forged(vote, made_at="2026-03-01T09:47:00Z")
    with pytest.raises(BadEnvelope, match="predecessor"):
        forged(vote, previous="a" * 64)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"),
        ("id", "019CC8CB-BF38-77DA-B881-133C31D0C49A"),
        ("id", "00000000-0000-1000-8000-000000000000"),
        ("id", 5),
        ("kind", ""),
        ("kind", "Ballot"),
        ("kind", "a" * 65),
        ("kind", "a\n"),
        ("version", 0),
        ("version", 10_000),
        ("version", True),
        ("version", "1"),
        ("booth", "a b"),
        ("booth", ""),
        ("made_at", "2026-03-01T09:47:31+02:00"),
        ("made_at", "2026-3-1T09:47:31Z"),
        ("made_at", ""),
        ("previous", "A" * 64),
        ("previous", None),
        ("body", ""),
        ("body", "x" * (1024 * 1024 + 1)),
        ("booth", "a" * 65),
        ("made_at", "2026-03-01T09:47:31.500000Z"),
        ("made_at", "2026-03-01T09:47:31"),
        ("made_at", "2026-02-30T09:47:31Z"),
        ("made_at", "2026-03-01T24:00:00Z"),
        ("signature", "A" * 85 + "B"),
        ("signature", ""),
        ("signature", "A" * 85),
        ("signature", "=" * 86),
        ("more", "x"),
    ],
)
def test_loose_forms_are_refused(act, field, value):
    with pytest.raises(BadEnvelope):
        Envelope.read(bent(act(), **{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "a" * 64),
        ("version", 9999),
        ("booth", "a" * 64),
        ("body", "x" * 1024 * 1024),
        ("body", '\u0000\u007f\u2028Ναι\U0001f5f3"\\/\b\f\n\r\t\u001f'),
        ("made_at", "0001-01-01T00:00:00Z"),
        ("made_at", "9999-12-31T23:59:59Z"),
    ],
)
def test_what_is_just_within_is_taken(act, field, value):
    assert fields(forged(act(), **{field: value}))[field] == value


@pytest.mark.parametrize("line", [b"", b"null", b"[]", b'"x"', b"{}", b'{"id":"x"}', b"{", b"\xff", b"[" * 200_000])
def test_other_things_are_no_envelopes(line):
    with pytest.raises(BadEnvelope):
        Envelope.read(line)


def test_what_has_no_canonical_form_is_not_signed(booth_key):
    for lone in ("\ud800", "a\udfffb"):
        with pytest.raises(BadEnvelope, match="surrogate"):
            sign_envelope(
                kind="act", version=1, booth="b", made_at=NOW, previous="", body=lone, sign=sign_with(booth_key)
            )


def test_what_is_signed_is_cut_out_of_the_bytes(act, ballot):
    """Also where the body says what a signature looks like, and whatever the version's length."""
    for envelope in (act(body=',"signature":"x","version":1}'), ballot(), forged(act(), version=9999)):
        unsigned = {name: value for name, value in fields(envelope).items() if name != "signature"}
        assert signed_part(envelope)[0] == b"municipal-atm envelope v2\n" + canonical(unsigned)


def test_a_digest_is_taken_once(act, monkeypatch):
    envelope = act()
    first = envelope.digest()
    monkeypatch.setattr("sync.wire.envelope.hashlib", None)
    assert envelope.digest() == first


def test_one_that_is_made_stays_as_it_is(act):
    envelope, other = act(), act()
    with pytest.raises(AttributeError):
        envelope.body = "other"
    assert envelope != other and len({envelope, other, Envelope.read(envelope.message)}) == 2
    assert envelope.body not in repr(envelope)
