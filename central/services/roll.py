"""The roll follows the municipal register: a file is previewed, another officer applies it, all of it or nothing.

Must never log or raise what stood in a row, apply what its uploader alone has seen, or change a roll that has moved
on since the preview.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from central.services.centre import Centre
from central.services.roll_file import FileFault, FileRefused, Row, read_file
from central.services.roll_merge import move_cards
from central.services.roll_records import Previewed as Previewed
from central.services.roll_records import as_record, read_record, record_text, records_of
from central.store import Tx, audit, marks, staff
from central.store import registry as registry_rows
from central.store import roll as rows
from municipality.residents import Capacity, FamilyMember, FamilyShare
from municipality.roll import FROM_A_FILE, Change, Record, Status, What, difference, family_share
from municipality.roll_rows import SENTENCES, Fault, RowFault, family_faults, read_row, whole_faults


@dataclass(frozen=True)
class BadRows:
    """Nothing was stored: the file goes back to whoever sent it, with these faults."""

    faults: tuple[RowFault, ...]
    rows: int


MOST_FAULTS = 10_000  # more of them are not looked for: somebody has to read them


@dataclass(frozen=True)
class Applied:
    """`version`: the roll's new version. `blocked`: cards of those who left or died."""

    version: int
    counts: dict[str, int]
    blocked: tuple[str, ...]


class Why(StrEnum):
    """Why an import is not applied or discarded now."""

    UNKNOWN = "unknown-import"
    DECIDED = "decided-already"
    SAME_OFFICER = "a-second-officer-must-decide"
    ROLL_CHANGED = "the-roll-has-changed-since"
    UPLOADER_GONE = "proposer-gone"
    NOT_YOUR_ROLE = "not-your-role"


@dataclass(frozen=True)
class NotNow:
    why: Why


@dataclass(frozen=True, repr=False)
class Shown:
    """One line of a preview: who, what, and the names of the fields that differ."""

    resident: str
    what: str
    fields: tuple[str, ...]


class _Changed(Exception):
    """The roll is no longer what the preview saw; ends the transaction."""


def preview(
    centre: Centre, raw: bytes, *, as_of: date, whole: bool, who: str, role: str, encoding: str = "utf-8"
) -> Previewed | BadRows | FileRefused:
    """Check a register's file and keep its differences from the roll.

    `as_of`: the day that the extract speaks of. `whole`: it names everybody, so that who is missing has left; else it
    holds changes only. `who` is the account of the officer, `role` the role they act in.
    """
    table = read_file(raw, encoding)
    if isinstance(table, FileRefused):
        return table
    records, faults = _records(table, as_of)
    with centre.store.reading() as tx:
        base = rows.version(tx)
        known = marks.get(tx, rows.AS_OF)
        if known is not None and as_of < date.fromisoformat(known):
            return FileRefused(FileFault.OLDER)
        roll = records_of(rows.everybody(tx))
    faults += whole_faults(records)
    faults += _against_the_roll(records, roll, whole=whole)
    if faults:
        return BadRows(tuple(sorted(faults, key=lambda one: (one.row, one.column, one.fault))), len(table))
    changes = list(_differences(records.values(), roll, whole=whole))
    counts = Counter({what.value: 0 for what in FROM_A_FILE})
    counts.update(change.what.value for change in changes)
    counts["unchanged"] = len(roll) - sum(change.before is not None for change in changes)
    upload, digest = secrets.token_hex(8), hashlib.sha256(raw).hexdigest()
    now = centre.clock()
    kept = rows.Import(
        upload, rows.PREVIEWED, digest, base, whole, as_of.isoformat(), json.dumps(dict(counts)), who, now
    )
    with centre.store.writing() as tx:
        rows.add_import(tx, kept)
        rows.add_changes(tx, upload, map(_stored, changes))
        audit.note(tx, who, role, "roll.preview", upload, now)
    return Previewed(upload, digest, dict(counts))


