"""Every card has every section, filled or empty, in one size; which cards are sealed anew never depends on what they
are told; a cut leaves each card whole."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import news
import pytest
import sqlalchemy as sa

from central.clock import SetClock
from central.kernel.centre import Centre
from central.kernel.matter import BackOffice, telling
from central.kernel.register import Register
from central.matters import BACKS
from central.office.cards import keys as card_keys
from central.office.roll import registry, sections
from central.office.roll.sections import Due
from central.store import Tx, alarms
from central.store.line import feed as feed_rows
from central.store.office import registry as rows
from central.store.office.registry import Sealed
from central.store.tables import metadata
from municipality.matter import NEWS_A_NIGHT, NOBODY, Carried, Matter, Section, SectionTooLarge, news_size
from municipality.matters.votes import TOLD
from municipality.matters.votes.messages import MOST_TOLD, ToldVote, VotesTold
from municipality.messages import ItemKind, Message, sections_info
from municipality.register import SECTIONS
from sync import SealBroken, open_shared

DAY = timedelta(days=1)


def days_on(centre: Centre, days: int) -> Centre:
    now = centre.clock() + days * DAY
    return replace(centre, clock=SetClock(lambda: now))


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]], kind: str) -> set[str]:
    first, second = news.digests(before, kind), news.digests(after, kind)
    return {key for key in second if first.get(key) != second[key]}


# -- every card, one size


def test_every_card_has_every_section_in_one_size_under_a_secret_of_its_dossier(town: Any, centre: Centre) -> None:
    feed = news.feed_of(centre)
    dossiers, theirs = (news.digests(feed, kind) for kind in news.KINDS)
    assert len(dossiers) > 20 and dossiers.keys() == theirs.keys()
    assert len({one["size"] for one in feed if one["kind"] == ItemKind.SECTIONS}) == 1
    opened = [news.dossier_of(centre, town.card("elector", place)) for place in (0, 1)]
    assert {one.version for one in opened} == {2} and len({one.secret for one in opened}) == 2
    for place, dossier in enumerate(opened):
        told = news.sections_of(centre, town.card("elector", place))
        assert (told.card, told.municipality) == (dossier.card, dossier.municipality)
        assert (told.dossier, told.sequence) == (dossier.sequence, 1)
        assert told.sections.keys() == {one.name for one in SECTIONS}
        assert [one.read(told) for one in SECTIONS] == [one.form() for one in SECTIONS]
    # Neither of the two halves that it is derived from opens anything by itself.
    with centre.store.reading() as tx:
        kept = [str(row) for table in metadata.sorted_tables for row in tx.connection.execute(sa.select(table))]
    assert not [one for one in kept if opened[0].secret in one]
    info = sections_info(opened[0].municipality, opened[0].card)
    for secret in (centre.keys.dossiers, secrets.token_bytes(32), bytes.fromhex(opened[1].secret)):
        with pytest.raises(SealBroken):
            open_shared(news.body_of(centre, ItemKind.SECTIONS, opened[0].card), secret, kid=opened[0].card, info=info)


def test_by_night_all_are_sealed_anew_and_none_twice(either: Centre) -> None:
    """On SQLite and on PostgreSQL. Whether a town is told anything or not, its nights look alike."""
    registry.publish_dossiers(either)
    before = news.feed_of(either)
    assert registry.publish_dossiers(either) == 0 and news.feed_of(either) == before
    night = days_on(either, 1)
    assert registry.publish_dossiers(night) == 0
    after = news.feed_of(night)
    cards = news.digests(before, ItemKind.DOSSIER).keys()
    assert changed(before, after, ItemKind.SECTIONS) == cards
    assert changed(before, after, ItemKind.DOSSIER) == set()
    assert {one["size"] for one in after} == {one["size"] for one in before}
    assert registry.publish_dossiers(night) == 0 and news.feed_of(night) == after


def test_in_a_large_town_each_card_has_its_turn_whatever_it_is_told(
    town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = news.digests(news.feed_of(centre), ItemKind.DOSSIER).keys()
    nights = 3
    monkeypatch.setattr(sections, "due", partial(sections.due, most=-(-len(cards) // nights)))
    sealed: list[str] = []
    for day in range(1, nights + 1):
        before = news.feed_of(centre)
        for _ in range(2):
            registry.publish_dossiers(days_on(centre, day))
        of_tonight = changed(before, news.feed_of(centre), ItemKind.SECTIONS)
        today = days_on(centre, day).clock().astimezone(sections.ATHENS).date().toordinal()
        assert of_tonight == {card for card in cards if sections.turn_of(card, nights) == today % nights}
        sealed += of_tonight
    assert sorted(sealed) == sorted(cards)


@pytest.mark.parametrize(("most", "nights"), [(30, 1), (29, 2), (15, 2), (14, 3)])
def test_as_many_nights_as_the_town_has_times_so_many_cards(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, most: int, nights: int
) -> None:
    monkeypatch.setattr(rows, "count_sealed", lambda _tx: 30)
    with centre.store.reading() as tx:
        assert sections.due(tx, centre.clock(), most).nights == nights
        monkeypatch.setattr(rows, "count_sealed", lambda _tx: NEWS_A_NIGHT + 1)
        assert sections.due(tx, centre.clock()).nights == 2
        monkeypatch.setattr(rows, "count_sealed", lambda _tx: 0)
        assert sections.due(tx, centre.clock()).nights == 1


def test_a_night_begins_at_midnight_in_athens(centre: Centre) -> None:
    with centre.store.reading() as tx:
        found = [sections.due(tx, datetime(2026, 12, 1, *hour, tzinfo=UTC)).night for hour in ((21, 59), (22, 0))]
    assert found == [date(2026, 12, 1), date(2026, 12, 2)]


def test_whose_turn_it_is_is_asked_of_night_and_round_alone() -> None:
    due = Due(round=3, night=date(2026, 12, 1), nights=1)

    def note(**of: Any) -> Sealed:
        return Sealed("AA1-1", "mac", 1, datetime(2026, 12, 1, tzinfo=UTC), **{"round": 3, "night": "2026-11-30"} | of)

    assert due.has(note())
    assert not due.has(note(night="2026-12-01"))
    assert due.has(note(night="2026-12-01", round=2))
    # A night that lies ahead was sealed by a clock that was wrong: it does not count as tonight's.
    assert due.has(note(night="2027-01-01"))
    turn = sections.turn_of("AA1-1", 5)
    assert [due.night.toordinal() % 5 == turn, replace(due, nights=5).has(note())] in ([True, True], [False, False])


# -- a round: everybody at once


def test_a_round_seals_everybody_anew_at_once(centre: Centre) -> None:
    before = news.feed_of(centre)
    centre.store.once(sections.ask_for_round)
    assert registry.publish_dossiers(centre) == 0
    after = news.feed_of(centre)
    assert changed(before, after, ItemKind.SECTIONS) == news.digests(before, ItemKind.DOSSIER).keys()
    assert registry.publish_dossiers(centre) == 0 and news.feed_of(centre) == after


def test_a_new_dossier_takes_its_sections_along_under_another_secret(town: Any, centre: Centre) -> None:
    card = town.card("elector")
    first = news.dossier_of(centre, card)
    before = news.feed_of(centre)
    with centre.store.writing() as tx:
        rows.set_capacities(tx, first.resident, '["resident"]')
    assert registry.publish_dossiers(centre) == 1
    after = news.feed_of(centre)
    assert changed(before, after, ItemKind.SECTIONS) == changed(before, after, ItemKind.DOSSIER) == {first.card}
    told = news.sections_of(centre, card)
    assert (told.dossier, told.sequence) == (first.sequence + 1, 2)
    with pytest.raises(SealBroken):
        news.sections_of(centre, card, first)


def test_who_has_no_card_any_more_has_no_sections_and_no_secret(town: Any, centre: Centre) -> None:
    number = town.card("elector").number
    with centre.store.writing() as tx:
        rows.revoke(tx, number, centre.clock())
    assert registry.publish_dossiers(centre) == 1
    assert [news.body_of(centre, kind, number) for kind in news.KINDS] == ["", ""]
    with centre.store.reading() as tx:
        kept = rows.sealed(tx, [number])[number]
    assert (kept.mac, kept.salt, kept.sequence) == ("", "", 1)
    before = news.feed_of(centre)
    registry.publish_dossiers(days_on(centre, 1))
    assert number not in changed(before, news.feed_of(centre), ItemKind.SECTIONS)


def test_dossiers_of_before_are_sealed_anew_with_a_secret(town: Any, centre: Centre) -> None:
    """What the migration leaves: rows without salt, night or round, and an HMAC over the form of before."""
    number = town.card("elector").number
    with centre.store.writing() as tx:
        kept = rows.sealed(tx, [number])[number]
        rows.put_sealed(tx, [Sealed(number, "of before", kept.sequence, kept.expires_at)])
        feed_rows.put(tx, ItemKind.SECTIONS, {number: ""})
    assert registry.publish_dossiers(centre) == 1
    assert news.sections_of(centre, town.card("elector")).dossier == kept.sequence + 1


# -- what does not fit


class Parcels(Message):
    words: str = ""


def parcels(budget: int, words: str) -> BackOffice:
    """A matter that tells everybody the same."""
    section = Section("parcels", Parcels, Carried(NOBODY, NOBODY), budget)

    def tell(_tx: Tx, holders: Mapping[str, str]) -> dict[str, Parcels]:
        return dict.fromkeys(holders, Parcels(words=words))

    return BackOffice(Matter("parcels", title="Parcels", sections=(section,)), tells=(telling(section, tell),))


def test_a_section_over_its_budget_is_refused_by_name_and_nobody_waits_for_it(town: Any, centre: Centre) -> None:
    words = "ψ" * 20
    size = len(Parcels(words=words).text().encode())
    for budget, fits in ((size, True), (size - 1, False)):
        office = parcels(budget, words)
        wider = replace(centre, matters=Register((*BACKS, office)))
        wider.store.once(sections.ask_for_round)
        before = news.feed_of(wider)
        registry.publish_dossiers(wider)
        assert changed(before, news.feed_of(wider), ItemKind.SECTIONS) == news.digests(before, ItemKind.SECTIONS).keys()
        told = news.sections_of(wider, town.card("elector"))
        assert told.sections.keys() == {one.name for one in SECTIONS} | ({"parcels"} if fits else set())
        assert TOLD.read(told) == VotesTold()
        assert office.tells[0].section.read(told) == (Parcels(words=words) if fits else None)
    with centre.store.reading() as tx:
        ringing = [(one.what, one.detail) for one in alarms.waiting(tx)]
    assert ringing == [(card_keys.SECTION_TOO_LARGE, "parcels")]
    assert [one.detail for one in card_keys.waiting(centre)] == ["parcels"]


def test_the_words_of_the_refusal_have_no_contents() -> None:
    section = parcels(8, "").tells[0].section
    with pytest.raises(SectionTooLarge) as caught:
        section.filled(Parcels(words="Παπαδοπούλου"))
    assert str(caught.value) == "parcels: 36 bytes, of 8 at the most"


def test_the_fullest_news_of_votes_fit_and_one_more_is_cut_by_their_own_rule() -> None:
    one = ToldVote(election="x" * 40, recorded=False)
    TOLD.filled(VotesTold(votes=(one,) * MOST_TOLD, more=999))
    with pytest.raises(ValueError, match="too_long"):
        VotesTold(votes=(one,) * (MOST_TOLD + 1))


def test_the_size_holds_whatever_the_sections_are_filled_with(town: Any, centre: Centre) -> None:
    """Each filled to its last byte, beside the longest names that there are (80 letters of a town, 32 of a card)."""
    full = parcels(500, "x" * (500 - len(Parcels().text())))
    longest = centre.settings.model_copy(update={"municipality": "m" * 80})
    wider = replace(centre, matters=Register((*BACKS, full)), settings=longest)
    assert news_size(one.section for one in wider.matters.tellings) > news_size(SECTIONS)
    note = Sealed("C" * 32, "", 2**53, centre.clock(), salt="0" * 32, sections=2**53)
    most = {
        TOLD.name: TOLD.filled(VotesTold(votes=(ToldVote(election="x" * 40, recorded=False),) * MOST_TOLD, more=999)),
        "parcels": full.tells[0].section.filled(full.tells[0].tell(None, {"a": "b"})["a"]),  # type: ignore[arg-type]
    }
    empty = {"votes": TOLD.filled(VotesTold()), "parcels": full.tells[0].section.filled(Parcels())}
    now = centre.clock()
    assert len(sections.sealed(wider, note, most, now)) == len(sections.sealed(wider, note, empty, now))


def test_every_section_of_a_matter_is_filled() -> None:
    office = parcels(64, "")
    with pytest.raises(ValueError, match="parcels: not every section"):
        Register([BackOffice(office.matter)])


# -- cut at any point


POINTS: dict[str, Callable[[pytest.MonkeyPatch, Callable[..., Any]], None]] = {
    "before anything is told": lambda patch, die: patch.setattr(sections, "fill", die),
    "sealed": lambda patch, die: patch.setattr(rows, "put_sealed", die),
    "noted": lambda patch, die: patch.setattr(feed_rows, "put", die),
}


class Cut(BaseException):
    """Nobody catches it, as nobody catches a kill."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Cards in a batch, so that there are several."""
    monkeypatch.setattr(registry, "BATCH", 7)
    yield 7


