"""Emptying the card in the office's reader, for one that an earlier attempt left behind or whose time is over.

Which card it is comes first, and the record has its number before anything is done. Must never erase a card that is
somebody's, or one that this office did not issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import CardManagement, CardRefused, Connection, PivCard, Seen, look_at, wipe
from central.kernel.centre import Centre
from central.office.roll import registry
from central.store import Tx, audit
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import IN_USE, State
from municipality.staff import Role

_OVER = frozenset({State.BLOCKED, State.REPLACED, State.EXPIRED})


class Why(StrEnum):
    """Why a card is not erased."""

    SOMEBODYS = "somebodys"
    NOT_OURS = "not-ours"
    NOT_ON_RECORD = "not-on-record"


@dataclass(frozen=True)
class Spared:
    """The card in the reader was not touched. `card`: its number, if it is one of ours; `state`: where it stands."""

    why: Why
    card: str = ""
    state: State | None = None


def empty(
    centre: Centre, connection: Connection, ordered: str, *, who: str, now: datetime
) -> Spared | CardRefused | None:
    """None: it is empty, or it is no card that can be emptied, and whatever is done next finds that out by itself.

    Raises CardGone, also for a card that was swapped meanwhile, and CardFault for one that cannot be read: such a card
    is left alone.
    """
    seen = look_at(PivCard(connection))
    if seen is None or CardManagement(connection).version() is None:
        return None
    spared = centre.store.once(lambda tx: _judged(centre, tx, seen, ordered, who, now))
    if spared is not None:
        return spared
    return None if wipe(connection, seen) else CardRefused("RESET", None)


def _judged(centre: Centre, tx: Tx, seen: Seen, ordered: str, who: str, now: datetime) -> Spared | None:
    """None: it may go, and the record says so from now on."""
    if seen.is_empty:
        audit.note(tx, who, Role.REGISTRAR, "card.wipe_blank", ordered, now)
        return None
    number = seen.issued_by(centre.card_authorities)
    if number is None:
        return Spared(Why.NOT_OURS)
    held, row = rows.find(tx, number, lock=True), registry_rows.find_card(tx, number)
    if held is None or row is None:
        return Spared(Why.NOT_ON_RECORD, number)
    if _is_the_card(seen, row):
        if held.state not in _OVER and held.not_after > now:
            return Spared(Why.SOMEBODYS, number, held.state)
        if held.state is State.BLOCKED and held.before in IN_USE:  # nobody can release what is empty
            rows.change(tx, number, before="")
            registry.ask_for_list(tx, now)
    elif not rows.attempted(tx, number, [one.serial_number for one in seen.certificates.values()]):
        return Spared(Why.NOT_ON_RECORD, number)
    audit.note(tx, who, Role.REGISTRAR, "card.wipe", number, now)
    return None


def _is_the_card(seen: Seen, row: registry_rows.Card) -> bool:
    """Whether it is the finished card of this number, and not what an attempt left."""
    registered = {row.authentication, row.card_authentication, row.key_management} - {""}
    told = {one.public_bytes(Encoding.PEM).decode("ascii") for one in seen.certificates.values()}
    return bool(told & registered)
