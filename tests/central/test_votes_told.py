"""After a vote everybody on its roll is told whether a ballot of theirs is recorded: as the board has it, all at once.
Before its end nothing that any booth gets depends on who has voted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import news
import pytest
import seeded_town as hands
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from polling import DAY, HOUR, VOTERS, Hall

from card_reader import Authority, Slot, certify
from central.kernel import retention
from central.kernel.centre import Centre, read_key
from central.matters.votes import service as elections
from central.matters.votes.life import telling
from central.matters.votes.life.closing import Verdict
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import letting_go
from central.office.cards import lifecycle
from central.office.roll import registry, sections
from central.store.office import registry as rows
from municipality.matters.votes import TOLD
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import MOST_TOLD, ToldVote, VotesTold
from municipality.messages import ItemKind
from municipality.register import days

TAKEN = ("accepted", "")
KEPT = timedelta(days=days(VoteThing.VOTE_LINKS))


def told(hall: Hall) -> dict[int, bool | None]:
    """What each voter's card says of the vote; None where it says nothing."""
    return {
        voter: news.told_of_votes(hall.centre, hall.cards[voter]).get(hall.election) for voter in range(len(VOTERS))
    }


def published(hall: Hall, moment: datetime) -> list[dict[str, object]]:
    """The feed's dossiers and sections after a night's sealing at this moment."""
    registry.publish_dossiers(hall.at(moment))
    return news.feed_of(hall.centre)


def over(hall: Hall, taken: dict[int, list[str]] | None = None) -> Centre:
    hall.all_state(taken or {}, hall.closes)
    return hall.at(hall.closes + HOUR)


