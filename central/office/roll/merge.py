"""Two entries of one person become one, and come apart again: proposed by one officer, applied by another (roll.apply).

Must never leave one person with two working cards, which would be two votes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from enum import StrEnum

from central.kernel.centre import Centre
from central.office.roll.records import Previewed, record_text, records_of
from central.store import Tx, audit
from central.store.office import roll as rows
from municipality.roll.record import What


class NoMerge(StrEnum):
    """Why two entries are not merged, or a merge not undone."""

    SAME = "the-same-entry"
    UNKNOWN = "not-on-the-roll"
    NO_MERGE = "no-such-merge"
    FORGOTTEN = "too-long-ago"
    RETURNED = "back-on-the-roll-already"


def propose(centre: Centre, kept: str, dropped: str, *, who: str, role: str) -> Previewed | NoMerge:
    """`dropped` is to leave the roll as the same person as `kept`. If `kept` has no working card, that of `dropped`
    becomes theirs; otherwise it is blocked."""
    if kept == dropped:
        return NoMerge.SAME
    with centre.store.reading() as tx:
        known = records_of(rows.of_residents(tx, [kept, dropped]))
        base = rows.version(tx)
    if set(known) != {kept, dropped}:
        return NoMerge.UNKNOWN
    change = rows.Changed(dropped, What.MERGED.value, json.dumps([kept]), record_text(known[dropped]), None)
    return _keep(centre, change, base, who, role)


def propose_undo(centre: Centre, upload: str, *, who: str, role: str) -> Previewed | NoMerge:
    """Bring back what the applied merge `upload` took away: the entry, and the cards that moved. A card that was
    blocked stays so: a revoked certificate is revoked for good."""
    with centre.store.reading() as tx:
        one = rows.find_import(tx, upload)
        found = [row for some in rows.changes(tx, upload) for row in some if row.what == What.MERGED]
        base = rows.version(tx)
        if one is None or one.state != rows.APPLIED or not found:
            return NoMerge.NO_MERGE
        merge = found[0]
        if merge.before is None:
            return NoMerge.FORGOTTEN
        if rows.of_residents(tx, [merge.resident]):
            return NoMerge.RETURNED
    change = rows.Changed(merge.resident, What.UNMERGED.value, merge.fields, None, merge.before)
    return _keep(centre, change, base, who, role)


def move_cards(tx: Tx, upload: str, changes: Iterable[rows.Changed]) -> None:
    """For roll.apply: hand cards over where a merge, or its undoing, says so. What stays behind it blocks."""
    for change in changes:
        if change.what == What.MERGED:
            kept = str(json.loads(change.fields)[0])
            if rows.live_cards(tx, [kept]):
                continue
            moved = rows.live_cards(tx, [change.resident])
            rows.give_cards(tx, moved, kept)
            rows.set_fields(tx, upload, change.resident, json.dumps([kept, *moved]))
        elif change.what == What.UNMERGED:
            rows.give_cards(tx, json.loads(change.fields)[1:], change.resident)


def _keep(centre: Centre, change: rows.Changed, base: int, who: str, role: str) -> Previewed:
    now = centre.clock()
    upload = secrets.token_hex(8)
    counts = {change.what: 1}
    digest = hashlib.sha256(json.dumps([change.what, change.resident, change.fields]).encode()).hexdigest()
    with centre.store.writing() as tx:
        day = now.date().isoformat()
        rows.add_import(tx, rows.Import(upload, rows.PREVIEWED, digest, base, False, day, json.dumps(counts), who, now))
        rows.add_changes(tx, upload, [change])
        audit.note(tx, who, role, f"roll.{change.what}", upload, now)
    return Previewed(upload, digest, counts)
