"""Rows of a register's file: columns, what each cell must be, and what does not hold together.

Never guesses an age from an ΑΜΚΑ, and never puts what stood in a row into a fault.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from municipality.greek import search_key
from municipality.residents import Relation, Sex, valid_afm, valid_amka
from municipality.roll.alphabets import Trouble, mended, stray
from municipality.roll.faults import SENTENCES as SENTENCES
from municipality.roll.faults import Fault as Fault
from municipality.roll.faults import RowFault as RowFault
from municipality.roll.polling import HEADINGS, PLACE, incomplete, is_voter_number
from municipality.roll.record import Record, Status, surely_one

T = TypeVar("T")


class Column(StrEnum):
    """Columns of a register's file, by the names that its first line may use; or by the Greek ones below."""

    PERSON = "person"
    FAMILY = "family"
    UNIT = "unit"
    ENTRY = "entry"
    RELATION = "relation"
    SEX = "sex"
    SURNAME = "surname"
    GIVEN = "given"
    FATHER = "father"
    MOTHER = "mother"
    BORN = "born"
    BIRTHPLACE = "birthplace"
    AFM = "afm"
    AMKA = "amka"
    STREET = "street"
    POSTCODE = "postcode"
    LIVES_HERE = "lives_here"
    ELECTOR = "elector"
    STATUS = "status"
    POLL_SECTION = "poll_section"
    POLL_BUILDING = "poll_building"
    POLL_STREET = "poll_street"
    POLL_ROOM = "poll_room"
    VOTER_NUMBER = "voter_number"


_GREEK: dict[str, Column] = {
    "αριθμός μητρώου": Column.PERSON,
    "μερίδα": Column.FAMILY,
    "δημοτική ενότητα": Column.UNIT,
    "α/α": Column.ENTRY,
    "ιδιότητα": Column.RELATION,
    "φύλο": Column.SEX,
    "επώνυμο": Column.SURNAME,
    "όνομα": Column.GIVEN,
    "πατρώνυμο": Column.FATHER,
    "μητρώνυμο": Column.MOTHER,
    "ημερομηνία γέννησης": Column.BORN,
    "τόπος γέννησης": Column.BIRTHPLACE,
    "αφμ": Column.AFM,
    "αμκα": Column.AMKA,
    "διεύθυνση": Column.STREET,
    "τκ": Column.POSTCODE,
    "κάτοικος": Column.LIVES_HERE,
    "εκλογέας": Column.ELECTOR,
    "κατάσταση": Column.STATUS,
    **{heading: Column(name) for name, heading in HEADINGS.items()},
}


def column_of(heading: str) -> Column | None:
    """The column that a heading names, in English or Greek, whatever its case, accents and spaces."""
    return _HEADINGS.get(search_key(" ".join(unicodedata.normalize("NFC", heading).split())))


_HOLDER, _SPOUSE, _CHILD = Relation.HOLDER, Relation.SPOUSE, Relation.CHILD


def _by_key(words: Mapping[str, T]) -> dict[str, T]:
    """Words as they are compared: without case and accents."""
    return {search_key(word): value for word, value in words.items()}


_RELATIONS = _by_key(
    {"holder": _HOLDER, "spouse": _SPOUSE, "child": _CHILD, "αρχηγός": _HOLDER, "σύζυγος": _SPOUSE, "τέκνο": _CHILD}
)
_SEXES = _by_key({"female": Sex.FEMALE, "male": Sex.MALE, "θήλυ": Sex.FEMALE, "άρρεν": Sex.MALE})
_FLAGS = _by_key({"yes": True, "no": False, "true": True, "false": False, "ναι": True, "όχι": False})
_STATUSES = _by_key(
    {
        **{status.value: status for status in Status},
        "ενεργός": Status.CURRENT,
        "διαγραμμένος": Status.LEFT,
        "θανών": Status.DECEASED,
    }
)

_HEADINGS = _by_key({**{column.value: column for column in Column}, **_GREEK})

