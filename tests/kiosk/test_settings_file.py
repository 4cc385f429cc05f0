"""A technician's change of kiosk.toml: wrong ones never saved, differences told, undo, the last good file."""

import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

import card_reader
from kiosk.kernel.upkeep import settings_file
from kiosk.kernel.upkeep.settings_file import Change, ChangedMeanwhile, NotAllowed, Proposal, Ready, Value
from kiosk.settings import SettingsRefused, load

SAMPLE = Path(__file__).parents[2] / "kiosk.toml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path))


def save(path: Path, proposal: object) -> None:
    assert isinstance(proposal, Proposal), proposal
    ready = settings_file.ready_to_save(path, proposal)
    assert isinstance(ready, Ready)
    ready.put()


def undo(path: Path) -> tuple[Change, ...]:
    ready = settings_file.ready_to_undo(path)
    assert isinstance(ready, Ready), ready
    ready.put()
    return ready.changes


def test_a_change_is_told_and_saved_and_the_comments_stay(path: Path) -> None:
    proposal = settings_file.propose(path, {"screen.idle_seconds": 90, "sound.tones": True})
    assert isinstance(proposal, Proposal)
    assert proposal.changes == (Change("screen.idle_seconds", 120, 90),), "what stays as it is, is no change"
    assert load(path).screen.idle_seconds == 120, "nothing is written before it is saved"
    save(path, proposal)
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
        ({"centre.url": "http://town.example"}, "centre.url = 'http://town.example': expected https://"),
        ({"printer.uri": "nowhere"}, "printer.uri = 'nowhere': expected ipp:// or ipps://"),
        ({"printer.uri": "ipp://192.0.2.7/"}, "printer.uri = 'ipp://192.0.2.7/': expected ipps://, or ipp:// to this"),
        ({"printer.fingerprint": "AB:CD"}, "printer.fingerprint = 'AB:CD': expected 64 hexadecimal digits"),
        ({"screen.languages": "el,xx"}, "screen.languages"),
        ({"printer.uri": "ipp://" + "a" * 300}, "printer.uri: expected at most 300 characters"),
        ({"booth.id": "another"}, "booth.id: expected a setting that the screen offers"),
    ],
)
def test_a_wrong_value_cannot_be_saved(path: Path, wanted: Mapping[str, Value], said: str) -> None:
    refused = settings_file.propose(path, wanted)
    assert isinstance(refused, NotAllowed) and said in refused.lines[0]
    assert refused.keys == tuple(wanted)
    assert path.read_text("utf-8") == SAMPLE.read_text("utf-8")


