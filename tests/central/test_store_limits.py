"""PostgreSQL that hangs: nobody waits for ever, nothing is half done, and booths are told to come again."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import bare_centre
import pytest
import sqlalchemy as sa

from central.kernel import intake
from central.kernel.centre import Centre
from central.opening import open_centre
from central.store import Limits, StoreFailed, open_store

_names = itertools.count(1)


@pytest.fixture
def home(postgres: str, tmp_path: Path) -> Path:
    name = f"limits{next(_names)}"
    engine = sa.create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    folder = tmp_path / "centre"
    bare_centre.build(folder, postgres.format(name=name))
    file = folder / "central.toml"
    limits = "[store]\nlock_seconds = 1\nstatement_seconds = 2\n"
    file.write_text(file.read_text(encoding="utf-8").replace("[store]\n", limits), encoding="utf-8")
    return folder


@pytest.fixture
def centre(home: Path) -> Iterator[Centre]:
    opened = open_centre(home)
    yield opened
    opened.store.close()


@contextmanager
def held(centre: Centre) -> Iterator[None]:
    """Somebody at psql has the booths' rows and went home."""
    with centre.store.writing() as tx:
        tx.connection.execute(sa.text("LOCK TABLE booths IN ACCESS EXCLUSIVE MODE"))
        yield


@contextmanager
def once(centre: Centre) -> Iterator[None]:
    """One statement fails, and nobody tries it anew."""
    failed: list[object] = []
    sa.event.listen(centre.store.engine, "handle_error", failed.append)
    yield
    assert len(failed) == 1


@contextmanager
def soon(seconds: float) -> Iterator[None]:
    """Sooner than without the limits that were set: how busy the machine is must not matter."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def test_a_lock_that_is_not_let_go_is_given_up_once(centre: Centre, tmp_path: Path) -> None:
    booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
    act = booth.acts(1, centre.clock())[0]
    with held(centre), soon(15), once(centre), pytest.raises(StoreFailed):
        intake.take(centre, booth.id, act)
    assert intake.take(centre, booth.id, act).outcome == "accepted"


def test_a_statement_that_does_not_end_is_given_up_once(centre: Centre) -> None:
    with soon(40), once(centre), pytest.raises(StoreFailed):
        centre.store.once(lambda tx: tx.connection.execute(sa.text("SELECT pg_sleep(60)")))


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        store = open_store(f"postgresql+psycopg://x@127.0.0.1:{port}/x", "one", Limits(connect=2))
        with soon(10), pytest.raises(StoreFailed), store.reading():
            pass
        store.close()


def test_a_booth_is_told_to_come_again(home: Path, centre: Centre, tmp_path: Path) -> None:
    booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
    booth.queue(3, datetime.now(UTC))
    with bare_centre.serving(home) as url:
        with held(centre), soon(40):
            report = booth.round(url)
        assert not report.ok
        assert (booth.counts().waiting_acts, booth.counts().refused) == (3, 0)
        assert booth.round(url).accepted == 3


def test_the_address_may_say_more(postgres: str) -> None:
    store = open_store(postgres.format(name="postgres") + "&options=-c%20work_mem%3D5MB", "one")
    with store.reading() as tx:
        said = [tx.connection.execute(sa.text(f"SHOW {name}")).scalar() for name in ("work_mem", "lock_timeout")]
    assert said == ["5MB", "20s"]
    store.close()
