"""R8: the first visit of a new card (the PIN of the letter, then one of its own), and a lost card blocked without it.

By keys alone, by touch, and by ear; what was typed is nowhere afterwards.
"""

from dataclasses import replace
from pathlib import Path

import leaks
import pytest
import small_town as st
from hands import AtTheBooth, KeysOnly, booth_of
from PySide6.QtCore import Qt

from card_reader import Pin, VirtualCard, block_code_hash
from kiosk import settings, wiring
from municipality.matters.cards.messages import BlockCodes, CardBlockAct, CardItem
from sync import Item, inbox, outbox

LETTER, OWN, OTHER = "83726154", "482916", "482917"
CODE = "7F3K92QD"
STORE_KEY = "5a" * 32


@pytest.fixture
def new_card(town) -> VirtualCard:
    return VirtualCard(replace(town.cards[st.ANNA], pin=Pin(LETTER)))


@pytest.fixture
def with_codes(town, home: Path) -> Path:
    text = BlockCodes(entries={st.ANNA: block_code_hash(CODE, b"a" * 16)}).text()
    item = Item("cards.block_codes", "000", 30, st.sign(town.centre_key, CardItem.BLOCK_CODES, text))
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.writing() as connection:
        inbox.store_item(connection, item)
    return home


def face(at: AtTheBooth) -> str:
    return str(at.walker.screen.stage.property("view")["key"])


def comes(at: AtTheBooth, key: str) -> None:
    at.walker.wait(lambda: face(at).startswith(key), key)
    at.walker.settle()


def said(at: AtTheBooth) -> str:
    return " ".join(at.walker.screen.voice.said or [])


def blocked(town, home: Path) -> list[str]:
    """The cards that the town hall would hear of, opened with its key."""
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        envelopes = [one for one in outbox.pending(connection, 100) if one.kind == "cards.block"]
    return [CardBlockAct.read(st.told(town, one)[1]).card for one in envelopes]


@pytest.mark.timeout(300)
def test_a_new_card_by_keys_alone(home: Path, new_card: VirtualCard) -> None:
    with booth_of(home, plugged=False) as at:
        hands = KeysOnly(at)
        at.walker.insert(new_card)
        hands.shows("PinEntry")
        at.key(LETTER)
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 1")
        at.key("123456")
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 1 1")
        assert "μαντεύεται" in at.walker.view("wrong")
        at.key(OWN)
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 2")
        at.key(OTHER)
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 1 3")
        assert "δεν ήταν ίδιοι" in at.walker.view("wrong")
        for step in ("PinEntry new 2", "Done own-pin"):
            at.key(OWN)
            at.key(Qt.Key.Key_Return)
            comes(at, step)
        hands.to("primary")
        hands.shows("Menu")
        at.walker.remove()
        at.walker.wait(lambda: at.walker.shows != "Menu", "the menu to go")
    assert new_card.image().pin == Pin(OWN)
    words = [LETTER, OWN, OTHER]
    assert leaks.found(leaks.columns(home / "booth.db", STORE_KEY), words) == []
    assert leaks.found(leaks.files(home), words) == []


@pytest.mark.timeout(300)
def test_a_new_card_by_ear_says_no_digit(home: Path, new_card: VirtualCard) -> None:
    with booth_of(home, plugged=True) as at:
        at.walker.insert(new_card)
        comes(at, "PinEntry 3")
        at.key(LETTER)
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 1")
        at.walker.screen.voice.said = []
        at.key(OWN)
        at.key(Qt.Key.Key_Return)
        comes(at, "PinEntry new 2")
        assert "Πληκτρολογήστε ξανά τον νέο κωδικό" in said(at)
        at.key(OWN)
        at.key(Qt.Key.Key_Return)
        comes(at, "Done own-pin")
        heard = said(at)
        assert "Ο δικός σας κωδικός PIN ισχύει" in heard
        for known in ("123456", "Βήμα 1 από 2", "Βήμα 2 από 2"):
            heard = heard.replace(known, "")
        assert not any(pair in heard for pair in (OWN, *OWN)), "a digit was said"


