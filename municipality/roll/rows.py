"""Rows of a register's file: columns, what each cell must be, and what does not hold together.

Never guesses an age from an ΑΜΚΑ, and never puts what stood in a row into a fault.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from municipality.greek import search_key
from municipality.residents import MOST_PARENTS, Relation, Sex, valid_afm, valid_amka
from municipality.roll import facts
from municipality.roll.alphabets import Trouble, has_greek, mended, stray
from municipality.roll.columns import FACTS, FLAGS, RELATIONS, SEXES, STATUSES
from municipality.roll.columns import Column as Column
from municipality.roll.columns import column_of as column_of
from municipality.roll.faults import SENTENCES as SENTENCES
from municipality.roll.faults import Fault as Fault
from municipality.roll.faults import RowFault as RowFault
from municipality.roll.record import Record, Status, parents_among, surely_one

T = TypeVar("T")

LONGEST = 80
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EARLIEST = 1890
_NAMES = (Column.SURNAME, Column.GIVEN, Column.FATHER, Column.MOTHER, Column.BIRTHPLACE, Column.UNIT, Column.STREET)
_WITH_DIGITS = frozenset(
    {
        Column.BIRTHPLACE,
        Column.UNIT,
        Column.STREET,
        Column.CITIZENSHIP,
        Column.BIRTH_REGISTRY,
        Column.MARRIAGE_REGISTRY,
    }
)
# Beside each of a person's two names of parents, the column that says that the other parent has the same sex.
_SECOND = {Column.FATHER: (Column.MOTHER, Column.MOTHER2), Column.MOTHER: (Column.FATHER, Column.FATHER2)}
# Where the register may say that it does not know; of the two numbers it is the same as none.
_MAY_BE_UNKNOWN = frozenset({Column.FATHER, Column.MOTHER, Column.BIRTHPLACE, Column.FAMILY_OF_MOTHER})
# What a row of JSON need not name: what it does not name stays as it is on the roll.
OPTIONAL = frozenset({Column.AFM, Column.AMKA})
_TROUBLES = {
    Trouble.STRANGE: Fault.STRANGE_CHARACTER,
    Trouble.DIGIT: Fault.DIGIT,
    Trouble.OTHER_LETTER: Fault.OTHER_LETTER,
    Trouble.MIXED: Fault.MIXED_ALPHABETS,
    Trouble.UNCLEAR: Fault.UNCLEAR_ALPHABET,
}


def unknown_marks(words: Iterable[str]) -> frozenset[str]:
    """The register's own ways of saying that something is not known, as Reading holds them."""
    return frozenset(search_key(mended(word)) for word in words)


@dataclass(frozen=True)
class Reading:
    """How rows are read. `unknown`: from `unknown_marks`. `latin`: rows whose words that could be of either alphabet
    are Latin, as somebody who looked has said."""

    unknown: frozenset[str] = frozenset()
    latin: frozenset[int] = frozenset()


def row_numbers(text: str) -> frozenset[int]:
    """Rows as a person names them: `12, 40-44`. Raises ValueError."""
    found: set[int] = set()
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        ends = (first, last) if dash else (first, first)
        sound = all(end.isascii() and end.isdigit() and len(end) <= 7 for end in ends)
        if not sound or not 0 <= int(ends[1]) - int(ends[0]) < 10_000:
            raise ValueError("rows are numbers, such as 12 or 40-44")
        found.update(range(int(ends[0]), int(ends[1]) + 1))
    return frozenset(found)


def read_row(
    row: int,
    cells: Mapping[Column, str],
    as_of: date,
    *,
    how: Reading = Reading(),
    before: Record | None = None,
    untold: frozenset[Column] = frozenset(),
) -> Record | list[RowFault]:
    """A record, or everything that is wrong with the row. `as_of`: the day that the extract speaks of. `before`: what
    the roll holds under this register number; an ΑΦΜ or ΑΜΚΑ that is `untold` stays as it is there, if that is the same
    person beyond doubt, and is a fault if it is not."""
    reading = _Row(row, cells, as_of, how, before, untold)
    status = reading.word(Column.STATUS, STATUSES, Status.CURRENT)
    person = reading.person()
    if status is not Status.CURRENT:
        return reading.faults or Record(person, status)
    names = {column: reading.name(column) for column in _NAMES}
    numbers = {column: reading.number(column) for column in (Column.AFM, Column.AMKA)}
    born = reading.born()
    said = facts.read_facts(reading, born, as_of)
    record = Record(
        person=person,
        family=reading.family(),
        entry=reading.entry(),
        relation=reading.word(Column.RELATION, RELATIONS, Relation.CHILD),
        sex=reading.word(Column.SEX, SEXES, Sex.FEMALE),
        born=born,
        afm=numbers[Column.AFM],
        amka=numbers[Column.AMKA],
        postcode=reading.postcode(),
        lives_here=reading.word(Column.LIVES_HERE, FLAGS, False),
        elector=reading.word(Column.ELECTOR, FLAGS, False),
        surname=names[Column.SURNAME],
        given=names[Column.GIVEN],
        father=names[Column.FATHER],
        mother=names[Column.MOTHER],
        birthplace=names[Column.BIRTHPLACE],
        unit=names[Column.UNIT],
        street=names[Column.STREET],
        **said,  # type: ignore[arg-type]  # all of them text
    )
    if before is not None and not reading.faults:
        return reading.with_untold(record, before)
    return reading.faults or record


