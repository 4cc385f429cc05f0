"""What a tracker tells: refused ballots are remembered by it, and every booth gets the list, once a day."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from seeded_town import Doing

from assets.texts import catalogue
from ballot_box.tracker import tracker_of
from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.matters.votes import receipts
from central.matters.votes import service as elections
from central.matters.votes.site import public_tracker
from central.matters.votes.site.public_tracker import Asked, Found
from central.matters.votes.store import ballots
from central.matters.votes.store import receipts as rows
from central.store.line import feed
from municipality.matters.votes.messages import MOST_LISTED, Trackers, VoteItem
from municipality.matters.votes.receipts import Listing, Receipt, pack, refusal
from municipality.matters.votes.refusals import REFUSALS
from municipality.matters.votes.saying import SAID


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


def vote(town: Any, centre: Centre, hands: ModuleType, place: int = 0, answer: int = 0, *, ago: float = 60) -> Doing:
    card = town.card("elector", place)
    ballot = hands.mark(centre, town.election, card, answer, None)
    made: Doing = hands.cast(town.election, town.booth().id, card, ballot, centre.clock() - timedelta(seconds=ago))
    return made


def tracker(act: Doing) -> str:
    return tracker_of(act.act.ballot)  # type: ignore[attr-defined]


def take(centre: Centre, booth: Any, act: Doing, **how: Any) -> str:
    return intake.take(centre, booth.id, booth.ballot(act, made_at=act.at, **how)).reason


def handed_out(centre: Centre, election: str) -> tuple[Trackers, dict[str, Receipt]]:
    with centre.store.reading() as tx:
        item = feed.find(tx, VoteItem.TRACKERS, election)
    assert item is not None
    told = Trackers.read(centre.read_signed(VoteItem.TRACKERS, item.body))
    return told, {begun.hex(): state for begun, state in Listing(told.ballots)}


def refused(centre: Centre, election: str) -> dict[str, str]:
    with centre.store.reading() as tx:
        return rows.refused_of(tx, election)


def test_the_list_says_what_the_tables_say_when_the_board_has_grown(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    first, second = vote(town, centre, hands, ago=90), vote(town, centre, hands, answer=1, ago=30)
    others, late = vote(town, centre, hands, 1), vote(town, centre, hands, 2, ago=3 * 86400)
    assert [take(centre, booth, act) for act in (first, others, late)] == ["", "", "outside-the-window"]
    with centre.store.reading() as tx:
        assert feed.find(tx, VoteItem.TRACKERS, town.election) is None, "a ballot that comes shows nothing"
    elections.grow_board(centre, town.election)
    told, states = handed_out(centre, town.election)
    assert (told.election, told.over) == (town.election, False)
    assert abs(told.as_of - centre.clock()) < timedelta(minutes=1)
    on_board = {tracker(first)[:16]: Receipt.ON_BOARD, tracker(others)[:16]: Receipt.ON_BOARD}
    assert states == {**on_board, tracker(late)[:16]: Receipt.LATE}
    assert take(centre, booth, second) == ""
    assert handed_out(centre, town.election) == (told, states), "what comes meanwhile shows the next day"
    elections.grow_board(centre, town.election)
    assert handed_out(centre, town.election)[1] == {
        **states, tracker(first)[:16]: Receipt.SUPERSEDED, tracker(second)[:16]: Receipt.ON_BOARD,
    }  # fmt: skip


def test_a_ballot_that_came_while_the_board_grew_is_not_on_the_list(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    """Three of one card: one on the board, two after it has grown."""
    first, second, third = (vote(town, centre, hands, answer=place, ago=90 - 30 * place) for place in range(3))
    take(centre, booth, first)
    elections.grow_board(centre, town.election)
    assert [take(centre, booth, act) for act in (second, third)] == ["", ""]
    with centre.store.reading() as tx:
        states = receipts.states_of(tx, town.election)
    assert states == {tracker(first): Receipt.ON_BOARD, tracker(second): Receipt.SUPERSEDED}


def _spoilt(act: Doing) -> Doing:
    ballot = act.act.ballot  # type: ignore[attr-defined]
    place = ballot.rindex('"response":"') + len('"response":"')
    return act.but(ballot=ballot[:place] + ("1" if ballot[place] != "1" else "2") + ballot[place + 1 :])


def _by(kind: str) -> Any:
    return lambda act, town: replace(act, card=town.card(kind))


def _at(ahead: timedelta) -> Any:
    return lambda act, _town: replace(act, at=act.at + ahead)


@pytest.mark.parametrize(
    ("change", "reason", "told"),
    [
        (_at(timedelta(days=-3)), "outside-the-window", Receipt.LATE),
        (_at(timedelta(hours=1)), "cast-in-the-future", Receipt.AHEAD),
        (lambda act, _town: _spoilt(act), "ballot-not-sound", Receipt.UNSOUND),
        (_by("resident"), "not-on-the-roll", Receipt.NOT_TAKEN),
        (_by("revoked"), "card-revoked", Receipt.NOT_TAKEN),
        # No card vouches for these, or there is no such vote: the true ballot may come yet.
        (lambda act, _town: replace(act, said={"at": act.at - timedelta(seconds=1)}), "bad-card-signature", None),
        (_by("foreign"), "unknown-card", None),
        (lambda act, _town: act.but(election="nowhere"), "unknown-election", None),
    ],
)
def test_a_refused_ballot_is_remembered_by_what_is_true_of_it(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, change: Any, reason: str, told: Receipt | None
) -> None:
    act = change(vote(town, centre, hands), town)
    assert take(centre, booth, act) == reason
    assert refused(centre, town.election) == ({} if told is None else {tracker(act): told.value})
    assert refused(centre, "nowhere") == {}
    assert [column.name for column in rows.refused.columns] == ["municipality_id", "election", "tracker", "reason"]


def test_what_was_taken_was_not_refused_whatever_is_said_of_another_envelope(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    """Somebody sends another's ballot, which stands on the board for all to read, so that it is refused."""
    act = vote(town, centre, hands)
    assert take(centre, booth, replace(act, card=town.card("resident"))) == "not-on-the-roll"
    assert list(refused(centre, town.election)) == [tracker(act)]
    assert take(centre, booth, act) == ""
    assert take(centre, booth, act) == "ballot-known", "which is no word on the ballot"
    elections.grow_board(centre, town.election)
    assert handed_out(centre, town.election)[1] == {tracker(act)[:16]: Receipt.ON_BOARD}


