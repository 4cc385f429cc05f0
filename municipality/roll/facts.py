"""What a register may tell of a person besides the rest: their own number on the roll, acts of the civil registry,
parents, Latin spelling. As plain text by the names of its columns; of a family's record, and back.

Each is optional. Never guesses one from another.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, Protocol

from municipality.residents import (
    HIGHEST_DEGREE,
    MOST_PARENTS,
    CivilAct,
    FamilyMember,
    Latin,
    Marital,
    Marriage,
    Rite,
)
from municipality.roll.columns import FACTS, MARITALS, RITES, Column
from municipality.roll.faults import Fault

_NAMES: Final = (Column.FATHER2, Column.MOTHER2, Column.FAMILY_OF_MOTHER, Column.CITIZENSHIP)
_LATIN: Final = (Column.LATIN_SURNAME, Column.LATIN_GIVEN)
_EARLIEST_YEAR: Final = 1800
_ACT: Final = ("registry", "number", "volume", "year")
TOGETHER: Final = (
    frozenset(_LATIN),
    frozenset({Column.PARENTS, Column.FATHER2, Column.MOTHER2}),
    frozenset(Column(f"birth_{name}") for name in _ACT),
    frozenset({Column.RITE, Column.DEGREE, *(Column(f"marriage_{name}") for name in _ACT)}),
)


class Cells(Protocol):
    """One row that is read, as `municipality.roll.rows` reads it."""

    def cell(self, column: Column) -> str: ...
    def tells(self, column: Column) -> bool: ...
    def wrong(self, column: Column, fault: Fault) -> None: ...
    def missing(self, column: Column) -> None: ...
    def text(self, column: Column, *, latin: bool = False) -> str: ...
    def day(self, column: Column) -> str: ...
    def known(self, column: Column, words: Mapping[str, str]) -> str: ...


def read_facts(row: Cells, born: str, as_of: date) -> dict[str, str]:
    """What the row's optional columns say, by their names; what is wrong with them is told to the row. `born`: the
    birth that the row names, or "" where that is at fault."""
    for group in TOGETHER:
        _whole(row, group)
    found = {column.value: row.text(column) for column in _NAMES}
    found |= {column.value: row.text(column, latin=True) for column in _LATIN}
    for one, other in (_LATIN, _LATIN[::-1]):
        if found[one] and row.tells(other) and not found[other]:
            row.missing(other)
    found |= {
        Column.MARITAL: row.known(Column.MARITAL, MARITALS),
        Column.RITE: row.known(Column.RITE, RITES),
        Column.ROLL_NUMBER: _roll_number(row),
        Column.PARENTS: _parents(row),
        Column.DEGREE: _degree(row),
        Column.REGISTERED: _registered(row, born),
    }
    earliest = int(born[:4]) if born else _EARLIEST_YEAR
    for what in ("birth", "marriage"):
        found |= _act(row, what, earliest, as_of.year)
    _count_parents(row, found)
    return {Column(name).value: value for name, value in found.items()}


def _whole(row: Cells, group: frozenset[Column]) -> None:
    """What belongs together is told together: a new act with the volume of the one before would be nobody's."""
    told = [column for column in group if row.tells(column)]
    for column in sorted(group.difference(told)) if told else ():
        row.missing(column)


def _roll_number(row: Cells) -> str:
    cell = row.cell(Column.ROLL_NUMBER)
    number, slash, part = cell.partition("/")
    if cell and not (_counted(number, 8) and (not slash or _counted(part, 3))):
        row.wrong(Column.ROLL_NUMBER, Fault.BAD_ROLL_NUMBER)
    return cell


def _counted(text: str, most: int) -> bool:
    """Whether it is a number from 1 of at most so many digits, written in one way."""
    return text.isascii() and text.isdigit() and len(text) <= most and not text.startswith("0")


def _parents(row: Cells) -> str:
    listed = row.cell(Column.PARENTS).replace(",", " ").split()
    sound = all(len(one) <= 40 and one.isascii() and one.replace("-", "").isalnum() for one in listed)
    alone = row.cell(Column.PERSON) not in listed and len(set(listed)) == len(listed) <= MOST_PARENTS
    if listed and not (sound and alone):
        row.wrong(Column.PARENTS, Fault.BAD_PARENTS)
    return " ".join(listed)


def _count_parents(row: Cells, found: Mapping[str, str]) -> None:
    named = [row.cell(Column.FATHER), row.cell(Column.MOTHER), found[Column.FATHER2], found[Column.MOTHER2]]
    if sum(map(bool, named)) > MOST_PARENTS:
        row.wrong(Column.MOTHER2 if found[Column.MOTHER2] else Column.FATHER2, Fault.TOO_MANY_PARENTS)


