"""A store that kept envelopes as text is brought up to date: the same envelopes, byte for byte, and none that waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from central.store import Store, engine, open_store
from central.store.engine import TablesRefused
from central.store.tables import conflicts, envelopes, quarantine

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TEXT = '{"body":"Ναι 🗳\\u0000 \\\\x41"}'
BEFORE = "0012"
TABLES = (envelopes, conflicts, quarantine)
Made = Callable[..., Store]


@pytest.fixture(params=["sqlite", "postgres"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A store of the program before, with an envelope in each table; `values` change what is said of it."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgres":
        template = request.getfixturevalue("postgres")
        admin = sa.create_engine(template.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text("DROP DATABASE IF EXISTS old_text"))
            connection.execute(sa.text("CREATE DATABASE old_text"))
        admin.dispose()
        url = template.format(name="old_text")
    store = open_store(url, "one")
    request.addfinalizer(store.close)
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).with_name("migrations")))

    def make(**values: str) -> Store:
        said = {
            "booth": "b",
            "kind": "k",
            "reason": "",
            "received_at": NOW,
            "signature": "checked",
            "state": "released",
        }
        said |= {"municipality_id": "one", "digest": "d", "outcome": "accepted"} | values
        with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, BEFORE)
            for table in TABLES:
                there = {name: value for name, value in said.items() if name in table.c}
                for envelope, message in (("e1", TEXT), ("e2", "")):
                    columns = sa.table(table.name, *(sa.column(name) for name in (*there, "envelope", "message")))
                    connection.execute(sa.insert(columns).values({**there, "envelope": envelope, "message": message}))
        return store

    return make


def test_text_becomes_its_bytes(before: Made) -> None:
    store = before()
    store.migrate()
    with store.reading() as tx:
        for table in TABLES:
            kept = tx.connection.execute(sa.select(table.c.message).order_by(table.c.envelope)).scalars().all()
            assert [bytes(one) for one in kept] == [TEXT.encode(), b""], table.name
        if tx.connection.dialect.name == "postgresql":
            stored = (
                "SELECT attstorage FROM pg_attribute WHERE attrelid = 'envelopes'::regclass AND attname = 'message'"
            )
            assert tx.connection.execute(sa.text(stored)).scalar_one() in ("e", b"e"), "sealed bodies do not shrink"


@pytest.mark.parametrize(
    ("values", "said"),
    [({"signature": "unchecked"}, "2 envelopes were taken in"), ({"state": "kept"}, "2 envelopes of stolen booths")],
)
def test_what_waits_is_for_the_program_before(before: Made, values: dict[str, str], said: str) -> None:
    store = before(**values)
    for _ in range(2):
        with pytest.raises(TablesRefused, match=said):
            store.migrate()
        assert store.fault() == "old"
    with store.reading() as tx:
        assert tx.connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == BEFORE
        assert (
            tx.connection.execute(sa.text("SELECT message FROM envelopes WHERE envelope = 'e1'")).scalar_one() == TEXT
        )
