"""A copy of the store, what booths may forget after it, and the town hall put back to yesterday, on both stores."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bare_centre
import pytest
import sqlalchemy as sa
from outbox_life import BoothOnly

from central import cli
from central.kernel import backup, intake
from central.kernel.centre import Centre
from central.kernel.serving import feed as feeds
from central.kernel.serving import line, served
from central.office.booths import admission
from central.opening import open_centre
from central.store import alarms, marks
from central.store.line import chains, envelopes, feed
from municipality.staff import Role

PutBack = Callable[[Path], None]
_names = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "centre"
    url = "sqlite:///centre.db"
    if request.param == "postgres":
        template: str = request.getfixturevalue("postgres")
        url = template.format(name=_fresh_database(template))
    bare_centre.build(folder, url)
    return folder


def _fresh_database(template: str) -> str:
    name = f"backup{next(_names)}"
    _administer(template.format(name="postgres"), f"CREATE DATABASE {name}")
    return name


def _administer(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture
def centre(home: Path) -> Iterator[Centre]:
    with bare_centre.opened(home) as opened:
        yield opened


@pytest.fixture
def booth(centre: Centre, tmp_path: Path) -> BoothOnly:
    return bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")


def put_back(centre: Centre, copy: Path) -> None:
    """As an administrator would, with the server stopped."""
    centre.store.close()
    if centre.store.engine.dialect.name == "sqlite":
        file = centre.settings.home / "centre.db"
        for companion in ("", "-wal", "-shm"):
            Path(f"{file}{companion}").unlink(missing_ok=True)
        shutil.copyfile(copy, file)
        return
    url = centre.store.engine.url
    _administer(
        url.set(database="postgres").render_as_string(False),
        f'DROP DATABASE "{url.database}" WITH (FORCE)',
        f'CREATE DATABASE "{url.database}"',
    )
    where = f"host={url.query['host']} user={url.username} dbname={url.database}"
    subprocess.run(["pg_restore", "--exit-on-error", f"--dbname={where}", str(copy)], check=True, timeout=60)


def test_what_a_copy_holds_may_be_forgotten_and_nothing_else(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "CLOCKS", timedelta(0))
    moment = datetime.now(UTC).replace(microsecond=0)
    booth.queue(3, moment)
    with bare_centre.serving(home) as url:
        assert booth.round(url).accepted == 3
        booth.round(url)  # this hello comes after the answers
        _pass_a_second()
        done = backup.back_up(centre, tmp_path / "one.copy")
        assert done.bytes > 0
        assert (done.file.stat().st_mode & 0o777) == 0o600
        booth.queue(2, moment)
        report = booth.round(url)
        assert (report.accepted, report.released) == (2, 3)
        assert booth.round(url).released == 0  # the two later ones are in no copy
        assert booth.counts().held == 2


def _pass_a_second() -> None:
    """Instants on the line are whole seconds: until the next one has begun."""
    now = datetime.now(UTC)
    while datetime.now(UTC).replace(microsecond=0) <= now.replace(microsecond=0):
        pass


def test_the_town_hall_is_put_back_to_yesterday_behind_the_booth(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path
) -> None:
    moment = datetime.now(UTC)
    with centre.store.writing() as tx:
        feed.put(tx, "settings", {"settings": "yesterday"})
    with bare_centre.serving(home) as url:
        booth.queue(4, moment)
        assert booth.round(url).accepted == 4
        backup.back_up(centre, tmp_path / "yesterday")
        with centre.store.writing() as tx:
            feed.put(tx, "settings", {"settings": "today"})
            seen = feed.last(tx)
        booth.queue(5, moment)
        assert booth.round(url).accepted == 5
    put_back(centre, tmp_path / "yesterday")
    assert cli.main(["restored", "--home", str(home)]) == 0
    booth.queue(1, moment)
    with bare_centre.serving(home) as url:
        report = booth.round(url)
        assert report.ok, report.stages
        assert (report.accepted, report.duplicate, report.rejected) == (6, 4, 0)
        again = booth.round(url)
        assert (again.accepted, again.duplicate) == (0, 0)
    after = open_centre(home)
    with after.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": 10, "rejected": 0, "conflict": 0}
        assert [(run.acts, run.state) for run in chains.of_booth(tx, booth.id)] == [(10, "start")]
        assert tx.connection.execute(sa.text("SELECT count(*) FROM certificates")).scalar_one() == 10
        page = feed.after(tx, seen, 10)  # the booth has seen today's settings: what is yesterday's comes again above
        assert {item.kind: item.body for item in page}["settings"] == "yesterday"
        assert all(item.seq > 1_000_000_000 for item in page)
    after.store.close()


def test_numbers_after_a_return_lie_above_those_of_every_return_before(centre: Centre) -> None:
    with centre.store.writing() as tx:
        feed.put(tx, "dossier", {"a": "1", "b": "2"})
    tops = []
    for _ in range(3):
        assert backup.restored(centre).items == 2
        with centre.store.writing() as tx:
            feed.put(tx, "dossier", {"b": f"{len(tops)}"})
            tops.append([(item.key, item.seq) for item in feed.after(tx, 0, 10)])
    numbers = [seq for top in tops for _, seq in top]
    assert numbers == sorted(set(numbers))
    assert [key for key, _ in tops[0]] == ["a", "b"]


def test_a_hello_always_names_an_epoch_and_never_promises_the_future(centre: Centre, booth: BoothOnly) -> None:
    first = line.hello(centre, booth.id)
    assert first.epoch and first.epoch == line.hello(centre, booth.id).epoch
    with centre.store.writing() as tx:
        marks.put(tx, marks.KEPT_THROUGH, (centre.clock() + timedelta(days=3)).isoformat())
    assert line.hello(centre, booth.id).kept_through is None  # a clock that was ahead made that copy
    assert backup.restored(centre).epoch == line.hello(centre, booth.id).epoch != first.epoch
    assert line.hello(centre, booth.id).kept_through is None


def test_everything_answered_before_a_copy_began_is_in_it(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path
) -> None:
    """Copies are made while batches pour in: what had been answered when one began, it holds."""
    answered: list[tuple[datetime, str]] = []
    acts = booth.acts(240, datetime.now(UTC))
    ended = threading.Event()

    def pour() -> None:
        for start in range(0, len(acts), 4):
            for answer in intake.take_batch(centre, booth.id, acts[start : start + 4]):
                assert answer.outcome == "accepted"
                answered.append((centre.clock(), answer.id))
        ended.set()

    pouring = threading.Thread(target=pour)
    pouring.start()
    promises = []
    while not promises or not ended.is_set():
        copy = tmp_path / f"copy{len(promises)}"
        promises.append((backup.back_up(centre, copy).kept_through + backup.CLOCKS, copy))
    pouring.join()
    put_back(centre, promises[len(promises) // 2][1])
    began = promises[len(promises) // 2][0]
    restored = open_centre(home)
    with restored.store.reading() as tx:
        inside = set(envelopes.known(tx, [act.id for act in acts]))
    restored.store.close()
    assert {id for at, id in answered if at < began} <= inside


def test_a_copy_never_takes_the_place_of_another(centre: Centre, home: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "copy"
    assert cli.main(["backup", "--home", str(home), "--out", str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] == out.stat().st_size
    before = out.read_bytes()
    assert cli.main(["backup", "--home", str(home), "--out", str(out)]) == 77
    assert cli.main(["backup", "--home", str(home), "--out", str(tmp_path / "no" / "copy")]) == 77
    assert out.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []


def test_a_copy_that_fails_promises_nothing(
    centre: Centre, booth: BoothOnly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.back_up(centre, tmp_path / "good")
    promised = line.kept_through(centre)
    monkeypatch.setattr("central.store.backup._sync", _no_room)
    with pytest.raises(backup.CopyFailed):
        backup.back_up(centre, tmp_path / "bad")
    assert line.kept_through(centre) == promised
    assert not (tmp_path / "bad").exists()


def _no_room(_path: Path) -> None:
    raise OSError(28, "No space left on device")


def test_a_password_is_on_no_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from central.store.backup import CopyFailed, copy
    from central.store.engine import open_store

    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\nprintf "%s" "$PGPASSWORD" > {told}.env\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    store = open_store("postgresql+psycopg://town:s3cret@127.0.0.1:1/atm", "one")
    with pytest.raises(CopyFailed) as caught:
        copy(store, tmp_path / "copy")
    assert "s3cret" not in told.read_text() and "s3cret" not in str(caught.value)
    assert Path(f"{told}.env").read_text() == "s3cret"
    assert "dbname=atm" in told.read_text()


def test_a_copy_of_sqlite_stands_alone(tmp_path: Path) -> None:
    bare_centre.build(tmp_path / "centre", "sqlite:///centre.db")
    with bare_centre.opened(tmp_path / "centre") as centre:
        booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
        intake.take_batch(centre, booth.id, booth.acts(3, centre.clock()))
        backup.back_up(centre, tmp_path / "copy")
    copy = sqlite3.connect(f"file:{tmp_path / 'copy'}?mode=ro&immutable=1", uri=True)
    assert copy.execute("SELECT count(*) FROM envelopes").fetchone() == (3,)
    copy.close()


def test_a_copy_that_was_put_back_is_not_served_before_it_is_said(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path, capsys: Any
) -> None:
    moment = datetime.now(UTC)
    with bare_centre.serving(home) as url:
        booth.queue(4, moment)
        booth.round(url)
        backup.back_up(centre, tmp_path / "yesterday")
        booth.queue(5, moment)
        assert booth.round(url).accepted == 5
    put_back(centre, tmp_path / "yesterday")
    for command in (["serve", "--port", "0"], ["stick", str(tmp_path)]):
        assert cli.main([command[0], "--home", str(home), *command[1:]]) == 78
        assert "kiosk-central restored --home" in capsys.readouterr().err
    assert cli.main(["restored", "--home", str(home)]) == 0
    with bare_centre.serving(home) as url:
        assert (booth.round(url).accepted, booth.counts().waiting_acts) == (5, 0)


def test_a_database_that_is_changed_under_a_serving_process_acknowledges_nothing(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path
) -> None:
    moment = datetime.now(UTC)
    line.hello(centre, booth.id)
    backup.back_up(centre, tmp_path / "yesterday")
    intake.take_batch(centre, booth.id, booth.acts(5, moment))
    told = centre.served
    put_back(centre, tmp_path / "yesterday")
    with bare_centre.opened(home) as after:
        object.__setattr__(after, "served", told)  # the very process that said it has the five
        with pytest.raises(served.Behind):
            intake.take_batch(after, booth.id, booth.acts(1, moment))
        backup.restored(after)
        assert intake.take_batch(after, booth.id, booth.acts(1, moment))[0].outcome == "accepted"


def test_what_was_served_is_written_when_it_grows_and_not_before(
    home: Path, centre: Centre, booth: BoothOnly, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.check(centre)
    file, moment = home / "served.json", datetime.now(UTC)

    def wrote() -> bool:
        wrote = file.stat().st_ino, file.read_bytes()
        changed = wrote != seen[-1]
        seen.append(wrote)
        return changed

    seen = [(file.stat().st_ino, file.read_bytes())]
    acts = booth.acts(3, moment)
    assert intake.take_batch(centre, booth.id, acts) and wrote()
    assert intake.take_batch(centre, booth.id, acts) and not wrote()  # duplicates
    with centre.store.writing() as tx:
        feed.put(tx, "settings", {"settings": "new"})
    assert not wrote()  # nobody was told
    assert feed_page(centre, 0) and wrote()
    assert feed_page(centre, 0) and not wrote()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr("central.store.beside.os.fsync", _no_room)
        intake.take_batch(centre, booth.id, booth.acts(1, moment))
    assert not wrote()
    assert intake.take_batch(centre, booth.id, acts) and wrote()  # the one that had no answer, too
    assert not list(home.glob(".served*"))


def feed_page(centre: Centre, after: int) -> int:
    return len(feeds.page(centre, after, 10).items)


def test_several_processes_share_one_file(home: Path, centre: Centre, booth: BoothOnly) -> None:
    served.check(centre)
    acts = booth.acts(60, datetime.now(UTC))
    others = [open_centre(home) for _ in range(3)]

    def take(place: int) -> None:
        for start in range(place * 20, place * 20 + 20, 4):
            intake.take_batch(others[place], booth.id, acts[start : start + 4])

    threads = [threading.Thread(target=take, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads((home / "served.json").read_text())["counters"]["taken"] == 60
    for other in others:
        served.check(other)
        other.store.close()


def test_a_booth_that_knows_more_than_we_rings_and_nothing_is_promised(
    home: Path, centre: Centre, booth: BoothOnly, tmp_path: Path
) -> None:
    """The whole machine was put back, file and all: only the booths know."""
    clerk = admission.Officer("maria", Role.TECHNICIAN)
    backup.back_up(centre, tmp_path / "one")
    served.note_cursor(centre, booth.id, 0)
    assert line.hello(centre, booth.id).kept_through is not None
    served.note_cursor(centre, booth.id, 7)
    backup.back_up(centre, tmp_path / "two")
    assert line.hello(centre, booth.id).kept_through is None
    with centre.store.reading() as tx:
        (alarm,) = alarms.waiting(tx, booth.id)
    assert alarm.what == "booth-ahead"
    assert admission.see_alarm(centre, alarm.alarm, clerk)
    assert line.hello(centre, booth.id).kept_through is not None
    served.note_cursor(centre, booth.id, 7)
    backup.restored(centre)
    with centre.store.reading() as tx:
        assert not alarms.waiting(tx)


def test_a_damaged_file_and_a_folder_that_cannot_be_written_are_said(home: Path, centre: Centre, capsys: Any) -> None:
    (home / "served.json").write_text("{}")
    assert cli.main(["serve", "--home", str(home), "--port", "0"]) == 78
    assert "served.json cannot be read" in capsys.readouterr().err
    (home / "served.json").unlink()
    text = (home / "central.toml").read_text(encoding="utf-8")
    (home / "central.toml").write_text(text.replace("[folders]", '[folders]\nstate = "nowhere"'), encoding="utf-8")
    assert cli.main(["serve", "--home", str(home), "--port", "0"]) == 78
    assert "folders.state" in capsys.readouterr().err
