"""The card office: the life of a card, one transaction and one line in the record for each step.

Must never give a person two cards that work, which would be two votes, nor undo a block without an officer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.office.cards import published as card_matter
from central.office.roll import registry
from central.store import Tx, audit
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import IN_USE, Bearer, Blocked, State, may_become
from municipality.staff import Role

SALT_BYTES: Final = 16


class Why(StrEnum):
    """Why the office does not do it."""

    NO_SUCH_CARD = "no-such-card"
    NO_SUCH_RESIDENT = "no-such-resident"
    HAS_A_CARD = "has-a-card"
    NOT_NOW = "not-now"
    OTHER_LETTER = "other-letter"
    BLOCKED_FOR_GOOD = "blocked-for-good"
    NOT_A_TECHNICIANS = "not-a-technicians-card"


SENTENCES: Final[Mapping[str, str]] = {
    Why.NO_SUCH_CARD: "there is no such card",
    Why.NO_SUCH_RESIDENT: "nobody on the roll has this number",
    Why.HAS_A_CARD: "this person has another card that works, or that is being made",
    Why.NOT_NOW: "a card in this state does not take this step",
    Why.OTHER_LETTER: "this is not the newest letter of this card: destroy it",
    Why.BLOCKED_FOR_GOOD: "this block is for good; order a replacement",
    Why.NOT_A_TECHNICIANS: "this is not a technician's card",
}


def order(centre: Centre, resident: str, *, who: str) -> Outcome:
    """A first card for somebody on the roll."""

    def work(tx: Tx) -> Outcome:
        if not rows.lock_resident(tx, resident):
            return Refused(Why.NO_SUCH_RESIDENT)
        if rows.live_of(tx, resident):
            return Refused(Why.HAS_A_CARD)
        return _order(centre, tx, resident, Bearer.RESIDENT, who=who)

    return centre.store.once(work)


def order_technicians(centre: Centre, *, who: str) -> Outcome:
    """A card for somebody who looks after booths; whose it is stands in the office's own papers."""
    return centre.store.once(lambda tx: _order(centre, tx, "", Bearer.TECHNICIAN, who=who))


def _order(centre: Centre, tx: Tx, resident: str, bearer: Bearer, *, who: str, replaces: str = "") -> Done:
    now = centre.clock()
    card = rows.take_number(tx, centre.settings.cards.prefix)
    not_after = now + timedelta(days=366 * centre.settings.cards.years)
    held = rows.Held(card, resident, State.ORDERED, bearer, not_after, None, "", "", replaces, "", None)
    rows.order(tx, held, secrets.token_hex(SALT_BYTES))
    audit.note(tx, who, Role.REGISTRAR, "card.order", card, now)
    return Done(card, State.ORDERED)


def hand_over(centre: Centre, card: str, letter: str, *, who: str) -> Outcome:
    """Into its holder's hands, with the letter that belongs to it. A card that it replaces ends here, at the latest."""
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        held = rows.find(tx, card, lock=True)
        if held is None:
            return Refused(Why.NO_SUCH_CARD)
        if not may_become(held.state, State.HANDED_OVER) or held.state is State.BLOCKED or held.not_after <= now:
            return Refused(Why.NOT_NOW)
        if letter != held.letter:
            return Refused(Why.OTHER_LETTER)
        if held.bearer is Bearer.RESIDENT and (refused := _only_card(tx, held)) is not None:
            return refused
        if held.replaces:
            _succeeded(tx, held.replaces, who, now)
        return _step(tx, held, State.HANDED_OVER, "card.hand_over", who, now)

    return _and_publish(centre, centre.store.once(work))


def _only_card(tx: Tx, held: rows.Held) -> Refused | None:
    if not rows.lock_resident(tx, held.resident):
        return Refused(Why.NO_SUCH_RESIDENT)
    others = {one.card for one in rows.live_of(tx, held.resident)} - {held.card, held.replaces}
    return Refused(Why.HAS_A_CARD) if others else None


def _succeeded(tx: Tx, card: str, who: str, now: datetime) -> None:
    """`card` has a successor that counts from now on."""
    old = rows.find(tx, card, lock=True)
    if old is None or not may_become(old.state, State.REPLACED):
        return
    if old.revoked_at is None:
        registry_rows.revoke(tx, card, now, Blocked.SUCCESSOR)
    _step(tx, old, State.REPLACED, "card.replaced", who, now)


def block(centre: Centre, card: str, *, who: str) -> Outcome:
    """At the counter: it stops working wherever the next list of revocations comes."""
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        held = rows.find(tx, card, lock=True)
        if held is None:
            return Refused(Why.NO_SUCH_CARD)
        if not may_become(held.state, State.BLOCKED):
            return Refused(Why.NOT_NOW)
        registry_rows.revoke(tx, card, now, Blocked.COUNTER)
        rows.revoke_issued(tx, card, now)
        audit.note(tx, who, Role.REGISTRAR, "card.block", card, now)
        return Done(card, State.BLOCKED)

    return _and_publish(centre, centre.store.once(work))


