"""A file of the register is checked against the roll, and its differences are kept until two persons have decided.

A row at fault is left as it is on the roll and never counted as somebody who left. Must never log or raise what stood
in a row, or keep anything of a file of which too much is wrong.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from central.kernel.centre import Centre
from central.office.roll.file import FileFault, FileRefused, Row, Said, read_file
from central.office.roll.records import Previewed, Told, limits_of, record_text, records_of
from central.store import Tx, audit, marks
from central.store.office import roll as rows
from municipality.roll.faults import hides
from municipality.roll.record import FROM_A_FILE, Change, Record, Status, What, difference
from municipality.roll.rows import (
    SENTENCES,
    Column,
    Fault,
    Reading,
    RowFault,
    family_faults,
    read_row,
    unknown_marks,
    whole_faults,
)
from municipality.roll.weight import Limit, Weight, renumbered, weigh

MOST_FAULTS = 10_000  # more of them are not looked for: somebody has to read them
_MOST_ROUNDS = 50  # one row set aside may make another one wrong


@dataclass(frozen=True)
class BadRows:
    """Too many, or all of them: nothing was stored. The file goes back to whoever sent it, with these faults."""

    faults: tuple[RowFault, ...]
    rows: int


@dataclass
class _Sorted:
    """The rows of one file: what can be taken, and what is set aside with its reasons. `kept`: whom rows at fault name;
    they stay as they are. `families`: which ones those rows name. `hiding`: there is a row of which nobody can tell
    whose it was."""

    good: dict[int, Record] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    hiding: bool = False

    def set_aside(self, faults: Iterable[RowFault]) -> None:
        for fault in faults:
            self.faults.append(fault)
            self.hiding = self.hiding or hides(fault)
            record = self.good.pop(fault.row, None)
            if record is not None:
                self.keep(record.person, record.family)

    def keep(self, person: str, family: str) -> None:
        self.kept.add(person)
        self.families.add(family)

    @property
    def bad(self) -> int:
        return len({fault.row for fault in self.faults})


def preview(
    centre: Centre,
    raw: bytes,
    *,
    as_of: date,
    whole: bool,
    who: str,
    role: str,
    encoding: str = "utf-8",
    number: int = 1,
    latin: frozenset[int] = frozenset(),
) -> Previewed | BadRows | FileRefused:
    """Check a register's file and keep its differences from the roll.

    `as_of`: the day that the extract speaks of, `number`: which file of that day it is. `whole`: it names everybody, so
    that who is missing has left; else it holds changes only. `latin`: rows whose words that could be Greek or Latin are
    Latin. `who` is the account of the officer, `role` the role they act in.
    """
    said, digest = Said(as_of.isoformat(), number), hashlib.sha256(raw).hexdigest()
    table = read_file(raw, encoding, said)
    if isinstance(table, FileRefused):
        return table
    with centre.store.reading() as tx:
        base = rows.version(tx)
        refused = _out_of_turn(tx, said, digest)
        roll = records_of(rows.everybody(tx))
    if refused is not None:
        return refused
    found = _sort(table, roll, as_of, Reading(unknown_marks(centre.settings.roll.unknown), latin))
    gone = _settle(found, roll, whole=whole)
    limit = Limit(centre.settings.roll.bad, centre.settings.roll.bad_percent).of(len(table))
    if not found.good or found.bad > limit or gone is None or len(found.faults) >= MOST_FAULTS:
        return BadRows(tuple(sorted(found.faults, key=_by_row)), len(table))
    changes = list(_differences(found.good.values(), roll, gone))
    missing = 0 if not whole else len(roll.keys() - {one.person for one in found.good.values()} - found.kept - gone)
    told = Told({"roll": len(roll), "set_aside": found.bad, "held": missing, "latin": len(latin)})
    return _keep(centre, _Checked(said, digest, base, whole, changes, told, found, roll), who, role)


def _by_row(one: RowFault) -> tuple[int, str, str]:
    return one.row, one.column, one.fault


@dataclass(frozen=True, repr=False)
class _Checked:
    said: Said
    digest: str
    base: int
    whole: bool
    changes: list[Change]
    told: Told
    rows: _Sorted
    roll: Mapping[str, Record]

    @property
    def unsure(self) -> list[str] | None:
        """Families of which rows that were set aside may speak; None: it could be any."""
        theirs = {self.roll[who].family for who in self.rows.kept if who in self.roll}
        # What stands in a bad row may be anything: only what is a family elsewhere too is kept.
        known = {one.family for one in (*self.roll.values(), *self.rows.good.values())}
        return None if self.rows.hiding else sorted(theirs | (self.rows.families & known))


def _keep(centre: Centre, checked: _Checked, who: str, role: str) -> Previewed:
    changes, told, now, upload = checked.changes, checked.told, centre.clock(), secrets.token_hex(8)
    counts = Counter({what.value: 0 for what in FROM_A_FILE})
    counts.update(change.what.value for change in changes)
    counts["unchanged"] = len(checked.roll) - sum(change.before is not None for change in changes)
    others = renumbered(changes, checked.roll)
    told.update(weigh(changes, others))
    faults = sorted(checked.rows.faults, key=_by_row)
    with centre.store.writing() as tx:
        told[Weight.CARDS] = len(rows.live_cards(tx, [one.person for one in changes if one.after is None]))
        one = rows.Import(
            upload, rows.PREVIEWED, checked.digest, checked.base, checked.whole, checked.said.as_of,
            json.dumps(dict(counts)), who, now, number=checked.said.number, told=told.text(),
            faults=json.dumps([[one.row, one.column, one.fault, one.detail] for one in faults]),
            unsure=json.dumps(checked.unsure),
        )  # fmt: skip
        rows.add_import(tx, one)
        rows.add_changes(tx, upload, (_stored(change, others.get(change.person, "")) for change in changes))
        audit.note(tx, who, role, "roll.preview", upload, now)
    return Previewed(
        upload, checked.digest, dict(counts), json.loads(told.text()), told.heavy(limits_of(centre)), tuple(faults)
    )


def _out_of_turn(tx: Tx, said: Said, digest: str) -> FileRefused | None:
    """Files are applied in the order in which the register made them, whatever our clock says, and none twice; but the
    last one may come again for its rows that were set aside, which somebody has decided since."""
    this = _place(said.as_of, said.number)
    same, last, whole = rows.last_file(tx, digest), rows.last_file(tx), marks.get(tx, rows.AS_OF)
    if same is not None and (same != last or not Told.of(same)["set_aside"]):
        return FileRefused(FileFault.APPLIED_ALREADY, this=this, last=_place(same.as_of, same.number))
    if last is not None and (said.as_of, said.number) <= (last.as_of, last.number):
        return FileRefused(FileFault.OLDER, this=this, last=_place(last.as_of, last.number))
    if whole is not None and said.as_of < whole:
        return FileRefused(FileFault.OLDER, this=this, last=whole)
    return None


def _place(as_of: str, number: int) -> str:
    return f"{as_of} ({number})"


def _sort(table: Iterable[Row], roll: Mapping[str, Record], as_of: date, how: Reading) -> _Sorted:
    found = _Sorted()
    for row in table:
        if len(found.faults) >= MOST_FAULTS:
            break
        found.set_aside(row.faults)
        if row.shapeless:
            continue
        person = " ".join(row.cells.get(Column.PERSON, "").split())
        read = read_row(row.row, row.cells, as_of, how=how, before=roll.get(person), untold=row.untold)
        if isinstance(read, Record) and not row.faults:
            found.good[row.row] = read
            continue
        found.set_aside([] if isinstance(read, Record) else read)
        found.keep(person, " ".join(row.cells.get(Column.FAMILY, "").split()))
    return found


def _settle(found: _Sorted, roll: Mapping[str, Record], *, whole: bool) -> set[str] | None:
    """Set aside what no row shows by itself, until what is left holds together with what stays. Returns who has left
    because a whole file does not name them: nobody, where a row hides whom it names. None: there is no end to it."""
    for _ in range(_MOST_ROUNDS):
        named = {record.person for record in found.good.values()}
        gone = set(roll) - named - found.kept if whole and not found.hiding else set()
        staying = {who: one for who, one in roll.items() if who not in named and who not in gone}
        faults = whole_faults(found.good) + _against_the_roll(found.good, roll, staying)
        twice = [row for row, one in found.good.items() if one.person in found.kept]
        faults += [RowFault(row, Column.PERSON.value, Fault.PERSON_TWICE) for row in twice]
        if not faults:
            return gone
        found.set_aside(faults)
    return None


def _against_the_roll(
    records: Mapping[int, Record], roll: Mapping[str, Record], staying: Mapping[str, Record]
) -> list[RowFault]:
    """Numbers that are somebody else's, people who cannot leave, and families that would not hold together."""
    faults: list[RowFault] = []
    for column, fault in (("afm", Fault.AFM_OF_ANOTHER), ("amka", Fault.AMKA_OF_ANOTHER)):
        # A whole file may give a number to the person that a second entry under another register number had before:
        # only those who stay as they are can stand against it.
        held = {getattr(one, column) for one in staying.values() if getattr(one, column)}
        faults += [RowFault(row, column, fault) for row, one in records.items() if getattr(one, column) in held]
    faults += [
        RowFault(row, "status", Fault.NOT_ON_THE_ROLL)
        for row, one in records.items()
        if one.status is not Status.CURRENT and one.person not in roll
    ]
    lines = {record.person: row for row, record in records.items()}
    current = [record for record in records.values() if record.status is Status.CURRENT]
    families: dict[str, list[Record]] = {record.family: [] for record in current}
    for one in (*current, *staying.values()):
        if one.family in families:
            families[one.family].append(one)
    for members in families.values():
        faults += family_faults(members, lines)
    return faults


def _differences(records: Iterable[Record], roll: Mapping[str, Record], gone: Iterable[str]) -> Iterable[Change]:
    for record in records:
        change = difference(roll.get(record.person), record)
        if change is not None:
            yield change
    for person in sorted(gone):
        yield Change(person, What.LEFT, (), roll[person], None)


def _stored(change: Change, other: str) -> rows.Changed:
    fields, before, after = json.dumps(list(change.fields)), record_text(change.before), record_text(change.after)
    return rows.Changed(change.person, change.what.value, fields, before, after, other)


def faults_file(told: BadRows | Previewed) -> str:
    """The file for the registrar: row, column, code, a sentence in Greek and English, place in the cell; never what
    stood there.

    CSV with `;` and a byte order mark, as spreadsheets in Greece open it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["γραμμή / row", "στήλη / column", "κωδικός / code", "ελληνικά", "English", "θέση / place"])
    for one in told.faults:
        writer.writerow([one.row, one.column, one.fault.value, *SENTENCES[one.fault], one.detail])
    return "\ufeff" + out.getvalue()
