"""What residents find at this booth: the four tiles of the menu, and what works beside what is closed.

Pure functions of what the matters offer and of the closures. Never: a tile that looks alive and leads to nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from kiosk.desk.blocks import Text, Told
from kiosk.desk.views import Tile, TileState
from municipality.failures import Code
from municipality.matter import Category
from municipality.matters import MATTERS
from municipality.register import FAILURES

if TYPE_CHECKING:
    from kiosk.desk.matter import Offered
    from kiosk.kernel.closures import Closures


def _(message: str) -> str:
    return message


NOT_HERE_YET = _("Not here yet")
NOTHING_NOW = _("There is nothing here now")
NOTHING_TO_DO = _("Nothing can be done here now: see why")
CLOSED_NOW = _("Closed now. {why}")

# kiosk.kernel.expiry.SIGN_IN, without the store behind it: presenters draw where there is none.
_SIGN_IN = "sign_in"
# What waits for the resident, what can be done, and only then the rest.
_ORDER = (TileState.WAITING, TileState.READY, TileState.CLOSED, TileState.EMPTY)


def tiles(offered: Sequence[Offered], closed: Closures) -> tuple[Tile, ...]:
    """A tile for each category, those first with something to do; among equals in the categories' own order."""
    by_noun = {str(service): code for service, code in closed.items()}
    found = {category: [one for one in offered if one.matter.category is category] for category in Category}
    made = (_tile(category, here, by_noun) for category, here in found.items())
    return tuple(sorted(made, key=lambda tile: _ORDER.index(tile.state)))


def _tile(category: Category, here: list[Offered], closed: dict[str, Code]) -> Tile:
    if not here:
        return Tile(category, TileState.EMPTY, reason=Told(NOT_HERE_YET), elsewhere=True)
    served = [one.desk for one in here if one.matter.noun not in closed]
    lines = [entry for desk in served for entry in desk.entries(None)]
    shut_down = ((one.desk, closed[one.matter.noun]) for one in here if one.matter.noun in closed)
    lines += [entry for desk, why in shut_down for entry in desk.entries(why) if entry.tells]
    if any(not line.closed for line in lines):
        badge = next((badge for desk in served if (badge := desk.badge())), None)
        return Tile(category, TileState.WAITING if badge else TileState.READY, badge)
    titles = (FAILURES[closed[one.matter.noun]].title for one in here if one.matter.noun in closed)
    shut = [Told(CLOSED_NOW, {"why": title}) for title in dict.fromkeys(titles)]
    theirs = [line.text for line in lines if line.text is not None]
    reasons: list[Text] = [*shut, *(text for place, text in enumerate(theirs) if text not in theirs[:place])]
    if not reasons:
        return Tile(category, TileState.EMPTY, reason=Told(NOTHING_NOW))
    reason = reasons[0] if len(reasons) == 1 else Told(NOTHING_TO_DO)
    own = not shut and len(reasons) == 1
    return Tile(category, TileState.CLOSED, reason=reason, elsewhere=bool(shut), own=own)


def open_categories(closed: Collection[str]) -> tuple[Category, ...]:
    """Where something is offered here and open to whoever comes, in the categories' order. `closed`: nouns of matters,
    or signing in, without which nobody gets anything."""
    if _SIGN_IN in closed:
        return ()
    here = {matter.category for matter in MATTERS if matter.noun not in closed}
    return tuple(category for category in Category if category in here)
