"""The town hall says where it is found and shows its crest: by the command line, signed, and in the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from central.cli import main
from central.kernel.centre import Centre, signed_settings
from central.office import town as office
from central.store import audit
from central.store.line import feed
from municipality.messages import ItemKind

TOML = """
telephone = "2100000100"
address = {el = "Οδός Παραδείγματος 2", en = "2 Paradeigmatos Street"}
holidays = {el = "Κλειστά στις αργίες", en = "Closed on public holidays"}
hours = [{first = 1, last = 5, opens = "08:00", closes = "14:30"}]
"""
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><title>x</title><path d="M0 0h4v4z"/></svg>'


def run(town: Any, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    code = main(["town", *words, "--home", str(town.home)])
    said = capsys.readouterr()
    return code, json.loads(said.out or "{}"), said.err


def test_contact_and_crest_are_set_and_taken_back(
    town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contact.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "crest.svg").write_text(CREST, encoding="utf-8")
    with centre.store.reading() as tx:
        before = feed.find(tx, ItemKind.SETTINGS, ItemKind.SETTINGS)
    assert before is not None

    code, told, _ = run(town, capsys, "contact", "--file", str(tmp_path / "contact.toml"), "--who", "dimitra")
    assert code == 0 and told["contact"]["address"]["en"] == "2 Paradeigmatos Street"
    code, told, _ = run(town, capsys, "crest", "--file", str(tmp_path / "crest.svg"))
    assert code == 0
    signed = signed_settings(centre)
    assert signed is not None and signed.contact is not None and signed.version == 2
    assert "title" not in signed.crest and told["crest_bytes"] == len(signed.crest)
    assert run(town, capsys, "show")[1] == told
    with centre.store.reading() as tx:
        after = feed.find(tx, ItemKind.SETTINGS, ItemKind.SETTINGS)
        record = [(entry.who, entry.what) for entry in audit.newest(tx, 2)]
    assert after is not None and after.seq > before.seq
    assert ("dimitra", "town.contact") in record
    assert any(who.startswith("os:") and what == "town.crest" for who, what in record)

    assert run(town, capsys, "contact", "--none")[0] == run(town, capsys, "crest", "--none")[0] == 0
    signed = signed_settings(centre)
    assert signed is not None and (signed.version, signed.contact, signed.crest) == (1, None, "")


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        ("contact", TOML.replace("2100000100", "210 0000"), "telephone: "),
        ("contact", TOML.replace('closes = "14:30"', 'closes = "07:30"'), "hours.0: "),
        ("contact", "telephone = ", "is not TOML in UTF-8"),
        ("contact", "x = 1", "address: Field required"),
        ("crest", CREST.replace("<title>x</title>", "<script/>"), "carries a script"),
        ("crest", CREST + " " * 65_536, "larger than 64 KB"),
        ("crest", "", "not a whole SVG"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_and_changes_nothing(
    town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str], step: str, text: str, said: str
) -> None:
    before = signed_settings(centre)
    (tmp_path / "file").write_text(text, encoding="utf-8")
    code, _, complaint = run(town, capsys, step, "--file", str(tmp_path / "file"))
    assert code == 77 and said in complaint and str(tmp_path / "file") in complaint
    assert signed_settings(centre) == before


def test_a_file_that_is_not_there_is_said(town: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, complaint = run(town, capsys, "crest", "--file", str(tmp_path / "none.svg"))
    assert code == 77 and "cannot be read" in complaint


def test_nothing_is_added_to_settings_that_were_never_published(centre: Centre) -> None:
    with centre.store.writing() as tx:
        feed.put(tx, ItemKind.SETTINGS, {ItemKind.SETTINGS: ""})
    with pytest.raises(office.TownRefused, match="not been published"):
        office.set_crest(centre, None, who="dimitra")
