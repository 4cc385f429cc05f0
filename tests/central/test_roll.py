"""The roll's import: files good and bad, two pairs of eyes, all or nothing, and what it does to cards and dossiers."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from register import AS_OF, MARIA, apply, as_csv, confirm, dossier_of, everyone, preview

from central.cli import main
from central.clock import SetClock
from central.kernel.centre import Centre
from central.office.roll import applying, registry
from central.office.roll import merge as roll_merge
from central.office.roll.file import FileFault, FileRefused
from central.store import audit
from central.store.office import registry as registry_rows
from central.store.office import roll as roll_rows
from municipality.roll.record import Record
from municipality.roll.rows import SENTENCES, Column, Fault, RowFault, read_row


def resident_of(centre: Centre, card: str) -> str:
    with centre.store.reading() as tx:
        found = registry_rows.find_card(tx, card)
    assert found is not None
    return found.resident


def test_an_import_on_either_database(town: Any, either: Centre) -> None:
    people = everyone(either)
    card = town.card("elector").number
    who = resident_of(either, card)
    family = [row for row in people.values() if row["family"] == people[who]["family"] and row["person"] != who]
    newcomer = family[0] | {"person": "N-1", "entry": 9, "afm": "", "amka": "", "relation": "child"}
    told = preview(either, [{"person": who, "status": "left"}, family[0] | {"street": "Νέα 1"}, newcomer])
    assert {name: count for name, count in told.counts.items() if count} == {
        "left": 1, "moved": 1, "new": 1, "unchanged": len(people) - 2,
    }  # fmt: skip
    stale = preview(either, [family[0] | {"street": "Άλλη 2"}])
    assert apply(either, told.upload).blocked == (card,)
    assert apply(either, stale.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)
    assert registry.refresh(either) == 2 + len(family)  # revocations, the withdrawn one, the family
    after = everyone(either)
    assert set(after) == set(people) - {who} | {"N-1"}
    assert after[family[0]["person"]]["street"] == "Νέα 1"
    assert [one.state for one in applying.imports(either)].count("applied") == 1
    with either.store.reading() as tx:
        assert audit.broken_at(tx) is None


def test_a_short_file_on_either_database(either: Centre) -> None:
    """Weighed, paged, filtered, confirmed by both, and the next file told by its turn."""
    rows = list(everyone(either).values())
    short = [rows[0] | {"street": "Νέα 1"}, rows[1] | {"mother": ""}, *rows[2:8]]
    told = preview(either, short, whole=True)
    cards, people = told.told["cards"], len(rows) - 8
    assert list(told.heavy.items()) == [("cards", cards), ("gone", people)]
    left = applying.page(either, told.upload, applying.Wanted("left"), most=10)
    assert (left.of, len(left.lines), left.after) == (people, 10, left.lines[-1].resident)
    moved = applying.page(either, told.upload, applying.Wanted(field="street"))
    assert [line.resident for line in moved.lines] == [rows[0]["person"]]
    assert applying.page(either, told.upload, applying.Wanted(renumbered=True)).of == 0
    assert confirm(either, told.upload, str(cards)) is None
    assert len(apply(either, told.upload, typed=str(cards)).blocked) == cards
    for again in (short, short[:4]):
        assert preview(either, again, whole=True) == FileRefused(FileFault.OLDER)
    whole = list(everyone(either).values())
    assert isinstance(apply(either, preview(either, whole, whole=True, number=2).upload), applying.Applied)
    assert preview(either, whole, whole=True, number=3) == FileRefused(FileFault.APPLIED_ALREADY)


def test_the_roll_as_it_stands_changes_nothing(centre: Centre) -> None:
    people = everyone(centre)
    told = preview(centre, list(people.values()), whole=True)
    assert isinstance(told, applying.Previewed)
    assert told.counts == {"new": 0, "changed": 0, "moved": 0, "left": 0, "deceased": 0, "unchanged": len(people)}
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert registry.refresh(centre) == 0  # the extract's day alone reseals nothing
    assert everyone(centre) == people


def test_a_change_reaches_the_dossiers_of_the_family_and_no_other(town: Any, centre: Centre) -> None:
    card = town.card("elector")
    mine = everyone(centre)[resident_of(centre, card.number)]
    family = [row for row in everyone(centre).values() if row["family"] == mine["family"]]
    told = preview(centre, [mine | {"street": "Νέα Οδός 7", "surname": mine["surname"] + "-Νέου"}])
    assert told.counts["moved"] == 1
    assert [(one.what, one.fields) for one in applying.shown(centre, told.upload)] == [("moved", ("street", "surname"))]
    assert registry.refresh(centre) == 0  # a preview changes nothing
    assert isinstance(apply(centre, told.upload), applying.Applied)
    with centre.store.reading() as tx:
        cards = [h.card.card for h in registry_rows.holders(tx) if h.share and f'"{mine["family"]}"' in h.share]
    assert registry.refresh(centre) == len(cards) == len(family)
    dossier = dossier_of(town, centre, card)
    assert dossier is not None
    assert (dossier.person.street, dossier.member.surname) == ("Νέα Οδός 7", mine["surname"] + "-Νέου")
    assert dossier.family.as_of == AS_OF


def test_the_deceased_and_those_who_left_lose_card_and_dossier(town: Any, centre: Centre) -> None:
    card = town.card("elector")
    who = resident_of(centre, card.number)
    before = everyone(centre)
    gone = {"person": who, "status": "deceased"}
    told = preview(centre, [gone])
    done = apply(centre, told.upload)
    assert done.blocked == (card.number,)
    family = [row for row in before.values() if row["family"] == before[who]["family"]]
    # The revocation list, the withdrawn dossier, and the rest of the family's.
    assert registry.refresh(centre) == 1 + len(family)
    assert dossier_of(town, centre, card) is None
    assert set(everyone(centre)) == set(before) - {who}
    with centre.store.reading() as tx:
        entries = [(one.who, one.what, one.about) for one in audit.newest(tx, 3)]
    assert ("acc-kostas", "card.block", card.number) in entries
    assert registry.refresh(centre) == 0


def test_who_is_missing_from_a_whole_file_has_left(centre: Centre) -> None:
    people = everyone(centre)
    last = sorted(people)[-1]
    told = preview(centre, [row for who, row in people.items() if who != last], whole=True)
    assert (told.counts["left"], told.counts["unchanged"]) == (1, len(people) - 1)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert last not in everyone(centre)


def test_a_newcomer_joins_a_family(centre: Centre) -> None:
    holder = next(row for row in everyone(centre).values() if row["relation"] == "holder")
    child = holder | {
        "person": "N-1", "entry": 9, "relation": "τέκνο", "sex": "Θήλυ", "given": "Νεφέλη", "born": "1/11/2026",
        "afm": "", "amka": "", "elector": "ΟΧΙ",
    }  # fmt: skip
    told = preview(centre, [child])
    assert told.counts["new"] == 1
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert everyone(centre)["N-1"]["born"] == "2026-11-01"


def test_the_uploader_cannot_apply_and_nobody_twice(centre: Centre) -> None:
    told = preview(centre, list(everyone(centre).values()), whole=True)
    assert apply(centre, told.upload, MARIA) == applying.NotNow(applying.Why.SAME_OFFICER)
    assert apply(centre, "nothing") == applying.NotNow(applying.Why.UNKNOWN)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert apply(centre, told.upload) == applying.NotNow(applying.Why.DECIDED)
    assert applying.discard(centre, told.upload, who="x", role="registrar") == applying.NotNow(applying.Why.DECIDED)


def test_a_preview_of_an_older_roll_is_not_applied(centre: Centre) -> None:
    people = list(everyone(centre).values())
    first = preview(centre, [people[0] | {"street": "Πρώτη 1"}])
    second = preview(centre, [people[1] | {"street": "Δεύτερη 2"}])
    assert isinstance(apply(centre, first.upload), applying.Applied)
    assert apply(centre, second.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)
    with centre.store.reading() as tx:
        one = roll_rows.find_import(tx, second.upload)
    assert one is not None
    assert one.state == roll_rows.PREVIEWED


def test_rows_changed_behind_a_preview_are_seen_too(centre: Centre) -> None:
    people = everyone(centre)
    who = sorted(people)[0]
    told = preview(centre, [people[who] | {"street": "Πρώτη 1"}])
    with centre.store.writing() as tx:
        registry_rows.set_capacities(tx, who, "[]")
    assert apply(centre, told.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)
    assert everyone(centre)[who]["street"] == people[who]["street"]


def test_three_bad_rows_in_a_hundred_and_nothing_is_stored(centre: Centre) -> None:
    people = list(everyone(centre).values())
    rows = [dict(row) for row in people]
    rows[3]["afm"], rows[7]["amka"], rows[11]["postcode"] = "123456789", "32138045672", "1345"
    bad = preview(centre, rows, whole=True)
    assert bad == applying.BadRows(
        (
            RowFault(5, "afm", Fault.BAD_AFM),
            RowFault(9, "amka", Fault.BAD_AMKA),
            RowFault(13, "postcode", Fault.BAD_POSTCODE),
        ),
        len(rows),
    )
    assert applying.imports(centre) == []
    text = applying.faults_file(bad)
    assert "5;afm;bad-afm;" in text
    for value in ("123456789", "32138045672", people[3]["surname"]):
        assert value not in text


@pytest.mark.parametrize(
    ("changes", "column", "fault"),
    [
        ({"surname": ""}, "surname", Fault.EMPTY),
        ({"surname": "Aντωνίου"}, "surname", Fault.MIXED_ALPHABETS),  # a Latin A
        ({"given": "=CMD()"}, "given", Fault.STRANGE_CHARACTER),
        ({"street": "Οδός " * 20}, "street", Fault.TOO_LONG),
        ({"born": "31/2/1990"}, "born", Fault.NOT_A_DATE),
        ({"born": "2020-W01-1"}, "born", Fault.NOT_A_DATE),
        ({"born": "2_1/5/1990"}, "born", Fault.NOT_A_DATE),
        ({"born": "٢1/5/1990"}, "born", Fault.NOT_A_DATE),
        ({"born": "2026-12-01"}, "born", Fault.IN_THE_FUTURE),
        ({"born": "1803-01-01"}, "born", Fault.TOO_EARLY),
        ({"family": "12"}, "family", Fault.BAD_FAMILY),
        ({"entry": "0"}, "entry", Fault.BAD_ENTRY),
        ({"relation": "φίλος"}, "relation", Fault.UNKNOWN_WORD),
        ({"lives_here": "ίσως"}, "lives_here", Fault.UNKNOWN_WORD),
        ({"person": "R 1"}, "person", Fault.BAD_PERSON),
        ({"afm": "000000000"}, "afm", Fault.BAD_AFM),
        ({"person": "N-1"}, "afm", Fault.AFM_OF_ANOTHER),
        ({"person": "N-1"}, "amka", Fault.AMKA_OF_ANOTHER),
        ({"person": "N-1"}, "entry", Fault.ENTRY_TWICE),
        ({"person": "N-1", "status": "left"}, "status", Fault.NOT_ON_THE_ROLL),
        ({"person": "N-1", "entry": "8", "relation": "holder"}, "relation", Fault.TWO_HOLDERS),
        ({"unit": "Άλλη ενότητα"}, "unit", Fault.UNITS_DIFFER),
    ],
)
def test_what_is_wrong_in_one_row(centre: Centre, changes: dict[str, str], column: str, fault: Fault) -> None:
    holder = next(row for row in everyone(centre).values() if row["relation"] == "holder" and row["entry"] == 1)
    bad = preview(centre, [holder | changes])
    assert isinstance(bad, applying.BadRows)
    assert RowFault(2, column, fault) in bad.faults


def test_one_person_in_two_rows(centre: Centre) -> None:
    one = next(iter(everyone(centre).values()))
    bad = preview(centre, [one, one | {"person": "N-1", "entry": 8, "relation": "child"}])
    assert {(f.row, f.fault) for f in bad.faults} == {
        (row, fault) for row in (2, 3) for fault in (Fault.AFM_TWICE, Fault.AMKA_TWICE)
    }


def test_every_fault_has_its_sentences() -> None:
    assert set(SENTENCES) == set(Fault)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_files_as_spreadsheets_write_them(centre: Centre, delimiter: str, bom: bytes) -> None:
    people = list(everyone(centre).values())
    told = preview(centre, [], whole=True, raw=bom + as_csv(people, delimiter))
    assert told.counts["unchanged"] == len(people)


def test_json_and_greek_headings(centre: Centre) -> None:
    people = list(everyone(centre).values())
    told = preview(centre, [], whole=True, raw=json.dumps({"rows": people}, ensure_ascii=False).encode())
    assert told.counts["unchanged"] == len(people)
    greek = as_csv(people).decode().replace("person;family", "Αριθμός Μητρώου;ΜΕΡΙΔΑ", 1).replace(";afm;", ";ΑΦΜ;", 1)
    assert preview(centre, [], whole=True, raw=greek.encode()).counts["unchanged"] == len(people)


def test_windows_1253_is_named_and_read_only_when_somebody_says_so(centre: Centre) -> None:
    people = list(everyone(centre).values())
    raw = as_csv(people).decode().encode("windows-1253")
    assert preview(centre, [], whole=True, raw=raw) == FileRefused(FileFault.LOOKS_GREEK_ANSI)
    told = preview(centre, [], whole=True, raw=raw, encoding="windows-1253")
    assert told.counts["unchanged"] == len(people)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", FileFault.NO_ROWS),
        (b"hello", FileFault.NOT_A_TABLE),
        (b"[1]", FileFault.NOT_A_TABLE),
        (b'[{"person": {}}]', FileFault.NOT_A_TABLE),
        (b"[]", FileFault.NO_ROWS),
        (b"\xff\xfe\x00a", FileFault.NOT_UTF8),
        (b"person;nobody\n1;2\n", FileFault.UNKNOWN_COLUMN),
        (b"person;person\n1;2\n", FileFault.COLUMN_TWICE),
        (b"person;family\n1;2\n", FileFault.MISSING_COLUMN),
    ],
)
def test_files_that_are_no_roll(centre: Centre, raw: bytes, fault: FileFault) -> None:
    told = applying.preview(centre, raw, as_of=AS_OF, whole=True, who="a", role="registrar")
    assert isinstance(told, FileRefused)
    assert told.fault is fault


def test_two_spellings_of_one_letter_are_no_change(centre: Centre) -> None:
    people = list(everyone(centre).values())
    oxia = as_csv(people).decode().replace("ά", "\u1f71").replace("ό", "\u1f79").encode()
    assert preview(centre, [], whole=True, raw=oxia).counts["unchanged"] == len(people)


def test_an_age_is_never_taken_from_the_amka() -> None:
    """Born in 2005, with an ΑΜΚΑ that reads like 1905; and on 29 February 2000, which 1900 does not have."""
    from stdnum import luhn

    cells = {
        Column.PERSON: "R1", Column.FAMILY: "1/1", Column.UNIT: "Α", Column.ENTRY: "1", Column.RELATION: "child",
        Column.SEX: "female", Column.SURNAME: "Παπαδοπούλου", Column.GIVEN: "Άννα", Column.FATHER: "Ιωάννης",
        Column.MOTHER: "Ελένη", Column.BIRTHPLACE: "Αθήνα", Column.STREET: "Οδός 1", Column.POSTCODE: "134 51",
        Column.LIVES_HERE: "ναι", Column.ELECTOR: "ναι", Column.STATUS: "current",
    }  # fmt: skip
    for born, digits in (("2005-02-01", "0102051234"), ("2000-02-29", "2902009999")):
        amka = digits + luhn.calc_check_digit(digits)
        read = read_row(2, {**cells, Column.BORN: born, Column.AMKA: amka}, AS_OF)
        assert isinstance(read, Record), read
        assert (read.born, read.amka, read.postcode, read.surname) == (born, amka, "13451", "Παπαδοπούλου")


def test_nothing_of_a_row_is_logged_or_raised(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    people = list(everyone(centre).values())
    preview(centre, [people[0] | {"afm": "123456789"}])
    apply(centre, preview(centre, [people[0] | {"street": "Πρώτη 1"}]).upload)
    with centre.store.writing() as tx:
        registry_rows.set_capacities(tx, people[1]["person"], '["nobody"]')
    with pytest.raises(RuntimeError) as caught:
        preview(centre, people)
    told = caplog.text + repr(caught.value) + repr(caught.value.__context__) + repr(caught.value.__cause__)
    for value in ("123456789", people[0]["surname"], people[1]["afm"]):
        assert value not in told


def test_days_later_the_day_of_the_extract_is_carried(town: Any, centre: Centre) -> None:
    """What stands unchanged takes the newer date of the extract along when it is renewed."""
    told = preview(centre, list(everyone(centre).values()), whole=True)
    apply(centre, told.upload)
    later = replace(centre, clock=SetClock(lambda: centre.clock() + timedelta(days=25)))
    assert registry.publish_dossiers(later) > 0
    dossier = dossier_of(town, later, town.card("elector"))
    assert dossier is not None
    assert dossier.family.as_of >= AS_OF


def twins(town: Any, centre: Centre) -> tuple[str, str, str]:
    """The holder of the demo's first card under a second register number, without a card: (first, second, card)."""
    card = town.card("elector").number
    first = resident_of(centre, card)
    other = everyone(centre)[first] | {"person": "N-2", "family": "9000/1", "afm": "", "amka": "", "relation": "holder"}
    told = preview(centre, [other])
    assert isinstance(apply(centre, told.upload), applying.Applied)
    return first, "N-2", card


