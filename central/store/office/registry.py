"""The roll: residents, their families, their cards, and what was last sealed to each. Never a credential or a PIN."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from central.store import many
from central.store.engine import Tx
from central.store.tables import cards, dossiers, families, residents


@dataclass(frozen=True)
class Card:
    """Certificates in PEM, by slot: 9A, 9E, 9D; "" while it is ordered. `state`: of
    municipality.matters.cards.rules."""

    card: str
    resident: str
    authentication: str
    card_authentication: str
    key_management: str
    not_after: datetime
    revoked_at: datetime | None = None
    state: str = "active"
    bearer: str = "resident"


@dataclass(frozen=True, repr=False)
class Resident:
    """`person` is JSON of municipality's Person, `capacities` a JSON list."""

    resident: str
    family: str
    person: str
    capacities: str


@dataclass(frozen=True, repr=False)
class Holder:
    """A card's resident with their family share, as JSON texts; all None when they are no longer on the roll."""

    card: Card
    person: str | None
    capacities: str | None
    share: str | None


@dataclass(frozen=True)
class Sealed:
    """What was last sealed to `card`: HMAC of its contents, its number in the row, when it goes stale. `salt`: hex,
    half of what its secret is derived from. Of its sections: their number in the row, the round and the night of
    sealing."""

    card: str
    mac: str
    sequence: int
    expires_at: datetime
    salt: str = field(default="", repr=False)
    sections: int = 0
    round: int = 0
    night: str = ""


def add_cards(tx: Tx, rows: Iterable[Card]) -> None:
    _insert(tx, cards, rows)


def add_residents(tx: Tx, rows: Iterable[Resident]) -> None:
    _insert(tx, residents, rows)


def add_families(tx: Tx, shares: dict[str, str]) -> None:
    rows = [{"municipality_id": tx.municipality, "family": number, "share": share} for number, share in shares.items()]
    tx.connection.execute(sa.insert(families), rows)


def find_card(tx: Tx, card: str) -> Card | None:
    here = sa.select(cards).where(cards.c.municipality_id == tx.municipality, cards.c.card == card)
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else Card(**{key: row[key] for key in Card.__dataclass_fields__})


def find_cards(tx: Tx, numbers: Collection[str]) -> dict[str, Card]:
    """Those of `numbers` that there are, in one statement."""
    here = sa.select(cards).where(cards.c.municipality_id == tx.municipality, many.among(tx, cards.c.card, numbers))
    found = tx.connection.execute(here).mappings()
    return {row["card"]: Card(**{key: row[key] for key in Card.__dataclass_fields__}) for row in found}


def revoke(tx: Tx, card: str, at: datetime, by: str = "counter") -> None:
    """It is blocked from now on; central.store.office.cards can undo it. `by`: a Blocked of the cards' rules."""
    here = (cards.c.municipality_id == tx.municipality, cards.c.card == card)
    lasts = sa.case((cards.c.state.in_(("replaced", "expired")), cards.c.state), else_="blocked")
    before = sa.case((cards.c.revoked_at.is_(None), cards.c.state), else_=cards.c.before)
    values = {"revoked_at": at, "before": before, "state": lasts, "blocked_by": by}
    tx.connection.execute(sa.update(cards).where(*here).values(**values))


def revoked_cards(tx: Tx) -> list[Card]:
    """By number."""
    here = sa.select(cards).where(cards.c.municipality_id == tx.municipality, cards.c.revoked_at.is_not(None))
    found = [
        Card(**{key: row[key] for key in Card.__dataclass_fields__}) for row in tx.connection.execute(here).mappings()
    ]
    return sorted(found, key=lambda card: card.card)


def set_capacities(tx: Tx, resident: str, capacities: str) -> None:
    here = (residents.c.municipality_id == tx.municipality, residents.c.resident == resident)
    tx.connection.execute(sa.update(residents).where(*here).values(capacities=capacities))


def holders(tx: Tx) -> Iterator[Holder]:
    """Every card with its resident and family, by card number; read in batches, so that a town fits in memory."""
    after = ""
    while some := holders_after(tx, after):
        yield from some
        after = some[-1].card.card


def holders_after(tx: Tx, card: str, limit: int = 500) -> list[Holder]:
    """The next cards after `card`, in the database's own order of numbers."""
    page = _holders(tx).where(cards.c.card > card).order_by(cards.c.card).limit(limit)
    return [_holder(row) for row in tx.connection.execute(page).mappings()]


def holders_of(tx: Tx, numbers: Sequence[str]) -> list[Holder]:
    """These cards, by number."""
    some = _holders(tx).where(cards.c.card.in_(numbers)).order_by(cards.c.card)
    return [_holder(row) for row in tx.connection.execute(some).mappings()]


def _holders(tx: Tx) -> sa.Select[tuple[object, ...]]:
    mine = tx.municipality
    joined = cards.outerjoin(
        residents, sa.and_(residents.c.municipality_id == mine, residents.c.resident == cards.c.resident)
    ).outerjoin(families, sa.and_(families.c.municipality_id == mine, families.c.family == residents.c.family))
    wanted = sa.select(cards, residents.c.person, residents.c.capacities, families.c.share)
    return wanted.select_from(joined).where(cards.c.municipality_id == mine, cards.c.bearer == "resident")


def _holder(row: sa.RowMapping) -> Holder:
    card = Card(**{key: row[key] for key in Card.__dataclass_fields__})
    return Holder(card=card, person=row["person"], capacities=row["capacities"], share=row["share"])


def sealed(tx: Tx, numbers: Sequence[str]) -> dict[str, Sealed]:
    """What was last sealed to these cards."""
    mine = (dossiers.c.municipality_id == tx.municipality, dossiers.c.card.in_(numbers))
    rows = tx.connection.execute(sa.select(dossiers).where(*mine)).mappings()
    return {row["card"]: Sealed(**{key: row[key] for key in Sealed.__dataclass_fields__}) for row in rows}


def count_sealed(tx: Tx) -> int:
    """Cards that have a dossier."""
    mine = (dossiers.c.municipality_id == tx.municipality, dossiers.c.mac != "")
    return int(tx.connection.execute(sa.select(sa.func.count()).select_from(dossiers).where(*mine)).scalar_one())


def cards_of(tx: Tx, residents: Collection[str]) -> dict[str, str]:
    """Every card that these residents have or had, and whose it is."""
    mine = (cards.c.municipality_id == tx.municipality, many.among(tx, cards.c.resident, residents))
    found = tx.connection.execute(sa.select(cards.c.card, cards.c.resident).where(*mine))
    return {str(row.card): str(row.resident) for row in found}


def put_sealed(tx: Tx, rows: list[Sealed]) -> None:
    for_these = sa.delete(dossiers).where(
        dossiers.c.municipality_id == tx.municipality, dossiers.c.card == sa.bindparam("c")
    )
    if rows:
        tx.connection.execute(for_these, [{"c": row.card} for row in rows])
        _insert(tx, dossiers, rows)


def _insert(tx: Tx, table: sa.Table, rows: Iterable[object]) -> None:
    values = [{"municipality_id": tx.municipality, **vars(row)} for row in rows]
    if values:
        tx.connection.execute(sa.insert(table), values)
