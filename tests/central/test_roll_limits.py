"""What a file may do to the roll without being asked twice: limits just before and just after, two typed counts, the
order of files, and that an applied import is what its preview said, whatever the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from random_tests import examples
from register import AS_OF, KOSTAS, MARIA, apply, as_csv, as_json, confirm, everyone, preview
from sqlalchemy import update

from central.cli import main
from central.clock import SetClock
from central.kernel.centre import Centre
from central.office.roll import applying
from central.office.roll.file import FileFault, FileRefused
from central.opening import open_centre
from central.settings import RollTable
from central.store import audit, engine, marks, open_store
from central.store.office import registry as registry_rows
from central.store.office import roll as roll_rows
from central.store.tables import cards, roll_imports
from municipality.residents import FamilyShare
from municipality.roll.rows import Fault, RowFault
from municipality.roll.weight import Limit, Limits, heavy

TAKEN = 5  # of the town's 30 persons: as set by default


def live(centre: Centre) -> int:
    with centre.store.reading() as tx:
        return len(roll_rows.live_cards(tx, list(everyone(centre))))


def rows_of(centre: Centre) -> list[dict[str, Any]]:
    return [row for _, row in sorted(everyone(centre).items())]


def with_cards(centre: Centre, wanted: int) -> list[str]:
    """So many persons of whom each has one card."""
    with centre.store.reading() as tx:
        people = [who for who in sorted(everyone(centre)) if len(roll_rows.live_cards(tx, [who])) == 1]
    return people[:wanted]


def without(centre: Centre, gone: list[str]) -> list[dict[str, Any]]:
    return [row for row in rows_of(centre) if row["person"] not in gone]


def the_same(centre: Centre, before: dict[str, Any], cards_before: int) -> None:
    assert everyone(centre) == before
    assert live(centre) == cards_before


@pytest.fixture
def same_names(centre: Centre) -> Centre:
    """A copy with wide limits for everything but what is taken."""
    return replace(centre, settings=centre.settings.model_copy(update={"roll": RollTable(changed=1000)}))


# --- short files -----------------------------------------------------------------------------------------------------


def test_a_short_file_blocks_no_card_until_two_persons_have_typed_how_many(centre: Centre) -> None:
    people, held = everyone(centre), live(centre)
    told = preview(centre, rows_of(centre)[:3], whole=True)
    blocked = told.told["cards"]
    assert (told.counts["left"], told.told["gone"], blocked) == (27, 27, held - 3)
    assert list(told.heavy.items()) == [("cards", blocked), ("gone", 27)]
    assert apply(centre, told.upload) == applying.NotNow(applying.Why.NOT_CONFIRMED)
    assert apply(centre, told.upload, typed=str(blocked)) == applying.NotNow(applying.Why.NOT_CONFIRMED)
    for wrong in ("", "27", "x", f"-{blocked}", f"{blocked}0", "0" * 20 + f"{blocked}9", "9" * 5000, "٢٦", "²"):
        assert confirm(centre, told.upload, wrong) == applying.NotNow(applying.Why.WRONG_COUNT)
    assert confirm(centre, told.upload, str(blocked), KOSTAS) == applying.NotNow(applying.Why.NOT_THE_FIRST)
    assert confirm(centre, told.upload, str(blocked)) is None
    for wrong in ("", "27", "yes"):
        assert apply(centre, told.upload, typed=wrong) == applying.NotNow(applying.Why.WRONG_COUNT)
    assert apply(centre, told.upload, MARIA, str(blocked)) == applying.NotNow(applying.Why.SAME_OFFICER)
    the_same(centre, people, held)
    done = apply(centre, told.upload, typed=f" {blocked} ")
    assert len(done.blocked) == blocked
    assert (len(everyone(centre)), live(centre)) == (3, 3)
    assert confirm(centre, told.upload, str(blocked)) == applying.NotNow(applying.Why.DECIDED)
    assert confirm(centre, "nothing", "1") == applying.NotNow(applying.Why.UNKNOWN)
    with centre.store.reading() as tx:
        acts = [(one.who, one.what) for one in audit.newest(tx, 40) if one.what.startswith("roll.")]
    assert acts == [("acc-kostas", "roll.apply"), ("acc-maria", "roll.confirm"), ("acc-maria", "roll.preview")]


@pytest.mark.parametrize("whole", [True, False])
def test_at_the_limit_as_before_and_one_more_is_asked_for(centre: Centre, whole: bool) -> None:
    """A short file, and a file of changes in which as many died."""
    some = with_cards(centre, TAKEN + 1)

    def told(gone: list[str], **more: Any) -> Any:
        rows = without(centre, gone) if whole else [{"person": who, "status": "deceased"} for who in gone]
        return preview(centre, rows, whole=whole, **more)

    over = told(some)
    assert over.heavy == {"cards": TAKEN + 1, "gone": TAKEN + 1}
    assert apply(centre, over.upload) == applying.NotNow(applying.Why.NOT_CONFIRMED)
    at = told(some[:TAKEN])
    assert at.heavy == {}
    assert confirm(centre, at.upload, "5") == applying.NotNow(applying.Why.NOTHING_HEAVY)
    assert len(apply(centre, at.upload).blocked) == TAKEN


def test_a_limit_is_the_larger_of_a_number_and_a_share() -> None:
    limits = Limits(taken=Limit(5, 0.5), changed=Limit(20, 5))
    for people, taken, changed in ((0, 5, 20), (300, 5, 20), (1199, 5, 59), (1200, 6, 60), (650_000, 3250, 32500)):
        assert (limits.taken.of(people), limits.changed.of(people)) == (taken, changed)
        at = {"cards": taken, "gone": taken, "renumbered": taken, "replaced": taken, "emptied.afm": taken,
              "changed.born": taken, "changed.street": changed, "new": changed, "set_aside": 10**6}  # fmt: skip
        assert heavy(at, people, limits) == {}
        over = {kind: count + 1 for kind, count in at.items()}
        assert list(heavy(over, people, limits)) == [kind for kind in at if kind != "set_aside"]


def test_the_limits_are_settings(centre: Centre, tmp_path: Path) -> None:
    some = with_cards(centre, 2)
    strict = replace(centre, settings=centre.settings.model_copy(update={"roll": RollTable(taken=1)}))
    assert preview(strict, without(centre, some), whole=True).heavy == {"cards": 2, "gone": 2}
    file = centre.settings.home / "central.toml"
    file.write_text(file.read_text(encoding="utf-8") + '[roll]\ntaken = 1\nunknown = ["***"]\n', encoding="utf-8")
    with_file = open_centre(centre.settings.home)
    try:
        assert with_file.settings.roll == RollTable(taken=1, unknown=["***"])
        # Lowered after the preview: what was let pass then is asked for now.
        told = preview(centre, without(centre, some), whole=True)
        assert apply(with_file, told.upload) == applying.NotNow(applying.Why.NOT_CONFIRMED)
    finally:
        with_file.store.close()


def test_a_confirmation_is_of_this_preview_and_of_the_roll_as_it_is(centre: Centre) -> None:
    some = with_cards(centre, TAKEN + 2)
    first = preview(centre, without(centre, some), whole=True)
    again = preview(centre, without(centre, some), whole=True)
    assert confirm(centre, first.upload, "7") is None
    assert apply(centre, again.upload, typed="7") == applying.NotNow(applying.Why.NOT_CONFIRMED), (
        "the same file, another check"
    )
    small = preview(centre, [everyone(centre)[some[0]] | {"street": "Νέα 1"}])
    assert isinstance(apply(centre, small.upload), applying.Applied)
    assert apply(centre, first.upload, typed="7") == applying.NotNow(applying.Why.ROLL_CHANGED)
    assert confirm(centre, again.upload, "7") == applying.NotNow(applying.Why.ROLL_CHANGED)


def block(centre: Centre, who: str) -> None:
    with centre.store.writing() as tx:
        for card in roll_rows.live_cards(tx, [who]):
            registry_rows.revoke(tx, card, centre.clock())


def test_cards_that_changed_since_the_preview_are_counted_again(centre: Centre) -> None:
    people = everyone(centre)
    some = with_cards(centre, TAKEN + 1)
    block(centre, some[0])
    told = preview(centre, without(centre, some), whole=True)
    assert told.told["cards"] == TAKEN and "cards" not in told.heavy
    assert confirm(centre, told.upload, str(TAKEN + 1)) is None  # six persons, five cards
    with centre.store.writing() as tx:
        tx.connection.execute(update(cards).where(cards.c.resident == some[0]).values(revoked_at=None))
    assert apply(centre, told.upload, typed=str(TAKEN + 1)) == applying.NotNow(applying.Why.CARDS_CHANGED)
    assert everyone(centre) == people
    block(centre, some[0])
    block(centre, some[1])  # fewer, and both numbers within the limit: what was confirmed were the persons
    assert len(apply(centre, told.upload, typed=str(TAKEN + 1)).blocked) == TAKEN - 1


def test_an_import_that_nobody_weighed_is_checked_again(centre: Centre) -> None:
    """As one that was previewed before files were weighed."""
    told = preview(centre, rows_of(centre)[:3], whole=True)
    with centre.store.writing() as tx:
        tx.connection.execute(update(roll_imports).values(told="{}"))
    assert apply(centre, told.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)


# --- numbers and fields ----------------------------------------------------------------------------------------------


def test_renumbering_is_recognised_and_told(same_names: Centre) -> None:
    """Every person under a new number; two of them without ΑΦΜ and ΑΜΚΑ, known by name and birth."""
    people = rows_of(same_names)
    known = people[:2]
    told = preview(same_names, [row | {"afm": "", "amka": ""} for row in known], number=1)
    assert isinstance(apply(same_names, told.upload), applying.Applied)
    new = [row | {"person": f"N{row['person']}"} for row in rows_of(same_names)]
    told = preview(same_names, new, whole=True, number=2)
    assert (told.told["renumbered"], told.told["gone"], told.told["new"]) == (30, 30, 30)
    assert list(told.heavy) == ["cards", "gone", "renumbered"]
    lines = {line.resident: line.other for line in applying.shown(same_names, told.upload)}
    assert lines == {f"N{row['person']}": row["person"] for row in people} | {
        row["person"]: f"N{row['person']}" for row in people
    }


def test_numbers_that_were_exchanged_are_recognised_too(centre: Centre) -> None:
    """The column of numbers moved by a row: nobody leaves, and each card would open somebody else's dossier."""
    people = rows_of(centre)
    keep = ("family", "entry", "relation", "unit")
    shifted = [
        other | {"person": row["person"]} | {name: row[name] for name in keep}
        for row, other in zip(people, [*people[1:], people[0]], strict=True)
    ]
    told = preview(centre, shifted, whole=True)
    assert "gone" not in told.told
    assert told.told["renumbered"] == 30
    assert "renumbered" in told.heavy
    assert apply(centre, told.upload) == applying.NotNow(applying.Why.NOT_CONFIRMED)
    only_two = [people[1] | {"person": people[0]["person"]}, people[0] | {"person": people[1]["person"]}]
    told = preview(centre, [row | {k: p[k] for k in keep} for row, p in zip(only_two, people, strict=False)])
    assert (told.told["renumbered"], told.heavy) == (2, {})