def test_a_second_credential_of_one_card_is_refused_and_remembered(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    own, anothers = vote(town, centre, hands), vote(town, centre, hands, 1)
    assert take(centre, booth, own) == ""
    assert take(centre, booth, replace(anothers, card=town.card("elector", 0))) == "another-credential"
    assert refused(centre, town.election) == {tracker(anothers): "not_taken"}


def test_refused_ballots_go_with_the_links_and_the_list_with_the_slips(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    act = vote(town, centre, hands, 2, ago=3 * 86400)
    take(centre, booth, act)
    taken = hands.five_vote(town, centre)
    after = hands.at(centre, centre.clock() + timedelta(days=6))
    hands.all_state(town, after, taken)
    for step in (elections.close, elections.tally, elections.publish):
        step(after, town.election)
    told, states = handed_out(after, town.election)
    assert (told.over, len(states)) == (True, 6)
    retention.purge(hands.at(centre, after.clock() + timedelta(days=30, seconds=-60)))
    assert list(refused(centre, town.election)) == [tracker(act)]
    retention.purge(hands.at(centre, after.clock() + timedelta(days=30, seconds=60)))
    assert refused(centre, town.election) == {}
    with centre.store.reading() as tx:
        item = feed.find(tx, VoteItem.TRACKERS, town.election)
    assert item is not None and item.body == ""


def test_what_two_officers_have_refused_is_told_to_be_refused(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    act = vote(town, centre, hands)
    take(centre, booth, act)
    with centre.store.writing() as tx:
        ballots.refuse(tx, town.election, [tracker(act)])
        assert receipts.states_of(tx, town.election) == {tracker(act): Receipt.NOT_TAKEN}
    assert public_tracker.find(centre, tracker(act)).state is Receipt.NOT_TAKEN


# On the public site


def test_a_ballot_is_found_in_any_vote_by_three_groups_or_more(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    first, second = vote(town, centre, hands, ago=90), vote(town, centre, hands, answer=1, ago=30)
    late, title = vote(town, centre, hands, 2, ago=3 * 86400), hands.notice_of(centre, town.election).title
    whole, other = tracker(first), tracker(second)
    assert public_tracker.find(centre, whole) == Found(Receipt.NOT_ARRIVED, whole)
    take(centre, booth, first)
    take(centre, booth, late)
    assert public_tracker.ask(centre, whole[:11]) == Asked(whole[:11], None)
    assert public_tracker.ask(centre, f" {whole[:12].upper()} ").found == Found(Receipt.WAITING, whole, title)
    elections.grow_board(centre, town.election)
    assert public_tracker.find(centre, whole[:12]) == Found(Receipt.ON_BOARD, whole, title)
    take(centre, booth, second)
    assert public_tracker.find(centre, whole) == Found(Receipt.SUPERSEDED, whole, title)
    assert public_tracker.find(centre, other) == Found(Receipt.WAITING, other, title)
    assert public_tracker.find(centre, tracker(late)) == Found(Receipt.LATE, tracker(late), title)
    assert public_tracker.find(centre, whole, "nowhere").state is Receipt.NOT_ARRIVED


def test_two_that_begin_alike_are_told_apart_by_more(town: Any, centre: Centre) -> None:
    twins = ["ab" * 6 + "0" * 52, "ab" * 6 + "1" * 52]
    with centre.store.writing() as tx:
        rows.refuse(tx, town.election, [(one, "unsound") for one in twins])
    assert public_tracker.find(centre, "ab" * 6) == Found(Receipt.SEVERAL, "ab" * 6)
    assert public_tracker.find(centre, twins[0][:13]).state is Receipt.UNSOUND


def test_once_every_vote_is_over_what_is_not_there_is_not_counted(town: Any, centre: Centre, hands: ModuleType) -> None:
    assert public_tracker.find(centre, "c" * 64) == Found(Receipt.NOT_ARRIVED, "c" * 64)
    after = hands.at(centre, centre.clock() + timedelta(days=6))
    hands.all_state(town, after)
    elections.close(after, town.election)
    assert public_tracker.find(centre, "c" * 64) == Found(Receipt.NOT_COUNTED, "c" * 64)


def test_whatever_a_ballot_may_be_refused_for_is_told_or_left_out_on_purpose() -> None:
    untold = [reason for reason in REFUSALS if refusal(reason) is None]
    of_statements = ["statement-not-believed", "statement-too-early", "another-statement"]
    assert untold == ["unknown-election", "ballot-known", *of_statements], "of no vote, here already, or no ballot"


def test_booth_and_site_have_words_for_whatever_they_may_say() -> None:
    assert set(SAID) == set(Receipt)
    told = [message for said in SAID.values() for message in (said.title, said.text, said.todo) if message]
    for language in ("el", "sq"):
        assert [message for message in told if catalogue(language).gettext(message) == message] == []


@pytest.mark.parametrize("count", [20_000])
def test_a_large_towns_list_is_small(town: Any, centre: Centre, count: int) -> None:
    invented = {hashlib.sha256(str(one).encode()).hexdigest(): Receipt.ON_BOARD for one in range(count)}
    told = Trackers(election=town.election, as_of=centre.clock(), over=False, ballots=pack(invented))
    size = len(centre.sign(VoteItem.TRACKERS, told.text()))
    assert 240_000 < size < 330_000, size
    listing = Listing(told.ballots)
    assert len(listing) == count
    assert all(listing.begun(one) == [(one[:16], Receipt.ON_BOARD)] for one in list(invented)[:500])
    assert 8 * count <= MOST_LISTED