LONGEST = 80
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EARLIEST = 1890
_NAMES = (Column.SURNAME, Column.GIVEN, Column.FATHER, Column.MOTHER, Column.BIRTHPLACE, Column.UNIT, Column.STREET)
_WITH_DIGITS = frozenset({Column.BIRTHPLACE, Column.UNIT, Column.STREET, *(Column(name) for name in HEADINGS)})
# Where the register may say that it does not know; of the two numbers it is the same as none.
_MAY_BE_UNKNOWN = frozenset({Column.FATHER, Column.MOTHER, Column.BIRTHPLACE})
# What a row of JSON need not name: what it does not name stays as it is on the roll.
OPTIONAL = frozenset({Column.AFM, Column.AMKA})
# What a file need not have: what it has no column for stays as well.
MAY_LACK = frozenset(Column(name) for name in HEADINGS)
_UNTOLD_TOGETHER = (frozenset(Column(name) for name in PLACE), frozenset({Column.VOTER_NUMBER}))
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
    status = reading.word(Column.STATUS, _STATUSES, Status.CURRENT)
    person = reading.person()
    if status is not Status.CURRENT:
        return reading.faults or Record(person, status)
    names = {column: reading.name(column) for column in _NAMES}
    numbers = {column: reading.number(column) for column in (Column.AFM, Column.AMKA)}
    record = Record(
        person=person,
        status=status,
        family=reading.family(),
        entry=reading.entry(),
        relation=reading.word(Column.RELATION, _RELATIONS, Relation.CHILD),
        sex=reading.word(Column.SEX, _SEXES, Sex.FEMALE),
        born=reading.born(),
        afm=numbers[Column.AFM],
        amka=numbers[Column.AMKA],
        postcode=reading.postcode(),
        lives_here=reading.word(Column.LIVES_HERE, _FLAGS, False),
        elector=reading.word(Column.ELECTOR, _FLAGS, False),
        surname=names[Column.SURNAME],
        given=names[Column.GIVEN],
        father=names[Column.FATHER],
        mother=names[Column.MOTHER],
        birthplace=names[Column.BIRTHPLACE],
        unit=names[Column.UNIT],
        street=names[Column.STREET],
        **reading.polling(),
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
        self.faults: list[RowFault] = []

    def _wrong(self, column: Column, fault: Fault, detail: str = "") -> None:
        self.faults.append(RowFault(self._row, column.value, fault, detail))

    def _cell(self, column: Column) -> str:
        # NFC: registers write ά in two ways, and two spellings of one name must not be a change.
        cell = self._cells.get(column, "")
        broken = _CONTROL.search(cell)
        if broken is not None:
            self._wrong(column, Fault.LINE_BREAK, f"{broken.start() + 1}: U+{ord(broken.group()):04X}")
        return " ".join(unicodedata.normalize("NFC", cell).split())

    def _needed(self, column: Column) -> str:
        cell = self._cell(column)
        if not cell:
            self._wrong(column, Fault.MISSING_KEY if column in self._untold else Fault.EMPTY)
        return cell

    def word(self, column: Column, known: Mapping[str, T], otherwise: T) -> T:
        cell = search_key(self._needed(column))
        if cell and cell not in known:
            self._wrong(column, Fault.UNKNOWN_WORD)
        return known.get(cell, otherwise)

    def name(self, column: Column) -> str:
        return self._lettered(column, mended(self._needed(column)))

    def polling(self) -> dict[str, str]:
        """The place where they vote on paper, by field; all "" where the row says nothing of it."""
        facts = {
            column.value: self._lettered(column, mended(self._cell(column)))
            for column in sorted(MAY_LACK - {Column.VOTER_NUMBER})
        }
        number = facts[Column.VOTER_NUMBER] = self._cell(Column.VOTER_NUMBER).replace(" ", "")
        if number and not is_voter_number(number):
            self._wrong(Column.VOTER_NUMBER, Fault.BAD_VOTER_NUMBER)
        if missing := incomplete(facts):
            self._wrong(Column(missing), Fault.PLACE_NOT_WHOLE)
        return facts

    def _lettered(self, column: Column, cell: str) -> str:
        if len(cell) > LONGEST:
            self._wrong(column, Fault.TOO_LONG)
            return cell
        if not cell or (column in _MAY_BE_UNKNOWN and search_key(cell) in self._how.unknown):
            return cell
        # A word that is on the roll already was decided when it came.
        decided = self._row in self._how.latin or getattr(self._before, column.value, None) == cell
        found = stray(cell, digits=column in _WITH_DIGITS, latin=decided)
        if found is not None:
            self._wrong(column, _TROUBLES[found.trouble], f"{found.place}: {found.point}")
        return cell

    def person(self) -> str:
        cell = self._needed(Column.PERSON)
        if cell and not (len(cell) <= 40 and cell.isascii() and cell.replace("-", "").isalnum()):
            self._wrong(Column.PERSON, Fault.BAD_PERSON)
        return cell

    def family(self) -> str:
        cell = self._needed(Column.FAMILY)
        number, slash, part = cell.partition("/")
        sound = slash and cell.isascii() and number.isdigit() and part.isdigit() and len(number) <= 6 and len(part) <= 3
        if cell and not sound:
            self._wrong(Column.FAMILY, Fault.BAD_FAMILY)
        return cell

    def entry(self) -> int:
        cell = self._needed(Column.ENTRY)
        sound = cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) >= 1
        if cell and not sound:
            self._wrong(Column.ENTRY, Fault.BAD_ENTRY)
        return int(cell) if sound else 0

    def born(self) -> str:
        cell = self._needed(Column.BORN)
        if not cell:
            return ""
        day = _date(cell)
        if day is None:
            self._wrong(Column.BORN, Fault.NOT_A_DATE)
            return ""
        if day > self._as_of:
            self._wrong(Column.BORN, Fault.IN_THE_FUTURE)
        elif day.year < _EARLIEST:
            self._wrong(Column.BORN, Fault.TOO_EARLY)
        return day.isoformat()

    def number(self, column: Column) -> str:
        """ΑΦΜ or ΑΜΚΑ; may be empty, because small children have no ΑΦΜ and newcomers no ΑΜΚΑ yet."""
        cell = self._cell(column)
        if search_key(cell) in self._how.unknown:
            return ""
        sound, fault = (valid_afm, Fault.BAD_AFM) if column is Column.AFM else (valid_amka, Fault.BAD_AMKA)
        if cell and not sound(cell):
            self._wrong(column, fault)
        return cell

    def with_untold(self, record: Record, before: Record) -> Record | list[RowFault]:
        """With the numbers that the row does not name as they were, or what keeps them from it. A place to vote is no
        number: of whoever may be somebody else it is not taken over, and nothing is wrong."""
        for those in _UNTOLD_TOGETHER:
            if those <= self._untold and surely_one(before, record):
                record = replace(record, **{column.value: getattr(before, column.value) for column in those})
        untold = self._untold & OPTIONAL
        if untold and not surely_one(before, record):
            for column in sorted(untold):
                self._wrong(column, Fault.NUMBER_NOT_NAMED)
            return self.faults
        return replace(record, **{column.value: getattr(before, column.value) for column in untold})

    def postcode(self) -> str:
        cell = self._needed(Column.POSTCODE).replace(" ", "")
        if cell and not (len(cell) == 5 and cell.isascii() and cell.isdigit()):
            self._wrong(Column.POSTCODE, Fault.BAD_POSTCODE)
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
    return faults
