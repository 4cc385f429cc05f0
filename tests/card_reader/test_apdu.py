"""Commands cut into short APDUs, answers put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_reader import CardFault
from card_reader.apdu import LONGEST_ANSWER, MOST_PARTS, Command, Response, exchange


class Script:
    """A connection that expects exactly these commands."""

    def __init__(self, *pairs):
        self.pairs = [(bytes.fromhex(sent), bytes.fromhex(answer)) for sent, answer in pairs]

    def transmit(self, apdu):
        sent, answer = self.pairs.pop(0)
        assert apdu == sent, apdu.hex()
        return answer

    def close(self):
        pass


@pytest.mark.parametrize(
    ("command", "apdus"),
    [
        (Command(0x20, 0, 0x80), ["00200080"]),
        (Command(0xC0, 0, 0, le=256), ["00C0000000"]),
        (Command(0xC0, 0, 0, le=5), ["00C0000005"]),
        (Command(0x20, 0, 0x80, b"\x01\x02"), ["00200080020102"]),
        (Command(0xCB, 0x3F, 0xFF, b"\x01", 256), ["00CB3FFF010100"]),
        (Command(0x87, 7, 0x9A, bytes(256), 256), ["1087079AFF" + "00" * 255, "0087079A010000"]),
        (Command(0x87, 7, 0x9A, bytes(255), 256), ["0087079AFF" + "00" * 255 + "00"]),
    ],
)
def test_encoding(command, apdus):
    assert [apdu.hex().upper() for apdu in command.encode()] == apdus


def test_a_command_does_not_show_its_data():
    assert "1234" not in repr(Command(0x20, 0, 0x80, b"123456"))
    assert "1234" not in repr(Response(b"123456", 0x9000))


@given(st.binary(max_size=2000))
def test_chaining_loses_nothing(data):
    apdus = Command(0x87, 7, 0x9A, data, 256).encode()
    assert b"".join(apdu[5 : 5 + apdu[4]] for apdu in apdus if len(apdu) > 5) == data
    assert [apdu[0] for apdu in apdus] == [0x10] * (len(apdus) - 1) + [0x00]
    assert all(len(apdu) <= 261 for apdu in apdus)


@pytest.mark.parametrize("le", [0, 257, -1])
def test_a_le_that_does_not_fit(le):
    with pytest.raises(ValueError, match="Le"):
        Command(0xCB, 0, 0, b"", le).encode()


def test_more_data_is_fetched():
    line = Script(
        ("00CB3FFF010100", "AAAA6102"),
        ("00C0000002", "BBBB6101"),
        ("00C0000001", "CC9000"),
    )
    assert exchange(line, Command(0xCB, 0x3F, 0xFF, b"\x01", 256)) == Response(bytes.fromhex("AAAABBBBCC"), 0x9000)


def test_the_right_length_is_asked_for_again():
    line = Script(("00CB3FFF010100", "6C03"), ("00CB3FFF010103", "AABBCC9000"))
    assert exchange(line, Command(0xCB, 0x3F, 0xFF, b"\x01", 256)).data == bytes.fromhex("AABBCC")
    line = Script(("00C0000000", "6C01"), ("00C0000001", "AA9000"))
    assert exchange(line, Command(0xC0, 0, 0, le=256)).data == b"\xaa"
    line = Script(("0020008001AA", "6C01"), ("0020008001AA01", "AA9000"))
    assert exchange(line, Command(0x20, 0, 0x80, b"\xaa")).data == b"\xaa"


def test_both_at_once():
    line = Script(("00CB3FFF010100", "6102"), ("00C0000002", "6C01"), ("00C0000001", "AA9000"))
    assert exchange(line, Command(0xCB, 0x3F, 0xFF, b"\x01", 256)) == Response(b"\xaa", 0x9000)


def test_a_chain_ends_at_its_first_refusal():
    line = Script(("1087079AFF" + "00" * 255, "6982"))
    assert exchange(line, Command(0x87, 7, 0x9A, bytes(300), 256)).status == 0x6982


def test_an_answer_without_an_end():
    class Endless:
        def __init__(self):
            self.count = 0

        def transmit(self, apdu):
            self.count += 1
            return bytes(256) + b"\x61\x00"

        def close(self):
            pass

    line = Endless()
    with pytest.raises(CardFault):
        exchange(line, Command(0xCB, 0x3F, 0xFF, b"\x01", 256))
    assert line.count <= LONGEST_ANSWER // 256 + 1


def test_an_answer_byte_by_byte_is_cut_off_long_before_its_length():
    class Drip:
        count = 0

        def transmit(self, apdu):
            self.count += 1
            return b"\x00\x61\x00"

    line = Drip()
    with pytest.raises(CardFault):
        exchange(line, Command(0xCB, 0x3F, 0xFF, b"\x01", 256))
    assert line.count <= MOST_PARTS + 1


@pytest.mark.parametrize(("status", "left"), [(0x63C0, 0), (0x63C3, 3), (0x63CF, 15), (0x6983, 0), (0x9000, None)])
def test_tries_left(status, left):
    assert Response(b"", status).tries_left == left


@pytest.mark.parametrize("status", [0x6300, 0x63D3, 0x6A80, 0x6982])
def test_other_words_say_nothing_of_tries(status):
    assert Response(b"", status).tries_left is None