def test_namesakes_are_two_persons(centre: Centre) -> None:
    """A newcomer with the name and birth of somebody who stays is nobody renumbered."""
    one = rows_of(centre)[0]
    told = preview(centre, [one | {"person": "N-1", "family": "9000/1", "afm": "", "amka": ""}])
    assert told.told.get("renumbered") is None


@pytest.mark.parametrize(
    ("field", "values", "kind"),
    [
        ("afm", lambda n: "", "emptied.afm"),
        ("amka", lambda n: "", "emptied.amka"),
        ("elector", lambda n: "no", "emptied.elector"),
        ("born", lambda n: f"2025-01-{n + 1:02}", "changed.born"),
    ],
)
def test_a_field_that_seldom_changes_in_many_rows(
    centre: Centre, field: str, values: Callable[[int], str], kind: str
) -> None:
    here = [row for row in rows_of(centre) if row[field] not in ("", "no")]
    for many in (TAKEN, TAKEN + 1):
        told = preview(centre, [row | {field: values(n)} for n, row in enumerate(here[:many])])
        assert (told.told[kind], told.heavy) == (many, {kind: many} if many > TAKEN else {})


def test_every_name_changed(centre: Centre) -> None:
    strict = replace(centre, settings=centre.settings.model_copy(update={"roll": RollTable(changed=10)}))
    for many in (10, 11):
        told = preview(strict, [row | {"surname": row["surname"] + "-Νέου"} for row in rows_of(centre)[:many]])
        assert told.heavy == ({"changed.surname": 11} if many > 10 else {})


