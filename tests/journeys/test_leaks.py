"""Nothing of a resident is left behind: not in the store (opened and decoded), logs, temporary folders or /dev/shm."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import leaks
import pytest
import small_town as st
from booth_life import live

from kiosk import settings, wiring
from kiosk.store import facts

MARKS = ((1,), (0, 2))
# Belenios' plaintext of these marks, as it would stand in a file, and with the spaces of other writers.
CHOICES = ["[[0,0,1,0],[1,0,1]]", "[[0, 0, 1, 0], [1, 0, 1]]", "[0,0,1,0]", "[1,0,1]", "Marks(answers"]
WORDS = [st.PIN, st.SURNAME, st.GIVEN, st.AFM, st.AMKA, *CHOICES]
KEY = "5a" * 32
# The clock's beat: its seconds since the machine's start have one digit more after the thousandth.
BEAT = re.compile(rb"^\S+\+00:00 [0-9a-f-]{36} \d+\.\d$")


def places(home: Path, temporary: Path, logs: str) -> Iterator[tuple[str, bytes]]:
    yield from leaks.columns(home / "booth.db", KEY)
    yield "log", logs.encode()
    yield from leaks.files(temporary, Path("/dev/shm"))
    yield from leaks.files(*(folder for folder in home.iterdir() if folder.is_dir() and folder.name != "papers"))
    for file in home.iterdir():
        if file.is_file():
            yield str(file), file.read_bytes()


def plant(home: Path, temporary: Path) -> str:
    """A marker in each kind of place, base64 inside JSON for the store."""
    import base64

    marker = "ΦυτεμένοΣημάδι"
    (temporary / "planted").write_text(marker, encoding="utf-16-le")
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.writing() as connection:
        facts.put(connection, "planted", base64.b64encode(f'{{"x":"{marker}"}}'.encode()).decode())
    return marker


@pytest.mark.timeout(400)
@pytest.mark.parametrize("point", ["never", "encrypting", "checking", "after commit"])
def test_nothing_is_left_behind(town, home: Path, tmp_path: Path, point: str) -> None:
    temporary = tmp_path / "tmp"
    life = live(town, home, point, temporary, MARKS)
    assert life.code == (0 if point == "never" else -9), life.errors[-2000:]
    said = life.errors + "\n".join(life.said)
    assert leaks.found(places(home, temporary, said), WORDS) == []
    marker = plant(home, temporary)
    where = leaks.found(places(home, temporary, f"log {marker}"), [marker])
    assert {place.split(" in ")[1].partition("/")[0] for place in where} >= {"facts.value", "log", ""}


@pytest.mark.timeout(400)
def test_two_runs_that_differ_only_in_the_choice_leave_the_same_rows_and_sizes(
    town, home: Path, tmp_path: Path
) -> None:
    import shutil

    other = Path(shutil.copytree(home, tmp_path / "other"))
    shapes = []
    for folder, marks in ((home, ((0,), (0,))), (other, ((2,), (1, 2)))):
        life = live(town, folder, "never", tmp_path / "tmp", marks)
        assert life.code == 0, life.errors[-2000:]
        rows = list(leaks.columns(folder / "booth.db", KEY))
        assert [place for place, value in rows if BEAT.match(value)] == ["facts.value"]
        shapes.append(sorted((place, len(BEAT.sub(b"", value))) for place, value in rows))
    assert shapes[0] == shapes[1]
    assert any(place == "outbox_ballots.message" for place, _ in shapes[0])
    assert (home / "booth.db").stat().st_size == (other / "booth.db").stat().st_size


def test_without_the_key_the_store_says_nothing(home: Path) -> None:
    with closing(sqlite3.connect(home / "booth.db")) as thief, pytest.raises(sqlite3.DatabaseError):
        thief.execute("SELECT * FROM inbox_items")


def test_the_searcher_finds_what_it_looks_for(tmp_path: Path) -> None:
    import base64
    import zlib

    inner = base64.urlsafe_b64encode(zlib.compress('{"a": "Ζωγραφοπούλου 246813"}'.encode()))
    assert leaks.found(iter([("x", b"head." + inner + b".tail")]), [st.PIN, st.SURNAME]) == [
        "word 0 in x",
        "word 1 in x",
    ]
    assert leaks.found(iter([("x", b"nothing")]), [st.PIN]) == []
