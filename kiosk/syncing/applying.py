"""Whether what the booth has pulled may be believed: signed, in its form, and good in the eyes of its matter.

Never: a kind that nobody has registered, or an exception for what the town hall may well have sent.
"""

from collections.abc import Collection
from datetime import datetime

from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import Pulled
from kiosk.store import Connection
from municipality.matter import Item
from municipality.messages import MessageRefused, Settings
from municipality.register import HOUSE_ITEMS
from sync import Item as Came
from sync import NotSigned, Reject


def opaque_kinds(booth: Booth) -> frozenset[str]:
    """Sealed to a card: the booth can only keep them. Their seal is checked when the card opens them."""
    return frozenset(item.kind for item in _items(booth) if item.sealed)


def urgent_kinds(booth: Booth) -> tuple[str, ...]:
    """Acts that go before all else, and alone."""
    return tuple(act.kind for office in booth.matters for act in office.matter.acts if act.urgent)


def apply(booth: Booth, connection: Connection, item: Came, now: datetime) -> Reject | None:
    """Whether an item may be believed. It is stored in the same transaction by the one who asks.

    `now` is the centre's time.
    """
    kind = next((one for one in _items(booth) if one.kind == item.kind), None)
    if kind is None:
        return Reject("unknown-kind")
    if kind.sealed:
        return None
    if not item.body:
        # The page that withdraws it is signed.
        return None if kind.may_be_withdrawn else Reject("cannot-be-withdrawn")
    try:
        message = public_matter.read_matter(booth, item.body, kind.kind, kind.form)
    except NotSigned:
        return Reject("not-signed")
    except MessageRefused:
        return Reject("not-of-its-kind")
    if isinstance(message, Settings):
        here = message.municipality == booth.settings.municipality.id
        return None if here else Reject("another-municipality")
    # Signed and well formed is not yet true: what it says is judged where it is understood.
    office = next(one for one in booth.matters if kind in one.matter.items)
    return office.judge(booth, connection, Pulled(item.key, message, now))


def taken(booth: Booth, connection: Connection, acts: Collection[str], at: datetime) -> None:
    """The centre has said, by `at` of its own clock, that it has these envelopes."""
    for office in booth.matters:
        office.taken(connection, acts, at)


def answered(booth: Booth, connection: Connection, at: datetime) -> None:
    """An answer that the centre gave at `at` has been taken off a stick."""
    for office in booth.matters:
        office.answered(connection, at)


def round_begins(booth: Booth, connection: Connection, now: datetime) -> None:
    """Nothing has been sent in this round yet."""
    for office in booth.matters:
        office.round_begins(booth, connection, now)


def round_over(booth: Booth, connection: Connection) -> None:
    """Nothing more comes in this round."""
    for office in booth.matters:
        office.round_over(connection)


def _items(booth: Booth) -> tuple[Item, ...]:
    return (*HOUSE_ITEMS, *(item for office in booth.matters for item in office.matter.items))
