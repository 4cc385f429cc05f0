"""A rehearsal's officials with one vote drawn up: what is signed, shared and opened in these tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ballot_box import Board, tally
from ballot_box.election import ElectionSetup
from ballot_box.officials import registration
from ballot_box.officials.body import Officials, read_officials
from ballot_box.officials.home import Home
from ballot_box.officials.records import Setup, read_setup
from ballot_box.officials.signing import canonical
from ballot_box.officials.wizard.rehearsal import InventedTown, home_of, invent
from ballot_box.registrar import Registered

CLOSES = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


@pytest.fixture(scope="session")
def officials(rehearsed: Path) -> Officials:
    return read_officials((rehearsed / "officials.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def registered(
    rehearsed: Path, invented: InventedTown, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Registered]:
    """The folders of the officials after the registrar has made one vote's slips, and what was handed over."""
    folder = shutil.copytree(rehearsed, tmp_path_factory.mktemp("registered") / "town")
    request = registration.read_request(invented.request())
    return folder, registration.make(home_of(folder, "registrar"), request)


@pytest.fixture
def town(registered: tuple[Path, Registered], tmp_path: Path) -> Path:
    return shutil.copytree(registered[0], tmp_path / "town")


@pytest.fixture
def home(town: Path) -> Callable[[str], Home]:
    """Of somebody in this test's own copy of the rehearsal."""
    return lambda name: home_of(town, name)


@pytest.fixture(scope="session")
def invented(officials: Officials) -> InventedTown:
    return invent(officials)


@pytest.fixture(scope="session")
def made(registered: tuple[Path, Registered]) -> Registered:
    return registered[1]


@pytest.fixture(scope="session")
def counted(invented: InventedTown, made: Registered) -> ElectionSetup:
    return invented.belenios(made)


@pytest.fixture(scope="session")
def setup(invented: InventedTown, made: Registered, counted: ElectionSetup) -> Setup:
    return invented.setup(counted, made, CLOSES)


@pytest.fixture(scope="session")
def altered(setup: Setup) -> Callable[..., Setup]:
    """The set-up with other parts."""
    return lambda **parts: read_setup(canonical({**setup.plain, **parts}))


@pytest.fixture(scope="session")
def _waiting(
    invented: InventedTown, made: Registered, counted: ElectionSetup, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    board = Board.create(tmp_path_factory.mktemp("waiting") / "board.bel", counted)
    board.append(invented.ballots(counted, made))
    tally.close(board)
    tally.encrypted_tally(board)
    return board.path


@pytest.fixture
def board(_waiting: Path, tmp_path: Path) -> Board:
    """A private copy of the closed board, which waits for its trustees."""
    return Board(shutil.copyfile(_waiting, tmp_path / "board.bel"))


@pytest.fixture(scope="session")
def record(officials: Officials) -> Callable[..., dict[str, Any]]:
    """The record of officials as an object, with other parts."""
    return lambda **parts: {**json.loads(officials.text), **parts}
