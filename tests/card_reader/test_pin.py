"""A PIN shows itself to the card and to nobody else."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_reader import (
    Pin,
    PivCard,
    UnfitPin,
    VirtualReader,
    WeakPin,
    is_transport,
    own_pin,
    read_pin,
    redact,
    redact_answer,
    spellings,
)

MARKER = "90817263"


def test_it_never_shows():
    pin = Pin(MARKER)
    shown = [repr(pin), str(pin), f"{pin}", f"{pin!r:>40}", "".join(["", str(pin)]), repr([pin]), repr({"pin": pin})]
    assert not any(MARKER in one or MARKER[:6] in one for one in shown)
    assert pin.digits() == MARKER, "the marker must be there to be missed"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        ("12345", "short"),
        ("1", "short"),
        ("123456789", "long"),
        ("12345a", "not_digits"),
        ("12345 ", "not_digits"),
        ("١٢٣٤٥٦", "not_digits"),
        ("²²²²²²", "not_digits"),
        ("-12345", "not_digits"),
        ("123456\n", "not_digits"),
    ],
)
def test_what_is_no_pin(typed, why):
    assert read_pin(typed) == UnfitPin(why)
    with pytest.raises(ValueError, match=why):
        Pin(typed)


@given(st.text(max_size=12))
def test_a_refusal_never_repeats_what_was_typed(typed):
    found = read_pin(typed)
    if isinstance(found, UnfitPin):
        try:
            Pin(typed)
        except ValueError as error:
            assert str(error) == f"not a PIN: {found.why}"
            lines = traceback.TracebackException.from_exception(error, capture_locals=True).stack
            inside = [frame.locals or {} for frame in lines if frame.filename.endswith("/pin.py")]
            assert inside
            assert all(one.get("digits", "''") == "''" for one in inside)
    else:
        assert found.digits() == typed


def test_padding():
    assert Pin("123456").padded() == b"123456\xff\xff"
    assert Pin("12345678").padded() == b"12345678"


def test_comparing():
    assert Pin("123456") == Pin("123456")
    assert Pin("123456") != Pin("1234567")
    assert Pin("123456") != "123456"


def test_it_does_not_travel():
    pin = Pin(MARKER)
    for carry in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError) as caught:
            carry(pin)
        assert MARKER not in str(caught.value)


def test_wiped_it_is_gone():
    pin = Pin(MARKER)
    inside = pin._digits
    pin.wipe()
    assert not inside
    for use in (pin.digits, pin.padded):
        with pytest.raises(ValueError, match="wiped"):
            use()
    pin.wipe()


class Tapped:
    def __init__(self, connection):
        self.connection, self.sent = connection, []

    def transmit(self, apdu):
        self.sent.append(bytes(apdu))
        return self.connection.transmit(apdu)

    def close(self):
        self.connection.close()


def test_logs_show_what_was_done_and_never_the_pin(office, caplog):
    reader = VirtualReader()
    reader.insert(office.card())
    tapped = Tapped(reader.connect())
    card = PivCard(tapped)
    with caplog.at_level(logging.DEBUG):
        card.select()
        card.verify(Pin(MARKER))
        card.change_pin(Pin(MARKER), Pin("111111"))
        card.unblock(Pin(MARKER), Pin("111111"))
    raw = b"".join(tapped.sent)
    assert raw.count(MARKER.encode()) == 3, "the marker must have been sent to be missed"
    lines = [redact(apdu) for apdu in tapped.sent]
    assert MARKER.encode().hex().upper() not in " ".join(lines)
    assert MARKER not in " ".join(lines) + caplog.text
    assert lines[0] == "00A40400 SELECT A00000030800001000"
    assert lines[1] == "00200080 VERIFY [8 bytes]"


@given(st.binary(max_size=300))
def test_redacting_anything(apdu):
    line = redact(apdu)
    assert "\n" not in line
    redact_answer(apdu)
    if len(apdu) > 14 and apdu[1] not in (0xA4, 0xCB):
        assert apdu[4:].hex().upper() not in line


@pytest.mark.parametrize("cla", [0x00, 0x10, 0x0C])
@pytest.mark.parametrize("ins", [0x20, 0x24, 0x2C])
def test_every_command_that_carries_a_pin(cla, ins):
    data = MARKER.encode() * 2
    line = redact(bytes([cla, ins, 0, 0x80, len(data)]) + data)
    assert data.hex().upper()[:8] not in line


def test_answers():
    assert redact_answer(b"secret\x90\x00") == "9000 [6 bytes]"
    assert redact_answer(b"") == "answer of 0 bytes"


class TestOnesOwn:
    """The PIN that a resident chooses in place of the letter's."""

    @pytest.mark.parametrize(
        ("digits", "why"),
        [
            ("1234567", "length"),
            ("83726154", "length"),
            ("111111", "easy"),
            ("121212", "easy"),
            ("123123", "easy"),
            ("123456", "easy"),
            ("654321", "easy"),
            ("789012", "easy"),
            ("210987", "easy"),
            ("112233", "easy"),
            ("070380", "date"),
            ("030780", "date"),
            ("800307", "date"),
            ("031980", "date"),
        ],
    )
    def test_what_may_not_be(self, digits, why):
        assert own_pin(Pin(digits), spellings(date(1980, 3, 7))) == WeakPin(why)

    @pytest.mark.parametrize("digits", ["271828", "924681", "100200", "135791"])
    def test_what_may_be(self, digits):
        pin = Pin(digits)
        assert own_pin(pin, spellings(date(1980, 3, 7))) is pin

    def test_a_letter_has_eight(self):
        assert is_transport(Pin("83726154")) and not is_transport(Pin("271828"))

    def test_a_refusal_holds_nothing_of_it(self):
        assert MARKER not in repr(own_pin(Pin(MARKER)))

    @given(st.dates(min_value=date(1900, 1, 1)))
    def test_every_date_in_the_usual_orders(self, day):
        for form in ("%d%m%y", "%y%m%d", "%m%d%y", "%m%Y"):
            assert isinstance(own_pin(Pin(day.strftime(form)), spellings(day)), WeakPin)


