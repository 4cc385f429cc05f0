"""Files of every shape: what a row does not say empties nothing, what it says twice or wrongly is named by row and key,
and nothing that looks like Greek gets into a name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register import AS_OF, HEADINGS, KOSTAS, apply, as_csv, as_json, everyone, preview

from central.kernel.centre import Centre
from central.office.roll import applying
from central.office.roll.file import FILE_SENTENCES, FileFault, FileRefused, Row, read_file
from central.opening import open_centre
from municipality.roll.faults import SENTENCES
from municipality.roll.record import Record
from municipality.roll.rows import OPTIONAL, Column, Fault, RowFault, read_row, row_numbers

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def looked_at(_seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """For tests that check files and apply none."""
    folder = tmp_path_factory.mktemp("files") / "demo"
    shutil.copytree(_seeded, folder)
    opened = open_centre(folder / "centre")
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def rows(looked_at: Centre) -> Rows:
    return [row for _, row in sorted(everyone(looked_at).items())]


def faults_of(told: Any) -> list[tuple[int, str, Fault]]:
    assert isinstance(told, applying.Previewed | applying.BadRows), told
    return [(one.row, one.column, one.fault) for one in told.faults]


def file_fault(told: Any) -> tuple[FileFault, str]:
    assert isinstance(told, FileRefused), told
    return told.fault, told.column


def raw_json(rows: Rows, change: Callable[[str], str]) -> bytes:
    return change(json.dumps(rows, ensure_ascii=False)).encode()


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [True, False])
def test_a_key_that_is_not_there_empties_nothing(centre: Centre, rows: Rows, whole: bool) -> None:
    short = [{key: value for key, value in row.items() if key not in ("afm", "amka")} for row in rows]
    short[3]["street"] = "Νέα 1"
    told = preview(centre, [], raw=as_json(short), whole=whole)
    assert (faults_of(told), told.counts["moved"], told.counts["changed"]) == ([], 1, 0)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert [row for _, row in sorted(everyone(centre).items())] == [
        row | ({"street": "Νέα 1"} if n == 3 else {}) for n, row in enumerate(rows)
    ]


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_key_that_says_empty_empties(centre: Centre, rows: Rows, value: object) -> None:
    told = preview(centre, [], raw=as_json([rows[0] | {"afm": value}]))
    assert told.told["emptied.afm"] == 1
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert everyone(centre)[rows[0]["person"]] == rows[0] | {"afm": ""}


def test_a_newcomer_of_whom_no_number_is_told(centre: Centre, rows: Rows) -> None:
    told = preview(centre, [], raw=as_json([without(rows[0], "afm", "amka") | {"person": "N-1", "family": "9/9"}]))
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert everyone(centre)["N-1"]["afm"] == ""


STRANGER = {"surname": "Γεωργίου", "given": "Νίκος", "father": "Πέτρος", "mother": "Σοφία", "born": "1961-02-03"}


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("untold", [("afm",), ("amka",), ("afm", "amka")])
def test_a_stranger_under_the_number_gets_none_of_its_numbers(
    looked_at: Centre, rows: Rows, whole: bool, untold: tuple[str, ...]
) -> None:
    """What the row does name of the two is another's, or none."""
    stranger = without(rows[3] | STRANGER | {"afm": "", "amka": ""}, *untold)
    told = preview(looked_at, [], raw=as_json([*rows[:3], stranger, *rows[4:]]), whole=whole)
    assert faults_of(told) == [(4, name, Fault.NUMBER_NOT_NAMED) for name in untold]
    assert (told.counts["changed"], told.counts["left"], told.told["set_aside"]) == (0, 0, 1)


def test_a_stranger_whose_numbers_are_named_is_counted(looked_at: Centre, rows: Rows) -> None:
    told = preview(looked_at, [], raw=as_json([rows[3] | STRANGER | {"afm": None, "amka": None}]))
    assert (faults_of(told), told.told["replaced"]) == ([], 1)


