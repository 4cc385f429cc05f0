"""The outbox: nothing is dropped, and the table of ballots tells nothing about visits."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from sync import Answer, ChainBroken, outbox


def test_an_act_must_follow_the_last_one(engine, act):
    first = act()
    with engine.begin() as connection:
        assert outbox.last_digest(connection) == ""
        outbox.put(connection, first)
        assert outbox.last_digest(connection) == first.digest()
        with pytest.raises(ChainBroken):
            outbox.put(connection, act())
        second = act(first.digest())
        outbox.put(connection, second)
        assert outbox.pending(connection, 10) == [first, second]


def test_ballots_do_not_touch_the_chain(engine, act, ballot):
    first = act()
    with engine.begin() as connection:
        outbox.put(connection, first)
        outbox.put(connection, ballot())
        assert outbox.last_digest(connection) == first.digest()


def test_the_same_id_twice_is_loud(engine, ballot):
    vote = ballot()
    with engine.begin() as connection:
        outbox.put(connection, vote)
        with pytest.raises(sa.exc.IntegrityError):
            outbox.put(connection, vote)


def test_a_transaction_rolled_back_leaves_nothing(engine, act):
    with pytest.raises(RuntimeError), engine.begin() as connection:
        outbox.put(connection, act())
        raise RuntimeError
    with engine.begin() as connection:
        assert outbox.counts(connection).waiting_acts == 0


def test_two_orders_of_casting_leave_the_same_rows(engine, ballot):
    votes = [ballot(f"sealed {n}") for n in range(6)]

    def stored(order):
        with engine.begin() as connection:
            connection.execute(outbox.ballots.delete())
            for vote in order:
                outbox.put(connection, vote)
            return connection.execute(sa.text("SELECT * FROM outbox_ballots")).fetchall()

    first, second = stored(votes), stored(votes[::-1])
    assert first == second and [row.id for row in first] == sorted(vote.id for vote in votes)
    assert len({(*(len(str(column)) for column in row[:-1]), len(row.message)) for row in first}) == 1
    assert [row.message for row in first] == [vote.message for vote in sorted(votes, key=lambda vote: vote.id)]
    with engine.begin() as connection, pytest.raises(sa.exc.OperationalError, match="rowid"):
        connection.execute(sa.text("SELECT rowid FROM outbox_ballots"))


def test_ballots_are_shuffled_anew_and_acts_keep_their_order(engine, act, ballot):
    votes = [ballot() for _ in range(12)]
    first = act()
    acts = [first, act(first.digest())]
    with engine.begin() as connection:
        for envelope in [acts[0], *votes, acts[1]]:
            outbox.put(connection, envelope)
        orders = {tuple(e.id for e in outbox.pending(connection, 50)) for _ in range(5)}
        assert len(orders) == 5 and all(order[12:] == tuple(e.id for e in acts) for order in orders)
        fixed = [outbox.pending(connection, 50, shuffle=random.Random(7).shuffle) for _ in range(2)]
        assert fixed[0] == fixed[1]


def test_limits(engine, act, ballot):
    first = act(body="x" * 1000)
    vote = ballot()
    with engine.begin() as connection:
        outbox.put(connection, first)
        outbox.put(connection, act(first.digest(), body="y" * 1000))
        outbox.put(connection, vote)
        assert len(outbox.pending(connection, 2)) == 2
        assert len(outbox.pending(connection, 9, max_bytes=10)) == 1
        room = len(vote.message) + len(first.message)
        assert [e.body[0] for e in outbox.pending(connection, 9, max_bytes=room)] == ["s", "x"]
        assert [e.body[0] for e in outbox.pending(connection, 9, max_bytes=room - 1)] == ["s"]
        assert first.id not in {e.id for e in outbox.pending(connection, 9, skip=[first.id])}


def test_answers_may_be_said_twice_and_never_undo(engine, act):
    envelope = act()
    with engine.begin() as connection:
        outbox.put(connection, envelope)
        accepted = Answer(envelope.id, "accepted")
        assert outbox.acknowledge(connection, [accepted]) == outbox.Acknowledged(accepted=1)
        outbox.acknowledge(connection, [accepted, Answer(envelope.id, "duplicate")])
        outbox.acknowledge(connection, [Answer(envelope.id, "rejected", "conflict")])
        assert outbox.counts(connection) == outbox.Counts(0, 0, settled=1, held=1, refused=0)
        assert [problem.reason for problem in outbox.problems(connection)] == ["conflict"]
        assert outbox.acknowledge(connection, [Answer("who?", "accepted")]).unknown == 1


def test_a_refused_envelope_keeps_its_body(engine, ballot):
    vote = ballot()
    with engine.begin() as connection:
        outbox.put(connection, vote)
        outbox.acknowledge(connection, [Answer(vote.id, "rejected", "late")] * 2)
        assert outbox.pending(connection, 9) == []
        assert connection.execute(sa.select(outbox.ballots.c.message)).scalar() == vote.message
        assert len(outbox.problems(connection)) == 1


def test_a_restored_centre_is_told_again_of_what_it_refused(engine, act, ballot):
    taken, vote, unheard = act(), ballot(), ballot()
    refused = act(taken.digest())
    with engine.begin() as connection:
        for envelope in (taken, refused, vote, unheard):
            outbox.put(connection, envelope)
        said = [
            Answer(taken.id, "accepted"),
            Answer(refused.id, "rejected", "late"),
            Answer(vote.id, "rejected", "late"),
        ]
        outbox.acknowledge(connection, said)
        outbox.complain(connection, unheard.id, "too-large")
        assert outbox.ask_again(connection) == 3
        assert outbox.counts(connection) == outbox.Counts(2, 2, settled=0, held=0, refused=0)
        assert [(one.id, one.reason) for one in outbox.problems(connection)] == [(unheard.id, "too-large")]
        outbox.acknowledge(connection, said)
        assert outbox.counts(connection).refused == 2
        assert len(outbox.problems(connection)) == 3