def test_a_merge_hands_the_card_over_and_its_undoing_gives_it_back(town: Any, centre: Centre) -> None:
    first, second, card = twins(town, centre)
    before = everyone(centre)
    told = roll_merge.propose(centre, second, first, who="acc-maria", role="registrar")
    assert isinstance(told, applying.Previewed)
    assert apply(centre, told.upload, MARIA) == applying.NotNow(applying.Why.SAME_OFFICER)
    assert apply(centre, told.upload).blocked == ()
    assert first not in everyone(centre)
    assert resident_of(centre, card) == second
    registry.refresh(centre)
    dossier = dossier_of(town, centre, town.card("elector"))
    assert dossier is not None
    assert dossier.family.number == "9000/1"
    undo = roll_merge.propose_undo(centre, told.upload, who="acc-kostas", role="registrar")
    assert isinstance(undo, applying.Previewed)
    assert isinstance(apply(centre, undo.upload, MARIA), applying.Applied)
    assert everyone(centre) == before
    assert resident_of(centre, card) == first
    again = roll_merge.propose_undo(centre, told.upload, who="acc-kostas", role="registrar")
    assert again is roll_merge.NoMerge.RETURNED


def test_nobody_is_left_with_two_working_cards(town: Any, centre: Centre) -> None:
    one, other = (town.card(kind).number for kind in ("elector", "staff"))
    told = roll_merge.propose(
        centre, resident_of(centre, one), resident_of(centre, other), who="acc-maria", role="registrar"
    )
    assert isinstance(told, applying.Previewed)
    assert apply(centre, told.upload).blocked == (other,)


