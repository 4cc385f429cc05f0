"""How envelopes lie in the booth's database: carried over from the first release, and no place tells who came when."""

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlcipher3
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import fields

from kiosk.kernel.conditions import CONDITIONS
from kiosk.store import StoreRefused, copies, engine, open_store
from sync import Answer, Envelope, outbox, sign_envelope, sign_with

KEY = bytes(range(32))
NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
SIGN = sign_with(ec.generate_private_key(ec.SECP256R1()))


def act(previous: str = "", body: str = "sealed") -> Envelope:
    return sign_envelope(
        kind="certificates.paper", version=1, booth="B1", made_at=NOW, previous=previous, body=body, sign=SIGN
    )


def ballot(body: str = "sealed") -> Envelope:
    return sign_envelope(
        kind="votes.ballot", version=1, booth="B1", made_at=NOW, previous="", body=body, sign=SIGN, ballot=True
    )


def acts(count: int, previous: str = "") -> list[Envelope]:
    made: list[Envelope] = []
    for _ in range(count):
        made.append(act(made[-1].digest() if made else previous))
    return made


def first_release(file: Path, states: dict[str, list[Envelope]]) -> None:
    """A store as the first release left it, with envelopes in these states ("emptied": settled, without a body)."""
    made = sa.create_engine("sqlite://", creator=lambda: engine._connect(file, KEY), module=sqlcipher3)
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for state, envelopes in states.items():
            for envelope in envelopes:
                row: dict[str, object] = {**fields(envelope), "digest": envelope.digest()}
                row |= {"state": "settled", "body": ""} if state == "emptied" else {"state": state}
                row["settled_before"] = "2026-03-01T09:00:00Z" if state in ("settled", "emptied") else None
                table = "outbox_acts" if envelope.chained else "outbox_ballots"
                columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
                connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)
    made.dispose()


def test_what_the_first_release_left_is_carried_over(tmp_path: Path) -> None:
    chain, votes = acts(5), [ballot("ψήφος 🗳"), ballot("2"), ballot("3")]
    states = {
        "emptied": [*chain[:2], votes[0]],
        "settled": [*chain[2:4], votes[1]],
        "refused": [chain[4], votes[2]],
    }
    first_release(tmp_path / "b.db", states)
    store = open_store(tmp_path / "b.db", KEY)
    with store.writing() as connection:
        assert outbox.counts(connection) == outbox.Counts(0, 0, settled=6, held=3, refused=2)
        kept = connection.execute(sa.select(outbox.acts.c.seq, outbox.acts.c.message).order_by(outbox.acts.c.seq))
        assert [tuple(row) for row in kept] == [
            (seq, b"" if seq <= 2 else one.message) for seq, one in enumerate(chain, 1)
        ]
        assert outbox.last_digest(connection) == chain[-1].digest()
        assert outbox.settled(connection, [one.id for one in chain]) == {one.id for one in chain[:4]}
        assert outbox.retry(connection, chain[4].id) and outbox.retry(connection, votes[2].id)
        assert outbox.pending(connection, 99) == [votes[2], chain[4]]
        assert outbox.oldest_waiting(connection) == votes[2].made_at
        assert outbox.release(connection, NOW - timedelta(hours=2)) == 0
        assert outbox.ask_again(connection) == 3
        assert {one.message for one in outbox.pending(connection, 99)} == {
            one.message for one in [*chain[2:], *votes[1:]]
        }
        outbox.acknowledge(connection, [Answer(one.id, "duplicate") for one in [*chain[2:], *votes[1:]]])
        outbox.note_settled(connection, NOW)
        assert outbox.release(connection, NOW) == 5
        assert outbox.counts(connection) == outbox.Counts(0, 0, settled=8, held=0, refused=0)
        assert outbox.oldest_waiting(connection) is None
        outbox.put(connection, act(chain[-1].digest()))
        assert connection.execute(sa.select(sa.func.max(outbox.acts.c.seq))).scalar() == 6
    store.close()
    assert copies.damaged_pages(tmp_path / "b.db", KEY) == []


def test_the_tables_are_as_if_made_today(tmp_path: Path) -> None:
    """A migrated store and what sync says of its tables: the same names, types, keys."""
    first_release(tmp_path / "b.db", {"settled": [act(), ballot()]})
    store, fresh = open_store(tmp_path / "b.db", KEY), sa.create_engine("sqlite://")
    outbox.metadata.create_all(fresh)

    def told(made: sa.Engine) -> dict[str, object]:
        here = sa.inspect(made)
        tables = {name for name in here.get_table_names() if name.startswith("outbox_")}
        sql = "SELECT sql FROM sqlite_master WHERE name = 'outbox_ballots'"
        with made.connect() as connection:
            ballots_lie_by_id = "WITHOUT ROWID" in str(connection.execute(sa.text(sql)).scalar())
        columns = {
            name: [(one["name"], str(one["type"]), one["nullable"]) for one in here.get_columns(name)]
            for name in tables
        }
        keys = {name: here.get_pk_constraint(name)["constrained_columns"] for name in tables}
        return {"columns": columns, "keys": keys, "without rowid": ballots_lie_by_id}

    assert told(store.engine) == told(fresh)
    store.close()
    fresh.dispose()


