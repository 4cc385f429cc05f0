"""The keys of cards: the one that dossiers and slips are sealed to, and that no two cards ever have the same.

Must never let one bad card stop the others, nor tell more of it than its number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from card_reader import Algorithm, BadKey, CardKey, Slot, fingerprint, modulus, shares_a_prime
from central.kernel.centre import Centre
from central.store import Tx, alarms, audit
from central.store.office import card_keys as rows
from central.store.office.registry import Card
from municipality.staff import Role

UNSEALABLE: Final = "card-unsealable"
UNREADABLE: Final = "card-unreadable"
DOUBLED: Final = "card-key-doubled"
# Of no card: `detail` is the section's name (central.office.roll.sections).
SECTION_TOO_LARGE: Final = "section-too-large"
_TOLD_HERE: Final = (UNSEALABLE, UNREADABLE, DOUBLED, SECTION_TOO_LARGE)
SLOTS: Final = {
    "authentication": Slot.AUTHENTICATION,
    "card_authentication": Slot.CARD_AUTHENTICATION,
    "key_management": Slot.KEY_MANAGEMENT,
}


@dataclass(frozen=True)
class NoKey:
    """Its 9D certificate holds no key that can be sealed to: this card gets no dossier and no voting slip."""


def key_management_key(card: Card) -> CardKey | NoKey:
    """The key that opens what is sealed to this card: P-256 or RSA-2048."""
    return _key_in(card.key_management)


def _key_in(pem: str) -> CardKey | NoKey:
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return NoKey()
    return key if isinstance(key, CardKey) and Algorithm.of(key) is not None else NoKey()


@dataclass(frozen=True)
class Looked:
    """What was seen before the transaction. `seen`: the fingerprints that need no second look. `shared`: cards that
    have a prime of one of the new keys, by the slot of that one."""

    seen: frozenset[str] = frozenset()
    shared: Mapping[Slot, tuple[str, ...]] = field(default_factory=dict)


def certify_once(centre: Centre, card: str, keys: Mapping[Slot, CardKey], now: datetime) -> BadKey | None:
    """`admit` in a transaction of its own. The long part, each RSA key of the town against these, comes before it:
    nobody waits for that."""
    with centre.store.reading() as tx:
        held = rows.moduli(tx) if _moduli(keys) else []
    looked = Looked(frozenset(one.key for one in held), _shared(keys, held))
    return centre.store.once(lambda tx: admit(tx, card, keys, now, looked))


def admit(tx: Tx, card: str, keys: Mapping[Slot, CardKey], now: datetime, looked: Looked = Looked()) -> BadKey | None:
    """Note the keys that `card` has just made, before any of them is certified; or say which cards have them, too.
    `looked`: what an earlier look has seen; only what came since is compared here.

    Two offices at once: the second finds the first one's rows, or its transaction is run anew (`Store.once`).
    """
    told = {slot: fingerprint(key) for slot, key in keys.items()}
    known = rows.find(tx, list(told.values()))
    if known:
        slots = tuple(slot for slot, one in told.items() if one in {row.key for row in known})
        return BadKey("known", slots, _named(row.card for row in known))
    if (related := _related(tx, keys, looked)) is not None:
        return related
    rows.add(tx, [_row(one, card, slot, keys[slot], now) for slot, one in told.items()])
    return None


def _related(tx: Tx, keys: Mapping[Slot, CardKey], looked: Looked) -> BadKey | None:
    """RSA keys with a prime of a key that was certified before."""
    if not _moduli(keys):
        return None
    since = rows.rsa_keys(tx) - looked.seen
    later = _shared(keys, rows.moduli(tx, since)) if since else {}
    slots = tuple(slot for slot in keys if slot in looked.shared or slot in later)
    cards = {card for found in (looked.shared, later) for some in found.values() for card in some}
    return BadKey("known", slots, _named(cards)) if slots else None


def _moduli(keys: Mapping[Slot, CardKey]) -> dict[Slot, int]:
    return {slot: number for slot, key in keys.items() if (number := modulus(key)) is not None}


def _shared(keys: Mapping[Slot, CardKey], held: Sequence[rows.Modulus]) -> dict[Slot, tuple[str, ...]]:
    """Cards with a prime of one of these keys, by its slot. Each is compared with the product of them first."""
    mine = _moduli(keys)
    near = [held[place] for place in shares_a_prime(math.prod(mine.values()), (one.number for one in held))]
    found = {
        slot: tuple(near[place].card for place in shares_a_prime(number, (one.number for one in near)))
        for slot, number in mine.items()
    }
    return {slot: cards for slot, cards in found.items() if cards}


def _named(cards: Iterable[str]) -> tuple[str, ...]:
    """Cards that are long over have no number here any more."""
    return tuple(sorted({card for card in cards if card}))


def _row(key: str, card: str, slot: Slot, public: CardKey, now: datetime, place: int = 0) -> rows.Key:
    number = modulus(public)
    return rows.Key(key, card, f"{slot.value:02X}", "" if number is None else f"{number:x}", now, str(place))


def note_cards(tx: Tx, cards: Iterable[Card], now: datetime) -> None:
    """The keys of cards that come with their certificates, not from this office's reader."""
    places: Counter[str] = Counter()
    noted = []
    for card in cards:
        for column, slot in SLOTS.items():
            key = _key_in(getattr(card, column))
            if isinstance(key, NoKey):
                continue
            one = fingerprint(key)
            noted.append(_row(one, card.card, slot, key, now, places[one]))
            places[one] += 1
    rows.add(tx, noted)


def doubled(centre: Centre) -> set[str]:
    """Cards of any time that share a key with another card, or have it in two slots; an alarm for each that works."""
    with centre.store.reading() as tx:
        found = rows.doubled(tx)
        working = rows.working(tx, found)
    tell_of(centre, working, DOUBLED)
    return set(found)


def tell_of(centre: Centre, cards: Sequence[str], what: str = UNSEALABLE) -> None:
    """An alarm for each of these cards, unless somebody has seen to it before: that it has no key, (UNREADABLE) that
    the rows of it or of its holder cannot be read, or (DOUBLED) that a key of it is in a second place."""
    now = centre.clock()

    def work(tx: Tx) -> None:
        for card in cards:
            if not alarms.seen_to(tx, what, "", card):
                alarms.ring(tx, what, "", card, now)

    if cards:
        centre.store.once(work)


def waiting(centre: Centre) -> list[alarms.Alarm]:
    """Such alarms that nobody has seen to; `detail` is the card's number, or a section's name."""
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
    return [one for one in alarms.waiting(tx, "") if one.what in _TOLD_HERE]
