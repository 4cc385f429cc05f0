"""A card pulled while it works: the lane's word and the reader's come in any order, and what came of it stands as long.

The real reader tells that the card is out up to half a second after its line is dead (tests/journeys/test_real_reader).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import cards
import pytest
import small_town as st
from lobby_house import House, face, of_kind
from random_tests import LONG

from card_reader import Empty, NoReader, NoService, Pin, PivCard, Present, ReaderState, Unreadable, VirtualCard
from kiosk.counter import Crashed
from kiosk.desk.actions import Choose, EnterPin, Next, OpenCategory
from kiosk.desk.blocks import Code, Told
from kiosk.desk.pages import Problem, Step, Work
from kiosk.desk.views import Attract, Closed, PinEntry, View
from kiosk.desk.work import Turn
from kiosk.identity import own_pin
from kiosk.kernel.activity import Activity
from municipality.failures import BoothCode
from municipality.failures import Code as Failure
from municipality.matter import Category
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.votes.failures import VoteCode

LETTER, OWN = "83726154", "482916"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: object

    def __call__(self):
        return self.now


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "clock", Clock(desk.booth.clock()))
    made = House(desk)
    yield made
    made.watch.stop()


def again(house: House) -> None:
    """Nobody is there, as at the beginning; the booth is the same."""
    house.desk.reader.remove()
    house.watch.stop()
    house.__init__(house.desk)
    house.__dict__.pop("sign_in", None)


def move(house: House, seconds: float) -> View:
    house.desk.booth.clock.now += timedelta(seconds=seconds)
    return house.take(house.lobby.tick(house.desk.booth.clock()))


# Each act up to the moment when the booth is at work, and its result with the card pulled meanwhile.


def pulled_at_once(house: House, turn: Turn) -> object:
    return turn.run.job(lambda _working: house.desk.reader.remove())


def pulled_while_stored(house: House, turn: Turn) -> object:
    return turn.run.job(lambda now: house.desk.reader.remove() if now.activity == "storing" else None)


def pulled_before(house: House, turn: Turn) -> object:
    house.desk.reader.remove()
    return turn.run.job(lambda _working: None)


def crashed(house: House, turn: Turn) -> object:
    house.desk.reader.remove()
    return Crashed("ValueError")


def at_vote(house: House) -> Turn:
    house.sign_in()
    house.to_review()
    return house.lobby.act(Next())


def at_paper(house: House) -> Turn:
    house.sign_in()
    house.act(OpenCategory(Category.DOCUMENTS))
    house.act(Choose("certificates:family_status"))
    return house.lobby.act(Next())


def with_an_old_pin(act: Callable[[House], Turn]) -> Callable[[House], Turn]:
    def at(house: House) -> Turn:
        house.sign_in()
        move(house, 70)
        house.sign_in = lambda: None
        return act(house)

    return at


def at_confirming(house: House) -> Turn:
    house.take(with_an_old_pin(at_vote)(house))
    assert isinstance(house.view, PinEntry) and house.view.again
    return house.lobby.act(EnterPin(Pin(st.PIN)))


def at_reading(house: House) -> Turn:
    house.desk.reader.insert(house.desk.cards[st.ANNA])
    house.settle()
    return house.lobby.reader(house.news.pop(0))


def at_unlocking(house: House) -> Turn:
    house.insert(st.ANNA)
    return house.lobby.act(EnterPin(Pin(st.PIN)))


def at_own_pin(house: House) -> Turn:
    house.desk.cards[st.ANNA] = VirtualCard(replace(house.desk.town.cards[st.ANNA], pin=Pin(LETTER)))
    house.insert(st.ANNA)
    house.act(EnterPin(Pin(LETTER)))
    house.act(EnterPin(Pin(OWN)))
    return house.lobby.act(EnterPin(Pin(OWN)))


def own_pin_pulled(at: int | None) -> Callable[[House, Turn], object]:
    def run(house: House, turn: Turn) -> object:
        real = own_pin.choose

        def pulled(connection, card, letter, new):
            line = connection if at is None else cards.PulledAt(connection, at, house.desk.reader.remove)
            return real(line, PivCard(line), letter, new)

        own_pin.choose = pulled
        try:
            return turn.run.job(house.progress.append)
        finally:
            own_pin.choose = real
            house.desk.reader.remove()

    return run


def at_technicians_work(house: House) -> Turn:
    house.insert(st.TECHNICIAN)
    house.act(EnterPin(Pin(st.PIN)))
    turn = house.lobby.act(Choose("open:health"))
    assert turn.view == Work(what=Told("Looking"))
    return turn


VOTED, PRINTED = object(), object()
# The outcome, and for how many seconds it stands.
ACTS = {
    "a vote before it was signed": (at_vote, pulled_at_once, Problem(VoteCode.VOTE_NOT_CAST), 30),
    "a vote that was stored": (at_vote, pulled_while_stored, VOTED, 30),
    "a vote that broke": (at_vote, crashed, Problem(VoteCode.VOTE_NOT_SURE), 30),
    "a vote whose PIN was old": (with_an_old_pin(at_vote), pulled_before, Problem(VoteCode.VOTE_NOT_CAST), 30),
    "a certificate before it was signed": (
        at_paper,
        pulled_at_once,
        Problem(CertificateCode.CERTIFICATE_NOT_MADE),
        30,
    ),
    "a certificate that was stored": (at_paper, pulled_while_stored, PRINTED, 30),
    "a certificate that broke": (at_paper, crashed, Problem(BoothCode.BOOTH_FAULT), 30),
    "a certificate whose PIN was old": (
        with_an_old_pin(at_paper),
        pulled_before,
        Problem(CertificateCode.CERTIFICATE_NOT_MADE),
        30,
    ),
    "one's own PIN, not yet": (at_own_pin, own_pin_pulled(0), Problem(BoothCode.OWN_PIN_NOT_SET), 30),
    "one's own PIN, nobody knows": (at_own_pin, own_pin_pulled(1), Problem(BoothCode.OWN_PIN_NOT_SURE), 30),
    "one's own PIN, already": (at_own_pin, own_pin_pulled(2), Problem(BoothCode.OWN_PIN_SET), 30),
    "one's own PIN, whole": (at_own_pin, own_pin_pulled(None), Problem(BoothCode.OWN_PIN_SET), 30),
    "one's own PIN that broke": (at_own_pin, crashed, Problem(BoothCode.OWN_PIN_NOT_SURE), 30),
    "the card's first reading": (at_reading, pulled_before, Problem(BoothCode.CARD_GONE), 8),
    "the PIN": (at_unlocking, pulled_before, Problem(BoothCode.CARD_GONE), 8),
    "the PIN once more": (at_confirming, pulled_before, Problem(VoteCode.VOTE_NOT_CAST), 30),
    "a technician's work": (at_technicians_work, pulled_before, Problem(BoothCode.CARD_GONE), 8),
}
# What the reader may say of a pull, and what the booth shows afterwards.
PULLS = {
    "out": ((Empty(),), Attract()),
    "half out": ((Unreadable("mute"), Empty()), Attract()),
    "with its reader": ((NoReader(),), Closed(BoothCode.READER_MISSING)),
    "its service gone": ((Empty(), NoService()), Closed(BoothCode.READER_NO_SERVICE)),
}


# What is still told without a card: the code of a vote stands nowhere else, that of a paper is on the paper.
CARDLESS = {VOTED: ("voted", 1), PRINTED: ("printed", 0)}


def is_outcome(view: View, wanted: object) -> bool:
    if wanted not in CARDLESS:
        return view == wanted
    name, codes = CARDLESS[wanted]
    return face(view) == f"Done {name}" and view.out and len(of_kind(view.blocks, Code)) == codes


def in_order(house: House, turn: Turn, result: object, states: tuple[ReaderState, ...], place: int) -> None:
    """The lane's word after `place` words of the reader."""
    for told in range(len(states) + 1):
        if told == place:
            house.take(house.lobby.finished(turn.run, result))
        if told < len(states):
            house.take(house.lobby.reader(states[told]))