@pytest.mark.parametrize(("waits", "acts_say", "ballots_say"), [("act", "1", "0"), ("ballot", "0", "1")])
def test_what_waits_under_the_former_line_is_not_carried_over(
    tmp_path: Path, waits: str, acts_say: str, ballots_say: str
) -> None:
    """Nobody could take it any more. The database is as it was, and whoever stands there reads what to do."""
    file = tmp_path / "b.db"
    first_release(file, {"settled": [act("a" * 64), ballot()], "waiting": [act() if waits == "act" else ballot()]})
    for _ in range(2):
        with pytest.raises(StoreRefused, match="former program") as refused:
            open_store(file, KEY)
        assert refused.value.condition == "still_waiting"
        assert refused.value.values == {"acts": acts_say, "ballots": ballots_say}
        assert copies.version(file, KEY) == "0001"
    assert f"database.{refused.value.condition}" in CONDITIONS


def test_a_copy_of_the_first_release_takes_what_came_since_and_the_other_way_round(tmp_path: Path) -> None:
    old, votes = acts(1), [ballot("a"), ballot("b")]
    new = acts(3, old[-1].digest())
    file = tmp_path / "booth.db"
    first_release(file, {"settled": [old[0], votes[0]]})
    shutil.copy(file, tmp_path / "first.db")
    with_more = open_store(file, KEY)
    with with_more.writing() as connection:
        for envelope in [*new, votes[1]]:
            outbox.put(connection, envelope)
    with_more.fold()
    with_more.close()
    shutil.copy(file, tmp_path / "last.db")
    for copy, damaged in (("first.db", "last.db"), ("last.db", "first.db")):
        shutil.copy(tmp_path / copy, tmp_path / "booth.db.copy-1")
        shutil.copy(tmp_path / damaged, file)
        done = copies.restore(file, KEY, NOW)
        assert done.salvaged == (4 if copy == "first.db" else 0)
        store = open_store(file, KEY)
        with store.writing() as connection:
            assert outbox.pending(connection, 99) == [votes[1], *new]
            outbox.put(connection, act(new[-1].digest()))
        store.close()


def test_what_was_emptied_since_the_copy_does_not_wait_again(tmp_path: Path) -> None:
    """A backup at the centre has it, and without its bytes nobody could send it."""
    file, chain, votes = tmp_path / "booth.db", acts(3), [ballot("a"), ballot("b")]
    open_store(file, KEY).close()
    assert copies.make_copy(file, KEY, 1)
    store = open_store(file, KEY)
    with store.writing() as connection:
        for envelope in [*chain, *votes]:
            outbox.put(connection, envelope)
        outbox.acknowledge(connection, [Answer(one.id, "accepted") for one in (chain[0], votes[0])])
        outbox.note_settled(connection, NOW)
        assert outbox.release(connection, NOW) == 2
    store.fold()
    store.close()
    assert copies.restore(file, KEY, NOW).salvaged == 5
    store = open_store(file, KEY)
    with store.writing() as connection:
        assert outbox.counts(connection) == outbox.Counts(2, 1, settled=2, held=0, refused=0)
        assert outbox.pending(connection, 99) == [votes[1], *chain[1:]]
        assert outbox.pending(connection, 99, urgent=[chain[1].kind]) == chain[1:]
        assert outbox.last_digest(connection) == chain[-1].digest()
    store.close()


def pages(file: Path, table: str) -> bytes:
    """The raw page of a small table."""
    with closing(sqlite3.connect(file)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    return file.read_bytes()[(root - 1) * size : root * size]


def test_the_bytes_of_a_page_do_not_tell_in_which_order_ballots_were_cast_or_answered(tmp_path: Path) -> None:
    """SQLite lays rows into a page from its end, in the order of writing, whatever the key says."""
    votes = [ballot(f"{n}") for n in range(12)]
    seen, empty = [], b""
    for night in range(3):
        made = sa.create_engine(f"sqlite:///{tmp_path / f'{night}.db'}")
        outbox.metadata.create_all(made)
        empty = empty or pages(tmp_path / "0.db", "outbox_ballot_answers")
        order = random.Random(night).sample(votes, len(votes))
        for vote in order:
            with made.begin() as connection:
                outbox.put(connection, vote)
        assert pages(tmp_path / f"{night}.db", "outbox_ballot_answers") == empty  # nothing at the vote
        assert pages(tmp_path / f"{night}.db", "outbox_act_states").count(b"waiting") == 0
        random.Random(night + 7).shuffle(order)
        with made.begin() as connection:
            outbox.acknowledge(connection, [Answer(vote.id, "accepted") for vote in order])
            outbox.note_settled(connection, NOW)
        seen.append(pages(tmp_path / f"{night}.db", "outbox_ballot_answers"))
        made.dispose()
    assert seen[0] != empty and seen[0] == seen[1] == seen[2]
