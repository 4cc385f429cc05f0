"""Rows of a register's file: columns, what each cell must be, what does not hold together, and the words for it.

Never guesses an age from an ΑΜΚΑ, and never puts what stood in a row into a fault.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from municipality.greek import search_key
from municipality.residents import Relation, Sex, valid_afm, valid_amka
from municipality.roll import Record, Status

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
_EARLIEST = 1890
_NAMES = (Column.SURNAME, Column.GIVEN, Column.FATHER, Column.MOTHER, Column.BIRTHPLACE, Column.UNIT, Column.STREET)


class Fault(StrEnum):
    """Why a row cannot be taken. `SENTENCES` has the words for the registrar."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    STRANGE_CHARACTER = "strange-character"
    MIXED_ALPHABETS = "mixed-alphabets"
    NOT_A_DATE = "not-a-date"
    IN_THE_FUTURE = "in-the-future"
    TOO_EARLY = "too-early"
    BAD_PERSON = "bad-person"
    BAD_AFM = "bad-afm"
    BAD_AMKA = "bad-amka"
    BAD_POSTCODE = "bad-postcode"
    BAD_FAMILY = "bad-family"
    BAD_ENTRY = "bad-entry"
    UNKNOWN_WORD = "unknown-word"
    TOO_MANY_CELLS = "too-many-cells"
    PERSON_TWICE = "person-twice"
    AFM_TWICE = "afm-twice"
    AMKA_TWICE = "amka-twice"
    AFM_OF_ANOTHER = "afm-of-another"
    AMKA_OF_ANOTHER = "amka-of-another"
    NOT_ON_THE_ROLL = "not-on-the-roll"
    ENTRY_TWICE = "entry-twice"
    TWO_HOLDERS = "two-holders"
    TWO_SPOUSES = "two-spouses"
    UNITS_DIFFER = "units-differ"


SENTENCES: dict[Fault, tuple[str, str]] = {
    Fault.EMPTY: ("Λείπει η τιμή.", "The value is missing."),
    Fault.TOO_LONG: ("Το κείμενο ξεπερνά τους 80 χαρακτήρες.", "The text is longer than 80 characters."),
    Fault.STRANGE_CHARACTER: (
        "Υπάρχει χαρακτήρας που δεν έχει θέση εδώ.",
        "There is a character that has no place here.",
    ),
    Fault.MIXED_ALPHABETS: (
        "Μία λέξη έχει και ελληνικά και λατινικά γράμματα.",
        "One word has both Greek and Latin letters.",
    ),
    Fault.NOT_A_DATE: (
        "Δεν είναι ημερομηνία της μορφής 2026-05-21 ή 21/5/2026.",
        "This is not a date such as 2026-05-21 or 21/5/2026.",
    ),
    Fault.IN_THE_FUTURE: (
        "Η ημερομηνία είναι μεταγενέστερη του αποσπάσματος.",
        "The date is later than the extract.",
    ),
    Fault.TOO_EARLY: ("Η ημερομηνία είναι πολύ παλιά για ζωντανό πρόσωπο.", "The date is too early for a living one."),
    Fault.BAD_PERSON: (
        "Ο αριθμός μητρώου θέλει 1 έως 40 λατινικά γράμματα, ψηφία ή παύλες.",
        "A register number has 1 to 40 Latin letters, digits or hyphens.",
    ),
    Fault.BAD_AFM: ("Ο ΑΦΜ δεν έχει σωστό ψηφίο ελέγχου.", "The check digit of the ΑΦΜ is wrong."),
    Fault.BAD_AMKA: (
        "Ο ΑΜΚΑ δεν έχει σωστή ημερομηνία ή ψηφίο ελέγχου.",
        "The date or the check digit of the ΑΜΚΑ is wrong.",
    ),
    Fault.BAD_POSTCODE: ("Ο ταχυδρομικός κώδικας θέλει πέντε ψηφία.", "A postcode has five digits."),
    Fault.BAD_FAMILY: (
        "Ο αριθμός μερίδας θέλει τη μορφή 1234/5.",
        "The number of a family share looks like 1234/5.",
    ),
    Fault.BAD_ENTRY: ("Ο α/α θέλει αριθμό από το 1 και πάνω.", "The entry is a whole number from 1 upwards."),
    Fault.UNKNOWN_WORD: (
        "Αυτή η λέξη δεν είναι από τις γνωστές της στήλης.",
        "This word is not one that the column knows.",
    ),
    Fault.TOO_MANY_CELLS: (
        "Η γραμμή έχει περισσότερα κελιά από την πρώτη γραμμή.",
        "The row has more cells than the first line.",
    ),
    Fault.PERSON_TWICE: ("Ο ίδιος αριθμός μητρώου υπάρχει σε δύο γραμμές.", "Two rows have one register number."),
    Fault.AFM_TWICE: (
        "Ο ίδιος ΑΦΜ υπάρχει σε δύο γραμμές: ίσως το ίδιο πρόσωπο δύο φορές.",
        "Two rows have one ΑΦΜ: perhaps one person twice.",
    ),
    Fault.AMKA_TWICE: (
        "Ο ίδιος ΑΜΚΑ υπάρχει σε δύο γραμμές: ίσως το ίδιο πρόσωπο δύο φορές.",
        "Two rows have one ΑΜΚΑ: perhaps one person twice.",
    ),
    Fault.AFM_OF_ANOTHER: (
        "Ο ΑΦΜ ανήκει ήδη σε άλλο πρόσωπο: ίσως χρειάζεται συγχώνευση.",
        "The ΑΦΜ is another person's already: perhaps the two are to be merged.",
    ),
    Fault.AMKA_OF_ANOTHER: (
        "Ο ΑΜΚΑ ανήκει ήδη σε άλλο πρόσωπο: ίσως χρειάζεται συγχώνευση.",
        "The ΑΜΚΑ is another person's already: perhaps the two are to be merged.",
    ),
    Fault.NOT_ON_THE_ROLL: (
        "Το πρόσωπο δεν υπάρχει στον κατάλογο, άρα δεν διαγράφεται.",
        "The person is not on the roll and cannot leave it.",
    ),
    Fault.ENTRY_TWICE: ("Δύο μέλη της μερίδας έχουν τον ίδιο α/α.", "Two members of the family have one entry."),
    Fault.TWO_HOLDERS: ("Η μερίδα έχει δύο αρχηγούς.", "The family has two holders."),
    Fault.TWO_SPOUSES: ("Η μερίδα έχει δύο συζύγους.", "The family has two spouses."),
    Fault.UNITS_DIFFER: (
        "Τα μέλη της μερίδας δηλώνουν διαφορετικές δημοτικές ενότητες.",
        "The members of the family name different municipal units.",
    ),
}