def test_a_table_that_the_file_does_not_have_is_made(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[sound]")], encoding="utf-8")
    proposal = settings_file.propose(path, {"sound.volume": 80})
    save(path, proposal)
    assert load(path).sound.volume == 80


def test_undo_brings_the_file_before_and_undo_again_the_one_after(path: Path) -> None:
    assert not settings_file.can_undo(path) and settings_file.ready_to_undo(path) is None
    path.chmod(0o640)
    save(path, settings_file.propose(path, {"sound.volume": 80}))
    assert undo(path) == (Change("sound.volume", 80, 60),)
    assert path.read_text("utf-8") == SAMPLE.read_text("utf-8") and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert undo(path) == (Change("sound.volume", 60, 80),) and load(path).sound.volume == 80
    assert sorted(file.name for file in path.parent.iterdir()) == ["kiosk.toml", "kiosk.toml.before"]


def test_what_is_ready_and_dropped_leaves_everything_as_it_was(path: Path) -> None:
    proposal = settings_file.propose(path, {"sound.volume": 80})
    assert isinstance(proposal, Proposal)
    ready = settings_file.ready_to_save(path, proposal)
    assert isinstance(ready, Ready)
    ready.drop()
    assert [file.name for file in path.parent.iterdir()] == ["kiosk.toml"] and load(path).sound.volume == 60


def test_undo_names_what_an_editor_changed_too_but_not_its_value(path: Path) -> None:
    save(path, settings_file.propose(path, {"sound.volume": 80}))
    text = path.read_text("utf-8").replace('signing = "keys/signing.pem"', 'signing = "pkcs11:token=a?pin-value=4711"')
    path.write_text(text, encoding="utf-8")
    assert set(undo(path)) == {Change("sound.volume", 80, 60), Change("keys.signing", None, None)}


def test_undo_does_not_bring_back_what_would_be_refused_now(path: Path) -> None:
    """A file of before this version may hold an address that is none."""
    save(path, settings_file.propose(path, {"printer.uri": "ipps://192.0.2.7/ipp/print"}))
    before = path.with_name("kiosk.toml.before")
    before.write_text(before.read_text("utf-8").replace("ipp://localhost/ipp/print", "nowhere"), encoding="utf-8")
    refused = settings_file.ready_to_undo(path)
    assert isinstance(refused, NotAllowed) and refused.keys == ("printer.uri",)


def test_a_line_without_a_lock_that_stands_is_left_alone_and_none_is_brought_about(path: Path) -> None:
    """A file of before this version may name one: everything else at the screen works, and the way out of it too."""
    text = path.read_text("utf-8")
    path.write_text(text.replace("ipp://localhost/ipp/print", "ipp://192.0.2.7/ipp/print"), encoding="utf-8")
    assert load(path).printer.open_line
    save(path, settings_file.propose(path, {"sound.volume": 80}))
    save(path, settings_file.propose(path, {"printer.fingerprint": "AB" * 32}))
    for other in ("ipp://192.0.2.8/ipp/print", "ipp://printer.example/"):
        refused = settings_file.propose(path, {"printer.uri": other})
        assert isinstance(refused, NotAllowed) and refused.keys == ("printer.uri",)
        assert refused.lines[0].endswith("into one of printer.trusted_links")
    save(path, settings_file.propose(path, {"printer.uri": "ipps://192.0.2.7/ipp/print"}))
    assert not load(path).printer.open_line
    undone = settings_file.ready_to_undo(path)
    assert isinstance(undone, NotAllowed) and undone.keys == ("printer.uri",)


def test_what_an_editor_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    proposal = settings_file.propose(path, {"sound.volume": 80})
    assert isinstance(proposal, Proposal)
    path.write_text(path.read_text("utf-8").replace("rate = 160", "rate = 200"), encoding="utf-8")
    assert settings_file.ready_to_save(path, proposal) == ChangedMeanwhile()
    assert load(path).sound.rate == 200 and load(path).sound.volume == 60


@pytest.fixture
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names = ["ACS ACR39U ICC Reader 00 00", "Gemalto PC Twin Reader 01 00"]
    monkeypatch.setattr(card_reader, "list_readers", lambda: names)
    return names


def test_a_reader_that_is_not_there_cannot_be_named(path: Path, plugged_in: list[str]) -> None:
    """Or no card would be read after the next start, a technician's neither."""
    refused = settings_file.propose(path, {"card.name": "ACS ACR93U"})
    assert isinstance(refused, NotAllowed) and refused.keys == ("card.name",)
    for name in ("ACR39U", "Gemalto PC Twin Reader 01 00"):
        assert isinstance(settings_file.propose(path, {"card.name": name}), Proposal)
    assert settings_file.readers(path) == tuple(plugged_in)
    save(path, settings_file.propose(path, {"card.name": "ACR39U"}))
    plugged_in[:] = []
    assert isinstance(settings_file.propose(path, {"card.name": ""}), Proposal), "any reader"
    assert isinstance(settings_file.propose(path, {"card.name": "ACR39U", "sound.volume": 80}), Proposal), "as it was"
    save(path, settings_file.propose(path, {"card.name": ""}))
    refused = settings_file.ready_to_undo(path)
    assert isinstance(refused, NotAllowed) and refused.keys == ("card.name",), "nor by undoing"


def test_a_reader_with_several_slots_is_offered_once_by_what_its_slots_have_in_common(
    path: Path, plugged_in: list[str]
) -> None:
    plugged_in[:] = ["ACS ACR1281 [ICC] 00 00", "ACS ACR1281 [ICC] 00 01", "Gemalto PC Twin Reader 01 00"]
    assert settings_file.readers(path) == ("ACS ACR1281 [ICC] 00", "Gemalto PC Twin Reader 01 00")
    for name in ("ACS ACR1281 [ICC] 00", "ACS ACR1281 [ICC] 00 01"):
        assert isinstance(settings_file.propose(path, {"card.name": name}), Proposal)


def test_no_service_has_no_reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_reader, "list_readers", lambda: None)
    assert settings_file.readers(path) == ()
    assert isinstance(settings_file.propose(path, {"card.name": "ACS"}), NotAllowed)


def test_a_pretended_reader_has_no_list(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace('reader = "pcsc"', 'reader = "virtual"'), encoding="utf-8")
    assert settings_file.readers(path) is None
    assert isinstance(settings_file.propose(path, {"card.name": "x"}), Proposal)


def test_the_last_file_that_served_is_there_to_go_back_to(path: Path) -> None:
    assert not settings_file.restore_good(path)
    settings_file.keep_good(path, load(path))
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


def test_a_file_that_the_booth_does_not_run_with_is_not_called_good(path: Path) -> None:
    running = load(path)
    path.write_text(path.read_text("utf-8").replace('name = ""', 'name = "a slip of the pen"'), encoding="utf-8")
    settings_file.keep_good(path, running)
    assert not settings_file.last_good(path).exists()
    path.write_text("[", encoding="utf-8")
    settings_file.keep_good(path, running)
    path.unlink()
    settings_file.keep_good(path, running)
    assert not settings_file.last_good(path).exists()
