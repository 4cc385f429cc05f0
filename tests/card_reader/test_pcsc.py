"""The real reader's own accidents: pcscd comes and goes, readers come and go, cards that do not answer.

What vpcd cannot show (a reader unplugged, a swap between two looks) is played by a scripted libpcsclite.
"""

from __future__ import annotations

import statistics
import subprocess
import threading
import time

import pytest
from smartcard.scard import (
    SCARD_E_CANCELLED,
    SCARD_E_NO_READERS_AVAILABLE,
    SCARD_E_NO_SERVICE,
    SCARD_E_NO_SMARTCARD,
    SCARD_E_TIMEOUT,
    SCARD_E_UNKNOWN_READER,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_STATE_CHANGED,
    SCARD_STATE_EMPTY,
    SCARD_STATE_EXCLUSIVE,
    SCARD_STATE_INUSE,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNKNOWN,
)

from card_reader import (
    CardGone,
    Empty,
    NoReader,
    NoService,
    PcscReader,
    PivCard,
    Present,
    Unreadable,
    VirtualCard,
    Vpicc,
    list_readers,
    pcsc,
)

ATR = bytes.fromhex("3B86014B442D504956EA")


class TestRealService:
    def test_pcscd_stopped_and_started_again(self, pcscd, office, seen):
        reader = PcscReader(pcscd.reader)
        vpicc = Vpicc(office.card(), port=pcscd.port)
        watch = reader.watch(seen)
        vpicc.insert()
        first = seen.until(Present)
        connection = reader.connect()
        pcscd.stop()
        seen.until(NoService())
        with pytest.raises(CardGone):
            connection.transmit(b"\x00\x20\x00\x80")
        connection.close()
        with pytest.raises(CardGone):
            reader.connect()
        pcscd.start()
        seen.until(Empty())
        vpicc.insert()
        second = seen.until(Present)
        assert second.sequence != first.sequence
        connection = reader.connect()
        assert PivCard(connection).select()
        connection.close()
        vpicc.remove()
        watch.stop()

    def test_stop_while_there_is_no_service(self, seen):
        watch = PcscReader("a reader that nobody has").watch(seen)
        state = seen.until(lambda state: True)
        assert isinstance(state, NoService | NoReader)
        began = time.monotonic()
        watch.stop()
        assert time.monotonic() - began < 1

    def test_the_card_counts_whichever_of_two_readers_it_is_in(self, pcscd, office, seen):
        both = pcscd.reader.removesuffix("00 00")
        reader = PcscReader(both)
        watch = reader.watch(seen)
        seen.until(Empty())
        for port, name in ((pcscd.port + 1, pcscd.second_reader), (pcscd.port, pcscd.reader)):
            vpicc = Vpicc(office.card(), port=port)
            vpicc.insert()
            seen.until(Present)
            assert reader.name == name
            connection = reader.connect()
            assert PivCard(connection).select()
            connection.close()
            vpicc.remove()
            seen.until(Empty())
        watch.stop()

    def test_another_program_holds_the_card(self, pcscd, office, seen):
        vpicc = Vpicc(office.card(), port=pcscd.port)
        vpicc.insert()
        reader, other = PcscReader(pcscd.reader), PcscReader(pcscd.reader)
        watch = reader.watch(seen)
        seen.until(Present)
        connection = other.connect()
        seen.until(Unreadable("in_use"))
        with pytest.raises(CardGone):
            reader.connect()
        connection.close()
        seen.until(Present)
        watch.stop()
        vpicc.remove()

    def test_a_card_that_does_not_say_what_it_is(self, pcscd, office, seen):
        vpicc = Vpicc(VirtualCard(office.image, atr=bytes(40)), port=pcscd.port)
        watch = PcscReader(pcscd.reader).watch(seen)
        vpicc.insert()
        assert isinstance(seen.until(Unreadable), Unreadable)
        with pytest.raises(CardGone):
            PcscReader(pcscd.reader).connect()
        vpicc.remove()
        seen.until(Empty())
        watch.stop()

    def test_an_apdu_does_not_stall(self, pcscd, office, seen):
        """45 ms each without TCP_QUICKACK on the card's side."""
        vpicc = Vpicc(office.card(), port=pcscd.port)
        watch = PcscReader(pcscd.reader).watch(seen)
        vpicc.insert()
        seen.until(Present)
        watch.stop()
        connection = PcscReader(pcscd.reader).connect()
        card = PivCard(connection)
        card.select()
        taken = []
        for _ in range(40):
            began = time.perf_counter()
            card.tries_left()
            taken.append(time.perf_counter() - began)
        connection.close()
        vpicc.remove()
        assert statistics.median(taken) < 0.02

    @pytest.mark.parametrize("kind", ["image", "rsa_image"])
    def test_opensc_takes_it_for_a_piv_card(self, pcscd, office, seen, kind, tmp_path):
        """A foreign program finds the card, takes the PIN, and has it sign."""
        vpicc = Vpicc(VirtualCard(getattr(office, kind)), port=pcscd.port)
        watch = PcscReader(pcscd.reader).watch(seen)
        vpicc.insert()
        seen.until(Present)
        watch.stop()
        name = subprocess.run(["opensc-tool", "-r", pcscd.reader, "-n"], capture_output=True, text=True)
        assert "Personal Identity Verification" in name.stdout, name.stderr
        (tmp_path / "digest").write_bytes(bytes(range(32)))
        mechanism = "ECDSA" if kind == "image" else "RSA-PKCS"
        command = ["pkcs11-tool", "--slot-index", "0", "--login", "--pin", "271828", "--sign", "--id", "01"]
        command += ["-m", mechanism, "-i", str(tmp_path / "digest"), "-o", str(tmp_path / "signature")]
        signed = subprocess.run(command, capture_output=True, text=True)
        vpicc.remove()
        assert signed.returncode == 0, signed.stderr
        assert len((tmp_path / "signature").read_bytes()) == (64 if kind == "image" else 256)


