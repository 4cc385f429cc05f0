"""A day of random visits, and what a technician carries away of it: no name, number, PIN, choice or tracking code.

DAY_SEED=… repeats a day; TEST_LONG=1 makes it one of 200 visits.
"""

import logging
import os
import random
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import leaks
import paper_judges
import pytest
import small_town as st
from lobby_house import Desk, House, face, house_of, of_kind
from random_tests import LONG
from technicians import hand

from card_reader import Pin, VirtualReader
from kiosk import settings, wiring
from kiosk.commands import doctor
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Idle, Mark, MarkBlank, Next, OpenCategory
from kiosk.desk.blocks import Code
from kiosk.desk.pages import Choice, Done
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import PinEntry
from kiosk.devices import logs
from kiosk.store import journal
from kiosk.syncing import rounds as syncing
from kiosk.technician import extract, rounds
from municipality.matter import Category
from sync import Report

VISITS = 200 if LONG else 15
MARKER = "ΦυτεμένοΣημάδι"
# Belenios' plaintext of any marks, with and without spaces.
CHOICES = ["[[0,", "[[1,", "[0, 0", "[0,0", "[1,0", "[1, 0", "[0,1", "[0, 1", "Marks(", "Άλφα", "Βήτα", "Γάμμα", "Τρία"]
PERSONS = [st.PIN, "111111", st.SURNAME, "Ζωγραφόπουλος", st.GIVEN, "Πέτρος", st.AFM, st.AMKA, "Δημοκρατίας", "1234/5"]
CARDS = [st.ANNA, st.NIKOS, st.REVOKED, st.EXPIRED]


