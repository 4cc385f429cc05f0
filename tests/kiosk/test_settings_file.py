"""A technician's change of kiosk.toml: wrong ones never saved, differences told, undo, the last good file."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.services import settings_file
from kiosk.services.settings_file import Change, ChangedMeanwhile, NotAllowed, Proposal, Saved, Value
from kiosk.settings import SettingsRefused, load

SAMPLE = Path(__file__).parents[2] / "kiosk.toml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path))


def test_a_change_is_told_and_saved_and_the_comments_stay(path: Path) -> None:
    proposal = settings_file.propose(path, {"screen.idle_seconds": 90, "sound.tones": True})
    assert isinstance(proposal, Proposal)
    assert proposal.changes == (Change("screen.idle_seconds", 120, 90),), "what stays as it is, is no change"
    assert load(path).screen.idle_seconds == 120, "nothing is written before it is saved"
    assert settings_file.save(path, proposal) == Saved()
    assert load(path).screen.idle_seconds == 90
    changed = [line for line in path.read_text("utf-8").splitlines() if line not in SAMPLE.read_text("utf-8")]
    assert changed == ["idle_seconds = 90                # without a touch the visit ends; 30 to 900"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"screen.idle_seconds": 5}, "screen.idle_seconds = 5: expected greater than or equal to 30"),
        ({"screen.languages": ("el", "xx")}, "screen.languages"),
        ({"printer.uri": 7}, "printer.uri = 7: expected a valid string"),
        ({"centre.url": "ftp://x"}, "centre.url = 'ftp://x'"),
        ({"booth.id": "another"}, "booth.id: expected a setting that the screen offers"),
    ],
)
def test_a_wrong_value_cannot_be_saved(path: Path, wanted: Mapping[str, Value], said: str) -> None:
    refused = settings_file.propose(path, wanted)
    assert isinstance(refused, NotAllowed) and said in refused.lines[0]
    assert path.read_text("utf-8") == SAMPLE.read_text("utf-8")


def test_a_table_that_the_file_does_not_have_is_made(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[sound]")], encoding="utf-8")
    proposal = settings_file.propose(path, {"sound.volume": 80})
    assert isinstance(proposal, Proposal) and settings_file.save(path, proposal) == Saved()
    assert load(path).sound.volume == 80


def test_undo_brings_the_file_before_and_undo_again_the_one_after(path: Path) -> None:
    assert not settings_file.can_undo(path) and not settings_file.undo(path)
    proposal = settings_file.propose(path, {"sound.volume": 80})
    assert isinstance(proposal, Proposal)
    settings_file.save(path, proposal)
    assert settings_file.undo(path) and path.read_text("utf-8") == SAMPLE.read_text("utf-8")
    assert settings_file.undo(path) and load(path).sound.volume == 80


def test_what_an_editor_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    proposal = settings_file.propose(path, {"sound.volume": 80})
    assert isinstance(proposal, Proposal)
    path.write_text(path.read_text("utf-8").replace("rate = 160", "rate = 200"), encoding="utf-8")
    assert settings_file.save(path, proposal) == ChangedMeanwhile()
    assert load(path).sound.rate == 200 and load(path).sound.volume == 60


def test_the_last_file_that_served_is_there_to_go_back_to(path: Path) -> None:
    assert not settings_file.restore_good(path)
    settings_file.keep_good(path)
    path.write_text(path.read_text("utf-8").replace("idle_seconds = 120", "idle_seconds = 3"), encoding="utf-8")
    with pytest.raises(SettingsRefused, match=r"screen\.idle_seconds = 3: expected"):
        load(path)
    assert settings_file.restore_good(path)
    assert load(path).screen.idle_seconds == 120
    assert "idle_seconds = 3" in path.with_name("kiosk.toml.refused").read_text("utf-8")
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "kiosk.toml",
        "kiosk.toml.good",
        "kiosk.toml.refused",
    ]