class _Row:
    """Reads one row, cell by cell, and collects what is wrong."""

    def __init__(
        self,
        row: int,
        cells: Mapping[Column, str],
        as_of: date,
        how: Reading,
        before: Record | None,
        untold: frozenset[Column],
    ) -> None:
        self._row, self._cells, self._as_of = row, cells, as_of
        self._how, self._before, self._untold = how, before, untold
        self._read: dict[Column, str] = {}
        self.faults: list[RowFault] = []

    def wrong(self, column: Column, fault: Fault, detail: str = "") -> None:
        self.faults.append(RowFault(self._row, column.value, fault, detail))

    def cell(self, column: Column) -> str:
        # NFC: registers write ά in two ways, and two spellings of one name must not be a change.
        if (known := self._read.get(column)) is not None:
            return known
        cell = self._cells.get(column, "")
        broken = _CONTROL.search(cell)
        if broken is not None:
            self.wrong(column, Fault.LINE_BREAK, f"{broken.start() + 1}: U+{ord(broken.group()):04X}")
        self._read[column] = " ".join(unicodedata.normalize("NFC", cell).split())
        return self._read[column]

    def _needed(self, column: Column) -> str:
        cell = self.cell(column)
        if not cell:
            self.missing(column)
        return cell

    def missing(self, column: Column) -> None:
        self.wrong(column, Fault.MISSING_KEY if column in self._untold else Fault.EMPTY)

    def word(self, column: Column, known: Mapping[str, T], otherwise: T) -> T:
        cell = search_key(self._needed(column))
        if cell and cell not in known:
            self.wrong(column, Fault.UNKNOWN_WORD)
        return known.get(cell, otherwise)

    def tells(self, column: Column) -> bool:
        """Whether the file has a cell for it at all."""
        return column not in self._untold

    def known(self, column: Column, words: Mapping[str, str]) -> str:
        """The same where the column may be empty."""
        cell = search_key(self.cell(column))
        if cell and cell not in words:
            self.wrong(column, Fault.UNKNOWN_WORD)
        return str(words.get(cell, ""))

    def name(self, column: Column) -> str:
        if column in _SECOND and not self.cell(column) and self._says_of_parents(column):
            return ""
        self._needed(column)
        return self.text(column)

    def _says_of_parents(self, column: Column) -> bool:
        """Whether an empty name of a parent is no oversight: the row names two of the other sex, or says by number who
        the parents are; or the file tells of neither, and the roll had none there before."""
        other, second = _SECOND[column]
        known = self._before is not None and not getattr(self._before, column.value)
        told = self.cell(second) or self.cell(Column.PARENTS)
        return bool(self.cell(other)) and bool(told or (known and not self.tells(second)))

    def text(self, column: Column, *, latin: bool = False) -> str:
        """A name or a few words, or "". `latin`: in Latin letters alone."""
        cell = mended(self.cell(column))
        if len(cell) > LONGEST:
            self.wrong(column, Fault.TOO_LONG)
            return cell
        if not cell or (column in _MAY_BE_UNKNOWN and search_key(cell) in self._how.unknown):
            return cell
        # A word that is on the roll already was decided when it came.
        decided = self._row in self._how.latin or getattr(self._before, column.value, None) == cell
        found = stray(cell, digits=column in _WITH_DIGITS, latin=decided or latin)
        if found is not None:
            self.wrong(column, _TROUBLES[found.trouble], f"{found.place}: {found.point}")
        elif latin and has_greek(cell):
            self.wrong(column, Fault.NOT_LATIN)
        return cell

    def person(self) -> str:
        cell = self._needed(Column.PERSON)
        if cell and not (len(cell) <= 40 and cell.isascii() and cell.replace("-", "").isalnum()):
            self.wrong(Column.PERSON, Fault.BAD_PERSON)
        return cell

    def family(self) -> str:
        cell = self._needed(Column.FAMILY)
        number, slash, part = cell.partition("/")
        sound = slash and cell.isascii() and number.isdigit() and part.isdigit() and len(number) <= 6 and len(part) <= 3
        if cell and not sound:
            self.wrong(Column.FAMILY, Fault.BAD_FAMILY)
        return cell

    def entry(self) -> int:
        cell = self._needed(Column.ENTRY)
        sound = cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) >= 1
        if cell and not sound:
            self.wrong(Column.ENTRY, Fault.BAD_ENTRY)
        return int(cell) if sound else 0

    def born(self) -> str:
        return self.day(Column.BORN) if self._needed(Column.BORN) else ""

    def day(self, column: Column) -> str:
        cell = self.cell(column)
        if not cell:
            return ""
        day = _date(cell)
        if day is None:
            self.wrong(column, Fault.NOT_A_DATE)
            return ""
        if day > self._as_of:
            self.wrong(column, Fault.IN_THE_FUTURE)
        elif day.year < _EARLIEST:
            self.wrong(column, Fault.TOO_EARLY)
        return day.isoformat()

    def number(self, column: Column) -> str:
        """ΑΦΜ or ΑΜΚΑ; may be empty, because small children have no ΑΦΜ and newcomers no ΑΜΚΑ yet."""
        cell = self.cell(column)
        if search_key(cell) in self._how.unknown:
            return ""
        sound, fault = (valid_afm, Fault.BAD_AFM) if column is Column.AFM else (valid_amka, Fault.BAD_AMKA)
        if cell and not sound(cell):
            self.wrong(column, fault)
        return cell

    def with_untold(self, record: Record, before: Record) -> Record | list[RowFault]:
        """With what the row does not tell as it was, or what keeps it from that."""
        same = surely_one(before, record)
        untold = self._untold & OPTIONAL
        if untold and not same:
            for column in sorted(untold):
                self.wrong(column, Fault.NUMBER_NOT_NAMED)
            return self.faults
        # Whoever else it is has none of what was told of somebody before.
        untold |= self._untold & FACTS if same else frozenset()
        whole = replace(record, **{column.value: getattr(before, column.value) for column in untold})
        for name in (Column.FATHER, Column.MOTHER) if not same else ():
            if not getattr(whole, name.value) and not self.tells(Column.PARENTS):
                self.missing(name)  # it was empty before, of somebody else
        if sum(map(bool, (whole.father, whole.mother, whole.father2, whole.mother2))) > MOST_PARENTS:
            self.missing(Column.MOTHER2 if whole.mother2 else Column.FATHER2)
        return self.faults or whole

    def postcode(self) -> str:
        cell = self._needed(Column.POSTCODE).replace(" ", "")
        if cell and not (len(cell) == 5 and cell.isascii() and cell.isdigit()):
            self.wrong(Column.POSTCODE, Fault.BAD_POSTCODE)
        return cell


