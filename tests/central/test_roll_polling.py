"""Where electors vote on paper, as a register's file says it: a file need not, and nobody gets a stranger's place."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from register import AS_OF, apply, as_csv, as_json, everyone, preview, told_of_everyone

from central.kernel.centre import Centre
from central.office.roll import applying, registry
from central.office.roll.file import FileFault, FileRefused, read_file
from central.office.roll.registry import DOSSIER_SIZE
from central.store.line import feed
from municipality.messages import ItemKind
from municipality.roll.columns import POLLING
from municipality.roll.record import Record, difference
from municipality.roll.rows import Column, Fault, Reading, column_of, read_row
from municipality.roll.weight import weigh

PLACE = {
    "poll_section": "99", "poll_building": "5ο Γυμνάσιο", "poll_street": "Οδός 5", "poll_room": "Β1",
    "voter_number": "0000000009999",
}  # fmt: skip
FIELDS = sorted(column.value for column in POLLING)
NO_PLACE = dict.fromkeys(FIELDS, "")
Rows = list[dict[str, Any]]


@pytest.fixture
def rows(centre: Centre) -> Rows:
    """Two of them have a place, one has none. All with the columns of a place, and none of the others that a file need
    not have."""
    places = told_of_everyone(centre, POLLING)
    every = [row | places[person] for person, row in sorted(everyone(centre).items())]
    placed = [row for row in every if row["poll_section"]][:2]
    return [*placed, next(row for row in every if not row["poll_section"] and row["elector"] == "yes")]


def with_columns(rows: Rows) -> bytes:
    return as_csv(rows, more=FIELDS)


def without_columns(rows: Rows) -> bytes:
    return as_csv([{name: value for name, value in row.items() if name not in POLLING} for row in rows])


def places(centre: Centre, rows: Rows) -> list[dict[str, str]]:
    now = told_of_everyone(centre, POLLING)
    return [now[row["person"]] for row in rows]


def test_a_file_without_the_columns_leaves_what_the_roll_holds(centre: Centre, rows: Rows) -> None:
    before = places(centre, rows)
    moved = [{**rows[0], "street": "Νέα 1"}, *rows[1:]]
    told = preview(centre, [], raw=without_columns(moved))
    assert isinstance(told, applying.Previewed) and not told.faults
    assert (told.counts["moved"], told.counts["changed"]) == (1, 0)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert places(centre, rows) == before


def test_a_file_with_them_says_it_and_empties_what_it_leaves_empty(centre: Centre, rows: Rows) -> None:
    told = preview(centre, [], raw=with_columns([rows[0] | PLACE, rows[1] | NO_PLACE, rows[2] | PLACE]))
    assert isinstance(told, applying.Previewed) and told.counts["changed"] == 3
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert places(centre, rows) == [PLACE, NO_PLACE, PLACE]


@pytest.mark.parametrize(
    ("untold", "left"),
    [
        (("voter_number",), PLACE | {"voter_number": "123"}),
        (("poll_section", "poll_building", "poll_street", "poll_room"), None),
        (("poll_room",), PLACE | {"poll_room": ""}),
    ],
)
def test_of_a_row_that_names_some_of_it_the_rest_stays_or_is_no_place(
    centre: Centre, rows: Rows, untold: tuple[str, ...], left: dict[str, str] | None
) -> None:
    """The place is one thing, the number another."""
    numbered = preview(centre, [], raw=with_columns([rows[0] | {"voter_number": "123"}]))
    assert isinstance(apply(centre, numbered.upload), applying.Applied)
    before = places(centre, rows[:1])[0]
    some = {name: value for name, value in (rows[0] | PLACE).items() if name not in untold}
    told = preview(centre, [], raw=as_json([some]), number=2)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert places(centre, rows[:1]) == [left or before | {"voter_number": PLACE["voter_number"]}]


def test_half_a_place_in_json_is_a_fault(centre: Centre, rows: Rows) -> None:
    half = {name: value for name, value in (rows[0] | PLACE).items() if name != "poll_street"}
    told = preview(centre, [], raw=as_json([half, *rows[1:]]))
    assert [(one.row, one.column, one.fault) for one in told.faults] == [(1, "poll_street", Fault.PLACE_NOT_WHOLE)]


def test_a_stranger_under_the_number_gets_no_place(centre: Centre, rows: Rows) -> None:
    other = {"surname": "Άλλος", "given": "Πέτρος", "born": "1950-01-01", "sex": "male", "afm": "", "amka": ""}
    told = preview(centre, [], raw=without_columns([rows[0] | other]))
    assert isinstance(told, applying.Previewed) and not told.faults
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert places(centre, rows[:1]) == [NO_PLACE]


def test_a_first_place_weighs_nothing_and_another_one_does() -> None:
    """A whole town gets its places in one file; nobody else's file moves them unasked."""
    nowhere = Record("R1", surname="Οικονόμου", given="Ανθή", born="1950-03-02", elector=True)
    placed = Record.of(nowhere.values() | PLACE)

    def weighed(before: Record, after: Record) -> dict[str, int]:
        change = difference(before, after)
        assert change is not None
        return dict(weigh([change], {}))

    assert weighed(nowhere, placed) == {}
    assert weighed(placed, nowhere) == dict.fromkeys((f"changed.{name}" for name in FIELDS), 1)
    assert weighed(placed, Record.of(placed.values() | {"poll_room": "Β2"})) == {"changed.poll_room": 1}


