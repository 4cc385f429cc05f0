"""The contract of the staff's tables, the same on SQLite and PostgreSQL: the record of acts, sessions, proposals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from central.store import Store, audit
from central.store.office import staff

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MakeStore = Callable[[str], Store]


def note(store: Store, what: str, who: str = "tina") -> None:
    store.once(lambda tx: audit.note(tx, who, "technician", what, "b", NOW))


def test_the_record_grows_in_order_and_is_whole(make_store: MakeStore) -> None:
    store = make_store("one")
    for place in range(12):
        note(store, f"act.{place}")
    with store.reading() as tx:
        assert audit.broken_at(tx) is None
        newest = audit.newest(tx, 5)
        assert [one.what for one in newest] == [f"act.{place}" for place in (11, 10, 9, 8, 7)]
        assert audit.newest(tx, 1, newest[-1].entry)[0].what == "act.6"


@pytest.mark.parametrize(
    ("harm", "where"),
    [
        ("UPDATE audit SET who = 'nikos' WHERE entry = '000000002'", "000000002"),
        ("UPDATE audit SET role = '' WHERE entry = '000000003'", "000000003"),
        ("DELETE FROM audit WHERE entry = '000000002'", "000000003"),
        ("UPDATE audit SET digest = 'x' WHERE entry = '000000001'", "000000001"),
    ],
)
def test_an_edit_and_a_gap_show(make_store: MakeStore, harm: str, where: str) -> None:
    store = make_store("one")
    for place in range(4):
        note(store, f"act.{place}")
    with store.writing() as tx:
        tx.connection.exec_driver_sql(harm)
    with store.reading() as tx:
        assert audit.broken_at(tx) == where


def test_many_at_once_make_one_chain(make_store: MakeStore) -> None:
    store = make_store("one")
    threads = [threading.Thread(target=note, args=(store, f"act.{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with store.reading() as tx:
        assert audit.broken_at(tx) is None
        assert len(audit.newest(tx, 100)) == 8


def test_an_act_that_fails_leaves_no_line(make_store: MakeStore) -> None:
    store = make_store("one")
    with pytest.raises(RuntimeError), store.writing() as tx:
        audit.note(tx, "tina", "technician", "booth.suspend", "b", NOW)
        raise RuntimeError
    note(store, "act")
    with store.reading() as tx:
        assert [one.entry for one in audit.newest(tx, 10)] == ["000000001"]
        assert audit.broken_at(tx) is None


def test_municipalities_have_staff_of_their_own(make_store: MakeStore) -> None:
    one, two = make_store("one"), make_store("two")
    for store in (one, two):
        with store.writing() as tx:
            staff.add(tx, staff.Account("tina", "hash", "", "[]", "el", "active", NOW))
            staff.add_session(tx, staff.Session("s", "tina", NOW, NOW, NOW + timedelta(hours=1)))
        note(store, "act")
    with one.writing() as tx:
        staff.end_sessions(tx, "tina")
        staff.change(tx, "tina", state="disabled")
    with two.reading() as tx:
        found = staff.find(tx, "tina")
        assert found is not None and found.state == "active"
        assert staff.find_session(tx, "s") is not None
        assert len(audit.newest(tx, 10)) == 1


def test_a_sign_in_is_taken_once_and_old_things_are_forgotten(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        staff.add_sign_in(tx, staff.SignIn("a", "n", "v", NOW + timedelta(minutes=10)))
        staff.add_sign_in(tx, staff.SignIn("old", "n", "v", NOW - timedelta(minutes=1)))
        staff.forget(tx, NOW)
    with store.writing() as tx:
        taken = staff.take_sign_in(tx, "a")
        assert taken is not None and taken.expires_at == NOW + timedelta(minutes=10)
    with store.writing() as tx:
        assert staff.take_sign_in(tx, "a") is None
        assert staff.take_sign_in(tx, "old") is None


def test_proposals_and_remarks(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        for place in range(2):
            staff.propose(tx, staff.Proposal(f"p{place}", "election.close", "E", "kostas", NOW))
        staff.decide(tx, "p0", "confirmed", "eleni", NOW)
        staff.remark(tx, "e1", "tina", "first", NOW)
        staff.remark(tx, "e1", "tina", "second", NOW)
    with store.reading() as tx:
        assert [one.proposal for one in staff.open_proposals(tx)] == ["p1"]
        assert staff.open_proposals(tx, "election.close", "other") == []
        decided = staff.find_proposal(tx, "p0")
        assert decided is not None and (decided.state, decided.decided_by) == ("confirmed", "eleni")
        assert [one.words for one in staff.remarks_on(tx, "e1")] == ["first", "second"]
