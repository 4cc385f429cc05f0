"""How the screen looks to this resident, and the habit of showing less at a time. Values, no Qt.

Never: anything that outlives the visit; the next resident finds `Appearance()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.counter.words import Shown

SCHEMES = ("light", "black_on_white", "white_on_black", "soft_dark")
TEXT_SIZES = 4

# Words that only accompany: a screen can be used rightly without them. What warns, what explains a failure, what says
# that a vote is advisory and what asks for a decision is never among them.
_ACCOMPANYING: Mapping[str, tuple[str, ...]] = {
    "Attract": ("notices", "categories"),
    "Menu": ("text",),
    "CategoryPage": ("text", "note"),
    "Ballot": ("eyebrow", "closes"),
    "Review": ("eyebrow",),
    "VoteDone": ("eyebrow", "qrNote"),
    "CertificateOffer": ("text",),
    "CertificateDone": ("qrNote",),
}


@dataclass(frozen=True)
class Appearance:
    """One resident's choices: index of SCHEMES, text size 0 to 3, motion, simplified mode, low reach."""

    scheme: int = 0
    text_size: int = 0
    motion: bool = True
    simple: bool = False
    low_reach: bool = False


def simplified(shown: Shown) -> Shown:
    """`shown` with less beside the one thing it asks: accompanying words are empty, and "simple" is true.

    The same keys are there, so that a screen needs no second form. Notes of answers stay: they are what is voted on.
    """
    less: dict[str, Any] = {**shown, "simple": True}
    for name in _ACCOMPANYING.get(str(shown["screen"]), ()):
        less[name] = type(shown[name])()
    for rows in ("tiles", "entries"):
        if rows in shown:
            less[rows] = [{**row, "note": ""} for row in shown[rows]]
    # Why the way on is still shut must be said; the rest of the footer's notes is company.
    footer = shown["footer"]
    less["footer"] = {**footer, "note": footer["note"] if footer["primary"] and not footer["enabled"] else ""}
    return less
