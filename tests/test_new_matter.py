"""`scripts/new-matter`: in a copy of this tree it makes a matter that lives at once, and touches nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from municipality.matter import Category

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "central" / "store" / "migrations" / "versions"
FLOORS = ("municipality", "kiosk", "central")
# Of the run that this test is a part of: they would have the inner one write into its files.
APART = ("PYTEST_", "GIT_", "TEST_", "FAILED_TESTS", "PYTHONSAFEPATH")
TITLES = ("--el", "Επιδόσεις", "--en", "Deliveries")
NEW = {
    "central/matters/deliveries/__init__.py",
    "central/matters/deliveries/back.py",
    "central/matters/deliveries/html/staff/deliveries.html",
    "central/matters/deliveries/intake.py",
    "central/matters/deliveries/room.py",
    "central/matters/deliveries/staff.py",
    "central/matters/deliveries/store.py",
    "central/store/migrations/versions/{number}_deliveries.py",
    "docs/matters/deliveries.md",
    "kiosk/matters/deliveries/__init__.py",
    "kiosk/matters/deliveries/back.py",
    "kiosk/matters/deliveries/conversation.py",
    "kiosk/matters/deliveries/desk.py",
    "kiosk/matters/deliveries/room.py",
    "kiosk/matters/deliveries/samples.py",
    "kiosk/matters/deliveries/service.py",
    "municipality/matters/deliveries/__init__.py",
    "municipality/matters/deliveries/keeps.py",
    "municipality/matters/deliveries/messages.py",
    "municipality/matters/deliveries/refusals.py",
    "tests/central/test_deliveries.py",
    "tests/journeys/test_deliveries.py",
    "tests/kiosk/test_deliveries.py",
}
TEXTS = {"assets/texts/el.po", "assets/texts/en.po", "assets/texts/sq.po", "docs/retention.md"}
# What its own tests play, in the copy: this list is theirs, so that none of them is lost from the templates.
LIVES = {
    "central": {
        "test_an_act_lives_from_the_booth_to_the_end_of_its_period",
        "test_a_number_that_another_card_has_is_refused_in_words",
        "test_what_cannot_be_taken_is_said_and_nothing_is_stored",
        "test_a_card_that_was_blocked_by_then_rings",
        "test_the_page_goes_on_where_it_ended",
    },
    "kiosk": {
        "test_it_asks_once_and_says_the_number_that_it_got",
        "test_why_nothing_was_filed_is_said",
        "test_a_resident_finds_it_files_and_gets_its_number",
        "test_the_pin_is_asked_once_more_when_it_was_long_ago",
        "test_who_leaves_before_it_is_confirmed_leaves_nothing",
        "test_a_card_that_comes_out_too_soon_or_just_after",
        "test_where_it_is_closed_its_line_says_why_and_nothing_is_filed",
    },
    "journeys": {"test_by_touch_alone", "test_by_keys_alone", "test_by_ear_alone_in_the_dark"},
}
# What the house asks of every matter, asked of it too.
ASKED = {
    "test_import_contracts_hold",
    "test_a_matter_has_words_for_whatever_of_it_is_said[deliveries]",
    "test_residents_find_a_page_of_each_shape_among_the_samples[deliveries]",
    "test_every_conversation_is_pure_between_its_yields[deliveries]",
}
WHERE = """
import sys
from pathlib import Path
HERE = Path(__file__).resolve().parents[1]
def test_what_is_loaded_lies_here():
    import central.matters.deliveries.store, kiosk.matters.deliveries.service, sync, whole_act
    rooms = ("assets", "card_reader", "central", "kiosk", "municipality", "sync")
    files = [Path(one.__file__) for name, one in sys.modules.items() if name.split(".")[0] in rooms and one.__file__]
    assert len(files) > 50 and [file for file in files if not file.is_relative_to(HERE)] == []
