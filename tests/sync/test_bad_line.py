"""Rounds over a line that resets at any byte, loses answers, says them twice: all once, nothing from the start."""

from __future__ import annotations

import random
from urllib.parse import urlsplit

import pytest
from bad_line import Cut, bad_line
from random_tests import examples

import sync
from sync import Item, inbox, outbox, stages


def port_of(centre) -> int:
    return urlsplit(centre.url).port


@pytest.fixture
def on(booth, booth_key, centre_key):
    """Puts the booth on another port."""
    clients = []

    def move(port: int) -> None:
        booth.client.close()
        booth.client = sync.Client(
            f"http://127.0.0.1:{port:d}", "booth-1", booth_key, centre_keys=booth.keys, timeout=(60, 60)
        )
        clients.append(booth.client)

    yield move
    for client in clients:
        client.close()


def chain(act, count):
    made = []
    for number in range(count):
        made.append(act(made[-1].digest() if made else "", body=f"body-{number}" + "x" * 300))
    return made


@pytest.mark.parametrize("seed", range(examples(3)))
def test_cut_at_random_bytes_everything_arrives_once(booth, centre, on, act, ballot, seed):
    dice = random.Random(seed)
    sent = [*chain(act, 30), *(ballot(f"vote-{n}") for n in range(10))]
    booth.put(*sent)
    centre.items = [Item("settings", f"{n}", n, f"{n}" * 200) for n in range(1, 21)]
    centre.page = 6

    def cut(_number: int) -> Cut | None:
        where = dice.choice(("up", "down", "whole"))
        return None if where == "whole" else Cut(**{where: dice.randrange(0, 6000)})

    with bad_line(port_of(centre), cut=cut) as port:
        cursors = []
        for _ in range(60):
            on(port)
            report = booth.round(batch=8, page=6, status=lambda: b"{}")
            with booth.engine.begin() as connection:
                cursors.append(inbox.cursor(connection))
            if report.ok:
                break
        booth.client.close()
        assert report.ok and port.tally.cuts > 0
    assert centre.received() == {envelope.id: envelope.body for envelope in sent}
    assert booth.counts() == outbox.Counts(0, 0, settled=40, held=40, refused=0)
    assert cursors == sorted(cursors) and cursors[-1] == 20
    # Every item was applied, and none twice.
    assert sorted(item.seq for item in booth.applied) == list(range(1, 21))


def test_after_a_cut_the_same_are_offered_again_in_a_small_batch(booth, centre, on, act):
    sent = chain(act, 60)
    booth.put(*sent)
    # hello passes; the push arrives whole, and its answer is lost after the commit.
    with bad_line(port_of(centre), cut=lambda number: Cut(down=900) if number == 0 else None) as port:
        on(port)
        assert not booth.round().ok
        first = centre.batches[0]
        assert len(first) == 60 and len(centre.received()) == 60
        with booth.engine.begin() as connection:
            assert stages.kept(connection, "push").was_cut
        on(port)
        report = booth.round()
        booth.client.close()
    assert report.ok and (report.duplicate, report.accepted) == (60, 0)
    sizes = [len(batch) for batch in centre.batches[1:]]
    assert sizes[:3] == [8, 16, 32] and [id for batch in centre.batches[1:] for id in batch] == first


def test_a_killed_round_is_seen_at_the_next(booth, centre, act):
    booth.put(*chain(act, 20))

    def killed(_envelopes):
        raise KeyboardInterrupt

    push, booth.client.push = booth.client.push, killed
    with pytest.raises(KeyboardInterrupt):
        booth.round()
    booth.client.push = push
    with booth.engine.begin() as connection:
        assert stages.kept(connection, "push").problem == stages.RUNNING
        assert stages.kept(connection, "pull").round is None
    assert booth.round().ok
    assert [len(batch) for batch in centre.batches] == [8, 12]
    with booth.engine.begin() as connection:
        kept = stages.kept(connection, "push")
    assert kept.problem == "" and kept.finished is not None


def test_batches_shrink_when_the_line_is_slow_and_the_pace_is_remembered(booth, centre, act):
    booth.put(*chain(act, 40))
    now = [0.0]
    push = booth.client.push

    def slow(envelopes):
        now[0] += len(envelopes) * 1.0  # a second for each
        return push(envelopes)

    booth.client.push = slow
    report = booth.round(batch=20, ticks=lambda: now[0])
    assert report.ok
    sizes = [len(batch) for batch in centre.batches]
    assert sizes[0] == 20 and max(sizes[1:]) <= 4
    with booth.engine.begin() as connection:
        assert int(outbox.read_state(connection, "pace.push").split()[0]) <= 4


