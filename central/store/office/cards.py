"""The card office's rows: where each card stands, what was issued for it, block codes, technicians.

Never a PIN, a PUK or a block code; never a resident's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from central.store import counters, many
from central.store.engine import Tx
from central.store.tables import card_certificates, card_secrets, cards, residents, technicians
from municipality.matters.cards.rules import IN_USE, LIVE, Bearer, State

_COUNTER, _LETTERS = "cards", "pin_letters"


@dataclass(frozen=True)
class Held:
    """A card as the office knows it. `before`: the state that a blocked card had. `letter`: its newest PIN letter."""

    card: str
    resident: str
    state: State
    bearer: Bearer
    not_after: datetime
    revoked_at: datetime | None
    before: str
    blocked_by: str
    replaces: str
    letter: str
    unblocked_at: datetime | None


@dataclass(frozen=True)
class Secrets:
    """`secret_salt`: hex, half of what PUK and management key are derived from."""

    secret_salt: str = field(repr=False)
    block_code_hash: str = field(default="", repr=False)


@dataclass(frozen=True)
class Issued:
    """One certificate. `serial`: hex."""

    serial: str
    card: str
    slot: str
    letter: str
    issued_at: datetime
    revoked_at: datetime | None = None


def take_number(tx: Tx, prefix: str) -> str:
    """A card number that no card ever had: the prefix and six digits."""
    if counters.last(tx, _COUNTER, lock=True) == 0:
        mine = sa.select(sa.func.count()).select_from(cards).where(cards.c.municipality_id == tx.municipality)
        if before := int(tx.connection.execute(mine).scalar_one()):
            counters.take(tx, _COUNTER, before)
    while True:
        number = f"{prefix}-{counters.take(tx, _COUNTER):06d}"
        if find(tx, number) is None:
            return number


def take_letter(tx: Tx) -> str:
    """The serial of a new PIN letter; letters of one municipality never share one."""
    return f"{counters.take(tx, _LETTERS):06d}"


def order(tx: Tx, held: Held, salt: str) -> None:
    """A new card that has no certificates yet."""
    values = {name: getattr(held, name) for name in Held.__dataclass_fields__}
    empty = dict.fromkeys(("authentication", "card_authentication", "key_management"), "")
    tx.connection.execute(sa.insert(cards).values(municipality_id=tx.municipality, **values, **empty))
    add_secrets(tx, held.card, Secrets(salt))


def add_secrets(tx: Tx, card: str, kept: Secrets) -> None:
    values = {"card": card, "secret_salt": kept.secret_salt, "block_code_hash": kept.block_code_hash}
    tx.connection.execute(sa.insert(card_secrets).values(municipality_id=tx.municipality, **values))


def find(tx: Tx, card: str, *, lock: bool = False) -> Held | None:
    here = sa.select(*_columns()).where(cards.c.municipality_id == tx.municipality, cards.c.card == card)
    row = tx.connection.execute(here.with_for_update() if lock else here).mappings().first()
    return None if row is None else _held(row)


def change(tx: Tx, card: str, **values: object) -> None:
    here = (cards.c.municipality_id == tx.municipality, cards.c.card == card)
    tx.connection.execute(sa.update(cards).where(*here).values(**values))


def of_resident(tx: Tx, resident: str) -> list[Held]:
    here = sa.select(*_columns()).where(cards.c.municipality_id == tx.municipality, cards.c.resident == resident)
    return [_held(row) for row in tx.connection.execute(here.order_by(cards.c.card)).mappings()]


def live_of(tx: Tx, resident: str) -> list[Held]:
    """Those of a resident that work, or will."""
    return [one for one in of_resident(tx, resident) if one.state in LIVE and one.revoked_at is None]


def lock_resident(tx: Tx, resident: str) -> bool:
    """Whether they are on the roll; nobody else orders or unblocks a card for them until we are done."""
    here = (residents.c.municipality_id == tx.municipality, residents.c.resident == resident)
    return tx.connection.execute(sa.select(residents.c.resident).where(*here).with_for_update()).first() is not None


def page(tx: Tx, *, state: str = "", after: str = "", limit: int = 500) -> list[Held]:
    """By number, after `after`; of one state only, where it is named."""
    here = sa.select(*_columns()).where(cards.c.municipality_id == tx.municipality, cards.c.card > after)
    if state:
        here = here.where(cards.c.state == state)
    return [_held(row) for row in tx.connection.execute(here.order_by(cards.c.card).limit(limit)).mappings()]


def ended(tx: Tx, now: datetime) -> list[Held]:
    """Cards that have run out and are not said to have."""
    states = [State.PERSONALISED, State.HANDED_OVER, State.ACTIVE, State.BLOCKED]
    here = (cards.c.municipality_id == tx.municipality, cards.c.not_after <= now, cards.c.state.in_(states))
    return [_held(row) for row in tx.connection.execute(sa.select(*_columns()).where(*here)).mappings()]


def blocked_or_new(tx: Tx, numbers: Collection[str]) -> list[Held]:
    """Those of these cards whose use at a booth says something: blocked ones, and ones that nobody had used yet."""
    if not numbers:
        return []
    telling = sa.or_(cards.c.revoked_at.is_not(None), cards.c.state == State.HANDED_OVER)
    here = sa.select(*_columns()).where(cards.c.municipality_id == tx.municipality, telling)
    rows = tx.connection.execute(here.where(many.among(tx, cards.c.card, numbers)).order_by(cards.c.card)).mappings()
    return [_held(row) for row in rows]


def secrets_of(tx: Tx, card: str) -> Secrets | None:
    here = (card_secrets.c.municipality_id == tx.municipality, card_secrets.c.card == card)
    row = tx.connection.execute(sa.select(card_secrets).where(*here)).mappings().first()
    return None if row is None else Secrets(row["secret_salt"], row["block_code_hash"])


def set_block_code(tx: Tx, card: str, encoded: str) -> None:
    here = (card_secrets.c.municipality_id == tx.municipality, card_secrets.c.card == card)
    tx.connection.execute(sa.update(card_secrets).where(*here).values(block_code_hash=encoded))


def on_hold(tx: Tx) -> set[str]:
    """Blocked cards that an officer may still release."""
    here = (cards.c.municipality_id == tx.municipality, cards.c.state == State.BLOCKED)
    found = sa.select(cards.c.card).where(*here, cards.c.before.in_(sorted(IN_USE)))
    return set(tx.connection.execute(found).scalars())


def block_codes(tx: Tx) -> list[tuple[str, str]]:
    """(card, hash) of every card in somebody's hands, by number."""
    joined = card_secrets.join(
        cards, sa.and_(cards.c.municipality_id == tx.municipality, cards.c.card == card_secrets.c.card)
    )
    here = sa.select(cards.c.card, card_secrets.c.block_code_hash).select_from(joined)
    here = here.where(
        card_secrets.c.municipality_id == tx.municipality,
        card_secrets.c.block_code_hash != "",
        cards.c.revoked_at.is_(None),
        cards.c.state.in_(sorted(IN_USE)),
    )
    return [(str(row.card), str(row.block_code_hash)) for row in tx.connection.execute(here.order_by(cards.c.card))]


