"""The optional columns of a register's file: read, at fault just beyond each limit, kept where a file has none."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from municipality.residents import CivilAct, FamilyMember, Latin, Marital, Marriage, Person, Relation, Rite, Sex
from municipality.roll.columns import FACTS, REQUIRED, Column, column_of
from municipality.roll.facts import NAMES, TOGETHER, facts_of
from municipality.roll.faults import Fault
from municipality.roll.record import Record, family_share, record_of
from municipality.roll.rows import RowFault, family_faults, read_row

AS_OF = date(2026, 11, 21)
PLAIN = {
    "person": "R3", "family": "12/1", "unit": "Καματερού", "entry": "3", "relation": "τέκνο", "sex": "θήλυ",
    "surname": "Ψαρρά", "given": "Άννα", "father": "Πέτρος", "mother": "Ελένη", "born": "21/5/2010",
    "birthplace": "Αθήνα", "afm": "", "amka": "", "street": "Ερμού 1", "postcode": "13451", "lives_here": "ναι",
    "elector": "όχι", "status": "ενεργός",
}  # fmt: skip
FULL = PLAIN | {
    "roll_number": "48213", "registered": "1/6/2010", "marital": "Άγαμη", "citizenship": "γέννηση", "parents": "R1 R2",
    "father2": "", "mother2": "", "family_of_mother": "Μελά", "latin_surname": "Psarra", "latin_given": "Anne",
    "birth_registry": "Αθηνών", "birth_number": "117", "birth_volume": "2β", "birth_year": "2010",
    "rite": "σύμφωνο συμβίωσης", "degree": "1", "marriage_registry": "Καματερού", "marriage_number": "9",
    "marriage_volume": "", "marriage_year": "2024",
}  # fmt: skip


def read(row: dict[str, str], before: Record | None = None, *, all_told: bool = False) -> Record | list[RowFault]:
    """A row of a file that has the columns of `row` alone, or all of them."""
    untold = frozenset() if all_told else FACTS - {Column(name) for name in row}
    return read_row(2, {Column(name): cell for name, cell in row.items()}, AS_OF, before=before, untold=untold)


def record(**changes: str) -> Record:
    found = read(FULL | changes)
    assert isinstance(found, Record), found
    return found


def test_every_column_has_a_name_in_both_languages_and_a_field() -> None:
    greek = ("Αριθμός δημοτολογίου", "ΓΕΝΟΣ ΜΗΤΕΡΑΣ", "βαθμός γάμου", "Ληξιαρχείο γάμου", "γονείς", "επώνυμο λατινικά")
    assert [column_of(heading) for heading in greek] == [
        Column.ROLL_NUMBER, Column.FAMILY_OF_MOTHER, Column.DEGREE, Column.MARRIAGE_REGISTRY, Column.PARENTS,
        Column.LATIN_SURNAME,
    ]  # fmt: skip
    assert {*NAMES} == {column.value for column in FACTS} <= Record.__dataclass_fields__.keys()
    assert {*REQUIRED} | FACTS == {*Column} and len(FACTS) == 20
    from municipality.roll.columns import _GREEK

    assert {*_GREEK.values()} == {*Column}


def test_a_full_row_is_a_member_of_the_family_and_back() -> None:
    member = record().member()
    assert member == FamilyMember(
        entry=3, relation=Relation.CHILD, sex=Sex.FEMALE, surname="Ψαρρά", given="Άννα", father="Πέτρος",
        mother="Ελένη", born=date(2010, 5, 21), birthplace="Αθήνα", number="48213", registered=date(2010, 6, 1),
        marital=Marital.SINGLE, citizenship="γέννηση", parents=("R1", "R2"), family_of_mother="Μελά",
        latin=Latin(surname="Psarra", given="Anne"),
        birth_act=CivilAct(registry="Αθηνών", number="117", volume="2Β", year=2010),
        marriage=Marriage(
            rite=Rite.PARTNERSHIP, degree=1, act=CivilAct(registry="Καματερού", number="9", year=2024)
        ),
    )  # fmt: skip
    assert kept(record()) == record()


def test_what_is_not_told_is_not_written() -> None:
    """Programs of before refuse what they do not know, so a record without these facts is byte for byte theirs."""
    plain = read(PLAIN)
    assert isinstance(plain, Record)
    text = plain.member().model_dump_json()
    fields = ["entry", "relation", "sex", "surname", "given", "father", "mother", "born", "birthplace"]
    assert list(plain.member().model_dump()) == fields and text.count(":") == len(fields)
    assert not any(facts_of(plain.member()).values())


BEYOND: list[tuple[dict[str, str], str, Fault]] = [
    ({"roll_number": "0"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"roll_number": "012"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"roll_number": "123456789"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"roll_number": "12/"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"roll_number": "12/1234"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"roll_number": "١٢"}, "roll_number", Fault.BAD_ROLL_NUMBER),
    ({"registered": "20/5/2010"}, "registered", Fault.BEFORE_BIRTH),
    ({"registered": "22/11/2026"}, "registered", Fault.IN_THE_FUTURE),
    ({"registered": "2010"}, "registered", Fault.NOT_A_DATE),
    ({"marital": "φίλη"}, "marital", Fault.UNKNOWN_WORD),
    ({"rite": "φίλη"}, "rite", Fault.UNKNOWN_WORD),
    ({"degree": "0"}, "degree", Fault.BAD_DEGREE),
    ({"degree": "10"}, "degree", Fault.BAD_DEGREE),
    ({"degree": "β"}, "degree", Fault.BAD_DEGREE),
    ({"parents": "R1 R2 R4"}, "parents", Fault.BAD_PARENTS),
    ({"parents": "R1, R1"}, "parents", Fault.BAD_PARENTS),
    ({"parents": "R3"}, "parents", Fault.BAD_PARENTS),
    ({"parents": "R_1"}, "parents", Fault.BAD_PARENTS),
    ({"parents": "R" * 41}, "parents", Fault.BAD_PARENTS),
    ({"mother2": "Ζωή"}, "mother2", Fault.TOO_MANY_PARENTS),
    ({"father2": "Νίκος"}, "father2", Fault.TOO_MANY_PARENTS),
    ({"father": "", "parents": ""}, "father", Fault.EMPTY),
    ({"family_of_mother": "α" * 81}, "family_of_mother", Fault.TOO_LONG),
    ({"citizenship": "=1"}, "citizenship", Fault.STRANGE_CHARACTER),
    ({"latin_surname": "Ψαρρά"}, "latin_surname", Fault.NOT_LATIN),
    ({"latin_surname": "Psαrra"}, "latin_surname", Fault.MIXED_ALPHABETS),
    ({"latin_given": ""}, "latin_given", Fault.EMPTY),
    ({"latin_surname": ""}, "latin_surname", Fault.EMPTY),
    ({"birth_registry": ""}, "birth_registry", Fault.EMPTY),
    ({"birth_number": ""}, "birth_number", Fault.EMPTY),
    ({"birth_year": ""}, "birth_year", Fault.EMPTY),
    ({"birth_number": "0117"}, "birth_number", Fault.BAD_ACT_NUMBER),
    ({"birth_number": "12345678"}, "birth_number", Fault.BAD_ACT_NUMBER),
    ({"birth_volume": "1234567"}, "birth_volume", Fault.BAD_VOLUME),
    ({"birth_volume": "2B"}, "birth_volume", Fault.BAD_VOLUME),  # a Latin B
    ({"birth_year": "2009"}, "birth_year", Fault.BAD_YEAR),
    ({"birth_year": "2027"}, "birth_year", Fault.BAD_YEAR),
    ({"marriage_year": "2009"}, "marriage_year", Fault.BAD_YEAR),
    ({"marriage_registry": ""}, "marriage_registry", Fault.EMPTY),
    ({"birth_registry": "Αθη\nνών"}, "birth_registry", Fault.LINE_BREAK),
]


@pytest.mark.parametrize(("change", "column", "fault"), BEYOND)
def test_just_beyond_a_limit_the_column_is_named_and_nothing_else(
    change: dict[str, str], column: str, fault: Fault
) -> None:
    found = read(FULL | change)
    assert isinstance(found, list)
    assert [(one.row, one.column, one.fault) for one in found] == [(2, column, fault)]


@pytest.mark.parametrize(
    "change",
    [
        {"roll_number": "1"}, {"roll_number": "12345678/999"}, {"registered": "21/5/2010"},
        {"registered": "21/11/2026"}, {"degree": "9"}, {"parents": "R1"}, {"parents": "R1,R2"},
        {"parents": "R" * 40}, {"parents": ""},
        {"father": "", "mother2": "Ζωή"}, {"mother": "", "father2": "Νίκος"}, {"father": ""}, {"mother": ""},
        {"family_of_mother": "α" * 80}, {"birth_number": "1234567"}, {"birth_volume": "12345Ω"}, {"birth_volume": ""},
        {"birth_year": "2026"}, {"marriage_year": "2026"}, {"latin_surname": "Psarra-O'Brien", "latin_given": "ANNA"},
        {"birth_registry": "", "birth_number": "", "birth_volume": "", "birth_year": ""},
        {"latin_surname": "", "latin_given": ""}, {"rite": "", "degree": ""}, {"marital": ""},
    ],
)  # fmt: skip
def test_at_the_limit_it_is_taken_and_comes_back(change: dict[str, str]) -> None:
    taken = record(**change)
    assert kept(taken) == taken


def kept(told: Record) -> Record | None:
    """As the centre's store gives it back."""
    share = family_share([told], AS_OF)
    person = Person(entry=3, afm="", amka="", street="Ερμού 1", postcode="13451")
    return record_of("R3", type(share).model_validate_json(share.model_dump_json()), person, told.capacities())


