"""Where votes stand: counted as the rows say, out of indexes alone, however many have voted. Trackers in pages."""

from __future__ import annotations

import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from staff_desk import Desk, at_desk, employ

from ballot_box import tracker as reading
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.standings import ON_A_PAGE, TrackerPage, VoteStanding
from central.matters.votes.store import ballots as rows
from central.matters.votes.store.tables import ballots as table

BALLOT = "x" * 4000


def fill(
    centre: Centre, election: str, trackers: list[str], *, revotes: int = 0, waiting: int = 0
) -> list[rows.Ballot]:
    """Ballots on the board under `trackers`, each of a credential of its own; but the last `revotes` of them are newer
    ones of the first, and the last `waiting` are not on the board yet."""
    begin = centre.clock().replace(microsecond=0) - timedelta(days=1)
    own = len(trackers) - revotes
    made = [
        rows.Ballot(
            election,
            tracker,
            trackers[place % own] * 9,
            BALLOT,
            begin + timedelta(seconds=place),
            rows.CURRENT if place >= len(trackers) - waiting else rows.ON_BOARD,
        )
        for place, tracker in enumerate(trackers)
    ]
    with centre.store.writing() as tx:
        given = [{"municipality_id": tx.municipality, **vars(one)} for one in made]
        tx.connection.execute(sa.insert(table), given)
    return made


def some(count: int, begins: str = "") -> list[str]:
    chance = random.Random(count)
    return [begins + chance.randbytes(32).hex()[len(begins) :] for _ in range(count)]


def counted(centre: Centre, election: str) -> tuple[int, int, int]:
    found = standings.standing(centre, election)
    return found.ballots, found.waiting, found.superseded


def test_standings_say_what_the_rows_say(either: Centre, town: Any) -> None:
    """On both databases; a replaced ballot stands on the board and does not count."""
    assert counted(either, town.election) == (0, 0, 0)
    trackers = some(60)
    fill(either, town.election, trackers, revotes=10, waiting=4)
    assert counted(either, town.election) == (46, 4, 10)
    fill(either, "another", some(3))
    assert counted(either, town.election) == (46, 4, 10)
    (found,) = standings.all_standings(either)
    assert found == standings.standing(either, town.election)
    shown = vars(standings.vote(either, town.election))
    assert found == VoteStanding(**shown, ballots=46, waiting=4, superseded=10, pending=0)
    assert [vars(one) for one in standings.all_votes(either)] == [vars(standings.vote(either, town.election))]
    # The first ten have a newer one; of four of these it waits, and the board does not know of it yet.
    told = [standings.find_ballot(either, town.election, one) for one in trackers]
    assert told == ["superseded"] * 10 + ["on_board"] * 46 + ["waiting"] * 4
    listed = sorted((one, place >= 6) for place, one in enumerate(trackers[:56]))
    assert standings.trackers(either, town.election) == TrackerPage("", 56, tuple(listed), ())
    assert standings.find_ballot(either, town.election, "0" * 64) == "unknown"


def test_of_two_cast_at_one_second_the_greater_tracker_counts(either: Centre, town: Any) -> None:
    low, high = sorted(some(2))
    (ballot,) = fill(either, town.election, [high])
    with either.store.writing() as tx:
        rows.add(tx, replace(ballot, tracker=low), card="c", booth="b", envelope="e")
    assert standings.trackers(either, town.election).listed == ((low, False), (high, True))
    assert [standings.find_ballot(either, town.election, one) for one in (low, high)] == ["superseded", "on_board"]
    assert counted(either, town.election) == (1, 0, 1)


def test_a_tracker_is_found_by_its_beginning_unless_two_begin_so(either: Centre, town: Any) -> None:
    one, other = some(1, "ab" * 8)[0], some(2, "ab" * 8)[1]
    alone = "f" * 64
    fill(either, town.election, [one, other, alone])
    told = {
        begun: standings.whole_tracker(either, town.election, begun) for begun in (one, "ab" * 8, "f" * 16, "0" * 16)
    }
    assert told == {one: one, "ab" * 8: "ab" * 8, "f" * 16: alone, "0" * 16: "0" * 16}


def test_a_page_is_divided_where_there_are_more_than_it_holds(either: Centre, town: Any) -> None:
    trackers = sorted(some(ON_A_PAGE, "3"))
    fill(either, town.election, trackers)
    full = standings.trackers(either, town.election)
    assert full == TrackerPage("", ON_A_PAGE, tuple((one, True) for one in trackers), ())
    fill(either, town.election, ["f" * 64])
    divided = standings.trackers(either, town.election)
    assert divided == TrackerPage("", ON_A_PAGE + 1, (), (("3", ON_A_PAGE), ("f", 1)))
    assert standings.trackers(either, town.election, "3") == replace(full, begins="3")
    assert standings.trackers(either, town.election, "f") == TrackerPage("f", 1, (("f" * 64, True),), ())
    assert standings.trackers(either, town.election, "f" * 64) == TrackerPage("f" * 64, 1, (("f" * 64, True),), ())
    assert standings.trackers(either, town.election, "0") == TrackerPage("0", 0, (), ())
    assert standings.trackers_around(either, town.election, trackers[7]).begins == "3"
    assert standings.trackers_around(either, town.election, "0" * 64) == TrackerPage("0", 0, (), ())
    fill(either, town.election, ["3" + "0" * 63])
    assert [one for one, _ in standings.trackers(either, town.election, "3").further] == [
        f"3{digit}" for digit in "0123456789abcdef"
    ]


