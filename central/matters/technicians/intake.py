"""What technicians did at booths, for the record of acts. What should not have been possible is written down all the
same, and rings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from central.kernel.matter import Brought, Kept
from central.office.cards import lifecycle
from central.store import Tx, alarms, audit
from central.store.office import cards as rows
from municipality.matters.cards.rules import Bearer
from municipality.matters.technicians.messages import LeftAct, TechnicianAct
from municipality.matters.technicians.rules import Did
from municipality.staff import Role

NOT_LET_IN: Final = "technician-not-let-in"
# Where residents' papers come out, and whom the booth tells: whoever points these elsewhere may copy papers, or keep
# acts from the town hall. Undoing it does not make it undone.
_WATCHED: Final = {
    "printer.uri": "printer-moved",
    "printer.fingerprint": "printer-moved",
    "centre.url": "centre-moved",
}
_SETTINGS: Final = ("settings.saved", "settings.undone")


def keep_deeds(tx: Tx, deeds: Sequence[Brought[TechnicianAct]], now: datetime) -> Kept:
    """A line in the record for each."""
    return Kept([_keep(tx, one, now) for one in deeds])


def keep_leavings(tx: Tx, leavings: Sequence[Brought[LeftAct]], _now: datetime) -> Kept:
    """That a visit ended, as its booth says: nobody's card proves it, so nothing follows from it."""
    for one in leavings:
        audit.note(tx, f"booth:{one.booth}", "", Did.LEFT, f"{one.booth} {one.act.card}", one.at)
    return Kept([""] * len(leavings))


def _keep(tx: Tx, deed: Brought[TechnicianAct], now: datetime) -> str:
    """It was done, whoever held the card: what a stolen one did, or one off the list, stands in the record
    too, and rings."""
    act = deed.act
    held = rows.find(tx, deed.card, lock=True)
    if held is None or held.bearer is not Bearer.TECHNICIAN:
        return "not-a-technician"
    over = deed.at >= min(held.revoked_at or held.not_after, held.not_after)
    if over or not rows.opened_booth(tx, deed.card, deed.booth, deed.at):
        alarms.ring(tx, NOT_LET_IN, deed.booth, deed.card, now)
    if act.what in _SETTINGS and act.about in _WATCHED:
        alarms.ring(tx, _WATCHED[act.about], deed.booth, deed.card, now)
    if act.what == Did.OFFICIALS_TYPED:
        # Whoever has others typed there has votes of their own believed.
        alarms.ring(tx, "officials-typed", deed.booth, deed.card, now)
    # With both values: whoever reads the record can put back what was changed.
    about = f"{deed.booth} {act.about}".strip()
    if act.before != act.after:
        about += f": {act.before or '-'} -> {act.after or '-'}"
    audit.note(tx, f"card:{deed.card}", Role.TECHNICIAN, act.what, about, deed.at)
    lifecycle.came_into_use(tx, held, deed.booth, deed.at)
    return ""
