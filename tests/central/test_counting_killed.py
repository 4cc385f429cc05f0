"""A count that is killed (-9) again and again, each time at a later point: what is published is what one go gives."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import count_and_die
import pytest
import seeded_town as hands
from polling import HOUR, VOTERS, Hall, choice_of

from central.matters.votes import standings
from central.matters.votes.life import counting, telling


@pytest.mark.timeout(400)
def test_killed_at_each_point_of_close_count_and_publish(hall: Hall) -> None:
    noon, moment = hall.opens + 12 * HOUR, hall.closes + HOUR
    for voter in range(len(VOTERS)):
        for turn in range(1 + (voter == 0)):
            assert hall.vote(voter, noon + turn * HOUR, turn=turn) == ("accepted", "")
    taken = [hall.ballot(voter).tracker for voter in range(len(VOTERS))] + [hall.ballot(0, 1).tracker]
    hall.all_state({0: taken}, hall.closes)
    for point in count_and_die.POINTS:
        words = (str(hall.town.home), hall.election, moment.isoformat(), point)
        script = str(Path(count_and_die.__file__))
        done = subprocess.run([sys.executable, script, *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (-9, f"at {point}\n"), done.stderr[-2000:]
    centre = hall.at(moment)
    result = count_and_die.go_on(centre, hall.election)
    assert result is not None
    last = [choice_of(voter, 1 if voter == 0 else 0) for voter in range(len(VOTERS))]
    for question, answers in ((0, 4), (1, 3)):
        chosen = Counter(one[question] for one in last)
        assert list(result.counts[question]) == [chosen[answer] for answer in range(answers)]
    assert result.ballots == len(VOTERS)
    found = standings.standing(centre, hall.election)
    assert (found.state, found.ballots, found.superseded) == ("published", len(VOTERS), 1)
    # A close that is killed before everybody is told of it is told by the next.
    with centre.store.reading() as tx:
        told = telling.tell(tx, {hall.number(v): hands.person_of(hall.cards[v]) for v in range(len(VOTERS))})
    assert [[one.recorded for one in said.votes] for said in told.values()] == [[True]] * len(VOTERS)
    assert set(counting.signed_files(centre, hall.notice)) == {"officials.json", "setup.json", "final.json"}