def test_what_cannot_be_merged(town: Any, centre: Centre) -> None:
    def ask(kept: str, dropped: str) -> object:
        return roll_merge.propose(centre, kept, dropped, who="a", role="registrar")

    first = resident_of(centre, town.card("elector").number)
    assert ask(first, first) is roll_merge.NoMerge.SAME
    assert ask(first, "nobody") is roll_merge.NoMerge.UNKNOWN
    assert roll_merge.propose_undo(centre, "x", who="a", role="registrar") is roll_merge.NoMerge.NO_MERGE


def test_by_the_command_line(town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from central.office.accounts import staff
    from municipality.staff import Role

    for name in ("maria.registrar", "kostas.registrar"):
        staff.add_account(centre, name, frozenset({Role.REGISTRAR}), "πέντε μικρές αρκούδες 7", who="kiosk-central")
    staff.add_account(
        centre, "eleni.auditor", frozenset({Role.AUDITOR}), "πέντε μικρές αρκούδες 7", who="kiosk-central"
    )

    def command(*words: str, who: str = "maria.registrar") -> tuple[int, str, str]:
        code = main([*words, "--home", str(town.home), "--who", who])
        out, err = capsys.readouterr()
        return code, out, err

    people = list(everyone(centre).values())
    file, faults = tmp_path / "roll.csv", tmp_path / "faults.csv"
    asked = ("roll", "preview", "--file", str(file), "--as-of", AS_OF.isoformat())
    file.write_bytes(as_csv([people[0] | {"afm": "123456789"}]))
    bad = command(*asked, "--faults", str(faults))
    assert bad[:2] == (77, "")
    assert "1 of 1 rows are bad" in bad[2]
    assert stat.S_IMODE(faults.stat().st_mode) == 0o600
    file.write_bytes(as_csv([people[0] | {"street": "Πρώτη 1"}]))
    assert command(*asked, who="eleni.auditor")[0] == 77
    told = json.loads(command(*asked)[1])
    assert told["changes"]["moved"] == 1
    apply_it = ("roll", "apply", "--import", told["import"])
    assert "a-second-officer-must-decide" in command(*apply_it)[2]
    done = command(*apply_it, who="kostas.registrar")
    assert json.loads(done[1])["sealed"] == 1  # an address is the person's own: the family's dossiers stand
    assert people[0]["surname"] not in bad[2] + done[1] + done[2]