"""


@dataclass(frozen=True)
class Copy:
    """A copy of this tree, committed, with the interpreter that runs here and no set-up."""

    folder: Path

    def run(self, *command: str | Path, code: int = 0) -> str:
        """What was said, on both lines."""
        here = {name: value for name, value in os.environ.items() if not name.startswith(APART)}
        # The copy before what is installed: that leads to this tree.
        here |= {"PYTHONPATH": str(self.folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        here |= {"PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.folder, env=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def new_matter(self, *arguments: str, code: int = 0) -> str:
        return self.run(self.folder / "scripts" / "new-matter", *arguments, code=code)

    def changed(self) -> dict[str, str]:
        """What git sees: "??" for a new file, "M" for one that is not as it was."""
        lines = self.run("git", "status", "--porcelain", "--untracked-files=all").splitlines()
        return {line[3:]: line[:2].strip() for line in lines}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script's own module, loaded anew."""
    found = spec_from_file_location("new_matter", ROOT / "scripts" / "matter" / "__main__.py")
    assert found is not None and found.loader is not None
    module = module_from_spec(found)
    monkeypatch.setitem(sys.modules, "new_matter", module)  # its dataclass looks there for its own types
    found.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    made = Copy(tmp_path / "tree")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in {name for name in names if name and (ROOT / name).is_file()}:
        (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, made.folder / name)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "As it is"]):
        made.run("git", "-c", "user.name=x", "-c", "user.email=x@localhost", *command)
    return made


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage: scripts/new-matter NOUN --el GREEK --en ENGLISH [--category CATEGORY]"),
        (["deliveries", "--en", "Deliveries"], "required: --el"),
        (["Deliveries", *TITLES], "'Deliveries' is no noun: small letters of ASCII"),
        (["deliv-eries", *TITLES], "'deliv-eries' is no noun"),
        (["επιδοσεις", *TITLES], "'επιδοσεις' is no noun"),
        (["deliveries_", *TITLES], "'deliveries_' is no noun"),
        (["../deliveries", *TITLES], "'../deliveries' is no noun"),
        (["class", *TITLES], "'class' is no noun"),
        (["d" * 25, *TITLES], "has 25 letters; at most 24"),
        (["cards", *TITLES], "there is a matter cards already"),
        (["envelopes", *TITLES], "envelopes is a table's name already"),
        (["letters", *TITLES], "letters is an address of the console already"),
        (["refused_envelopes", *TITLES], "refused_envelopes is a kind of thing that is kept already"),
        (["certificate", *TITLES], "there is a message CertificateAct already"),
        (["number", *TITLES], "there are refusals that begin with number- already"),
        (
            ["deliveries", *TITLES, "--category", "Social"],
            "--category 'Social' is none: financial, social, doc",
        ),
        (["deliveries", *TITLES, "--category", ""], "--category '' is none: financial, social"),
        (["deliveries", *TITLES, "--category"], "argument --category: expected one argument"),
        (["intake", *TITLES[:2], "--en", "Intake"], "intake is an address of the console already"),
        (["clock", *TITLES], "tests/central/test_clock.py is there already"),
        (["deliveries", "--el", "Deliveries", "--en", "Deliveries"], "--el 'Deliveries' has no Greek letter"),
        (["deliveries", "--el", "Επιδόσεις", "--en", "Επιδόσεις"], "--en 'Επιδόσεις' is not English"),
        (["deliveries", "--el", 'Επι"δόσεις', "--en", "Deliveries"], "without quotes or signs"),
        (["deliveries", "--el", "Επιδόσεις", "--en", ""], "--en '': a title of at most 48 letters"),
        (["deliveries", "--el", "Επιδόσεις", "--en", "D" * 49], "a title of at most 48 letters"),
        (["deliveries", "--el", "Επιδόσεις", "--en", "Cards"], "--en 'Cards' is 'Κάρτες' in Greek elsewhere"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(
    script: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    script.write = _never
    with pytest.raises(SystemExit) as end:
        sys.exit(script.main(arguments))
    told = capsys.readouterr().err
    assert said in told
    assert (end.value.code, told.endswith(". Nothing was changed.\n")) in ((1, True), (2, False))  # 2: as argparse ends


def _never(*_: object) -> None:
    raise AssertionError("something was written")


def test_a_room_that_somebody_left_half_made_is_left_alone(script: ModuleType, tmp_path: Path) -> None:
    for floor in FLOORS:
        script.ROOT = tmp_path / floor
        (script.ROOT / floor / "matters" / "deliveries").mkdir(parents=True)
        with pytest.raises(script.Refused, match=f"{floor}/matters/deliveries is there already"):
            script.judge(script.Wish("deliveries", *TITLES[1::2]))


def test_a_tuple_that_is_not_as_it_was_is_left_alone(script: ModuleType, tmp_path: Path) -> None:
    script.ROOT = tmp_path
    for floor in FLOORS:
        (tmp_path / floor / "matters").mkdir(parents=True)
        shutil.copy(ROOT / floor / "matters" / "__init__.py", tmp_path / floor / "matters")
    assert len(script.lines(script.Wish("deliveries", *TITLES[1::2]))) == 3
    (tmp_path / "kiosk" / "matters" / "__init__.py").write_text('NOUNS = ("votes",)\n')
    with pytest.raises(script.Refused, match=r"kiosk/matters/__init__\.py has no NOUNS with one noun in a line"):
        script.lines(script.Wish("deliveries", *TITLES[1::2]))


def test_the_longest_words_fit_into_their_lines(script: ModuleType, tmp_path: Path) -> None:
    wish = script.Wish("abcdefghijk_mnopqrstuvwx", "Ω" * 48, "W" * 48)
    assert len(wish.noun) == 24
    script.judge(wish)
    for path, text in script.rooms(wish).items():
        if path.suffix == ".py":
            (tmp_path / f"{'_'.join(path.parts[-3:])}").write_text(text, encoding="utf-8")
    for command in (["format", "--quiet"], ["check", "--ignore", "I", "--output-format", "concise"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", ROOT / "pyproject.toml", tmp_path]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("category", list(Category))
def test_it_stands_in_the_category_that_was_asked_for(script: ModuleType, category: Category) -> None:
    wish = script.Wish("deliveries", *TITLES[1::2], category.value)
    script.judge(wish)
    files = {path.relative_to(ROOT).as_posix(): text for path, text in script.rooms(wish).items()}
    said = f"Category.{category.name}"
    rooms = ("municipality/matters/deliveries/__init__.py", "kiosk/matters/deliveries/samples.py")
    assert all(said in files[room] for room in (*rooms, "docs/matters/deliveries.md"))
    others = [f"Category.{other.name}" for other in Category if other is not category]
    assert not any(other in text for text in files.values() for other in others)


def test_residents_find_it_among_the_social_services_unless_another_is_asked_for(script: ModuleType) -> None:
    assert script.Wish("deliveries", *TITLES[1::2]).category == Category.SOCIAL


@pytest.mark.timeout(400)
def test_it_lives_at_once_and_only_new_files_three_lines_and_texts_have_changed(copy: Copy) -> None:
    number = f"{1 + max(int(one.name[:4]) for one in VERSIONS.glob('[0-9]*.py')):04d}"
    said = copy.new_matter("deliveries", *TITLES)
    assert said.splitlines()[-1] == "deliveries: made. What comes next: docs/matters/README.md"
    changed = copy.changed()
    tuples = {f"{floor}/matters/__init__.py" for floor in FLOORS}
    new = {name.format(number=number) for name in NEW}
    assert changed == dict.fromkeys(new, "??") | dict.fromkeys(tuples | TEXTS, "M")
    for floor in FLOORS:
        diff = copy.run("git", "diff", "--unified=0", f"{floor}/matters/__init__.py").splitlines()
        assert [line for line in diff[4:] if line[0] in "+-"] == ['+    "deliveries",']
    assert all((copy.folder / name).read_text(encoding="utf-8").strip() for name in new)

    python = sorted(name for name in changed if name.endswith(".py"))
    copy.run("ruff", "check", "--quiet", *python)
    copy.run("ruff", "format", "--check", "--quiet", *python)
    # A second time it is refused, and nothing is as it was not before.
    before = copy.run("git", "diff")
    assert "there is a matter deliveries already. Nothing was changed." in copy.new_matter(
        "deliveries", *TITLES, code=1
    )
    assert (copy.changed(), copy.run("git", "diff")) == (changed, before)

    (copy.folder / "tests" / "test_where.py").write_text(WHERE)
    files = [f"tests/{room}/test_deliveries.py" for room in LIVES]
    files += [f"tests/{name}.py" for name in ("kiosk/test_conversations", "test_matters", "test_house", "test_where")]
    # The last one is asked when the others have loaded what they stand on.
    copy.run(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--junitxml=../ran.xml", *files)
    ran = [
        (case.get("classname"), case.get("name"))
        for case in ElementTree.parse(copy.folder.parent / "ran.xml").iter("testcase")
    ]
    for room, lives in LIVES.items():
        assert {name for file, name in ran if file == f"tests.{room}.test_deliveries"} == lives
    assert ("tests.test_where", "test_what_is_loaded_lies_here") in ran
    assert {name for _, name in ran} >= ASKED


def test_help_is_the_head_of_the_script() -> None:
    script = ROOT / "scripts" / "new-matter"
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    head = [line.removeprefix("# ").removeprefix("#") for line in script.read_text(encoding="utf-8").splitlines()[1:]]
    assert done.stdout.splitlines() == head[: head.index('. "$(dirname "$0")/_common.sh"')]
    assert 'scripts/new-matter deliveries --el "Επιδόσεις" --en "Deliveries" --category social' in done.stdout
