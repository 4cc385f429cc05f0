"""A person's own copy: everything that stands under their card, in a form for machines and one for reading."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from central.cli import main
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes.store import ballots
from central.office import persons
from central.store import audit
from central.store.office import registry as registry_rows
from central.store.office.persons import elsewhere
from central.store.tables import metadata


def held(centre: Centre, card: str) -> Any:
    found = persons.export(centre, card, who="acc-maria", role="registrar")
    assert found is not None
    return found


def test_what_stands_under_a_card_is_told(town: Any, centre: Centre) -> None:
    card = town.card("elector")
    told = held(centre, card.number)
    with centre.store.reading() as tx:
        row = registry_rows.find_card(tx, card.number)
        last = audit.newest(tx, 1)[0]
    assert row is not None
    assert told.content["resident"] == row.resident
    roll = told.content["roll"]
    assert roll["person"]["afm"] in told.text
    assert any(member["entry"] == roll["person"]["entry"] for member in roll["family"]["members"])
    assert [one["card"] for one in told.content["cards"]] == [card.number]
    assert [one["sequence"] for one in told.content["elsewhere"]["dossiers"]] == [1]
    assert [one["on_the_roll"] for one in told.content["votes"]] == [True]
    assert (last.what, last.about, last.who) == ("person.export", card.number, "acc-maria")
    assert json.loads(json.dumps(told.content)) == told.content


def test_a_copy_tells_that_somebody_voted_and_not_which_ballot(town: Any, centre: Centre, hands: ModuleType) -> None:
    booth, card = town.booth(), town.card("elector")
    ballot = hands.mark(centre, town.election, card, 1, None)
    envelope = booth.ballot(hands.cast(town.election, booth.id, card, ballot, centre.clock()))
    assert intake.take(centre, booth.id, envelope).outcome == "accepted"
    told = held(centre, card.number)
    assert [one["ballots_received"] for one in told.content["votes"]] == [1]
    with centre.store.reading() as tx:
        kept = ballots.all_of(tx, town.election)[0]
    whole = json.dumps(told.content) + told.text
    for secret in (kept.tracker, kept.credential, envelope.id, envelope.digest(), kept.ballot[:60]):
        assert secret not in whole


def test_certificates_and_nobody_elses(town: Any, centre: Centre, hands: ModuleType) -> None:
    booth = town.booth()
    prefix = town.summary["booths"][0]["number_prefix"]
    images = [town.card("elector"), town.card("staff")]
    cards = [image.number for image in images]
    for place, card in enumerate(images, start=1):
        code = f"7F3K-92QD-0M8X-0A4{place}"
        act = hands.certificate(booth.id, f"{prefix}/2026/{place:06d}", code, card, datetime.now(UTC))
        assert intake.take(centre, booth.id, booth.act(act)).outcome == "accepted"
    told = held(centre, cards[0])
    assert [one["number"] for one in told.content["elsewhere"]["certificates"]] == [f"{prefix}/2026/000001"]
    assert cards[1] not in json.dumps(told.content)


def test_every_table_that_names_a_card_or_a_resident_is_looked_into(town: Any, centre: Centre) -> None:
    apart = [table for export in centre.matters.exports for table in export.instead_of]
    with centre.store.reading() as tx:
        looked = set(elsewhere(tx, [town.card("elector").number], "R000001", apart))
    named = {table.name for table in metadata.sorted_tables if {"card", "resident"} & set(table.c.keys())}
    assert named - looked == {"votes_links", "cards", "residents"}  # these are told in a form of their own


def test_an_unknown_card(centre: Centre) -> None:
    assert persons.export(centre, "KD-nobody", who="a", role="registrar") is None


def test_by_the_command_line(town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from central.office.accounts import staff
    from municipality.staff import Role

    card, out = town.card("elector").number, tmp_path / "copy.json"
    command = ["person", "export", "--home", str(town.home), "--card", card]
    command += ["--out", str(out), "--who", "maria.registrar"]
    assert (main(command), out.exists()) == (77, False)
    staff.add_account(
        centre, "maria.registrar", frozenset({Role.REGISTRAR}), "πέντε μικρές αρκούδες 7", who="kiosk-central"
    )
    assert main(command) == 0
    for file in (out, tmp_path / "copy.json.txt"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    afm = json.loads(out.read_text(encoding="utf-8"))["roll"]["person"]["afm"]
    assert afm not in str(capsys.readouterr())
    assert "ΤΙ ΤΗΡΕΙ Ο ΔΗΜΟΣ ΓΙΑ ΕΣΑΣ" in (tmp_path / "copy.json.txt").read_text(encoding="utf-8")
    assert main(command) == 77  # never over a file that is there