@pytest.mark.parametrize(
    ("change", "column", "fault"),
    [
        ({"poll_building": ""}, "poll_building", Fault.PLACE_NOT_WHOLE),
        ({"poll_section": ""}, "poll_section", Fault.PLACE_NOT_WHOLE),
        (NO_PLACE | {"poll_room": "Α1"}, "poll_section", Fault.PLACE_NOT_WHOLE),
        ({"voter_number": "12345678901234"}, "voter_number", Fault.BAD_VOTER_NUMBER),
        ({"voter_number": "Α12"}, "voter_number", Fault.BAD_VOTER_NUMBER),
        ({"poll_building": "σ" * 81}, "poll_building", Fault.TOO_LONG),
        ({"poll_street": "Οδός\n5"}, "poll_street", Fault.LINE_BREAK),
        ({"poll_building": "Aνω σχολείο"}, "poll_building", Fault.MIXED_ALPHABETS),
        ({"voter_number": ""}, "", None),
        ({"poll_room": "", "poll_building": "σ" * 80}, "", None),
        (NO_PLACE | {"voter_number": "12 345"}, "", None),
    ],
)
def test_what_is_wrong_with_a_place_is_told_by_its_column(
    centre: Centre, rows: Rows, change: dict[str, str], column: str, fault: Fault | None
) -> None:
    cells = {Column(name): str(value) for name, value in (rows[0] | PLACE | change).items()}
    read = read_row(7, cells, AS_OF, how=Reading())
    found = [(one.row, one.column, one.fault) for one in read] if isinstance(read, list) else []
    assert found == ([] if fault is None else [(7, column, fault)])


def test_the_columns_have_greek_headings_and_all_others_are_still_needed(centre: Centre, rows: Rows) -> None:
    greek = ("ΕΚΛΟΓΙΚΟ ΤΜΗΜΑ", "κατάστημα ψηφοφορίας", "Διεύθυνση καταστήματος", "αίθουσα", "ειδικός εκλογικός αριθμός")
    assert [column_of(heading) for heading in greek] == [
        Column.POLL_SECTION, Column.POLL_BUILDING, Column.POLL_STREET, Column.POLL_ROOM, Column.VOTER_NUMBER,
    ]  # fmt: skip
    text = without_columns(rows).decode()
    assert isinstance(read_file(text.encode()), list)
    refused = read_file(text.replace("postcode", "poll_room", 1).encode())
    assert refused == FileRefused(FileFault.MISSING_COLUMN, "postcode")


# Dossiers


def test_only_whose_place_changed_gets_a_new_dossier(centre: Centre, rows: Rows) -> None:
    registry.publish_dossiers(centre)
    with centre.store.reading() as tx:
        before = feed.last(tx)
    assert registry.publish_dossiers(centre) == 0, "a roll that stands is sealed once"
    told = preview(centre, [], raw=with_columns([rows[0] | PLACE]))
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert registry.publish_dossiers(centre) == 1
    with centre.store.reading() as tx:
        items = {one.kind: one for one in feed.after(tx, before, 10)}
    item = items.pop(ItemKind.DOSSIER)
    assert [*items] == [ItemKind.SECTIONS], "a new dossier takes its sections along"
    assert len(base64.b64decode(item.body.split(".")[3] + "==", "-_")) == DOSSIER_SIZE
