"""What booths pull: pages of items after a cursor, what cannot wait first. Never looks into a body."""

from __future__ import annotations

from dataclasses import dataclass

from central.kernel.centre import Centre
from central.kernel.serving import served
from central.store.line import feed as rows
from municipality.messages import ItemKind
from sync import Item

LARGEST_PAGE = 500
LARGEST_BYTES = 4 * 1024 * 1024  # of bodies in a page, unless one alone has more

_LARGEST_FIRST = 1024 * 1024  # bytes of them, or they wait for their place


@dataclass(frozen=True)
class FeedPage:
    """`cursor` is where the next pull goes on; `more` whether something lies behind it already."""

    items: tuple[Item, ...]
    cursor: int
    more: bool


def page(centre: Centre, after: int, limit: int) -> FeedPage:
    """At most `limit` items (1 to 500) changed after `after`, and no more than LARGEST_BYTES of them. Raises
    served.Behind, OSError."""
    limit = max(1, min(limit, LARGEST_PAGE))
    with centre.store.reading() as tx:
        # Who may use a booth must not wait behind a town of dossiers: each page begins with what is to come first, also
        # where its place is on a later one. There it comes again, and changes nothing.
        first = rows.newest_of(tx, (ItemKind.SETTINGS, *centre.matters.first_items), after)
        size = sum(len(one.body) for one in first)
        if 2 * len(first) > limit or size > _LARGEST_FIRST:
            first, size = [], 0
        found = rows.after(tx, after, limit - len(first), LARGEST_BYTES - size)
        cursor = found[-1].seq if found else after
        more = rows.any_after(tx, cursor)
    served.note_number(centre, max((one.seq for one in (*first, *found)), default=0))
    seqs = {one.seq for one in first}
    page = [*first, *(one for one in found if one.seq not in seqs)]
    items = tuple(Item(kind=one.kind, key=one.key, seq=one.seq, body=one.body) for one in page)
    return FeedPage(items, cursor, more)