def apply(centre: Centre, upload: str, *, who: str, role: str) -> Applied | NotNow:
    """Make the roll what the import says, in one transaction. Cards of those who left or died are revoked in it;
    `registry.refresh` then publishes the revocation list and withdraws their dossiers."""
    now = centre.clock()
    try:
        with centre.store.writing() as tx:
            base = rows.version(tx, lock=True)
            one = rows.find_import(tx, upload, lock=True)
            if isinstance(refused := _may_decide(one, who), NotNow):
                return refused
            if not staff.still_in_service(tx, who, role):
                return NotNow(Why.NOT_YOUR_ROLE)  # the desk looked before this transaction
            if not staff.still_in_service(tx, refused.made_by, role):
                return NotNow(Why.UPLOADER_GONE)
            if refused.base != base:
                return NotNow(Why.ROLL_CHANGED)
            blocked = _apply(tx, refused)
            for card in blocked:
                registry_rows.revoke(tx, card, now)
                audit.note(tx, who, role, "card.block", card, now)
            if refused.whole:
                marks.put(tx, rows.AS_OF, refused.as_of)
            version = rows.grow(tx)
            rows.decide(tx, upload, rows.APPLIED, who, now)
            audit.note(tx, who, role, "roll.apply", upload, now)
            return Applied(version, json.loads(refused.counts), tuple(blocked))
    except _Changed:
        return NotNow(Why.ROLL_CHANGED)


def discard(centre: Centre, upload: str, *, who: str, role: str) -> NotNow | None:
    """Forget an import; its uploader may."""
    now = centre.clock()
    with centre.store.writing() as tx:
        one = rows.find_import(tx, upload, lock=True)
        if one is None:
            return NotNow(Why.UNKNOWN)
        if one.state != rows.PREVIEWED:
            return NotNow(Why.DECIDED)
        rows.decide(tx, upload, rows.DISCARDED, who, now)
        audit.note(tx, who, role, "roll.discard", upload, now)
    return None


def imports(centre: Centre) -> list[rows.Import]:
    """Newest first."""
    with centre.store.reading() as tx:
        return rows.imports(tx)


def shown(centre: Centre, upload: str) -> list[Shown]:
    """What an import would change, person by person, by names of fields only."""
    with centre.store.reading() as tx:
        return [
            Shown(row.resident, row.what, tuple(json.loads(row.fields)))
            for some in rows.changes(tx, upload)
            for row in some
        ]


def faults_file(bad: BadRows) -> str:
    """The file for the registrar: row, column, code and a sentence in Greek and English; never what stood there.

    CSV with `;` and a byte order mark, as spreadsheets in Greece open it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["γραμμή / row", "στήλη / column", "κωδικός / code", "ελληνικά", "English"])
    for one in bad.faults:
        writer.writerow([one.row, one.column, one.fault.value, *SENTENCES[one.fault]])
    return "\ufeff" + out.getvalue()


def _may_decide(one: rows.Import | None, who: str) -> rows.Import | NotNow:
    if one is None:
        return NotNow(Why.UNKNOWN)
    if one.state != rows.PREVIEWED:
        return NotNow(Why.DECIDED)
    return NotNow(Why.SAME_OFFICER) if one.made_by == who else one


def _records(table: Iterable[Row], as_of: date) -> tuple[dict[int, Record], list[RowFault]]:
    records: dict[int, Record] = {}
    faults: list[RowFault] = []
    for row in table:
        if len(faults) >= MOST_FAULTS:
            break
        read = read_row(row.row, row.cells, as_of)
        faults.extend(row.faults)
        if isinstance(read, Record):
            records[row.row] = read
        else:
            faults.extend(read)
    return records, faults


def _against_the_roll(records: Mapping[int, Record], roll: Mapping[str, Record], *, whole: bool) -> list[RowFault]:
    """Numbers that are somebody else's, people who cannot leave, and families that would not hold together."""
    faults: list[RowFault] = []
    named = {record.person for record in records.values()}
    staying = {} if whole else {who: one for who, one in roll.items() if who not in named}
    for column, fault in (("afm", Fault.AFM_OF_ANOTHER), ("amka", Fault.AMKA_OF_ANOTHER)):
        # A whole file may give a number to the person that a second entry under another register number had before:
        # only those who stay as they are can stand against it.
        held = {getattr(one, column): who for who, one in staying.items() if getattr(one, column)}
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


