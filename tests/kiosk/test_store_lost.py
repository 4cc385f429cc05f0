"""A database that is gone, old, newer, under another key or on a disk out of reach: each is told as what it is, nothing
is begun anew in silence, and no number is given twice, whatever the clock says."""

import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from counter_command import behind_the_window
from random_tests import LONG

from kiosk import health, settings, wiring
from kiosk.commands import cli, doctor
from kiosk.counter import closed
from kiosk.counter.line import Kind, Listener, heard
from kiosk.counter.showing import Opening
from kiosk.health import Check
from kiosk.kernel import expiry, timekeeping
from kiosk.kernel.upkeep import enrolment, keeping
from kiosk.settings import SettingsRefused
from kiosk.store import (
    Connection,
    StoreDamaged,
    StoreFull,
    StoreRefused,
    blocks,
    copies,
    engine,
    facts,
    mark,
    open_store,
    schema,
)
from kiosk.store.certificates import Issued, insert_sealed, next_serial
from kiosk.store.faults import Fault, of_driver, wrong_with
from kiosk.syncing import status
from municipality.failures import BoothCode
from sync import outbox, sign_envelope

KEY = bytes.fromhex("5a" * 32)
TODAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
# A dead battery, a card of another machine, two hours, three days, a slip of the finger.
CLOCKS = (
    TODAY,
    datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC),
    datetime(2020, 1, 1, tzinfo=UTC),
    TODAY - timedelta(hours=2),
    TODAY + timedelta(days=3),
    datetime(2045, 6, 1, tzinfo=UTC),
)


def give(connection: Connection, year: int = 2026, at: datetime = TODAY) -> str:
    serial = next_serial(connection, year)
    number = f"ΔΟΚ1/{year}/{serial:06d}"
    insert_sealed(connection, Issued(number, year, serial, f"code-{number}", "0" * 64, at, "family_status"))
    return number


def act(connection: Connection) -> tuple[str, str]:
    """One act in the queue: the digest it names, its own."""
    previous = outbox.last_digest(connection)
    made = sign_envelope(
        kind="certificates.paper",
        version=1,
        booth=st.BOOTH,
        made_at=TODAY,
        previous=previous,
        body="sealed",
        sign=lambda _: bytes(63) + b"\1",
    )
    outbox.put(connection, made)
    return previous, made.digest()


