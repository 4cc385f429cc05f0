"""The PIN of the letter is for the first time only: one's own is chosen, and a card pulled anywhere has one of both."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import cards
import leaks
import pytest
import small_town as st
from lobby_house import NO_VOTE, ONE_VOTE, House

from card_reader import Pin, PivCard, Verified, VirtualCard
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Idle, Next, OpenCategory
from kiosk.desk.door.own_pin import SET
from kiosk.desk.pages import Problem
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Menu, PinEntry, TakeCard
from kiosk.identity import own_pin, signing_in
from kiosk.identity.own_pin import Chosen, NotChosen, Unfit
from municipality.failures import BoothCode
from municipality.matter import Category

LETTER, OWN = "83726154", "482916"


def with_letter(desk, number: str) -> VirtualCard:
    card = VirtualCard(replace(desk.town.cards[number], pin=Pin(LETTER)))
    desk.cards[number] = card
    return card


@pytest.fixture
def house(desk) -> Iterator[House]:
    made = House(desk)
    with_letter(desk, st.ANNA)
    yield made
    made.watch.stop()


def at_choice(house, number: str = st.ANNA) -> PinEntry:
    assert house.insert(number) == PinEntry(3)
    view = house.act(EnterPin(Pin(LETTER)))
    assert isinstance(view, PinEntry) and view.new is not None and view.new.step == 1
    return view


def chosen(house, pin: str = OWN, number: str = st.ANNA) -> None:
    at_choice(house, number)
    assert house.act(EnterPin(Pin(pin))).new.step == 2
    assert house.act(EnterPin(Pin(pin))) == SET


def test_the_letters_pin_leads_to_ones_own_and_then_into_the_visit(house) -> None:
    chosen(house)
    card = house.desk.cards[st.ANNA]
    assert card.image().pin == Pin(OWN)
    assert house.act(Next()) == Menu(ONE_VOTE)
    house.pull()
    house.insert(st.ANNA)
    assert house.act(EnterPin(Pin(LETTER))) == PinEntry(2, wrong=True)
    assert house.act(EnterPin(Pin(OWN))) == Menu(ONE_VOTE)


def test_six_digits_ask_for_nothing_more(house) -> None:
    house.insert(st.NIKOS)
    assert house.act(EnterPin(Pin(st.PIN))) == Menu(NO_VOTE)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("123456", Unfit.EASY),
        ("987654", Unfit.EASY),
        ("777777", Unfit.EASY),
        ("121212", Unfit.EASY),
        ("112233", Unfit.EASY),
        ("010180", Unfit.DATE),  # 1 January 1980
        ("800101", Unfit.DATE),
        ("011980", Unfit.DATE),
        ("198001", Unfit.DATE),
        ("12345678", Unfit.EASY),  # the keypad takes six; whoever sends eight anyhow is not let through
    ],
)
def test_what_is_easily_guessed_is_not_taken(house, typed: str, fault: Unfit) -> None:
    at_choice(house)
    first = house.act(EnterPin(Pin(typed)))
    assert first.new is not None and (first.new.step, first.new.fault) == (1, fault)
    again = house.act(EnterPin(Pin(typed)))
    assert again != first and again.new.fault == fault, "the same fault twice is told twice"
    assert house.desk.cards[st.ANNA].image().pin == Pin(LETTER)


def test_two_that_differ_are_said_so_and_chosen_again(house) -> None:
    at_choice(house)
    house.act(EnterPin(Pin(OWN)))
    view = house.act(EnterPin(Pin("482917")))
    assert (view.new.step, view.new.fault) == (1, Unfit.DIFFERENT)
    house.act(EnterPin(Pin(OWN)))
    assert house.act(Back()).new.step == 1, "back forgets the first"
    assert house.act(EnterPin(Pin("739125"))).new.step == 2
    assert house.act(EnterPin(Pin("739125"))) == SET
    assert house.desk.cards[st.ANNA].image().pin == Pin("739125")


@pytest.mark.parametrize("way_out", [Cancel(), Idle()])
@pytest.mark.parametrize("typed", [0, 1])
def test_who_gives_up_keeps_the_letters_pin(house, way_out: object, typed: int) -> None:
    at_choice(house)
    for _ in range(typed):
        house.act(EnterPin(Pin(OWN)))
    assert house.act(way_out) == TakeCard()
    assert house.desk.cards[st.ANNA].image().pin == Pin(LETTER)
    house.pull()
    at_choice(house)


def test_nothing_leads_past_the_choice(house) -> None:
    view = at_choice(house)
    for action in (Next(), Back(), OpenCategory(Category.DOCUMENTS), Choose("certificates:family_status")):
        assert house.act(action) == view


@pytest.mark.parametrize("typed", [0, 1])
def test_a_card_taken_while_typing_keeps_the_letters_pin_and_is_told_so(house, typed: int) -> None:
    at_choice(house)
    for _ in range(typed):
        house.act(EnterPin(Pin(OWN)))
    assert house.pull() == Problem(BoothCode.OWN_PIN_NOT_SET)
    assert house.desk.cards[st.ANNA].image().pin == Pin(LETTER)


def test_a_card_taken_after_the_choice_is_told_which_pin_counts(house) -> None:
    chosen(house)
    assert house.pull() == Problem(BoothCode.OWN_PIN_SET)


def test_a_technician_chooses_too(house) -> None:
    with_letter(house.desk, st.TECHNICIAN)
    chosen(house, number=st.TECHNICIAN)
    assert isinstance(house.act(Next()), TechnicianPage)


def test_a_new_pin_is_fresh_for_a_minute_and_then_asked_again(open_desk) -> None:
    with open_desk() as desk:
        desk.fill()
        house, began = House(desk), desk.booth.clock()
        with_letter(desk, st.ANNA)
        ahead = [timedelta(0)]
        object.__setattr__(desk.booth, "clock", lambda: began + ahead[0])
        at_choice(house)
        ahead[0] = timedelta(minutes=2)  # whoever takes their time to choose
        house.act(EnterPin(Pin(OWN)))
        house.act(EnterPin(Pin(OWN)))
        ahead[0] = timedelta(minutes=2, seconds=50)
        house.act(Next())
        house.to_review()
        assert not isinstance(house.act(Next()), PinEntry)
        ahead[0] = timedelta(minutes=4)
        house.act(Back())
        house.to_review()
        asked = house.act(Next())
        assert isinstance(asked, PinEntry) and asked.again and asked.new is None
        house.act(EnterPin(Pin(OWN)))
        assert not isinstance(house.view, PinEntry | Problem)
        house.watch.stop()


def residents() -> list[object]:
    """What the whole process holds of residents."""
    return [one for one in gc.get_objects() if issubclass(type(one), own_pin.Chosen | signing_in.Session)]


def test_every_pin_is_wiped_and_nowhere_afterwards(house, caplog) -> None:
    earlier = residents()  # that another test may have left
    typed = [Pin(LETTER), Pin("777777"), Pin(OWN), Pin("482917"), Pin(OWN), Pin(OWN)]
    house.insert(st.ANNA)
    for pin in typed:
        house.act(EnterPin(pin))
    assert house.act(Next()) == Menu(ONE_VOTE)
    for place, pin in enumerate(typed):
        with pytest.raises(ValueError, match="wiped"):
            pin.digits()
        assert pin is not None, place
    house.pull()
    store = house.desk.home / "booth.db"
    words = [LETTER, OWN, "482917"]
    assert leaks.found(leaks.columns(store, "5a" * 32), words) == []
    assert leaks.found(iter([("log", caplog.text.encode())]), words) == []
    gc.collect()
    assert not [one for one in residents() if not any(one is each for each in earlier)]


# -- the card goes at any APDU of the change


def change(desk, at: int | None, *, during: bool = False):
    """A visit up to the change; the card goes at APDU `at` of it. Gives the card, the outcome, the line."""
    piece = with_letter(desk, st.ANNA)
    desk.reader.insert(piece)
    asked = signing_in.begin(desk.booth)
    session = signing_in.unlock(desk.booth, asked, Pin(LETTER))
    line = (
        cards.Counted(session.connection)
        if at is None
        else cards.PulledAt(session.connection, at, desk.reader.remove, during=during)
    )
    return piece, own_pin.choose(line, PivCard(line), Pin(LETTER), Pin(OWN)), line


def test_the_change_itself(desk) -> None:
    piece, outcome, line = change(desk, None)
    assert outcome == Chosen() and piece.image().pin == Pin(OWN)
    assert line.said == [0xCB, 0x24, 0x20]


@pytest.mark.parametrize("during", [False, True], ids=["before", "during"])
def test_pulled_at_every_apdu_there_is_one_pin_and_the_truth_is_told(desk, during: bool) -> None:
    told = []
    for at in range(3):
        piece, outcome, _line = change(desk, at, during=during)
        assert isinstance(outcome, NotChosen)
        told.append(outcome.code)
        has_new = piece.image().pin == Pin(OWN)
        assert has_new or piece.image().pin == Pin(LETTER)
        if outcome.code is BoothCode.OWN_PIN_NOT_SET:
            assert not has_new
        if outcome.code is BoothCode.OWN_PIN_SET:
            assert has_new
        assert piece.image().tries == 3
        desk.reader.insert(piece)
        next_visit = PivCard(desk.reader.connect())
        assert next_visit.select()
        assert next_visit.verify(Pin(OWN if has_new else LETTER)) == Verified()
        desk.reader.remove()
    assert told == [BoothCode.OWN_PIN_NOT_SET, BoothCode.OWN_PIN_NOT_SURE, BoothCode.OWN_PIN_SET]


@pytest.mark.parametrize("at", range(3))
def test_the_screen_tells_what_the_pull_left(house, monkeypatch, at: int) -> None:
    """The flow: the card goes in the middle of the work, and the outcome is still told."""
    at_choice(house)
    house.act(EnterPin(Pin(OWN)))
    real = own_pin.choose

    def pulled(connection, card, letter, new):
        line = cards.PulledAt(connection, at, house.desk.reader.remove)
        return real(line, PivCard(line), letter, new)

    monkeypatch.setattr(own_pin, "choose", pulled)
    turn = house.lobby.act(EnterPin(Pin(OWN)))
    result = turn.run.job(house.progress.append)
    assert not isinstance(house.listen(), Problem), "the outcome is not known yet"
    codes = [BoothCode.OWN_PIN_NOT_SET, BoothCode.OWN_PIN_NOT_SURE, BoothCode.OWN_PIN_SET]
    assert house.take(house.lobby.finished(turn.run, result)) == Problem(codes[at])
    assert house.insert(st.NIKOS) == PinEntry(3)


def test_a_card_that_refuses_the_new_pin_keeps_the_old_one(desk, monkeypatch) -> None:
    from card_reader import PinRefused

    monkeypatch.setattr(PivCard, "change_pin", lambda *_: PinRefused())
    _piece, outcome, _line = change(desk, None)
    assert outcome == NotChosen(BoothCode.OWN_PIN_NOT_SET)
