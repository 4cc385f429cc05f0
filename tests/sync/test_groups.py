"""Items are applied in groups: a bad one is undone alone, a cut loses its group, and the cursor never runs ahead."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from random_tests import examples

import sync
from sync import Item, inbox, outbox
from sync.rounds import steps


def items_of(count: int, kind: str = "settings") -> list[Item]:
    return [Item(kind, f"{n:03d}", n, f"body {n}") for n in range(1, count + 1)]


def state(booth, name: str) -> str:
    with booth.engine.begin() as connection:
        return outbox.read_state(connection, name)


@pytest.fixture
def quick(booth) -> None:
    """A line that is known to carry whole pages."""
    with booth.engine.begin() as connection:
        outbox.write_state(connection, "pace.pull", "500 4194304")


def test_what_a_bad_item_wrote_is_undone_and_the_others_of_its_group_stay(booth, centre):
    centre.items, centre.page = items_of(7), 7

    def apply(connection, item):
        outbox.write_state(connection, f"applied {item.seq}", "yes")
        if item.seq == 3:
            return sync.Reject("no")
        if item.seq == 5:
            connection.exec_driver_sql("SELECT no_such_column FROM sync_state")
        return None

    booth.apply = apply
    report = booth.round()
    assert report.ok and (report.pulled, report.applied, report.set_aside) == (7, 5, 2)
    assert [state(booth, f"applied {n}") for n in range(1, 8)] == ["yes", "yes", "", "yes", "", "yes", "yes"]
    with booth.engine.begin() as connection:
        assert [item.seq for item in inbox.all_of(connection, "settings")] == [1, 2, 4, 6, 7]
        assert [why for _, why in inbox.problems(connection)] == ["no", "failed: OperationalError"]


@pytest.mark.parametrize("kind", ["settings", "sealed"])
def test_a_page_is_few_transactions(booth, centre, quick, kind):
    centre.items, centre.page = items_of(2 * steps.GROUP + 1, kind), 500
    commits = []
    sa.event.listen(booth.engine, "commit", commits.append)
    booth.round(opaque=frozenset({"sealed"}))
    with_items, commits[:] = len(commits), []
    booth.round(opaque=frozenset({"sealed"}))
    assert with_items - len(commits) == 2


def test_a_cut_loses_its_group_and_the_cursor_waits_for_the_page(booth, centre, quick):
    centre.items, centre.page = items_of(2 * steps.GROUP + 5), 500
    apply = booth.apply

    def dying(connection, item):
        apply(connection, item)
        if item.seq == steps.GROUP + 7:
            raise KeyboardInterrupt

    booth.apply = dying
    with pytest.raises(KeyboardInterrupt):
        booth.round()
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 0
        assert len(inbox.all_of(connection, "settings")) == steps.GROUP
    booth.apply, before = apply, len(booth.applied)
    report = booth.round()
    assert report.ok and report.applied == len(booth.applied) - before == steps.GROUP + 5
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 2 * steps.GROUP + 5
        assert inbox.all_of(connection, "settings") == centre.items


def test_where_sqlite_undid_the_whole_transaction_nothing_goes_on_in_it(booth, centre):
    """As it may on a full disk: what follows would be committed statement by statement, the cursor among it."""
    centre.items, centre.page = items_of(5), 5

    def apply(connection, item):
        if item.seq == 3:
            connection.exec_driver_sql("ROLLBACK")
            raise MemoryError

    booth.apply = apply
    with pytest.raises((MemoryError, sa.exc.SQLAlchemyError)):
        booth.round()
    with booth.engine.begin() as connection:
        assert inbox.cursor(connection) == 0 and inbox.all_of(connection, "settings") == []


def test_opaque_kinds_are_kept_without_asking(booth, centre):
    centre.items, centre.page = [*items_of(3, "sealed"), Item("settings", "a", 4, "x"), Item("sealed", "z", 5, "y")], 9
    report = booth.round(opaque=frozenset({"sealed"}))
    assert report.ok and (report.pulled, report.applied) == (5, 5)
    assert [item.key for item in booth.applied] == ["a"]
    with booth.engine.begin() as connection:
        inbox.set_aside(connection, Item("sealed", "z", 5, "y"), "once")
        inbox.set_cursor(connection, 0)
    centre.items = [Item("sealed", "001", 1, "other bytes"), Item("sealed", "002", 9, ""), Item("sealed", "z", 10, "w")]
    report = booth.round(opaque=frozenset({"sealed"}))
    assert (report.applied, report.set_aside) == (2, 1)
    with booth.engine.begin() as connection:
        assert [(item.key, why) for item, why in inbox.problems(connection)] == [("001", "conflict")]
        assert [item.key for item in inbox.all_of(connection, "sealed")] == ["001", "003", "z"]


@pytest.mark.parametrize("seed", range(examples(20)))
def test_many_at_once_are_what_they_are_one_by_one(engine, seed):
    dice = random.Random(seed)
    some = [
        Item(dice.choice("ab"), dice.choice("xyz"), dice.randrange(5), dice.choice(("", "1", "2"))) for _ in range(20)
    ]
    found = []
    for together in (False, True):
        with engine.connect() as connection, connection.begin() as transaction:
            became = []
            for start in range(0, 20, 4):
                part = some[start : start + 4]
                inbox.set_aside(connection, part[0], "why")
                one_by_one = [inbox.store_item(connection, one) for one in part] if not together else []
                became += inbox.store_all(connection, part) if together else one_by_one
            found.append((became, inbox.problems(connection), inbox.all_of(connection, "a")))
            transaction.rollback()
    assert found[0] == found[1]
