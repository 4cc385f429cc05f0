"""A card pulled before every single APDU of all that is done with cards: always CardGone, never a PIN try spent, never
a half session, and the next card works. In memory at every position; over pcscd at every position of a visit.
"""

from __future__ import annotations

import itertools

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from random_tests import LONG

from card_reader import (
    CardGone,
    CardMade,
    Genuine,
    NotACitizenCard,
    Pin,
    PivCard,
    VirtualCard,
    VirtualReader,
    examine,
    personalise_card,
    virtual_office,
)

PIN = "271828"


def positions(act, make_card, office, pin=PIN):
    """How many APDUs a whole act takes."""
    reader = VirtualReader()
    reader.insert(make_card())
    line = cards.Counted(reader.connect())
    act(PivCard(line), office, pin)
    return len(line.said)


@pytest.mark.parametrize("during", [False, True], ids=["before", "during"])
@pytest.mark.parametrize("kind", ["image", "rsa_image"])
@pytest.mark.parametrize("act", cards.ACTS.values(), ids=cards.ACTS)
def test_at_every_apdu(office, act, kind, during):
    image = getattr(office, kind)
    whole = positions(act, lambda: VirtualCard(image), office)
    assert whole >= 11
    reader = VirtualReader()
    for at in range(whole):
        piece = VirtualCard(image)
        reader.insert(piece)
        line = cards.PulledAt(reader.connect(), at, reader.remove, during=during)
        card = PivCard(line)
        with pytest.raises(CardGone):
            act(card, office, PIN)
        with pytest.raises(CardGone):
            card.tries_left()  # the line is dead for good: no half session
        assert piece.image().tries == 3, f"a try was spent at {at}"
        # The same card again: locked, all its tries, and it works; by the new PIN if the card had already taken it.
        reader.insert(piece)
        again = PivCard(reader.connect())
        genuine = examine(again, office.anchors, office.now)
        assert isinstance(genuine, Genuine) and genuine.tries_left == 3
        pin = PIN if piece.image().pin == Pin(PIN) else cards.OTHER_PIN
        reader.remove()
        reader.insert(piece)
        if pin == PIN:
            act(PivCard(reader.connect()), office, pin)
        reader.remove()


@pytest.fixture
def quick_rsa(monkeypatch):
    """Making an RSA key takes a tenth of a second, and hundreds are needed: a few go round."""
    keys = itertools.cycle([rsa.generate_private_key(65537, 2048) for _ in range(4)])
    monkeypatch.setattr(virtual_office.rsa, "generate_private_key", lambda *_: next(keys))


def interrupted(office, at, during, **kind):
    """A card torn out of its making at one APDU, as it lies on the registrar's desk."""
    reader, piece = VirtualReader(), VirtualCard(cards.blank())
    reader.insert(piece)
    line = cards.PulledAt(reader.connect(), at, reader.remove, during=during)
    with pytest.raises(CardGone):
        personalise_card(line, cards.order(office, **kind))
    return reader, piece


def making(office, **kind):
    reader = VirtualReader()
    reader.insert(VirtualCard(cards.blank()))
    line = cards.Counted(reader.connect())
    cards.make_card(line, office, **kind)
    return len(line.said)


@pytest.mark.parametrize("during", [False, True], ids=["before", "during"])
@pytest.mark.parametrize("kind", [{}, {"tries": (5, 6)}, {"rsa_keys": True}], ids=["P-256", "tries", "RSA-2048"])
def test_a_making_interrupted_at_every_apdu_is_recognised_and_begun_again(office, kind, during, quick_rsa):
    whole = making(office, **kind)
    assert whole >= 30
    for at in range(whole):
        reader, piece = interrupted(office, at, during, **kind)
        reader.insert(piece)
        finished = 0x5FC102 in piece.objects
        assert not finished or at >= whole - 2, "the CHUID is the last thing written"
        if not finished:  # a booth takes it for a blank card, whatever is on it
            assert examine(PivCard(reader.connect()), office.anchors, office.now) == NotACitizenCard()
            reader.insert(piece)
        assert piece.image().tries == (5 if piece.image().tries == 5 else 3), "no PIN try is spent"
        made = personalise_card(reader.connect(), cards.order(office, again=finished, **kind))
        assert isinstance(made, CardMade), (at, made)
        reader.insert(piece)
        cards.sign_in(PivCard(reader.connect()), office, cards.TRANSPORT_PIN)
        assert piece.image().puk == Pin(cards.OFFICE_PUK)
        assert piece.image().management == cards.OFFICE_KEY


@pytest.mark.parametrize("twice", [5, 17, 29])
def test_interrupted_twice(office, twice):
    for at in range(0, making(office), 5):
        reader, piece = interrupted(office, at, True)
        reader.insert(piece)
        line = cards.PulledAt(reader.connect(), twice, reader.remove)
        with pytest.raises(CardGone):
            personalise_card(line, cards.order(office, again=True))
        reader.insert(piece)
        assert isinstance(personalise_card(reader.connect(), cards.order(office, again=True)), CardMade)


class TestOverPcscd:
    """The same behind the real pcscd: an insertion there takes a second, so a visit's APDUs all in one go."""

    @pytest.mark.timeout(400, func_only=True)
    @pytest.mark.parametrize(("kind", "step"), [("image", 1), ("rsa_image", 1 if LONG else 4)])
    def test_a_visit_at_every_apdu(self, pcscd_booth, office, kind, step):
        image = getattr(office, kind)
        for at in range(0, positions(cards.whole_visit, lambda: VirtualCard(image), office), step):
            self.pulled_at(pcscd_booth, office, VirtualCard(image), at)
        pcscd_booth.insert(VirtualCard(image))
        cards.whole_visit(PivCard(pcscd_booth.reader.connect()), office, PIN)

    def pulled_at(self, booth, office, piece, at):
        booth.insert(piece)
        connection = booth.reader.connect()
        line = cards.PulledAt(connection, at, booth.remove)
        with pytest.raises(CardGone):
            cards.whole_visit(PivCard(line), office, PIN)
        connection.close()
        assert piece.image().tries == 3

    @pytest.mark.parametrize("at", range(0, 45, 1 if LONG else 11))
    def test_a_making(self, pcscd_booth, office, at):
        piece = VirtualCard(cards.blank())
        pcscd_booth.insert(piece)
        connection = pcscd_booth.reader.connect()
        line = cards.PulledAt(connection, at, pcscd_booth.remove)
        try:
            personalise_card(line, cards.order(office))
        except CardGone:
            assert 0x5FC102 not in piece.objects or at > 30
        connection.close()
        pcscd_booth.insert(piece)
        connection = pcscd_booth.reader.connect()
        made = personalise_card(connection, cards.order(office, again=True))
        connection.close()
        assert isinstance(made, CardMade)
        assert isinstance(examine(PivCard(pcscd_booth.reader.connect()), office.anchors, office.now), Genuine)