class Day:
    """One booth's day. `shown` collects what only the residents saw: tracking and verification codes."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.shown: list[str] = []
        self.done = {"vote": 0, "paper": 0, "pulled": 0, "wrong": 0, "turned away": 0}

    def visit(self) -> None:
        number = self.chance.choices(CARDS, (6, 3, 1, 1))[0]
        if not isinstance(self.house.insert(number), PinEntry):
            self.done["turned away"] += 1
        elif self.chance.random() < 0.2:
            self.house.act(EnterPin(Pin("111111")))
            self.done["wrong"] += 1
        if isinstance(self.house.view, PinEntry) and self.house.act(EnterPin(Pin(st.PIN))):
            for step in self._plan():
                if self.chance.random() < 0.04:
                    self.done["pulled"] += 1
                    break
                self.house.act(step)
                self._remember()
        self.house.pull()

    def _plan(self) -> list[object]:
        marks = [MarkBlank(), Mark(0), Mark(1), Mark(2)]
        vote = [
            OpenCategory(Category.PARTICIPATION),
            Choose(f"votes:{self.house.desk.town.election.election}"),
            self.chance.choice(marks),
            Next(),
            self.chance.choice(marks[1:]),
            Next(),
            self.chance.choice([Next(), Next(), Next(), Back()]),
        ]
        paper = [OpenCategory(Category.DOCUMENTS), Choose("certificates:family_status"), Next()]
        look = [OpenCategory(self.chance.choice(list(Category))), Back()]
        plans = [*self.chance.sample([vote, paper, look], self.chance.randint(1, 3))]
        return [*(step for plan in plans for step in (*plan, Back())), self.chance.choice([Cancel(), Idle(), Next()])]

    def _remember(self) -> None:
        match self.house.view:
            case Done(name="voted" | "printed" as name, blocks=blocks):
                (code,) = of_kind(blocks, Code)
                if code.qr not in self.shown:
                    # All of it, as its address ends; and as its groups are read off and typed.
                    self.shown += [code.qr, re.split("[=/]", code.qr)[-1], *spellings(code.shown)]
                    self.done["vote" if name == "voted" else "paper"] += 1
            case Choice():
                logging.getLogger("kiosk").debug("a ballot stands on the screen")


def spellings(groups: tuple[str, ...]) -> list[str]:
    return [written for join in ("", "-", " ") for written in (join.join(groups), join.join(groups).lower())]


@pytest.fixture
def house(town, home: Path) -> Iterator[House]:
    reader = VirtualReader()
    loaded = settings.load(home / "kiosk.toml")
    with (
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader), config=home / "kiosk.toml") as booth,
        house_of(Desk(town, booth, reader, home)) as made,
    ):
        yield made


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that any part of the program logs, at its wordiest, as standard error would have it."""
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs._Plain("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(before)


def technician(house: House, *keys: str) -> TechnicianPage:
    house.insert(st.TECHNICIAN)
    page = house.act(EnterPin(Pin(st.PIN)))
    for key in keys:
        page = house.act(Choose(key))
    assert isinstance(page, TechnicianPage)
    house.pull()
    return page


def carried(house: House, log: StringIO, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that leaves the booth with a technician, is kept by the machine, or is fetched from it."""
    folder.mkdir()
    booth, papers, by = house.desk.booth, house.desk.home / "papers", hand(house.desk)
    with booth.store.reading() as connection:
        yield "journal", repr(journal.lines(connection)).encode()
    file = extract.to_folder(booth, by, folder)
    assert isinstance(file, Path)
    yield f"file {file.name}", file.read_bytes()
    before = set(papers.iterdir())
    extract.on_paper(booth, by, "Δήμος")
    (paper,) = set(papers.iterdir()) - before
    yield "paper", paper_judges.text(paper).encode()
    report = rounds.round_now(booth, by, lambda *_: None, lambda: False)
    assert isinstance(report, Report)
    yield "metrics of rounds", syncing.metrics_text(booth, report).encode()
    wanted, findings = doctor.examine(house.desk.home / "kiosk.toml")
    assert wanted is not None
    yield "metrics of doctor", doctor.metrics_text(findings).encode()
    sheet = folder / "sheet.pdf"
    doctor.acceptance(wanted, findings, sheet)
    yield "hand-over sheet", paper_judges.text(sheet).encode()
    yield "log", log.getvalue().encode()


def places(found: list[str]) -> set[str]:
    return {place.partition(" in ")[2].partition(" ")[0] for place in found}


@pytest.mark.timeout(900 if LONG else 300, func_only=True)
def test_nothing_of_a_day_is_carried_away(
    house: House, log: StringIO, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("DAY_SEED") or secrets.randbits(32))
    record_property("seed", seed)
    print(f"DAY_SEED={seed} repeats this day")
    day = Day(house, random.Random(seed))
    technician(house, "open:journal", "open:health", "log:")
    for _visit in range(VISITS):
        day.visit()
    for _more in range(10 * VISITS):  # the dice may have sent nearly everybody away
        if day.done["vote"] + day.done["paper"] < VISITS // 5:
            day.visit()
    technician(house, "sync:", "test-page:", "print-journal:", "rehearse:")
    record_property("done", day.done)
    assert day.done["vote"] + day.done["paper"] >= VISITS // 5, day.done
    # The searcher finds what is planted in each place, so that its silence means something.
    with house.desk.booth.store.writing() as connection:
        journal.note(connection, journal.What.TECHNICIAN, house.desk.booth.clock(), MARKER)
    logging.getLogger("kiosk").warning(MARKER)
    assert places(leaks.found(carried(house, log, tmp_path / "planted"), [MARKER])) >= {
        "journal",
        "file",
        "paper",
        "log",
    }
    words = [*PERSONS, *CARDS, *CHOICES, *day.shown]
    assert leaks.found(carried(house, log, tmp_path / "day"), words) == []
    shutil.rmtree(tmp_path / "day")


def test_the_journal_says_nothing_of_a_vote_not_even_when(house: House) -> None:
    before = len(extract.latest(house.desk.booth))
    house.sign_in()
    house.to_review()
    assert face(house.act(Next())) == "Done voted"
    house.pull()
    assert len(extract.latest(house.desk.booth)) == before
