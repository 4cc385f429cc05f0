"""The flow of a booth without a screen: every step, every removal, and nothing of a resident left behind."""

import gc
from collections.abc import Iterator
from datetime import timedelta

import pytest
import small_town as st
from lobby_house import NO_VOTE, ONE_VOTE, House, face, of_kind

from card_reader import Empty, NoReader, NoService, Pin, ReaderState, Unreadable, VirtualCard
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Idle, Mark, MarkBlank, More, Next, OpenCategory
from kiosk.desk.blocks import Notice, Person, Told
from kiosk.desk.pages import Choice, Picked, Problem, Sure, Work
from kiosk.desk.views import EMPTY, Attract, Closed, Menu, PinEntry, TakeCard, View
from kiosk.desk.work import Turn
from kiosk.identity.signing_in import Session
from municipality.failures import BoothCode, Code
from municipality.matter import Category
from municipality.matters.votes.failures import VoteCode
from municipality.messages import Dossier
from municipality.register import FAILURES
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
    assert face(page) == "List participation" and not page.rows[0].closed
    first = house.act(Choose(page.rows[0].key))
    assert face(first) == "Choice question 1" and not first.complete
    assert house.act(Next()) == first  # nothing is marked yet
    assert house.act(Mark(0)).complete
    assert house.act(MarkBlank()).picked == Picked(none=True)
    assert house.act(Mark(2)).picked == Picked(frozenset({2}))
    assert face(house.act(Next())) == "Choice question 2"
    back = house.act(Back())
    assert (face(back), back.picked) == (face(first), Picked(frozenset({2}))), "as it was left"
    house.act(Next())
    house.act(Mark(1))
    review = house.act(Next())
    assert face(review) == "Review review"
    assert [[words.el for words in answer.chosen] for answer in review.blocks] == [["Γάμμα"], ["Δύο"]]
    assert "Γάμμα" not in repr(review)
    assert face(house.act(Next())) == "Done voted" and len(house.progress) == 4
    assert isinstance(house.act(Back()), Menu)  # another service
    house.act(OpenCategory(Category.DOCUMENTS))
    offer = house.act(FAMILY)
    assert face(offer) == "Review family_status" and len(of_kind(offer.blocks, Person)) == 3
    (sample, _worth) = of_kind(offer.lead, Notice)
    assert (sample.kind, sample.text) == ("warning", Told("SAMPLE: a trial paper, it has no validity."))
    assert face(house.act(Next())) == "Done printed"
    assert house.act(Next()) == TakeCard()
    assert isinstance(house.pull(), Attract)


def test_empty_categories_say_so_and_lead_back(house) -> None:
    house.sign_in()
    page = house.act(OpenCategory(Category.FINANCIAL))
    assert (face(page), page.rows, page.text, page.empty) == ("List financial", (), None, EMPTY)
    assert isinstance(house.act(Back()), Menu)


def test_who_may_not_vote_learns_why(house) -> None:
    house.sign_in(st.NIKOS)
    assert house.view == Menu(NO_VOTE)
    page = house.act(OpenCategory(Category.PARTICIPATION))
    (row,) = page.rows
    why = VoteCode.VOTE_NOT_FOR_YOU
    assert (row.closed, row.text) == (True, Told(FAILURES[why].title))
    assert house.act(Choose(row.key)) == Problem(why)
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

    def pull_late(working: Work) -> None:
        if working.activity.value == "storing":
            house.desk.reader.remove()

    result = turn.run.job(pull_late)
    house.listen()
    house.take(house.lobby.finished(turn.run, result))
    assert face(house.view) == "Done voted" and house.view.out
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
    assert face(house.act(EnterPin(Pin(st.PIN)))) == "Done voted"


def to_question(house: House) -> Choice:
    house.sign_in()
    house.act(OpenCategory(Category.PARTICIPATION))
    first = house.act(Choose(f"votes:{house.desk.town.election.election}"))
    assert isinstance(first, Choice)
    return first


MIDDLES = {
    "a touch": lambda house: house.act(Mark(0)),
    "an answer": lambda house: (house.act(Mark(0)), house.act(Next())),
    "all of it": lambda house: (house.act(Back()), house.to_review()),
}


@pytest.mark.parametrize("said", MIDDLES)
def test_cancel_in_the_middle_asks_once_and_the_visit_goes_on_as_it_was(house, said: str) -> None:
    to_question(house)
    MIDDLES[said](house)
    standing = house.view
    assert house.act(Cancel()) == Sure()
    for touch in (Mark(1), MarkBlank(), More(), Choose("question 1")):
        assert house.act(touch) == Sure(), "nothing below it is touched"
    assert house.act(Back()) == standing
    for yes in (Next(), Cancel()):
        assert house.act(Cancel()) == Sure()
        assert house.act(yes) == TakeCard()
        assert isinstance(house.pull(), Attract)
        to_question(house)
        MIDDLES[said](house)
    with house.desk.booth.store.reading() as connection:
        assert outbox.pending(connection, 5) == []


