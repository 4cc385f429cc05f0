"""The key of a card that dossiers and voting slips are sealed to, and what is told of a card that has none.

Must never let one such card stop the others, nor tell more of it than its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from card_reader import Algorithm, CardKey
from central.services.centre import Centre
from central.store import Tx, alarms, audit
from central.store.registry import Card
from municipality.staff import Role

UNSEALABLE: Final = "card-unsealable"
UNREADABLE: Final = "card-unreadable"


@dataclass(frozen=True)
class NoKey:
    """Its 9D certificate holds no key that can be sealed to: this card gets no dossier and no voting slip."""


def key_management_key(card: Card) -> CardKey | NoKey:
    """The key that opens what is sealed to this card: P-256 or RSA-2048."""
    try:
        key = x509.load_pem_x509_certificate(card.key_management.encode()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return NoKey()
    return key if isinstance(key, CardKey) and Algorithm.of(key) is not None else NoKey()


def tell_of(centre: Centre, cards: Sequence[str], what: str = UNSEALABLE) -> None:
    """An alarm for each of these cards, unless somebody has seen to it before: that it has no key, or (UNREADABLE) that
    the rows of it or of its holder cannot be read."""
    now = centre.clock()

    def work(tx: Tx) -> None:
        for card in cards:
            if not alarms.seen_to(tx, what, "", card):
                alarms.ring(tx, what, "", card, now)

    if cards:
        centre.store.once(work)


def waiting(centre: Centre) -> list[alarms.Alarm]:
    """Such alarms that nobody has seen to; `detail` is the card's number."""
    with centre.store.reading() as tx:
        return _waiting(tx)


def see(centre: Centre, alarm: str, *, who: str) -> bool:
    """A registrar has seen to it; False if there is no such alarm waiting."""
    now = centre.clock()

    def work(tx: Tx) -> bool:
        if alarm not in {one.alarm for one in _waiting(tx)} or not alarms.see(tx, alarm, who, now):
            return False
        audit.note(tx, who, Role.REGISTRAR, "alarm.see", alarm, now)
        return True

    return centre.store.once(work)


def _waiting(tx: Tx) -> list[alarms.Alarm]:
    return [one for one in alarms.waiting(tx, "") if one.what in (UNSEALABLE, UNREADABLE)]