def test_numbers_that_become_another_persons(centre: Centre) -> None:
    """A whole file of another town under our numbers."""
    strange = [
        row | {"surname": "Ξένος", "given": f"Ξένη{'α' * n}", "born": "1955-05-05", "afm": "", "amka": ""}
        for n, row in enumerate(rows_of(centre))
    ]
    told = preview(centre, strange, whole=True)
    assert (told.told["replaced"], next(iter(told.heavy))) == (30, "replaced")


# --- the order of files ----------------------------------------------------------------------------------------------


def one_change(centre: Centre, street: str, **more: Any) -> Any:
    return preview(centre, [rows_of(centre)[0] | {"street": street}], **more)


def test_a_file_of_changes_is_applied_in_its_turn_only(centre: Centre) -> None:
    later, earlier = AS_OF + timedelta(days=3), AS_OF + timedelta(days=2)
    assert isinstance(apply(centre, one_change(centre, "Δεύτερη 2", as_of=later).upload), applying.Applied)
    for refused in (one_change(centre, "Πρώτη 1", as_of=earlier), one_change(centre, "Ίδια 1", as_of=later)):
        assert isinstance(refused, FileRefused) and refused.fault is FileFault.OLDER
    assert (
        one_change(centre, "Πρώτη 1", as_of=earlier)
        .sentences()[1]
        .startswith(f"The file is of {earlier} (1). The newest that was applied is of {later} (1):")
    )
    again = one_change(centre, "Τρίτη 3", as_of=later, number=2)
    assert isinstance(apply(centre, again.upload), applying.Applied)
    assert isinstance(one_change(centre, "Τέταρτη 4", as_of=later, number=2), FileRefused)
    assert isinstance(one_change(centre, "Τέταρτη 4", as_of=later + timedelta(days=1)), applying.Previewed)
    assert rows_of(centre)[0]["street"] == "Τρίτη 3"


