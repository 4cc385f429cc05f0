"""Reads what the municipal register exports, CSV or JSON, into rows of cells. Knows no rule of the roll.

Never guesses an encoding: a name spelt wrong by a guess would be sealed into dossiers.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from municipality.roll_rows import Column, Fault, RowFault, column_of

LARGEST_FILE = 128 * 1024 * 1024
_MOST_ROWS = 1_000_000
ENCODINGS = ("utf-8", "windows-1253")


class FileFault(StrEnum):
    """Why a file as a whole cannot be read."""

    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf-8"
    LOOKS_GREEK_ANSI = "looks-like-windows-1253"
    NOT_A_TABLE = "not-a-table"
    NO_ROWS = "no-rows"
    UNKNOWN_COLUMN = "unknown-column"
    MISSING_COLUMN = "missing-column"
    COLUMN_TWICE = "column-twice"
    OLDER = "older-than-the-roll"


FILE_SENTENCES: dict[FileFault, tuple[str, str]] = {
    FileFault.TOO_LARGE: ("Το αρχείο είναι πολύ μεγάλο.", "The file is too large."),
    FileFault.NOT_UTF8: ("Το αρχείο δεν είναι κείμενο UTF-8.", "The file is not UTF-8 text."),
    FileFault.LOOKS_GREEK_ANSI: (
        "Το αρχείο δεν είναι UTF-8 και μοιάζει με Windows-1253: αποθηκεύστε το ως «CSV UTF-8», "
        "ή δηλώστε την κωδικοποίηση.",
        "The file is not UTF-8 and looks like Windows-1253: save it as “CSV UTF-8”, or name the encoding.",
    ),
    FileFault.NOT_A_TABLE: ("Το αρχείο δεν είναι πίνακας CSV ή JSON.", "The file is no table in CSV or JSON."),
    FileFault.NO_ROWS: ("Το αρχείο δεν έχει γραμμές.", "The file has no rows."),
    FileFault.UNKNOWN_COLUMN: ("Υπάρχει άγνωστη στήλη.", "There is an unknown column."),
    FileFault.MISSING_COLUMN: ("Λείπει στήλη.", "A column is missing."),
    FileFault.OLDER: (
        "Το αρχείο μιλά για ημέρα πριν από το τελευταίο πλήρες αρχείο: θα έφερνε πίσω όσα άλλαξαν από τότε.",
        "The file speaks of a day before that of the last whole file: it would undo what changed since.",
    ),
    FileFault.COLUMN_TWICE: ("Μία στήλη υπάρχει δύο φορές.", "A column stands twice."),
}


@dataclass(frozen=True)
class FileRefused:
    """`column`: which one, where it is about one of ours; "" otherwise."""

    fault: FileFault
    column: str = ""


@dataclass(frozen=True, repr=False)
class Row:
    """`row`: the line in a CSV file (the headings are line 1), the place from 1 in JSON."""

    row: int
    cells: dict[Column, str]
    faults: tuple[RowFault, ...] = ()


class _Refused(Exception):
    def __init__(self, fault: FileFault, column: str = "") -> None:
        super().__init__(fault.value)
        self.refusal = FileRefused(fault, column)


def read_file(raw: bytes, encoding: str = "utf-8") -> list[Row] | FileRefused:
    """Rows of a CSV (`;`, `,` or tab) or JSON file. `encoding`: one of ENCODINGS, said by a person, never guessed."""
    if encoding not in ENCODINGS:
        raise ValueError("an encoding that is not offered")
    try:
        text = _text(raw, encoding)
        if not text.strip():
            raise _Refused(FileFault.NO_ROWS)
        rows = list(_json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text))
        if not rows:
            raise _Refused(FileFault.NO_ROWS)
    except _Refused as refused:
        return refused.refusal
    return rows


def _text(raw: bytes, encoding: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise _Refused(FileFault.TOO_LARGE)
    try:
        return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        pass
    if encoding == "utf-8" and _looks_greek(raw):
        raise _Refused(FileFault.LOOKS_GREEK_ANSI)
    raise _Refused(FileFault.NOT_UTF8)


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
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if reader.line_num > _MOST_ROWS:
                raise _Refused(FileFault.TOO_LARGE)
            wide = len(cells) > len(columns)
            faults = (RowFault(reader.line_num, "", Fault.TOO_MANY_CELLS),) if wide else ()
            yield Row(reader.line_num, _filled(columns, cells), faults)
    except csv.Error:
        raise _Refused(FileFault.NOT_A_TABLE) from None


def _filled(columns: list[Column], cells: list[str]) -> dict[Column, str]:
    """Without the empty ones: a missing cell is an empty one, and a file of separators costs little."""
    return {column: cell for column, cell in zip(columns, cells, strict=False) if cell}


def _columns(headings: list[str]) -> list[Column]:
    found: list[Column] = []
    for heading in headings:
        column = column_of(heading)
        if column is None:
            raise _Refused(FileFault.UNKNOWN_COLUMN if len(headings) > 1 else FileFault.NOT_A_TABLE)
        if column in found:
            raise _Refused(FileFault.COLUMN_TWICE, column.value)
        found.append(column)
    missing = next((column for column in Column if column not in found), None)
    if missing is not None:
        raise _Refused(FileFault.MISSING_COLUMN, missing.value)
    return found


def _json_rows(text: str) -> Iterator[Row]:
    if text.count("{") > _MOST_ROWS + 1 or text.count("[") > _MOST_ROWS:
        raise _Refused(FileFault.TOO_LARGE)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise _Refused(FileFault.NOT_A_TABLE) from None
    listed = value.get("rows") if isinstance(value, dict) else value
    if not isinstance(listed, list) or len(listed) > _MOST_ROWS:
        raise _Refused(FileFault.NOT_A_TABLE)
    for place, one in enumerate(listed, start=1):
        if not isinstance(one, dict):
            raise _Refused(FileFault.NOT_A_TABLE)
        yield Row(place, {_known(name): _cell(cell) for name, cell in one.items()})


def _known(name: str) -> Column:
    column = column_of(name)
    if column is None:
        raise _Refused(FileFault.UNKNOWN_COLUMN)
    return column


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    raise _Refused(FileFault.NOT_A_TABLE)
