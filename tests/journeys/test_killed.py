"""A booth killed (-9) at each named point between «confirm» and the tracker on the screen, and started again.

The vote is in the outbox at most once, and never was shown as cast and is absent. What the booth would state at the
close is what lies there.
"""

from pathlib import Path

import pytest
from booth_life import ballots, live, taken

# Whether the vote must be stored at that point: None where it must not.
POINTS = {
    "review": False,
    "sealing": False,
    "encrypting": False,
    "checking": False,
    "signing": False,
    "queued": False,
    "noted": False,
    "storing": False,
    "before commit": False,
    "after commit": True,
    "stored": True,
    "shown": True,
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("point", POINTS)
def test_killed_and_started_again(town, home: Path, tmp_path: Path, point: str) -> None:
    killed = live(town, home, point, tmp_path / "tmp")
    assert killed.code == -9 and killed.said[-1] == f"at {point}", killed.errors[-2000:]
    stored = ballots(town, home)
    assert len(stored) == (1 if POINTS[point] else 0)
    assert taken(town, home) == stored, "no ballot waits that its booth would not state, and none is stated without"
    if killed.shown:
        assert stored == [killed.shown]


@pytest.mark.timeout(400)
def test_started_again_the_booth_serves_and_a_second_vote_is_another_ballot(town, home: Path, tmp_path: Path) -> None:
    assert live(town, home, "after commit", tmp_path / "tmp").code == -9
    again = live(town, home, "never", tmp_path / "tmp")
    assert again.code == 0 and again.said[-1] == "done", again.errors[-2000:]
    assert again.shown in ballots(town, home) and len(ballots(town, home)) == 2