def test_the_order_is_the_files_and_not_the_clocks(centre: Centre) -> None:
    """Applied under a clock that stands a year ahead; the next file is told by its own day."""
    ahead = replace(centre, clock=SetClock(lambda: centre.clock() + timedelta(days=365)))
    assert isinstance(apply(ahead, one_change(ahead, "Πρώτη 1").upload), applying.Applied)
    next_day = one_change(centre, "Δεύτερη 2", as_of=AS_OF + timedelta(days=1))
    assert isinstance(apply(centre, next_day.upload), applying.Applied)


def test_a_preview_from_before_another_file_is_not_applied(centre: Centre) -> None:
    old, new = one_change(centre, "Παλιά 1"), one_change(centre, "Νέα 2", number=2)
    assert isinstance(apply(centre, new.upload), applying.Applied)
    assert apply(centre, old.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)
    assert rows_of(centre)[0]["street"] == "Νέα 2"


def test_the_same_file_twice(centre: Centre) -> None:
    raw = as_csv([rows_of(centre)[0] | {"street": "Μία 1"}])
    first = preview(centre, [], raw=raw)
    twin = preview(centre, [], raw=raw)
    assert isinstance(apply(centre, first.upload), applying.Applied)
    assert apply(centre, twin.upload) == applying.NotNow(applying.Why.ROLL_CHANGED)
    told = preview(centre, [], raw=raw, as_of=AS_OF + timedelta(days=9))
    assert told == FileRefused(FileFault.APPLIED_ALREADY)
    assert (told.this, told.last) == (f"{AS_OF + timedelta(days=9)} (1)", f"{AS_OF} (1)")


def test_the_last_file_may_come_again_for_the_rows_that_it_set_aside(centre: Centre) -> None:
    rows = rows_of(centre)
    raw = as_csv([rows[0] | {"given": "ANNA"}, rows[1] | {"street": "Νέα 1"}])
    assert isinstance(apply(centre, preview(centre, [], raw=raw).upload), applying.Applied)
    assert preview(centre, [], raw=raw, latin=frozenset({2})) == FileRefused(FileFault.OLDER)
    again = preview(centre, [], raw=raw, latin=frozenset({2}), number=2)
    assert again.counts["changed"] == 1
    assert isinstance(apply(centre, again.upload), applying.Applied)
    assert rows_of(centre)[0]["given"] == "ANNA"
    assert preview(centre, [], raw=raw, number=3) == FileRefused(FileFault.APPLIED_ALREADY), "nothing is left of it"


def test_a_file_that_says_its_own_day(centre: Centre) -> None:
    def told(**said: object) -> Any:
        rows = [rows_of(centre)[0] | {"street": "Νέα 1"}]
        return preview(centre, [], raw=json.dumps(said | {"rows": rows}).encode(), number=2)

    assert isinstance(told(as_of=AS_OF.isoformat(), number=2), applying.Previewed)
    assert isinstance(told(), applying.Previewed)
    for said, column in (({"as_of": "2026-11-20"}, "as_of"), ({"number": 1}, "number"), ({"number": True}, "number")):
        assert told(**said) == FileRefused(FileFault.SAYS_OTHERWISE, column)


