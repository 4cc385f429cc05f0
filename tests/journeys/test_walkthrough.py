"""The whole line as a newcomer runs it: twice on kept state, and two at once, all well."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ballot_box import Board, Verified
from ballot_box import verify as verify_board


def start(out: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk.demo", "--walkthrough", str(out), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "QT_QUICK_BACKEND": "software"},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=280)
    return process.returncode, said


def check(out: Path) -> dict:
    """Everything the report promises, looked at from outside."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["ok"] is True
    assert all(isinstance(step["name"], str) and step["seconds"] >= 0 for step in report["steps"])
    assert set(report["sync"]) == {"sent", "accepted", "duplicate", "rejected"}
    assert report["sync"] == {"sent": 6, "accepted": 6, "duplicate": 0, "rejected": 0}
    board = Board(out / report["vote"]["archive"])
    assert isinstance(verify_board(board), Verified)
    assert report["vote"]["tracker"] in board.trackers()
    assert report["vote"]["result"]["counts"][0] == [5, 0, 0, 0]
    assert (out / report["certificate"]["pdf"]).read_bytes().startswith(b"%PDF")
    assert [paper.name for paper in (out / "papers").iterdir()] == [Path(report["certificate"]["pdf"]).name]
    pictures = sorted(picture.name for picture in (out / "screens").glob("*.png"))
    assert pictures[0] == "01-attract.png" and len(pictures) == 17
    assert "belenios-tool" in report["versions"]
    return dict(report)


@pytest.mark.timeout(600)
def test_two_at_once_and_then_again_on_kept_state(tmp_path: Path) -> None:
    """Two towns side by side; then the first town once more: its vote was counted in a copy, and is open still, so that
    the same five vote again."""
    outs = [tmp_path / "one", tmp_path / "two"]
    for process in [start(out) for out in outs]:
        code, said = ended(process)
        assert code == 0, said
    first = [check(out) for out in outs]
    code, said = ended(start(outs[0]))
    assert code == 0, said
    again = check(outs[0])
    assert again["vote"]["election"] == first[0]["vote"]["election"]
    assert again["vote"]["tracker"] != first[0]["vote"]["tracker"]
    assert again["certificate"]["number"] != first[0]["certificate"]["number"]


@pytest.mark.timeout(600)
def test_two_at_once_on_one_state_take_turns(tmp_path: Path) -> None:
    outs = [tmp_path / "one", tmp_path / "two"]
    processes = [start(out, "--state", str(tmp_path / "kept")) for out in outs]
    for process in processes:
        code, said = ended(process)
        assert code == 0, said
    numbers = {check(out)["certificate"]["number"] for out in outs}
    assert len(numbers) == 2
