"""The booth's database: the schema that its rooms declare, refusals with reasons, a full disk that loses nothing."""

import importlib.util
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text

from kiosk.store import StoreFull, StoreRefused, engine, facts, journal, open_store
from kiosk.store.tables import metadata as ours
from sync import outbox

KEY = bytes(range(32))
NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def test_the_migrations_make_what_the_rooms_declare(tmp_path: Path) -> None:
    declared = MetaData()
    for table in (*ours.tables.values(), *outbox.metadata.tables.values()):
        table.to_metadata(declared)
    store = open_store(tmp_path / "b.db", KEY)
    with store.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = [d for d in compare_metadata(context, declared) if "alembic_version" not in str(d)]
        rowids = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'outbox_ballots'")).scalar()
    assert differences == []
    assert "WITHOUT ROWID" in str(rowids)
    store.close()


def test_what_an_earlier_program_kept_goes_by_its_matters_names(tmp_path: Path) -> None:
    """Every certificate was of family status; what a technician had switched off stays off."""
    file = tmp_path / "b.db"
    store = open_store(file, KEY)
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE certificates DROP COLUMN document"))
        connection.execute(text("INSERT INTO certificates VALUES ('A/2026/000001', 2026, 1, 'c', 'd', 'i', 'sealed')"))
        for service in ("vote", "certificate", "sign_in"):
            facts.put(connection, facts.SWITCHED_OFF + service, f"repair {service}")
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    store.close()
    store = open_store(file, KEY)
    with store.reading() as connection:
        assert connection.execute(text("SELECT document FROM certificates")).scalars().all() == ["family_status"]
        assert facts.under(connection, facts.SWITCHED_OFF) == {
            "votes": "repair vote",
            "certificates": "repair certificate",
            "sign_in": "repair sign_in",
        }
    store.close()


def test_the_file_is_for_its_owner_only_and_tells_nothing_without_the_key(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    store = open_store(file, KEY)
    with store.writing() as connection:
        journal.note(connection, journal.What.STARTED, NOW, "planted-marker")
    store.close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"planted-marker" not in file.read_bytes()
    with closing(sqlite3.connect(file)) as thief, pytest.raises(sqlite3.DatabaseError):
        thief.execute("SELECT * FROM journal")


def test_a_wrong_key_another_file_and_a_missing_folder_are_refused_with_reasons(tmp_path: Path) -> None:
    open_store(tmp_path / "b.db", KEY).close()
    with pytest.raises(StoreRefused, match="wrong key"):
        open_store(tmp_path / "b.db", bytes(32))
    with pytest.raises(StoreRefused, match="64 hexadecimal"):
        open_store(tmp_path / "b.db", b"short")
    with pytest.raises(StoreRefused, match="is not there"):
        open_store(tmp_path / "nowhere" / "b.db", KEY)


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.sqlcipher3, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(StoreRefused, match="can corrupt"):
        open_store(tmp_path / "b.db", KEY)


def test_a_block_that_raises_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "b.db", KEY)
    with pytest.raises(RuntimeError), store.writing() as connection:
        facts.put(connection, "a", "1")
        raise RuntimeError
    with store.reading() as connection:
        assert facts.get(connection, "a") is None
    store.close()


def test_a_full_disk_keeps_what_was_committed(tmp_path: Path) -> None:
    store = open_store(tmp_path / "b.db", KEY)
    with store.writing() as connection:
        facts.put(connection, "before", "safe")
    with store.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    with pytest.raises(StoreFull), store.writing() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        facts.put(connection, "large", "x" * 8_000_000)
    with store.reading() as connection:
        assert facts.get(connection, "before") == "safe"
        assert facts.get(connection, "large") is None
    store.close()


def test_two_writers_take_turns(tmp_path: Path) -> None:
    stores = [open_store(tmp_path / "b.db", KEY) for _ in range(2)]
    for number in range(20):
        with stores[number % 2].writing() as connection:
            facts.put(connection, f"n{number}", "1")
    with stores[0].reading() as connection:
        assert all(facts.get(connection, f"n{number}") for number in range(20))
    for store in stores:
        store.close()


def test_the_migrations_import_nothing_of_the_project() -> None:
    folder = Path(engine.__file__).parent / "migrations"
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    assert texts and not any("from kiosk" in t or "import kiosk" in t or "from sync" in t for t in texts)
    assert importlib.util.find_spec("alembic") is not None


def test_folding_empties_the_log_that_keeps_the_order_of_writing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "b.db", KEY)
    for number in range(5):
        with store.writing() as connection:
            facts.put(connection, f"n{number}", "1")
    log = tmp_path / "b.db-wal"
    assert log.stat().st_size > 0
    store.fold()
    assert log.stat().st_size == 0
    with store.reading() as connection:
        assert facts.get(connection, "n4") == "1"
    store.close()
