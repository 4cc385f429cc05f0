"""When a vote opens and closes, and for whom it may be drawn up: to the second, over the night when clocks go back, and
with too small a roll."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import small_town
from staff_desk import Web

from central.demo.vote import plan
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes.life import drawing_up
from municipality.matters.votes.rules import MayVote, standing
from municipality.residents import Capacity

ATHENS, SECOND = ZoneInfo("Europe/Athens"), timedelta(seconds=1)
# Five days by the calendar; in the night to Sunday the 31st the clocks go back at four.
OPENS, CLOSES = datetime(2027, 10, 29, 8, tzinfo=ATHENS), datetime(2027, 11, 2, 20, tzinfo=ATHENS)


def test_over_the_end_of_summer_time_booths_and_town_hall_agree_to_the_second(
    town: Any, centre: Centre, hands: ModuleType
) -> None:
    walls = CLOSES - OPENS
    assert walls == timedelta(days=4, hours=12), "by the clocks on the walls"
    before = hands.at(centre, OPENS - timedelta(days=10))
    election = elections.draw_up(before, replace(plan(OPENS), closes=CLOSES))
    elections.open_vote(before, election)
    notice, booth, card = hands.notice_of(centre, election), town.booth(), town.card("elector")
    assert notice.closes - notice.opens == timedelta(days=4, hours=13), "and there is an hour more"
    ballot = hands.mark(centre, election, card, 0, 0)
    dossier = small_town.dossier(card.number, 1, (Capacity.ELECTOR,), OPENS)

    def at_the_booth(now: datetime) -> MayVote:
        return standing(notice, dossier, now, has_slip=True)

    def at_the_town_hall(now: datetime) -> str:
        letter = booth.ballot(hands.cast(election, booth.id, card, ballot, now))
        return str(intake.take(hands.at(centre, now), booth.id, letter).reason)

    for edge, early, late in ((OPENS, MayVote.NOT_YET, MayVote.OPEN), (CLOSES, MayVote.OPEN, MayVote.CLOSED)):
        assert (at_the_booth(edge - SECOND), at_the_booth(edge)) == (early, late)
    assert at_the_town_hall(OPENS - SECOND) == "outside-the-window"
    assert at_the_town_hall(CLOSES) == "outside-the-window"
    assert at_the_town_hall(CLOSES - SECOND) == ""
    again = hands.mark(centre, election, card, 1, 0)
    letter = booth.ballot(hands.cast(election, booth.id, card, again, OPENS))
    assert intake.take(hands.at(centre, OPENS), booth.id, letter).reason == ""
    with pytest.raises(elections.ElectionRefused, match="closes at"):
        elections.close(hands.at(centre, CLOSES - SECOND), election)
    hands.all_state(town, hands.at(centre, CLOSES), [ballot.tracker, again.tracker], election=election)
    assert elections.close(hands.at(centre, CLOSES), election) == 1
    page = Web(centre, "http://testserver").request("GET", f"/votes/{election}", headers={}).text
    assert "8:00" in page and "20:00" in page


def test_a_roll_that_cannot_reach_the_floor_is_told_when_the_vote_is_drawn_up(centre: Centre) -> None:
    """Its result could never be opened: nobody is to vote first and hear of it afterwards."""
    small = replace(plan(centre.clock()), audience=Capacity.ELECTOR)
    electors = drawing_up.begin(centre, small).electors
    assert electors > 10
    assert drawing_up.begin(centre, replace(small, floor=electors)).electors == electors
    with pytest.raises(
        elections.ElectionRefused, match=f"{electors} are on the roll, and with fewer than {electors + 1}"
    ):
        drawing_up.begin(centre, replace(small, floor=electors + 1))
    with pytest.raises(elections.ElectionRefused, match="at least 5"):
        drawing_up.begin(centre, replace(small, floor=4))


def test_an_audience_of_seven_is_too_small_for_a_floor_of_ten(centre: Centre) -> None:
    some = replace(plan(centre.clock()), floor=5)
    cards = sorted(card for card, _ in drawing_up._roll(centre, some.audience, frozenset()).entries)
    others = frozenset(cards[7:])
    assert drawing_up.begin(centre, some, leave_out=others).electors == 7
    with pytest.raises(elections.ElectionRefused, match="7 are on the roll, and with fewer than 10 ballots"):
        drawing_up.begin(centre, replace(some, floor=10), leave_out=others)
