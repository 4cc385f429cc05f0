"""Public matter as the booth last received it, verified at each reading: settings, elections, revocations."""

import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from kiosk.kernel import timekeeping
from kiosk.kernel.booth import CENTRE, Booth
from kiosk.kernel.matter import Fact
from kiosk.store import Connection, StoreFull, facts
from municipality.failures import BoothCode, Code
from municipality.matters.cards.messages import BlockCodes, CardItem, Revocations
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.messages import ItemKind, Message, MessageRefused, Settings, Words
from municipality.town.crest import CrestRefused, clean
from sync import NotSigned, inbox, verify_matter

Matter = TypeVar("Matter", bound=Message)


def read_matter(booth: Booth, token: str, kind: str, model: type[Matter]) -> Matter:
    """A signed item of the centre. Raises NotSigned or MessageRefused: the applier sets such an item aside."""
    payload = verify_matter(token, {CENTRE: booth.anchors.centre_signing}, typ=str(kind))
    return model.read(payload)


def still_good(booth: Booth, tokens: Iterable[str], kind: str, model: type[Matter]) -> list[Matter]:
    """Those that can be read; what was damaged since it came in is as if it were not there."""
    good: list[Matter] = []
    for token in tokens:
        try:
            good.append(read_matter(booth, token, kind, model))
        except (NotSigned, MessageRefused):
            continue
    return good


def settings(booth: Booth, connection: Connection) -> Settings | None:
    item = inbox.get(connection, ItemKind.SETTINGS, ItemKind.SETTINGS)
    found = still_good(booth, [item.body] if item else [], ItemKind.SETTINGS, Settings)
    # Signed by our centre and yet another town's: then somebody has mixed up two installations.
    return found[0] if found and found[0].municipality == booth.settings.municipality.id else None


def revocations(booth: Booth, connection: Connection) -> bytes | None:
    """The revocation list (DER), if one has come."""
    item = inbox.get(connection, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
    found = still_good(booth, [item.body] if item else [], CardItem.REVOCATIONS, Revocations)
    try:
        return base64.b64decode(found[0].crl, validate=True) if found else None
    except (binascii.Error, ValueError):
        return None  # as if it had not come: without a list no card is taken


def technicians(booth: Booth, connection: Connection) -> Technicians | None:
    """Who may open the technician's pages, by the town hall's signed word; None before it has come."""
    item = inbox.get(connection, TECHNICIANS_ITEM, TECHNICIANS_ITEM)
    found = still_good(booth, [item.body] if item else [], TECHNICIANS_ITEM, Technicians)
    return found[0] if found else None


def block_codes(booth: Booth, connection: Connection) -> dict[str, str]:
    """By card number, the slow hash of the block code in its PIN letter. Reads all of them, whoever is asked about."""
    bodies = [item.body for item in inbox.all_of(connection, CardItem.BLOCK_CODES)]
    parts = still_good(booth, bodies, CardItem.BLOCK_CODES, BlockCodes)
    return {card: encoded for part in parts for card, encoded in part.entries.items()}


def some_cards(booth: Booth, connection: Connection) -> list[str]:
    """Numbers of cards in use: those of the first part of the block codes."""
    first = inbox.get(connection, CardItem.BLOCK_CODES, "000")
    parts = still_good(booth, [first.body] if first else [], CardItem.BLOCK_CODES, BlockCodes)
    return [card for part in parts for card in part.entries]


def crest(town: Settings | None) -> str:
    """The drawing, cleaned once more: the window that draws it believes nobody. "" where there is none, or where it
    could do more than draw: then the plain sign stands in its place, as before one was set."""
    try:
        return clean(town.crest) if town and town.crest else ""
    except CrestRefused:
        return ""


@dataclass(frozen=True)
class ShopWindow:
    """What the booth can say with nobody there: why it cannot serve (or None), what its matters have to announce, and
    what they know."""

    closed: Code | None
    notices: tuple[Words, ...] = ()
    facts: frozenset[Fact] = frozenset()

    @property
    def block_codes(self) -> bool:
        """Whether a lost card can be reported here."""
        return Fact.CARDS_CAN_BE_BLOCKED in self.facts


def shop_window(booth: Booth) -> ShopWindow:
    with booth.store.reading() as connection:
        # A round in another process may have learned it since; with nobody here the clock may jump.
        booth.learn_offset(facts.clock_offset(connection))
        if settings(booth, connection) is None or revocations(booth, connection) is None:
            return ShopWindow(BoothCode.BOOTH_EMPTY)
        if facts.moment(connection, facts.OUT_OF_SERVICE) is not None:
            return ShopWindow(BoothCode.OUT_OF_SERVICE)
        beat_is_due = timekeeping.is_due(booth, connection)
        now = booth.clock()
        notices = [words for office in booth.matters for words in office.notices(booth, connection, now)]
        known = frozenset(fact for office in booth.matters for fact in office.facts(booth, connection, now))
    if beat_is_due:
        with suppress(StoreFull), booth.store.writing() as connection:
            timekeeping.beat(booth, connection)
    return ShopWindow(None, tuple(notices), known)
