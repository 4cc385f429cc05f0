"""Answers that make no sense, by the thousand: an outcome or CardGone, never another exception, never a yes, no hang,
no memory that grows. 1,500 cases in CI, 100,000 in the long form (TEST_LONG).
"""

from __future__ import annotations

import resource
import typing

import cards
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_tests import LONG

from card_reader import (
    CardFault,
    CardGone,
    Examination,
    Genuine,
    Personalised,
    Pin,
    PinBlocked,
    PivCard,
    Slot,
    Verified,
    VirtualCard,
    WrongPin,
    examine,
    personalise_card,
    prove_presence,
    tlv,
)

OUTCOMES = typing.get_args(Examination)
MADE = typing.get_args(Personalised)
MOST_APDUS = 400  # a card that promises more for ever is cut off long before
pytestmark = pytest.mark.timeout(3600 if LONG else 180)


def cases(short):
    """1,500 in all, 100,500 in the long form."""
    return settings(
        max_examples=short * (67 if LONG else 1), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


@pytest.fixture(scope="module", autouse=True)
def bounded_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024, f"{grown} KiB more than before"


class Babble:
    """Answers from a list, then for ever its last."""

    def __init__(self, answers):
        self.answers, self.count = list(answers), 0

    def transmit(self, apdu):
        self.count += 1
        assert self.count < MOST_APDUS, "no end"
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        pass


class Spoilt:
    """A real card whose answer to one APDU is changed on the way."""

    def __init__(self, piece, at, change):
        self.piece, self.at, self.change, self.count = piece, at, change, 0
        piece.power_on()

    def transmit(self, apdu):
        self.count += 1
        assert self.count < MOST_APDUS, "no end"
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


def put(place, value):
    """One byte becomes another: lengths and tags are hit as often as contents."""
    return lambda answer: answer[: place % len(answer)] + bytes([value]) + answer[place % len(answer) + 1 :]


def stretch(place, more):
    return lambda answer: answer[: place % len(answer)] + more + answer[place % len(answer) :]


STATUS = st.sampled_from(
    [0x9000, 0x6100, 0x6110, 0x61FF, 0x6C00, 0x6C10, 0x63C0, 0x63CF, 0x6983, 0x6982, 0x6A82, 0x6F00]
)
CHANGES = st.one_of(
    st.integers(0, 5000).map(cut),
    st.integers(0, 50_000).map(flip),
    st.builds(put, st.integers(0, 5000), st.sampled_from([0x00, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0xFF])),
    st.builds(put, st.integers(0, 12), st.integers(0, 255)),
    st.builds(stretch, st.integers(0, 5000), st.binary(min_size=1, max_size=8)),
    st.binary(max_size=300).map(lambda other: lambda answer: other),
    st.binary(min_size=2, max_size=2).map(lambda status: lambda answer: answer[:-2] + status),
    STATUS.map(lambda status: lambda answer: answer[:-2] + status.to_bytes(2, "big")),
)


@cases(400)
@given(
    answers=st.lists(
        st.binary(max_size=40) | st.just(b"\x90\x00") | STATUS.map(lambda status: status.to_bytes(2, "big")),
        min_size=1,
        max_size=9,
    )
)
def test_babble(office, answers):
    assert isinstance(examine(PivCard(Babble(answers)), office.anchors, office.now), OUTCOMES)


@cases(400)
@given(at=st.integers(0, 11), change=CHANGES)
def test_one_spoilt_answer(office, at, change):
    card = PivCard(Spoilt(office.card(), at, change))
    found = examine(card, office.anchors, office.now)
    assert isinstance(found, OUTCOMES)
    if isinstance(found, Genuine):
        assert found.number == office.image.number
        assert found.authentication_key == office.image.certs[Slot.AUTHENTICATION].public_key()
        assert prove_presence(card, found) is False, "no PIN was given"


@cases(250)
@given(slot=st.sampled_from(Slot), spoil=st.lists(CHANGES, min_size=1, max_size=3))
def test_spoilt_certificates(office, slot, spoil):
    """The card itself is whole; what lies on it is not."""
    piece = office.card()
    before = content = piece.objects[slot.certificate_object]
    for change in spoil:
        content = change(content) if content else content
    piece.objects[slot.certificate_object] = content
    found = examine(PivCard(Spoilt(piece, -5, cut)), office.anchors, office.now)
    assert isinstance(found, OUTCOMES)
    if isinstance(found, Genuine):  # what a change left out of the certificate itself is no matter
        der = tlv.fields(before)[0x70]
        assert tlv.fields(content)[0x70] == der


@cases(100)
@given(at=st.integers(0, 24), change=CHANGES, rsa_keys=st.sampled_from([False] * 7 + [True]))
def test_a_visit_with_one_spoilt_answer(office, at, change, rsa_keys):
    """Sign-in, dossier, signature: a right end, a refusal, or a fault; never another exception."""
    piece = VirtualCard(office.rsa_image if rsa_keys else office.image)
    card = PivCard(Spoilt(piece, at, change))
    try:
        found = examine(card, office.anchors, office.now)
        assert isinstance(found, OUTCOMES)
        if not isinstance(found, Genuine) or not isinstance(card.verify(Pin(cards.PIN)), Verified):
            return
        prove_presence(card, found)
        card.sign(Slot.AUTHENTICATION, b"context\x00", b"words")
        if rsa_keys:
            assert len(card.unwrap_rsa(bytes(255) + b"\x02")) >= 0
        else:
            assert len(card.agree(office.authority.key.public_key())) == 32
        card.change_pin(Pin(cards.PIN), Pin(cards.OTHER_PIN))
        card.tries_left()
        card.log_out()
    except (CardGone, CardFault) as error:
        assert cards.PIN not in repr(error) and cards.OTHER_PIN not in repr(error)


@cases(200)
@given(at=st.integers(0, 45), change=CHANGES)
def test_a_making_with_one_spoilt_answer(office, at, change):
    """An outcome; and a card that is called made is one that a booth takes."""
    piece = VirtualCard(cards.blank())
    try:
        made = personalise_card(Spoilt(piece, at, change), cards.order(office, tries=(5, 6)))
    except CardGone:
        return
    assert isinstance(made, MADE)
    if isinstance(made, cards.CardMade):
        piece.power_on()
        cards.sign_in(PivCard(piece), office, cards.TRANSPORT_PIN)


@cases(150)
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
