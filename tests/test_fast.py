"""`scripts/test --fast`: no other process is started, and no file takes another's time. In its own little house."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fast

ROOT = Path(__file__).resolve().parent.parent
CONFTEST = """
import fast
def pytest_configure(config):
    fast.now = 0.0
    config.pluginmanager.register(fast.Fast(10, lambda: fast.now))
"""
TESTS = """
import os, subprocess, threading
import pytest

def leaves(name):
    subprocess.run(["sh", "-c", f"touch {name}"], check=True)

@pytest.fixture(scope="session")
def service():
    leaves("service")

def test_alone(): pass
def test_fails(): assert False, "in earnest"
def test_starts(): leaves("starts")
def test_forks():
    if not os.fork(): os._exit(0)
def test_spawns(): os.posix_spawn("/bin/sh", ["sh", "-c", "touch spawns"], os.environ)
def test_by_the_shell(): os.system("touch shell")
def test_by_a_fixture(service): pass
def test_by_the_same_fixture(service): pass
def test_takes_it_for_a_fault():
    try:
        leaves("fault")
    except Exception:
        pass
def test_in_a_thread():
    thread = threading.Thread(target=leaves, args=("thread",))
    thread.start()
    thread.join()
    assert os.path.exists("thread")
@pytest.mark.parametrize("n", range(3))
def test_again(n): leaves("again")
def test_of_the_vote():
    with pytest.raises(FileNotFoundError):
        subprocess.run(["prlimit-that-is-nowhere", "belenios-tool"])
@pytest.mark.slow
def test_slow(): open("slow", "w")
@pytest.mark.timeout(400)
def test_long(): open("long", "w")
"""
IN_TURN = "import fast, pytest\n@pytest.mark.parametrize('n', range({many}))\ndef test_(n): fast.now += {each}\n"


def house(folder: Path, **files: str) -> tuple[str, set[str]]:
    """What is said at the end, and the files that its tests have left."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow\n    timeout\nfilterwarnings = error\n")
    for name, source in files.items():
        (folder / f"test_{name}.py").write_text(source)
    before = {path.name for path in folder.iterdir()}
    here = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "support"), "PYTHONDONTWRITEBYTECODE": "1"}
    here["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Qt and a dozen others: a second of each start
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=line"]
    done = subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout, {path.name for path in folder.iterdir()} - before


def test_no_other_process_is_started_and_nothing_else_is_left_out(tmp_path: Path) -> None:
    said, left = house(tmp_path, all=TESTS)
    assert left == set()
    assert "in earnest" in said
    counted = re.search(r"left out: (.*)", said)
    assert counted is not None and sorted(re.findall(r"(\d+) \(([^)]*)\)", counted[1])) == [
        ("1", "starts os.fork"), ("1", "starts os.system"), ("2", "slow"), ("9", "starts sh")
    ], said  # fmt: skip
    assert "1 failed, 2 passed, 9 skipped, 4 deselected" in said, said


def test_each_file_has_its_share_and_leaves_the_rest_to_the_others(tmp_path: Path) -> None:
    """Ten seconds for three files: thirty tests that take none come first, then five of each that take one."""
    said, _ = house(tmp_path, dear=IN_TURN.format(many=50, each=1), other=IN_TURN.format(many=50, each=1),
                    cheap=IN_TURN.format(many=30, each=0))  # fmt: skip
    assert "left out: 90 (its file has had its share of the time)" in said and "40 passed" in said, said


def test_it_comes_before_any_set_up() -> None:
    script = (ROOT / "scripts" / "test").read_text(encoding="utf-8")
    fast = script.index("exec python -m pytest")
    assert "TEST_FAST=" in script[:fast] and "\nscripts/setup" not in script[:fast]


def test_the_cheap_come_first_and_the_new_before_them(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    assert fast.took(junit) == {}
    junit.write_text(
        '<testsuites><testcase classname="tests.ui.test_a.TestB" name="test_c[1/2]" time="0.5"/></testsuites>'
    )
    known = fast.took(junit)
    assert known == {"tests.ui.test_a.TestB.test_c[1/2]": 0.5}
    junit.write_text("<testsuites><testc")
    assert fast.took(junit) == {}

    def item(name: str, file: str = "tests/ui/test_a.py") -> Any:
        return SimpleNamespace(nodeid=f"{file}::{name}", path=Path(file))

    items = [item("TestB::test_c[1/2]"), item("test_dear"), item("test_new"), item("test_", "tests/test_small.py")]
    fast.Fast(10, took={**known, "tests.ui.test_a.test_dear": 2.0}).pytest_collection_modifyitems(items)
    assert [one.nodeid.partition("::")[2] for one in items] == ["test_", "test_new", "TestB::test_c[1/2]", "test_dear"]
