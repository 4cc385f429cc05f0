"""The booth's database: the schema that its rooms declare, refusals with reasons, a full disk that loses nothing."""

import importlib.util
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import leaks
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text

from kiosk.store import StoreFull, StoreRefused, engine, facts, journal, open_store
from kiosk.store.tables import metadata as ours
from municipality.matters.certificates.rules import verification_code
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
        with_code(connection, "7F3K-92QD-1M8X-0A4T")
        for service in ("vote", "certificate", "sign_in"):
            facts.put(connection, facts.SWITCHED_OFF + service, f"repair {service}")
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    store.close()
    store = open_store(file, KEY)
    with store.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM certificates")).mappings()
        assert "code" not in row and (row["number"], row["fate"]) == ("A/2026/000001", "sealed")
        assert connection.execute(text("SELECT document FROM certificates")).scalars().all() == ["family_status"]
        assert facts.under(connection, facts.SWITCHED_OFF) == {
            "votes": "repair vote",
            "certificates": "repair certificate",
            "sign_in": "repair sign_in",
        }
    store.close()


def with_code(connection: Connection, code: str, serial: int = 1) -> None:
    """A certificate as programs before the sixth migration kept it."""
    columns = {row.name for row in connection.execute(text("PRAGMA table_info(certificates)"))}
    if "code" not in columns:
        connection.execute(text("ALTER TABLE certificates ADD COLUMN code VARCHAR NOT NULL DEFAULT ''"))
    name, document = (", document", ", 'family_status'") if "document" in columns else ("", "")
    connection.execute(
        text(
            f"INSERT INTO certificates (number, year, serial, code, digest, issued_at, fate{name}) "
            f"VALUES (:number, 2026, :serial, :code, 'd', 'i', 'sealed'{document})"
        ),
        {"number": f"A/2026/{serial:06d}", "serial": serial, "code": code},
    )


def test_the_codes_of_an_earlier_program_go_from_every_page_of_the_file(tmp_path: Path) -> None:
    """Whoever asks the public page with one is told of somebody's certificate."""
    file, codes = tmp_path / "b.db", [verification_code(bytes([serial]) * 10) for serial in range(20)]
    store = open_store(file, KEY)
    with store.writing() as connection:
        for serial, code in enumerate(codes, 1):
            with_code(connection, code, serial)
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    found = leaks.found(leaks.pages(file, KEY.hex()), codes)
    assert {line.split(" in ")[0] for line in found} == {f"word {number}" for number in range(20)}, "they were there"
    store.close()
    store = open_store(file, KEY)
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM certificates")).scalar_one() == 20
    assert leaks.found(leaks.pages(file, KEY.hex()), codes) == []
    store.close()
    assert leaks.found(leaks.pages(file, KEY.hex()), codes) == []


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
