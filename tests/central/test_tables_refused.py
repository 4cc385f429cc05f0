"""Tables that this program does not know, or that are damaged: each command ends with 78 and one sentence, and changes
nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from central import cli
from central.kernel.centre import Centre
from central.kernel.serving import readiness
from central.store import Store, TablesRefused
from central.store.engine import NEWEST

MakeStore = Callable[[str], Store]
_SAYS = "UPDATE alembic_version SET version_num = '{}'"
BREAKS = {
    "newer": (_SAYS.format("9999"), f"version 9999, and this program knows none after {NEWEST}"),
    "another's": (_SAYS.format("a1b2c3"), "their version is a1b2c3, which no program of ours"),
    "older than any": (_SAYS.format("0000"), "their version is 0000, which no program of ours"),
    "two at once": ("INSERT INTO alembic_version VALUES ('0001')", f"is 0001, {NEWEST}, which no program of ours"),
    "none": ("DELETE FROM alembic_version", "their version is none, which no program of ours"),
    "forgotten": ("DROP TABLE alembic_version", "their version is none, which no program of ours"),
    "a table lost": ("DROP TABLE nonces", "damaged: nonces is not there"),
    "a column lost": ("ALTER TABLE booths RENAME COLUMN last_seen TO seen", "damaged: booths.last_seen is not there"),
}


def break_it(store: Store, statement: str) -> None:
    with store.writing() as tx:
        tx.connection.execute(sa.text(statement))


@pytest.mark.parametrize(("name", "broken"), BREAKS.items(), ids=BREAKS)
def test_a_store_that_is_not_ours_is_left_alone(make_store: MakeStore, name: str, broken: tuple[str, str]) -> None:
    store = make_store("one")
    statement, said = broken
    break_it(store, statement)
    before = shape(store)
    with pytest.raises(TablesRefused) as refused:
        store.migrate()
    assert said in str(refused.value) and "docs/operation.md" in str(refused.value)
    assert shape(store) == before
    assert (store.fault() == "") is (name in ("a table lost", "a column lost"))


def shape(store: Store) -> dict[str, list[Any]]:
    """Every table with its columns, and what it says of its version."""
    inspector = sa.inspect(store.engine)
    found: dict[str, list[Any]] = {
        name: [one["name"] for one in inspector.get_columns(name)] for name in inspector.get_table_names()
    }
    if "alembic_version" in found:
        with store.reading() as tx:
            found["alembic_version"] = sorted(tx.connection.execute(sa.text("SELECT * FROM alembic_version")).scalars())
    return found


def test_a_step_that_fails_leaves_all_as_it_was(make_store: MakeStore) -> None:
    """The tables say that they are old and are not: what the migration would make is there already."""
    store = make_store("one")
    break_it(store, "UPDATE alembic_version SET version_num = '0001'")
    before = shape(store)
    with pytest.raises(TablesRefused, match="have version 0001 and could not be brought to"):
        store.migrate()
    assert shape(store) == before


def test_ready_says_which(centre: Centre) -> None:
    for said, why in (("9999", "tables-are-newer"), ("0002", "tables-are-old"), ("x", "tables-are-unknown")):
        break_it(centre.store, _SAYS.format(said))
        assert readiness.examine(centre)["tables"] == readiness.Check(False, why)


@pytest.mark.parametrize("name", ["newer", "another's", "a column lost"])
def test_every_command_ends_with_78_and_one_sentence(
    town: Any, centre: Centre, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    statement, said = BREAKS[name]
    break_it(centre.store, statement)
    for command in (["serve"], ["purge"], ["restored"], ["elections", "list"], ["booths", "list"], ["clock", "show"]):
        assert cli.main([*command, "--home", str(town.home)]) == 78
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("kiosk-central: store.url: the tables ") and said in line


def test_a_file_that_is_damaged_ends_every_command_with_a_sentence(
    town: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first pages are whole, so that it opens; what lies behind them is not."""
    file = town.home / "centre.db"
    shutil.copy(file, tmp_path / "kept.db")
    whole = bytearray(file.read_bytes())
    for start in range(100 * 4096, len(whole), 4096):
        whole[start : start + 4096] = b"\xaa" * 4096
    file.write_bytes(whole)
    assert cli.main(["refresh", "--home", str(town.home)]) == 78
    (line,) = capsys.readouterr().err.splitlines()
    assert "damaged" in line and "`kiosk-central restored`" in line
    file.write_bytes(b"no database at all")
    assert cli.main(["refresh", "--home", str(town.home)]) == 78
    (line,) = capsys.readouterr().err.splitlines()
    assert "the database there cannot be opened (DatabaseError)" in line
