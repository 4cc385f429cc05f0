"""What booths pull: pages of items after a cursor. Never looks into a body."""

from __future__ import annotations

from dataclasses import dataclass

from central.services.centre import Centre
from central.store import feed as rows
from sync import Item

LARGEST_PAGE = 500


@dataclass(frozen=True)
class FeedPage:
    """`cursor` is where the next pull goes on; `more` whether something lies behind it already."""

    items: tuple[Item, ...]
    cursor: int
    more: bool


def page(centre: Centre, after: int, limit: int) -> FeedPage:
    """At most `limit` items (1 to 500) changed after `after`."""
    limit = max(1, min(limit, LARGEST_PAGE))
    with centre.store.reading() as tx:
        found = rows.after(tx, after, limit + 1)
    items = tuple(Item(kind=one.kind, key=one.key, seq=one.seq, body=one.body) for one in found[:limit])
    return FeedPage(items, items[-1].seq if items else after, len(found) > limit)