def test_cancel_with_nothing_said_ends_the_visit_at_once(house) -> None:
    for step in (
        lambda: house.sign_in(),
        lambda: (house.sign_in(), house.act(OpenCategory(Category.PARTICIPATION))),
        lambda: to_question(house),
        lambda: (to_question(house), house.act(Mark(0)), house.act(Next()), house.act(Back()), house.act(Back())),
        lambda: (house.sign_in(), house.to_review(), house.act(Next())),
    ):
        step()
        assert house.act(Cancel()) == TakeCard(), house.view
        house.pull()


def test_cancel_when_the_pin_is_asked_once_more_asks_too_and_the_pin_is_asked_again(house) -> None:
    house.sign_in()
    house.to_review()
    clock = house.desk.booth.clock
    object.__setattr__(house.desk.booth, "clock", lambda: clock() + timedelta(seconds=70))
    asked = house.act(Next())
    assert house.act(Cancel()) == Sure()
    assert house.act(Back()) == asked == PinEntry(3, again=True)
    assert face(house.act(EnterPin(Pin(st.PIN)))) == "Done voted"


def test_who_lets_the_question_stand_is_seen_off_as_ever(house) -> None:
    to_question(house)
    house.act(Mark(0))
    assert house.act(Cancel()) == Sure()
    assert house.act(Idle()) == TakeCard()


def test_what_a_vote_is_about_is_read_and_put_away(house) -> None:
    to_question(house)
    marked = house.act(Mark(0))
    article = house.act(More())
    assert face(article) == "Read article" and article == marked.more
    assert house.act(Mark(1)) == article, "nothing below it is touched"
    assert house.act(Back()) == marked
    assert house.act(More()) == article
    assert house.act(Cancel()) == Sure(), "an answer stands below it"
    assert house.act(Back()) == marked


def test_one_answer_too_many_is_answered_in_words_and_changes_nothing(house) -> None:
    to_question(house)
    house.act(Mark(0))
    second = house.act(Next())
    assert (second.most, len(second.options)) == (2, 3)
    house.act(Mark(0))
    two = house.act(Mark(1))
    assert (two.picked, two.over) == (Picked(frozenset({0, 1})), False)
    three = house.act(Mark(2))
    assert (three.picked, three.over) == (Picked(frozenset({0, 1})), True)
    told = "You have chosen 2 already. To choose another one, touch one of them first to take it back."
    assert [said_first(present(one, "en")) for one in (two, three)] == [None, told]
    taken_back = house.act(Mark(1))
    assert (taken_back.picked, taken_back.over) == (Picked(frozenset({0})), False)


def said_first(shown: dict) -> str | None:
    """The warning that stands over a page."""
    return next((one["text"] for one in shown["lead"] if one.get("kind") == "warning"), None)


def test_an_answer_is_changed_from_the_review_and_what_came_after_it_stands(house) -> None:
    house.sign_in()
    review = house.to_review()
    assert [one.change for one in review.blocks] == ["question 1", "question 2"]
    assert house.act(Choose("question 3")) == review, "there is none"
    assert face(house.act(Choose("question 1"))) == "Choice question 1"
    assert house.view.picked == Picked(frozenset({0}))
    house.act(Next())
    assert (face(house.view), house.view.picked) == ("Choice question 2", Picked(frozenset({1})))
    assert house.act(Next()) == review


def test_an_outcome_that_was_told_does_not_come_back(house) -> None:
    house.sign_in()
    house.to_review()
    assert face(house.act(Next())) == "Done voted"
    assert isinstance(house.act(Back()), Menu)
    house.act(OpenCategory(Category.PARTICIPATION))
    first = house.act(Choose(f"votes:{house.desk.town.election.election}"))
    assert (face(first), first.picked) == ("Choice question 1", Picked()), "a new vote, with nothing of the last"


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
    assert face(house.view) == "Done voted"
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
        assert isinstance(house.lobby.tick(now + timedelta(seconds=seconds)).view, Work)
    assert house.lobby.tick(now + timedelta(seconds=46)).view == Problem(BoothCode.CARD_UNREADABLE)
    result = turn.run.job(lambda _: None)  # the card wakes up
    house.take(house.lobby.finished(turn.run, result))
    assert house.view == Problem(BoothCode.CARD_UNREADABLE)
    house.pull()
    assert house.insert(st.ANNA) == PinEntry(3)
