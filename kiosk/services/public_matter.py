"""Public matter as the booth last received it, verified at each reading: settings, elections, revocations."""

import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from ballot_box import list_digest, part_of
from kiosk.services import timekeeping
from kiosk.services.booth import CENTRE, Booth
from kiosk.store import Connection, StoreFull, facts
from municipality.ballots import notice_fault
from municipality.failures import Code
from municipality.messages import (
    BlockCodes,
    Credentials,
    Election,
    ItemKind,
    Message,
    MessageRefused,
    Revocations,
    Settings,
    Technicians,
    Words,
)
from sync import NotSigned, inbox, verify_matter

Matter = TypeVar("Matter", bound=Message)


def read_matter(booth: Booth, token: str, kind: ItemKind, model: type[Matter]) -> Matter:
    """A signed item of the centre. Raises NotSigned or MessageRefused: the applier sets such an item aside."""
    payload = verify_matter(token, {CENTRE: booth.anchors.centre_signing}, typ=kind.value)
    return model.read(payload)


def _good(booth: Booth, tokens: Iterable[str], kind: ItemKind, model: type[Matter]) -> list[Matter]:
    good: list[Matter] = []
    for token in tokens:
        try:
            good.append(read_matter(booth, token, kind, model))
        except (NotSigned, MessageRefused):
            continue  # verified when it came in; damaged since, and then as if it were not there
    return good


def settings(booth: Booth, connection: Connection) -> Settings | None:
    item = inbox.get(connection, ItemKind.SETTINGS, ItemKind.SETTINGS)
    found = _good(booth, [item.body] if item else [], ItemKind.SETTINGS, Settings)
    return found[0] if found and found[0].municipality == booth.settings.municipality.id else None


def revocations(booth: Booth, connection: Connection) -> bytes | None:
    """The revocation list (DER), if one has come."""
    item = inbox.get(connection, ItemKind.REVOCATIONS, ItemKind.REVOCATIONS)
    found = _good(booth, [item.body] if item else [], ItemKind.REVOCATIONS, Revocations)
    try:
        return base64.b64decode(found[0].crl, validate=True) if found else None
    except (binascii.Error, ValueError):
        return None  # as if it had not come: without a list no card is taken


def technicians(booth: Booth, connection: Connection) -> Technicians | None:
    """Who may open the technician's pages, by the town hall's signed word; None before it has come."""
    item = inbox.get(connection, ItemKind.TECHNICIANS, ItemKind.TECHNICIANS)
    found = _good(booth, [item.body] if item else [], ItemKind.TECHNICIANS, Technicians)
    return found[0] if found else None


def block_codes(booth: Booth, connection: Connection) -> dict[str, str]:
    """By card number, the slow hash of the block code in its PIN letter. Reads all of them, whoever is asked about."""
    bodies = [item.body for item in inbox.all_of(connection, ItemKind.BLOCK_CODES)]
    parts = _good(booth, bodies, ItemKind.BLOCK_CODES, BlockCodes)
    return {card: encoded for part in parts for card, encoded in part.entries.items()}


def elections(booth: Booth, connection: Connection) -> list[Election]:
    """All elections that the booth knows and that count what they show, the one that closes first at the top."""
    bodies = [item.body for item in inbox.all_of(connection, ItemKind.ELECTION)]
    honest = [e for e in _good(booth, bodies, ItemKind.ELECTION, Election) if notice_fault(e) is None]
    return sorted(honest, key=lambda e: (e.closes, e.election))


def is_whole(connection: Connection, election: Election) -> bool:
    """Whether every part of the credentials that the notice names has come. What is in them, `is_listed` judges."""
    if election.version == 1:
        return True
    here = inbox.keys_of(connection, ItemKind.CREDENTIALS, f"{election.election}/")
    return all(election.part_key(part) in here for part in range(len(election.parts)))


def is_listed(booth: Booth, connection: Connection, election: Election, credential: str) -> bool | None:
    """Whether a public credential stands on the election's list; None while the part that would tell is not here, or
    is not the one that the notice names. Reads that one part, however long the list is."""
    if election.version == 1:
        return credential in election.belenios.credentials
    part = part_of(credential, len(election.parts))
    item = inbox.get(connection, ItemKind.CREDENTIALS, election.part_key(part))
    found = _good(booth, [item.body] if item else [], ItemKind.CREDENTIALS, Credentials)
    if not found or list_digest(found[0].credentials) != election.parts[part]:
        return None
    return credential in found[0].credentials


@dataclass(frozen=True)
class ShopWindow:
    """What the booth can say with nobody there: why it cannot serve (or None), the votes that are open now, and
    whether it knows the codes by which lost cards are blocked."""

    closed: Code | None
    notices: tuple[Words, ...] = ()
    block_codes: bool = False


def shop_window(booth: Booth) -> ShopWindow:
    with booth.store.reading() as connection:
        # A round in another process may have learned it since; with nobody here the clock may jump.
        booth.learn_offset(facts.clock_offset(connection))
        if settings(booth, connection) is None or revocations(booth, connection) is None:
            return ShopWindow(Code.BOOTH_EMPTY)
        if facts.moment(connection, facts.OUT_OF_SERVICE) is not None:
            return ShopWindow(Code.OUT_OF_SERVICE)
        beat_is_due = timekeeping.is_due(booth, connection)
        now = booth.clock()
        codes = bool(inbox.keys_of(connection, ItemKind.BLOCK_CODES, ""))
        running = [e for e in elections(booth, connection) if e.opens <= now < e.closes]
    if beat_is_due:
        with suppress(StoreFull), booth.store.writing() as connection:
            timekeeping.beat(booth, connection)
    return ShopWindow(None, tuple(election.title for election in running), codes)
