"""PostgreSQL is one setting: the seeded town moved there takes votes and counts them as before."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from ballot_box.tracker import tracker_of
from central.kernel import intake
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.office.roll import registry
from central.opening import open_centre
from central.store import open_store
from central.store.tables import metadata


@pytest.fixture
def moved(town: Any, postgres: str) -> Any:
    """The town with its rows on PostgreSQL and one line of central.toml changed."""
    admin = sa.create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS moved"))
        connection.execute(sa.text("CREATE DATABASE moved"))
    admin.dispose()
    url = postgres.format(name="moved")
    old, new = open_store(f"sqlite:///{town.home / 'centre.db'}", "x"), open_store(url, "x")
    new.migrate()
    with old.reading() as source, new.writing() as target:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in source.connection.execute(sa.select(table)).mappings()]
            if rows:
                target.connection.execute(sa.insert(table), rows)
    old.close()
    new.close()
    (town.home / "centre.db").unlink()
    file = town.home / "central.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("sqlite:///centre.db", url), encoding="utf-8")
    return town


def test_a_vote_on_postgres(moved: Any, hands: ModuleType) -> None:
    centre = open_centre(moved.home)
    booth, card, election = moved.booth(), moved.card("elector"), moved.election
    # Not within one second, where the tracker decides which one was the last.
    now = centre.clock()
    hours = (now - timedelta(minutes=1), now)
    acts = [
        hands.cast(election, booth.id, card, hands.mark(centre, election, card, answer, None), at)
        for answer, at in enumerate(hours)
    ]
    batch = [booth.ballot(act) for act in acts]
    answers = intake.take_batch(centre, booth.id, [*batch, *batch])
    assert sorted(answer.outcome for answer in answers) == ["accepted", "accepted", "duplicate", "duplicate"]
    assert registry.refresh(centre) == 0
    others = hands.five_vote(moved, centre, 2, 0)
    later = open_centre(moved.home, standings.standing(centre, election).closes)
    taken = [tracker_of(act.act.ballot) for act in acts]
    hands.all_state(moved, later, [*taken, *others])
    assert elections.close(later, election) == 5
    result = elections.tally(later, election)
    assert (result.ballots, result.counts[0], result.blanks) == (5, (0, 0, 5, 0), (0, 0))
    assert elections.publish(later, election) == result
    for opened in (centre, later):
        opened.store.close()
    assert not (moved.home / "centre.db").exists()