def unblock(centre: Centre, card: str, *, who: str) -> Outcome:
    """It was a mistake: the card is found, or its code was used by somebody else; that code is void from then on.

    Never where its holder has another card by now, and never a card that was not in use.
    """
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        held = rows.find(tx, card, lock=True)
        if held is None:
            return Refused(Why.NO_SUCH_CARD)
        if held.state is not State.BLOCKED:
            return Refused(Why.NOT_NOW)
        if held.before not in IN_USE or held.not_after <= now:
            return Refused(Why.BLOCKED_FOR_GOOD)
        if held.bearer is Bearer.RESIDENT and (refused := _only_card(tx, held)) is not None:
            return refused
        if held.blocked_by == Blocked.BLOCK_CODE:
            rows.set_block_code(tx, card, "")
        rows.change(tx, card, revoked_at=None, blocked_by="", before="", unblocked_at=now)
        registry.ask_for_list(tx, now)
        return _step(tx, held, State(held.before), "card.unblock", who, now)

    return _and_publish(centre, centre.store.once(work))


def replace(centre: Centre, card: str, *, lost: bool, who: str) -> Outcome:
    """Order a successor for the same person. A lost card is blocked now; another one works until the successor is
    handed over. Votes that came before either moment count (docs/card-office.md)."""
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        old = rows.find(tx, card, lock=True)
        if old is None:
            return Refused(Why.NO_SUCH_CARD)
        if not may_become(old.state, State.REPLACED):
            return Refused(Why.NOT_NOW)
        if old.bearer is Bearer.RESIDENT and (refused := _only_card(tx, old)) is not None:
            return refused
        if any(one.replaces == card and one.revoked_at is None for one in rows.of_resident(tx, old.resident)):
            return Refused(Why.HAS_A_CARD)
        if lost and old.revoked_at is None:
            registry_rows.revoke(tx, card, now, Blocked.COUNTER)
            audit.note(tx, who, Role.REGISTRAR, "card.block", card, now)
        return _order(centre, tx, old.resident, old.bearer, who=who, replaces=card)

    return _and_publish(centre, centre.store.once(work))


def expire(centre: Centre, *, who: str) -> list[str]:
    """Say of the cards that have run out that they have. Their numbers."""
    now = centre.clock()

    def work(tx: Tx) -> list[str]:
        over = rows.ended(tx, now)
        for held in over:
            _step(tx, held, State.EXPIRED, "card.expire", who, now)
        return [held.card for held in over]

    return centre.store.once(work)


def list_technician(centre: Centre, card: str, booths: Sequence[str], *, off: bool = False, who: str) -> Outcome:
    """Let a technician's card open these booths (none named: all of them), or none any more with `off`."""
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        held = rows.find(tx, card, lock=True)
        if held is None:
            return Refused(Why.NO_SUCH_CARD)
        if held.bearer is not Bearer.TECHNICIAN:
            return Refused(Why.NOT_A_TECHNICIANS)
        rows.list_technician(tx, card, () if off else tuple(booths) or ("",), who, now)
        audit.note(tx, who, Role.REGISTRAR, "technician.unlist" if off else "technician.list", card, now)
        return Done(card, held.state)

    return _and_publish(centre, centre.store.once(work))


def find(centre: Centre, card: str) -> rows.Held | None:
    with centre.store.reading() as tx:
        return rows.find(tx, card)


def ordered_for(centre: Centre, resident: str) -> str | None:
    """The card of a resident that waits to be made."""
    with centre.store.reading() as tx:
        return next((one.card for one in rows.live_of(tx, resident) if one.state is State.ORDERED), None)


def listed(centre: Centre, *, state: str = "", after: str = "", limit: int = 500) -> list[rows.Held]:
    """Cards by number, never by name."""
    with centre.store.reading() as tx:
        return rows.page(tx, state=state, after=after, limit=limit)


def _step(tx: Tx, held: rows.Held, to: State, what: str, who: str, now: datetime) -> Done:
    if not may_become(held.state, to):
        raise AssertionError(f"a card that is {held.state} does not become {to}")
    rows.change(tx, held.card, state=to)
    audit.note(tx, who, Role.REGISTRAR, what, held.card, now)
    return Done(held.card, to)


def _and_publish(centre: Centre, outcome: Outcome) -> Outcome:
    if isinstance(outcome, Done) and not centre.shifted:
        registry.publish_soon(centre)
        card_matter.publish(centre)
    return outcome


def came_into_use(tx: Tx, held: rows.Held, booth: str, at: datetime) -> None:
    """A booth has seen `held` work; the first time, it is in use from then on."""
    if held.state is State.HANDED_OVER:
        rows.change(tx, held.card, state=State.ACTIVE)
        audit.note(tx, f"booth:{booth}", "", "card.active", held.card, at)
