"""What booths pull: items with growing numbers, one for each kind and key, the newest in place of the one before.

Never opens a body: most are sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import counters
from central.store.engine import Tx
from central.store.tables import items

COUNTER = "items"
_GAP = 1_000_000_000  # more numbers than can have been given out between a copy and its return
_A_SECOND = 1_000_000  # more than can be given out in one
_BATCH = 500


@dataclass(frozen=True)
class Item:
    """`digest`: SHA-256 of the body's UTF-8, hex."""

    seq: int
    kind: str
    key: str
    digest: str
    body: str


def put(tx: Tx, kind: str, bodies: dict[str, str]) -> int:
    """Put `bodies` (by key) in place; those that say the same already keep their number. Returns how many changed."""
    new = {key: (hashlib.sha256(body.encode()).hexdigest(), body) for key, body in bodies.items()}
    mine = (items.c.municipality_id == tx.municipality, items.c.kind == kind)
    known: dict[str, str] = {}
    for start in range(0, len(new), _BATCH):  # only these keys: a kind may have as many as the town has people
        some = list(new)[start : start + _BATCH]
        here = tx.connection.execute(sa.select(items.c.key, items.c.digest).where(*mine, items.c.key.in_(some)))
        known |= {str(row.key): str(row.digest) for row in here}
    changed = sorted(key for key, (digest, _) in new.items() if known.get(key) != digest)
    if not changed:
        return 0
    last = counters.take(tx, COUNTER, len(changed))
    gone = sa.delete(items).where(*mine, items.c.key == sa.bindparam("k"))
    tx.connection.execute(gone, [{"k": key} for key in changed])
    rows = [
        {"kind": kind, "key": key, "seq": last - len(changed) + place, "digest": new[key][0], "body": new[key][1]}
        for place, key in enumerate(changed, start=1)
    ]
    tx.connection.execute(sa.insert(items), [{"municipality_id": tx.municipality, **row} for row in rows])
    return len(changed)


def after(tx: Tx, seq: int, limit: int, most_bytes: int | None = None) -> list[Item]:
    """At most `limit` items whose number is above `seq`, in order; with `most_bytes`, no more bodies than that (one
    at least)."""
    mine = (items.c.municipality_id == tx.municipality, items.c.seq > seq)
    here = sa.select(items).where(*mine)
    if most_bytes is not None:
        # Sizes first, so that large bodies that the page has no room for are not read.
        size = sa.select(items.c.seq, sa.func.octet_length(items.c.body).label("size")).where(*mine)
        end, room = seq, most_bytes
        for row in tx.connection.execute(size.order_by(items.c.seq).limit(limit)):
            if end != seq and row.size > room:
                break
            end, room = int(row.seq), room - int(row.size)
        here = here.where(items.c.seq <= end)
    rows = tx.connection.execute(here.order_by(items.c.seq).limit(limit)).mappings()
    return [Item(**{key: row[key] for key in Item.__dataclass_fields__}) for row in rows]


def any_after(tx: Tx, seq: int) -> bool:
    here = sa.select(items.c.seq).where(items.c.municipality_id == tx.municipality, items.c.seq > seq)
    return tx.connection.execute(here.limit(1)).first() is not None


def find(tx: Tx, kind: str, key: str) -> Item | None:
    here = (items.c.municipality_id == tx.municipality, items.c.kind == kind, items.c.key == key)
    row = tx.connection.execute(sa.select(items).where(*here)).mappings().first()
    return None if row is None else Item(**{name: row[name] for name in Item.__dataclass_fields__})


def keys_of(tx: Tx, kind: str) -> list[str]:
    """The keys of every item of a kind."""
    here = sa.select(items.c.key).where(items.c.municipality_id == tx.municipality, items.c.kind == kind)
    return sorted(tx.connection.execute(here).scalars())


def newest_of(tx: Tx, kinds: Sequence[str], after: int) -> list[Item]:
    """Every item of these kinds whose number is above `after`, in order."""
    mine = (items.c.municipality_id == tx.municipality, items.c.seq > after, items.c.kind.in_(kinds))
    rows = tx.connection.execute(sa.select(items).where(*mine).order_by(items.c.seq)).mappings()
    return [Item(**{name: row[name] for name in Item.__dataclass_fields__}) for row in rows]


def last(tx: Tx, *, lock: bool = False) -> int:
    """The highest number given so far; 0 when there is none. `lock`: no other puts anything until we are done."""
    return counters.last(tx, COUNTER, lock=lock)


def renumber(tx: Tx, now: datetime) -> tuple[int, int]:
    """Every item gets a new number, far above any that was ever given out, in the same order. Returns how many items,
    and the number that they lie above: booths never take a lower one than they have seen.

    A copy does not know how often it was put back before, but time does: a million numbers for each second since 1970,
    which stays below 2**53 until the year 2255."""
    mine = items.c.municipality_id == tx.municipality
    before = counters.last(tx, COUNTER, lock=True)
    above = max((before // _GAP + 2) * _GAP, int(now.timestamp()) * _A_SECOND)
    lowest = tx.connection.execute(sa.select(sa.func.min(items.c.seq)).where(mine)).scalar_one() or before + 1
    shift = above + 1 - lowest  # not the whole of `above` on top of what it was the last time
    counters.take(tx, COUNTER, shift)
    moved = sa.update(items).where(mine).values(seq=items.c.seq + shift)
    return tx.connection.execute(moved).rowcount, above
