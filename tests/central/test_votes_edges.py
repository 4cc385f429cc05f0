"""A vote at its edges: two booths without a line, late and lost letters, statements, blocked cards, one credential by
two cards. What counts, what is told, and what rings."""

from __future__ import annotations

import html
import io
import json
import threading
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from polling import DAY, HOUR, MINUTE, Hall, choice_of
from staff_desk import Web, at_desk, employ

from ballot_box.officials.records import Decided, Lost, read_declaration
from central.cli import main
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import receipts, standings
from central.matters.votes import service as elections
from central.matters.votes.console import vote_pages
from central.matters.votes.life import closing, counting
from central.matters.votes.life.closing import Verdict
from central.matters.votes.life.elections import declared
from central.matters.votes.site import public_tracker
from central.office.cards import lifecycle
from central.store import alarms
from central.store.line import booths as booth_rows
from municipality.matters.votes.receipts import Receipt

SECOND = timedelta(seconds=1)
TAKEN = ("accepted", "")


def refused(why: str) -> tuple[str, str]:
    return "rejected", why


def ringing(centre: Centre) -> list[tuple[str, str, str]]:
    with centre.store.reading() as tx:
        return [(one.what, one.booth, one.detail) for one in alarms.waiting(tx)]


def block(hall: Hall, voter: int, now: datetime) -> None:
    lifecycle.block(hall.at(now), hall.number(voter), who="maria")


def receipt(hall: Hall, voter: int, turn: int = 0) -> tuple[Receipt, Receipt | None]:
    """What the site says to whoever has the tracker, and what booths are told."""
    tracker = hall.ballot(voter, turn).tracker
    with hall.centre.store.reading() as tx:
        told = receipts.states_of(tx, hall.election).get(tracker)
    return public_tracker.find(hall.centre, tracker).state, told


def counted(hall: Hall) -> set[str]:
    """Trackers that count, as the public board has them."""
    return {tracker for tracker, counts in standings.trackers(hall.centre, hall.election).listed if counts}


# -- one voter at two booths that have no line


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_one_voter_at_two_booths_the_last_cast_counts_whichever_comes_first(hall: Hall, order: Any) -> None:
    noon = hall.opens + 12 * HOUR
    letters = [hall.cast(0, noon, turn=0, booth=0), hall.cast(0, noon + SECOND, turn=1, booth=1)]
    for place in order:
        assert hall.send(place, [letters[place]], noon + DAY) == [TAKEN]
        elections.grow_board(hall.at(noon + DAY), hall.election)
    assert (hall.found(0, 0), hall.found(0, 1)) == ("superseded", "on_board")
    assert counted(hall) == {hall.ballot(0, 1).tracker}


# -- one credential, one card


@pytest.mark.parametrize("first", [0, 1])
def test_a_credential_is_good_with_the_card_it_came_by_first_and_with_no_other(hall: Hall, first: int) -> None:
    """Whoever knows a voter's credential and has a card cannot put their own ballot in the place of the voter's."""
    noon, other = hall.opens + 12 * HOUR, 1 - first
    assert hall.vote(0, noon, card=first) == TAKEN
    assert hall.vote(0, noon + HOUR, turn=1, card=other, booth=1) == refused("credential-of-another-card")
    # Nor one that was cast before the other: which of the two cards it belongs to is not told by an hour.
    assert hall.vote(0, noon - HOUR, noon + HOUR, turn=2, card=other, booth=1) == refused("credential-of-another-card")
    assert (hall.found(0, 0), hall.found(0, 1), hall.found(0, 2)) == ("waiting", "unknown", "unknown")
    assert receipt(hall, 0, 1) == (Receipt.NOT_TAKEN, Receipt.NOT_TAKEN)
    assert ringing(hall.centre) == [("credential-of-another-card", hall.booths[1].id, hall.election)]
    assert hall.vote(0, noon + 2 * HOUR, turn=3, card=first) == TAKEN
    assert (hall.found(0, 0), hall.found(0, 3)) == ("superseded", "waiting")


