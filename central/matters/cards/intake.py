"""What booths tell of cards: that one was reported lost without it, and that one was used.

Must never take back what an officer has decided since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from central.kernel.matter import Brought, CardBlocked, CardUsed, Event, Kept
from central.kernel.proofs import USED_AFTER_BLOCK
from central.office.cards import lifecycle
from central.office.roll import registry
from central.store import Tx, alarms, audit
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.messages import CardBlockAct
from municipality.matters.cards.rules import Blocked, State


def keep_all(tx: Tx, blocks: Sequence[Brought[CardBlockAct]], now: datetime) -> Kept:
    """Block each card from the moment of its report; whoever used it since then rings."""
    events: list[Event] = []
    return Kept([_keep(tx, one, now, events) for one in blocks], events)


def _keep(tx: Tx, block: Brought[CardBlockAct], now: datetime, events: list[Event]) -> str:
    card = block.act.card
    # Locked: an officer may decide about the same card at this moment.
    held = rows.find(tx, card, lock=True)
    if held is None:
        return "unknown-card"
    if held.state in (State.ORDERED, State.PERSONALISED):
        return "card-not-in-use"
    registry.ask_for_list(tx, now)
    at = min(block.at, now)  # a booth's clock may be ahead, and a block must not wait for it
    if held.state in (State.REPLACED, State.EXPIRED) or (held.unblocked_at is not None and at <= held.unblocked_at):
        return ""  # it ended otherwise, or an officer has undone what this would do
    if held.revoked_at is not None and held.revoked_at <= at:
        return ""
    registry_rows.revoke(tx, card, at, held.blocked_by or Blocked.BLOCK_CODE)
    audit.note(tx, f"booth:{block.booth}", "", "card.block_code", card, now)
    events.append(CardBlocked(card, at))
    return ""


def note_uses(tx: Tx, events: Sequence[Event], now: datetime) -> Sequence[Event]:
    """What other matters tell of cards: in use, or used when they should not have been."""
    uses = [event for event in events if isinstance(event, CardUsed)]
    noteworthy = {held.card: held for held in rows.blocked_or_new(tx, {use.card for use in uses})}
    for use in uses:
        held = noteworthy.get(use.card)
        if held is None:
            continue
        if held.revoked_at is not None and use.at >= held.revoked_at:
            alarms.ring(tx, USED_AFTER_BLOCK, use.booth, use.about, now)
        elif held.state is State.HANDED_OVER:
            lifecycle.came_into_use(tx, held, use.booth, now)
            # It comes into use once, however many papers of it this batch brings.
            del noteworthy[use.card]
    return ()
