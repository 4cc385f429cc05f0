"""How the screen looks to this resident, and the habit of showing less at a time. Values, no Qt.

Never: anything that outlives the visit; the next resident finds `Appearance()`.
"""

from dataclasses import dataclass
from typing import Any

from kiosk.counter.presenting.words import Shown

SCHEMES = ("light", "black_on_white", "white_on_black", "soft_dark")
TEXT_SIZES = 4


@dataclass(frozen=True)
class Appearance:
    """One resident's choices: index of SCHEMES, text size 0 to 3, motion, simplified mode, low reach."""

    scheme: int = 0
    text_size: int = 0
    motion: bool = True
    simple: bool = False
    low_reach: bool = False


def simplified(shown: Shown) -> Shown:
    """`shown` with less beside the one thing it asks: what only accompanies is gone, for the eye and the ear, and
    "simple" is true.

    Words that only accompany: a screen can be used rightly without them. What warns, what explains a failure, what says
    that a vote is advisory and what asks for a decision is never among them. The same keys are there, so that a screen
    needs no second form. Notes of answers stay: they are what is voted on.
    """
    less: dict[str, Any] = {**shown, "simple": True}
    for name in shown.get("accompanying", ()):
        less[name] = type(shown[name])()
    for blocks in ("lead", "blocks"):
        if blocks in shown:
            less[blocks] = [block for block in shown[blocks] if not block["accompanies"]]
    if "tiles" in shown:
        less["tiles"] = [{**tile, "note": ""} for tile in shown["tiles"]]
    spoken = shown["spoken"]
    less["spoken"] = {**spoken, "parts": [part for part in spoken["parts"] if not part["accompanies"]]}
    # Why the way on is still shut must be said; the rest of the footer's notes is company.
    footer = shown["footer"]
    less["footer"] = {**footer, "note": footer["note"] if footer["primary"] and not footer["enabled"] else ""}
    return less
