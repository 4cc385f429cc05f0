"""A technical fault at any APDU of a sign-in, once or for good: a read error, never a verdict on the card. In memory
with every word, and behind the real pcscd with some."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import cards
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import (
    Counterfeit,
    NotACitizenCard,
    Pin,
    ReadError,
    SignedIn,
    VirtualCard,
    VirtualReader,
    in_words,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
)
from card_reader.sign_in import sign_in

WORDS = cards.FAULTY_WORDS
ODD = [b"", b"\x90", b"\x90\x00", b"\x53\x00\x90\x00", b"\x7c\x00\x90\x00", b"\x30" * 40 + b"\x90\x00"]

# The steps of a sign-in by the first bytes of their commands, and the words by which a card says «I have none».
NOT_PIV = {0x6A82, 0x6A81, 0x6A86, 0x6A88, 0x6D00, 0x6E00}
STEPS: dict[str, tuple[bytes, set[int], object]] = {
    "SELECT": (bytes.fromhex("00A40400"), NOT_PIV, NotACitizenCard()),
    "9A": (bytes.fromhex("00CB3FFF055C035FC105"), {0x6A82, 0x6A88}, NotACitizenCard()),
    "9E": (bytes.fromhex("00CB3FFF055C035FC101"), {0x6A82, 0x6A88}, NotACitizenCard()),
    "9D": (bytes.fromhex("00CB3FFF055C035FC10B"), {0x6A82, 0x6A88}, NotACitizenCard()),
    "CHUID": (bytes.fromhex("00CB3FFF055C035FC102"), {0x6A82, 0x6A88}, NotACitizenCard()),
    "challenge of 9E": (bytes.fromhex("0087119E"), {0x6A88}, Counterfeit()),
    "tries left": (cards.TRIES_LEFT, set(), None),
    "challenge of 9A": (bytes.fromhex("0087119A"), {0x6A88}, Counterfeit()),
}


def signed_in(connection, office, begins, answer, *, once):
    line = cards.Ill(connection, begins, answer, once=once)
    outcome = sign_in(line, office.anchors, lambda _left: Pin(cards.PIN), office.now, "booth 1")
    line.close()
    assert line.struck, "the step was never reached"
    return outcome, line.verified


def plug(piece):
    reader = VirtualReader()
    reader.insert(piece)
    return reader.connect()


@pytest.mark.parametrize("step", STEPS)
def test_one_fault_is_nothing_and_a_lasting_one_is_a_read_error(office, step):
    begins, absent, outcome_then = STEPS[step]
    piece = office.card()
    for word in WORDS:
        answer = word.to_bytes(2, "big")
        once, _ = signed_in(plug(piece), office, begins, answer, once=True)
        always, verified = signed_in(plug(piece), office, begins, answer, once=False)
        assert once == SignedIn("KD-000417", transport=False), f"{word:04X}"
        if word in absent:
            assert always == outcome_then, f"{word:04X}"
            continue
        assert isinstance(always, ReadError) and verified <= 1, f"{word:04X}: {always}"
        assert piece.image().tries == 3


@pytest.mark.parametrize("step", [step for step in STEPS if step != "SELECT"])
@pytest.mark.parametrize("odd", ODD)
def test_an_answer_cut_short_or_of_nonsense_is_a_read_error(office, step, odd):
    begins, _, _ = STEPS[step]
    once, _ = signed_in(plug(office.card()), office, begins, odd, once=True)
    always, verified = signed_in(plug(office.card()), office, begins, odd, once=False)
    if odd == b"\x53\x00\x90\x00" and begins[1] == 0xCB:  # an object that is there, and empty
        assert always == NotACitizenCard()
        return
    assert once == SignedIn("KD-000417", transport=False)
    assert isinstance(always, ReadError) and verified <= 1, always


@pytest.mark.parametrize("odd", [*(word.to_bytes(2, "big") for word in WORDS), b"", b"\x90"])
def test_a_pin_is_never_sent_a_second_time(office, odd):
    piece = office.card()
    outcome, verified = signed_in(plug(piece), office, cards.VERIFY, odd, once=True)
    assert isinstance(outcome, ReadError) and verified == 1
    assert piece.image().tries == 3


def test_a_wrong_answer_to_a_challenge_is_a_failed_proof_and_no_fault(office):
    wrong = bytes.fromhex("7C0A8208") + bytes(8) + b"\x90\x00"
    for step in ("challenge of 9E", "challenge of 9A"):
        outcome, _ = signed_in(plug(office.card()), office, STEPS[step][0], wrong, once=True)
        assert outcome == Counterfeit()


@pytest.mark.parametrize("step", ["SELECT", "9D", "challenge of 9E", "tries left", "challenge of 9A"])
def test_behind_pcscd(pcscd_booth, office, step):
    begins, _, _ = STEPS[step]
    pcscd_booth.insert(office.card())
    for word in (0x6F00, 0x6581, 0x6982):
        answer = word.to_bytes(2, "big")
        once, _ = signed_in(pcscd_booth.reader.connect(), office, begins, answer, once=True)
        always, _ = signed_in(pcscd_booth.reader.connect(), office, begins, answer, once=False)
        assert once == SignedIn("KD-000417", transport=False) and isinstance(always, ReadError)


class Sick(VirtualCard):
    """A card whose data objects cannot be read."""

    def transmit(self, apdu):
        return b"\x65\x81" if apdu[1] == 0xCB else super().transmit(apdu)


def test_the_commands_say_it_in_hex_and_words(pcscd_booth, tmp_path):
    now = datetime.now(UTC)
    root = make_root("Root of today", now)
    authority = make_card_authority(root, "Cards of today", now)
    for name, one in (("root", root), ("card-authority", authority)):
        (tmp_path / f"{name}.pem").write_bytes(one.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "list.crl").write_bytes(make_crl(authority, [], 1, now, now.replace(year=now.year + 1)))
    pcscd_booth.insert(Sick(make_card_image(authority, "KD-000417", Pin(cards.PIN), Pin(cards.PUK), now, 5)))
    reader = ["--reader", pcscd_booth.reader.name]
    trust = ["--trust", str(tmp_path), "--crl", str(tmp_path / "list.crl")]
    done = run("sign-in", *reader, *trust)
    detail = "GET DATA: 6581, the card's memory failed"
    told = {"reader": pcscd_booth.reader.name, "outcome": "ReadError", "detail": detail}
    assert (done.returncode, json.loads(done.stdout)) == (74, told)
    described = json.loads(run("describe", *reader).stdout)
    assert described["certificates"]["9A"] == {"error": detail}


def run(*arguments):
    command = [sys.executable, "-m", "card_reader", *arguments]
    return subprocess.run(command, input=cards.PIN, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("word", [*WORDS, 0x63C2, 0x6983, 0x6B01, 0x6F42, 0x6882])
def test_every_word_has_words(word):
    digits, meaning = in_words(word).split(", ", 1)
    assert digits == f"{word:04X}" and meaning
