"""central.toml and the clock: what is wrong is named, and no clock moves where the signed settings do not say demo."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.app import serve
from central.clock import BadInstant, read_at, shifted_clock
from central.kernel.centre import Centre, ClockRefused, is_demo, signed_settings
from central.office.roll import registry
from central.opening import open_centre
from central.settings import BadSettings, read_settings
from central.store.line import feed
from municipality.messages import ItemKind

AT = datetime(2030, 1, 1, tzinfo=UTC)


def test_what_seed_wrote_is_read(town: Any) -> None:
    settings = read_settings(town.home)
    assert settings.store_url == f"sqlite:///{town.home / 'centre.db'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8810)
    assert settings.rehearsal is not None and settings.rehearsal.resolve() == town.folder / "officials"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("port = 8810", 'port = "many"', ["listen.port = 'many'", "integer"]),
        ("port = 8810", "port = 70000", ["listen.port = 70000", "65535"]),
        ("port = 8810", "prot = 8810", ["listen.port is missing", "listen.prot = 8810: no such key"]),
        ('url = "sqlite:///centre.db"', 'url = "mysql://x"', ["store.url = 'mysql://x'", "postgresql"]),
        ('id = "agioi', 'id = "Άγιοι', ["municipality.id = 'Άγιοι", "pattern"]),
        ("[keys]", "[keys", ["is not TOML"]),
    ],
)
def test_a_wrong_setting_names_key_value_and_what_was_expected(town: Any, old: str, new: str, words: list[str]) -> None:
    file = town.home / "central.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BadSettings) as caught:
        read_settings(town.home)
    for word in [str(file), *words]:
        assert word in str(caught.value)


def test_a_missing_folder_and_a_bad_key_are_named(town: Any, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        read_settings(tmp_path / "nowhere")
    (town.home / "keys" / "sealing.pem").write_text("no key")
    with pytest.raises(BadSettings, match=r"keys\.sealing = .*expected a P-256 private key"):
        open_centre(town.home)
    (town.home / "keys" / "signing.pem").unlink()
    with pytest.raises(BadSettings, match=r"keys\.signing = .*cannot be read"):
        open_centre(town.home)


def test_a_demo_may_shift_its_clock_and_time_runs_on(town: Any) -> None:
    centre = open_centre(town.home, AT)
    assert timedelta(0) <= centre.clock() - AT < timedelta(seconds=30)
    before = centre.clock()
    deadline = time.monotonic() + 5
    while centre.clock() <= before:  # two readings may fall into one microsecond
        assert time.monotonic() < deadline
    centre.store.close()


@pytest.mark.parametrize("case", ["earnest", "unsigned", "signed by another", "none"])
def test_no_shift_unless_the_signed_settings_say_demo(town: Any, case: str) -> None:
    centre = open_centre(town.home)
    settings = signed_settings(centre)
    assert settings is not None
    assert is_demo(centre)
    if case == "earnest":
        registry.publish_settings(centre, settings.model_copy(update={"demo": False}))
    with centre.store.writing() as tx:
        item = feed.find(tx, ItemKind.SETTINGS, ItemKind.SETTINGS)
        assert item is not None
        body = {
            "earnest": item.body,
            "unsigned": settings.text(),
            "signed by another": item.body[:-8] + "AAAAAAAA",
            "none": "",
        }[case]
        feed.put(tx, ItemKind.SETTINGS, {ItemKind.SETTINGS: body})
    centre.store.close()
    open_centre(town.home).store.close()
    with pytest.raises(ClockRefused, match="demo"):
        open_centre(town.home, AT)


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-21T09:00:00", "2026-13-01T00:00:00Z", ""])
def test_a_bad_instant_says_what_was_expected(text: str) -> None:
    with pytest.raises(BadInstant, match="expected ISO 8601 with its zone"):
        read_at(text)


def test_an_instant_with_a_zone_is_read() -> None:
    assert read_at("2026-11-21T11:00:00+02:00") == datetime(2026, 11, 21, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        shifted_clock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_database_that_is_not_there_is_a_setting_and_tells_no_password(town: Any) -> None:
    file = town.home / "central.toml"
    url = "postgresql+psycopg://me:tell-nobody@127.0.0.1:1/x"
    file.write_text(file.read_text(encoding="utf-8").replace("sqlite:///centre.db", url), encoding="utf-8")
    with pytest.raises(BadSettings, match=r"store\.url: .*cannot be opened") as caught:
        open_centre(town.home)
    assert "tell-nobody" not in str(caught.value)


def test_a_port_that_is_taken_is_named(town: Any, centre: Centre) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSettings, match=f"port {port}: .*expected a free one"):
            serve(centre, "127.0.0.1", port, ready=lambda _: None)