@dataclass(frozen=True)
class RowFault:
    """One thing wrong in one row. `row`: its line in the file (of JSON, its place from 1). Never what stood there."""

    row: int
    column: str
    fault: Fault


def read_row(row: int, cells: Mapping[Column, str], as_of: date) -> Record | list[RowFault]:
    """A record, or everything that is wrong with the row. `as_of`: the day that the register's extract speaks of."""
    reading = _Row(row, cells, as_of)
    status = reading.word(Column.STATUS, _STATUSES, Status.CURRENT)
    person = reading.person()
    if status is not Status.CURRENT:
        return reading.faults or Record(person, status)
    names = {column: reading.name(column) for column in _NAMES}
    record = Record(
        person=person,
        family=reading.family(),
        entry=reading.entry(),
        relation=reading.word(Column.RELATION, _RELATIONS, Relation.CHILD),
        sex=reading.word(Column.SEX, _SEXES, Sex.FEMALE),
        born=reading.born(),
        afm=reading.number(Column.AFM),
        amka=reading.number(Column.AMKA),
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
    )
    return reading.faults or record


class _Row:
    """Reads one row, cell by cell, and collects what is wrong."""

    def __init__(self, row: int, cells: Mapping[Column, str], as_of: date) -> None:
        self._row, self._cells, self._as_of = row, cells, as_of
        self.faults: list[RowFault] = []

    def _wrong(self, column: Column, fault: Fault) -> None:
        self.faults.append(RowFault(self._row, column.value, fault))

    def _cell(self, column: Column) -> str:
        # NFC: registers write ά in two ways, and two spellings of one name must not be a change.
        return " ".join(unicodedata.normalize("NFC", self._cells.get(column, "")).split())

    def _needed(self, column: Column) -> str:
        cell = self._cell(column)
        if not cell:
            self._wrong(column, Fault.EMPTY)
        return cell

    def word(self, column: Column, known: Mapping[str, T], otherwise: T) -> T:
        cell = search_key(self._needed(column))
        if cell and cell not in known:
            self._wrong(column, Fault.UNKNOWN_WORD)
        return known.get(cell, otherwise)

    def name(self, column: Column) -> str:
        cell = self._needed(column)
        if len(cell) > LONGEST:
            self._wrong(column, Fault.TOO_LONG)
        elif cell and not _plain(cell):
            self._wrong(column, Fault.STRANGE_CHARACTER)
        elif any(_alphabets(word) > 1 for word in cell.split()):
            self._wrong(column, Fault.MIXED_ALPHABETS)
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
        sound, fault = (valid_afm, Fault.BAD_AFM) if column is Column.AFM else (valid_amka, Fault.BAD_AMKA)
        if cell and not sound(cell):
            self._wrong(column, fault)
        return cell

    def postcode(self) -> str:
        cell = self._needed(Column.POSTCODE).replace(" ", "")
        if cell and not (len(cell) == 5 and cell.isascii() and cell.isdigit()):
            self._wrong(Column.POSTCODE, Fault.BAD_POSTCODE)
        return cell


def _plain(text: str) -> bool:
    """Letters, digits and what stands in names and addresses; never what a spreadsheet takes for a formula."""
    if text[0] in "=+-@":
        return False
    return all(c.isalnum() or unicodedata.combining(c) or c in " -'’.,/()&«»\"΄᾽" for c in text)


def _alphabets(word: str) -> int:
    names = {unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
    return len(names & {"GREEK", "LATIN", "CYRILLIC"})


def _date(text: str) -> date | None:
    try:
        if "/" in text or "." in text:
            day, month, year = text.replace(".", "/").split("/")
            return date(int(year), int(month), int(day)) if len(year) == 4 else None
        return date.fromisoformat(text) if len(text) == 10 else None
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
