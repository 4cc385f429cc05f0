"""What a card's sections say, opened as a booth opens them; and how dossiers and sections lie in the feed. For tests
only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from card_reader import CardImage, Slot
from central.kernel.centre import Centre
from central.store.line import feed
from central.store.tables import items
from municipality.matters.votes import TOLD
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind, Sections, sections_info
from sync import agree_with, open_sealed, open_shared, verify_matter

KINDS = (ItemKind.DOSSIER, ItemKind.SECTIONS)


def body_of(centre: Centre, kind: str, card: str) -> str:
    """ "" where there is none."""
    with centre.store.reading() as tx:
        item = feed.find(tx, kind, card)
    return "" if item is None else item.body


def dossier_of(centre: Centre, card: CardImage) -> Dossier:
    assert card.number is not None
    body, keys = body_of(centre, ItemKind.DOSSIER, card.number), {"centre": centre.keys.signing.public_key()}
    token = open_sealed(body, agree_with(card.keys[Slot.KEY_MANAGEMENT]), kid=card.number).decode()
    return Dossier.unpack(verify_matter(token, keys, typ=DOSSIER_TYPE))


def sections_of(centre: Centre, card: CardImage, dossier: Dossier | None = None) -> Sections:
    """By the secret in the card's dossier, or in `dossier`. Raises SealBroken."""
    found = dossier or dossier_of(centre, card)
    body, keys = body_of(centre, ItemKind.SECTIONS, found.card), {"centre": centre.keys.signing.public_key()}
    info = sections_info(found.municipality, found.card)
    token = open_shared(body, bytes.fromhex(found.secret), kid=found.card, info=info).decode()
    return Sections.read(verify_matter(token, keys, typ=ItemKind.SECTIONS))


def told_of_votes(centre: Centre, card: CardImage) -> dict[str, bool]:
    """By election, whether a vote is recorded, as the card's holder is told."""
    told = TOLD.read(sections_of(centre, card))
    assert told is not None and told.more == 0
    return {one.election: one.recorded for one in told.votes}


def feed_of(centre: Centre) -> list[dict[str, Any]]:
    """Dossiers and sections in the feed's order: `kind`, `key`, `seq`, `digest`, `size`."""
    with centre.store.reading() as tx:
        columns = (items.c.kind, items.c.key, items.c.seq, items.c.digest)
        found = sa.select(*columns, sa.func.length(items.c.body).label("size")).where(items.c.kind.in_(KINDS))
        return [dict(row) for row in tx.connection.execute(found.order_by(items.c.seq)).mappings()]


def shape(feed: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """What anybody sees of it: kind, key and size of each, in order."""
    return [(one["kind"], one["key"], one["size"]) for one in feed]


def digests(feed: list[dict[str, Any]], kind: str) -> dict[str, str]:
    return {one["key"]: one["digest"] for one in feed if one["kind"] == kind}