def test_a_file_without_them_leaves_what_the_roll_holds() -> None:
    moved = read(PLAIN | {"street": "Αθηνάς 2"}, record())
    assert moved == replace(record(), street="Αθηνάς 2")


def test_whoever_stands_under_the_number_now_has_nothing_of_who_stood_there_before() -> None:
    stranger = PLAIN | {"surname": "Μελάς", "given": "Νίκος", "sex": "άρρεν", "born": "1/1/1950", "father": "Ηλίας"}
    found = read(stranger | {"afm": "", "amka": ""}, record())
    assert isinstance(found, Record) and not any(getattr(found, name) for name in NAMES)


def test_a_parent_who_is_not_named_stays_unnamed_only_of_the_same_person() -> None:
    two_mothers = record(father="", mother2="Ζωή")
    row = PLAIN | {"father": ""}
    assert read(row, two_mothers) == two_mothers
    assert read(row, record()) == [RowFault(2, "father", Fault.EMPTY)], "the roll names him: this is an oversight"
    stranger = row | {"surname": "Μελά", "given": "Όλγα", "born": "1/1/1950"}
    assert read(stranger, two_mothers) == [RowFault(2, "father", Fault.EMPTY)]
    named = read(PLAIN, two_mothers)
    assert named == [RowFault(2, "mother2", Fault.MISSING_KEY)], "three parents: the file is to say which"


