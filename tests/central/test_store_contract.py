"""The store's contract, the same on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from central.matters.certificates import store as certificates
from central.matters.votes.store import ballots, elections
from central.store import Store, Tx, engine, many, tables
from central.store.line import booths, envelopes, feed, nonces
from central.store.office import overview, registry
from central.store.tables import metadata

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MakeStore = Callable[[str], Store]


def received(digest: str = "d1", *, envelope: str = "e1") -> envelopes.Received:
    return envelopes.Received(envelope, digest, "b", "votes.ballot", "accepted", "", b"{}", NOW)


def test_migrations_give_the_tables_that_the_code_expects(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_newest_revision_is_the_one_that_the_engine_asks_for() -> None:
    folder = Path(engine.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_heads() == [engine.NEWEST]


def test_every_primary_key_begins_with_the_municipality() -> None:
    for table in metadata.tables.values():
        assert next(iter(table.primary_key.columns)).name == "municipality_id", table.name


def test_migrating_again_changes_nothing(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        feed.put(tx, "settings", {"settings": "x"})
    make_store("one").migrate()
    with store.reading() as tx:
        assert feed.last(tx) == 1


def test_municipalities_do_not_see_each_other(make_store: MakeStore) -> None:
    one, two = make_store("one"), make_store("two")
    for store in (one, two):
        with store.writing() as tx:
            booths.add(tx, booths.Booth("b", "el", "en", store.municipality, "B"))
            envelopes.add(tx, received())
            feed.put(tx, "settings", {"settings": store.municipality})
    with one.reading() as tx:
        found, item = booths.find(tx, "b"), feed.find(tx, "settings", "settings")
        assert found is not None
        assert item is not None
        assert (found.signing_key, item.body) == ("one", "one")
        assert envelopes.count(tx) == {"accepted": 1, "rejected": 0, "conflict": 0}


def test_a_broken_use_case_leaves_nothing(make_store: MakeStore) -> None:
    store = make_store("one")
    with pytest.raises(RuntimeError), store.writing() as tx:
        feed.put(tx, "settings", {"settings": "x"})
        raise RuntimeError
    with store.reading() as tx:
        assert (feed.last(tx), feed.find(tx, "settings", "settings")) == (0, None)


def test_feed_numbers_grow_and_only_changes_get_new_ones(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        assert feed.put(tx, "dossier", {"c2": "b", "c1": "a"}) == 2
        assert feed.put(tx, "settings", {"settings": "s"}) == 1
        assert feed.put(tx, "dossier", {"c1": "a", "c2": "new"}) == 1
        assert feed.put(tx, "dossier", {"c1": "a"}) == 0
    with store.reading() as tx:
        assert [(i.seq, i.key) for i in feed.after(tx, 0, 10)] == [(1, "c1"), (3, "settings"), (4, "c2")]
        assert [i.seq for i in feed.after(tx, 1, 1)] == [3]


def test_numbers_become_visible_in_their_order(make_store: MakeStore) -> None:
    """A booth that has read up to n must never miss a smaller one: the second writer waits for the first."""
    store = make_store("one")
    with store.writing() as tx:
        feed.put(tx, "settings", {"settings": "s"})
    first_has_its_number, second_done = threading.Event(), threading.Event()

    def second() -> None:
        assert first_has_its_number.wait(60)
        store.once(lambda tx: feed.put(tx, "dossier", {"c2": "b"}))
        second_done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with store.writing() as tx:
        feed.put(tx, "dossier", {"c1": "a"})
        first_has_its_number.set()
        assert not second_done.wait(0.3)
    thread.join(60)
    with store.reading() as tx:
        assert [i.key for i in feed.after(tx, 1, 10)] == ["c1", "c2"]


def test_the_same_envelope_from_two_sides_at_once_is_kept_once(make_store: MakeStore) -> None:
    store = make_store("one")
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def take() -> None:
        def work(tx: engine.Tx) -> str:
            if envelopes.find(tx, "e1") is not None:
                return "duplicate"
            envelopes.add(tx, received())
            return "accepted"

        start.wait(60)
        outcomes.append(store.once(work))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["accepted", "duplicate", "duplicate", "duplicate"]


def test_conflicts_are_kept_each_once(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        envelopes.add(tx, received("d1"))
        for digest in ("d2", "d2", "d3"):
            envelopes.add_conflict(tx, received(digest))
        assert envelopes.count(tx) == {"accepted": 1, "rejected": 0, "conflict": 2}


def test_instants_come_back_in_utc(make_store: MakeStore) -> None:
    store = make_store("one")
    athens = NOW.astimezone(timezone(timedelta(hours=2)))
    with store.writing() as tx:
        elections.add(tx, elections.Held("E", "open", "{}", "[]", athens, athens + timedelta(days=5)))
    with store.reading() as tx:
        held = elections.find(tx, "E")
    assert held is not None
    assert held.opens == NOW
    assert held.opens.utcoffset() == timedelta(0)
    with pytest.raises(sa.exc.StatementError), store.writing() as tx:
        elections.add(tx, elections.Held("F", "open", "{}", "[]", NOW.replace(tzinfo=None), NOW))


def test_ballots_by_credential_and_in_tracker_order(make_store: MakeStore) -> None:
    store = make_store("one")
    with store.writing() as tx:
        for tracker, credential in (("Zb", "1"), ("aa", "2"), ("0c", "1")):
            ballot = ballots.Ballot("E", tracker, credential, "{}", NOW)
            ballots.add(tx, ballot, card="c", booth="b", envelope="e")
        assert [b.tracker for b in ballots.all_of(tx, "E")] == ["0c", "Zb", "aa"]
        ballots.set_state(tx, "E", ["aa"], ballots.ON_BOARD)
        assert [b.tracker for b in ballots.waiting(tx, "E")] == ["0c", "Zb"]
        assert [b.tracker for b in ballots.of_credential(tx, "E", "1")] == ["0c", "Zb"]


def test_a_code_belongs_to_one_certificate(make_store: MakeStore) -> None:
    store = make_store("one")

    def paper(number: str) -> certificates.Certificate:
        return certificates.Certificate(number, "CODE", "c", "b", "family_status", NOW, "2026-11-21", "d", "issued")

    with store.writing() as tx:
        certificates.add(tx, paper("1"))
    with pytest.raises(sa.exc.IntegrityError), store.writing() as tx:
        certificates.add(tx, paper("2"))


def test_an_error_of_the_store_says_nothing_of_a_resident(make_store: MakeStore) -> None:
    store = make_store("one")
    row = registry.Resident("R1", "1/1", '{"afm": "000001008"}', "[]")
    with store.writing() as tx:
        registry.add_residents(tx, [row])
    with pytest.raises(sa.exc.IntegrityError) as caught, store.writing() as tx:
        registry.add_residents(tx, [row])
    assert "000001008" not in str(caught.value)


def test_a_nonce_is_fresh_once_and_forgotten_later(make_store: MakeStore) -> None:
    store = make_store("one")
    later = NOW + timedelta(minutes=2)
    with store.writing() as tx:
        assert not nonces.seen(tx, "b", "n", later, NOW)
        assert nonces.seen(tx, "b", "n", later, NOW)
        assert not nonces.seen(tx, "other", "n", later, NOW)
        assert nonces.seen(tx, "b", "n", later, later + nonces.LONGER)
        assert not nonces.seen(tx, "b", "n", later, later + nonces.LONGER + timedelta(seconds=1))


def test_what_is_set_aside_comes_in_pages_without_a_gap(make_store: MakeStore) -> None:
    """Ballots of an hour bear one time; a conflict stands beside the envelope whose id it has."""
    store = make_store("one")
    with store.writing() as tx:
        for n in range(9):
            bad = replace(received(envelope=f"e{n}"), outcome="rejected", reason="unknown-kind")
            envelopes.add(tx, replace(bad, received_at=NOW - timedelta(hours=n // 4)))
            envelopes.add(tx, received(envelope=f"good{n}"))
        for digest in ("d2" * 32, "d3" * 32):
            envelopes.add_conflict(tx, replace(received(envelope="e2"), digest=digest))
    with store.reading() as tx:
        whole = overview.set_aside(tx, 100)
        paged: list[overview.Arrival] = []
        while some := overview.set_aside(tx, 2, (paged and _place(paged[-1])) or None):
            paged += some
        assert paged == whole
        assert overview.count_set_aside(tx) == len(whole) == 11
        assert [one.outcome for one in overview.set_aside(tx, 5, envelope="e2")] == ["conflict", "conflict", "rejected"]


def _place(last: overview.Arrival) -> overview.Place:
    return last.received_at, last.envelope, last.reason


@pytest.mark.parametrize("lain", [0.0, 60.0])
def test_a_database_that_was_started_anew_is_found_again(
    postgres: str, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch, lain: float
) -> None:
    """A connection that has lain is tried first; one that was in use a moment ago fails, and the use case runs anew."""
    store = make_store("one")
    if store.engine.dialect.name != "postgresql":
        return
    monkeypatch.setattr("central.store.engine._FRESH_SECONDS", 60.0 - lain)

    def ours(tx: Tx) -> int:
        return int(tx.connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())

    before = store.once(ours)
    other = sa.create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    other.dispose()
    assert store.once(ours) != before


def test_many_texts_whatever_stands_in_them(make_store: MakeStore) -> None:
    store = make_store("one")
    odd = ["plain-1", "null", "NULL", "a,b", "{", 'quo"te', "back\\slash", "", " ", "ένα", "a/b:c.d_e-f"]
    with store.writing() as tx:
        many.insert(tx, tables.marks, [{"mark": text, "value": text} for text in odd])
        for asked in (odd, odd[:1], ["NULL"], ["null", "plain-1"], ["a", "b"], [], ["plain-1", "a/b:c.d_e-f"], [""]):
            found = tx.connection.execute(
                sa.select(tables.marks.c.mark).where(many.among(tx, tables.marks.c.mark, asked))
            ).scalars()
            assert set(found) == set(asked) & set(odd)
