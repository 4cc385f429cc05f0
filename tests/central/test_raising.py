"""Tables that an older program made are raised with all that stands in them, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from central.matters.certificates import store as certificates
from central.store import Store, engine, open_store

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PAPER = certificates.Certificate(
    number="AA1/2026/000001",
    code="7F3K-92QD-1M8X-0A4T",
    card="AAK-000001",
    booth="anargyri-1",
    document="family_status",
    issued_at=NOW,
    as_of="2026-11-20",
    digest="a" * 64,
    fate="issued",
)


@pytest.fixture
def store(empty_url: str) -> Iterator[Store]:
    opened = open_store(empty_url, "one")
    yield opened
    opened.close()


def raise_to(store: Store, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(engine._MIGRATIONS))
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def put(store: Store, paper: certificates.Certificate) -> None:
    with store.writing() as tx:
        certificates.add(tx, paper)


def shape(store: Store) -> dict[str, object]:
    """What the database itself holds of the papers' table."""
    asked = sa.inspect(store.engine)
    return {
        "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in asked.get_columns("certificates")},
        "key": asked.get_pk_constraint("certificates")["constrained_columns"],
        "unique": [(one["name"], one["column_names"]) for one in asked.get_unique_constraints("certificates")],
        "indexes": sorted(str(one["name"]) for one in asked.get_indexes("certificates")),
    }


def test_a_number_may_be_void_before_its_paper_from_0013_on(store: Store) -> None:
    """And nothing else about the table is another."""
    raise_to(store, "0012")
    before = shape(store)
    put(store, PAPER)
    void = replace(PAPER, number="AA1/2026/000002", code=None, card="", as_of="", fate="void")
    with pytest.raises(sa.exc.IntegrityError):
        put(store, void)
    assert store.fault() == "old"
    store.migrate()
    assert store.fault() == ""
    columns = before["columns"]
    assert isinstance(columns, dict)
    assert shape(store) == before | {"columns": columns | {"code": (columns["code"][0], True)}}
    with store.reading() as tx:
        assert certificates.by_code(tx, str(PAPER.code)) == PAPER == certificates.by_number(tx, PAPER.number)
    for number in (2, 3):
        put(store, replace(void, number=f"AA1/2026/{number:06d}"))
    with pytest.raises(sa.exc.IntegrityError):
        put(store, replace(PAPER, number="AA1/2026/000004"))  # its code is another's
    with pytest.raises(sa.exc.IntegrityError):
        put(store, replace(PAPER, code="0000-0000-0000-0000"))  # its number
    other = Store(store.engine, "two")
    put(other, PAPER)
    with other.reading() as tx:
        assert certificates.by_number(tx, "AA1/2026/000002") is None
