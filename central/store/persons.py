"""Everything that stands under one card or one resident, whichever table it lies in. Reads only.

Never what tells which ciphertext somebody sent: of a vote there is a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import audit, ballot_links, cards, elections, metadata

# Told in a form of their own, or not the person's: `ballot_links` would name ciphertexts.
_APART = {"ballot_links", "cards", "residents", "audit"}
# Never handed out, not even to whom they belong: what opens or unblocks a card, and means of telling one vote.
_NEVER = ("pin", "puk", "secret", "hash", "tracker", "envelope", "mac", "token")


def cards_of(tx: Tx, resident: str) -> list[Mapping[str, object]]:
    here = (cards.c.municipality_id == tx.municipality, cards.c.resident == resident)
    return [dict(row) for row in tx.connection.execute(sa.select(cards).where(*here).order_by(cards.c.card)).mappings()]


def elsewhere(tx: Tx, numbers: Sequence[str], resident: str) -> dict[str, list[Mapping[str, object]]]:
    """By table: rows that name one of these cards, or this resident. A table that is added later is in it at once."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for table in metadata.sorted_tables:
        if table.name in _APART:
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


def votes(tx: Tx, numbers: Sequence[str]) -> dict[str, int]:
    """How many ballots came from these cards, by vote; nothing of a vote whose links are gone."""
    here = (ballot_links.c.municipality_id == tx.municipality, ballot_links.c.card.in_(numbers))
    counted = sa.select(ballot_links.c.election, sa.func.count()).where(*here).group_by(ballot_links.c.election)
    return {str(election): int(count) for election, count in tx.connection.execute(counted)}


def rolls(tx: Tx) -> list[tuple[str, str, str, str]]:
    """Every vote: its id, state, notice and frozen roll, as JSON texts."""
    here = sa.select(elections).where(elections.c.municipality_id == tx.municipality).order_by(elections.c.opens)
    return [
        (row["election"], row["state"], row["notice"], row["roll"]) for row in tx.connection.execute(here).mappings()
    ]


def acts_about(tx: Tx, things: Sequence[str]) -> list[Mapping[str, object]]:
    """What the staff did about these cards or this resident: when, in what role, what. Not who."""
    here = (audit.c.municipality_id == tx.municipality, audit.c.about.in_(things))
    wanted = sa.select(audit.c.at, audit.c.role, audit.c.what, audit.c.about).where(*here).order_by(audit.c.entry)
    return [dict(row) for row in tx.connection.execute(wanted).mappings()]


def _hidden(name: str) -> bool:
    return any(part in name.split("_") for part in _NEVER)
