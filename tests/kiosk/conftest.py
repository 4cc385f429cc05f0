"""A booth of the small town, fresh for each test: real store, real keys, real ballots, a card reader in memory."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
import small_town
from lobby_house import Desk
from pcscd import Pcscd, running_pcscd

from card_reader import VirtualReader
from kiosk import settings, wiring
from kiosk.devices import logs


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory):
    return small_town.build(tmp_path_factory.mktemp("town"))


@pytest.fixture(autouse=True)
def no_hour_is_left() -> Iterator[None]:
    """An hour of more words that a test begins ends with it, and not in the middle of a later one."""
    yield
    timer = logs._MORE._timer
    if timer is not None:
        timer.cancel()
        timer.join()


@pytest.fixture
def pcscd() -> Iterator[Pcscd]:
    """To be waited for here, where it is not the test's own time (func_only)."""
    with running_pcscd() as ready:
        yield ready


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """A town's booth with its database made and brought up to date: copied in 20 ms where making one takes 500."""

    @cache
    def prepare(home: Path) -> Path:
        made = Path(shutil.copytree(home, tmp_path_factory.mktemp("prepared") / "booth"))
        with wiring.open_booth(settings.load(made / "kiosk.toml"), bench=wiring.Bench(reader=VirtualReader())):
            pass
        return made

    return prepare


@pytest.fixture
def open_desk(town, prepared_home: Callable[[Path], Path], tmp_path: Path) -> Callable[..., object]:
    @contextmanager
    def opened(ahead: timedelta = timedelta(0)) -> Iterator[Desk]:
        home = tmp_path / "booth"
        if not home.exists():
            shutil.copytree(prepared_home(town.home), home)
        reader = VirtualReader()
        loaded = settings.load(home / "kiosk.toml")
        with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
            if ahead:
                clock = booth.clock
                object.__setattr__(booth, "clock", lambda: clock() + ahead)
            yield Desk(town, booth, reader, home)

    return opened


@pytest.fixture
def desk(open_desk) -> Iterator[Desk]:
    with open_desk() as opened:
        opened.fill()
        yield opened
