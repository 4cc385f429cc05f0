"""The flow of a booth without a screen: every step, every removal, and nothing of a resident left behind."""

import gc
from collections.abc import Iterator
from datetime import timedelta

import pytest
import small_town as st
from lobby_house import NO_VOTE, ONE_VOTE, House

from card_reader import Empty, NoReader, NoService, Pin, ReaderState, Unreadable, VirtualCard
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Idle, Mark, MarkBlank, Next, OpenCategory
from kiosk.desk.views import (
    Attract,
    Ballot,
    Category,
    CategoryPage,
    CertificateDone,
    CertificateOffer,
    Closed,
    Menu,
    PinEntry,
    Problem,
    Review,
    TakeCard,
    View,
    VoteDone,
    Working,
)
from kiosk.desk.work import Turn
from kiosk.identity.signing_in import Session
from municipality.failures import BoothCode, Code
from municipality.matters.votes.failures import VoteCode
from municipality.messages import Dossier
from sync import outbox

FAMILY = Choose("certificates:family_status")


@pytest.fixture
def house(desk) -> Iterator[House]:
    made = House(desk)
    yield made
    made.watch.stop()


def test_an_empty_booth_is_closed_with_a_code_and_opens_by_itself(open_desk) -> None:
    with open_desk() as desk:
        house = House(desk)
        assert house.view == Closed(BoothCode.BOOTH_EMPTY)
        desk.fill()
        house.take(house.lobby.tick(desk.booth.clock() + timedelta(seconds=6)))
        assert isinstance(house.view, Attract) and len(house.view.notices) == 1
        house.watch.stop()


@pytest.mark.parametrize(
    ("state", "view"),
    [
        (NoService(), Closed(BoothCode.READER_NO_SERVICE)),
        (NoReader(), Closed(BoothCode.READER_MISSING)),
        (Unreadable("wrong_way"), Problem(BoothCode.CARD_UNREADABLE)),
    ],
)
def test_each_state_of_the_reader_has_its_screen(house, state: ReaderState, view: View) -> None:
    assert house.take(house.lobby.reader(state)) == view
    assert isinstance(house.take(house.lobby.reader(Empty())), Attract)


def test_a_whole_visit(house) -> None:
    assert house.insert(st.ANNA) == PinEntry(3)
    assert house.act(EnterPin(Pin("111111"))) == PinEntry(2, wrong=True)
    assert house.act(EnterPin(Pin(st.PIN))) == Menu(ONE_VOTE)
    page = house.act(OpenCategory(Category.PARTICIPATION))
    assert isinstance(page, CategoryPage) and page.entries[0].available
    ballot = house.act(Choose(page.entries[0].key))
    assert isinstance(ballot, Ballot) and not ballot.complete
    assert house.act(Next()) == ballot  # nothing is marked yet
    assert house.act(Mark(0)).complete
    assert house.act(MarkBlank()).marks.blank
    assert house.act(Mark(2)).marks.answers == frozenset({2})
    second = house.act(Next())
    assert isinstance(second, Ballot) and second.number == 2
    assert house.act(Back()).marks.answers == frozenset({2})
    house.act(Next())
    house.act(Mark(1))
    review = house.act(Next())
    assert isinstance(review, Review)
    assert [[words.el for words in line.chosen] for line in review.lines] == [["Γάμμα"], ["Δύο"]]
    assert "Γάμμα" not in repr(review)
    done = house.act(Next())
    assert isinstance(done, VoteDone) and len(house.progress) == 4
    assert isinstance(house.act(Back()), Menu)  # another service
    house.act(OpenCategory(Category.DOCUMENTS))
    offer = house.act(FAMILY)
    assert isinstance(offer, CertificateOffer) and len(offer.members) == 3 and offer.sample
    assert isinstance(house.act(Next()), CertificateDone)
    assert house.act(Next()) == TakeCard()
    assert isinstance(house.pull(), Attract)


def test_empty_categories_say_so_and_lead_back(house) -> None:
    house.sign_in()
    page = house.act(OpenCategory(Category.FINANCIAL))
    assert page == CategoryPage(Category.FINANCIAL, ())
    assert isinstance(house.act(Back()), Menu)