def test_a_renumbered_file_without_the_two_numbers_gives_nobody_anothers(looked_at: Centre, rows: Rows) -> None:
    turned = zip(rows, [*rows[1:], rows[0]], strict=True)
    file = [without(row, "afm", "amka") | {"person": other["person"]} for row, other in turned]
    told = preview(looked_at, [], raw=as_json(file), whole=True)
    assert isinstance(told, applying.BadRows)
    assert {one.fault for one in told.faults} >= {Fault.NUMBER_NOT_NAMED}


_SOME = {"surname": ("Α", "Β"), "given": ("Α", "Β"), "father": ("Α", "Β"), "mother": ("Α", "Β")}
_SOME |= {"sex": ("male", "female"), "born": ("1980-01-01", "1981-01-01")}
_SOME |= {"afm": ("", "090000045"), "amka": ("", "01018010007")}
people = st.fixed_dictionaries({name: st.sampled_from(words) for name, words in _SOME.items()})


@given(people, people, st.sets(st.sampled_from(sorted(OPTIONAL))))
def test_a_number_is_the_files_or_was_that_persons(
    old: dict[str, str], new: dict[str, str], untold: set[Column]
) -> None:
    rest = {"person": "P1", "family": "1/1", "unit": "Δ", "entry": "1", "relation": "holder", "birthplace": "Τ"}
    rest |= {"street": "Ο", "postcode": "13561", "lives_here": "yes", "elector": "no", "status": "current"}
    before = read_row(1, {Column(name): cell for name, cell in (rest | old).items()}, AS_OF)
    cells = {Column(name): cell for name, cell in (rest | new).items() if name not in untold}
    assert isinstance(before, Record)
    read = read_row(1, cells, AS_OF, before=before, untold=frozenset(untold))
    proof = any(old[name] and name not in untold and old[name] == new[name] for name in ("afm", "amka"))
    same = {name for name in ("surname", "born") if old[name] == new[name]}
    same |= {"parents"} if (old["father"], old["mother"]) == (new["father"], new["mother"]) else set()
    one = proof or ((old["given"], old["sex"]) == (new["given"], new["sex"]) and len(same) >= 2)
    if untold and not one:
        assert read == [RowFault(1, name, Fault.NUMBER_NOT_NAMED) for name in sorted(untold)]
        return
    assert isinstance(read, Record)
    for name in ("afm", "amka"):
        assert getattr(read, name) == (old if name in untold else new)[name]


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def test_every_other_key_must_be_there(looked_at: Centre, rows: Rows) -> None:
    for key in HEADINGS:
        told = preview(looked_at, [], raw=as_json([rows[0], without(rows[1], key), *rows[2:]]), whole=True)
        assert faults_of(told) == ([] if key in ("afm", "amka") else [(2, key, Fault.MISSING_KEY)])
        assert told.counts["left"] == 0


def test_for_those_who_go_the_number_and_the_state_are_enough(looked_at: Centre, rows: Rows) -> None:
    told = preview(looked_at, [], raw=as_json([{"person": rows[0]["person"], "status": "left"}]))
    assert (told.faults, told.counts["left"]) == ((), 1)


@pytest.mark.parametrize(
    ("change", "column", "fault"),
    [
        ({"afn": "000001008"}, "#20", Fault.UNKNOWN_KEY),
        ({"\u202egnirts": 1}, "#20", Fault.UNKNOWN_KEY),
        ({"ΑΦΜ": "000001008"}, "afm", Fault.KEY_TWICE),
        ({"afm": 1008}, "afm", Fault.NOT_TEXT),
        ({"amka": 12038290016}, "amka", Fault.NOT_TEXT),
        ({"postcode": 13561}, "postcode", Fault.NOT_TEXT),
        ({"street": ["Οδός 1"]}, "street", Fault.NOT_TEXT),
        ({"street": {"name": "x"}}, "street", Fault.NOT_TEXT),
        ({"entry": 1.0}, "entry", Fault.NOT_TEXT),
        ({"entry": True}, "entry", Fault.NOT_TEXT),
        ({"surname": False}, "surname", Fault.NOT_TEXT),
        ({"lives_here": 1}, "lives_here", Fault.NOT_TEXT),
        ({"given": "Άννα\n"}, "given", Fault.LINE_BREAK),
        ({"given": "Άν\u2028να"}, "given", Fault.LINE_BREAK),
        ({"given": "Άν\u0000να"}, "given", Fault.LINE_BREAK),
        ({"given": "Άν\ud800να"}, "given", Fault.STRANGE_CHARACTER),
    ],
)
def test_what_is_wrong_in_one_object_is_named_and_the_others_go_on(
    looked_at: Centre, rows: Rows, change: dict[str, Any], column: str, fault: Fault
) -> None:
    raw = json.dumps([rows[0], rows[1] | change, *rows[2:]]).encode()
    told = preview(looked_at, [], raw=raw, whole=True)
    assert (2, column, fault) in faults_of(told)
    assert {row for row, _, _ in faults_of(told)} == {2}
    assert told.counts["left"] == 0
    assert applying.faults_file(told).encode("utf-8").decode("utf-8-sig").count("\r\n") == 1 + len(told.faults)


