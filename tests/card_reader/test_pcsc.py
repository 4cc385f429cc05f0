"""The real reader's own accidents: pcscd comes and goes, readers come and go, cards that do not answer.

What vpcd cannot show (a reader unplugged, a swap between two looks) is played by a scripted libpcsclite.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time

import pytest
from random_tests import LONG
from smartcard.scard import (
    SCARD_E_CANCELLED,
    SCARD_E_NO_READERS_AVAILABLE,
    SCARD_E_NO_SERVICE,
    SCARD_E_NO_SMARTCARD,
    SCARD_E_TIMEOUT,
    SCARD_E_UNKNOWN_READER,
    SCARD_LEAVE_CARD,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_SCOPE_USER,
    SCARD_SHARE_SHARED,
    SCARD_STATE_CHANGED,
    SCARD_STATE_EMPTY,
    SCARD_STATE_EXCLUSIVE,
    SCARD_STATE_INUSE,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNKNOWN,
    SCardConnect,
    SCardDisconnect,
    SCardEstablishContext,
    SCardReleaseContext,
)

from card_reader import (
    CardFault,
    CardGone,
    CardInUse,
    Empty,
    Foreign,
    NoReader,
    NoService,
    OtherCard,
    PcscReader,
    Pin,
    PivCard,
    Present,
    Slot,
    Unreadable,
    Verified,
    VirtualCard,
    Vpicc,
    has_pinpad,
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

    @pytest.mark.timeout(400, func_only=True)
    def test_pcscd_killed_again_and_again_while_cards_come_and_go(self, pcscd, office, seen):
        """-9, as a crash does: with a card in and a line open, or with nobody there to see a card come. Then every
        insertion is seen, and no thread and no file is left behind."""
        reader, others, files = PcscReader(pcscd.reader), threading.enumerate(), len(os.listdir("/proc/self/fd"))

        def ours() -> int:  # another test's thread may end meanwhile
            return len([one for one in threading.enumerate() if one not in others])

        watch = reader.watch(seen)
        seen.until(Empty())
        last = None
        for round_number in range(20 if LONG else 4):
            vpicc = Vpicc(office.card(), port=pcscd.port)
            if round_number % 2:  # a card comes in while nobody is there to see it
                pcscd.kill()
                seen.until(NoService(), 30)
                pcscd.start()
            vpicc.insert()
            present = seen.until(Present, 30)
            assert present != last, "every insertion is another one"
            last = present
            connection = reader.connect()
            assert PivCard(connection).select()
            if not round_number % 2:  # killed with a card in, and a line open
                pcscd.kill()
                seen.until(NoService(), 30)
                with pytest.raises(CardGone):
                    PivCard(connection).select()
                pcscd.start()
            connection.close()
            vpicc.remove()
            seen.until(Empty(), 30)
            assert ours() == 1
        watch.stop()
        assert ours() == 0
        assert len(os.listdir("/proc/self/fd")) <= files + 2

    def test_stop_while_there_is_no_service(self, seen):
        watch = PcscReader("a reader that nobody has").watch(seen)
        state = seen.until(lambda state: True)
        assert isinstance(state, NoService | NoReader)
        began = time.monotonic()
        watch.stop()
        assert time.monotonic() - began < 10

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
        with pytest.raises(CardInUse):
            reader.connect()
        connection.close()
        seen.until(Present)
        reader.connect().close()
        watch.stop()
        vpicc.remove()

    def test_another_program_shares_the_card_and_does_not_let_go(self, pcscd, office, seen):
        """A shared hold shows only when the card is asked for; then it is a state, and ends by itself."""
        vpicc = Vpicc(office.card(), port=pcscd.port)
        vpicc.insert()
        reader = PcscReader(pcscd.reader)
        watch = reader.watch(seen)
        seen.until(Present)
        context, card = shared_hold(pcscd.reader)
        began = time.monotonic()
        with pytest.raises(CardInUse):
            reader.connect()
        assert 0.9 < time.monotonic() - began < 15
        seen.until(Unreadable("in_use"))
        SCardDisconnect(card, SCARD_LEAVE_CARD)
        SCardReleaseContext(context)
        seen.until(Present)
        reader.connect().close()
        watch.stop()
        vpicc.remove()

    def test_another_program_that_only_peeks_is_waited_for(self, pcscd, office, seen, monkeypatch):
        assert pcsc._PATIENCE_S >= 3 * 0.3
        monkeypatch.setattr(pcsc, "_PATIENCE_S", 30)  # a busy machine lets go late
        vpicc = Vpicc(office.card(), port=pcscd.port)
        watch = PcscReader(pcscd.reader).watch(seen)
        vpicc.insert()
        seen.until(Present)
        watch.stop()
        context, card = shared_hold(pcscd.reader)
        peek = threading.Timer(0.3, lambda: (SCardDisconnect(card, SCARD_LEAVE_CARD), SCardReleaseContext(context)))
        peek.start()
        connection = PcscReader(pcscd.reader).connect()
        assert PivCard(connection).select()
        connection.close()
        peek.join()
        vpicc.remove()

    def test_a_card_that_is_not_piv_is_foreign_and_the_next_one_is_not(self, pcscd, office, seen):
        watch = PcscReader(pcscd.reader, tell_foreign=True).watch(seen)
        for piece, state in ((OtherCard(), Foreign), (office.card(), Present), (OtherCard(bytes(ATR)), Foreign)):
            vpicc = Vpicc(piece, port=pcscd.port)
            vpicc.insert()
            assert seen.until(lambda told: isinstance(told, Foreign | Present)).__class__ is state
            vpicc.remove()
            seen.until(Empty())
        watch.stop()

    def test_a_card_pulled_and_put_in_again_within_one_poll(self, pcscd, office, seen):
        """pcscd polls vpcd every 0.4 s: what it does not see, nobody sees; but a line to the first card is dead."""
        piece = office.card()
        vpicc = Vpicc(piece, port=pcscd.port)
        reader = PcscReader(pcscd.reader)
        watch = reader.watch(seen)
        vpicc.insert()
        seen.until(Present)
        card = PivCard(connection := reader.connect())
        card.select()
        assert card.verify(Pin("271828")) == Verified()
        vpicc.remove()
        vpicc._emptied.clear()  # no waiting: at once
        vpicc.insert()
        with contextlib.suppress(CardGone, CardFault):
            assert not isinstance(card.sign(Slot.AUTHENTICATION, b"context\x00", b"x"), bytes), "a half session"
        connection.close()
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
        # The first ones go quickly in any case; and on a busy machine the quickest tells what the line itself costs.
        assert min(taken[20:]) < 0.03


def shared_hold(name):
    """Another program's hold: (context, card)."""
    _, context = SCardEstablishContext(SCARD_SCOPE_USER)
    result, card, _ = SCardConnect(context, name, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
    assert result == 0
    return context, card


class Scripted:
    """libpcsclite as a play: what each look shows, in turn; then it waits until it is cancelled."""

    def __init__(self, monkeypatch, readers, looks):
        self.readers, self.looks = readers, list(looks)
        self.cancelled, self.over = threading.Event(), threading.Event()
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
            self.over.set()
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
    assert script.over.wait(30)  # it looks again only after it has said what it saw
    watch.stop()
    while not seen.quiet(0):
        pass
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


class TestPinpad:
    @pytest.mark.parametrize(
        ("answer", "found"),
        [
            ((0, [0x06, 4, 0x42, 0x33, 0, 6, 0x07, 4, 0x42, 0x33, 0, 7]), True),
            ((0, [0x12, 4, 0x06, 0x06, 0x06, 0x06]), False),
            ((0, []), False),
            ((-2146435050, []), False),
        ],
    )
    def test_a_readers_own_keys(self, monkeypatch, answer, found):
        Scripted(monkeypatch, ["A"], [])
        monkeypatch.setattr(pcsc, "SCardConnect", lambda *_: (0, 7, 0))
        monkeypatch.setattr(pcsc, "SCardControl", lambda *_: answer)
        monkeypatch.setattr(pcsc, "SCardDisconnect", lambda *_: 0)
        assert has_pinpad("A") is found

    def test_a_reader_that_says_nothing(self, monkeypatch):
        Scripted(monkeypatch, ["A"], [])
        monkeypatch.setattr(pcsc, "SCardConnect", lambda *_: (-2146435061, 0, 0))
        assert has_pinpad("A") is None
        monkeypatch.setattr(pcsc, "SCardEstablishContext", lambda scope: (SCARD_E_NO_SERVICE, None))
        assert has_pinpad("A") is None


def test_no_service_lists_no_readers(monkeypatch):
    monkeypatch.setattr(pcsc, "SCardEstablishContext", lambda scope: (SCARD_E_NO_SERVICE, None))
    assert list_readers() is None