def spoil(file: Path) -> None:
    """No page of it can be read."""
    file.write_bytes(os.urandom(file.stat().st_size))
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def lose(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases without a stock of free pages: forty times smaller, and nothing here looks at where rows lie."""
    monkeypatch.setattr(engine, "_FEW_PAGES", 0)
    monkeypatch.setattr(copies, "_PAUSE", 0)


# --- numbers ---------------------------------------------------------------------------------------------------------


class Life:
    """One booth through the years, and every number and every place in its chain that it has ever given."""

    def __init__(self, folder: Path, dice: random.Random, prepared_store: Path) -> None:
        self.file, self.mark, self.dice = folder / "booth.db", folder / "keys.mark", dice
        self.given: list[str] = []
        self.named: list[str] = []
        self.marked = True  # the mark is as old as the last act
        shutil.copy(prepared_store, self.file)
        self.open().close()

    def open(self) -> Any:
        return open_store(self.file, KEY, self.mark)

    def works(self) -> None:
        """Some papers and acts, by a clock that may say any year."""
        year = self.dice.choice(CLOCKS).year
        with closing(self.open()) as store:
            for _ in range(self.dice.randint(1, 3)):
                with store.writing() as connection:
                    self.given.append(give(connection, year))
                    previous, _digest = act(connection)
                    self.named += [previous] if self.marked else []

    def copies(self) -> None:
        copies.make_copy(self.file, KEY, 3)

    def restores(self) -> None:
        (spoil if self.dice.random() < 0.5 else lose)(self.file)
        with suppress(copies.NoGoodCopy):
            copies.restore(self.file, KEY, self.dice.choice(CLOCKS), self.mark)
            return
        copies.restore(self.file, KEY, self.dice.choice(CLOCKS), self.mark, empty=True)

    def is_put_back_by_hand(self) -> None:
        """Somebody who knows how: cp booth.db.copy-N booth.db."""
        if found := copies.copies(self.file):
            lose(self.file)
            shutil.copy(self.dice.choice(found), self.file)

    def loses_its_mark(self) -> None:
        """With a restore: whoever looked through the keys has put back an old one, or none."""
        self.marked = False
        self.mark.unlink()
        if copies.copies(self.file):
            spoil(self.file)
            copies.restore(self.file, KEY, self.dice.choice(CLOCKS), self.mark)


@pytest.fixture(scope="module")
def prepared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("prepared_store") / "booth.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_FEW_PAGES", 0)
        open_store(file, KEY).close()
    return file


@pytest.mark.parametrize("seed", range(400 if LONG else 8))
def test_no_number_and_no_place_in_the_chain_is_given_twice(
    seed: int, tmp_path: Path, prepared_store: Path, small: None
) -> None:
    dice = random.Random(seed)
    life = Life(tmp_path, dice, prepared_store)
    steps = [Life.works, Life.works, Life.copies, Life.restores, Life.is_put_back_by_hand]
    for step in [Life.works, *dice.choices(steps, k=7), *([Life.loses_its_mark] if seed % 4 == 0 else []), Life.works]:
        step(life)
    assert len(life.given) == len(set(life.given)) > 1
    assert len(life.named) == len(set(life.named)) > 0


@pytest.mark.parametrize("clock", CLOCKS)
def test_by_whatever_clock_a_copy_comes_back_no_year_begins_again(
    clock: datetime, tmp_path: Path, prepared_store: Path, small: None
) -> None:
    """Without a mark, as a booth of the last release: all that is known lies in the copy."""
    file = Path(shutil.copy(prepared_store, tmp_path / "booth.db"))
    with closing(open_store(file, KEY)) as store, store.writing() as connection:
        assert [give(connection) for _ in range(3)][-1] == "ΔΟΚ1/2026/000003"
    copies.make_copy(file, KEY, 3)
    with closing(open_store(file, KEY)) as store, store.writing() as connection:
        assert [give(connection) for _ in range(40)][-1] == "ΔΟΚ1/2026/000043"
    spoil(file)
    done = copies.restore(file, KEY, clock, None)
    assert (done.copy, done.damaged, done.salvaged) == (
        tmp_path / "booth.db.copy-1",
        tmp_path / "booth.db.damaged-1",
        0,
    )
    with closing(open_store(file, KEY)) as store, store.reading() as connection:
        for year in (1970, 2020, 2026, 2027, 2045):
            assert next_serial(connection, year) == 3 + mark.JUMP + 1


def test_two_restores_in_one_second_keep_both_damaged_files(tmp_path: Path, prepared_store: Path, small: None) -> None:
    file = Path(shutil.copy(prepared_store, tmp_path / "booth.db"))
    copies.make_copy(file, KEY, 3)
    kept = []
    for _ in range(2):
        spoil(file)
        before = file.read_bytes()
        done = copies.restore(file, KEY, CLOCKS[1])
        assert done.damaged is not None
        kept.append((done.damaged, before))
    assert [(file.name, file.read_bytes()) for file, _ in kept] == [
        ("booth.db.damaged-1", kept[0][1]),
        ("booth.db.damaged-2", kept[1][1]),
    ]


def test_a_cut_between_mark_and_database_wastes_a_number_and_a_place(tmp_path: Path, small: None) -> None:
    file, beside = tmp_path / "b.db", tmp_path / "b.mark"
    with closing(open_store(file, KEY, beside)) as store:
        with store.writing() as connection:
            give(connection)
            act(connection)

        class Cut(Exception):
            pass

        def cut(_connection: object) -> None:
            raise Cut

        from sqlalchemy import event

        event.listen(store.engine, "commit", cut)
        with pytest.raises(Cut), store.writing() as connection:
            give(connection)
            _previous, never = act(connection)
        event.remove(store.engine, "commit", cut)
    assert mark.read(beside) == mark.Mark(mark.digest_of(KEY), {"2026": 2}, 0, never)
    with closing(open_store(file, KEY, beside)) as store, store.writing() as connection:
        assert give(connection) == "ΔΟΚ1/2026/000003"
        assert act(connection)[0] == never


def test_a_booth_of_an_earlier_release_gets_its_mark(tmp_path: Path, small: None) -> None:
    file, beside = tmp_path / "b.db", tmp_path / "b.mark"
    with closing(open_store(file, KEY)) as store, store.writing() as connection:
        give(connection, 2025)
        give(connection)
        last = give(connection), act(connection)[1]
    with closing(open_store(file, KEY, beside)):
        known = mark.Mark(mark.digest_of(KEY), {"2025": 1, "2026": 2}, 0, last[1])
        assert mark.read(beside) == known
    with closing(open_store(file, KEY, beside)) as store, store.writing() as connection:
        give(connection)
    assert mark.read(beside) == mark.Mark(known.key, {"2025": 1, "2026": 3}, 0, last[1])


def test_the_mark_is_for_its_owner_only_and_names_no_paper(tmp_path: Path, small: None) -> None:
    beside = tmp_path / "b.mark"
    with closing(open_store(tmp_path / "b.db", KEY, beside)) as store, store.writing() as connection:
        number = give(connection)
    assert beside.stat().st_mode & 0o777 == 0o600
    told = beside.read_text("ascii")
    assert KEY.hex() not in told and number not in told and "code" not in told
    assert set(json.loads(told)) == {"key", "serials", "floor", "head"}


def test_without_room_for_the_mark_nothing_is_stored(
    tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with closing(open_store(tmp_path / "b.db", KEY, tmp_path / "b.mark")) as store:
        with monkeypatch.context() as patch:
            patch.setattr(mark.os, "fsync", full)
            with pytest.raises(StoreFull) as refused, store.writing() as connection:
                give(connection)
        assert refused.value.fault is Fault.FULL and not list(tmp_path.glob(".b.mark-*"))
        with store.writing() as connection:
            assert give(connection) == "ΔΟΚ1/2026/000001"


def test_what_came_after_the_copy_is_brought_over_with_blocks_and_the_time(
    tmp_path: Path, prepared_store: Path, small: None
) -> None:
    file = Path(shutil.copy(prepared_store, tmp_path / "booth.db"))
    beat = f"{(TODAY - timedelta(days=9)).isoformat()} old 5.0"
    with closing(open_store(file, KEY)) as store, store.writing() as connection:
        facts.put(connection, facts.BEAT, beat)
    copies.make_copy(file, KEY, 1)
    with closing(open_store(file, KEY)) as store:
        with store.writing() as connection:
            blocks.put(connection, st.ANNA, TODAY, "act-1")
            facts.put(connection, facts.BEAT, f"{TODAY.isoformat()} new 7.0")
        with store.reading() as connection:
            page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'journal'").scalar_one()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * 4096 + 100)
        raw.write(b"damaged!")
    assert copies.restore(file, KEY, CLOCKS[2]).salvaged == 1
    with closing(open_store(file, KEY)) as store, store.reading() as connection:
        assert blocks.holds(connection, st.ANNA)
        assert facts.get(connection, facts.BEAT) == f"{TODAY.isoformat()} new 7.0"


# --- a booth of the town ---------------------------------------------------------------------------------------------


@pytest.fixture
def config(town, tmp_path: Path, small: None) -> Path:
    home = Path(shutil.copytree(town.home, tmp_path / "booth"))
    return home / "kiosk.toml"


@pytest.fixture
def used(config: Path) -> Path:
    """It has served, and a night's copy was made."""
    loaded = settings.load(config)
    with wiring.open_booth(loaded) as booth:
        with booth.store.writing() as connection:
            give(connection)
        assert keeping.copy_after_round(booth) == ""
        with booth.store.writing() as connection:
            give(connection)
    return config


def content(config: Path) -> dict[str, str]:
    files = [*config.parent.glob("booth.db*"), *config.parent.glob("store.*")]
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def each_command(config: Path, capsys: pytest.CaptureFixture[str], *, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """How each ended, and its last line."""
    where = ["--config", str(config)]
    commands: dict[str, Callable[[], int]] = {
        "run": lambda: behind_the_window(config),
        "sync": lambda: cli.main(["sync", "--once", *where]),
        "problems": lambda: cli.main(["sync", "--problems", *where]),
        "restore": lambda: cli.main(["restore", *where]),
    }
    ended: dict[str, Any] = {}
    for name, command in commands.items():
        if name not in but:
            capsys.readouterr()
            code = command()
            ended[name] = (code, capsys.readouterr().err.strip())
    return {**ended, "doctor": row_of(config)}


def row_of(config: Path) -> str:
    """What `kiosk doctor` says of the database, without all else that it looks at."""
    try:
        loaded = settings.load(config)
        with wiring.open_booth(loaded) as booth:
            return next(one.name for one in health.examine_stored(booth) if one.check is Check.DATABASE)
    except StoreRefused:
        return next(one.name for one in doctor._looked_at(loaded) if one.check is Check.DATABASE)
    except SettingsRefused:
        return ""


def sql(config: Path, *statements: str) -> None:
    with copies._opened(config.parent / "booth.db", KEY) as raw:
        for statement in statements:
            raw.execute(statement)


def test_a_new_booth_starts_without_a_hand(config: Path) -> None:
    assert keeping.look(settings.load(config)) is None
    assert behind_the_window(config) == 0
    known = mark.read(config.parent / "store.mark")
    assert known == mark.Mark(key=mark.digest_of(KEY))


@pytest.mark.parametrize("how", ["lost", "empty", "mark alone", "copies alone"])
def test_a_database_that_is_gone_is_never_made_anew_in_silence(
    how: str, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, home = used.parent / "booth.db", used.parent
    lose(file)
    if how == "empty":
        file.touch()
    if how == "mark alone":
        for copy in copies.copies(file):
            copy.unlink()
    if how == "copies alone":
        (home / "store.mark").unlink()
    before = content(used)
    sentence = (
        f"booth.db is gone: this booth has had a database, and there is none in {home}. Bring back the disk or the "
        "folder if it is only somewhere else; if not, `kiosk restore` puts the last good copy in its place. No empty "
        "one is made."
    )
    said = each_command(used, capsys, but=("restore",))
    end, later = (78, sentence), (75, sentence)
    assert said == {"run": end, "sync": later, "problems": later, "doctor": "database.gone"}
    assert content(used) == before
    where = ["restore", "--config", str(used)]
    if how == "mark alone":
        assert cli.main(where) == 77
        said_of_none = capsys.readouterr().err
        assert said_of_none.startswith(sentence) and "no copy that is whole" in said_of_none
        assert content(used) == before
        assert cli.main([*where, "--empty"]) == 0
        expected = "an empty database took its place; rows brought over: 0; kept: nothing, it was gone\n"
    else:
        assert cli.main([*where, "--empty"]) == 77 and content(used) == before
        assert cli.main(where) == 0
        kept = "booth.db.damaged-1" if how == "empty" else "nothing, it was gone"
        expected = f"booth.db.copy-1 took its place; rows brought over: 0; kept: {kept}\n"
    assert capsys.readouterr().out == expected
    with wiring.open_booth(settings.load(used)) as booth:
        with booth.store.reading() as connection:
            given = 1 if how == "copies alone" else 2  # of the second paper only the mark knew
            assert next_serial(connection, 2026) == given + mark.JUMP + 1
        told = status.booth_status(booth, timedelta(0)).alarms
        assert (BoothCode.STORE_GONE in told) is (how == "mark alone")
        (row,) = [one.name for one in health.examine_stored(booth) if one.check is Check.DATABASE]
        assert row == ("database.begun_anew" if how == "mark alone" else "database.ok")


@pytest.mark.parametrize("version", [f"{int(schema.NEWEST) + 1:04d}", "9999"])
def test_a_newer_programs_database_waits_for_it(version: str, used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql(used, f"UPDATE alembic_version SET version_num = '{version}'")
    before = content(used)
    sentence = (
        f"booth.db was made by a newer program: it is of version {version}, and this program knows versions up to "
        f"{schema.NEWEST}. Install the newer program again. Nothing is damaged, and nothing is to be restored."
    )
    end = (78, sentence)
    said = each_command(used, capsys)
    assert said == {"run": end, "sync": end, "problems": end, "restore": end, "doctor": "database.newer"}
    assert cli.main(["restore", "--empty", "--config", str(used)]) == 78
    assert content(used) == before


def test_a_copy_of_a_newer_program_is_not_passed_over_for_an_older_one(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = used.parent / "booth.db"
    copies.make_copy(file, KEY, 3)
    with copies._opened(copies.copies(file)[0], KEY) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0999'")
    spoil(file)
    before = content(used)
    assert cli.main(["restore", "--config", str(used)]) == 78
    said = capsys.readouterr().err
    assert said.startswith("booth.db.copy-1 was made by a newer program: it is of version 0999")
    assert content(used) == before


@pytest.mark.parametrize(
    "spoilt",
    [
        ["UPDATE alembic_version SET version_num = 'αβγ'"],
        ["UPDATE alembic_version SET version_num = ''"],
        ["DELETE FROM alembic_version"],
        ["INSERT INTO alembic_version VALUES ('0001')"],
        ["DROP TABLE alembic_version"],
    ],
    ids=["letters", "nothing", "no row", "two rows", "no table"],
)
def test_a_version_that_is_none_is_damage_and_a_copy_takes_its_place(
    spoilt: list[str], used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql(used, *spoilt)
    said = each_command(used, capsys, but=("restore",))
    assert {one[0] for one in (said["run"], said["sync"], said["problems"])} == {78}
    assert all("is damaged (page alembic_version)" in said[name][1] for name in ("run", "sync", "problems"))
    assert said["doctor"] == "database.damaged"
    assert cli.main(["restore", "--config", str(used)]) == 0
    with wiring.open_booth(settings.load(used)) as booth, booth.store.reading() as connection:
        assert next_serial(connection, 2026) == 2 + mark.JUMP + 1


def test_a_migration_that_fails_leaves_all_as_it_was(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql(used, "UPDATE alembic_version SET version_num = '0002'")  # its next one meets tables that are there already
    sql(used, "PRAGMA wal_checkpoint(TRUNCATE)")
    said = each_command(used, capsys, but=("restore",))
    sentence = (
        f"booth.db could not be brought from version 0002 to {schema.NEWEST}; it is as it was. Install the program "
        "that was here before, and tell its makers. Nothing is to be restored."
    )
    assert said == {
        "run": (78, sentence),
        "sync": (78, sentence),
        "problems": (78, sentence),
        "doctor": "database.not_brought_up",
    }
    with copies._opened(used.parent / "booth.db", KEY) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002",)]
    assert cli.main(["restore", "--config", str(used)]) == 77  # whole: nothing is touched


BEFORE_BYTES = schema.KNOWN[schema.KNOWN.index("0007") - 1]
WAITS_UNDER_THE_FORMER_LINE = (
    f"UPDATE alembic_version SET version_num = '{BEFORE_BYTES}'",
    "DELETE FROM outbox_act_states",
    "INSERT INTO outbox_act_states (seq, kind, state) VALUES (99, 'poem', 'waiting')",
)


def test_what_waits_for_the_line_before_is_for_the_program_before(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql(used, *WAITS_UNDER_THE_FORMER_LINE)
    said = each_command(used, capsys, but=("restore",))
    sentence = (
        "booth.db was not brought up to date: 1 acts and 0 ballots wait in it for the town hall, and only the former "
        "program can send them. It is as it was. Install that program again, let it send them (kiosk sync --once, or "
        "the stick), then install this one. Nothing is to be restored."
    )
    end = (78, sentence)
    assert said == {"run": end, "sync": end, "problems": end, "doctor": "database.still_waiting"}
    assert cli.main(["restore", "--config", str(used)]) == 77  # whole: nothing is touched


def test_another_booths_key_moves_nothing_aside(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (used.parent / "store.key").write_text("11" * 32)
    before = content(used)
    sentence = (
        "booth.db was made with another key than the one in the key file. Put this booth's own key back. Nothing is "
        "damaged, and nothing is to be restored."
    )
    end = (78, sentence)
    said = each_command(used, capsys)
    assert said == {"run": end, "sync": end, "problems": end, "restore": end, "doctor": "database.wrong_key"}
    assert content(used) == before


def test_without_a_mark_a_wrong_key_and_damage_are_not_told_apart_unless_a_copy_opens(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = used.parent
    (home / "store.mark").unlink()
    (home / "store.key").write_text("11" * 32)
    before = content(used)
    said = each_command(used, capsys)
    assert all(said[name][0] == 78 for name in ("run", "sync", "problems", "restore"))
    assert all("wrong key, or damaged" in said[name][1] for name in ("run", "sync", "problems", "restore"))
    assert said["doctor"] == "database.unreadable" and content(used) == before
    (home / "store.key").write_text("5a" * 32)
    spoil(home / "booth.db")
    assert row_of(used) == "database.damaged"
    assert cli.main(["restore", "--config", str(used)]) == 0


@pytest.mark.parametrize("key", [None, "", "5a" * 31, "5a" * 33, "zz" * 32, "\0" * 64])
def test_a_key_file_that_is_none_is_named_and_nothing_is_moved(
    key: str | None, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = used.parent / "store.key"
    file.unlink()
    if key is not None:
        file.write_text(key)
    before = content(used)
    said = each_command(used, capsys)
    assert all(code == 78 and "store.key_file" in line for code, line in list(said.values())[:-1])
    assert content(used) == before


WHOLE = {"key": mark.digest_of(KEY), "serials": {"2026": 2}, "floor": 0, "head": ""}


@pytest.mark.parametrize(
    "spoilt",
    [
        *(b"", b"{}", b"{}x", b"[]", b"null", b'"', b"[" * 100_000, b"\xff" * 40),
        *(json.dumps({**WHOLE, **wrong}).encode() for wrong in (
            *({"serials": serials} for serials in ({"2026": -1}, {"x": 1}, {"20266": 1}, {"٢٠٢٦": 1}, [], None)),
            *({"serials": {"2026": serial}} for serial in ("1", 1.0, True, None, 2**62)),
            *({"floor": floor} for floor in (-1, "0", 2**62)),
            *({name: text} for name in ("key", "head") for text in (None, 1, "x", "0" * 63)),
            {"other": 1},
        )),
        *(json.dumps({name: WHOLE[name] for name in WHOLE if name != gone}).encode() for gone in WHOLE),
    ],
)  # fmt: skip
def test_half_a_mark_is_none(spoilt: bytes, tmp_path: Path) -> None:
    file = tmp_path / "store.mark"
    file.write_text(json.dumps(WHOLE))
    assert mark.read(file) == mark.Mark(**WHOLE)
    file.write_bytes(spoilt)
    with pytest.raises(StoreRefused) as refused:
        mark.read(file)
    assert refused.value.condition == "mark"


@pytest.mark.parametrize(("number", "fault"), [(13, Fault.NOT_ALLOWED), (5, Fault.NO_ANSWER), (24, Fault.REFUSED)])
def test_a_mark_out_of_reach_is_not_torn_and_stays(
    number: int, fault: Fault, used: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    beside, before, read = used.parent / "store.mark", content(used), Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file == beside:
            raise OSError(number, os.strerror(number))
        return read(file)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        said = each_command(used, capsys)
    assert all(line.startswith(f"{beside}: {fault}. ") for _code, line in list(said.values())[:-1])
    assert said["run"][0] == said["restore"][0] == 78 and said["doctor"] == "database.mark_out_of_reach"
    assert content(used) == before


@pytest.mark.parametrize("spoilt", [b"{}", b'{"serials": {"x": 1}}', b"[]", b"\xff" * 40])
def test_a_mark_that_cannot_be_read_is_said_and_made_anew_far_ahead(
    spoilt: bytes, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = used.parent / "store.mark"
    beside.write_bytes(spoilt)
    said = each_command(used, capsys, but=("restore",))
    assert {said[name][0] for name in ("run", "sync", "problems")} == {78}
    assert all("store.mark: is not what a booth writes there" in said[name][1] for name in ("run", "sync", "problems"))
    assert said["doctor"] == "database.mark"
    assert cli.main(["restore", "--config", str(used)]) == 0
    assert capsys.readouterr().out == "numbers of certificates jump ahead; kept: store.mark.damaged-1\n"
    with wiring.open_booth(settings.load(used)) as booth, booth.store.reading() as connection:
        assert next_serial(connection, 2026) == 2 + mark.JUMP + 1


@pytest.mark.parametrize("how", ["torn", "torn and empty", "set aside by hand"])
def test_where_mark_and_database_are_lost_nothing_begins_at_one(
    how: str, used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, beside = used.parent / "booth.db", used.parent / "store.mark"
    beside.write_bytes(beside.read_bytes()[:20])
    lose(file)
    if how == "torn and empty":
        file.touch()
    if how == "set aside by hand":
        beside.rename(beside.with_name("store.mark.damaged-1"))
    for copy in copies.copies(file):
        copy.unlink()
    before = content(used)
    said = each_command(used, capsys)
    assert (said["run"][0], said["sync"][0], said["doctor"]) == (78, 75, "database.gone")
    assert all(said[name][1].startswith("booth.db is gone: ") for name in ("run", "sync", "problems", "restore"))
    assert said["restore"][0] == 77 and "There is no copy that is whole." in said["restore"][1]
    with pytest.raises(StoreRefused, match="is gone"):
        keeping.renumber(settings.load(used), TODAY)
    assert content(used) == before
    assert cli.main(["restore", "--empty", "--config", str(used)]) == 0
    was = "store.mark.damaged-1" if how == "set aside by hand" else "store.mark"
    assert content(used)["store.mark.damaged-1"] == before[was]
    with wiring.open_booth(settings.load(used)) as booth, booth.store.reading() as connection:
        assert next_serial(connection, 2026) == mark.JUMP + 1
        assert facts.moment(connection, facts.EMPTIED) is not None


def test_with_the_mark_torn_and_the_database_damaged_the_copy_comes_back(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (used.parent / "store.mark").write_bytes(b"{")
    with (used.parent / "booth.db").open("r+b") as raw:
        raw.seek((schema_page(used.parent / "booth.db", "inbox_items") - 1) * 4096 + 100)
        raw.write(b"damaged!")
    assert row_of(used) == "database.damaged"
    assert cli.main(["restore", "--config", str(used)]) == 0
    assert capsys.readouterr().out.startswith("booth.db.copy-1 took its place; ")
    assert (used.parent / "store.mark.damaged-1").read_bytes() == b"{"
    with wiring.open_booth(settings.load(used)) as booth, booth.store.reading() as connection:
        assert next_serial(connection, 2026) == 2 + mark.JUMP + 1


def test_a_torn_mark_stays_where_the_new_one_cannot_be_made(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the key of another booth over it: nothing has been moved aside."""
    home = used.parent
    (home / "store.mark").write_bytes(b"{")
    (home / "store.key").write_text("11" * 32)
    before = content(used)
    with pytest.raises(StoreRefused):
        keeping.renumber(settings.load(used), TODAY)
    assert content(used) == before


@pytest.mark.parametrize("at", ["look", "write"])
def test_a_folder_of_keys_that_is_not_written_to_is_named(
    at: str, used: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a systemd credential's is, after an update from a release without a mark."""
    home, keys = used.parent, used.parent / "keys"
    keys.mkdir()
    (home / "store.key").rename(keys / "store.key")
    (home / "store.mark").unlink()
    text = used.read_text().replace('"store.key"', '"keys/store.key"')
    used.write_text(text)
    name = {"look": "kiosk.store.faults.tempfile.TemporaryFile", "write": "kiosk.store.mark.tempfile.mkstemp"}[at]
    made = {"look": tempfile.TemporaryFile, "write": tempfile.mkstemp}[at]

    def refuse(*given: Any, dir: Path, **named: Any) -> Any:
        if dir == keys:
            raise OSError(30, os.strerror(30))
        return made(*given, dir=dir, **named)

    monkeypatch.setattr(name, refuse)
    said = each_command(used, capsys, but=("restore",))
    begin = f"{keys / 'store.mark'}: {Fault.READ_ONLY}. "
    assert all(line.startswith(begin) and "mark_file" in line for _code, line in list(said.values())[:-1])
    assert (said["run"][0], said["sync"][0], said["doctor"]) == (78, 75, "database.mark_out_of_reach")
    (home / "apart").mkdir()
    used.write_text(text.replace("[keys]", 'mark_file = "apart/store.mark"\n\n[keys]', 1))
    assert behind_the_window(used) == 0
    known = mark.read(home / "apart" / "store.mark")
    assert known is not None and known.in_use and known.serials == {"2026": 2}
    lose(home / "booth.db")
    assert row_of(used) == "database.gone"
    (home / "apart").rename(home / "elsewhere")
    assert row_of(used) == "database.mark_out_of_reach"


def test_where_the_mark_lies(used: Path) -> None:
    text, home = used.read_text(), used.parent.resolve()

    def place(key: str, more: str = "") -> Path:
        told = text.replace('key_file = "store.key"', f'key_file = "{key}"\n{more}')
        return settings.check(told, used).store.mark

    assert place("store.key") == home / "store.mark"
    assert place("/run/credentials/kiosk.service/store.key") == home / "store.mark"
    assert place("/var/keys/booth") == Path("/var/keys/booth.mark")
    assert enrolment._mark_of(home / "nothing", home / "keys" / "store.key") == home / "keys" / "store.mark"
    used.write_text(text.replace("[keys]", 'mark_file = "/var/apart/m"\n[keys]', 1))
    assert enrolment._mark_of(home, home / "keys" / "store.key") == Path("/var/apart/m")
    assert place("/run/credentials/store.key", 'mark_file = "/var/apart/m"') == Path("/var/apart/m")
    for wrong in ("m", str(home / "m"), "/run/m", "/run/booth/m"):
        with pytest.raises(SettingsRefused, match=r"store\.mark_file") as refused:
            place("store.key", f'mark_file = "{wrong}"')
        assert refused.value.keys == ("store.mark_file",)


def test_begun_anew_under_a_new_key_keeps_what_lies_there(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key is lost for good: nobody can read the old one, and it is kept all the same."""
    home = used.parent
    old = {one.read_bytes() for one in (home / "booth.db", home / "booth.db.copy-1")}
    (home / "store.key").write_text("11" * 32)
    assert cli.main(["restore", "--empty", "--config", str(used)]) == 0
    assert {one.read_bytes() for one in home.glob("booth.db.damaged-?")} == old
    (fresh,) = copies.copies(home / "booth.db")
    assert copies.damaged_pages(fresh, bytes.fromhex("11" * 32)) == []
    with wiring.open_booth(settings.load(used)) as booth, booth.store.reading() as connection:
        assert next_serial(connection, 2026) == 2 + mark.JUMP + 1


def test_a_restore_that_was_cut_before_its_last_step_is_ended(
    used: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = settings.load(used)
    file = loaded.store.file
    with file.open("r+b") as raw:
        raw.seek((schema_page(file, "inbox_items") - 1) * 4096 + 100)
        raw.write(b"damaged!")

    put = Path.replace

    def replace(one: Path, other: Path) -> Path:
        if one.name == "booth.db.restoring":
            raise KeyboardInterrupt
        return put(one, other)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            keeping.put_back(loaded, TODAY)
    assert not file.exists()
    capsys.readouterr()
    assert cli.main(["restore", "--config", str(used)]) == 0
    assert capsys.readouterr().out.startswith("booth.db.restoring took its place; ")
    with wiring.open_booth(loaded) as booth, booth.store.reading() as connection:
        # The second paper came after the copy: it had been brought over.
        rows = connection.exec_driver_sql("SELECT number FROM certificates ORDER BY number").scalars().all()
        assert rows == ["ΔΟΚ1/2026/000001", "ΔΟΚ1/2026/000002"]
        assert next_serial(connection, 2026) > 2 + mark.JUMP


def schema_page(file: Path, table: str) -> int:
    with copies._opened(file, KEY) as raw:
        return int(raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


# --- the disk --------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(120)
def test_on_a_disk_out_of_reach_every_command_says_so_and_touches_nothing(used: Path, tmp_path: Path) -> None:
    """Really: a tmpfs that is mounted read-only, one whose files are root's, one that is full to the last block."""
    disk = Path("/mnt")  # in a namespace of its own: nobody else sees what is mounted there
    order = {"home": str(used.parent), "disk": str(disk), "url": "http://127.0.0.1:9"}
    paths = f"PYTHONPATH={Path(__file__).parents[2]}:{Path(st.__file__).parent}"
    script = Path(st.__file__).with_name("unreachable_disk.py")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    alone = [*root, "unshare", "-m", "--propagation", "unchanged", "env", "PYTHONDONTWRITEBYTECODE=1", paths]
    begin = 'mount --make-rprivate / 2>/dev/null; exec "$0" "$1"'
    done = subprocess.run(
        [*alone, "sh", "-c", begin, sys.executable, str(script)],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    end = "Nothing is damaged, and nothing is to be restored.\n"
    for name, fault in (("read-only", Fault.READ_ONLY), ("of root", Fault.NOT_ALLOWED)):
        said = told[name]
        for command in ("run", "sync", "restore", "empty"):
            code, words = said[command]
            expected = (75 if command == "sync" else 78, True, True)
            assert (code, f"{disk}/booth.db: {fault}. " in words, words.endswith(end)) == expected, said
        assert said["doctor"] == ["database.out_of_reach", "disk.out_of_reach"] and said["untouched"], said
    words = f"{disk}/booth.db: the disk is full. Free some room and begin again. {end}"
    assert told["full"] == {
        **{command: [75, words] for command in ("run", "sync", "restore", "empty")},
        "doctor": ["database.out_of_reach", "disk.full"],
        "untouched": True,
    }


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (30, Fault.READ_ONLY),
        (13, Fault.NOT_ALLOWED),
        (1, Fault.NOT_ALLOWED),
        (5, Fault.NO_ANSWER),
        (28, Fault.FULL),
        (122, Fault.FULL),
        (2, Fault.NOT_THERE),
        (6, Fault.NOT_THERE),
        (24, Fault.REFUSED),
    ],
)
def test_what_the_system_says_is_what_is_told(
    number: int, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.db"
    file.touch()
    assert wrong_with(file) is None

    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("kiosk.store.faults.tempfile.TemporaryFile", refuse)
    assert wrong_with(file) is fault
    with pytest.raises(StoreRefused) as refused:
        open_store(file, KEY)
    assert (refused.value.condition, refused.value.values) == ("out_of_reach", {"fault": fault})


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (11, StoreDamaged),  # CORRUPT, CORRUPT_INDEX, NOTADB
        (779, StoreDamaged),
        (26, StoreDamaged),
        (13, Fault.FULL),
        (10, Fault.NO_ANSWER),  # IOERR, IOERR_READ, IOERR_FSYNC
        (266, Fault.NO_ANSWER),
        (1034, Fault.NO_ANSWER),
        (14, Fault.REFUSED),  # CANTOPEN, READONLY, READONLY_DBMOVED, where the system itself has nothing to say
        (8, Fault.REFUSED),
        (1032, Fault.REFUSED),
        (5, Fault.BUSY),
        (517, Fault.BUSY),  # BUSY_SNAPSHOT
        (19, None),  # CONSTRAINT: a fault of ours
        (1, None),
        (0, None),
    ],
)
def test_what_the_driver_says_is_what_is_told(code: int, meaning: object, tmp_path: Path) -> None:
    error = OSError()
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    assert of_driver(error, tmp_path / "b.db") is meaning


@pytest.mark.parametrize("fault", Fault)
def test_a_round_that_the_disk_cut_is_begun_again(
    fault: Fault, used: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise StoreFull(fault)

    monkeypatch.setattr("kiosk.syncing.rounds.sync_once", cut)
    assert cli.main(["sync", "--once", "--config", str(used)]) == 75
    assert capsys.readouterr().err.startswith(f"{fault}: ")


def test_a_disk_that_is_not_mounted_is_waited_for(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    used.write_text(used.read_text().replace('file = "booth.db"', 'file = "data/booth.db"'))
    said = each_command(used, capsys)
    folder = used.parent / "data/booth.db"
    assert all(line.startswith(f"{folder}: {Fault.NOT_THERE}. ") for _code, line in list(said.values())[:-1])
    assert {name: one[0] for name, one in said.items() if name != "doctor"} == {
        "run": 78,
        "restore": 78,
        "sync": 75,
        "problems": 75,
    }
    assert said["doctor"] == "database.out_of_reach"
    rows = {one.check: (one.name, one.values) for one in doctor.examine(used)[1]}
    assert rows[Check.DISK] == ("disk.out_of_reach", {"fault": Fault.NOT_THERE})


def test_a_disk_that_becomes_read_only_takes_no_new_act(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert expiry.no_new_act(desk.booth, expiry.Service("votes")) is None
    monkeypatch.setattr("kiosk.kernel.expiry.wrong_in", lambda _folder: Fault.READ_ONLY)
    assert {
        expiry.no_new_act(desk.booth, one) for one in (expiry.Service("votes"), expiry.Service("certificates"))
    } == {BoothCode.STORE_FULL}


def test_looking_at_the_file_takes_no_lock_off_it(used: Path) -> None:
    """A file that is opened and closed beside SQLite loses this process's locks, and two would write at once."""
    loaded = settings.load(used)
    other = (
        "import sys, sqlcipher3; c = sqlcipher3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "c.execute(f\"PRAGMA key = \\\"x'{'5a' * 32}'\\\"\"); c.execute('BEGIN IMMEDIATE')"
    )

    def another_writes() -> str:
        begin = [sys.executable, "-c", other, str(loaded.store.file)]
        return subprocess.run(begin, capture_output=True, text=True, timeout=60, check=False).stderr

    with wiring.open_booth(loaded) as booth:
        assert another_writes() == ""
        with booth.store.writing() as connection:
            facts.put(connection, "held", "1")
            assert wrong_with(loaded.store.file) is None and keeping.look(loaded) is None
            assert "database is locked" in another_writes()


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", CLOCKS[1:3] + CLOCKS[4:])
def test_by_a_clock_in_doubt_no_copy_pushes_out_an_older_one(clock: datetime, desk) -> None:
    booth = desk.booth
    with booth.store.writing() as connection:
        facts.put(connection, facts.BEAT, f"{TODAY.isoformat()} another-boot 5.0")
    object.__setattr__(booth, "clock", lambda: clock)
    with booth.store.reading() as connection:
        assert timekeeping.in_doubt(booth, connection)
    assert keeping.copy_after_round(booth) == "the clock is in doubt: no copy of the database is made by it"
    assert copies.copies(booth.settings.store.file) == []


@pytest.mark.parametrize("clock", CLOCKS)
def test_after_a_restore_the_clock_is_judged_by_the_newest_that_is_known(
    clock: datetime, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(used.parent / "booth.db")
    assert cli.main(["restore", "--config", str(used), "--at", clock.isoformat()]) == 0
    with wiring.open_booth(settings.load(used)) as booth:
        object.__setattr__(booth, "clock", lambda: clock)
        with booth.store.reading() as connection:
            doubted = timekeeping.in_doubt(booth, connection)
        assert doubted is (clock != TODAY)
        refused = expiry.no_new_act(booth, expiry.Service("certificates"))
        assert refused is (BoothCode.CLOCK_IN_DOUBT if doubted else None)


# --- what stands on the screen ---------------------------------------------------------------------------------------


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    window, counter = socket.socketpair()
    with window, counter:
        yield window, counter


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (lambda home: lose(home / "booth.db"), "X10"),
        (lambda home: sql(home / "kiosk.toml", "UPDATE alembic_version SET version_num = '0999'"), "X11"),
        (lambda home: sql(home / "kiosk.toml", *WAITS_UNDER_THE_FORMER_LINE), "X11"),
        (lambda home: (home / "store.key").write_text("11" * 32), "X09"),
        (lambda home: spoil(home / "booth.db"), "X09"),
        (lambda home: (home / "store.key").unlink(), "X09"),
        (lambda home: (home / "store.key").write_text("none"), "X09"),
        (lambda home: (home / "store.mark").write_text("{}"), "X09"),
        (lambda home: home.joinpath("store.mark").unlink() or home.joinpath("store.mark").mkdir(), "X12"),
        (lambda home: (home / "signing.pem").chmod(0o644), "X07"),
        (lambda home: (home / "seal.p12").unlink(), "X07"),
    ],
    ids=[
        "gone",
        "newer",
        "waiting",
        "key",
        "damaged",
        "no key",
        "half a key",
        "torn",
        "mark unread",
        "keys open",
        "no seal",
    ],
)
def test_a_booth_that_does_not_open_shows_that_it_is_closed_and_a_code(
    spoilt: Callable[[Path], object],
    code: str,
    used: Path,
    line: tuple[socket.socket, socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, counter = line
    monkeypatch.setattr(closed, "STANDS_SECONDS", 0.01)
    monkeypatch.setattr(closed.stand, "__defaults__", (0.01,))
    spoilt(used.parent)
    assert cli.main(["counter", "--config", str(used), "--line", str(counter.detach())]) == 78
    ((kind, told),) = Listener(window).receive(wait=False)
    opening = Opening.from_json(heard(told))
    shown = opening.showing.screens
    assert kind is Kind.OPENING
    assert {language: (one["screen"], one["code"]) for language, one in shown.items()} == dict.fromkeys(
        ("el", "en"), ("Closed", code)
    )
    assert {word for words in opening.showing.clocks.values() for word in words.values()} == {""}


def test_the_closed_screen_goes_with_its_window(used: Path, line: tuple[socket.socket, socket.socket]) -> None:
    window, counter = line
    window.close()
    closed.stand(settings.load(used), BoothCode.STORE_GONE, counter, seconds=600)


def test_a_key_file_is_read_in_one_place(used: Path) -> None:
    (used.parent / "store.key").write_text("nothing")
    with pytest.raises(SettingsRefused, match="does not hold what it should: 64 hexadecimal digits"):
        keeping.key_of(settings.load(used).store)