@pytest.mark.timeout(300)
def test_a_lost_card_is_blocked_by_keys_alone(town, with_codes: Path) -> None:
    with booth_of(with_codes, plugged=False) as at:
        hands = KeysOnly(at)
        hands.shows("Attract")
        hands.to("back")
        comes(at, "LostCard 1")
        at.key("KD000001")
        assert at.walker.screen.stage.property("typed") == "KD000001"
        at.key(Qt.Key.Key_Backspace)
        at.key("1")
        at.key(Qt.Key.Key_Return)
        comes(at, "LostCard 2")
        assert at.walker.screen.stage.property("typed") == ""
        at.key(CODE)
        assert at.walker.screen.stage.property("typed") == "7F3K-92QD"
        at.key(Qt.Key.Key_Return)
        comes(at, "Done lost-card")
        hands.to("primary")
        hands.shows("Attract")
        at.walker.insert(VirtualCard(town.cards[st.ANNA]))
        hands.shows("Problem")
        assert at.walker.view("code") == "C12"
    assert blocked(town, with_codes) == [st.ANNA]


@pytest.mark.timeout(300)
def test_a_lost_card_is_blocked_by_touch_and_a_wrong_code_is_not(town, with_codes: Path, tmp_path: Path) -> None:
    with booth_of(with_codes, plugged=False) as at:
        at.walker.pictures = tmp_path / "pictures"
        at.walker.expect("Attract", "attract")
        at.walker.touch("back")
        comes(at, "LostCard 1")
        for digit in "000001":
            at.walker.touch(f"key_{digit}")
        at.walker.picture("number")
        at.walker.touch("primary")
        comes(at, "LostCard 2")
        for letter in CODE[:-1].lower() + "e":
            at.walker.touch(f"letter_{letter}")
        at.walker.picture("code")
        at.walker.touch("primary")
        comes(at, "LostCard 1 1")
        assert at.walker.view("codeLine").endswith("L02")
        at.walker.touch("cancel")
        at.walker.expect("Attract", "attract-again")
    assert blocked(town, with_codes) == []


@pytest.mark.timeout(300)
def test_a_lost_card_is_blocked_by_ear(town, with_codes: Path) -> None:
    with booth_of(with_codes, plugged=True) as at:
        comes(at, "Attract")
        at.walker.wait(lambda: "Έχασα την κάρτα μου: πατήστε 0" in said(at), "the way to be told")
        at.key("0")
        comes(at, "LostCard 1")
        at.walker.screen.voice.said = []
        at.key("000001")
        assert said(at) == "0 0 0 0 0 1"
        at.key(Qt.Key.Key_Return)
        comes(at, "LostCard 2")
        assert "Πληκτρολογήστε τον κωδικό κλειδώματος" in said(at)
        for letter in CODE.lower():  # no letters on a number pad: they are found with the arrows
            if letter.isdigit():
                at.key(letter)
            else:
                to_letter(at, letter)
        at.walker.wait(lambda: at.walker.screen.stage.property("typed") == "7F3K-92QD", "the whole code")
        press_way_on(at)
        comes(at, "Done lost-card")
        assert "Η κάρτα σας κλειδώθηκε" in said(at)
    assert blocked(town, with_codes) == [st.ANNA]


def to_letter(at: AtTheBooth, letter: str) -> None:
    for _ in range(70):
        focused = at.walker.screen.window._walker.focused()
        if focused is not None and focused.objectName() == f"letter_{letter}":
            at.key(Qt.Key.Key_Return)
            return
        at.key(Qt.Key.Key_Tab)
    raise AssertionError(f"the keys do not lead to {letter}")


def press_way_on(at: AtTheBooth) -> None:
    KeysOnly(at).to("primary")