def test_who_may_not_vote_learns_why(house) -> None:
    house.sign_in(st.NIKOS)
    assert house.view == Menu(NO_VOTE)
    page = house.act(OpenCategory(Category.PARTICIPATION))
    assert not page.entries[0].available
    assert house.act(Choose(page.entries[0].key)) == Problem(VoteCode.VOTE_NOT_FOR_YOU)
    assert isinstance(house.act(Next()), Menu)


@pytest.mark.parametrize(
    ("number", "code"),
    [(st.REVOKED, BoothCode.CARD_REVOKED), (st.EXPIRED, BoothCode.CARD_EXPIRED), ("foreign", BoothCode.CARD_NOT_OURS)],
)
def test_cards_that_cannot_be_served_have_their_screens(house, number: str, code: Code) -> None:
    house.desk.cards["foreign"] = VirtualCard(house.desk.town.foreign)
    assert house.insert(number) == Problem(code)
    assert house.act(Next()) == TakeCard()
    assert isinstance(house.pull(), Attract)


def test_three_wrong_pins_lock_the_card_and_offer_no_other_try(house) -> None:
    house.insert(st.ANNA)
    for _ in range(3):
        house.act(EnterPin(Pin("111111")))
    assert house.view == Problem(BoothCode.CARD_BLOCKED)
    assert house.act(EnterPin(Pin(st.PIN))) == Problem(BoothCode.CARD_BLOCKED)


STEPS = [
    lambda house: house.insert(st.ANNA),
    lambda house: house.sign_in(),
    lambda house: (house.sign_in(), house.act(OpenCategory(Category.PARTICIPATION))),
    lambda house: (house.sign_in(), house.to_review(), house.act(Back())),
    lambda house: (house.sign_in(), house.to_review()),
    lambda house: (house.sign_in(), house.to_review(), house.act(Next()), house.act(Back())),
    lambda house: (
        house.sign_in(),
        house.act(OpenCategory(Category.DOCUMENTS)),
        house.act(FAMILY),
    ),
]


def residents() -> list[object]:
    """What the whole process holds of residents."""
    return [thing for thing in gc.get_objects() if issubclass(type(thing), Session | Dossier)]


@pytest.mark.parametrize("step", STEPS)
def test_pulling_the_card_ends_the_visit_at_any_step_and_drops_every_reference(house, step) -> None:
    earlier = residents()  # that another test may have left
    step(house)
    assert house.pull() == Problem(BoothCode.CARD_GONE)
    gc.collect()
    assert [type(thing).__name__ for thing in residents() if not any(thing is one for one in earlier)] == []
    later = house.desk.booth.clock() + timedelta(seconds=9)
    assert isinstance(house.take(house.lobby.tick(later)), Attract)
    assert house.insert(st.ANNA) == PinEntry(3)  # the next one is served at once, and the card was locked again


def test_another_card_in_one_blink_starts_another_visit(house) -> None:
    house.sign_in(st.ANNA)
    house.desk.reader.remove()
    house.desk.reader.insert(house.desk.cards[st.NIKOS])
    house.listen()
    assert house.view == PinEntry(3)
    house.act(EnterPin(Pin(st.PIN)))
    assert house.view == Menu(NO_VOTE)


def test_a_card_pulled_while_its_vote_is_stored_still_learns_the_outcome(house) -> None:
    house.sign_in()
    house.to_review()
    turn = house.lobby.act(Next())
    assert turn.run is not None

    def pull_late(working: Working) -> None:
        if working.activity.value == "storing":
            house.desk.reader.remove()

    result = turn.run.job(pull_late)
    house.listen()
    house.take(house.lobby.finished(turn.run, result))
    assert isinstance(house.view, VoteDone) and house.view.card_out
    later = house.desk.booth.clock() + timedelta(seconds=31)
    assert isinstance(house.take(house.lobby.tick(later)), Attract)


def test_a_card_pulled_before_its_vote_is_signed_learns_that_nothing_was_cast(house) -> None:
    house.sign_in()
    house.to_review()
    turn = house.lobby.act(Next())
    result = turn.run.job(lambda working: house.desk.reader.remove())
    house.listen()
    house.take(house.lobby.finished(turn.run, result))
    assert house.view == Problem(VoteCode.VOTE_NOT_CAST)
    with house.desk.booth.store.reading() as connection:
        assert outbox.pending(connection, 5) == []