def _differences(records: Iterable[Record], roll: Mapping[str, Record], *, whole: bool) -> Iterable[Change]:
    named: set[str] = set()
    for record in records:
        named.add(record.person)
        change = difference(roll.get(record.person), record)
        if change is not None:
            yield change
    if whole:
        for person in sorted(set(roll) - named):
            yield Change(person, What.LEFT, (), roll[person], None)


def _stored(change: Change) -> rows.Changed:
    fields = json.dumps(list(change.fields))
    return rows.Changed(change.person, change.what.value, fields, record_text(change.before), record_text(change.after))


def _apply(tx: Tx, one: rows.Import) -> list[str]:
    """Change the rows; returns the cards to block."""
    before: dict[str, Record | None] = {}
    after: dict[str, Record | None] = {}
    merges: list[rows.Changed] = []
    for some in rows.changes(tx, one.upload):
        merges += [row for row in some if row.what not in FROM_A_FILE]
        for row in some:
            before[row.resident], after[row.resident] = read_record(row.before), read_record(row.after)
    touched = {record.family for record in (*before.values(), *after.values()) if record is not None}
    listed = {row.resident.resident: row for row in rows.of_families(tx, sorted(touched))}
    known = {who: as_record(row) for who, row in listed.items()}
    if any(known.get(who) != record for who, record in before.items()):
        raise _Changed
    shares = {row.resident.family: FamilyShare.model_validate_json(row.share) for row in listed.values()}
    strangers = {number: _without_residents(share, known.values()) for number, share in shares.items()}
    standing = {who: record for who, record in (known | after).items() if record is not None}
    rows.drop_residents(tx, [who for who, record in after.items() if record is None])
    rows.put_residents(tx, [_resident(standing[who], listed.get(who)) for who in after if who in standing])
    rows.put_families(tx, _shares(touched, standing.values(), strangers, date.fromisoformat(one.as_of)))
    # Those whose cards moved to their other entry have none left here.
    move_cards(tx, one.upload, merges)
    return rows.live_cards(tx, [who for who, record in after.items() if record is None])


def _resident(record: Record, known: rows.Listed | None) -> registry_rows.Resident:
    others = [] if known is None else [Capacity(name) for name in json.loads(known.resident.capacities)]
    capacities = json.dumps(list(record.capacities(others)))
    return registry_rows.Resident(record.person, record.family, record.as_person().model_dump_json(), capacities)


def _without_residents(share: FamilyShare, records: Iterable[Record]) -> list[FamilyMember]:
    """Members of a family who are nobody's row on the roll (they live in another municipality, say)."""
    ours = {record.entry for record in records if record.family == share.number}
    return [member for member in share.members if member.entry not in ours]


def _shares(
    touched: Iterable[str], standing: Iterable[Record], strangers: Mapping[str, list[FamilyMember]], as_of: date
) -> dict[str, str]:
    members: dict[str, list[Record]] = {number: [] for number in touched}
    for record in standing:
        if record.family in members:
            members[record.family].append(record)
    made: dict[str, str] = {}
    for number, those in members.items():
        if not those:
            made[number] = ""
            continue
        share = family_share(those, as_of)
        entries = {member.entry for member in share.members}
        more = [member for member in strangers.get(number, []) if member.entry not in entries]
        together = tuple(sorted((*share.members, *more), key=lambda member: member.entry))
        made[number] = share.model_copy(update={"members": together}).model_dump_json()
    return made
