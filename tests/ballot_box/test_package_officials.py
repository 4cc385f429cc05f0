"""The officials' tool as one file: the same bytes each time, and all that it needs but cryptography is in it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEBIAN = "/usr/bin/python3"


def made(path: Path) -> str:
    """What the script prints."""
    done = subprocess.run(
        [ROOT / "scripts/package-officials", path.name], cwd=path.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packaged") / "officials.pyz"
    assert made(path) == f"{hashlib.sha256(path.read_bytes()).hexdigest()}  officials.pyz\n"
    return path


def test_two_makings_are_the_same_byte_for_byte(pyz: Path, tmp_path: Path) -> None:
    made(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == pyz.read_bytes()
    assert pyz.stat().st_mode & 0o777 == 0o755


def test_what_is_in_it(pyz: Path) -> None:
    names = zipfile.ZipFile(pyz).namelist()
    rooms = {name.partition("/")[0] for name in names}
    assert rooms == {"__main__.py", "ballot_box", "assets", "joserfc", *(one for one in rooms if "dist-info" in one)}
    ours = [name.removeprefix("assets/") for name in names if name.startswith("assets/")]
    assert ours == ["__init__.py", "drawing.py", "pictures.py", "typed.py"]
    assert any("LICENSE" in name for name in names), "joserfc's licence goes with it"
    assert len(names) == len(set(names))


@pytest.mark.parametrize("python", [sys.executable, DEBIAN], ids=["ours", "Debian's"])
def test_it_runs_by_itself_outside_the_repository(pyz: Path, tmp_path: Path, python: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def run(*words: str, typed: str = "") -> str:
        done = subprocess.run(
            [python, "-I", str(pyz), *words], cwd=tmp_path, env=environment, input=typed, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    who = ("--municipality", "Δήμος Πρόβας", "--term", "πρόβα")
    rehearsed = json.loads(run("official", "rehearse", "--out", "rehearsal", *who))
    assert rehearsed["officials"] == "rehearsal/officials.json"
    shown = json.loads(run("official", "fingerprint", "rehearsal/officials.json"))
    assert shown == {"fingerprint": rehearsed["fingerprint"]}
    assert "Πρόβα: όλα μία φορά" in run("wizard", typed="0\n")
    code = f"import sys; sys.path.insert(0, {str(pyz)!r}); import ballot_box, joserfc.jws, assets.typed as a;"
    code += "print(ballot_box.__file__, joserfc.jws.__file__, a.__file__)"
    done = subprocess.run([python, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert [path.startswith(f"{pyz}/") for path in done.stdout.split()] == [True] * 3, done.stderr


def test_what_the_machine_lacks_is_said_in_one_line(pyz: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, pyz, "wizard"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Λείπει κάτι από αυτόν τον υπολογιστή. Ζητήστε από τον τεχνικό: apt install belenios-tool\n"


def test_help_and_a_word_too_few(tmp_path: Path) -> None:
    script = ROOT / "scripts/package-officials"
    helped = subprocess.run([script, "--help"], capture_output=True, text=True)
    assert helped.returncode == 0 and "scripts/package-officials OUT/officials.pyz" in helped.stdout
    assert subprocess.run([script], capture_output=True, cwd=tmp_path).returncode == 1
