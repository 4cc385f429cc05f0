"""An attacker at the town hall's door: a card that votes for others, a number of another booth, a void that is lost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.certificates import store as certificates
from central.matters.votes import standings
from central.store.line import booths
from sync import Envelope


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


def take(centre: Centre, booth: Any, envelope: Envelope) -> tuple[str, str]:
    answer = intake.take(centre, booth.id, envelope)
    return answer.outcome, answer.reason


def prefix_of(centre: Centre, booth: str) -> str:
    with centre.store.reading() as tx:
        found = booths.find(tx, booth)
    assert found is not None
    return found.number_prefix


CODE = "7F3K-92QD-1M8X-0A4T"


@pytest.mark.parametrize("order", list(itertools.permutations(("issued", "void"))))
def test_a_void_after_a_power_cut_counts_though_the_booth_no_longer_knows_the_card(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, order: tuple[str, ...]
) -> None:
    number = f"{prefix_of(centre, booth.id)}/2026/000001"
    issued = hands.certificate(booth.id, number, CODE, town.card("elector"), centre.clock())
    void = hands.void(booth.id, number, centre.clock())
    for which in order:
        assert take(centre, booth, booth.act({"issued": issued, "void": void}[which])) == ("accepted", "")
    with centre.store.reading() as tx:
        kept = certificates.by_number(tx, number)
    assert kept is not None and kept.fate == "void"


def test_another_paper_under_a_known_number_is_refused(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    """A booth whose store was restored from an old copy gives numbers twice: the second paper never becomes valid."""
    number = f"{prefix_of(centre, booth.id)}/2026/000001"
    issued = hands.certificate(booth.id, number, CODE, town.card("elector"), centre.clock())
    assert take(centre, booth, booth.act(issued)) == ("accepted", "")
    others = [
        replace(issued, card=town.card("elector", 1)),
        issued.but(digest="0" * 64),
        issued.but(document="permanent_residence"),
        issued.but(code="0000-0000-0000-0000"),
    ]
    for other in others:
        assert take(centre, booth, booth.act(other)) == ("rejected", "number-taken")
    void = hands.void(booth.id, number, centre.clock())
    for other in (void.but(digest="0" * 64), void.but(document="permanent_residence")):
        assert take(centre, booth, booth.act(other)) == ("rejected", "number-taken")
    with centre.store.reading() as tx:
        kept = certificates.by_number(tx, number)
    assert kept is not None and (kept.fate, kept.card) == ("issued", town.card("elector").number)


@pytest.mark.parametrize("tail", ["B/2026/000001", "2026/1", "2026/000001/9", "26/000001", "", "2026/٠٠٠٠٠١"])
def test_a_number_that_the_booths_range_does_not_give_is_refused(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, tail: str
) -> None:
    number = f"{prefix_of(centre, booth.id)}/{tail}"
    paper = hands.certificate(booth.id, number, CODE, town.card("elector"), centre.clock())
    for act in (paper, hands.void(booth.id, number, centre.clock())):
        assert take(centre, booth, booth.act(act)) == ("rejected", "number-of-another-range")


def test_one_card_cannot_vote_with_the_credentials_of_others(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    """A registrar knows every credential. With a card of their own on the roll they could vote for everybody."""
    own, other = town.card("elector", 0), town.card("elector", 1)
    now = centre.clock()
    mine = hands.cast(town.election, booth.id, own, hands.mark(centre, town.election, own, 0, 0), now)
    assert take(centre, booth, booth.ballot(mine)) == ("accepted", "")
    stolen = hands.mark(centre, town.election, other, 1, 1)
    forged = hands.cast(town.election, booth.id, own, stolen, now + timedelta(minutes=1))
    assert take(centre, booth, booth.ballot(forged)) == ("rejected", "another-credential")
    assert standings.find_ballot(centre, town.election, stolen.tracker) == "unknown"
    again = hands.cast(town.election, booth.id, own, hands.mark(centre, town.election, own, 2, 0), now)
    assert take(centre, booth, booth.ballot(again)) == ("accepted", "")
    theirs = hands.cast(town.election, booth.id, other, hands.mark(centre, town.election, other, 1, 0), now)
    assert take(centre, booth, booth.ballot(theirs)) == ("accepted", "")


def test_a_ballot_that_was_seen_is_no_good_under_another_card(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    own, other = town.card("elector", 0), town.card("elector", 1)
    ballot = hands.mark(centre, town.election, own, 0, 0)
    now = centre.clock()
    assert take(centre, booth, booth.ballot(hands.cast(town.election, booth.id, own, ballot, now))) == ("accepted", "")
    copied = hands.cast(town.election, booth.id, other, ballot, now)
    assert take(centre, booth, booth.ballot(copied)) == ("rejected", "ballot-known")
