"""`kiosk doctor` as a process of its own while a resident votes and takes a paper: it looks, nothing waits for it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lobby_house import Desk, House, face, house_of

from card_reader import VirtualReader
from kiosk import health, settings, wiring
from kiosk.commands import doctor
from kiosk.desk.actions import Choose, Next, OpenCategory
from kiosk.desk.views import View
from kiosk.kernel.upkeep.turns import turn
from municipality.matter import Category
from sync import outbox


@pytest.fixture
def house(town, home: Path) -> Iterator[House]:
    """The booth's window holds its turn, as `kiosk run` does."""
    reader = VirtualReader()
    loaded = settings.load(home / "kiosk.toml")
    with (
        turn(loaded.store.file, "run"),
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        house_of(Desk(town, booth, reader, home)) as made,
    ):
        yield made


def visit(house: House) -> float:
    """A vote and a paper; how long the longest step took."""
    longest = 0.0

    def did(result: View, wanted: str) -> None:
        nonlocal longest, began
        assert face(result).startswith(wanted), result
        longest, began = max(longest, time.monotonic() - began), time.monotonic()

    began = time.monotonic()
    did(house.sign_in(), "Menu(")
    house.to_review()
    did(house.act(Next()), "Done voted")
    house.pull()
    house.sign_in()
    house.act(OpenCategory(Category.DOCUMENTS))
    house.act(Choose("certificates:family_status"))
    did(house.act(Next()), "Done printed")
    house.pull()
    return longest


@pytest.mark.timeout(300, func_only=True)
def test_a_resident_votes_and_prints_while_doctor_looks(house: House, home: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "doctor", "--config", str(home / "kiosk.toml"), "--json"]
    visits, longest = 0, 0.0
    for _run in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None or visits == 0:
                longest = max(longest, visit(house))
                visits += 1
            said, complaints = process.communicate()
        lights = {row["check"]: row["condition"] for row in json.loads(said)["checks"]}
        assert process.returncode in (0, 1), complaints
        assert (lights["database"], lights["printer"], lights["press"]) == ("database.ok", "printer.ok", "press.ok")
    with house.desk.booth.store.reading() as connection:
        counts = outbox.counts(connection)
    assert (counts.waiting_ballots, counts.waiting_acts) == (visits, visits)
    assert len(list((home / "papers").glob("*.pdf"))) == visits, "one paper a visit, and none of doctor's"
    assert longest < 20, "a step of a resident waited for doctor"
    assert not list(home.glob("*.part"))


def test_a_card_that_the_window_holds_is_no_fault_of_the_reader(house: House, home: Path) -> None:
    wanted = settings.load(home / "kiosk.toml")
    assert doctor._beside(wanted, health.found("reader.in_use")).name == "reader.serving"
    assert doctor._beside(wanted, health.found("reader.missing")).name == "reader.missing"


def test_without_a_window_somebody_else_holds_the_reader(town, home: Path) -> None:
    wanted = settings.load(home / "kiosk.toml")
    assert doctor._beside(wanted, health.found("reader.in_use")).name == "reader.in_use"
