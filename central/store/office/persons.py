"""Everything that stands under one card or one resident, whichever table it lies in. Reads only.

Never what tells which ciphertext somebody sent: of a vote there is a count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import audit, cards, metadata

# Told in a form of their own, or not the person's.
_APART = {"cards", "residents", "audit"}
# Never handed out, not even to whom they belong: what opens or unblocks a card, and means of telling one vote.
_NEVER = ("pin", "puk", "secret", "hash", "tracker", "envelope", "mac", "token")


def cards_of(tx: Tx, resident: str) -> list[Mapping[str, object]]:
    here = (cards.c.municipality_id == tx.municipality, cards.c.resident == resident)
    return [dict(row) for row in tx.connection.execute(sa.select(cards).where(*here).order_by(cards.c.card)).mappings()]


def elsewhere(
    tx: Tx, numbers: Sequence[str], resident: str, apart: Collection[str]
) -> dict[str, list[Mapping[str, object]]]:
    """By table: rows that name one of these cards, or this resident. A table that is added later is in it at once.
    `apart`: tables of which a matter tells in a form of its own."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for table in metadata.sorted_tables:
        if table.name in _APART or table.name in apart:
            continue
        named: list[sa.ColumnElement[bool]] = []
        if "card" in table.c:
            named.append(table.c.card.in_(numbers))
        if "resident" in table.c:
            named.append(table.c.resident == resident)
        if not named:
            continue
        here = sa.or_(*named)
        rows = tx.connection.execute(sa.select(table).where(table.c.municipality_id == tx.municipality, here))
        found[table.name] = [
            {name: value for name, value in row.items() if name != "municipality_id" and not _hidden(name)}
            for row in rows.mappings()
        ]
    return found


def acts_about(tx: Tx, things: Sequence[str]) -> list[Mapping[str, object]]:
    """What the staff did about these cards or this resident: when, in what role, what. Not who."""
    here = (audit.c.municipality_id == tx.municipality, audit.c.about.in_(things))
    wanted = sa.select(audit.c.at, audit.c.role, audit.c.what, audit.c.about).where(*here).order_by(audit.c.entry)
    return [dict(row) for row in tx.connection.execute(wanted).mappings()]


def _hidden(name: str) -> bool:
    return any(part in name.split("_") for part in _NEVER)
