"""How envelopes lie in the booth's database: carried over from the first release, and no place tells who came when."""

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import sqlcipher3
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.store import copies, engine, open_store
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
                row = envelope.to_json() | {"digest": envelope.digest()}
                row |= {"state": "settled", "body": ""} if state == "emptied" else {"state": state}
                row["settled_before"] = "2026-03-01T09:00:00Z" if state in ("settled", "emptied") else None
                table = "outbox_acts" if envelope.chained else "outbox_ballots"
                columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
                connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)
    made.dispose()


def test_what_the_first_release_left_is_carried_over(tmp_path: Path) -> None:
    chain, votes = acts(8), [ballot(f"{n}") for n in range(4)]
    states = {
        "emptied": [*chain[:2], votes[0]],
        "settled": [*chain[2:4], votes[1]],
        "refused": [chain[4], votes[2]],
        "waiting": [*chain[5:], votes[3]],
    }
    first_release(tmp_path / "b.db", states)
    store = open_store(tmp_path / "b.db", KEY)
    with store.writing() as connection:
        assert outbox.counts(connection) == outbox.Counts(3, 1, settled=6, held=3, refused=2)
        assert outbox.pending(connection, 99) == [votes[3], *chain[5:]]
        assert outbox.last_digest(connection) == chain[-1].digest()
        assert outbox.settled(connection, [one.id for one in chain]) == {one.id for one in chain[:4]}
        assert outbox.retry(connection, chain[4].id) and outbox.retry(connection, votes[2].id)
        assert {one.id for one in outbox.pending(connection, 99)} == {
            one.id for one in [*chain[4:], votes[2], votes[3]]
        }
        assert outbox.release(connection, NOW - timedelta(hours=2)) == 0
        assert outbox.ask_again(connection) == 3
        outbox.acknowledge(connection, [Answer(one.id, "duplicate") for one in [*chain[2:], *votes[1:]]])
        outbox.note_settled(connection, NOW)
        assert outbox.release(connection, NOW) == 9
        assert outbox.counts(connection) == outbox.Counts(0, 0, settled=12, held=0, refused=0)
        assert outbox.oldest_waiting(connection) is None
    store.close()
    assert copies.damaged_pages(tmp_path / "b.db", KEY) == []


def test_a_copy_of_the_first_release_takes_what_came_since_and_the_other_way_round(tmp_path: Path) -> None:
    old, votes = acts(2), [ballot("a"), ballot("b")]
    new = acts(3, old[-1].digest())
    file = tmp_path / "booth.db"
    first_release(file, {"settled": [old[0]], "waiting": [old[1], votes[0]]})
    shutil.copy(file, tmp_path / "first.db")
    with_more = open_store(file, KEY)
    with with_more.writing() as connection:
        for envelope in [*new, votes[1]]:
            outbox.put(connection, envelope)
        outbox.acknowledge(connection, [Answer(old[1].id, "accepted")])
    with_more.fold()
    with_more.close()
    shutil.copy(file, tmp_path / "last.db")
    for copy, damaged, waits in (("first.db", "last.db", 4), ("last.db", "first.db", 3)):
        shutil.copy(tmp_path / copy, tmp_path / "booth.db.copy-1")
        shutil.copy(tmp_path / damaged, file)
        done = copies.restore(file, KEY, NOW)
        assert done.salvaged == (4 if copy == "first.db" else 0)
        store = open_store(file, KEY)
        with store.writing() as connection:
            found = outbox.pending(connection, 99)
            assert {one.id for one in found[:2]} == {one.id for one in votes}
            assert found[2:] == [*old[1:], *new][-waits:]
            outbox.put(connection, act(new[-1].digest()))
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
