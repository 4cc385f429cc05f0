"""kiosk.toml: what is wrong is named with its key, its value and what was expected."""

from pathlib import Path

import pytest
import small_town as st
from counter_command import behind_the_window

from kiosk import settings
from kiosk.commands import cli
from kiosk.settings import SettingsRefused

ROOT = Path(__file__).resolve().parents[2]


def written(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    toml = st.TOML
    for old, new in changes:
        assert old in toml
        toml = toml.replace(old, new)
    file = tmp_path / "kiosk.toml"
    file.write_text(toml, encoding="utf-8")
    return file


def test_the_sample_in_the_repository_is_right() -> None:
    loaded = settings.load(ROOT / "kiosk.toml")
    assert loaded.screen.width == 1920
    assert loaded.store.file.is_absolute()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('id = "test-1"', 'id = "Σημείο 1"'), "booth.id = 'Σημείο 1': expected"),
        (("width = 1280", 'width = "wide"'), "screen.width = 'wide': expected"),
        (("width = 1280", "width = 12"), "screen.width = 12: expected"),
        (
            ("fullscreen = false", "fulscreen = false"),
            "screen.fulscreen = False: expected nothing: this key is not known",
        ),
        (('kind = "folder"', 'kind = "fax"'), "printer.kind = 'fax': expected 'folder' or 'ipp'"),
        (('number_prefix = "ΔΟΚ1"', ""), "booth.number_prefix: expected a value: it is missing"),
        (("timeout_seconds = 2", "timeout_seconds = 0"), "centre.timeout_seconds = 0: expected"),
        (('url = "http://127.0.0.1:9"', 'url = "the centre"'), "centre.url = 'the centre': expected"),
        (("width = 1280", 'languages = ["el", "tlh"]'), "screen.languages = ['el', 'tlh']: expected different ones of"),
        (("width = 1280", "languages = []"), "screen.languages = []: expected"),
        (('[card]\nreader = "virtual"', '[card]\nreader = "magnet"'), "card.reader = 'magnet': expected"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.load(written(tmp_path, change))
    assert said in str(refused.value)
    assert "kiosk.toml" in str(refused.value)


def test_no_file_no_toml_no_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        settings.load(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[booth\n")
    with pytest.raises(SettingsRefused, match="is not TOML"):
        settings.load(tmp_path / "bad.toml")
    (tmp_path / "latin.toml").write_bytes("[booth]\nid = 'Άννα'".encode("iso-8859-7"))
    with pytest.raises(SettingsRefused, match="not UTF-8"):
        settings.load(tmp_path / "latin.toml")


def test_the_command_ends_with_78_and_the_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, ("width = 1280", "width = 12"))
    assert behind_the_window(file) == 78
    assert "screen.width = 12" in capsys.readouterr().err


def test_missing_keys_are_named_by_their_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path)
    assert cli.main(["sync", "--once", "--config", str(file)]) == 78
    assert "store.key_file" in capsys.readouterr().err


def test_without_a_centre_the_round_ends_with_75(town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    shutil.copytree(town.home, tmp_path / "booth")
    assert cli.main(["sync", "--once", "--config", str(tmp_path / "booth" / "kiosk.toml")]) == 75
    assert "line down" in capsys.readouterr().out


def test_a_moved_clock_is_refused_without_signed_demo_settings(
    town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    shutil.copytree(town.home, tmp_path / "booth")
    arguments = [
        "sync",
        "--once",
        "--config",
        str(tmp_path / "booth" / "kiosk.toml"),
        "--at",
        "2026-12-01T10:00:00+02:00",
    ]
    assert cli.main(arguments) == 78
    assert "demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    "uri",
    ["nowhere", "", "http://192.0.2.7/ipp/print", "ipp://", "ipp:///ipp/print", "ipp://192.0.2.7:none/", "ipp://a b/",
     "ipp://anna:secret@192.0.2.7/ipp/print", "ipp://192.0.2.7/?token=secret", "file:///etc/passwd"],
)  # fmt: skip
def test_a_printer_without_an_address_is_refused(tmp_path: Path, uri: str) -> None:
    file = written(tmp_path, ('kind = "folder"', f'kind = "ipp"\nuri = "{uri}"'))
    with pytest.raises(SettingsRefused) as refused:
        settings.load(file)
    assert "printer.uri = " in str(refused.value) and "expected ipp:// or ipps:// and a host" in str(refused.value)
    assert "anna:secret" not in str(refused.value)


PIN = "AB:" * 31 + "cd"


@pytest.mark.parametrize(
    ("uri", "more"),
    [
        ("ipp://localhost/ipp/print", ""),
        ("ipp://127.0.0.1:8631/", ""),
        ("ipp://[::1]/ipp", ""),
        ("ipps://printer.example:631", ""),
        ("ipps://[2001:db8::7]/ipp", f'fingerprint = "{PIN}"'),
        ("ipps://192.0.2.7/ipp", f'fingerprint = "{PIN.replace(":", "")}"'),
        ("ipp://192.0.2.7/ipp", 'trusted_links = ["198.51.100.0/24", "192.0.2.4/30"]'),
        ("ipp://[2001:db8::7]/ipp", 'trusted_links = ["2001:db8::/64"]'),
        (
            "ipp://printer.example/ipp",
            'trusted_links = ["192.0.2.7"]',
        ),  # where it leads is looked at when it is dialled
    ],
)
def test_a_printers_address(tmp_path: Path, uri: str, more: str) -> None:
    text = f'kind = "ipp"\nuri = "{uri}"\n{more}'
    printer = settings.load(written(tmp_path, ('kind = "folder"', text))).printer
    assert printer.uri == uri and not printer.open_line


@pytest.mark.parametrize(
    ("uri", "more"),
    [
        ("ipp://192.0.2.7/ipp/print", ""),
        ("ipp://[2001:db8::7]/ipp", ""),
        ("ipp://printer.example/ipp", ""),
        ("ipp://localhost.example/ipp", ""),
        ("ipp://192.0.2.8/ipp", 'trusted_links = ["192.0.2.4/30"]'),
        ("ipp://192.0.2.3/ipp", 'trusted_links = ["192.0.2.4/30"]'),
        ("ipp://192.0.2.7/ipp", f'fingerprint = "{PIN}"'),
    ],
)
def test_a_line_without_a_lock_is_no_reason_not_to_start(tmp_path: Path, uri: str, more: str) -> None:
    """Papers alone wait for it: the driver sends none there, and the printer's row is red."""
    text = f'kind = "ipp"\nuri = "{uri}"\n{more}'
    printer = settings.load(written(tmp_path, ('kind = "folder"', text))).printer
    assert printer.uri == uri and printer.open_line
    assert not settings.load(
        written(tmp_path, ('kind = "folder"', f'kind = "folder"\nuri = "{uri}"'))
    ).printer.open_line


@pytest.mark.parametrize("link", ["0.0.0.0/0", "10.0.0.0/15", "::/0", "2001:db8::/63", "192.0.2.7/30", "printer", ""])
def test_what_is_no_link_cannot_be_trusted(tmp_path: Path, link: str) -> None:
    text = f'kind = "ipp"\nuri = "ipp://192.0.2.7/"\ntrusted_links = ["{link}"]'
    with pytest.raises(SettingsRefused) as refused:
        settings.load(written(tmp_path, ('kind = "folder"', text)))
    assert refused.value.keys == ("printer.trusted_links",)
    assert f"printer.trusted_links = ['{link}']: expected networks of one link" in str(refused.value)


@pytest.mark.parametrize("link", ["10.0.0.0/16", "192.0.2.7", "2001:db8::/64"])
def test_the_largest_link_that_can_be_trusted(tmp_path: Path, link: str) -> None:
    text = f'kind = "ipp"\nuri = "ipp://printer/"\ntrusted_links = ["{link}"]'
    assert settings.load(written(tmp_path, ('kind = "folder"', text))).printer.trusted_links == (link,)


@pytest.mark.parametrize("pin", ["ab", PIN[:-1], PIN + ":00", PIN.replace(":", " "), "g" * 64, "0" * 63])
def test_a_fingerprint_that_is_none(tmp_path: Path, pin: str) -> None:
    with pytest.raises(SettingsRefused, match=r"printer\.fingerprint = .*: expected 64 hexadecimal digits"):
        settings.load(written(tmp_path, ('kind = "folder"', f'kind = "folder"\nfingerprint = "{pin}"')))


def test_a_printer_of_a_folder_needs_no_address_but_a_wrong_one_is_refused(tmp_path: Path) -> None:
    assert settings.load(written(tmp_path)).printer.uri == ""
    with pytest.raises(SettingsRefused, match=r"printer\.uri = 'nowhere': expected"):
        settings.load(written(tmp_path, ('kind = "folder"', 'kind = "folder"\nuri = "nowhere"')))


@pytest.mark.parametrize(
    "url",
    ["http://centre.example.gr", "http://192.0.2.1:8000", "http://127.0.0.1.example.gr", "http://localhost.example.gr",
     "https://", "https:///x", "https://anna:secret@centre.example.gr", "ftp://x", "//centre.example.gr",
     "https://centre.example.gr/?token=secret"],
)  # fmt: skip
def test_no_centre_that_anybody_could_listen_to(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.load(written(tmp_path, ('url = "http://127.0.0.1:9"', f'url = "{url}"')))
    assert "centre.url = " in str(refused.value) and "expected https://" in str(refused.value)
    assert "anna:secret" not in str(refused.value)
    with pytest.raises(SettingsRefused, match=r"centre\.url"):
        settings.load(written(tmp_path), centre_url=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "http://localhost:8000/x", "http://[::1]:80", "http://127.8.8.8", "https://a.gr/atm"]
)
def test_a_centre_on_this_machine_or_behind_tls(tmp_path: Path, url: str) -> None:
    assert settings.load(written(tmp_path, ('url = "http://127.0.0.1:9"', f'url = "{url}"'))).centre.url == url
