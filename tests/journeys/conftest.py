"""A small real town, made once a session, and a booth of it with everything pulled."""

import shutil
from pathlib import Path

import pytest
import small_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory):
    return small_town.build(tmp_path_factory.mktemp("town"))


@pytest.fixture
def home(town, tmp_path: Path) -> Path:
    """A booth's folder with everything pulled, ready to be opened."""
    from kiosk import settings, wiring
    from sync import inbox

    folder = Path(shutil.copytree(town.home, tmp_path / "booth"))
    with (
        wiring.open_booth(settings.load(folder / "kiosk.toml")) as booth,
        booth.store.writing() as connection,
    ):
        for item in town.items:
            inbox.store_item(connection, item)
    return folder
