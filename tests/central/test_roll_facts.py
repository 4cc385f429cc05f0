"""The optional columns of a register's file, from the file to the card's dossier and back to a file without them."""

from __future__ import annotations

from datetime import date
from typing import Any

from register import KOSTAS, MARIA, apply, as_csv, confirm, dossier_of, everyone, facts_of_everyone, preview

from central.kernel.centre import Centre
from central.office.roll import applying, registry
from municipality.residents import CivilAct, Latin, Marital, Sex
from municipality.roll.columns import FACTS

ALL = sorted(column.value for column in FACTS)
NOTHING = dict.fromkeys(ALL, "")


def family_of(centre: Centre, person: str) -> list[dict[str, Any]]:
    people = everyone(centre)
    return [row for row in people.values() if row["family"] == people[person]["family"]]


def apply_all(centre: Centre, rows: list[dict[str, Any]], number: int) -> applying.Applied:
    """With every optional column; the count typed where the file weighs more than the limits."""
    told = preview(centre, [], raw=as_csv(rows, more=ALL), number=number)
    assert isinstance(told, applying.Previewed) and told.faults == (), told
    typed = str(next(iter(told.heavy.values()), ""))
    if typed:
        assert confirm(centre, told.upload, typed, by=MARIA) is None
    done = apply(centre, told.upload, by=KOSTAS, typed=typed)
    assert isinstance(done, applying.Applied)
    return done


def test_what_the_register_tells_is_in_the_dossier_and_a_file_without_it_takes_nothing(
    town: Any, centre: Centre
) -> None:
    card, before = town.card("elector"), facts_of_everyone(centre)
    dossier = dossier_of(town, centre, card)
    assert dossier is not None
    family = family_of(centre, dossier.resident)
    told = before[dossier.resident] | {
        "roll_number": "777/8", "marital": "χήρα", "latin_surname": "Smith", "latin_given": "Jane",
        "birth_registry": "Πατρών", "birth_number": "12", "birth_volume": "", "birth_year": "2001",
    }  # fmt: skip
    mine = {row["person"]: before[row["person"]] for row in family} | {dossier.resident: told}
    apply_all(centre, [row | mine[row["person"]] for row in family], 1)
    assert registry.refresh(centre) == len(family), "each of them sees the whole family's record"
    member = (dossier_of(town, centre, card) or dossier).member
    assert (member.number, member.marital, member.latin) == (
        "777/8", Marital.WIDOWED, Latin(surname="Smith", given="Jane")
    )  # fmt: skip
    assert member.birth_act == CivilAct(registry="Πατρών", number="12", year=2001)
    again = facts_of_everyone(centre)
    old_file = preview(centre, [row | {"street": "Νέα 1"} for row in family], number=2)
    assert isinstance(apply(centre, old_file.upload), applying.Applied)
    assert facts_of_everyone(centre) == again != before


def test_a_dossier_of_whom_nothing_is_told_is_what_it_was_before_there_were_such_columns(
    town: Any, centre: Centre
) -> None:
    card = town.card("elector")
    dossier = dossier_of(town, centre, card)
    assert dossier is not None
    apply_all(centre, [row | NOTHING for row in family_of(centre, dossier.resident)], 1)
    registry.refresh(centre)
    bare = dossier_of(town, centre, card)
    assert bare is not None
    said = [list(one) for one in bare.model_dump(mode="json")["family"]["members"]]
    names = ["entry", "relation", "sex", "surname", "given", "father", "mother", "born", "birthplace"]
    assert said == [names] * len(bare.family.members)


def test_two_mothers_come_with_the_file_and_are_in_the_dossier(town: Any, centre: Centre) -> None:
    card = town.card("elector")
    dossier = dossier_of(town, centre, card)
    assert dossier is not None
    family, facts = family_of(centre, dossier.resident), facts_of_everyone(centre)
    child = next(row for row in family if row["relation"] == "child")
    changed = child | facts[child["person"]] | {"father": "", "mother2": "Ζωή"}
    apply_all(centre, [changed], 1)
    registry.refresh(centre)
    after = dossier_of(town, centre, card)
    assert after is not None
    found = next(one for one in after.family.members if one.entry == child["entry"])
    assert [(one.sex, one.given) for one in found.known_parents] == [
        (Sex.FEMALE, child["mother"]), (Sex.FEMALE, "Ζωή")
    ]  # fmt: skip
    kept = preview(centre, [child | {"father": "", "street": "Νέα 1"}], number=2)
    assert (kept.faults, kept.counts["moved"]) == ((), 1), "a file of before goes on as it did"


def test_who_the_parents_are_weighs_as_much_as_a_number(centre: Centre) -> None:
    facts = facts_of_everyone(centre)
    children = [row for row in everyone(centre).values() if facts[row["person"]]["parents"]]
    for many in (5, 6):
        rows = [row | facts[row["person"]] | {"parents": ""} for row in children[:many]]
        told = preview(centre, [], raw=as_csv(rows, more=ALL))
        assert told.heavy == ({"changed.parents": 6} if many == 6 else {})


def test_a_day_of_birth_after_the_act_is_a_fault_of_that_column(centre: Centre) -> None:
    facts = facts_of_everyone(centre)
    rows = [row | facts[row["person"]] for row in everyone(centre).values()]
    rows[0] |= {"birth_year": "1700", "registered": date(2026, 12, 1).isoformat()}
    told = preview(centre, [], raw=as_csv(rows, more=ALL))
    assert [(one.row, one.column, one.fault) for one in told.faults] == [
        (2, "birth_year", "bad-year"), (2, "registered", "in-the-future")
    ]  # fmt: skip
