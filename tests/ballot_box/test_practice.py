"""The ballot that a technician tries the machine with."""

import tempfile
from pathlib import Path

import pytest

import ballot_box
from ballot_box import ToolFailed


def test_a_ballot_of_nobody_passes_the_check_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert ballot_box.practise()
    assert list(tmp_path.iterdir()) == []


def test_without_the_tool_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolFailed):
        ballot_box.practise()
