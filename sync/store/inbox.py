"""What the centre sent: public matter, sealed dossiers, voting slips, by kind and key.

Works inside the transaction that is passed in and never commits. Never replaces matter by older matter, and keeps
what could not be applied, with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, Row, Table, Text, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from sync.store.outbox import among, metadata, read_state, write_state
from sync.wire.messages import Item

__all__ = [
    "Stored",
    "all_of",
    "cursor",
    "get",
    "keep",
    "keys_of",
    "metadata",
    "problems",
    "set_aside",
    "set_cursor",
    "set_savepoint",
    "store_all",
    "store_item",
    "undo",
]

_CURSOR: Final = "pull.cursor"


def _columns() -> list[Column[Any]]:
    return [
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("seq", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("body", Text, nullable=False),
    ]


# A withdrawn item stays, with an empty body: its seq keeps an older one from coming back.
_items: Final = Table("inbox_items", metadata, *_columns(), sqlite_with_rowid=False)
_problems: Final = Table(
    "inbox_problems", metadata, *_columns(), Column("reason", Text, nullable=False), sqlite_with_rowid=False
)


class Stored(Enum):
    """What became of an item."""

    NEW = "new"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CONFLICT = "conflict"


def set_savepoint(connection: Connection) -> None:
    """Where `undo` goes back to. `keep` or `undo` must follow."""
    connection.exec_driver_sql("SAVEPOINT item")


def keep(connection: Connection) -> None:
    """What was written since the savepoint stays, if the transaction is committed."""
    connection.exec_driver_sql("RELEASE item")


def undo(connection: Connection) -> bool:
    """Undoes what was written since the savepoint. False if SQLite has undone the whole transaction, as it may on a
    full disk: then nothing more may be written in it."""
    try:
        connection.exec_driver_sql("ROLLBACK TO item")
        connection.exec_driver_sql("RELEASE item")
    except OperationalError:
        return False
    return True


def store_item(connection: Connection, item: Item) -> Stored:
    """Keep the item if it is newer than what is here. Same seq with another body is a CONFLICT and is not kept."""
    here = connection.execute(select(_items.c.seq, _items.c.digest).where(*_named(_items, item.kind, item.key))).first()
    if here is None:
        connection.execute(insert(_items).values(_row(item)))
    elif item.seq < here.seq:
        return Stored.STALE
    elif item.seq == here.seq:
        return Stored.UNCHANGED if item.digest == here.digest else Stored.CONFLICT
    else:
        connection.execute(update(_items).where(*_named(_items, item.kind, item.key)).values(_row(item)))
    _solved(connection, item)
    return Stored.NEW


def store_all(connection: Connection, items: Sequence[Item]) -> list[Stored]:
    """As store_item for each, in a few statements."""
    here = _known(connection, items)
    fresh: dict[tuple[str, str], Item] = {}
    became: list[Stored] = []
    for item in items:
        name = item.kind, item.key
        seq, digest = here.get(name, (-1, ""))
        if item.seq > seq:
            # Of two of one name on a page the second is measured against the first.
            fresh[name], here[name] = item, (item.seq, item.digest)
            became.append(Stored.NEW)
        elif item.seq < seq:
            became.append(Stored.STALE)
        else:
            became.append(Stored.UNCHANGED if item.digest == digest else Stored.CONFLICT)
    if fresh:
        put = sqlite.insert(_items)
        newer = {name: put.excluded[name] for name in ("seq", "digest", "body")}
        connection.execute(put.on_conflict_do_update(set_=newer), [_row(item) for item in fresh.values()])
    if fresh and connection.execute(select(_problems.c.seq).limit(1)).first():
        for item in fresh.values():
            _solved(connection, item)
    return became


def _known(connection: Connection, items: Sequence[Item]) -> dict[tuple[str, str], tuple[int, str]]:
    """seq and digest of what is here of the same names."""
    known: dict[tuple[str, str], tuple[int, str]] = {}
    for kind in {item.kind for item in items}:
        keys = among([item.key for item in items if item.kind == kind])
        mine = select(_items.c.key, _items.c.seq, _items.c.digest).where(_items.c.kind == kind, _items.c.key.in_(keys))
        known |= {(kind, row.key): (row.seq, row.digest) for row in connection.execute(mine)}
    return known


def _solved(connection: Connection, item: Item) -> None:
    connection.execute(delete(_problems).where(*_named(_problems, item.kind, item.key), _problems.c.seq <= item.seq))


def get(connection: Connection, kind: str, key: str) -> Item | None:
    """The current item, or None if there is none or it was withdrawn."""
    row = connection.execute(select(_items).where(*_named(_items, kind, key))).first()
    return _item(row) if row is not None and row.body else None


def all_of(connection: Connection, kind: str) -> list[Item]:
    """The current items of a kind, by key, without the withdrawn."""
    rows = connection.execute(select(_items).where(_items.c.kind == kind, _items.c.body != "").order_by(_items.c.key))
    return [_item(row) for row in rows]


def keys_of(connection: Connection, kind: str, prefix: str) -> set[str]:
    """Keys of the current items of a kind that begin with `prefix`; reads no body."""
    mine = (_items.c.kind == kind, _items.c.key.startswith(prefix, autoescape=True), _items.c.body != "")
    return set(connection.execute(select(_items.c.key).where(*mine)).scalars())


def cursor(connection: Connection) -> int:
    """Where the next pull goes on; 0 before the first."""
    return int(read_state(connection, _CURSOR) or 0)


def set_cursor(connection: Connection, value: int) -> None:
    """Remember it, in the transaction that ends a page."""
    write_state(connection, _CURSOR, str(value))


def set_aside(connection: Connection, item: Item, reason: str) -> None:
    """Keep an item that could not be applied; a newer one of the same name takes its place."""
    known = connection.execute(select(_problems.c.seq).where(*_named(_problems, item.kind, item.key))).scalar()
    if known is None:
        connection.execute(insert(_problems).values(**_row(item), reason=reason))
    elif item.seq >= known:
        values = {**_row(item), "reason": reason}
        connection.execute(update(_problems).where(*_named(_problems, item.kind, item.key)).values(values))


def problems(connection: Connection) -> list[tuple[Item, str]]:
    """Items set aside, with reasons, oldest change first."""
    rows = connection.execute(select(_problems).order_by(_problems.c.seq, _problems.c.kind, _problems.c.key))
    return [(_item(row), str(row.reason)) for row in rows]


def _named(table: Table, kind: str, key: str) -> tuple[Any, Any]:
    return table.c.kind == kind, table.c.key == key


def _row(item: Item) -> dict[str, Any]:
    return {"kind": item.kind, "key": item.key, "seq": item.seq, "digest": item.digest, "body": item.body}


def _item(row: Row[Any]) -> Item:
    return Item(row.kind, row.key, row.seq, row.body)
