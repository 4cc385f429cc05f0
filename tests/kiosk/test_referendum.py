"""A binding referendum at the booth: told off line to anybody, to an elector with their polling place; by a clock that
is wrong and by old news it says so; and no page of it is a ballot."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import small_town as st
from lobby_house import House, of_kind
from playing import play

from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Choose, OpenCategory
from kiosk.desk.blocks import Fact, Notice, Told
from kiosk.desk.catalogue import tiles
from kiosk.desk.matter import Anybody, Offered
from kiosk.desk.pages import Choice, List, Page, Problem, Read
from kiosk.desk.views import Attract, TileState
from kiosk.kernel import expiry, timekeeping
from kiosk.kernel.matter import Fact as Known
from kiosk.kernel.public_matter import shop_window
from kiosk.matters.votes import desk as votes_desk
from kiosk.matters.votes import referendum as told
from kiosk.matters.votes.notices import News, news
from kiosk.matters.votes.referendum import Holder, tell
from kiosk.matters.votes.samples import binding, samples
from kiosk.store import facts
from kiosk.syncing import applying
from municipality.failures import BoothCode
from municipality.matter import Category
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import VoteItem
from municipality.matters.votes.referendum import LABEL, Phase, Referendum
from municipality.residents import Capacity, Polling
from sync import Item, Reject, inbox

AHEAD = timedelta(days=10)
PLACE = Polling(section="12", building="1ο Δημοτικό", street="Οδός 1", room="Α2", voter_number="0000000101234")
ELECTOR = Holder(elector=True, polling=PLACE)
PARK = votes_desk.REFERENDUM.row


def coming(desk, name: str = "park", opens: timedelta = AHEAD) -> Referendum:
    start = desk.town.now + opens
    return binding(name).model_copy(update={"opens": start, "closes": start + timedelta(hours=12)})


def item(desk, one: Referendum) -> Item:
    return Item(VoteItem.REFERENDUM, one.referendum, 60, st.sign(desk.town.centre_key, VoteItem.REFERENDUM, one.text()))


def store(desk, *items: Item, heard: timedelta | None = timedelta(0)) -> None:
    with desk.booth.store.writing() as connection:
        for one in items:
            inbox.store_item(connection, one)
        if heard is not None:
            facts.put_moment(connection, facts.PULLED, desk.town.now - heard)


@pytest.fixture
def here(desk) -> Anybody:
    store(desk, item(desk, coming(desk)))
    return Anybody(desk.booth)


def words(page: object, language: str = "en") -> str:
    """What is drawn of its blocks, and said."""
    shown = present(page, language)  # type: ignore[arg-type]
    return " | ".join(str(value) for block in (*shown["lead"], *shown["blocks"]) for value in block.values())


# What it says


def test_without_a_card_the_question_the_day_and_how_it_is_held(here, desk) -> None:
    one = coming(desk)
    for key, shape in ((told.QUESTION, told.question_page), (told.HOW, told.how_page)):
        played = play(tell, key, here=here)
        known = News(one, Phase.AHEAD, desk.town.now)
        assert played.pages == [told.first_page(known, None), shape(known)]
        assert isinstance(played.end, Read) and played.end.about == one.title
        assert played.read == [(news,)] and played.done == []
    question, how = told.question_page(News(one, Phase.AHEAD)), told.how_page(News(one, Phase.AHEAD))
    assert [part.text for part in question.paragraphs] == [one.questions[0].text, *one.questions[0].answers]
    said = [part.text for part in how.paragraphs]
    assert all(text in said for text in (*one.held, *one.conditions, one.results))
    assert "ΨΛ4ΠΩ6Μ-7ΤΡ" in words(how) and [row.key for row in play(tell, here=here).end.rows] == [
        told.WHERE, told.QUESTION, told.HOW,
    ]  # fmt: skip


def test_an_elector_reads_where_they_vote_and_only_headphones_hear_it() -> None:
    known = News(binding(), Phase.AHEAD)
    page = told.where_page(known, ELECTOR)
    assert isinstance(page, List)
    place = of_kind(page.above, Fact)
    assert [one.value for one in place] == ["12", "1ο Δημοτικό", "Οδός 1", "Α2", "0000000101234"]
    assert all(one.personal for one in place)
    spoken = present(page, "el")["spoken"]["parts"]
    assert {part["personal"] for part in spoken if "1ο Δημοτικό" in part["text"]} == {True}
    without = told.where_page(known, Holder(True, Polling(section="3", building="Β", street="Γ")))
    assert [one.value for one in of_kind(without.above, Fact)] == ["3", "Β", "Γ"], "what the roll has not is no line"


@pytest.mark.parametrize(
    ("holder", "sentence"),
    [
        (None, "Put in your citizen card, and the booth shows the polling place that the roll has for you."),
        (Holder(False), "You are not on the electoral roll of this municipality, so you do not vote in it."),
        (Holder(False, PLACE), "You are not on the electoral roll of this municipality, so you do not vote in it."),
        (Holder(True), "The roll does not say yet where you vote. Polling places are fixed some days before."),
    ],
)
def test_whoever_has_no_place_here_is_told_why_and_where_to_ask(holder: Holder | None, sentence: str) -> None:
    page = told.where_page(News(binding(), Phase.AHEAD), holder)
    assert isinstance(page, List) and page.above == ()
    ask = "At the municipal office they look for you on the electoral roll. Bring your identity card."
    assert page.empty == (Told(sentence), Told(ask)) and present(page, "en")["office"]


def test_the_number_alone_is_told_with_where_to_ask() -> None:
    page = told.where_page(News(binding(), Phase.AHEAD), Holder(True, Polling(voter_number="77")))
    assert isinstance(page, List) and [one.value for one in of_kind(page.above, Fact)] == ["77"]
    assert "The roll does not say yet where you vote." in words(page) and page.office


def test_of_several_one_is_chosen_first_and_the_next_one_stands_first(desk) -> None:
    later, sooner = coming(desk, "later", AHEAD * 2), coming(desk, "sooner")
    store(desk, item(desk, later), item(desk, sooner))
    played = play(tell, "later", here=Anybody(desk.booth))
    assert [row.key for row in played.pages[0].rows] == ["sooner", "later"]
    assert isinstance(played.end, List) and played.end.title == later.title
    only = play(partial(tell, ELECTOR, "sooner"), here=Anybody(desk.booth))
    assert len(only.pages) == 1 and only.end.title == sooner.title


# When it says it


@pytest.mark.parametrize(
    ("opens", "phase", "notices"),
    [
        (timedelta(hours=1), Phase.AHEAD, []),
        (-timedelta(hours=1), Phase.OPEN, ["It is today: the ballot boxes are open until {end}."]),
        (-timedelta(hours=13), Phase.HELD, ["This referendum has been held."]),
        (-timedelta(days=14), Phase.HELD, ["This referendum has been held."]),
    ],
)
def test_on_its_day_and_afterwards_it_says_so(desk, opens: timedelta, phase: Phase, notices: list[str]) -> None:
    store(desk, item(desk, coming(desk, opens=opens)))
    (found,) = news(Anybody(desk.booth))
    page = told.first_page(found, ELECTOR)
    assert found.phase is phase and [one.text.id for one in of_kind(page.above, Notice)] == notices
    results = [one.value for one in of_kind(page.above, Fact) if one.value == found.referendum.results]
    assert (len(results) == 1) is (phase is Phase.HELD)
    assert (told.WHERE in {row.key for row in page.rows}) is (phase is not Phase.HELD)


def test_two_weeks_after_its_end_it_goes_and_so_does_the_line_to_it(desk) -> None:
    store(desk, item(desk, coming(desk, opens=-timedelta(days=14, hours=13))))
    assert news(Anybody(desk.booth)) == ()
    assert Known.REFERENDUM_IS_TOLD not in shop_window(desk.booth).facts
    assert play(tell, here=Anybody(desk.booth)).end == Problem(VoteCode.NO_REFERENDUM)


@pytest.mark.parametrize(("days", "old"), [(6, False), (8, True)])
def test_old_news_say_how_old_and_to_ask_first(desk, days: int, old: bool) -> None:
    store(desk, item(desk, coming(desk)), heard=timedelta(days=days))
    (found,) = news(Anybody(desk.booth))
    page = told.first_page(found, None)
    assert found.old is old and page.office is old
    warned = [one for one in of_kind(page.above, Notice) if one.kind == "warning"]
    assert bool(warned) is old
    since = [one for one in of_kind(page.above, Fact) if one.value == desk.town.now - timedelta(days=days)]
    assert len(since) == 1 and not since[0].accompanies


def test_a_booth_that_was_never_told_when_it_was_says_since_when_the_town_hall_wrote_it(desk) -> None:
    store(desk, item(desk, coming(desk)), heard=None)
    with desk.booth.store.writing() as connection:
        facts.put(connection, facts.PULLED, "")
    (found,) = news(Anybody(desk.booth))
    assert found.heard is None and found.old
    assert binding().told_at in [one.value for one in of_kind(told.first_page(found, None).above, Fact)]


@pytest.mark.parametrize(
    ("opens", "phase"),
    [(timedelta(days=3), Phase.AHEAD), (-timedelta(hours=1), Phase.AHEAD), (-timedelta(hours=13), Phase.HELD)],
)
def test_a_clock_in_doubt_never_says_today_and_hides_nothing_that_may_come(
    desk, monkeypatch: pytest.MonkeyPatch, opens: timedelta, phase: Phase
) -> None:
    """The clock says that all is long over; believed is only that it is not earlier than the last beat."""
    store(desk, item(desk, coming(desk, opens=opens)))
    object.__setattr__(desk.booth, "clock", lambda: desk.town.now + timedelta(days=4000))
    monkeypatch.setattr(timekeeping, "believed", lambda *_: desk.town.now)
    (found,) = news(Anybody(desk.booth))
    page = told.first_page(found, None)
    assert (found.phase, found.in_doubt, found.old) == (phase, True, False)
    said = [one.text.id for one in of_kind(page.above, Notice)]
    assert "The clock of this booth may be wrong. Go by the day and the hours that stand here." in said
    assert "It is today: the ballot boxes are open until {end}." not in said and page.office


# What comes of the town hall


def test_an_item_is_judged_before_it_is_kept(desk) -> None:
    good = item(desk, coming(desk))
    at = datetime(2026, 11, 30, tzinfo=UTC)
    with desk.booth.store.writing() as connection:

        def judged(one: Item) -> Reject | None:
            return applying.apply(desk.booth, connection, one, at)

        assert judged(good) is None and judged(replace(good, body="")) is None
        assert judged(replace(good, key="other")) == Reject("another-referendum")
        broken = st.sign(desk.town.centre_key, VoteItem.REFERENDUM, coming(desk).text().replace('"ada"', '"adb"'))
        assert judged(replace(good, body=broken)) == Reject("not-of-its-kind")
    # Where one was withdrawn, or cannot be believed any more, nothing is told.
    store(desk, replace(good, body=""), replace(good, key="torn", body=good.body[:-4] + "AAAA"))
    assert news(Anybody(desk.booth)) == ()


# In the lobby


@pytest.fixture
def house(here, desk) -> Iterator[House]:
    made = House(desk)
    yield made
    made.watch.stop()


def test_from_the_first_screen_without_a_card_and_back_to_it(house) -> None:
    assert isinstance(house.view, Attract) and PARK in house.view.cardless
    first = house.act(Choose(PARK.key))
    assert isinstance(first, List) and first.name == "referendum"
    assert isinstance(house.act(Choose(told.WHERE)), List)
    assert house.act(Back()) == first
    assert isinstance(house.act(Choose(told.HOW)), Read) and house.act(Back()) == first
    assert isinstance(house.act(Back()), Attract)


def test_an_elector_finds_it_beside_the_votes_and_the_category_is_stamped_because_of_those(house, desk) -> None:
    house.sign_in(st.ANNA)
    category = house.act(OpenCategory(Category.PARTICIPATION))
    assert isinstance(category, List) and category.advisory
    vote, line = category.rows
    assert (vote.advisory, line.advisory, line.tells) == (True, False, True)
    assert line.key == f"{PARK.key}:park" and line.text == PARK.text
    house.act(Choose(line.key))
    page = house.act(Choose(told.WHERE))
    # Her dossier of before has no place in it.
    assert page == told.where_page(news(Anybody(desk.booth))[0], Holder(True))


def test_a_category_with_a_referendum_alone_is_not_stamped_as_advisory(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=(VoteItem.NOTICE,))
        store(desk, item(desk, coming(desk)))
        house = House(desk)
        house.sign_in(st.NIKOS)
        category = house.act(OpenCategory(Category.PARTICIPATION))
        assert isinstance(category, List) and not category.advisory and len(category.rows) == 1
        house.watch.stop()


def test_it_is_told_while_votes_are_closed(house, monkeypatch: pytest.MonkeyPatch) -> None:
    off = expiry.Off(expiry.Service("votes"), BoothCode.STORE_FULL, expiry.Why.DISK)
    monkeypatch.setattr(expiry, "services_off", lambda _booth: (off,))
    house.sign_in(st.ANNA)
    vote, line = house.act(OpenCategory(Category.PARTICIPATION)).rows
    page = house.act(Choose(line.key))
    assert isinstance(page, List) and page.name == "referendum"
    house.act(Back())
    assert house.act(Choose(vote.key)) == Problem(BoothCode.STORE_FULL)


def test_a_tile_whose_votes_are_closed_lives_for_what_is_told(desk) -> None:
    known = News(binding(), Phase.AHEAD)
    closed = {expiry.Service("votes"): BoothCode.STORE_FULL}
    for referendums, state in (((known,), TileState.READY), ((), TileState.CLOSED)):
        mine = Offered(votes_desk.service.MATTER, votes_desk.Votes("", [], True, referendums, ELECTOR))
        (tile,) = [one for one in tiles((mine,), closed) if one.category is Category.PARTICIPATION]
        assert tile.state is state


def test_the_holder_is_what_their_dossier_says(desk) -> None:
    dossier = st.dossier(st.ANNA, 1, (Capacity.ELECTOR,), desk.town.now)
    placed = dossier.model_copy(update={"person": dossier.person.model_copy(update={"polling": PLACE})})
    assert (Holder.of(dossier), Holder.of(placed)) == (Holder(True), ELECTOR)
    assert Holder.of(placed.model_copy(update={"capacities": ()})) == Holder(False, PLACE)
    seen = repr(ELECTOR) + repr(told.where_page(News(binding(), Phase.AHEAD), ELECTOR))
    assert "12" not in re.sub("0x[0-9a-f]+", "", seen)


# On every screen

PAGES = {name: view for name, view in samples().items() if isinstance(view, Page)}


@pytest.mark.parametrize("language", ["el", "en"])
def test_every_page_of_the_matter_says_what_it_is_part_of(language: str) -> None:
    """«Advisory vote», or that a referendum is on paper: for the eye and for the ear."""
    from assets.texts import catalogue

    stamps = {one: catalogue(language).gettext(one) for one in ("Advisory vote", LABEL)}
    for name, page in PAGES.items():
        stamp = stamps[LABEL if name.startswith("referendum") else "Advisory vote"]
        shown = present(page, language)
        assert shown["stamp"] == stamp, name
        assert stamp in [part["text"] for part in shown["spoken"]["parts"]], name
        assert not (name.startswith("referendum") and isinstance(page, Choice)), "it could be taken for a ballot"
    assert len([name for name in PAGES if name.startswith("referendum")]) == 9
    assert {"category", "ballot", "article", "review", "vote-done", "check-scan", "check-type"} < PAGES.keys()
