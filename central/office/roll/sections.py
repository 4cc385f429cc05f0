"""What every matter tells the holder of each card: sections of one size, sealed under a secret in the card's dossier.

Which cards are sealed anew never depends on what they are told: all of them in a round, and each in its turn of nights.
Must never seal a section to some cards only, nor cut one; nor keep a secret, or put one in a log or exception.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import JsonValue

from central.kernel.centre import KID, Centre
from central.office.cards.keys import SECTION_TOO_LARGE
from central.store import Tx, alarms, counters
from central.store.office import registry as rows
from municipality.greek import ATHENS
from municipality.matter import NEWS_A_NIGHT, SectionTooLarge, news_size
from municipality.messages import ItemKind, Sections, sections_info
from sync import seal_shared, sign_matter

_ROUNDS: Final = "sections_rounds"


@dataclass(frozen=True)
class Due:
    """Whose sections are sealed anew now: everybody's that were not sealed in this `round`, and those of the cards
    whose turn this `night` is, of so many `nights`."""

    round: int
    night: date
    nights: int

    def has(self, note: rows.Sealed) -> bool:
        """Whether this card's are; `note`: of their last sealing. Tells nothing of what is in them."""
        if note.round != self.round:
            return True
        if note.night == self.night.isoformat():
            return False
        return turn_of(note.card, self.nights) == self.night.toordinal() % self.nights


def turn_of(card: str, nights: int) -> int:
    """In which of so many nights the sections of a card are sealed."""
    return int.from_bytes(hashlib.sha256(card.encode()).digest()[:8]) % nights


def due(tx: Tx, now: datetime, most: int = NEWS_A_NIGHT) -> Due:
    """To be asked before what cards are told is read: what changes after that is then still to come. `most`: cards
    in a night."""
    nights = max(1, math.ceil(rows.count_sealed(tx) / most))
    return Due(counters.last(tx, _ROUNDS), now.astimezone(ATHENS).date(), nights)


def ask_for_round(tx: Tx) -> None:
    """All sections are to be sealed anew, everybody's alike: what they tell has changed, and nobody but those who read
    it must see for whom."""
    counters.take(tx, _ROUNDS)


def secret_of(centre: Centre, card: str, dossier: int, salt: str) -> str:
    """The secret in the dossier of this sequence, hex. Half of what it is derived from is in a file beside the
    database, half in a row that goes with the dossier: neither copy alone opens anything, nor does a later one."""
    info = "\0".join(("municipal-atm dossier secret v1", centre.settings.municipality, card, str(dossier))).encode()
    return HKDF(SHA256(), 32, bytes.fromhex(salt), info).derive(centre.keys.dossiers).hex()


@dataclass(frozen=True, repr=False)
class Filled:
    """By card, each section's name and what it tells. `too_large`: sections that somebody's contents did not fit: that
    one is left out of theirs, and there is an alarm about it."""

    told: Mapping[str, dict[str, JsonValue]]
    too_large: tuple[str, ...] = ()


def fill(centre: Centre, tx: Tx, cards: Sequence[rows.Card]) -> Filled:
    """What every matter tells the holders of these cards now."""
    holders = {one.card: one.resident for one in cards}
    told: dict[str, dict[str, JsonValue]] = {card: {} for card in holders}
    too_large: set[str] = set()
    for one in centre.matters.tellings:
        section, found = one.section, one.tell(tx, holders) if holders else {}
        for card, sections in told.items():
            try:
                sections[section.name] = section.filled(found[card] if card in found else section.form())
            except SectionTooLarge:
                too_large.add(section.name)
    return Filled(told, tuple(sorted(too_large)))


def tell_of(centre: Centre, too_large: Sequence[str]) -> None:
    """An alarm for each of these sections, as long as it does not fit."""
    now = centre.clock()

    def work(tx: Tx) -> None:
        for name in too_large:
            alarms.ring(tx, SECTION_TOO_LARGE, "", name, now)

    if too_large:
        centre.store.once(work)


def sealed(centre: Centre, note: rows.Sealed, told: dict[str, JsonValue], now: datetime) -> str:
    """The sections of `note`'s card as they travel; it says of which dossier and with which sequence."""
    town = centre.settings.municipality
    sections = Sections(
        municipality=town,
        card=note.card,
        dossier=note.sequence,
        sequence=note.sections,
        made_at=now.replace(microsecond=0),
        sections=told,
    )
    signed = sign_matter(sections.text().encode(), centre.keys.signing, kid=KID, typ=ItemKind.SECTIONS)
    secret = bytes.fromhex(secret_of(centre, note.card, note.sequence, note.salt))
    size = news_size(one.section for one in centre.matters.tellings)
    return seal_shared(signed.encode(), secret, kid=note.card, info=sections_info(town, note.card), size=size)