class TestTakenFrom:
    def test_the_buffer_is_wiped(self):
        typed = bytearray(MARKER.encode())
        assert Pin.taken_from(typed) == Pin(MARKER)
        assert not any(typed)

    @pytest.mark.parametrize("typed", [b"", b"12345", b"123456789", b"12345a", b"12 456", b"\xff" * 6])
    def test_also_if_it_is_none(self, typed):
        buffer = bytearray(typed)
        with pytest.raises(ValueError, match=r"^not a PIN$"):
            Pin.taken_from(buffer)
        assert not any(buffer)


def test_nothing_but_a_pin_reaches_the_card(office):
    """Empty, short and strange input is refused before any APDU."""
    reader = VirtualReader()
    piece = office.card()
    reader.insert(piece)
    tapped = Tapped(reader.connect())
    card = PivCard(tapped)
    card.select()
    tapped.sent.clear()
    for typed in ("", "1", "12345", "123456789", "12345x", "١٢٣٤٥٦", " 271828"):
        assert isinstance(read_pin(typed), UnfitPin)
        with pytest.raises(ValueError, match="not a PIN"):
            card.verify(Pin(typed))
    assert tapped.sent == [] and piece.image().tries == 3


def test_what_carried_a_pin_is_wiped_when_the_card_has_it(office):
    """Also when the card is pulled at that moment."""
    kept = []

    class Keeps(Tapped):
        def transmit(self, apdu):
            kept.append(apdu)
            return super().transmit(apdu)

    reader = VirtualReader()
    reader.insert(office.card())
    line = Keeps(reader.connect())
    card = PivCard(line)
    card.select()
    card.verify(Pin(MARKER))
    card.change_pin(Pin(MARKER), Pin(MARKER))
    reader.remove()
    with pytest.raises(Exception, match="pulled"):
        card.verify(Pin(MARKER))
    carried = [apdu for apdu in kept if isinstance(apdu, bytearray)]
    assert len(carried) == 3 and not any(any(apdu[5:]) for apdu in carried)