def test_an_old_pin_is_asked_again_and_then_the_act_goes_on(house) -> None:
    house.sign_in()
    house.to_review()
    clock = house.desk.booth.clock
    object.__setattr__(house.desk.booth, "clock", lambda: clock() + timedelta(seconds=70))
    asked = house.act(Next())
    assert isinstance(asked, PinEntry) and asked.again
    wrong = house.act(EnterPin(Pin("111111")))
    assert isinstance(wrong, PinEntry) and wrong.again and wrong.wrong
    assert isinstance(house.act(EnterPin(Pin(st.PIN))), VoteDone)


def test_somebody_who_walks_away_casts_nothing(house) -> None:
    house.sign_in()
    house.to_review()
    assert house.act(Idle()) == TakeCard()
    with house.desk.booth.store.reading() as connection:
        assert outbox.pending(connection, 5) == []
    assert isinstance(house.pull(), Attract)


def test_while_the_booth_works_no_touch_counts(house) -> None:
    house.sign_in()
    house.to_review()
    turn = house.lobby.act(Next())
    for action in (Next(), Back(), Cancel(), Idle(), Mark(0), EnterPin(Pin(st.PIN))):
        assert house.lobby.act(action) == Turn(turn.view)
    house.take(turn)
    assert isinstance(house.view, VoteDone)
    with house.desk.booth.store.reading() as connection:
        assert len(outbox.pending(connection, 5)) == 1


def test_a_crashed_vote_is_said_to_be_uncertain(house) -> None:
    house.sign_in()
    house.to_review()
    turn = house.lobby.act(Next())
    house.take(house.lobby.finished(turn.run, object()))
    assert house.view == Problem(VoteCode.VOTE_NOT_SURE)


@pytest.mark.parametrize("first", ["the card leaves", "the examination ends"])
def test_results_of_a_former_visit_are_dropped_and_their_card_is_let_go(house, first: str) -> None:
    """The reader's word and the lane's come in any order: no connection stays, and the next card is served."""
    house.desk.reader.insert(house.desk.cards[st.ANNA])
    house.settle()
    turn = house.lobby.reader(house.news.pop(0))
    result = turn.run.job(lambda _: None) if first == "the examination ends" else None
    house.pull()
    result = result or turn.run.job(lambda _: None)
    house.take(house.lobby.finished(turn.run, result))
    assert not isinstance(house.view, PinEntry)
    assert house.lobby.finished(turn.run, result).run is None, "closed once, and that is all"
    assert house.insert(st.NIKOS) == PinEntry(3)


def test_the_next_card_is_served_while_the_last_ones_result_is_still_on_its_way(house) -> None:
    house.desk.reader.insert(house.desk.cards[st.ANNA])
    house.settle()
    turn = house.lobby.reader(house.news.pop(0))
    result = turn.run.job(lambda _: None)
    house.pull()
    assert house.insert(st.NIKOS) == PinEntry(3)
    house.take(house.lobby.finished(turn.run, result))
    assert house.view == PinEntry(3)
    assert isinstance(house.act(EnterPin(Pin(st.PIN))), Menu)


def test_a_card_that_says_nothing_is_given_up_and_its_late_word_is_not_heard(house) -> None:
    house.desk.reader.insert(house.desk.cards[st.ANNA])
    house.settle()
    turn, now = house.lobby.reader(house.news.pop(0)), house.desk.booth.clock()
    for seconds in (1, 30, 45):
        assert isinstance(house.lobby.tick(now + timedelta(seconds=seconds)).view, Working)
    assert house.lobby.tick(now + timedelta(seconds=46)).view == Problem(BoothCode.CARD_UNREADABLE)
    result = turn.run.job(lambda _: None)  # the card wakes up
    house.take(house.lobby.finished(turn.run, result))
    assert house.view == Problem(BoothCode.CARD_UNREADABLE)
    house.pull()
    assert house.insert(st.ANNA) == PinEntry(3)
