"""What a resident is told when their good card has a technical fault at one APDU: read error, and never a verdict."""

from __future__ import annotations

from dataclasses import replace

import cards
import pytest
import small_town as st

from card_reader import Pin, VirtualCard
from kiosk.identity import signing_in
from kiosk.identity.own_pin import NotChosen, choose
from kiosk.identity.signing_in import AskPin, Session, SignInRefused, WrongPinGiven
from kiosk.technician import Technician, admit
from municipality.failures import BoothCode
from municipality.register import FAILURES

SELECT, OBJECT = bytes.fromhex("00A40400"), "00CB3FFF055C03"
STEPS = {
    "SELECT": SELECT,
    **{name: bytes.fromhex(OBJECT + tag) for name, tag in (("9A", "5FC105"), ("9E", "5FC101"), ("9D", "5FC10B"))},
    "CHUID": bytes.fromhex(OBJECT + "5FC102"),
    "challenge of 9E": bytes.fromhex("0087119E"),
    "tries left": cards.TRIES_LEFT,
    "challenge of 9A": bytes.fromhex("0087119A"),
    "dossier": bytes.fromhex("0087119D"),
}
# By these a card says that it has no such thing: tests/card_reader/test_faults.py has the whole table.
NOT_THERE = {0x6A82, 0x6A81, 0x6A86, 0x6A88, 0x6D00, 0x6E00}


@pytest.fixture
def ill(desk, monkeypatch):
    """A whole sign-in on a line that is ill at one step: its outcome, and how often a PIN was sent."""
    connect = desk.booth.reader.connect

    def run(begins: bytes, answer: bytes, *, once: bool, who: str = st.ANNA) -> tuple[object, int]:
        desk.reader.insert(desk.cards[who])
        line = cards.Ill(connect(), begins, answer, once=once)
        monkeypatch.setattr(desk.booth.reader, "connect", lambda: line)
        asked = signing_in.begin(desk.booth)
        if not isinstance(asked, AskPin):
            return asked, line.verified
        last = admit if who == st.TECHNICIAN else signing_in.unlock
        outcome = last(desk.booth, asked, Pin(st.PIN))
        assert line.struck
        if isinstance(outcome, Session | Technician):
            outcome.connection.close()
        return outcome, line.verified

    return run


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step(desk, ill, step: str) -> None:
    absent = NOT_THERE if step == "SELECT" else {0x6A82, 0x6A88} if step in ("9A", "9E", "9D", "CHUID") else set()
    absent = absent or ({0x6A88} if step.startswith("challenge") else set())
    for word in cards.FAULTY_WORDS:
        answer = word.to_bytes(2, "big")
        once, _ = ill(STEPS[step], answer, once=True)
        assert isinstance(once, Session), f"{word:04X}"
        always, verified = ill(STEPS[step], answer, once=False)
        verdict = BoothCode.CARD_COUNTERFEIT if step.startswith("challenge") else BoothCode.CARD_FOREIGN
        assert always == SignInRefused(verdict if word in absent else BoothCode.CARD_READ_ERROR), f"{word:04X}"
        assert verified <= 1 and desk.cards[st.ANNA].image().tries == 3


@pytest.mark.parametrize("word", [0x6F00, 0x6581, 0x6982, 0x6700, 0x6A80])
def test_a_fault_at_the_pin_is_never_tried_again_by_itself(desk, ill, word: int) -> None:
    outcome, verified = ill(cards.VERIFY, word.to_bytes(2, "big"), once=True)
    assert (outcome, verified) == (SignInRefused(BoothCode.CARD_READ_ERROR), 1)
    assert desk.cards[st.ANNA].image().tries == 3


def test_a_technicians_card_is_told_the_same(ill) -> None:
    for begins in (STEPS["9D"], STEPS["challenge of 9A"], cards.VERIFY):
        outcome, _ = ill(begins, b"\x6f\x00", once=False, who=st.TECHNICIAN)
        assert outcome == SignInRefused(BoothCode.CARD_READ_ERROR)
        outcome, _ = ill(begins, b"\x6f\x00", once=True, who=st.TECHNICIAN)
        assert isinstance(outcome, Technician) or begins == cards.VERIFY


def test_the_pin_asked_once_more(desk) -> None:
    session = desk.sign_in(st.ANNA)
    line = cards.Ill(session.connection, cards.VERIFY, b"\x65\x81", once=True)
    session.card._connection = line
    assert signing_in.confirm_pin(desk.booth, session, Pin(st.PIN)) == SignInRefused(BoothCode.CARD_READ_ERROR)
    assert line.verified == 1


def test_a_pin_that_is_set_is_said_to_be_set_and_not_that_the_card_went(desk) -> None:
    session = desk.sign_in(st.ANNA)
    line = cards.Ill(session.connection, cards.VERIFY, b"\x6f\x00", once=True)
    session.card._connection = line
    chosen = choose(line, session.card, Pin(st.PIN), Pin(cards.OTHER_PIN))
    assert chosen == NotChosen(BoothCode.OWN_PIN_SET) and "taken out" not in FAILURES[BoothCode.OWN_PIN_SET].sentence


def test_tries_are_as_many_as_the_card_has(desk) -> None:
    desk.reader.insert(VirtualCard(replace(desk.town.cards[st.ANNA], tries=5)))
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin) and asked.tries_left == 5
    outcomes = [signing_in.unlock(desk.booth, asked, Pin("111111")) for _ in range(5)]
    assert outcomes == [*(WrongPinGiven(left) for left in (4, 3, 2, 1)), SignInRefused(BoothCode.CARD_BLOCKED)]