def nights(hall: Hall) -> list[datetime]:
    return [hall.opens + DAY * day for day in range((hall.closes - hall.opens) // DAY + 1)]


# -- before the end


def test_until_the_end_two_towns_differ_in_what_is_random_alone(open_hall: Callable[[], Hall]) -> None:
    """One where people vote, vote again and are refused, and one where nobody does: night by night the same items of
    the same sizes in the same order. No more is in any section of the one than of the other."""
    busy, quiet = open_hall(), open_hall()
    noon = busy.opens + 12 * HOUR
    for night in nights(busy):
        if night == busy.opens + DAY:
            assert busy.vote(0, noon) == busy.vote(0, noon + HOUR, turn=1) == busy.vote(1, noon) == TAKEN
            assert busy.vote(2, noon, turn=1, card=3) == TAKEN
        for one in (busy, quiet):
            elections.grow_board(one.at(night), one.election)
        ours, theirs = published(busy, night), published(quiet, night)
        assert news.shape(ours) == news.shape(theirs)
        assert [one["seq"] for one in ours] == [one["seq"] for one in theirs]
        plain = [news.sections_of(hall.centre, card).sections for hall in (busy, quiet) for card in hall.cards]
        assert all(one == plain[0] for one in plain)
    # Stated by every booth, and not yet closed.
    over(busy, {0: [busy.ballot(*one).tracker for one in ((0, 0), (0, 1), (1, 0), (2, 1))]})
    over(quiet)
    late = busy.closes + DAY
    assert news.shape(published(busy, late)) == news.shape(published(quiet, late))
    assert told(busy) == told(quiet) == dict.fromkeys(range(len(VOTERS)))


# -- after it


def test_after_the_close_everybody_is_told_what_the_board_has_in_one_sealing(hall: Hall) -> None:
    """Voted once; voted again; by a letter that came in time after the end; too late; never."""
    noon = hall.opens + 12 * HOUR
    assert hall.vote(0, noon) == hall.vote(1, noon) == hall.vote(1, noon + HOUR, turn=1) == TAKEN
    late = [hall.cast(voter, noon, booth=1) for voter in (2, 3)]
    hall.all_state({0: [hall.ballot(*one).tracker for one in ((0, 0), (1, 0), (1, 1))], 1: [hall.ballot(2).tracker]},
                   hall.closes)  # fmt: skip
    assert hall.send(1, late, hall.closes + HOUR) == [TAKEN, ("rejected", "not-in-the-statement")]
    now = hall.closes + 2 * HOUR
    before = published(hall, now)
    elections.close(hall.at(now), hall.election)
    after = published(hall, now)
    cards = news.digests(before, ItemKind.SECTIONS)
    assert {card for card, one in news.digests(after, ItemKind.SECTIONS).items() if one != cards[card]} == cards.keys()
    assert news.digests(after, ItemKind.DOSSIER) == news.digests(before, ItemKind.DOSSIER)
    assert {one["size"] for one in after} == {one["size"] for one in before}
    assert told(hall) == {0: True, 1: True, 2: True, 3: False, 4: False}
    # To be told so once is enough, however often the step is taken.
    elections.close(hall.at(now), hall.election)
    assert published(hall, now) == after


def test_who_never_stood_on_the_roll_is_told_nothing(hall: Hall) -> None:
    now = over(hall)
    elections.close(now, hall.election)
    registry.publish_dossiers(now)
    with now.store.reading() as tx:
        holders = {one.card.card: one.card.resident for one in rows.holders(tx)}
        found = telling.tell(tx, holders)
        vote = election_rows.find(tx, hall.election)
    assert vote is not None
    assert found.keys() == {card for card in holders if f'"{card}"' in vote.roll} != holders.keys()
    resident = hall.town.card("resident")
    assert TOLD.read(news.sections_of(now, resident)) == VotesTold()


@pytest.mark.parametrize("counts", [True, False])
def test_of_a_ballot_that_waited_for_two_officers_they_hear_what_was_decided(hall: Hall, counts: bool) -> None:
    noon = hall.opens + 12 * HOUR
    lifecycle.block(hall.at(noon), hall.number(0), who="maria")
    assert hall.vote(0, noon - HOUR, noon + HOUR) == TAKEN
    hall.all_state({0: [hall.ballot(0).tracker]}, hall.closes)
    hall.declare(hall.late, {hall.ballot(0).tracker: Verdict(counts, "Αποφασίστηκε")})
    elections.close(hall.at(hall.late), hall.election)
    with hall.centre.store.reading() as tx:
        found = telling.tell(tx, {hall.number(0): hands.person_of(hall.cards[0])})
    assert found[hall.number(0)].votes == (ToldVote(election=hall.election, recorded=counts),)


def test_who_voted_at_a_booth_that_was_lost_hears_that_nothing_is_recorded(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    hall.cast(0, noon, booth=2)  # and it never comes
    assert hall.vote(1, noon) == TAKEN
    for booth, taken in ((0, [hall.ballot(1).tracker]), (1, [])):
        assert hall.state(booth, taken, hall.closes) == TAKEN
    hall.declare(hall.late)
    now = hall.at(hall.late)
    elections.close(now, hall.election)
    registry.publish_dossiers(now)
    assert told(hall) == {0: False, 1: True, 2: False, 3: False, 4: False}


def test_who_has_got_another_card_meanwhile_is_told_by_that_one(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    assert hall.vote(0, noon) == TAKEN
    now = over(hall, {0: [hall.ballot(0).tracker]})
    elections.close(now, hall.election)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certified(now, "AA1-900001", key)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    with now.store.writing() as tx:
        rows.revoke(tx, hall.number(0), now.clock())
        person = hands.person_of(hall.cards[0])
        rows.add_cards(tx, [rows.Card("AA1-900001", person, pem, pem, pem, now.clock() + 99 * DAY)])
    registry.publish_dossiers(now)
    image = replace(hall.cards[0], keys={Slot.KEY_MANAGEMENT: key}, certs={Slot.AUTHENTICATION: certificate})
    assert news.told_of_votes(now, image) == {hall.election: True}
    assert news.body_of(now, ItemKind.SECTIONS, hall.number(0)) == ""


def certified(centre: Centre, card: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    now = centre.clock()
    return certify(authority, card, Slot.KEY_MANAGEMENT, key.public_key(), now - DAY, now + 99 * DAY)


# -- kept as long as the links


def ended(hall: Hall) -> datetime:
    """Closed, published by hand, and told. When it was."""
    noon = hall.opens + 12 * HOUR
    assert hall.vote(0, noon) == TAKEN
    elections.close(over(hall, {0: [hall.ballot(0).tracker]}), hall.election)
    with hall.centre.store.writing() as tx:
        election_rows.change(tx, hall.election, state="published", published_at=hall.closes)
    return hall.closes


def test_they_are_told_until_the_links_go_and_then_nobody_is(hall: Hall) -> None:
    over = ended(hall)
    retention.purge(hall.at(over + KEPT - HOUR))
    published(hall, over + KEPT - HOUR)
    assert told(hall) == {0: True} | dict.fromkeys(range(1, len(VOTERS)), False)
    retention.purge(hall.at(over + KEPT + HOUR))
    before = news.feed_of(hall.centre)
    after = published(hall, over + KEPT + HOUR)
    assert not news.digests(before, ItemKind.SECTIONS).items() & news.digests(after, ItemKind.SECTIONS).items()
    assert told(hall) == dict.fromkeys(range(len(VOTERS)))


class Cut(BaseException):
    """Nobody catches it, as nobody catches a kill."""


def test_a_purge_that_is_cut_denies_nobody_their_vote(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    over = ended(hall)

    def die(*_: object, **_named: object) -> int:
        raise Cut

    monkeypatch.setattr(letting_go, "cut_links", die)
    with pytest.raises(Cut):
        retention.purge(hall.at(over + KEPT + HOUR))
    published(hall, over + KEPT + HOUR)
    assert told(hall) == dict.fromkeys(range(len(VOTERS))), "nothing is told any more, whichever links are left"


def test_a_close_that_is_cut_before_it_is_told_is_told_by_the_next(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = over(hall)

    def die(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(sections, "ask_for_round", die)
        with pytest.raises(Cut):
            elections.close(now, hall.election)
    registry.publish_dossiers(now)
    assert told(hall) == dict.fromkeys(range(len(VOTERS)))
    elections.close(now, hall.election)
    registry.publish_dossiers(now)
    assert told(hall) == dict.fromkeys(range(len(VOTERS)), False)


def test_of_more_votes_than_fit_the_newest_are_told_and_the_others_counted() -> None:
    votes = [ToldVote(election=f"vote-{place}", recorded=place % 2 == 0) for place in range(MOST_TOLD + 2)]
    assert telling._cut(votes[:MOST_TOLD]) == VotesTold(votes=tuple(votes[:MOST_TOLD]))
    assert telling._cut(votes) == VotesTold(votes=tuple(votes[:MOST_TOLD]), more=2)