@pytest.mark.parametrize("point", POINTS)
def test_cut_in_the_second_batch_it_goes_on_and_every_card_is_whole(
    town: Any, centre: Centre, few: int, point: str
) -> None:
    before = news.feed_of(centre)
    cards = sorted(news.digests(before, ItemKind.DOSSIER))
    centre.store.once(sections.ask_for_round)
    calls = 0
    with pytest.MonkeyPatch.context() as patch:
        whole = {"before anything is told": sections.fill, "sealed": rows.put_sealed, "noted": feed_rows.put}[point]
        first = 2 if point == "noted" else 1  # each batch puts two kinds

        def die(*given: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > first:
                raise Cut
            return whole(*given)

        POINTS[point](patch, die)
        with pytest.raises(Cut):
            registry.publish_dossiers(centre)
    half = news.feed_of(centre)
    done = changed(before, half, ItemKind.SECTIONS)
    assert len(done) == few and done < set(cards)
    news.sections_of(centre, town.card("elector"))  # each opens, sealed anew or not
    assert registry.publish_dossiers(centre) == 0
    after = news.feed_of(centre)
    assert changed(half, after, ItemKind.SECTIONS) == set(cards) - done, "and none of the others once more"
    assert changed(before, after, ItemKind.DOSSIER) == set()
    with centre.store.reading() as tx:
        assert {note.sections for note in rows.sealed(tx, cards).values()} == {2}
