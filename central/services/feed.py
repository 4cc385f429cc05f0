"""What booths pull: pages of items after a cursor. Never looks into a body."""

from __future__ import annotations

from dataclasses import dataclass

from central.services.centre import Centre
from central.store import feed as rows
from sync import Item

LARGEST_PAGE = 500
LARGEST_BYTES = 4 * 1024 * 1024  # of bodies in a page, unless one alone has more


@dataclass(frozen=True)
class FeedPage:
    """`cursor` is where the next pull goes on; `more` whether something lies behind it already."""

    items: tuple[Item, ...]
    cursor: int
    more: bool


def page(centre: Centre, after: int, limit: int) -> FeedPage:
    """At most `limit` items (1 to 500) changed after `after`, and no more than LARGEST_BYTES of them."""
    limit = max(1, min(limit, LARGEST_PAGE))
    with centre.store.reading() as tx:
        found = rows.after(tx, after, limit, LARGEST_BYTES)
        cursor = found[-1].seq if found else after
        more = rows.any_after(tx, cursor)
    items = tuple(Item(kind=one.kind, key=one.key, seq=one.seq, body=one.body) for one in found)
    return FeedPage(items, cursor, more)