def _date(text: str) -> date | None:
    parts = text.split("-") if "-" in text else text.replace(".", "/").split("/")[::-1]
    sizes = [len(part) for part in parts]
    shaped = sizes == [4, 2, 2] if "-" in text else len(sizes) == 3 and sizes[0] == 4 and max(sizes[1:]) <= 2
    if not shaped or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def whole_faults(rows: Mapping[int, Record]) -> list[RowFault]:
    """What no row shows by itself: one person, ΑΦΜ or ΑΜΚΑ in two rows of the file. `rows`: by line."""
    faults: list[RowFault] = []
    twice = ((Column.PERSON, Fault.PERSON_TWICE), (Column.AFM, Fault.AFM_TWICE), (Column.AMKA, Fault.AMKA_TWICE))
    for column, fault in twice:
        count = Counter(getattr(record, column.value) for record in rows.values())
        for row, record in rows.items():
            value = getattr(record, column.value)
            if value and count[value] > 1:
                faults.append(RowFault(row, column.value, fault))
    return faults


def family_faults(members: Iterable[Record], rows: Mapping[str, int]) -> list[RowFault]:
    """What does not hold together in one family as it would be. `rows`: line of each person that the file names;
    a fault is told at those lines."""
    together = list(members)
    faults: list[RowFault] = []

    def at(who: Iterable[Record], column: Column, fault: Fault) -> None:
        faults.extend(RowFault(rows[one.person], column.value, fault) for one in who if one.person in rows)

    entries = Counter(one.entry for one in together)
    at([one for one in together if entries[one.entry] > 1], Column.ENTRY, Fault.ENTRY_TWICE)
    for relation, fault in ((Relation.HOLDER, Fault.TWO_HOLDERS), (Relation.SPOUSE, Fault.TWO_SPOUSES)):
        those = [one for one in together if one.relation == relation]
        if len(those) > 1:
            at(those, Column.RELATION, fault)
    if len({one.unit for one in together}) > 1:
        at(together, Column.UNIT, Fault.UNITS_DIFFER)
    for child, parent in parents_among(together):
        if parent.born >= child.born:
            at([child], Column.PARENTS, Fault.PARENT_YOUNGER)
    return faults
