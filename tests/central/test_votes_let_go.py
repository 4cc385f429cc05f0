"""After the time for appeals nothing tells by which booth a ballot came, either: closing statements go with the links,
and the bodies of the acts that brought them. A vote that is never opened is over as well."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from polling import DAY, HOUR, Hall

from central.kernel import retention
from central.matters.votes import service as elections
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import records
from central.office import persons
from central.store import audit
from central.store.tables import envelopes
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import CLOSING_ACT
from municipality.register import days

KEPT = timedelta(days=days(VoteThing.VOTE_LINKS))


def voted(hall: Hall, state: str) -> datetime:
    """Two votes, every booth's statement, another one of the first that is refused; the end in `state`."""
    noon = hall.opens + 12 * HOUR
    for voter in (0, 1):
        assert hall.vote(voter, noon) == ("accepted", "")
    hall.all_state({0: [hall.ballot(0).tracker, hall.ballot(1).tracker]}, hall.closes)
    assert hall.state(1, [hall.ballot(4).tracker], hall.closes) == ("rejected", "another-statement")
    with hall.centre.store.writing() as tx:
        # The demo's own vote, which is open still, would keep what could be of it.
        election_rows.change(tx, hall.town.election, state="published", published_at=hall.closes)
        published = hall.closes if state == "published" else None
        election_rows.change(tx, hall.election, state=state, published_at=published)
    return hall.closes


def bodies(hall: Hall) -> set[bool]:
    """Whether closing acts have bodies."""
    with hall.centre.store.reading() as tx:
        found = tx.connection.execute(sa.select(envelopes.c.message).where(envelopes.c.kind == CLOSING_ACT)).scalars()
        return {bool(message) for message in found}


def stated(hall: Hall) -> int:
    with hall.centre.store.reading() as tx:
        return len(records.statements_of(tx, hall.election))


@pytest.mark.parametrize("state", ["published", "not_opened"])
def test_statements_and_their_acts_go_with_the_links(hall: Hall, state: str) -> None:
    over = voted(hall, state)
    before, after = over + KEPT - HOUR, over + KEPT + HOUR
    assert retention.purge(hall.at(before))[VoteThing.VOTE_LINKS] == 0
    assert (stated(hall), bodies(hall)) == (3, {True})
    # Two links, three statements, four acts.
    assert retention.purge(hall.at(after))[VoteThing.VOTE_LINKS] == 9
    assert (stated(hall), bodies(hall)) == (0, {False})
    assert retention.purge(hall.at(after))[VoteThing.VOTE_LINKS] == 0
    with hall.centre.store.reading() as tx:
        lines = [one.about for one in audit.newest(tx, 20) if one.what == "vote.links_destroyed"]
        assert audit.broken_at(tx) is None
    assert lines == [f"{hall.election} 2"]
    assert [elections.find_ballot(hall.centre, hall.election, hall.ballot(v).tracker) for v in (0, 1)] == [
        "waiting"
    ] * 2


@pytest.mark.parametrize("state", ["open", "closed", "tallied"])
def test_of_a_vote_that_is_not_over_everything_stays(hall: Hall, state: str) -> None:
    over = voted(hall, state)
    assert retention.purge(hall.at(over + KEPT + DAY))[VoteThing.VOTE_LINKS] == 0
    assert (stated(hall), bodies(hall)) == (3, {True})


def test_a_persons_own_copy_says_nothing_of_statements_before_or_after(hall: Hall) -> None:
    over = voted(hall, "published")
    told = []
    for now in (over + HOUR, over + KEPT + HOUR):
        retention.purge(hall.at(now))
        copy = persons.export(hall.at(now), hall.number(0), who="a", role="registrar")
        assert copy is not None
        (mine,) = [one for one in copy.content["votes"] if one["election"] == hall.election]
        told.append(mine)
        assert hall.ballot(0).tracker not in str(copy.content) and "stated" not in str(copy.content)
    assert told[0] | {"ballots_received": 0} == told[1]
    assert told[0]["ballots_received"] == 1