def _degree(row: Cells) -> str:
    cell = row.cell(Column.DEGREE)
    if cell and not (_counted(cell, 1) and int(cell) <= HIGHEST_DEGREE):
        row.wrong(Column.DEGREE, Fault.BAD_DEGREE)
    return cell


def _registered(row: Cells, born: str) -> str:
    day = row.day(Column.REGISTERED)
    if day and born and day < born:
        row.wrong(Column.REGISTERED, Fault.BEFORE_BIRTH)
    return day


def _act(row: Cells, what: str, earliest: int, latest: int) -> dict[str, str]:
    """An act of the civil registry: registry, number and year together or not at all, and a volume if it has one."""
    registry, number, volume, year = (Column(f"{what}_{name}") for name in _ACT)
    said = {
        registry.value: row.text(registry),
        number.value: row.cell(number),
        volume.value: row.cell(volume).upper(),
        year.value: row.cell(year),
    }
    if any(said.values()):
        for column in (registry, number, year):
            if row.tells(column) and not said[column.value]:
                row.missing(column)
    if said[number.value] and not _counted(said[number.value], 7):
        row.wrong(number, Fault.BAD_ACT_NUMBER)
    if len(said[volume.value]) > 6 or not all(sign in _VOLUME for sign in said[volume.value]):
        row.wrong(volume, Fault.BAD_VOLUME)
    if said[year.value] and not (_counted(said[year.value], 4) and earliest <= int(said[year.value]) <= latest):
        row.wrong(year, Fault.BAD_YEAR)
    return said


_VOLUME: Final = frozenset("0123456789ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ")


def facts_of(member: FamilyMember) -> dict[str, str]:
    """What a family's record says of one member, by the names of the columns."""
    marriage = member.marriage or Marriage()
    said: dict[Column, object] = {
        Column.ROLL_NUMBER: member.number,
        Column.REGISTERED: member.registered.isoformat() if member.registered else "",
        Column.MARITAL: member.marital or "",
        Column.CITIZENSHIP: member.citizenship,
        Column.PARENTS: " ".join(member.parents),
        Column.FATHER2: member.father2,
        Column.MOTHER2: member.mother2,
        Column.FAMILY_OF_MOTHER: member.family_of_mother,
        Column.LATIN_SURNAME: member.latin.surname if member.latin else "",
        Column.LATIN_GIVEN: member.latin.given if member.latin else "",
        Column.RITE: marriage.rite or "",
        Column.DEGREE: marriage.degree or "",
    }
    acts = {**_act_of("birth", member.birth_act), **_act_of("marriage", marriage.act)}
    return {**{column.value: str(value) for column, value in said.items()}, **acts}


def _act_of(what: str, act: CivilAct | None) -> dict[str, str]:
    return {f"{what}_{name}": str(getattr(act, name)) if act is not None else "" for name in _ACT}


def told(member: FamilyMember, said: Mapping[str, str]) -> FamilyMember:
    """`member` with what `said` holds by the names of the columns. Raises ValueError for what `read_facts` lets not
    pass."""
    marriage = Marriage(
        rite=Rite(said[Column.RITE]) if said[Column.RITE] else None,
        degree=int(said[Column.DEGREE] or "0"),
        act=_read_act("marriage", said),
    )
    latin = said[Column.LATIN_SURNAME], said[Column.LATIN_GIVEN]
    return FamilyMember(
        **{
            **dict(member),
            "number": said[Column.ROLL_NUMBER],
            "registered": date.fromisoformat(said[Column.REGISTERED]) if said[Column.REGISTERED] else None,
            "marital": Marital(said[Column.MARITAL]) if said[Column.MARITAL] else None,
            "citizenship": said[Column.CITIZENSHIP],
            "parents": tuple(said[Column.PARENTS].split()),
            "father2": said[Column.FATHER2],
            "mother2": said[Column.MOTHER2],
            "family_of_mother": said[Column.FAMILY_OF_MOTHER],
            "latin": Latin(surname=latin[0], given=latin[1]) if all(latin) else None,
            "birth_act": _read_act("birth", said),
            "marriage": marriage if marriage != Marriage() else None,
        }
    )


def _read_act(what: str, said: Mapping[str, str]) -> CivilAct | None:
    if not said[f"{what}_registry"]:
        return None
    return CivilAct(
        registry=said[f"{what}_registry"],
        number=said[f"{what}_number"],
        volume=said[f"{what}_volume"],
        year=int(said[f"{what}_year"]),
    )


NAMES: Final = tuple(column.value for column in Column if column in FACTS)