def note_issued(tx: Tx, rows: Iterable[Issued]) -> None:
    for one in rows:
        tx.connection.execute(sa.insert(card_certificates).values(municipality_id=tx.municipality, **vars(one)))


def attempted(tx: Tx, card: str, serials: Collection[int]) -> bool:
    """Whether one of these certificates was issued in an attempt at this card."""
    here = (card_certificates.c.municipality_id == tx.municipality, card_certificates.c.card == card)
    found = sa.select(card_certificates.c.serial).where(
        *here, card_certificates.c.serial.in_([f"{n:x}" for n in serials])
    )
    return tx.connection.execute(found.limit(1)).first() is not None


def revoke_issued(tx: Tx, card: str, at: datetime, *, letter: str | None = None) -> int:
    """Certificates of attempts at this card (or of one attempt) that nobody has revoked yet. Returns how many."""
    here = [card_certificates.c.municipality_id == tx.municipality, card_certificates.c.card == card]
    if letter is not None:
        here.append(card_certificates.c.letter == letter)
    here.append(card_certificates.c.revoked_at.is_(None))
    return tx.connection.execute(sa.update(card_certificates).where(*here).values(revoked_at=at)).rowcount


def revoked_issued(tx: Tx) -> list[tuple[int, datetime]]:
    """(serial number, when) of every certificate that was revoked by itself."""
    here = sa.select(card_certificates.c.serial, card_certificates.c.revoked_at).where(
        card_certificates.c.municipality_id == tx.municipality, card_certificates.c.revoked_at.is_not(None)
    )
    rows = tx.connection.execute(here.order_by(card_certificates.c.serial))
    return [(int(row.serial, 16), row.revoked_at) for row in rows]


def list_technician(tx: Tx, card: str, booths: Sequence[str], by: str, at: datetime) -> None:
    """From now on exactly these booths; () takes the card off the list."""
    here = (technicians.c.municipality_id == tx.municipality, technicians.c.card == card)
    live = technicians.c.off_at.is_(None)
    tx.connection.execute(sa.update(technicians).where(*here, live).values(off_at=at))
    for booth in booths:
        row = {"card": card, "booth": booth, "added_by": by, "added_at": at, "off_at": None}
        tx.connection.execute(sa.delete(technicians).where(*here, technicians.c.booth == booth))
        tx.connection.execute(sa.insert(technicians).values(municipality_id=tx.municipality, **row))


def opened_booth(tx: Tx, card: str, booth: str, at: datetime) -> bool:
    """Whether the list let this card open the booth then, or had not yet taken it off."""
    found = sa.select(technicians.c.card).where(
        technicians.c.municipality_id == tx.municipality,
        technicians.c.card == card,
        technicians.c.booth.in_(("", booth)),
        sa.or_(technicians.c.off_at.is_(None), technicians.c.off_at > at),
    )
    return tx.connection.execute(found.limit(1)).first() is not None


def technicians_now(tx: Tx) -> dict[str, tuple[str, ...]]:
    """By card in use: the booths it opens; () for all of them."""
    joined = technicians.join(
        cards, sa.and_(cards.c.municipality_id == tx.municipality, cards.c.card == technicians.c.card)
    )
    here = sa.select(technicians.c.card, technicians.c.booth).select_from(joined)
    here = here.where(
        technicians.c.municipality_id == tx.municipality,
        technicians.c.off_at.is_(None),
        cards.c.revoked_at.is_(None),
        cards.c.state.in_(sorted(IN_USE)),
    )
    found: dict[str, set[str]] = {}
    for row in tx.connection.execute(here):
        found.setdefault(row.card, set()).add(row.booth)
    return {card: () if "" in some else tuple(sorted(some)) for card, some in sorted(found.items())}


def _columns() -> list[sa.Column[object]]:
    return [cards.c[name] for name in Held.__dataclass_fields__]


def _held(row: sa.RowMapping) -> Held:
    values = dict(row)
    return Held(**{**values, "state": State(values["state"]), "bearer": Bearer(values["bearer"])})
