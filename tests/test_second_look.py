"""CI's second look: luck is forgiven once and named; a fault, an old offender or a crowd of failures never."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from second_look import MOST, judge, mark

SUPPORT = Path(__file__).parent / "support"
ONCE = (
    "import pathlib\ndef test_a():\n    seen = pathlib.Path(__file__).with_name('seen')\n"
    "    was = seen.exists()\n    seen.touch()\n    assert was, 'first'\n"
)
CONFTEST = (
    "import os, pathlib, second_look\n"
    "def pytest_configure(config):\n"
    "    if 'FAILED_TESTS' in os.environ:\n"
    "        config.pluginmanager.register(second_look.Failures(pathlib.Path(os.environ['FAILED_TESTS'])))\n"
    "def pytest_collection_modifyitems(items):\n"
    "    second_look.mark(items)\n"
)


def house(folder: Path, name: str, source: str, flaky: str = "") -> tuple[int, str]:
    """A house of tests of its own, run as scripts/test does in CI; the end's code and words."""
    (folder / "tests" / "support").mkdir(parents=True)
    (folder / "tests" / "flaky.txt").write_text(flaky)
    (folder / "tests" / "conftest.py").write_text(CONFTEST)
    (folder / "tests" / name).write_text(source)
    (folder / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\nmarkers = ["kill", "attack", "property"]\n'
    )
    look = folder / "tests" / "support" / "second_look.py"
    look.write_bytes((SUPPORT / "second_look.py").read_bytes())
    here = {**os.environ, "PYTHONPATH": str(look.parent), "FAILED_TESTS": str(folder / "failed.json")}
    here["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Qt and a dozen others: a second of each start
    first = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    assert subprocess.run(first, cwd=folder, env=here, capture_output=True, check=False).returncode == 1
    here.pop("FAILED_TESTS")
    again = [sys.executable, str(look), str(folder / "failed.json")]
    done = subprocess.run(again, cwd=folder, env=here, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_luck_is_forgiven_and_named_at_the_very_end(tmp_path: Path) -> None:
    code, said = house(tmp_path, "test_x.py", ONCE)
    assert code == 0
    assert said.rstrip().endswith("flaky: tests/test_x.py::test_a")
    assert "AssertionError: first" in said[said.index("passed") :]


def test_a_fault_fails_again(tmp_path: Path) -> None:
    code, said = house(tmp_path, "test_x.py", "def test_a():\n    assert False\n")
    assert code == 1 and "flaky:" not in said


@pytest.mark.parametrize(
    ("name", "flaky", "why"),
    [("test_kills_x.py", "", "a test of kill"), ("test_attacks.py", "", "a test of attack"),
     ("test_x.py", "tests/test_x.py::test_a\n", "tests/flaky.txt")],
)  # fmt: skip
def test_some_get_no_second_look(tmp_path: Path, name: str, flaky: str, why: str) -> None:
    code, said = house(tmp_path, name, ONCE, flaky)
    assert code == 1 and why in said


def test_a_counter_example_is_a_fault() -> None:
    class Function:
        is_hypothesis_test = True

    class Item:
        path, name, function = Path("test_x.py"), "test_a", Function()

        def __init__(self) -> None:
            self.marks: list[str] = []

        def add_marker(self, name: str) -> None:
            self.marks.append(name)

    item = Item()
    mark([item])  # type: ignore[list-item]
    assert item.marks == ["property"]


def test_a_crowd_is_no_luck() -> None:
    some: dict[str, dict[str, object]] = {f"t{n}": {"marks": [], "first": ""} for n in range(MOST)}
    assert judge(some, frozenset()) == (list(some), "")
    assert judge({**some, "one": {"marks": [], "first": ""}}, frozenset())[0] == []
    assert judge({}, frozenset())[0] == []
    assert json.dumps(some)