def test_a_merge_is_no_file_and_a_whole_file_of_before_still_counts(centre: Centre) -> None:
    from central.office.roll import merge as roll_merge

    people = sorted(everyone(centre))
    told = roll_merge.propose(centre, people[0], people[1], who=MARIA[0], role=MARIA[1])
    assert isinstance(told, applying.Previewed)
    assert isinstance(apply(centre, told.upload), applying.Applied)  # today, and AS_OF is earlier
    assert isinstance(one_change(centre, "Νέα 1"), applying.Previewed)
    with centre.store.writing() as tx:
        marks.put(tx, "roll_as_of", (AS_OF + timedelta(days=1)).isoformat())
    assert one_change(centre, "Νέα 1") == FileRefused(FileFault.OLDER)


def test_imports_of_before_are_files_of_their_day_and_merges_are_not(tmp_path: Path) -> None:
    """A database from before files were numbered, brought up to date."""
    store = open_store(f"sqlite:///{tmp_path / 'centre.db'}", "one")
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).with_name("migrations")))
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for upload, as_of, counts in (("a", "2026-11-20", '{"new": 1}'), ("b", "2026-11-30", '{"unmerged": 1}')):
            connection.exec_driver_sql(
                "INSERT INTO roll_imports (municipality_id, upload, state, file_digest, base, whole, as_of, counts,"
                " made_by, made_at) VALUES ('one', ?, 'applied', ?, 1, 0, ?, ?, 'maria', '2026-11-21 09:00:00')",
                (upload, upload, as_of, counts),
            )
    store.migrate()
    with store.reading() as tx:
        last = roll_rows.last_file(tx)
    assert last is not None
    assert (last.upload, last.as_of, last.number) == ("a", "2026-11-20", 1)
    store.close()


# --- rows at fault ---------------------------------------------------------------------------------------------------


def test_one_row_at_fault_stops_nobody(centre: Centre) -> None:
    """Of a whole file: it stays as it is on the roll, does not leave, and keeps its card."""
    people, held = everyone(centre), live(centre)
    rows = rows_of(centre)
    (poor,) = with_cards(centre, 1)
    place = next(n for n, row in enumerate(rows) if row["person"] == poor)
    rows[place] = rows[place] | {"father": "", "street": "Δεν αλλάζει 1"}
    rows[-1] = rows[-1] | {"street": "Αλλάζει 2"}
    told = preview(centre, rows, whole=True)
    assert told.faults == (RowFault(place + 2, "father", Fault.EMPTY),)
    assert (told.told["set_aside"], told.counts["left"], told.counts["moved"]) == (1, 0, 1)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert everyone(centre) == people | {rows[-1]["person"]: rows[-1]}
    assert live(centre) == held


def days_of(centre: Centre) -> dict[str, date]:
    """The day that each family's record would bear in a dossier that is sealed now."""
    with centre.store.reading() as tx:
        extract = roll_rows.last_extract(tx)
        shares = [FamilyShare.model_validate_json(one.share) for one in roll_rows.everybody(tx)]
    assert extract is not None
    return {one.number: one.as_of if one.number in extract.but else max(one.as_of, extract.as_of) for one in shares}


def test_a_family_of_a_row_at_fault_keeps_the_day_that_it_was_last_heard_of(centre: Centre) -> None:
    """What a certificate says of its own age is not moved by an extract that said nothing of the family."""
    first, second = AS_OF + timedelta(days=20), AS_OF + timedelta(days=40)
    told = preview(centre, rows_of(centre), whole=True, as_of=first)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    families = by_family(centre)
    assert days_of(centre) == dict.fromkeys(families, first)
    family = next(number for number, rows in families.items() if len(rows) > 1)
    bad, moved = families[family][:2]
    rows = without(centre, [bad["person"], moved["person"]])
    told = preview(centre, [*rows, bad | {"mother": ""}, moved | {"street": "Νέα 1"}], whole=True, as_of=second)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert days_of(centre) == dict.fromkeys(families, second) | {family: first}
    assert everyone(centre)[moved["person"]]["street"] == "Νέα 1"
    hiding = preview(centre, [*rows_of(centre)[:-1], {"person": "?"}], whole=True, as_of=second, number=2)
    assert isinstance(apply(centre, hiding.upload), applying.Applied)
    assert days_of(centre)[family] == first, "nobody knows of whom the bad row was"
    whole = preview(centre, rows_of(centre), whole=True, as_of=second, number=3)
    assert isinstance(apply(centre, whole.upload), applying.Applied)
    assert days_of(centre) == dict.fromkeys(families, second)


