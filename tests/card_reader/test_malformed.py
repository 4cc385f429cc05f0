"""Answers that make no sense, by the thousand: an outcome or CardGone, never another exception, never a yes."""

from __future__ import annotations

import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_reader import (
    CardFault,
    CardGone,
    Examination,
    Genuine,
    Pin,
    PinBlocked,
    PivCard,
    Verified,
    VirtualCard,
    WrongPin,
    examine,
    prove_presence,
    tlv,
)

OUTCOMES = typing.get_args(Examination)


class Babble:
    """Answers from a list, then for ever its last."""

    def __init__(self, answers):
        self.answers = list(answers)

    def transmit(self, apdu):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        pass


class Spoilt:
    """A real card whose answer to one APDU is changed on the way."""

    def __init__(self, piece, at, change):
        self.piece, self.at, self.change = piece, at, change
        piece.power_on()

    def transmit(self, apdu):
        answer = self.piece.transmit(apdu)
        self.at -= 1
        return self.change(answer) if self.at == -1 else answer

    def close(self):
        pass


def cut(place):
    return lambda answer: answer[: place % (len(answer) + 1)]


def flip(place):
    def change(answer):
        at = place % (len(answer) * 8)
        return bytes(byte ^ (1 << at % 8 if at // 8 == index else 0) for index, byte in enumerate(answer))

    return change


CHANGES = st.one_of(
    st.integers(0, 5000).map(cut),
    st.integers(0, 50_000).map(flip),
    st.binary(max_size=300).map(lambda other: lambda answer: other),
    st.binary(min_size=2, max_size=2).map(lambda status: lambda answer: answer[:-2] + status),
)


@given(answers=st.lists(st.binary(max_size=40) | st.just(b"\x90\x00") | st.just(b"\x61\x10"), min_size=1, max_size=9))
def test_babble(office, answers):
    assert isinstance(examine(PivCard(Babble(answers)), office.anchors, office.now), OUTCOMES)


@given(at=st.integers(0, 11), change=CHANGES)
def test_one_spoilt_answer(office, at, change):
    card = PivCard(Spoilt(office.card(), at, change))
    found = examine(card, office.anchors, office.now)
    assert isinstance(found, OUTCOMES)
    if isinstance(found, Genuine):
        assert found.number == office.image.number
        assert found.authentication_key == office.image.certs[next(iter(office.image.certs))].public_key()
        assert prove_presence(card, found) is False, "no PIN was given"


@given(answer=st.binary(max_size=4))
def test_only_9000_is_a_yes_to_a_pin(answer):
    card = PivCard(Babble([answer]))
    try:
        outcome = card.verify(Pin("271828"))
    except (CardFault, CardGone) as error:
        assert answer != b"\x90\x00"
        assert "271828" not in repr(error)
    else:
        assert isinstance(outcome, Verified | WrongPin | PinBlocked)
        assert isinstance(outcome, Verified) == (answer[-2:] == b"\x90\x00")


@pytest.mark.parametrize("answer", [b"\x61\x00", b"\x61\x10", bytes(256) + b"\x61\x00", b"\x6c\x05", b"\x6c\x00", b""])
def test_a_card_that_never_ends(office, answer):
    assert isinstance(examine(PivCard(Babble([b"\x90\x00", answer])), office.anchors, office.now), OUTCOMES)


@given(apdus=st.lists(st.binary(max_size=300), max_size=8))
def test_the_virtual_card_answers_anything(office, apdus):
    piece = VirtualCard(office.image)
    for apdu in [bytes.fromhex("00A4040009A0000003080000100000"), *apdus]:
        assert len(piece.transmit(apdu)) >= 2


@given(st.binary(max_size=200))
def test_tlv_reads_whole_objects_or_nothing(data):
    try:
        found = list(tlv.decode(data))
    except tlv.BadTlv:
        return
    assert sum(len(value) for _, value in found) <= len(data)


@given(tag=st.sampled_from([0x53, 0x70, 0x7C, 0x5FC102, 0x7F49]), value=st.binary(max_size=70_000))
def test_tlv_both_ways(tag, value):
    assert tlv.only(tlv.encode(tag, value), tag) == value