def test_there_is_no_vote_that_was_not_drawn_up(centre: Centre) -> None:
    for look in (standings.vote, standings.standing, standings.archive):
        with pytest.raises(standings.NoSuchVote, match="no vote 'nowhere' here"):
            look(centre, "nowhere")


@pytest.fixture
def look(centre: Centre, town: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Asks for every page that shows a vote, on the site and in the console."""
    employ(centre, monkeypatch)
    desk, vote = at_desk(centre, "kostas"), f"/votes/{town.election}"
    paths = ["/", vote, f"{vote}/trackers", f"{vote}/trackers/3f", f"{vote}/trackers?tracker={'3f' * 32}"]

    def ask() -> list[str]:
        answers = [desk.web.request("GET", path) for path in (*paths, "/staff", "/staff/votes", f"/staff{vote}")]
        assert [one.status_code for one in answers] == [200] * 8
        return [one.text for one in answers]

    return ask


def test_no_page_reads_a_ballot_or_a_roll(
    centre: Centre, town: Any, look: Callable[[], list[str]], said: list[str]
) -> None:
    fill(centre, town.election, some(2000), revotes=100, waiting=50)
    said.clear()
    pages = look()
    assert [one for one in said if HEAVY.search(one)] == []
    assert len([one for one in said if "votes_ballots" in one]) <= 30  # not one for each of them
    assert "1.850" in pages[1] and "1.850" in pages[7]
    with centre.store.reading() as tx:
        rows.waiting(tx, town.election)
    assert HEAVY.search(said[-1]), "or this test could not fail"


HEAVY = re.compile(r"votes_ballots\.ballot\b|votes_elections\.roll\b")


@pytest.fixture
def said(centre: Centre) -> Iterator[list[str]]:
    """Every statement that the store was told."""
    told: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    sa.event.listen(centre.store.engine, "before_cursor_execute", hear)
    yield told
    sa.event.remove(centre.store.engine, "before_cursor_execute", hear)


def test_what_a_page_takes_does_not_grow_with_the_vote(
    centre: Centre, town: Any, look: Callable[[], list[str]]
) -> None:
    fill(centre, town.election, some(500))
    look()  # whatever is loaded and kept once
    small = peak(look)
    fill(centre, town.election, some(3000))
    assert peak(look) < small + 100_000 < 3000 * len(BALLOT) / 4


def peak(work: Callable[[], object]) -> int:
    """Bytes that Python held at the most meanwhile."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_page_of_trackers(centre: Centre, town: Any) -> None:
    """In order, each at an address that stays; what was found is marked on its page; which of them count is said."""
    trackers = some(600)
    fill(centre, town.election, trackers, revotes=1)
    web, vote = Desk(centre).web, f"/votes/{town.election}"

    def shown(path: str) -> list[str]:
        text = re.sub(r"\s", "", web.request("GET", f"{vote}/{path}").text)
        return re.findall(r"(?<=<code>)[0-9a-f]{64}(?=</code>)", text)

    assert shown("trackers") == []
    root = web.request("GET", f"{vote}/trackers?lang=en").text
    links = re.findall(rf'href="{vote}/(trackers/[0-9a-f]+)\?lang=en"', root)
    assert links == [f"trackers/{digit}" for digit in "0123456789abcdef"]
    assert [one for link in links for one in shown(link)] == sorted(trackers)
    found = web.request("GET", f"{vote}/trackers", params={"tracker": reading.shown(trackers[0]), "lang": "en"}).text
    (mine,) = re.findall(r'<li class="mine"><code>([^<]*)</code> <span class="tag">Superseded</span></li>', found)
    assert mine == reading.shown(trackers[0])
    assert f'href="{vote}/trackers/{trackers[0][0]}?lang=el"' in found
    unknown = web.request("GET", f"{vote}/trackers", params={"tracker": "0" * 64, "lang": "en"}).text
    assert "Not yet arrived" in unknown and 'class="mine"' not in unknown


@pytest.mark.parametrize("begins", ["g", "3F", "3 f", "f" * 65, "٣", "-"])
def test_an_address_that_no_tracker_can_have_is_said_to_be_none(centre: Centre, town: Any, begins: str) -> None:
    web = Desk(centre).web
    answer = web.request("GET", f"/votes/{town.election}/trackers/{begins}?lang=en")
    assert answer.status_code == 404 and "No tracker begins so" in answer.text
    assert web.request("GET", f"/votes/nowhere/trackers/{begins}?lang=en").status_code == 404
    good = web.request("GET", f"/votes/{town.election}/trackers/{'f' * 64}?lang=en")
    assert good.status_code == 200 and "The board holds none." in good.text