class Scripted:
    """libpcsclite as a play: what each look shows, in turn; then it waits until it is cancelled."""

    def __init__(self, monkeypatch, readers, looks):
        self.readers, self.looks = readers, list(looks)
        self.cancelled = threading.Event()
        self.established = self.released = 0
        for name in ("EstablishContext", "ReleaseContext", "ListReaders", "GetStatusChange", "Cancel"):
            monkeypatch.setattr(pcsc, f"SCard{name}", getattr(self, name))
        monkeypatch.setattr(pcsc, "_RETRY_S", 0.01)

    def EstablishContext(self, scope):
        self.established += 1
        return 0, object()

    def ReleaseContext(self, context):
        self.released += 1
        return 0

    def ListReaders(self, context, groups):
        return (0, list(self.readers)) if self.readers else (SCARD_E_NO_READERS_AVAILABLE, [])

    def GetStatusChange(self, context, wait, asked):
        if not self.looks:
            self.cancelled.wait(10)
            return SCARD_E_CANCELLED, []
        look = self.looks.pop(0)
        if callable(look):
            look = look(self)
        if isinstance(look, int):
            return look, []
        return 0, [(name, *look.get(name, (state, []))) for name, state in asked]

    def Cancel(self, context):
        self.cancelled.set()
        return 0


def card(count, *flags):
    state = SCARD_STATE_PRESENT | SCARD_STATE_CHANGED | count << 16
    for flag in flags:
        state |= flag
    return state, list(ATR)


def empty(count):
    return SCARD_STATE_EMPTY | SCARD_STATE_CHANGED | count << 16, []


def play(monkeypatch, seen, readers, looks, name_part=""):
    script = Scripted(monkeypatch, readers, looks)
    watch = PcscReader(name_part).watch(seen)
    while script.looks or not seen.quiet(0.05):
        pass
    watch.stop()
    return seen.all


