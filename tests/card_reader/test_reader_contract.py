"""What every reader and card must do, in memory and behind the real pcscd alike."""

from __future__ import annotations

import time

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding

from card_reader import (
    SIGN_IN_CONTEXT,
    CardBlocked,
    CardGone,
    CardInUse,
    Empty,
    Genuine,
    Pin,
    PinBlocked,
    PinChanged,
    PivCard,
    Present,
    Slot,
    Verified,
    VirtualCard,
    WrongPin,
    examine,
    prove_presence,
    signature_holds,
)

RIGHT, WRONG, PUK = cards.PIN, "000000", cards.PUK


class TestContract:
    def test_a_watch_tells_the_present_state_then_every_change(self, booth, office, seen):
        watch = booth.reader.watch(seen)
        seen.until(Empty())
        booth.insert(office.card())
        assert seen.until(Present).atr == office.card().atr
        booth.remove()
        seen.until(Empty())
        watch.stop()

    def test_a_watch_begun_late_sees_the_card(self, booth, office, seen):
        booth.insert(office.card())
        watch = booth.reader.watch(seen)
        seen.until(Present)
        watch.stop()

    def test_another_insertion_has_another_sequence_even_of_the_same_card(self, booth, office, seen):
        card = office.card()
        watch = booth.reader.watch(seen)
        booth.insert(card)
        first = seen.until(Present)
        booth.insert(card)
        second = seen.until(lambda state: isinstance(state, Present) and state != first)
        assert second.sequence != first.sequence
        watch.stop()

    def test_stop_is_quick_and_final(self, booth, office, seen):
        watch = booth.reader.watch(seen)
        seen.until(Empty())
        began = time.monotonic()
        watch.stop()
        watch.stop()
        assert time.monotonic() - began < 10, "it waited for a change that never comes"
        booth.insert(office.card())
        assert seen.quiet(0.1)

    def test_stopping_from_the_listener_itself(self, booth, seen):
        watches = []

        def once(state):
            seen(state)
            while not watches:
                time.sleep(0.001)
            watches[0].stop()

        watches.append(booth.reader.watch(once))
        seen.until(Empty())

    @pytest.mark.parametrize("kind", ["image", "rsa_image"])
    def test_a_whole_visit(self, booth, office, kind):
        booth.insert(VirtualCard(getattr(office, kind)))
        connection = booth.reader.connect()
        card = PivCard(connection)
        genuine = examine(card, office.anchors, office.now)
        assert isinstance(genuine, Genuine)
        assert genuine.number == getattr(office, kind).number
        assert genuine.tries_left == 3
        assert not prove_presence(card, genuine, SIGN_IN_CONTEXT), "before the PIN the key must not work"
        assert card.verify(Pin(RIGHT)) == Verified()
        assert prove_presence(card, genuine, SIGN_IN_CONTEXT)
        signature = card.sign(Slot.AUTHENTICATION, b"another kind\x00", b"message" * 1000)
        assert signature_holds(genuine.authentication_key, signature, b"another kind\x00", b"message" * 1000)
        assert not signature_holds(genuine.authentication_key, signature, SIGN_IN_CONTEXT, b"message" * 1000)
        connection.close()

    def test_key_agreement_opens_what_was_sealed(self, booth, office):
        booth.insert(office.card())
        card = PivCard(booth.reader.connect())
        genuine = examine(card, office.anchors, office.now)
        card.verify(Pin(RIGHT))
        ephemeral = ec.generate_private_key(ec.SECP256R1())
        expected = ephemeral.exchange(ec.ECDH(), genuine.key_management_key)
        assert card.agree(ephemeral.public_key()) == expected

    def test_rsa_unwraps_what_was_sealed(self, booth, office):
        booth.insert(VirtualCard(office.rsa_image))
        card = PivCard(booth.reader.connect())
        genuine = examine(card, office.anchors, office.now)
        card.verify(Pin(RIGHT))
        block = card.unwrap_rsa(genuine.key_management_key.encrypt(b"content key", padding.PKCS1v15()))
        assert len(block) == 256
        assert block.startswith(b"\x00\x02") and block.endswith(b"\x00content key")

    def test_nobody_else_gets_in_while_the_line_is_held(self, booth, office):
        booth.insert(office.card())
        connection = booth.reader.connect()
        with pytest.raises(CardGone):
            booth.reader.connect()
        connection.close()
        connection.close()
        booth.reader.connect().close()

    def test_our_own_hold_is_no_change(self, booth, office, seen):
        booth.insert(office.card())
        watch = booth.reader.watch(seen)
        seen.until(Present)
        for _ in range(5):
            connection = booth.reader.connect()
            PivCard(connection).select()
            connection.close()
        assert seen.quiet(0.2), seen.all
        watch.stop()

    def test_closing_locks_the_card(self, booth, office):
        booth.insert(office.card())
        connection = booth.reader.connect()
        card = PivCard(connection)
        genuine = examine(card, office.anchors, office.now)
        card.verify(Pin(RIGHT))
        connection.close()
        with pytest.raises(CardGone):
            card.select()
        again = PivCard(booth.reader.connect())
        assert again.select()
        assert not prove_presence(again, genuine, SIGN_IN_CONTEXT)

    def test_logging_out_locks_the_card(self, booth, office):
        booth.insert(office.card())
        card = PivCard(booth.reader.connect())
        genuine = examine(card, office.anchors, office.now)
        card.verify(Pin(RIGHT))
        assert card.log_out()
        assert not prove_presence(card, genuine, SIGN_IN_CONTEXT)

    def test_tries_are_counted_across_insertions_until_the_card_is_blocked(self, booth, office):
        piece = office.card()
        booth.insert(piece)
        connection = booth.reader.connect()
        card = PivCard(connection)
        card.select()
        assert card.verify(Pin(WRONG)) == WrongPin(2)
        connection.close()
        booth.insert(piece)
        card = PivCard(booth.reader.connect())
        assert examine(card, office.anchors, office.now).tries_left == 2
        assert card.verify(Pin(WRONG)) == WrongPin(1)
        assert card.verify(Pin(WRONG)) == PinBlocked()
        assert card.verify(Pin(RIGHT)) == PinBlocked(), "the right PIN comes too late"
        assert examine(card, office.anchors, office.now) == CardBlocked("KD-000417")

    @pytest.mark.parametrize("kind", ["image", "rsa_image"])
    def test_a_pin_is_changed_and_a_blocked_card_opened_by_its_puk(self, booth, office, kind):
        piece = VirtualCard(getattr(office, kind))
        booth.insert(piece)
        connection = booth.reader.connect()
        card = PivCard(connection)
        card.select()
        assert card.change_pin(Pin(WRONG), Pin("135792")) == WrongPin(2)
        assert card.change_pin(Pin(RIGHT), Pin("135792")) == PinChanged()
        for left in (WrongPin(2), WrongPin(1), PinBlocked()):
            assert card.verify(Pin(RIGHT)) == left
        connection.close()
        booth.insert(piece)
        card = PivCard(booth.reader.connect())
        assert card.select() and card.tries_left() == 0
        assert card.unblock(Pin("00000000"), Pin("246802")) == WrongPin(2)
        assert card.unblock(Pin(PUK), Pin("246802")) == PinChanged()
        assert card.tries_left() == 3 and card.verify(Pin("246802")) == Verified()
        assert card.change_puk(Pin(PUK), Pin("87651234")) == PinChanged()

    @pytest.mark.parametrize("rsa_keys", [False, True], ids=["P-256", "RSA-2048"])
    def test_a_blank_card_is_made_and_serves(self, booth, office, rsa_keys):
        piece = VirtualCard(cards.blank())
        booth.insert(piece)
        connection = booth.reader.connect()
        cards.make_card(connection, office, rsa_keys=rsa_keys)
        connection.close()
        connection = booth.reader.connect()
        cards.whole_visit(PivCard(connection), office, cards.TRANSPORT_PIN)
        connection.close()
        assert piece.image().pin == Pin(cards.OTHER_PIN)

    def test_no_verify_is_ever_sent_by_itself(self, booth, office):
        """Examined ten times over, the card still has every try and has seen no PIN."""
        piece = office.card()
        booth.insert(piece)
        for _ in range(10):
            line = cards.Counted(booth.reader.connect())
            assert examine(PivCard(line), office.anchors, office.now).tries_left == 3
            assert line.said.count(0x20) == 1, "the question for the tries left, which holds no PIN"
            line.close()
        assert piece.image().tries == 3

    def test_who_holds_the_card_is_told_apart_from_a_card_that_is_gone(self, booth, office, seen):
        booth.insert(office.card())
        connection = booth.reader.connect()
        with pytest.raises(CardInUse):
            booth.reader.connect()
        connection.close()
        booth.remove()
        watch = booth.reader.watch(seen)
        seen.until(Empty())  # pcscd looks every 0.4 s only
        watch.stop()
        with pytest.raises(CardGone) as caught:
            booth.reader.connect()
        assert not isinstance(caught.value, CardInUse)

    def test_connecting_without_a_card(self, booth):
        with pytest.raises(CardGone):
            booth.reader.connect()

    def test_a_line_to_a_pulled_card_stays_dead(self, booth, office):
        booth.insert(office.card())
        connection = booth.reader.connect()
        card = PivCard(connection)
        assert card.select()
        booth.remove()
        with pytest.raises(CardGone):
            card.select()
        booth.insert(office.card())
        with pytest.raises(CardGone):
            card.select()
        connection.close()
        assert PivCard(booth.reader.connect()).select()

    @pytest.mark.parametrize("at", [0, 6, 11])
    def test_pulled_in_the_middle(self, booth, office, at):
        booth.insert(office.card())
        connection = booth.reader.connect()
        card = PivCard(PullBefore(connection, at, booth.remove))
        with pytest.raises(CardGone):
            sign_in(card, office)
        connection.close()


class PullBefore:
    """A connection whose card is pulled just before one APDU."""

    def __init__(self, connection, at, pull):
        self.connection, self.at, self.pull, self.count = connection, at, pull, 0

    def transmit(self, apdu):
        if self.count == self.at:
            self.pull()
        self.count += 1
        return self.connection.transmit(apdu)

    def close(self):
        self.connection.close()


def sign_in(card, office):
    genuine = examine(card, office.anchors, office.now)
    assert isinstance(genuine, Genuine), genuine
    assert card.verify(Pin(RIGHT)) == Verified()
    assert prove_presence(card, genuine, SIGN_IN_CONTEXT)