THOROUGH = {"a vote before it was signed", "one's own PIN, nobody knows", "the PIN"}


@pytest.mark.parametrize("act", ACTS)
def test_an_outcome_stands_as_long_whichever_word_comes_first(house, act: str) -> None:
    begin, work, wanted, seconds = ACTS[act]
    for pull, (states, afterwards) in PULLS.items() if LONG or act in THOROUGH else [("out", PULLS["out"])]:
        for place in range(len(states) + 1):
            again(house)
            turn = begin(house)
            assert isinstance(turn.view, Work)
            in_order(house, turn, work(house, turn), states, place)
            assert is_outcome(house.view, wanted), (pull, place, house.view)
            assert is_outcome(move(house, seconds - 0.1), wanted), (pull, place)
            shown = move(house, 0.2)
            assert shown == afterwards or type(shown) is type(afterwards) is Attract, (pull, place)


# Where the card is pulled, and how the words come: at the page; or while its PIN is looked at, the reader's word before
# or after the lane's.
ORDERS = [("page", 0), ("right", 1), ("gone", 0), ("gone", 1), ("wrong", 0), ("wrong", 1)]


@pytest.mark.parametrize(
    ("begin", "code"), [(at_vote, VoteCode.VOTE_NOT_CAST), (at_paper, CertificateCode.CERTIFICATE_NOT_MADE)]
)
@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_card_pulled_when_its_pin_is_asked_once_more_is_one_outcome(
    house, begin: Callable[[House], Turn], code: Failure, wrong: int
) -> None:
    """However many wrong PINs, whichever word comes first, however long the page stood. (A right PIN whose word comes
    before the card is pulled has begun the act: what came of that is told.)"""
    began = house.desk.booth.clock.now
    for where, place in ORDERS:
        again(house)
        house.desk.booth.clock.now = began  # or a clock that runs ahead of the machine's is in doubt
        house.desk.cards[st.ANNA] = VirtualCard(house.desk.town.cards[st.ANNA])
        asked = house.take(with_an_old_pin(begin)(house))
        for _ in range(wrong):
            assert isinstance(asked, PinEntry) and asked.again
            asked = house.act(EnterPin(Pin("111111")))
        assert asked == PinEntry(3 - wrong, wrong=wrong > 0, again=True)
        if where == "page":
            move(house, 29.5)
            house.desk.reader.remove()
            house.take(house.lobby.reader(Empty()))
        elif where == "wrong" and wrong == 2:
            continue  # it locks the card: below
        else:
            turn = house.lobby.act(EnterPin(Pin("111111" if where == "wrong" else st.PIN)))
            result = pulled_before(house, turn) if where == "gone" else turn.run.job(lambda _working: None)
            house.desk.reader.remove()
            in_order(house, turn, result, (Empty(),), place)
        assert house.view == Problem(code), (where, place)
        assert move(house, 29.9) == Problem(code), (where, place)
        assert isinstance(move(house, 0.2), Attract)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("begin", [at_vote, at_paper])