def test_the_first_load_of_an_empty_roll(centre: Centre) -> None:
    rows = rows_of(centre)
    with centre.store.writing() as tx:
        roll_rows.drop_residents(tx, [row["person"] for row in rows])
        roll_rows.put_families(tx, dict.fromkeys(by_family_of(rows), ""))
    told = preview(centre, rows, whole=True)
    assert told.heavy == {"new": 30}
    assert confirm(centre, told.upload, "30") is None
    assert isinstance(apply(centre, told.upload, typed="30"), applying.Applied)
    assert rows_of(centre) == rows


@pytest.mark.parametrize("bad", [2, 3])
def test_too_many_rows_at_fault_and_the_file_goes_back(centre: Centre, bad: int) -> None:
    rows = [row | ({"mother": ""} if n < bad else {}) for n, row in enumerate(rows_of(centre))]
    assert isinstance(preview(centre, rows, whole=True), applying.Previewed if bad == 2 else applying.BadRows)
    assert isinstance(preview(centre, rows[:bad], whole=True), applying.BadRows), "none is good"


def test_nothing_of_a_row_at_fault_is_kept_or_logged(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    """Cells may have moved: what stands in them is not what the column says."""
    caplog.set_level(0)
    rows = rows_of(centre)
    moved = rows[0] | {"family": "Ζαχαριάδης", "person": "Ζαχαριάδης", "entry": "000001008", "surname": "MAPIA"}
    for raw in (as_csv([moved, *rows[1:]]), as_json([moved, *rows[1:]])):
        told = preview(centre, [], raw=raw, whole=True)
        assert {one.column for one in told.faults} == {"family", "person", "entry", "surname"}
        kept = repr(applying.find(centre, told.upload)) + repr(told) + caplog.text + applying.faults_file(told)
        for value in ("Ζαχαριάδης", "000001008", "MAPIA"):
            assert value not in kept


@pytest.mark.parametrize("mark", ["ΑΓΝΩΣΤΟΥ ΠΑΤΡΟΣ", "-", "***", "ΑΓΝ."])
def test_the_registers_own_word_for_unknown(centre: Centre, mark: str) -> None:
    own = replace(centre, settings=centre.settings.model_copy(update={"roll": RollTable(unknown=[mark])}))
    row = rows_of(centre)[0]
    told = preview(own, [row | {"father": mark.lower(), "afm": mark}])
    assert (told.faults, told.told["emptied.afm"]) == ((), 1)
    assert isinstance(apply(own, told.upload), applying.Applied)
    assert rows_of(centre)[0] == row | {"father": mark.lower(), "afm": ""}
    long = preview(own, [row | {"father": mark + "\u0301" * 80}], number=2)
    assert RowFault(2, "father", Fault.TOO_LONG) in long.faults
    told = preview(own, [row | {"surname": mark}], number=2)
    if not mark[0].isalpha():
        assert told.faults[0].fault is Fault.STRANGE_CHARACTER, "a surname is never unknown"


def test_a_number_in_a_row_at_fault_counts_as_named_and_a_row_that_hides_whom_holds_everybody(centre: Centre) -> None:
    """A missing quotation mark, a moved cell or a bad number may swallow other rows: then nobody has left."""
    people = everyone(centre)
    rows = rows_of(centre)
    for bad, fault in (
        ({"given": "Μία\nΔεύτερη"}, Fault.LINE_BREAK),
        ({"person": "R 1"}, Fault.BAD_PERSON),
        ({"person": rows[1]["person"]}, Fault.PERSON_TWICE),
    ):
        some = [rows[0] | bad, *rows[1:-4]]
        told = preview(centre, some, whole=True)
        assert {one.fault for one in told.faults} >= {fault}
        missing = 4 + (bad.get("person") is not None)
        assert (told.counts["left"], told.told["held"]) == (0, missing)
    assert preview(centre, rows[:-4], whole=True).counts["left"] == 4
    assert everyone(centre) == people


def test_who_is_set_aside_may_make_another_row_wrong(centre: Centre) -> None:
    """Two exchange their places in the family; one of the rows is bad, so neither moves."""
    people = everyone(centre)
    family = next(
        rows for rows in by_family(centre).values() if {row["entry"] for row in rows} >= {1, 2} and len(rows) >= 2
    )
    first, second = family[:2]
    swapped = [first | {"entry": second["entry"], "postcode": "1"}, second | {"entry": first["entry"]}]
    others = [row for row in rows_of(centre) if row["person"] not in (first["person"], second["person"])]
    told = preview(centre, [*swapped, *others], whole=True)
    assert told.faults == (RowFault(2, "postcode", Fault.BAD_POSTCODE), RowFault(3, "entry", Fault.ENTRY_TWICE))
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert everyone(centre) == people


def by_family(centre: Centre) -> dict[str, list[dict[str, Any]]]:
    return by_family_of(rows_of(centre))


def by_family_of(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["family"], []).append(row)
    return {number: sorted(rows, key=lambda row: row["entry"]) for number, rows in found.items()}


def test_a_latin_name_that_could_be_greek_is_decided_row_by_row_and_once(centre: Centre) -> None:
    rows = rows_of(centre)
    foreign = [rows[0] | {"given": "ANNA"}, rows[1] | {"given": "MARIA", "surname": "POPESCU"}, *rows[2:]]
    told = preview(centre, foreign, whole=True)
    assert [(one.row, one.column, one.fault, one.detail) for one in told.faults] == [
        (2, "given", Fault.UNCLEAR_ALPHABET, "1: U+0041")
    ]
    told = preview(centre, foreign, whole=True, latin=frozenset({2}))
    assert (told.faults, told.told["latin"]) == ((), 1)
    assert isinstance(apply(centre, told.upload), applying.Applied)
    assert (rows_of(centre)[0]["given"], rows_of(centre)[1]["given"]) == ("ANNA", "MARIA")
    told = preview(centre, [row | {"street": "Νέα 1"} for row in rows_of(centre)[:2]], number=2)
    assert told.faults == (), "what is on the roll was decided"


# --- who decides sees everything -------------------------------------------------------------------------------------


def test_every_difference_can_be_reached_and_filtered(same_names: Centre) -> None:
    rows = rows_of(same_names)
    changed = [row | {"street": "Νέα 1"} for row in rows[:7]] + [row | {"surname": "Νέος"} for row in rows[7:11]]
    told = preview(same_names, [*changed, *rows[11:-2]], whole=True)
    want = applying.Wanted
    for wanted, most in ((want(), 4), (want(), 13), (want("moved"), 3), (want("left"), 1), (want(field="surname"), 2)):
        seen, after = [], ""
        while True:
            page = applying.page(same_names, told.upload, wanted, after, most)
            assert len(page.lines) <= most
            seen += page.lines
            after = page.after
            if not after:
                break
        every = [
            line for line in applying.shown(same_names, told.upload)
            if wanted.what in ("", line.what) and (not wanted.field or wanted.field in line.fields)
        ]  # fmt: skip
        assert seen == every and page.of == len(every) > 0
    assert applying.page(same_names, told.upload, want("new")).lines == ()
    assert applying.page(same_names, told.upload, want(field="s%r")).of == 0


def test_both_confirm_on_the_command_line_too(
    town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from central.office.accounts import staff
    from municipality.staff import Role

    for name in ("maria.registrar", "kostas.registrar"):
        staff.add_account(centre, name, frozenset({Role.REGISTRAR}), "πέντε μικρές αρκούδες 7", who="kiosk-central")

    def ask(step: str, *words: str, who: str = "maria.registrar") -> tuple[int, Any]:
        code = main(["roll", step, *words, "--home", str(town.home), "--who", who])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else err

    rows = rows_of(centre)
    rows[0]["father"] = ""
    file, faults = tmp_path / "roll.csv", tmp_path / "faults.csv"
    file.write_bytes(as_csv(rows[:5]))
    as_asked = ("--file", str(file), "--as-of", AS_OF.isoformat(), "--whole")
    _, told = ask("preview", *as_asked, "--faults", str(faults))
    cards = told["above_the_limits"]["cards"]
    assert told["warning"].startswith(f"much more than usual: both persons give --count {cards} (cards)")
    assert "2;father;empty;" in faults.read_text(encoding="utf-8-sig")
    this = ("--import", told["import"])
    code, page = ask("show", *this, "--what", "left", "--most", "10", who="kostas.registrar")
    assert (code, page["of"], len(page["lines"])) == (0, 25, 10)
    assert page["set_aside"] == [{"row": 2, "column": "father", "fault": "empty", "place": ""}]
    rest = ask("show", *this, "--what", "left", "--after", page["after"], who="kostas.registrar")[1]
    assert (len(rest["lines"]), rest["after"]) == (15, "")
    assert "first-person-has-not-confirmed" in ask("apply", *this, "--count", str(cards), who="kostas.registrar")[1]
    assert "another-count" in ask("confirm", *this, "--count", "1")[1]
    assert ask("confirm", *this, "--count", str(cards))[1]["confirmed"] is True
    assert "another-count" in ask("apply", *this, who="kostas.registrar")[1]
    done = ask("apply", *this, "--count", str(cards), who="kostas.registrar")[1]
    assert done["blocked"] == cards
    refused = ask("preview", *as_asked)
    assert refused[0] == 77
    assert refused[1].count(f"{AS_OF} (1)") == 2, "both days are named"
    assert "unknown-import" in ask("show", "--import", "nothing")[1]


# --- any file at all -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def module_centre(_seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("limits") / "demo"
    shutil.copytree(_seeded, folder)
    opened = open_centre(folder / "centre")
    yield opened
    opened.store.close()


class _Undone(Exception):
    pass


cells = st.one_of(
    st.just(""), st.just("ναι"), st.just("no"), st.just("left"), st.just("deceased"), st.just("holder"),
    st.text(max_size=12),
    st.sampled_from(["1", "2", "13561", "1001/1", "R000001", "R000007", "000001008", "ΑΝΝΑ", "ANNA"]),
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The roll's own rows: some left out, doubled, moved, renumbered, with other cells, with those of each other."""
    some = [dict(row) for row in draw(st.lists(st.sampled_from(rows), max_size=40, unique_by=lambda r: r["person"]))]
    if draw(st.booleans()):
        some = [dict(row) for row in rows[: draw(st.integers(0, len(rows)))]]
    if draw(st.booleans()):
        some = [row | {"person": f"N{row['person']}"} for row in some]
    columns = list(rows[0])
    for _ in range(draw(st.integers(0, 4))):
        if some:
            row, column = draw(st.sampled_from(some)), draw(st.sampled_from(columns))
            other = draw(st.one_of(cells, st.sampled_from([str(one[column]) for one in rows])))
            row[column] = other
    return draw(st.permutations(some)) if len(some) < 8 else some


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), whole=st.booleans(), in_json=st.booleans(), typed=st.booleans())
def test_any_file_does_what_its_preview_said_and_no_more(
    module_centre: Centre, data: st.DataObject, whole: bool, in_json: bool, typed: bool
) -> None:
    centre = module_centre
    rows = data.draw(mutated(rows_of(centre)))
    raw = as_json(rows) if in_json else as_csv(rows)
    copy = Path(centre.settings.store_url.removeprefix("sqlite:///"))
    kept = {file: file.read_bytes() for file in copy.parent.glob(copy.name + "*")}
    before, held = everyone(centre), live(centre)
    try:
        told = preview(centre, [], raw=raw, whole=whole)
        event(f"{type(told).__name__} {bool(getattr(told, 'heavy', ()))} {bool(getattr(told, 'faults', ()))} {whole}")
        if isinstance(told, (applying.BadRows, FileRefused)):
            assert (everyone(centre), live(centre), applying.imports(centre)) == (before, held, [])
            return
        count = str(next(iter(told.heavy.values()), ""))
        if told.heavy:
            assert isinstance(apply(centre, told.upload, typed=count), applying.NotNow)
            if not typed:
                the_same(centre, before, held)
                return
            assert confirm(centre, told.upload, count) is None
            assert isinstance(apply(centre, told.upload), applying.NotNow)
            the_same(centre, before, held)
        lines = applying.shown(centre, told.upload)
        done = apply(centre, told.upload, typed=count)
        assert isinstance(done, applying.Applied)
        after = everyone(centre)
        assert live(centre) == held - len(done.blocked)
        assert len(done.blocked) == told.told.get("cards", 0)
        assert len(done.blocked) <= TAKEN or "cards" in told.heavy
        assert {line.resident for line in lines if line.what in ("left", "deceased")} == set(before) - set(after)
        assert {line.resident for line in lines if line.what == "new"} == set(after) - set(before)
        assert {line.resident: set(line.fields) for line in lines if line.what in ("changed", "moved")} == {
            who: {name for name in row if row[name] != before[who][name]}
            for who, row in after.items()
            if who in before and row != before[who]
        }
    finally:
        centre.store.close()
        for file in copy.parent.glob(copy.name + "*"):
            file.unlink()
        for file, content in kept.items():
            file.write_bytes(content)
