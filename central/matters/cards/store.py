"""Takes away what is left of cards that are long over, some at a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from central.store import Tx, retention
from central.store.tables import card_certificates, card_keys, card_secrets, cards, dossiers, technicians


def drop_cards(tx: Tx, before: datetime) -> int:
    """Cards that expired before then, with what was sealed to them, issued for them or let in by them."""
    mine = (cards.c.municipality_id == tx.municipality, cards.c.not_after < before)
    chosen = list(tx.connection.execute(sa.select(cards.c.card).where(*mine).limit(retention.SOME)).scalars())
    for table in (dossiers, card_secrets, card_certificates, technicians, cards):
        gone = sa.delete(table).where(table.c.municipality_id == tx.municipality, table.c.card.in_(chosen))
        tx.connection.execute(gone)
    keys = (card_keys.c.municipality_id == tx.municipality, card_keys.c.card.in_(chosen))
    tx.connection.execute(sa.update(card_keys).where(*keys).values(card=""))  # no second card gets its keys, ever
    return len(chosen)
