"""The card office seen from outside: where a card stands, what booths are told of it and tell of it. For tests."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from seeded_town import Doing

from card_reader import Authority
from central.kernel import intake
from central.kernel.centre import Centre, read_key
from central.office.cards import lifecycle
from central.store import audit
from central.store.line import feed as feed_rows
from central.store.office import cards as rows
from municipality.matters.cards.messages import BlockCodes, CardItem, Revocations
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.messages import ItemKind

MARIA = "maria"


def acts(centre: Centre, about: str) -> list[tuple[str, str]]:
    """(who, what) of the record on one thing, oldest first; the record is whole."""
    with centre.store.reading() as tx:
        assert audit.broken_at(tx) is None
        return [(one.who, one.what) for one in reversed(audit.newest(tx, 200)) if one.about == about]


def card_authority(centre: Centre) -> Authority:
    """Who signs the certificates of this town's cards."""
    return Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))


def held(centre: Centre, card: str) -> rows.Held:
    found = lifecycle.find(centre, card)
    assert found is not None
    return found


def list_of(centre: Centre) -> bytes:
    """The revocation list as published, DER."""
    return base64.b64decode(Revocations.read(_matter(centre, CardItem.REVOCATIONS, CardItem.REVOCATIONS)).crl)


def crl(centre: Centre) -> set[int]:
    return {entry.serial_number for entry in x509.load_der_x509_crl(list_of(centre))}


def has_dossier(centre: Centre, card: str) -> bool:
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, ItemKind.DOSSIER, card)
    return item is not None and item.body != ""


def codes(centre: Centre) -> dict[str, str]:
    return BlockCodes.read(_matter(centre, CardItem.BLOCK_CODES, "000")).entries


def technicians(centre: Centre) -> Technicians:
    return Technicians.read(_matter(centre, TECHNICIANS_ITEM, TECHNICIANS_ITEM))


def send(centre: Centre, booth: Any, act: Doing, **changes: Any) -> tuple[str, str]:
    """Let the booth tell this act, twice. Its outcome and the reason."""
    envelope = booth.act(act, **changes)
    answer, again = (intake.take(centre, booth.id, envelope) for _ in range(2))
    assert again.outcome == ("rejected" if answer.outcome == "rejected" else "duplicate")
    return answer.outcome, answer.reason


def _matter(centre: Centre, kind: str, key: str) -> bytes:
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, kind, key)
    assert item is not None
    return centre.read_signed(kind, item.body)
