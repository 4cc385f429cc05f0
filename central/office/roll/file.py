"""Reads what the municipal register exports, CSV or JSON, into rows of cells. Knows no rule of the roll.

Never guesses an encoding: a name spelt wrong by a guess would be sealed into dossiers. Never lets a row stand for more
than it says: a cell that is not there is told from one that is empty.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from municipality.roll.columns import FACTS, REQUIRED
from municipality.roll.faults import HIDING
from municipality.roll.rows import Column, Fault, RowFault, column_of

LARGEST_FILE = 128 * 1024 * 1024
_MOST_ROWS = 1_000_000
ENCODINGS = ("utf-8", "windows-1253")
_LONGEST_KEY = 40


class FileFault(StrEnum):
    """Why a file as a whole cannot be taken."""

    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf-8"
    LOOKS_GREEK_ANSI = "looks-like-windows-1253"
    IS_UTF8 = "is-utf-8"
    NOT_A_TABLE = "not-a-table"
    BROKEN_LINE = "broken-line"
    NO_ROWS = "no-rows"
    UNKNOWN_COLUMN = "unknown-column"
    MISSING_COLUMN = "missing-column"
    COLUMN_TWICE = "column-twice"
    OLDER = "older-than-the-roll"
    APPLIED_ALREADY = "applied-already"
    SAYS_OTHERWISE = "says-otherwise"


FILE_SENTENCES: dict[FileFault, tuple[str, str]] = {
    FileFault.TOO_LARGE: ("Το αρχείο είναι πολύ μεγάλο.", "The file is too large."),
    FileFault.NOT_UTF8: (
        "Το αρχείο δεν είναι κείμενο UTF-8: αποθηκεύστε το ως «CSV UTF-8».",
        "The file is not UTF-8 text: save it as “CSV UTF-8”.",
    ),
    FileFault.LOOKS_GREEK_ANSI: (
        "Το αρχείο δεν είναι UTF-8 και μοιάζει με Windows-1253: αποθηκεύστε το ως «CSV UTF-8», "
        "ή δηλώστε την κωδικοποίηση.",
        "The file is not UTF-8 and looks like Windows-1253: save it as “CSV UTF-8”, or name the encoding.",
    ),
    FileFault.IS_UTF8: (
        "Το αρχείο είναι UTF-8 και όχι Windows-1253: επιλέξτε UTF-8.",
        "The file is UTF-8 and not Windows-1253: choose UTF-8.",
    ),
    FileFault.NOT_A_TABLE: (
        "Το αρχείο δεν είναι πίνακας CSV (με «;», «,» ή στηλοθέτη) ή JSON.",
        "The file is no table in CSV (with “;”, “,” or tab) or JSON.",
    ),
    FileFault.BROKEN_LINE: (
        "Στη γραμμή {this} τα εισαγωγικά δεν κλείνουν σωστά, ή ένα κελί είναι τεράστιο.",
        "In line {this} quotation marks do not close as they should, or a cell is enormous.",
    ),
    FileFault.NO_ROWS: ("Το αρχείο δεν έχει γραμμές.", "The file has no rows."),
    FileFault.UNKNOWN_COLUMN: ("Υπάρχει άγνωστη στήλη: {column}.", "There is an unknown column: {column}."),
    FileFault.MISSING_COLUMN: ("Λείπει στήλη: {column}.", "A column is missing: {column}."),
    FileFault.COLUMN_TWICE: ("Μία στήλη υπάρχει δύο φορές: {column}.", "A column stands twice: {column}."),
    FileFault.OLDER: (
        "Το αρχείο είναι της {this}. Το νεότερο που έχει εφαρμοστεί είναι της {last}: ένα παλαιότερο, ή ένα της ίδιας "
        "σειράς, θα έφερνε πίσω όσα άλλαξαν από τότε. Αν είναι επόμενο αρχείο της ίδιας ημέρας, δηλώστε τη σειρά του.",
        "The file is of {this}. The newest that was applied is of {last}: an older one, or one of the same place, "
        "would undo what changed since. If it is a later file of the same day, say which one.",
    ),
    FileFault.APPLIED_ALREADY: (
        "Αυτό το ίδιο αρχείο έχει ήδη εφαρμοστεί, ως αρχείο της {last}. Εσείς δηλώσατε {this}.",
        "This very file was applied already, as that of {last}. You said {this}.",
    ),
    FileFault.SAYS_OTHERWISE: (
        "Το αρχείο λέει για τον εαυτό του {last} και εσείς δηλώσατε {this} ({column}).",
        "The file says {last} of itself, and you said {this} ({column}).",
    ),
}


@dataclass(frozen=True)
class FileRefused:
    """`column`: which one, where it is about one. `this`: what the file is said to be, `last`: what stands against it,
    such as `2026-11-21 (1)`, the first file of that day."""

    fault: FileFault
    column: str = ""
    this: str = field(default="", compare=False)
    last: str = field(default="", compare=False)

    def sentences(self) -> tuple[str, str]:
        """In Greek and in English."""
        words = {"column": self.column or "?", "this": self.this, "last": self.last}
        greek, english = (text.format(**words) for text in FILE_SENTENCES[self.fault])
        return greek, english


@dataclass(frozen=True, repr=False)
class Row:
    """`row`: the line in a CSV file (the headings are line 1), the place from 1 in JSON. `untold`: what it has no cell
    for, which is not the same as an empty one."""

    row: int
    cells: dict[Column, str]
    faults: tuple[RowFault, ...] = ()
    untold: frozenset[Column] = frozenset()

    @property
    def shapeless(self) -> bool:
        """Whether its cells may belong to other columns than they seem to, so that none of them is to be read."""
        return any(one.fault in HIDING for one in self.faults)


@dataclass(frozen=True)
class Said:
    """What a file is said to be; a file in JSON may say the same of itself (`as_of`, `number`)."""

    as_of: str
    number: int


class _FileRefused(Exception):
    def __init__(self, fault: FileFault, column: str = "", this: str = "", last: str = "") -> None:
        super().__init__(fault.value)
        self.refusal = FileRefused(fault, column, this, last)


def read_file(raw: bytes, encoding: str = "utf-8", said: Said | None = None) -> list[Row] | FileRefused:
    """Rows of a CSV (`;`, `,` or tab) or JSON file. `encoding`: one of ENCODINGS, said by a person, never guessed."""
    if encoding not in ENCODINGS:
        raise ValueError("an encoding that is not offered")
    try:
        text = _text(raw, encoding)
        if not text.strip():
            raise _FileRefused(FileFault.NO_ROWS)
        rows = list(_json_rows(text, said) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text))
        if not rows:
            raise _FileRefused(FileFault.NO_ROWS)
    except _FileRefused as refused:
        return refused.refusal
    return rows


def _text(raw: bytes, encoding: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise _FileRefused(FileFault.TOO_LARGE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise _FileRefused(FileFault.LOOKS_GREEK_ANSI if _looks_greek(raw) else FileFault.NOT_UTF8) from None
    else:
        if encoding != "utf-8" and not raw.isascii():  # by chance no Greek in Windows-1253 is UTF-8 as well
            raise _FileRefused(FileFault.IS_UTF8)
        return text
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise _FileRefused(FileFault.NOT_UTF8) from None


def _looks_greek(raw: bytes) -> bool:
    """Whether what is not ASCII in it would be Greek letters in Windows-1253."""
    high = bytes(byte for byte in raw[:65536] if byte >= 0x80)
    letters = high.decode("windows-1253", "replace")
    return bool(letters) and sum("\u0370" <= c <= "\u03ff" for c in letters) > 0.9 * len(letters)


def _csv_rows(text: str) -> Iterator[Row]:
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []))
        untold = FACTS.difference(columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if reader.line_num > _MOST_ROWS:
                raise _FileRefused(FileFault.TOO_LARGE)
            faults = _width(reader.line_num, len(cells), len(columns))
            yield Row(reader.line_num, _filled(columns, cells), faults, untold)
    except csv.Error:
        raise _FileRefused(FileFault.BROKEN_LINE, this=str(reader.line_num)) from None


def _width(row: int, cells: int, columns: int) -> tuple[RowFault, ...]:
    if cells == columns:
        return ()
    return (RowFault(row, "", Fault.TOO_MANY_CELLS if cells > columns else Fault.TOO_FEW_CELLS),)


def _filled(columns: list[Column], cells: list[str]) -> dict[Column, str]:
    """Without the empty ones: in CSV a column is there for every row or for none, and a file of separators costs
    little."""
    return {column: cell for column, cell in zip(columns, cells, strict=False) if cell}


def _columns(headings: list[str]) -> list[Column]:
    known = [column_of(heading) for heading in headings]
    if not any(known):
        raise _FileRefused(FileFault.NOT_A_TABLE)
    found: list[Column] = []
    for heading, column in zip(headings, known, strict=True):
        if column is None:
            # A first line without headings is a person's: only among ours is a strange word a heading.
            ours = sum(one is not None for one in known) * 2 >= len(known)
            raise _FileRefused(FileFault.UNKNOWN_COLUMN, _shown(heading) if ours else "")
        if column in found:
            raise _FileRefused(FileFault.COLUMN_TWICE, column.value)
        found.append(column)
    missing = next((column for column in REQUIRED if column not in found), None)
    if missing is not None:
        raise _FileRefused(FileFault.MISSING_COLUMN, missing.value)
    return found


def _shown(key: str) -> str:
    """A heading or key as it may be shown: short, and on one line."""
    return "".join(c if c.isprintable() else "?" for c in key[:_LONGEST_KEY])


class _Object(list[tuple[str, object]]):
    """A JSON object as it is written: a key that stands twice is seen."""


def _no_number(_word: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _json_rows(text: str, said: Said | None) -> list[Row]:
    if text.count("{") > _MOST_ROWS + 1 or text.count("[") > _MOST_ROWS:
        raise _FileRefused(FileFault.TOO_LARGE)
    try:
        value = json.loads(text, object_pairs_hook=_Object, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _FileRefused(FileFault.NOT_A_TABLE) from None
    listed = _listed(value, said) if isinstance(value, _Object) else value
    if not isinstance(listed, list) or isinstance(listed, _Object) or len(listed) > _MOST_ROWS:
        raise _FileRefused(FileFault.NOT_A_TABLE)
    rows = [_json_row(place, one) for place, one in enumerate(listed, start=1)]
    if rows and all(not row.cells for row in rows):
        raise _FileRefused(FileFault.NOT_A_TABLE)
    return rows


def _listed(envelope: _Object, said: Said | None) -> object:
    """`{"rows": […], "as_of": "2026-11-21", "number": 1}`: the last two where the register says them itself."""
    keys: dict[str, object] = {}
    for key, value in envelope:
        if key in keys:
            raise _FileRefused(FileFault.COLUMN_TWICE, _shown(key))
        keys[key] = value
    strange = sorted(keys.keys() - {"rows", "as_of", "number"})
    if "rows" in keys and strange:
        raise _FileRefused(FileFault.UNKNOWN_COLUMN, _shown(strange[0]))
    for name in ("as_of", "number"):
        if said is not None and name in keys and keys[name] != getattr(said, name):
            raise _FileRefused(
                FileFault.SAYS_OTHERWISE, name, this=str(getattr(said, name)), last=_shown(json.dumps(keys[name]))
            )
    return keys.get("rows")


def _json_row(place: int, one: object) -> Row:
    if not isinstance(one, _Object):
        return Row(place, {}, (RowFault(place, "", Fault.NOT_AN_OBJECT),))
    cells: dict[Column, str] = {}
    faults: list[RowFault] = []
    seen: set[str] = set()
    for count, (key, value) in enumerate(one, start=1):
        column = column_of(key)
        # A key that is not ours may be anything, also a name: it is told by its place, and kept nowhere.
        name = column.value if column is not None else f"#{count}"
        if name in seen:
            faults.append(RowFault(place, name, Fault.KEY_TWICE))
        elif column is None:
            faults.append(RowFault(place, name, Fault.UNKNOWN_KEY))
        elif (cell := _cell(column, value)) is None:
            faults.append(RowFault(place, name, Fault.NOT_TEXT))
        else:
            cells[column] = cell
        seen.add(name)
    return Row(place, cells, tuple(dict.fromkeys(faults)), frozenset(Column) - {Column(n) for n in seen if n in _OURS})


_OURS = frozenset(column.value for column in Column)
_FLAGS = frozenset({Column.LIVES_HERE, Column.ELECTOR})


def _cell(column: Column, value: object) -> str | None:
    """null is an empty cell. None where the value is of a kind that this column does not have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("yes" if value else "no") if column in _FLAGS else None
    if isinstance(value, str) or (isinstance(value, int) and column is Column.ENTRY):
        return str(value)
    return None