def test_the_alarm_about_it_has_no_card_and_no_minute(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    hall.vote(0, noon, card=0)
    hall.vote(0, noon, noon + 17 * MINUTE, turn=1, card=1)
    with hall.centre.store.reading() as tx:
        (one,) = alarms.waiting(tx)
    assert (one.at, one.detail) == (noon, hall.election)


def test_two_batches_at_once_by_two_cards_leave_one(either: Centre, town: Any, hands: ModuleType) -> None:
    """On SQLite and on PostgreSQL: whichever comes first is whole, the other is refused."""
    cards = [town.card("elector", place) for place in (0, 1)]
    now = either.clock()
    letters = []
    for place, card in enumerate(cards):
        ballot = hands.mark(either, town.election, cards[0], place, 0)
        letters.append(town.booth(place).ballot(hands.cast(town.election, town.booth(place).id, card, ballot, now)))
    answers: dict[int, tuple[str, str]] = {}
    gate = threading.Barrier(2)

    def send(place: int) -> None:
        gate.wait()
        (answer,) = intake.take_batch(either, town.booth(place).id, [letters[place]])
        answers[place] = (answer.outcome, answer.reason)

    both = [threading.Thread(target=send, args=(place,)) for place in (0, 1)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers.values()) == [TAKEN, refused("credential-of-another-card")]
    assert standings.standing(either, town.election).waiting == 1


# -- a card that was blocked


def test_a_cast_before_the_block_counts_if_it_came_before_it(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    assert hall.vote(0, noon) == TAKEN
    block(hall, 0, noon + HOUR)
    assert hall.found(0) == "waiting"


@pytest.mark.parametrize(("cast", "said"), [(-SECOND, TAKEN), (timedelta(0), refused("card-revoked"))])
def test_a_cast_at_the_block_is_refused_and_one_a_second_before_waits_for_two_officers(
    hall: Hall, cast: timedelta, said: tuple[str, str]
) -> None:
    noon = hall.opens + 12 * HOUR
    block(hall, 0, noon)
    assert hall.vote(0, noon + cast, noon + HOUR) == said
    assert hall.found(0) == ("pending" if said == TAKEN else "unknown")
    assert standings.standing(hall.centre, hall.election).pending == int(said == TAKEN)


def test_what_waits_for_two_officers_is_neither_on_the_board_nor_in_the_place_of_another(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    assert hall.vote(0, noon) == TAKEN
    block(hall, 0, noon + 2 * HOUR)
    assert hall.vote(0, noon + HOUR, noon + 3 * HOUR, turn=1) == TAKEN
    elections.grow_board(hall.at(noon + DAY), hall.election)
    assert (hall.found(0, 0), hall.found(0, 1)) == ("on_board", "pending")
    assert counted(hall) == {hall.ballot(0, 0).tracker}
    standing = standings.standing(hall.centre, hall.election)
    assert (standing.ballots, standing.waiting, standing.superseded, standing.pending) == (1, 0, 0, 1)
    assert receipt(hall, 0, 1) == (Receipt.PENDING, Receipt.PENDING)
    page = Web(hall.centre, "http://testserver").request("GET", f"/votes/{hall.election}?lang=en", headers={}).text
    assert "Ballots for two officers to decide about, because a card was blocked before its ballot arrived: 1" in page


@pytest.mark.parametrize(("heard", "found"), [(-SECOND, "waiting"), (timedelta(0), "pending")])
def test_a_closing_statement_from_before_the_block_vouches_for_a_ballot(
    hall: Hall, heard: timedelta, found: str
) -> None:
    blocked = hall.closes + HOUR
    assert hall.state(0, [hall.ballot(0).tracker], blocked + heard) == TAKEN
    block(hall, 0, blocked)
    assert hall.vote(0, hall.closes - HOUR, blocked + HOUR) == TAKEN
    assert hall.found(0) == found


def test_a_closing_statement_of_another_booth_vouches_for_nothing(hall: Hall) -> None:
    """Before the end the statement of none is asked for; this booth's clock is ahead."""
    early, blocked = hall.closes - 9 * MINUTE, hall.closes - 5 * MINUTE
    assert hall.state(1, [hall.ballot(0).tracker], early) == TAKEN
    block(hall, 0, blocked)
    assert hall.vote(0, hall.closes - HOUR, hall.closes - MINUTE) == TAKEN
    assert hall.found(0) == "pending"


@pytest.mark.parametrize(("counts", "found"), [(True, "on_board"), (False, "refused")])
def test_two_officers_decide_and_what_they_say_is_published(hall: Hall, counts: bool, found: str) -> None:
    noon, after = hall.opens + 12 * HOUR, hall.closes + HOUR
    for voter in range(4):
        assert hall.vote(voter, noon) == TAKEN
    block(hall, 0, noon + 2 * HOUR)
    assert hall.vote(0, noon + HOUR, noon + 3 * HOUR, turn=1) == TAKEN
    second = hall.ballot(0, 1).tracker
    hall.all_state({0: [second, *(hall.ballot(voter).tracker for voter in range(4))]}, after)
    assert closing.outstanding(hall.at(after), hall.election).pending == (second,)
    with pytest.raises(elections.ElectionRefused, match="wait for two officers"):
        elections.close(hall.at(after), hall.election)
    with pytest.raises(elections.ElectionRefused, match="each needs their word"):
        closing.draft_declaration(hall.at(after), hall.election, {}, "Δεν ήρθε")
    hall.declare(after, {second: Verdict(counts, "Ο κάτοχος ρωτήθηκε")})
    with hall.centre.store.reading() as tx:
        said = declared(tx, hall.election)
    assert said is not None and said.decided == (Decided(second, counts, "Ο κάτοχος ρωτήθηκε"),)
    assert elections.close(hall.at(after), hall.election) == 4
    assert hall.found(0, 1) == found
    assert hall.found(0, 0) == ("superseded" if counts else "on_board")
    assert counted(hall) == {
        *(hall.ballot(voter).tracker for voter in range(1, 4)),
        second if counts else hall.ballot(0).tracker,
    }


def test_what_two_officers_decided_is_counted_by_trustees_who_look_at_all_of_it(hall: Hall, tmp_path: Path) -> None:
    """By the command line: one is admitted, one is not, each with its own reason."""
    noon, home = hall.opens + 12 * HOUR, str(hall.town.home)
    for voter in range(5):
        assert hall.vote(voter, noon) == TAKEN
    for voter in (0, 1):
        block(hall, voter, noon + 2 * HOUR)
        assert hall.vote(voter, noon + HOUR, noon + 3 * HOUR, turn=1) == TAKEN
    first, second = hall.ballot(0, 1).tracker, hall.ballot(1, 1).tracker
    hall.all_state({0: [*(hall.ballot(voter).tracker for voter in range(5)), first, second]}, hall.closes)
    here = ("--home", home, "--election", hall.election, "--at", hall.closes.isoformat())
    assert sorted(run("elections", "outstanding", *here)["pending"]) == sorted([first, second])
    out = tmp_path / "declaration.json"
    words = ("--why", "-", "--admit", first, "Ήταν ο κάτοχος", "--refuse", second, "Η κάρτα είχε κλαπεί")
    assert run("elections", "declaration", *here, *words, "--out", str(out))["decided"] == 2
    files = []
    for place, one in enumerate(hall.signatures(out.read_text(encoding="utf-8"))):
        files.append(tmp_path / f"{place}.json")
        files[-1].write_text(json.dumps(one.plain()), encoding="utf-8")
    assert run("elections", "declare", str(out), *here, "--signatures", *map(str, files))["pending"] == 0
    assert run("elections", "close", *here)["appended"] == 5
    centre = hall.at(hall.closes)
    result = elections.tally(centre, hall.election)
    assert result is not None and elections.publish(centre, hall.election) == result
    chosen = [choice_of(voter, int(voter == 0)) for voter in range(5)]
    counts = tuple(tuple(sum(one[q] == a for one in chosen) for a in range(n)) for q, n in ((0, 4), (1, 3)))
    assert (result.counts, result.ballots) == (counts, 5)
    assert [hall.found(0, 1), hall.found(1, 1), hall.found(1, 0)] == ["on_board", "refused", "on_board"]
    published = json.loads(counting.signed_files(centre, hall.notice)["declaration.json"])
    assert "Η κάρτα είχε κλαπεί" in str(published)


def test_an_officer_decides_on_the_consoles_page_about_each_that_waits(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(hall.centre, monkeypatch)
    noon, after = hall.opens + 12 * HOUR, hall.closes + HOUR
    for voter in (0, 1):
        block(hall, voter, noon)
        assert hall.vote(voter, noon - HOUR, noon + HOUR) == TAKEN
    hall.all_state({0: [hall.ballot(voter).tracker for voter in (0, 1)]}, after)
    waiting = closing.outstanding(hall.at(after), hall.election).pending
    desk, here = at_desk(hall.at(after), "kostas"), f"/votes/{hall.election}"
    page = desk.get(here).text
    assert all(f'value="{one}"' in html.unescape(page) for one in waiting) and 'id="why"' not in page
    said = {
        "about-0": waiting[0], "counts-0": "yes", "reason-0": "Ήταν ο κάτοχος",
        "about-1": waiting[1], "counts-1": "no", "reason-1": "Είχε κλαπεί",
    }  # fmt: skip
    swapped = {"about-0": waiting[1], "about-1": waiting[0]}
    for wrong in ({"counts-1": ""}, {"counts-0": "maybe"}, {"reason-0": " "}, {"about-1": ""}, swapped):
        answer = desk.post(f"{here}/declaration", {**said, **wrong})
        assert answer.status_code == 409 and "για κάθε ψήφο που περιμένει" in answer.text
    drafted = read_declaration(desk.post(f"{here}/declaration", said).content.decode())
    assert drafted.decided == tuple(
        sorted(
            (Decided(waiting[0], True, "Ήταν ο κάτοχος"), Decided(waiting[1], False, "Είχε κλαπεί")),
            key=lambda one: one.tracker,
        )
    )
    assert desk.post(f"{here}/declare-played", said).status_code == 303
    assert closing.outstanding(hall.at(after), hall.election).nothing


@pytest.mark.parametrize(("most", "status"), [(1, 200), (0, 409)])
def test_more_than_the_page_holds_goes_by_the_command(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, most: int, status: int
) -> None:
    employ(hall.centre, monkeypatch)
    monkeypatch.setattr(vote_pages, "MOST_VERDICTS", most)
    noon, after = hall.opens + 12 * HOUR, hall.closes + HOUR
    block(hall, 0, noon)
    assert hall.vote(0, noon - HOUR, noon + HOUR) == TAKEN
    hall.all_state({0: [tracker := hall.ballot(0).tracker]}, after)
    desk, here = at_desk(hall.at(after), "kostas"), f"/votes/{hall.election}"
    assert ("kiosk-central elections declaration" in desk.get(here).text) is (status == 409)
    form = {"about-0": tracker, "counts-0": "yes", "reason-0": "Ήταν ο κάτοχος"}
    assert desk.post(f"{here}/declaration", form).status_code == status


def run(*words: str) -> Any:
    """The command's one line of JSON."""
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(words) == 0
    return json.loads(out.getvalue())


def test_one_officer_decides_nothing(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    block(hall, 0, noon)
    hall.vote(0, noon - HOUR, noon + HOUR)
    now, tracker = hall.late, hall.ballot(0).tracker
    text = closing.draft_declaration(hall.at(now), hall.election, {}, "Χάθηκε", {tracker: Verdict(True, "Ναι")}).text
    with pytest.raises(elections.ElectionRefused, match="takes 2"):
        closing.declare(hall.at(now), hall.election, text, hall.signatures(text, ("officer-1",)))
    assert hall.found(0) == "pending"


def test_a_later_declaration_takes_nothing_back(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    block(hall, 0, noon)
    hall.vote(0, noon - HOUR, noon + HOUR)
    tracker = hall.ballot(0).tracker
    texts = [
        closing.draft_declaration(
            hall.at(hall.late), hall.election, {}, "Χάθηκε", {tracker: Verdict(counts, "Έτσι")}
        ).text
        for counts in (True, False)
    ]
    closing.declare(hall.at(hall.late), hall.election, texts[0], hall.signatures(texts[0]))
    with pytest.raises(elections.ElectionRefused, match="takes back"):
        closing.declare(hall.at(hall.late), hall.election, texts[1], hall.signatures(texts[1]))
    assert hall.found(0) == "waiting"


# -- after the end


@pytest.mark.parametrize(
    ("stated", "when", "said"),
    [
        (True, -SECOND, TAKEN),
        (True, timedelta(0), refused("found-later")),
        (False, -SECOND, refused("not-in-the-statement")),
        (False, timedelta(0), refused("found-later")),
    ],
)
def test_a_late_ballot_counts_inside_the_statement_and_the_grace(
    hall: Hall, stated: bool, when: timedelta, said: tuple[str, str]
) -> None:
    assert hall.state(0, [hall.ballot(0).tracker] if stated else [], hall.closes) == TAKEN
    assert hall.vote(0, hall.closes - SECOND, hall.late + when) == said


def test_before_its_booths_statement_a_late_ballot_gets_no_verdict(hall: Hall) -> None:
    letter = hall.cast(0, hall.closes - SECOND)
    assert hall.send(0, [letter], hall.closes - SECOND / 2) == [TAKEN], "before the end nothing is asked for"
    other = hall.cast(1, hall.closes - SECOND)
    assert hall.send(0, [other], hall.closes) == []
    trackers = [hall.ballot(0).tracker, hall.ballot(1).tracker]
    assert hall.state(0, trackers, hall.closes) == TAKEN
    assert hall.send(0, [other], hall.closes) == [TAKEN]


@pytest.mark.parametrize(
    ("when", "said"),
    [(-10 * MINUTE - SECOND, refused("statement-too-early")), (-10 * MINUTE, TAKEN), (timedelta(0), TAKEN)],
)
def test_a_statement_before_the_end_is_refused_but_for_the_difference_of_clocks(
    hall: Hall, when: timedelta, said: tuple[str, str]
) -> None:
    assert hall.state(0, [], hall.closes + when) == said


def test_the_same_statement_twice_is_one(hall: Hall) -> None:
    for _ in range(2):
        assert hall.state(0, [hall.ballot(0).tracker], hall.closes) == TAKEN
    letter = hall.statement(0, [hall.ballot(0).tracker], hall.closes)
    assert [hall.send(0, [letter], hall.closes) for _ in range(2)] == [[TAKEN], [("duplicate", "")]]
    assert ringing(hall.centre) == []
    assert closing.outstanding(hall.at(hall.closes), hall.election).missing == (hall.ballot(0).tracker,)


def test_two_different_statements_of_one_booth_suspend_it_and_ring(hall: Hall) -> None:
    assert hall.state(0, [hall.ballot(0).tracker], hall.closes) == TAKEN
    assert hall.state(0, [], hall.closes) == refused("another-statement")
    booth = hall.booths[0].id
    assert ringing(hall.centre) == [("two-statements", booth, hall.election)]
    with hall.centre.store.reading() as tx:
        found = booth_rows.find(tx, booth)
    assert found is not None and found.state == "suspended"
    with pytest.raises(intake.NotServed):
        hall.vote(0, hall.closes - SECOND, hall.closes)


def test_a_booth_that_is_found_after_it_was_declared_lost_is_not_counted(hall: Hall) -> None:
    """Neither between the declaration and the close, nor after it; and the vote can be closed all the same."""
    noon = hall.opens + 12 * HOUR
    for voter in range(4):
        assert hall.vote(voter, noon) == TAKEN
    for booth in (0, 1):
        assert hall.state(booth, [hall.ballot(v).tracker for v in range(4)] if booth == 0 else [], hall.closes) == TAKEN
    hall.declare(hall.late)
    with hall.centre.store.reading() as tx:
        said = declared(tx, hall.election)
    assert said is not None and said.lost == (Lost(hall.booths[2].id, "Δεν ήρθε ποτέ"),)
    found = [hall.cast(4, noon, booth=2), hall.statement(2, [hall.ballot(4).tracker], hall.closes)]
    now = hall.late + HOUR
    assert hall.send(2, found, now) == [refused("found-later")] * 2
    assert elections.close(hall.at(now), hall.election) == 4
    again = [hall.cast(4, noon, booth=2, turn=1), hall.statement(2, [hall.ballot(4, 1).tracker], now)]
    assert hall.send(2, again, now) == [refused("found-later")] * 2
    assert [hall.found(4, turn) for turn in (0, 1)] == ["unknown"] * 2
    assert [receipt(hall, 4, turn) for turn in (0, 1)] == [(Receipt.LATE, Receipt.LATE)] * 2


def test_a_booth_declared_lost_before_the_grace_is_over_is_not_heard_within_it(hall: Hall) -> None:
    """Officers' tools would not draft it so early; what they have signed holds all the same."""
    for booth in (0, 1):
        assert hall.state(booth, [], hall.closes) == TAKEN
    text = closing.draft_declaration(hall.at(hall.late), hall.election, {}, "Κάηκε").text
    closing.declare(hall.at(hall.closes), hall.election, text, hall.signatures(text))
    within = hall.closes + HOUR
    assert hall.vote(0, hall.closes - SECOND, within, booth=2) == refused("found-later")
    assert hall.state(2, [hall.ballot(0).tracker], within) == refused("found-later")


# -- how many


@pytest.mark.parametrize(("ballots", "state"), [(4, "not_opened"), (5, "tallied")])
def test_below_its_floor_a_vote_is_not_opened(hall: Hall, ballots: int, state: str) -> None:
    noon = hall.opens + 12 * HOUR
    for voter in range(ballots):
        assert hall.vote(voter, noon) == TAKEN
    hall.all_state({0: [hall.ballot(voter).tracker for voter in range(ballots)]}, hall.closes)
    elections.close(hall.at(hall.closes), hall.election)
    result = elections.tally(hall.at(hall.closes), hall.election)
    assert (result is None, standings.standing(hall.centre, hall.election).state) == (state == "not_opened", state)
    if result is None:
        with pytest.raises(elections.ElectionRefused, match="not_opened"):
            elections.tally(hall.at(hall.closes), hall.election)


def test_revotes_do_not_reach_the_floor(hall: Hall) -> None:
    noon = hall.opens + 12 * HOUR
    for voter, turn in [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)]:
        assert hall.vote(voter, noon + turn * HOUR, turn=turn) == TAKEN
        elections.grow_board(hall.at(noon + DAY), hall.election)
    taken = [hall.ballot(*one).tracker for one in [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)]]
    hall.all_state({0: taken}, hall.closes)
    elections.close(hall.at(hall.closes), hall.election)
    assert elections.tally(hall.at(hall.closes), hall.election) is None
