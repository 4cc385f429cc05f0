"""The virtual card is no kinder than a real one."""

from __future__ import annotations

import hashlib
import json
import threading

import pytest
from waiting import until

from card_reader import (
    CardFault,
    CardGone,
    CardImage,
    Empty,
    Pin,
    PinBlocked,
    PinChanged,
    PivCard,
    Present,
    Slot,
    Verified,
    VirtualCard,
    VirtualReader,
    WrongPin,
    signature_holds,
)

SELECT = "00A4040009A0000003080000100000"
VERIFY = "0020008008" + b"271828\xff\xff".hex()
SIGN_9A = "0087119A267C2482008120" + "11" * 32 + "00"
SIGN_9E = "0087119E267C2482008120" + "11" * 32 + "00"


def say(piece, *apdus):
    """The status word of the last."""
    return [piece.transmit(bytes.fromhex(apdu))[-2:].hex().upper() for apdu in apdus][-1]


@pytest.fixture
def piece(office):
    return office.card()


def test_nothing_is_answered_before_select(piece):
    for apdu in (VERIFY, SIGN_9E, "00CB3FFF055C035FC10500", "00200080"):
        assert say(piece, apdu) == "6D00"
    assert say(piece, SELECT, SIGN_9E) == "9000"


def test_other_applications_are_not_found(piece):
    assert say(piece, "00A4040006A0000000031000") == "6A82"
    assert say(piece, "00A4040005A00000030800") == "9000", "a partial name is enough"


def test_keys_want_the_pin_and_9e_does_not(piece):
    assert say(piece, SELECT, SIGN_9E) == "9000"
    assert say(piece, SIGN_9A) == "6982"
    assert say(piece, SIGN_9A.replace("119A", "119D")) == "6982"
    assert say(piece, VERIFY, SIGN_9A) == "9000"


@pytest.mark.parametrize("forget", ["power_on", "power_off", "reset"])
def test_the_pin_is_forgotten(piece, forget):
    assert say(piece, SELECT, VERIFY, SIGN_9A) == "9000"
    getattr(piece, forget)()
    assert say(piece, SELECT, SIGN_9A) == "6982"


def test_a_wrong_pin_takes_back_what_the_right_one_gave(piece):
    assert say(piece, SELECT, VERIFY) == "9000"
    assert say(piece, "0020008008" + b"000000\xff\xff".hex()) == "63C2"
    assert say(piece, SIGN_9A) == "6982"


def test_the_right_pin_restores_the_tries(piece):
    wrong = "0020008008" + b"000000\xff\xff".hex()
    assert say(piece, SELECT, wrong, wrong) == "63C1"
    assert say(piece, VERIFY) == "9000"
    assert say(piece, "00200080") == "9000"
    assert say(piece, "0020FF80", "00200080") == "63C3"


def test_a_pin_of_a_wrong_length_costs_no_try(piece):
    assert say(piece, SELECT, "0020008006323731383238") == "6A80"
    assert say(piece, "00200080") == "63C3"


def test_long_answers_come_in_parts(piece):
    first = piece.transmit(bytes.fromhex(SELECT))
    first = piece.transmit(bytes.fromhex("00CB3FFF055C035FC10500"))
    assert len(first) == 258 and first[-2] == 0x61
    rest = piece.transmit(bytes([0, 0xC0, 0, 0, first[-1]]))
    assert rest[-2:] == b"\x90\x00"
    assert say(piece, "00C0000000") == "6985", "nothing is left"


def test_what_is_left_of_an_answer_is_dropped_by_another_command(piece):
    piece.transmit(bytes.fromhex(SELECT))
    piece.transmit(bytes.fromhex("00CB3FFF055C035FC10500"))
    assert say(piece, "00200080") == "63C3"
    assert say(piece, "00C0000000") == "6985"


def test_a_chain_interrupted_by_another_command_is_dropped(piece):
    say(piece, SELECT, VERIFY)
    head, tail = SIGN_9A[10:40], SIGN_9A[40:-2]
    begun = f"1087119A{len(head) // 2:02X}{head}"
    ended = f"0087119A{len(tail) // 2:02X}{tail}00"
    assert say(piece, begun, ended) == "9000"
    assert say(piece, begun, "00200080", ended) == "6A80"


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        ("", "6700"),
        ("0020", "6700"),
        ("002000800831", "6700"),
        ("80200080", "6E00"),
        ("00EE0000", "6D00"),
        ("00200081", "6A88"),
        ("00200180", "6A86"),
        ("00CB3FFF055C035FC1AA00", "6A82"),
        ("00CB3FFF045C035FC100", "6A80"),
        ("00CB0000055C035FC10500", "6A86"),
        ("0087079E267C2482008120" + "11" * 32 + "00", "6A86"),
        ("0087119C267C2482008120" + "11" * 32 + "00", "6A88"),
        ("0087119E257C2382008120" + "11" * 31 + "00", "6A80"),
        ("0087119E057C0382008100", "6A80"),
        ("0087119E087C0682008120AAAA00", "6A80"),
    ],
)
def test_nonsense_is_refused(piece, apdu, status):
    say(piece, SELECT)
    assert say(piece, apdu) == status


def test_a_point_that_is_not_on_the_curve(piece):
    say(piece, SELECT, VERIFY)
    template = "7C4582008541" + "04" + "11" * 64
    assert say(piece, f"0087119D{len(template) // 2:02X}{template}00") == "6A80"