class TestScripted:
    def test_a_swap_too_fast_to_be_seen_is_another_insertion(self, monkeypatch, seen):
        looks = [{"A": empty(0)}, {"A": card(1)}, {"A": card(3)}, {"A": card(3, SCARD_STATE_INUSE)}]
        assert play(monkeypatch, seen, ["A"], looks) == [Empty(), Present(ATR, 1), Present(ATR, 2)]

    def test_turn_the_card(self, monkeypatch, seen):
        looks = [{"A": card(1, SCARD_STATE_MUTE)}, {"A": empty(2)}, {"A": card(3)}]
        assert play(monkeypatch, seen, ["A"], looks) == [Unreadable("wrong_way"), Empty(), Present(ATR, 1)]

    def test_a_card_without_an_atr_is_mute(self, monkeypatch, seen):
        looks = [{"A": (SCARD_STATE_PRESENT | SCARD_STATE_CHANGED, [])}]
        assert play(monkeypatch, seen, ["A"], looks) == [Unreadable("mute")]

    def test_held_by_another(self, monkeypatch, seen):
        looks = [{"A": card(1)}, {"A": card(1, SCARD_STATE_EXCLUSIVE | SCARD_STATE_INUSE)}, {"A": card(1)}]
        found = play(monkeypatch, seen, ["A"], looks)
        assert found == [Present(ATR, 1), Unreadable("in_use"), Present(ATR, 1)]

    def test_a_reader_unplugged_and_plugged_again(self, monkeypatch, seen):
        def unplug(script):
            script.readers.clear()
            return {"A": (SCARD_STATE_UNKNOWN | SCARD_STATE_CHANGED, [])}

        def plug(script):
            script.readers.append("A")
            return {}

        looks = [{"A": card(1)}, unplug, plug, {"A": card(1)}]
        found = play(monkeypatch, seen, ["A"], looks)
        assert found[:2] == [Present(ATR, 1), NoReader()]
        assert found[2:] == [Present(ATR, 2)], "the same card in a reader plugged again is another insertion"

    def test_a_reader_that_goes_between_two_calls(self, monkeypatch, seen):
        def gone(script):
            script.readers.clear()
            return SCARD_E_UNKNOWN_READER

        assert play(monkeypatch, seen, ["A"], [{"A": empty(0)}, gone]) == [Empty(), NoReader()]

    def test_other_readers_do_not_count(self, monkeypatch, seen):
        assert play(monkeypatch, seen, ["A pinpad"], [{}, {}], "booth") == [NoReader()]
        assert PcscReader("booth").name == "booth"

    def test_a_second_card_does_not_take_over(self, monkeypatch, seen):
        in_b = (card(1)[0], [0x3B, 0x00])
        looks = [
            {"A": empty(0), "B": empty(0)},
            {"A": empty(0), "B": in_b},
            {"A": card(1), "B": in_b},
            {"A": empty(2), "B": in_b},
            {"A": card(3), "B": in_b},
            {"A": card(3), "B": empty(2)},
        ]
        _, first, second = play(monkeypatch, seen, ["A", "B"], looks)
        assert (first.atr, second.atr) == (b"\x3b\x00", ATR)
        assert first.sequence != second.sequence

    def test_time_passing_says_nothing(self, monkeypatch, seen):
        looks = [{"A": empty(0)}, SCARD_E_TIMEOUT, SCARD_E_TIMEOUT, {"A": card(1)}]
        assert play(monkeypatch, seen, ["A"], looks) == [Empty(), Present(ATR, 1)]

    def test_every_context_is_given_back(self, monkeypatch, seen):
        script = Scripted(monkeypatch, ["A"], [{"A": empty(0)}, SCARD_E_NO_SERVICE, {"A": empty(0)}, -1])
        watch = PcscReader().watch(seen)
        for state in (Empty(), NoService(), Empty(), NoService()):
            seen.until(state)
        watch.stop()
        assert script.released == script.established >= 2

    @pytest.mark.parametrize(
        "answer",
        [(-2146435050, []), (0x80100016, []), (0x80100069, []), (0, []), (0, [0x90])],
    )
    def test_every_error_of_a_line_is_removal_and_stays_so(self, monkeypatch, answer):
        answers = [answer, (0, [0x90, 0x00])]
        Scripted(monkeypatch, ["A"], [{"A": card(1)}])
        monkeypatch.setattr(pcsc, "SCardConnect", lambda *_: (0, 7, SCARD_PROTOCOL_T1))
        monkeypatch.setattr(pcsc, "SCardTransmit", lambda *_: answers.pop(0))
        monkeypatch.setattr(pcsc, "SCardDisconnect", lambda *_: -1)
        connection = PcscReader().connect()
        for _ in range(2):
            with pytest.raises(CardGone):
                connection.transmit(b"\x00\x20\x00\x80")
        connection.close()

    @pytest.mark.parametrize("result", [SCARD_E_NO_SMARTCARD, 0x8010000B, 0x80100066])
    def test_every_error_of_connecting_is_removal(self, monkeypatch, result):
        script = Scripted(monkeypatch, ["A"], [{"A": card(1)}])
        monkeypatch.setattr(pcsc, "SCardConnect", lambda *_: (result, 0, 0))
        reader = PcscReader()
        with pytest.raises(CardGone, match=f"{result & 0xFFFFFFFF:08X}"):
            reader.connect()
        assert reader._held == 0 and script.released == 1

    def test_t0_has_no_room_for_le_after_data(self, monkeypatch):
        sent = []
        Scripted(monkeypatch, ["A"], [{"A": card(1)}])
        monkeypatch.setattr(pcsc, "SCardConnect", lambda *_: (0, 7, SCARD_PROTOCOL_T0))
        monkeypatch.setattr(pcsc, "SCardDisconnect", lambda *_: 0)
        monkeypatch.setattr(pcsc, "SCardTransmit", lambda _, __, apdu: sent.append(bytes(apdu).hex()) or (0, [0x90, 0]))
        connection = PcscReader().connect()
        for apdu in ("00CB3FFF02AABB00", "00CB3FFF02AABB", "00C0000000", "00200080"):
            connection.transmit(bytes.fromhex(apdu))
        connection.close()
        assert sent == ["00cb3fff02aabb", "00cb3fff02aabb", "00c0000000", "00200080"]


def test_no_service_lists_no_readers(monkeypatch):
    monkeypatch.setattr(pcsc, "SCardEstablishContext", lambda scope: (SCARD_E_NO_SERVICE, None))
    assert list_readers() is None
