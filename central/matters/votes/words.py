"""What the states of a vote are called, on the public site and in the console alike, and why a card is left out:
message ids."""

from collections.abc import Mapping
from typing import Final


def _(message: str) -> str:
    return message


STATES: Final[Mapping[str, str]] = {
    "draft": _("Being prepared"),
    "open": _("Open"),
    "closed": _("Closed, not counted yet"),
    "tallied": _("Counted, not published yet"),
    "published": _("Result published"),
    "not_opened": _("Not opened: too few have voted"),
}

# Why a card has no slip in a vote: it could not vote alone, and another could vote in its place.
LEFT_OUT: Final[Mapping[str, str]] = {
    "key-twice": _("one of its keys is in a second place, too: on another card, or twice on this one"),
    "no-key": _("nothing can be sealed to its key"),
    "card-twice": _("it stood on the roll with two keys"),
}
