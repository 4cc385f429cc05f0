"""A small real town, made once a session, and a booth of it with everything pulled."""

import shutil
from pathlib import Path

import leaks
import pytest
import small_town

# What residents type in these tests, and what is then searched for: each might also stand, one time in a thousand, in
# the long numbers of a vote's public proofs.
TYPED = [small_town.PIN, "111111", "482916", "482917"]


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory):
    while True:
        made = small_town.build(tmp_path_factory.mktemp("town"))
        if not leaks.found(((item.kind, item.body.encode()) for item in made.items), TYPED):
            return made


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded demo with its centre, to be copied."""
    from central.demo.seed import seed

    folder = tmp_path_factory.mktemp("seeded") / "demo"
    seed(folder, residents=30)
    return folder


@pytest.fixture(scope="session")
def filled(town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A booth's folder with everything pulled, to be copied."""
    from kiosk import settings, wiring
    from sync import inbox

    folder = Path(shutil.copytree(town.home, tmp_path_factory.mktemp("filled") / "booth"))
    with (
        wiring.open_booth(settings.load(folder / "kiosk.toml")) as booth,
        booth.store.writing() as connection,
    ):
        for item in town.items:
            inbox.store_item(connection, item)
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """One of the test's own, ready to be opened."""
    return Path(shutil.copytree(filled, tmp_path / "booth"))