def test_a_pin_locked_at_the_second_asking_is_told_whichever_word_comes_first(
    house, begin: Callable[[House], Turn], place: int
) -> None:
    house.take(with_an_old_pin(begin)(house))
    for _ in range(2):
        house.act(EnterPin(Pin("111111")))
    turn = house.lobby.act(EnterPin(Pin("111111")))
    result = turn.run.job(lambda _working: None)
    house.desk.reader.remove()
    in_order(house, turn, result, (Empty(),), place)
    assert house.view == Problem(BoothCode.CARD_BLOCKED)
    assert move(house, 29.9) == Problem(BoothCode.CARD_BLOCKED)
    assert isinstance(move(house, 0.2), Attract)


@pytest.mark.parametrize("act", ["a vote that was stored", "one's own PIN, nobody knows"])
def test_a_card_put_back_in_the_same_moment_waits_until_it_was_read(house, act: str) -> None:
    begin, work, wanted, _seconds = ACTS[act]
    for place in (0, 1, 2):
        again(house)
        turn = begin(house)
        result = work(house, turn)
        house.desk.reader.insert(house.desk.cards[st.NIKOS])
        back = house.desk.reader._state()
        assert isinstance(back, Present)
        in_order(house, turn, result, (Empty(), back) if place else (back,), place)
        if place == 1:  # out, told, and then in: whoever comes next is served
            assert house.view == PinEntry(3)
            continue
        assert is_outcome(house.view, wanted)
        assert is_outcome(move(house, 7.9), wanted)
        assert move(house, 0.2) == PinEntry(3)