@pytest.mark.parametrize("group", TOGETHER, ids=lambda group: min(group).value)
def test_what_belongs_together_is_told_together(group: frozenset[Column]) -> None:
    for column in group:
        row = {name: cell for name, cell in FULL.items() if name != column.value}
        assert read(row, record()) == [RowFault(2, column.value, Fault.MISSING_KEY)]
    none = {name: cell for name, cell in FULL.items() if name not in group}
    assert read(none, record()) == record()


def test_a_parent_of_the_same_share_is_older() -> None:
    child = record()
    for born, faults in (("2010-05-20", []), ("2010-05-21", [Fault.PARENT_YOUNGER])):
        parent = replace(child, person="R1", entry=1, relation=Relation.HOLDER, born=born, parents="")
        assert [one.fault for one in family_faults([child, parent], {"R3": 2})] == faults
    assert family_faults([child], {"R3": 2}) == [], "a parent in another share is nobody's fault"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mother2": "Ζωή"}, {"parents": ("R1", "R1")}, {"parents": ("R1", "R2", "R4")}, {"parents": ("Ρ1",)},
        {"number": "0"}, {"number": "12/0"}, {"father": "α" * 81},
    ],
)  # fmt: skip
def test_a_member_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FamilyMember(**{**dict(record().member()), **wrong})