@pytest.mark.parametrize("key", ["afm", "person", "surname"])
def test_a_key_that_stands_twice_wins_nothing(looked_at: Centre, rows: Rows, key: str) -> None:
    """The last of them would have won, silently."""
    first = json.dumps(rows[0][key], ensure_ascii=False)
    twice = raw_json(rows, lambda text: text.replace(f'"{key}": {first}', f'"{key}": {first}, "{key}": ""', 1))
    told = preview(looked_at, [], raw=twice, whole=True)
    assert (1, key, Fault.KEY_TWICE) in faults_of(told)
    assert told.counts["changed"] == told.counts["left"] == 0


def test_a_row_that_is_no_object_may_hide_somebody(looked_at: Centre, rows: Rows) -> None:
    told = preview(looked_at, [], raw=as_json([*rows[:-1], 7]), whole=True)  # type: ignore[list-item]
    assert faults_of(told) == [(30, "", Fault.NOT_AN_OBJECT)]
    assert (told.counts["left"], told.told["held"]) == (0, 1)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b'[{"person": NaN}]', FileFault.NOT_A_TABLE),
        (b'[{"person": -Infinity}]', FileFault.NOT_A_TABLE),
        (b'[{"entry": ' + b"9" * 6000 + b"}]", FileFault.NOT_A_TABLE),
        (b'{"rows": {"person": "1"}}', FileFault.NOT_A_TABLE),
        (b'{"person": "1"}', FileFault.NOT_A_TABLE),
        (b'[["person", "1"]]', FileFault.NOT_A_TABLE),
        (b'[{"name": "x"}]', FileFault.NOT_A_TABLE),
        (b'{"rows": [], "rows": []}', FileFault.COLUMN_TWICE),
        (b'{"rows": [], "row": []}', FileFault.UNKNOWN_COLUMN),
        (b'{"rows": []}', FileFault.NO_ROWS),
        (b'[{"person": "1"}', FileFault.NOT_A_TABLE),
        (b'[{"person": "1"}] [', FileFault.NOT_A_TABLE),
    ],
)
def test_json_that_is_no_roll(raw: bytes, fault: FileFault) -> None:
    told = read_file(raw)
    assert isinstance(told, FileRefused)
    assert told.fault is fault


@pytest.mark.parametrize("ours", ["", '"person": "P1", '])
def test_keys_that_are_not_ours_are_told_by_their_place(ours: str) -> None:
    """They may be names, also beside keys of ours."""
    told = read_file((f'[{{"person": "1"}}, {{{ours}"Παπαδόπουλος Ιωάννης": "", "papadopoulos": "2"}}]').encode())
    assert isinstance(told, list)
    first = 2 if ours else 1
    assert told[1].faults == tuple(RowFault(2, f"#{n}", Fault.UNKNOWN_KEY) for n in (first, first + 1))


def test_a_byte_order_mark_before_json(looked_at: Centre, rows: Rows) -> None:
    assert preview(looked_at, [], raw=b"\xef\xbb\xbf" + as_json(rows), whole=True).counts["unchanged"] == 30


# --- CSV -------------------------------------------------------------------------------------------------------------


def lines(rows: Rows, *, last: str = "status") -> list[str]:
    """The file's lines; the column `last` at the end of each."""
    order = [name for name in HEADINGS if name != last] + [last]
    return [";".join(order), *(";".join(str(row.get(name, "")) for name in order) for row in rows)]


