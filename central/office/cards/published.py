"""What booths are told of cards in public, besides the list of revocations: block codes as slow hashes, technicians.

Must never say whose a card is.
"""

from __future__ import annotations

from typing import TypeVar

from central.kernel.centre import Centre
from central.store.line import feed as feed_rows
from central.store.office import cards as rows
from municipality.matters.cards.messages import LARGEST_BLOCK_CODES, BlockCodes, CardItem
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.messages import Message, MessageRefused
from sync import NotSigned

M = TypeVar("M", bound=Message)


def publish(centre: Centre) -> int:
    """Sign anew what is not what it was. Returns how many items changed."""
    return publish_technicians(centre) + publish_block_codes(centre)


def publish_technicians(centre: Centre) -> int:
    with centre.store.reading() as tx:
        now = rows.technicians_now(tx)
    narrowed = {card: booths for card, booths in now.items() if booths}
    wanted = {TECHNICIANS_ITEM: Technicians(cards=tuple(now), booths=narrowed)}
    return _put(centre, TECHNICIANS_ITEM, Technicians, wanted, Technicians(cards=()))


def publish_block_codes(centre: Centre) -> int:
    """Parts of at most 2,000 cards, "000" upwards, by card number. A part that has run empty stays, and is empty."""
    with centre.store.reading() as tx:
        codes = rows.block_codes(tx)
        known = feed_rows.keys_of(tx, CardItem.BLOCK_CODES)
    size = LARGEST_BLOCK_CODES
    parts = [BlockCodes(entries=dict(codes[start : start + size])) for start in range(0, len(codes), size)]
    wanted = {f"{place:03d}": part for place, part in enumerate(parts)}
    wanted |= {key: BlockCodes(entries={}) for key in known if key not in wanted}
    return _put(centre, CardItem.BLOCK_CODES, BlockCodes, wanted, BlockCodes(entries={}))


def _put(centre: Centre, kind: str, form: type[M], wanted: dict[str, M], nothing: M) -> int:
    """A signature is new each time, so contents are compared. What says nothing is only said to correct something."""
    with centre.store.reading() as tx:
        found = {key: feed_rows.find(tx, kind, key) for key in wanted}
    changed = {}
    for key, message in wanted.items():
        before = _read(centre, kind, form, found[key])
        if message != (nothing if before is None else before):
            changed[key] = centre.sign(kind, message.text())
    if not changed:
        return 0
    with centre.store.writing() as tx:
        return feed_rows.put(tx, kind, changed)


def _read(centre: Centre, kind: str, form: type[M], item: feed_rows.Item | None) -> M | None:
    try:
        return None if item is None else form.read(centre.read_signed(kind, item.body))
    except (NotSigned, MessageRefused):
        return None