def test_finish_serves_the_card_that_waits(house) -> None:
    turn = at_vote(house)
    result = pulled_at_once(house, turn)
    house.desk.reader.insert(house.desk.cards[st.NIKOS])
    in_order(house, turn, result, (Empty(), house.desk.reader._state()), 2)
    assert house.view == Problem(VoteCode.VOTE_NOT_CAST)
    assert house.act(Next()) == PinEntry(3)


def test_a_card_the_wrong_way_round_ends_what_was_told_of_the_last(house) -> None:
    turn = at_vote(house)
    in_order(house, turn, pulled_at_once(house, turn), (Empty(),), 0)
    assert house.take(house.lobby.reader(Unreadable("wrong_way"))) == Problem(BoothCode.CARD_UNREADABLE)
    assert isinstance(house.take(house.lobby.reader(Empty())), Attract)


@pytest.mark.parametrize("read", [25, 29.9, 300])
def test_whoever_takes_their_card_later_still_reads_it_for_a_moment(house, read: float) -> None:
    house.take(at_vote(house))
    assert face(house.view) == "Done voted" and not house.view.out
    move(house, read)
    house.take(house.lobby.reader(Empty()))
    assert is_outcome(move(house, 7.9), VOTED)
    assert isinstance(move(house, 0.2), Attract)


def test_a_refusal_that_was_read_goes_with_its_card(house) -> None:
    house.insert(st.EXPIRED)
    assert is_outcome(move(house, 7.9), Problem(BoothCode.CARD_EXPIRED))
    house.take(house.lobby.reader(Empty()))
    assert house.view == Problem(BoothCode.CARD_EXPIRED)
    assert isinstance(move(house, 0.2), Attract)
    house.desk.reader.remove()
    house.insert(st.EXPIRED)
    move(house, 8.1)
    assert isinstance(house.take(house.lobby.reader(Empty())), Attract)


@pytest.mark.parametrize("act", ["a vote that was stored", "a certificate that was stored", "one's own PIN, already"])
def test_the_next_card_or_a_touch_on_finish_ends_what_stands_of_the_last_at_once(house, act: str) -> None:
    begin, work, wanted, _seconds = ACTS[act]
    for ends in ("finish", "card"):
        again(house)
        house.desk.cards[st.ANNA] = VirtualCard(house.desk.town.cards[st.ANNA])
        turn = begin(house)
        in_order(house, turn, work(house, turn), (Empty(),), 0)
        assert is_outcome(move(house, 15), wanted)
        if ends == "finish":
            assert isinstance(house.act(Next()), Attract)
            continue
        house.desk.reader.insert(house.desk.cards[st.NIKOS])
        reading = house.lobby.reader(house.desk.reader._state())
        assert reading.view == Work(Activity.READING_CARD, Step(1, 2)), "before anything of the new card is known"
        assert house.take(reading) == PinEntry(3)
        assert move(house, 20) == PinEntry(3), "nothing comes back"