def test_a_short_row_empties_no_number(looked_at: Centre, rows: Rows) -> None:
    """With the ΑΦΜ in the last column a row that ends early would say that there is none."""
    file = lines(rows, last="afm")
    file[2] = file[2].rpartition(";")[0]
    told = preview(looked_at, [], raw="\n".join(file).encode(), whole=True)
    assert faults_of(told) == [(3, "", Fault.TOO_FEW_CELLS)]
    assert (told.counts["changed"], told.counts["left"], told.told["held"]) == (0, 0, 1)


def test_a_row_with_more_cells_than_headings(looked_at: Centre, rows: Rows) -> None:
    file = lines(rows)
    file[1] += ";"
    told = preview(looked_at, [], raw="\n".join(file).encode(), whole=True)
    assert faults_of(told) == [(2, "", Fault.TOO_MANY_CELLS)]
    assert told.counts["left"] == 0


def test_a_quotation_mark_that_swallows_rows(looked_at: Centre, rows: Rows) -> None:
    """Two stray marks, three rows apart: what lies between is one cell, and four persons seem to be missing."""
    file = lines(rows, last="street")
    before, _, street = file[1].rpartition(";")
    file[1] = f'{before};"{street}'
    file[5] = file[5] + '"'
    told = preview(looked_at, [], raw="\n".join(file).encode(), whole=True)
    assert (6, "street", Fault.LINE_BREAK) in faults_of(told)
    assert (told.counts["left"], told.told["held"]) == (0, 4)
    assert preview(looked_at, [], raw="\n".join([*file[:5], *file[6:]]).encode(), whole=True) == FileRefused(
        FileFault.BROKEN_LINE
    )


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends(looked_at: Centre, rows: Rows, ends: str) -> None:
    assert preview(looked_at, [], raw=ends.join(lines(rows)).encode(), whole=True).counts["unchanged"] == 30


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.replace(";afm;", ";afn;", 1), (FileFault.UNKNOWN_COLUMN, "afn")),
        (lambda text: text.replace(";afm;", ";amka;", 1), (FileFault.COLUMN_TWICE, "amka")),
        (lambda text: text.replace(";afm;", ";ΑΜΚΑ;", 1), (FileFault.COLUMN_TWICE, "amka")),
        (lambda text: text.replace(";", "|"), (FileFault.NOT_A_TABLE, "")),
        (lambda text: text.split("\n", 1)[1], (FileFault.NOT_A_TABLE, "")),  # without its first line
        (lambda text: text.replace("\n", ";\n", 1), (FileFault.UNKNOWN_COLUMN, "")),
    ],
)
def test_first_lines_that_name_no_columns(
    looked_at: Centre, rows: Rows, change: Callable[[str], str], expected: tuple[FileFault, str]
) -> None:
    assert file_fault(preview(looked_at, [], raw=change("\n".join(lines(rows))).encode(), whole=True)) == expected


def test_each_column_must_be_there() -> None:
    for column in HEADINGS:
        order = [name for name in HEADINGS if name != column]
        raw = "\n".join([";".join(order), ";".join("1" for _ in order)]).encode()
        assert file_fault(read_file(raw)) == (FileFault.MISSING_COLUMN, column)


def test_headings_again_in_the_middle_are_a_row_at_fault(looked_at: Centre, rows: Rows) -> None:
    file = lines(rows)
    told = preview(looked_at, [], raw="\n".join([*file[:9], file[0], *file[9:]]).encode(), whole=True)
    assert {row for row, _, _ in faults_of(told)} == {10}
    assert told.counts["unchanged"] == 30


@pytest.mark.parametrize(
    ("raw", "encoding", "fault"),
    [
        ("Άννα".encode("windows-1253"), "utf-8", FileFault.LOOKS_GREEK_ANSI),
        ("Άννα Παπαδοπούλου".encode("iso-8859-7"), "utf-8", FileFault.LOOKS_GREEK_ANSI),
        ("Άννα".encode(), "windows-1253", FileFault.IS_UTF8),
        ("\ufeffΆννα".encode(), "windows-1253", FileFault.IS_UTF8),
        ("Άννα".encode("utf-16"), "utf-8", FileFault.NOT_UTF8),
        (b"\xaa\xd2", "windows-1253", FileFault.NOT_UTF8),
    ],
)
def test_encodings_are_named_and_never_guessed(raw: bytes, encoding: str, fault: FileFault) -> None:
    assert file_fault(read_file(raw, encoding))[0] is fault


