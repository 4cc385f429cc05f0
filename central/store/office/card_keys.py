"""Every public key that was certified for a card, by its fingerprint: the primary key lets none in twice.

`place` is "0" for what the office certifies. Only what an older store brought with it twice stands at "1" and up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from central.store import many
from central.store.engine import Tx
from central.store.tables import card_keys, cards
from municipality.matters.cards.rules import LIVE


@dataclass(frozen=True)
class Key:
    """`key`: its fingerprint. `slot`: 9A, 9E or 9D. `modulus`: of an RSA key, hex; "" for others."""

    key: str
    card: str
    slot: str
    modulus: str
    noted_at: datetime
    place: str = "0"


class Modulus(NamedTuple):
    """`key`: the fingerprint. `card`: "" where its number is forgotten."""

    key: str
    card: str
    number: int


def add(tx: Tx, keys: Sequence[Key]) -> None:
    """IntegrityError if one of them is there already."""
    if keys:
        values = [{"municipality_id": tx.municipality, **vars(key)} for key in keys]
        tx.connection.execute(sa.insert(card_keys), values)


def find(tx: Tx, fingerprints: Collection[str]) -> list[Key]:
    """Where these keys stand, by card."""
    here = sa.select(card_keys).where(card_keys.c.municipality_id == tx.municipality)
    here = here.where(many.among(tx, card_keys.c.key, fingerprints)).order_by(card_keys.c.card, card_keys.c.slot)
    return [_key(row) for row in tx.connection.execute(here).mappings()]


def rsa_keys(tx: Tx) -> frozenset[str]:
    """Fingerprints of every RSA key."""
    here = sa.select(card_keys.c.key).where(card_keys.c.municipality_id == tx.municipality, card_keys.c.modulus != "")
    return frozenset(tx.connection.execute(here).scalars())


def moduli(tx: Tx, fingerprints: Collection[str] | None = None) -> list[Modulus]:
    """Of every RSA key, or of those among these fingerprints."""
    here = sa.select(card_keys.c.key, card_keys.c.card, card_keys.c.modulus)
    here = here.where(card_keys.c.municipality_id == tx.municipality, card_keys.c.modulus != "")
    if fingerprints is not None:
        here = here.where(many.among(tx, card_keys.c.key, fingerprints))
    return [Modulus(row.key, row.card, int(row.modulus, 16)) for row in tx.connection.execute(here)]


def doubled(tx: Tx) -> list[str]:
    """Cards of which a key stands in more than one place, by number."""
    mine = card_keys.c.municipality_id == tx.municipality
    again = sa.select(card_keys.c.key).where(mine, card_keys.c.place != "0")
    found = sa.select(card_keys.c.card).where(mine, card_keys.c.key.in_(again)).distinct()
    return sorted(tx.connection.execute(found).scalars())


def working(tx: Tx, numbers: Collection[str]) -> list[str]:
    """Those of these cards that somebody has, or will get, and that nobody has blocked."""
    if not numbers:
        return []
    here = (cards.c.municipality_id == tx.municipality, cards.c.revoked_at.is_(None), cards.c.state.in_(sorted(LIVE)))
    found = sa.select(cards.c.card).where(*here, many.among(tx, cards.c.card, numbers)).order_by(cards.c.card)
    return list(tx.connection.execute(found).scalars())


def _key(row: sa.RowMapping) -> Key:
    return Key(**{name: row[name] for name in Key.__dataclass_fields__})
