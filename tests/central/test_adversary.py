"""Attacks on the town hall's end: races, clocks that are put back, copies that are put back twice, old letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from seeded_town import TECHNICIAN, at, paper
from slow_reader import forged

from central.clock import read_at
from central.kernel import auditing, backup, intake, judging, retention
from central.kernel.centre import Centre, ClockRefused
from central.kernel.outcome import Done, Refused
from central.kernel.serving import line
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import letting_go
from central.matters.votes.store.tables import ballots
from central.office import letters, quarantine
from central.office.accounts.staff import Officer as Person
from central.office.booths import admission
from central.store import Store, alarms, audit, marks
from central.store import retention as retention_rows
from central.store.line import chains, enrolments, envelopes, feed, nonces
from central.store.line import quarantine as quarantine_rows
from central.store.tables import sessions
from municipality.matters.votes.keeps import VoteThing
from municipality.register import days
from municipality.retention import HouseThing
from municipality.staff import Role

TINA = Person("tina", frozenset({Role.TECHNICIAN}), "el", True, "")
MakeStore = Callable[[str], Store]


# --- exactly once ----------------------------------------------------------------------------------------------------


def test_who_is_suspended_while_the_batch_is_under_way_gets_no_verdict(
    town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth, act = town.booth(), paper(town, centre)
    admission.suspend(centre, booth.id, TECHNICIAN)  # after the line had let the request in
    with pytest.raises(intake.NotServed):
        intake.take(centre, booth.id, act)
    admission.resume(centre, booth.id, TECHNICIAN)
    judge = judging.examine_all

    def slow(*words: Any, **more: Any) -> Any:
        admission.stolen(centre, booth.id, TECHNICIAN)  # between the look and the writing down
        return judge(*words, **more)

    monkeypatch.setattr(intake, "examine_all", slow)
    with pytest.raises(intake.NotServed):
        intake.take(centre, booth.id, act)
    with centre.store.reading() as tx:
        assert envelopes.find(tx, act.id) is None
    assert quarantine.take_batch(centre, booth.id, [act])[0].outcome == "accepted"


def test_judged_again_an_act_is_one_link_of_its_chain(town: Any, centre: Centre, hands: ModuleType) -> None:
    """Also when it was tried in vain while its booth was suspended."""
    booth = town.booth()
    first = paper(town, centre)
    outside = hands.certificate(
        booth.id, "ZZ9/2026/000001", "92QD-7F3K-0A4T-1M8X", town.card("elector"), centre.clock()
    )
    strange = booth.act(outside, previous=first.digest())
    assert [one.reason for one in intake.take_batch(centre, booth.id, [first, strange])] == [
        "",
        "number-of-another-range",
    ]
    admission.suspend(centre, booth.id, TECHNICIAN)
    assert letters.retry(centre, TINA, strange.id) == Refused("still-refused")
    admission.resume(centre, booth.id, TECHNICIAN)
    with centre.store.writing() as tx:
        tx.connection.execute(sa.text("UPDATE booths SET number_prefix = 'ZZ9' WHERE booth = :b"), {"b": booth.id})
    assert letters.retry(centre, TINA, strange.id) == Done()
    with centre.store.reading() as tx:
        assert [(run.acts, run.state) for run in chains.of_booth(tx, booth.id)] == [(2, "start")]
        assert alarms.waiting(tx) == []


def test_a_letter_whose_body_is_gone_cannot_be_judged(town: Any, centre: Centre) -> None:
    booth = town.booth()
    bad = paper(town, centre, kind="nothing-known")
    assert intake.take(centre, booth.id, bad).outcome == "rejected"
    later = at(centre, centre.clock() + timedelta(days=days(HouseThing.REFUSED), hours=1))
    assert retention.purge(later)[HouseThing.REFUSED] == 1
    assert letters.retry(centre, TINA, bad.id) == Refused("no-such-letter")


def test_what_a_batch_vouched_for_is_judged_before_the_purge_and_a_refusal_rings(town: Any, centre: Centre) -> None:
    batchwise = replace(
        centre, settings=centre.settings.model_copy(update={"intake": centre.settings.intake.model_copy(
            update={"verify": "batch"})})
    )  # fmt: skip
    booth, good = town.booth(), paper(town, centre)
    forged = paper(town, centre, 2, key=town.booth(1).key)
    assert [one.outcome for one in intake.take_batch(batchwise, booth.id, [good, forged])] == ["accepted"] * 2
    later = at(centre, centre.clock() + timedelta(days=days(HouseThing.ENVELOPES), hours=1))
    assert retention.purge(later)[HouseThing.ENVELOPES] == 1
    with centre.store.reading() as tx:
        assert (auditing.REJECTED_LATER, booth.id) in [(one.what, one.booth) for one in alarms.waiting(tx)]
        kept = envelopes.find(tx, forged.id)
    assert kept is not None and (kept.outcome, kept.reason) == ("rejected", "bad-signature")
    assert letters.retry(centre, TINA, forged.id) == Refused("still-refused")


def test_nothing_is_destroyed_by_a_shifted_clock(centre: Centre) -> None:
    with pytest.raises(ClockRefused):
        retention.purge(replace(centre, clock=lambda: read_at("2090-01-01T00:00:00Z"), shifted=True))


# --- clocks and copies -----------------------------------------------------------------------------------------------


def test_after_the_clock_was_put_back_no_old_copy_promises_anything(town: Any, centre: Centre) -> None:
    """11:00 copy; 11:30 the clock goes to 10:30; what is answered at 10:35 must not be emptied at 10:59."""
    booth, noon = town.booth().id, datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    kept = noon - timedelta(minutes=5)
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, kept.isoformat())
    assert line.hello(at(centre, noon + timedelta(minutes=30)), booth).kept_through == kept
    assert line.hello(at(centre, noon + timedelta(minutes=29)), booth).kept_through == kept  # another machine's clock
    for minutes in (-25, -1, 40):
        assert line.hello(at(centre, noon + timedelta(minutes=minutes)), booth).kept_through is None


def test_a_promise_of_the_future_is_taken_back_for_good(town: Any, centre: Centre) -> None:
    booth, noon = town.booth().id, datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, (noon + timedelta(hours=1)).isoformat())
    assert line.hello(at(centre, noon), booth).kept_through is None
    assert line.hello(at(centre, noon + timedelta(hours=2)), booth).kept_through is None


def test_a_request_is_not_played_again_though_the_clock_was_put_back(make_store: MakeStore) -> None:
    store, noon = make_store("one"), datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    until = noon + timedelta(minutes=2)
    with store.writing() as tx:
        assert not nonces.seen(tx, "b", "n", until, noon)
        assert not nonces.seen(tx, "b", "m", until + timedelta(minutes=58), noon + timedelta(minutes=58))
        assert nonces.seen(tx, "b", "n", until, noon + timedelta(seconds=30))


def test_old_nonces_go_some_at_a_time(make_store: MakeStore) -> None:
    store, noon = make_store("one"), datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    old = noon - timedelta(hours=2)

    def count() -> int:
        with store.reading() as tx:
            return int(tx.connection.execute(sa.text("SELECT count(*) FROM nonces")).scalar_one())

    with store.writing() as tx:
        for number in range(50):
            nonces.seen(tx, "b", f"{number}", old, old)
    for left in (31, 12, 3):
        with store.writing() as tx:
            assert not nonces.seen(tx, "b", f"new-{left}", noon, noon)
        assert count() == left


def test_one_copy_put_back_twice_never_gives_a_number_again(make_store: MakeStore) -> None:
    store, noon = make_store("one"), datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    given: list[int] = []
    for day in range(3):
        with store.writing() as tx:  # the copy, as it was
            tx.connection.execute(sa.text("DELETE FROM items"))
            tx.connection.execute(sa.text("DELETE FROM counters"))
            feed.put(tx, "dossier", {"a": "1", "b": "2"})
            feed.renumber(tx, noon + timedelta(days=day))
            feed.put(tx, "dossier", {"c": "3"})
            given += [item.seq for item in feed.after(tx, 0, 10)]
    assert given == sorted(set(given))
    for year in range(100):
        with store.writing() as tx:
            feed.renumber(tx, noon + timedelta(days=365 * year))
            assert feed.last(tx) < 2**53


def test_what_was_ended_since_the_copy_does_not_stand_open_again(centre: Centre) -> None:
    now = centre.clock()
    with centre.store.writing() as tx:
        enrolments.add(tx, enrolments.Enrolment("t", "athina-03", now, now + timedelta(hours=48)))
        row = {"session": "s", "account": "a", "made_at": now, "seen_at": now, "expires_at": now + timedelta(hours=9)}
        tx.connection.execute(sa.insert(sessions).values(municipality_id=tx.municipality, **row))
    backup.restored(centre)
    with centre.store.reading() as tx:
        token = enrolments.find(tx, "t")
        assert token is not None and token.expires_at <= centre.clock()
        assert tx.connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one() == 0
        assert audit.newest(tx, 1)[0].what == "centre.restored"


# --- who voted what --------------------------------------------------------------------------------------------------


def test_after_the_appeals_no_hour_and_no_refused_body_tells_whose_a_ballot_was(
    town: Any, centre: Centre, hands: ModuleType
) -> None:
    """A certificate that was taken in the same visit keeps its second and its card for years."""
    booth, card = town.booth(), town.card("elector")
    ballot = hands.mark(centre, town.election, card, 0, None)
    act = hands.cast(town.election, booth.id, card, ballot, centre.clock())
    sent = [booth.ballot(act), booth.ballot(act)]  # once more in another envelope: refused, and the same ciphertext
    assert [one.reason for one in intake.take_batch(centre, booth.id, sent)] in (
        ["", "ballot-known"],
        ["ballot-known", ""],
    )
    other = forged(sent[0], body=sent[1].body)
    assert intake.take(centre, booth.id, other).reason == "conflict"
    with centre.store.writing() as tx:
        election_rows.change(tx, town.election, state="published", published_at=centre.clock())
    retention.purge(at(centre, centre.clock() + timedelta(days=days(VoteThing.VOTE_LINKS), hours=2)))
    with centre.store.reading() as tx:
        held = election_rows.find(tx, town.election)
        cast = list(tx.connection.execute(sa.select(ballots.c.cast_at)).scalars())
        bodies = tx.connection.execute(
            sa.text("SELECT message FROM envelopes WHERE kind = 'votes.ballot' UNION ALL SELECT message FROM conflicts")
        )
        assert {row[0] for row in bodies} == {b""}
    assert held is not None and cast == [held.opens]


def test_who_asks_for_a_tracker_is_told_the_same_after_the_appeals(
    town: Any, centre: Centre, hands: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where links are cut one at a time."""
    booth, card, now = town.booth(), town.card("elector"), centre.clock()
    for minutes in (3, 1, 2):
        ballot = hands.mark(centre, town.election, card, 0, None)
        act = hands.cast(town.election, booth.id, card, ballot, now - timedelta(minutes=minutes))
        assert intake.take(centre, booth.id, booth.ballot(act)).outcome == "accepted"
    elections.grow_board(centre, town.election)

    def told() -> dict[str, str]:
        with centre.store.reading() as tx:
            found = [one.tracker for one in ballot_rows.all_of(tx, town.election)]
        return {one: standings.find_ballot(centre, town.election, one) for one in found}

    before, counted = told(), standings.standing(centre, town.election).ballots
    assert sorted(before.values()) == ["on_board", "superseded", "superseded"]
    with centre.store.writing() as tx:
        election_rows.change(tx, town.election, state="published", published_at=now)
    monkeypatch.setattr(retention_rows, "SOME", 1)
    retention.purge(at(centre, now + timedelta(days=days(VoteThing.VOTE_LINKS), hours=2)))
    assert told() == before
    assert standings.standing(centre, town.election).ballots == counted == 1