def test_iso_8859_7_said_to_be_windows_1253_is_seen_by_its_capitals(looked_at: Centre, rows: Rows) -> None:
    """The two differ in «Ά», which becomes a pilcrow."""
    raw = as_csv([rows[0] | {"given": "Άννα"}]).decode().encode("iso-8859-7")
    told = preview(looked_at, [], raw=raw, encoding="windows-1253")
    assert told.faults == (RowFault(2, "given", Fault.STRANGE_CHARACTER),)
    assert told.faults[0].detail == "1: U+00B6"


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "fault", "detail"),
    [
        ("Δηмήτρης", Fault.OTHER_LETTER, "3: U+043C"),
        ("ϲοφία", Fault.OTHER_LETTER, "1: U+03F2"),
        ("MAPIA", Fault.UNCLEAR_ALPHABET, "1: U+004D"),
        ("Αν\u200dνα", Fault.STRANGE_CHARACTER, "3: U+200D"),
        ("Mαρία", Fault.MIXED_ALPHABETS, "1: U+004D"),
    ],
)
def test_what_only_looks_like_greek_is_told_with_its_place(
    looked_at: Centre, rows: Rows, value: str, fault: Fault, detail: str
) -> None:
    for column in ("surname", "given", "father", "mother", "birthplace", "unit", "street"):
        told = preview(looked_at, [rows[0], rows[1] | {column: value}, *rows[2:]], whole=True)
        assert [(one.column, one.fault, one.detail) for one in told.faults if one.row == 3] == [(column, fault, detail)]
        assert value not in applying.faults_file(told)


def test_a_micro_sign_is_stored_as_the_letter(centre: Centre, rows: Rows) -> None:
    told = preview(centre, [rows[0] | {"given": "Δη\u00b5ήτρης"}])
    assert isinstance(apply(centre, told.upload, KOSTAS), applying.Applied)
    assert everyone(centre)[rows[0]["person"]]["given"] == "Δημήτρης"


@pytest.mark.parametrize("value", ["MARIA POPESCU", "Popescu", "Müller", "Nguyễn"])
def test_a_latin_name_is_taken_as_it_is(centre: Centre, rows: Rows, value: str) -> None:
    told = preview(centre, [rows[0] | {"surname": value}])
    assert isinstance(apply(centre, told.upload, KOSTAS), applying.Applied)
    assert everyone(centre)[rows[0]["person"]]["surname"] == value


# --- words -----------------------------------------------------------------------------------------------------------


def test_rows_as_a_person_names_them() -> None:
    assert row_numbers("") == frozenset()
    assert row_numbers(" 12, 40-42,7 ") == {7, 12, 40, 41, 42}
    assert len(row_numbers("1-10000")) == 10_000
    for bad in ("x", "1-", "-1", "3-1", "1-10001", "1.5", "٣", "99999999"):
        with pytest.raises(ValueError, match="rows"):
            row_numbers(bad)


def test_every_fault_has_its_sentences_and_says_all_that_it_knows() -> None:
    assert set(FILE_SENTENCES) == set(FileFault) and set(SENTENCES) == set(Fault)
    for fault in FileFault:
        for sentence in FileRefused(fault, "afn", "2026-11-20 (1)", "2026-11-21 (1)").sentences():
            assert "{" not in sentence
            assert ("2026-11-20 (1)" in sentence and "2026-11-21 (1)" in sentence) == (
                fault in (FileFault.OLDER, FileFault.APPLIED_ALREADY, FileFault.SAYS_OTHERWISE)
            )


def test_a_row_tells_nothing_of_itself() -> None:
    assert "Άννα" not in repr(Row(1, {Column.GIVEN: "Άννα"}))
    assert AS_OF.isoformat() not in repr(applying.Shown("R1", "new", ()))