def test_what_is_urgent_goes_first_and_alone_and_ballots_come_in_small_batches(booth, centre, act, ballot, booth_key):
    acts = chain(act, 3)
    block = sync.sign_envelope(
        kind="card_block",
        version=1,
        booth="booth-1",
        made_at=acts[-1].made_at,
        previous=acts[-1].digest(),
        body="sealed",
        sign=sync.sign_with(booth_key),
    )
    votes = [ballot(f"{n}") for n in range(7)]
    booth.put(*acts, block, *votes)
    assert booth.round(ballots=3, urgent=("card_block",)).ok
    # Beside ballots it waited as long as these are checked, and in vain where one of them could not be.
    assert centre.batches[0] == [block.id]
    assert [len(batch) for batch in centre.batches[1:]] == [3, 3, 1, 3]
    assert {id for batch in centre.batches[1:4] for id in batch} == {vote.id for vote in votes}
    assert centre.batches[4] == [one.id for one in acts]


def test_ballots_on_which_there_is_no_verdict_hold_nothing_back_and_are_asked_once_a_round(booth, centre, act, ballot):
    acts, votes = chain(act, 4), [ballot(f"{n}") for n in range(7)]
    booth.put(*acts, *votes)
    take = centre.intake

    def undecided(members):
        return take([one for one in members if one.chained])

    centre.intake = undecided
    report = booth.round(ballots=3)
    assert report.ok and (report.sent, report.accepted) == (11, 4)
    assert booth.counts() == outbox.Counts(0, 7, settled=4, held=4, refused=0)
    with booth.engine.begin() as connection:
        assert {problem.reason for problem in outbox.problems(connection)} == {"not-answered"}
    centre.intake = take
    report = booth.round(ballots=3)
    assert report.ok and (report.sent, report.accepted) == (7, 7)
    assert set(centre.received()) == {one.id for one in [*acts, *votes]}
    with booth.engine.begin() as connection:
        assert outbox.problems(connection) == []


def test_a_centre_that_answers_no_act_ends_the_push(booth, centre, act, ballot):
    booth.put(*chain(act, 4), ballot())
    centre.intake = lambda _members: []
    report = booth.round(batch=2, ballots=1)
    assert [stage.problem for stage in report.stages] == ["", "not answered", ""]
    assert report.sent == 3 and booth.counts().waiting_acts == 4


def test_answers_said_twice_and_from_another_batch_change_nothing(booth, centre, act):
    sent = chain(act, 6)
    booth.put(*sent)
    push = booth.client.push
    heard = []

    def echo(envelopes):
        heard.extend(push(envelopes))
        return [*heard, *heard]

    booth.client.push = echo
    report = booth.round(batch=2)
    assert report.ok and (report.accepted, report.duplicate, len(centre.received())) == (6, 0, 6)


def test_status_is_a_stage_that_stops_nothing(booth, centre, act):
    booth.put(act())
    asked = []

    def status() -> bytes:
        asked.append(booth.counts().waiting_acts)
        return b'{"kind":"booth_status"}'

    report = booth.round(status=status)
    assert [stage.name for stage in report.stages] == ["hello", "push", "pull", "status"] and report.ok
    assert asked == [0] and centre.statuses == [b'{"kind":"booth_status"}']
    centre.takes_status = False
    report = booth.round(status=status)
    assert report.ok and report.stages[-1].problem == "not-known"
    assert report.bytes_sent > 500 and report.bytes_received > 500


def test_asked_to_stop_it_ends_after_the_transaction_and_goes_on_from_there(booth, centre, act):
    booth.put(*chain(act, 30))
    centre.items = [Item("settings", f"{n}", n, "x") for n in range(1, 9)]
    centre.page = 4
    asked = []
    report = booth.round(batch=10, stop=lambda: len(centre.batches) >= 2 or asked.append(1))
    assert [stage.problem for stage in report.stages] == ["", "stopped", "stopped"]
    assert not report.ok and booth.counts().waiting_acts == 10
    report = booth.round(batch=10, stop=lambda: len(booth.applied) >= 6)
    assert report.stages[-1].problem == "stopped" and booth.counts().waiting_acts == 0
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 4
    assert booth.round().ok
    assert [item.seq for item in booth.applied] == list(range(1, 9))


def test_a_throttled_line_carries_whole_rounds(booth, centre, on, act):
    booth.put(*chain(act, 40))
    with bad_line(port_of(centre), bytes_per_second=200_000) as port:
        on(port)
        assert booth.round().ok
        booth.client.close()
        tally = port.tally
    assert tally.up > 5000 and tally.cuts == 0 and len(centre.received()) == 40