def test_a_refused_ballot_stays_while_a_vote_is_under_way(town: Any, centre: Centre, hands: ModuleType) -> None:
    booth, card = town.booth(), town.card("elector")
    act = hands.cast(town.election, booth.id, card, hands.mark(centre, town.election, card, 0, None), centre.clock())
    assert intake.take(centre, booth.id, booth.ballot(act, version=2)).outcome == "rejected"
    gone = retention.purge(at(centre, centre.clock() + timedelta(days=days(VoteThing.VOTE_LINKS), hours=2)))
    assert gone[VoteThing.VOTE_LINKS] == 0


def test_what_tells_whose_a_ballot_was_goes_on_either_database(make_store: MakeStore) -> None:
    store, now = make_store("one"), datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    ballot_id, act_id = "0b0f8a9e-1111-4abc-8def-000000000001", "0190a1b2-1111-7abc-8def-000000000002"
    with store.writing() as tx:
        election_rows.add(tx, election_rows.Held("E", "published", "{}", "[]", now - timedelta(days=5), now))
        for turn, tracker in enumerate(("b", "a")):
            cast = ballot_rows.Ballot("E", tracker, "credential", "{}", now - timedelta(hours=2 - turn))
            ballot_rows.add(tx, cast, card="c", booth="b", envelope=tracker)
        refused = envelopes.Received(ballot_id, "d", "b", "votes.ballot", "rejected", "not-open", b"sealed", now)
        envelopes.add(tx, refused)
        for id in (ballot_id, act_id):
            envelopes.add_conflict(tx, replace(refused, envelope=id, digest="other"))
        kept = quarantine_rows.Kept(ballot_id, "d", "b", "votes.ballot", b"sealed", now)
        quarantine_rows.add(tx, kept)
        nonces.seen(tx, "b", "n", now, now)
    later = now + timedelta(days=31)
    with store.writing() as tx:
        assert letting_go.empty_discarded_ballots(tx, later) == 0, "nobody has decided yet"
        quarantine_rows.decide(tx, kept, "discarded", "discarded")
        before = letting_go.votes_over_before(tx, later)
        assert before == later
        assert letting_go.empty_refused_ballots(tx, before) == 1
        assert letting_go.empty_ballots_in_conflict(tx, before) == 1
        assert letting_go.empty_discarded_ballots(tx, before) == 1
        assert letting_go.cut_links(tx, "E") == 2
        assert retention_rows.drop_nonces(tx, later) == 1
        told = {one.tracker: one.cast_at for one in ballot_rows.all_of(tx, "E")}
    opens = now - timedelta(days=5)
    assert told == {"b": opens, "a": opens + timedelta(seconds=1)}
