"""Imports of the roll and what they change; the roll's rows by resident and by family, read and written in batches.

Never a whole roll in one statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa

from central.store import counters, marks
from central.store.engine import Tx
from central.store.office.registry import Resident
from central.store.tables import cards, families, residents, roll_changes, roll_imports

T = TypeVar("T")
PREVIEWED, APPLIED, DISCARDED = "previewed", "applied", "discarded"
_VERSION = "roll"
AS_OF = "roll_as_of"  # the mark of the day that the last whole extract spoke of
_BUT = "roll_as_of_but"  # the mark of the families of which it did not, a JSON list
BATCH = 500


@dataclass(frozen=True)
class Import:
    """`base`: the roll's version that the differences were taken from. `counts`: JSON, by kind of change. `number`:
    which file of the day `as_of` it is, from 1; 0 for what is no file. `told`: JSON, what it weighs and what was set
    aside, by kind. `faults`: JSON, of the rows that were set aside; `unsure`: JSON, the families that those may be
    about, null for all of them; both are emptied after their time. `confirmed_at`: its bringer typed the count."""

    upload: str
    state: str
    file_digest: str
    base: int
    whole: bool
    as_of: str
    counts: str
    made_by: str
    made_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    number: int = 0
    told: str = "{}"
    faults: str = "[]"
    unsure: str = "[]"
    confirmed_at: datetime | None = None


@dataclass(frozen=True, repr=False)
class Changed:
    """`before` and `after` are JSON of municipality's Record, None where there is none (or no longer). `other`: the
    number under which the same person stands, or stood; "" where there is none."""

    resident: str
    what: str
    fields: str
    before: str | None
    after: str | None
    other: str = ""


@dataclass(frozen=True, repr=False)
class Listed:
    """A resident with the JSON of their family share."""

    resident: Resident
    share: str


@dataclass(frozen=True)
class Extract:
    """The last whole extract: the day that it spoke of, and the families that it left open."""

    as_of: date
    but: frozenset[str]


def last_extract(tx: Tx) -> Extract | None:
    as_of = marks.get(tx, AS_OF)
    but = frozenset(json.loads(marks.get(tx, _BUT) or "[]"))
    return None if as_of is None else Extract(date.fromisoformat(as_of), but)


def put_extract(tx: Tx, extract: Extract) -> None:
    marks.put(tx, AS_OF, extract.as_of.isoformat())
    marks.put(tx, _BUT, json.dumps(sorted(extract.but)))


def version(tx: Tx, *, lock: bool = False) -> int:
    """Grows with every change of the roll. `lock`: nobody else changes it until we are done."""
    return counters.last(tx, _VERSION, lock=lock)


def grow(tx: Tx) -> int:
    return counters.take(tx, _VERSION)


def add_import(tx: Tx, one: Import) -> None:
    tx.connection.execute(sa.insert(roll_imports).values(municipality_id=tx.municipality, **vars(one)))


def find_import(tx: Tx, upload: str, *, lock: bool = False) -> Import | None:
    here = sa.select(roll_imports).where(
        roll_imports.c.municipality_id == tx.municipality, roll_imports.c.upload == upload
    )
    row = tx.connection.execute(here.with_for_update() if lock else here).mappings().first()
    return None if row is None else _import(row)


def imports(tx: Tx) -> list[Import]:
    """Newest first."""
    mine = sa.select(roll_imports).where(roll_imports.c.municipality_id == tx.municipality)
    newest = mine.order_by(roll_imports.c.made_at.desc(), roll_imports.c.upload)
    return [_import(row) for row in tx.connection.execute(newest).mappings()]


def last_file(tx: Tx, digest: str = "") -> Import | None:
    """Of the files that were applied the one that speaks of the latest day, and of that day the last. `digest`: of
    those with these very bytes."""
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.state == APPLIED)
    files = sa.select(roll_imports).where(*here, roll_imports.c.number > 0)
    if digest:
        files = files.where(roll_imports.c.file_digest == digest)
    latest = files.order_by(roll_imports.c.as_of.desc(), roll_imports.c.number.desc()).limit(1)
    row = tx.connection.execute(latest).mappings().first()
    return None if row is None else _import(row)


def confirm(tx: Tx, upload: str, at: datetime) -> None:
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.upload == upload)
    tx.connection.execute(sa.update(roll_imports).where(*here).values(confirmed_at=at))


def decide(tx: Tx, upload: str, state: str, who: str, at: datetime) -> None:
    here = (roll_imports.c.municipality_id == tx.municipality, roll_imports.c.upload == upload)
    values = {"state": state, "decided_by": who, "decided_at": at}
    tx.connection.execute(sa.update(roll_imports).where(*here).values(values))


def add_changes(tx: Tx, upload: str, rows: Iterable[Changed]) -> None:
    for some in batches(rows):
        values = [{"municipality_id": tx.municipality, "upload": upload, **vars(row)} for row in some]
        tx.connection.execute(sa.insert(roll_changes), values)


def changes(tx: Tx, upload: str) -> Iterator[list[Changed]]:
    """In batches, by resident."""
    mine = (roll_changes.c.municipality_id == tx.municipality, roll_changes.c.upload == upload)
    after = ""
    while True:
        some = sa.select(roll_changes).where(*mine, roll_changes.c.resident > after)
        rows = tx.connection.execute(some.order_by(roll_changes.c.resident).limit(BATCH)).mappings().all()
        if not rows:
            return
        yield [Changed(**{key: row[key] for key in Changed.__dataclass_fields__}) for row in rows]
        after = str(rows[-1]["resident"])


@dataclass(frozen=True)
class Wanted:
    """Which changes: of a kind, with a field that differs, under another number; all of them where nothing is said."""

    what: str = ""
    field: str = ""
    renumbered: bool = False


def count_changes(tx: Tx, upload: str, wanted: Wanted) -> int:
    some = sa.select(sa.func.count()).select_from(roll_changes).where(*_wanted(tx, upload, wanted))
    return int(tx.connection.execute(some).scalar_one())


def some_changes(tx: Tx, upload: str, wanted: Wanted, after: str, most: int) -> list[Changed]:
    """The first `most` after the number `after`, without the records."""
    columns = [roll_changes.c[name] for name in ("resident", "what", "fields", "other")]
    some = sa.select(*columns).where(*_wanted(tx, upload, wanted), roll_changes.c.resident > after)
    rows = tx.connection.execute(some.order_by(roll_changes.c.resident).limit(most)).mappings()
    return [Changed(row["resident"], row["what"], row["fields"], None, None, row["other"]) for row in rows]


def _wanted(tx: Tx, upload: str, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    where = [roll_changes.c.municipality_id == tx.municipality, roll_changes.c.upload == upload]
    if wanted.what:
        where.append(roll_changes.c.what == wanted.what)
    if wanted.field:
        where.append(roll_changes.c.fields.contains(f'"{wanted.field}"', autoescape=True))
    if wanted.renumbered:
        where.append(roll_changes.c.other != "")
    return where


def everybody(tx: Tx) -> Iterator[Listed]:
    """The whole roll, read in batches."""
    after = ""
    while True:
        some = _listed(tx).where(residents.c.resident > after).order_by(residents.c.resident).limit(BATCH)
        rows = tx.connection.execute(some).mappings().all()
        yield from map(_as_listed, rows)
        if len(rows) < BATCH:
            return
        after = str(rows[-1]["resident"])


def of_families(tx: Tx, numbers: Iterable[str]) -> list[Listed]:
    """Everybody in these families."""
    found: list[Listed] = []
    for some in batches(numbers):
        rows = tx.connection.execute(_listed(tx).where(residents.c.family.in_(some))).mappings()
        found.extend(map(_as_listed, rows))
    return found


def of_residents(tx: Tx, names: Iterable[str]) -> list[Listed]:
    found: list[Listed] = []
    for some in batches(names):
        rows = tx.connection.execute(_listed(tx).where(residents.c.resident.in_(some))).mappings()
        found.extend(map(_as_listed, rows))
    return found


def put_residents(tx: Tx, rows: Sequence[Resident]) -> None:
    drop_residents(tx, [row.resident for row in rows])
    for some in batches(rows):
        values = [{"municipality_id": tx.municipality, **vars(row)} for row in some]
        tx.connection.execute(sa.insert(residents), values)


def drop_residents(tx: Tx, names: Iterable[str]) -> None:
    mine = residents.c.municipality_id == tx.municipality
    for some in batches(names):
        tx.connection.execute(sa.delete(residents).where(mine, residents.c.resident.in_(some)))


def put_families(tx: Tx, shares: dict[str, str]) -> None:
    """A share of "" takes the family off the roll."""
    mine = families.c.municipality_id == tx.municipality
    for some in batches(shares):
        tx.connection.execute(sa.delete(families).where(mine, families.c.family.in_(some)))
    for pairs in batches((number, share) for number, share in shares.items() if share):
        values = [{"municipality_id": tx.municipality, "family": number, "share": share} for number, share in pairs]
        tx.connection.execute(sa.insert(families), values)


def live_cards(tx: Tx, names: Iterable[str]) -> list[str]:
    """Cards of these residents that are not revoked yet, by number."""
    found: list[str] = []
    for some in batches(names):
        here = (cards.c.municipality_id == tx.municipality, cards.c.resident.in_(some), cards.c.revoked_at.is_(None))
        found.extend(tx.connection.execute(sa.select(cards.c.card).where(*here)).scalars())
    return sorted(found)


def give_cards(tx: Tx, numbers: Iterable[str], resident: str) -> None:
    """These cards are this resident's from now on."""
    mine = cards.c.municipality_id == tx.municipality
    for some in batches(numbers):
        tx.connection.execute(sa.update(cards).where(mine, cards.c.card.in_(some)).values(resident=resident))


def set_fields(tx: Tx, upload: str, resident: str, fields: str) -> None:
    mine = (roll_changes.c.municipality_id == tx.municipality, roll_changes.c.upload == upload)
    change = sa.update(roll_changes).where(*mine, roll_changes.c.resident == resident).values(fields=fields)
    tx.connection.execute(change)


def _listed(tx: Tx) -> sa.Select[tuple[object, ...]]:
    mine = tx.municipality
    both = residents.join(
        families, sa.and_(families.c.municipality_id == mine, families.c.family == residents.c.family)
    )
    return sa.select(residents, families.c.share).select_from(both).where(residents.c.municipality_id == mine)


def _as_listed(row: sa.RowMapping) -> Listed:
    return Listed(Resident(**{key: row[key] for key in Resident.__dataclass_fields__}), row["share"])


def _import(row: sa.RowMapping) -> Import:
    return Import(**{key: row[key] for key in Import.__dataclass_fields__})


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`: no statement grows with the town."""
    some: list[T] = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
