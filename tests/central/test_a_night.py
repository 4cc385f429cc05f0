"""A night in small: twenty booths, each with its own key and outbox, and a centre of its own process on PostgreSQL.

The whole night (200 booths, nginx with mutual TLS, memory) is `scripts/bench night`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

BOOTHS, ACTS = 20, 10


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The bench's own rooms, which stand outside of the tests' path."""
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[1] / "bench"), *sys.path])
    import sync_centre
    import sync_night

    return SimpleNamespace(centre=sync_centre, night=sync_night)


@pytest.mark.timeout(300)
def test_all_in_and_none_twice(bench: SimpleNamespace, postgres: str, tmp_path: Path) -> None:
    pg = bench.centre.Cluster(postgres, pid=0)
    town = bench.centre.make_town(tmp_path, pg.create("a_night"), BOOTHS, tls=False)
    with bench.centre.serving(town, proxy=False) as there:
        plan = bench.night.Plan(town, there.url, ACTS, 0, 1.0, bench.night.cursor(pg, "a_night"), tmp_path)
        visits, _ = bench.night.night(plan, processes=1)
    assert bench.night.verdict(pg, "a_night", visits, BOOTHS * ACTS) == {"all_in": True, "none_twice": True}
    assert len(visits) == BOOTHS
    # Every fourth booth did not hear its first answer and asked again: it was told "duplicate".
    asked_again = [visit for visit in visits if visit.duplicate]
    assert len(asked_again) == BOOTHS // 4
    assert all(visit.troubles == ("push: line down: the answer was lost",) for visit in asked_again)
    assert not any(visit.troubles for visit in visits if not visit.duplicate)
    assert sum(visit.accepted for visit in visits) == (BOOTHS - len(asked_again)) * ACTS
