"""A small seeded town, copied for each test, and a real PostgreSQL. Nothing here outlives the tests."""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import polling
import pytest
import seeded_town
import sqlalchemy as sa
import uvicorn
from postgres import cluster

from central.app import server_config
from central.demo.seed import seed
from central.kernel.centre import Centre
from central.office.cards import making as card_making
from central.opening import open_centre
from central.store import Store, open_store
from central.store.tables import metadata


@pytest.fixture(scope="session")
def hands() -> ModuleType:
    """seeded_town.py: what a booth does, by hand."""
    return seeded_town


@pytest.fixture(scope="session")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded") / "demo"
    seed(folder, residents=30)
    return folder


@pytest.fixture
def town(_seeded: Path, tmp_path: Path, hands: ModuleType) -> Any:
    """The small town in a folder of the test's own."""
    folder = tmp_path / "demo"
    shutil.copytree(_seeded, folder)
    return hands.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))


@pytest.fixture
def centre(town: Any) -> Iterator[Centre]:
    opened = open_centre(town.home)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def _polled(_seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> polling.Polled:
    return polling.polled(tmp_path_factory.mktemp("polled") / "demo", _seeded)


@pytest.fixture
def open_hall(_polled: polling.Polled, tmp_path: Path) -> Iterator[Callable[[], polling.Hall]]:
    """Halls, each with the small town's vote from its opening on."""
    opened: list[polling.Hall] = []

    def make() -> polling.Hall:
        opened.append(polling.Hall(_polled, tmp_path / f"hall-{len(opened)}"))
        return opened[-1]

    yield make
    for hall in opened:
        hall.end()


@pytest.fixture
def hall(open_hall: Callable[[], polling.Hall]) -> polling.Hall:
    return open_hall()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with cluster() as url:
        yield url


_names = itertools.count(1)
RAISED = "raised"  # the database that others are copied from


@pytest.fixture(scope="session")
def raised_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of SQLite with every table and nothing in them: copied in 10 ms, raised in 60."""
    path = tmp_path_factory.mktemp("raised") / "centre.db"
    _raise(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def raised_base(postgres: str) -> str:
    """The same in PostgreSQL, by its name: a template."""
    _create(postgres, RAISED)
    _raise(postgres.format(name=RAISED))
    return RAISED


def _raise(url: str) -> None:
    store = open_store(url, "nobody")
    store.migrate()
    store.close()


def _create(server: str, name: str, like: str = "template1") -> None:
    engine = sa.create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table: an SQLite, and a real PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"empty{next(_names)}"
    _create(server, name)
    return server.format(name=name)


@pytest.fixture(params=["sqlite", "postgres"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Opens stores on one fresh database, for any municipality: on SQLite, and on a real PostgreSQL."""
    if request.param == "sqlite":
        path = Path(shutil.copyfile(request.getfixturevalue("raised_file"), tmp_path / "centre.db"))
        url = f"sqlite:///{path}"
    else:
        server: str = request.getfixturevalue("postgres")
        name = f"centre{next(_names)}"
        _create(server, name, like=request.getfixturevalue("raised_base"))
        url = server.format(name=name)
    opened: list[Store] = []

    def make(municipality: str) -> Store:
        store = open_store(url, municipality)
        store.migrate()
        opened.append(store)
        return store

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def either(centre: Centre, make_store: Callable[[str], Store]) -> Centre:
    """The same centre on a fresh SQLite, and on a PostgreSQL."""
    store = make_store(centre.settings.municipality)
    with centre.store.reading() as source, store.writing() as target:
        for table in metadata.sorted_tables:
            found = [dict(row) for row in source.connection.execute(sa.select(table)).mappings()]
            if found:
                target.connection.execute(sa.insert(table), found)
    return replace(centre, store=store)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts `kiosk-central serve` as a process of its own; returns its address."""
    running: list[subprocess.Popen[str]] = []

    def start(home: Path, *more: str) -> str:
        command = [sys.executable, "-m", "central", "serve", "--home", str(home), "--port", "0", *more]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()  # the timeout of the test bounds this
        address: str = json.loads(line)["url"]
        return address

    yield start
    for process in running:
        process.terminate()
        assert process.wait(60) == 0
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def served(centre: Centre) -> Iterator[str]:
    """The same centre that the test holds, served by a thread on a free port; returns its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(centre))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"  # the socket listens already: whoever asks waits
    server.should_exit = True
    thread.join(60)
    listening.close()


@pytest.fixture
def on_paper(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Letters as values, without the press: for tests that make many."""
    sent: list[Any] = []

    def send(press: object, letter: Any, box: Any) -> None:
        sent.append(letter)
        box.put(b"%PDF /Count 1")

    monkeypatch.setattr(card_making, "send", send)
    return sent