def test_what_it_signs_is_the_digest_that_came(piece, office):
    key = office.image.keys[Slot.CARD_AUTHENTICATION].public_key()
    digest = hashlib.sha256(b"context and message").digest().hex()
    say(piece, SELECT)
    answer = piece.transmit(bytes.fromhex("0087119E267C2482008120" + digest + "00"))
    assert signature_holds(key, answer[4:-2], b"context and ", b"message")


class TestPinChange:
    @pytest.fixture
    def card(self, piece):
        reader = VirtualReader()
        reader.insert(piece)
        card = PivCard(reader.connect())
        card.select()
        return card

    def test_by_the_old_pin(self, card, piece):
        assert card.change_pin(Pin("271828"), Pin("135791")) == PinChanged()
        assert card.verify(Pin("271828")) == WrongPin(2)
        assert card.verify(Pin("135791")) == Verified()
        assert piece.image().pin == Pin("135791")

    def test_a_wrong_old_pin_counts(self, card):
        assert card.change_pin(Pin("000000"), Pin("135791")) == WrongPin(2)
        assert card.change_pin(Pin("000000"), Pin("135791")) == WrongPin(1)
        assert card.change_pin(Pin("000000"), Pin("135791")) == PinBlocked()
        assert card.change_pin(Pin("271828"), Pin("135791")) == PinBlocked()
        assert card.tries_left() == 0

    def test_unblocking_by_the_puk(self, card):
        for _ in range(3):
            card.verify(Pin("000000"))
        assert card.unblock(Pin("00000000"), Pin("135791")) == WrongPin(2)
        assert card.tries_left() == 0
        assert card.unblock(Pin("31415926"), Pin("135791")) == PinChanged()
        assert card.tries_left() == 3
        assert card.verify(Pin("135791")) == Verified()

    def test_a_blocked_puk_ends_it(self, card):
        for left in (WrongPin(2), WrongPin(1), PinBlocked(), PinBlocked()):
            assert card.unblock(Pin("00000000"), Pin("135791")) == left
        assert card.unblock(Pin("31415926"), Pin("135791")) == PinBlocked()

    def test_tries_are_told_even_if_somebody_left_the_pin_verified(self, card):
        card.verify(Pin("271828"))
        assert card.tries_left() == 3
        with pytest.raises(CardFault):
            card.sign(Slot.AUTHENTICATION, b"context\x00", b"")


class TestImage:
    @pytest.mark.parametrize("kind", ["image", "rsa_image"])
    def test_both_ways(self, office, kind):
        image = getattr(office, kind)
        again = CardImage.from_json(image.to_json())
        assert again.to_json() == image.to_json()
        assert again.certs == image.certs and again.pin == image.pin and again.number == image.number

    def test_counters_travel_with_it(self, office):
        piece = office.card()
        say(piece, SELECT, "0020008008" + b"000000\xff\xff".hex())
        again = VirtualCard(CardImage.from_json(piece.image().to_json()))
        assert say(again, SELECT, "00200080") == "63C2"

    def test_it_does_not_show_its_pin(self, office):
        assert "271828" not in repr(office.image) + str(office.image)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda found: found.pop("pin"),
            lambda found: found.update(pin="27x828"),
            lambda found: found.update(keys={"9A": "no key"}),
            lambda found: found.update(keys={"FF": "no slot"}),
            lambda found: found.update(certs=[]),
            lambda found: found.update(chuid="***"),
            lambda found: found.update(tries=None),
        ],
    )
    def test_a_damaged_one(self, office, spoil):
        found = json.loads(office.image.to_json())
        spoil(found)
        with pytest.raises(ValueError, match=r"^not a card image$"):
            CardImage.from_json(json.dumps(found))
        with pytest.raises(ValueError, match=r"^not a card image$"):
            CardImage.from_json("[")


def test_many_hands_on_one_reader(office):
    """Cards go in and out while lines are opened: a line ends in CardGone, and nothing else happens."""
    reader, done, wrong = VirtualReader(), threading.Event(), []

    def use():
        while not done.is_set():
            try:
                connection = reader.connect()
                card = PivCard(connection)
                if not card.select() or card.tries_left() != 3:
                    wrong.append("answer")
                connection.close()
            except CardGone:
                pass
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        reader.insert(office.card())
        reader.remove()
    done.set()
    for thread in threads:
        thread.join(10)
    assert not wrong


def test_a_late_reader_tells_of_a_pull_after_its_line_is_dead_and_of_the_next_card_alone(office):
    told, reader = [], VirtualReader(late_seconds=0.2)
    watch = reader.watch(told.append)
    until(lambda: told == [Empty()])
    reader.insert(office.card())
    line = reader.connect()
    until(lambda: told[-1:] == [Present(office.card().atr, 1)])
    reader.remove()
    with pytest.raises(CardGone):
        line.transmit(bytes.fromhex(SELECT))
    assert isinstance(told[-1], Present), "not yet"
    until(lambda: told[-1] == Empty())
    reader.insert(office.card())
    until(lambda: told[-1] == Present(office.card().atr, 2))
    reader.remove()
    reader.insert(office.card())
    until(lambda: told[-1] == Present(office.card().atr, 3))
    watch.stop()
    assert told.count(Empty()) == 2, "at the beginning, and once"
