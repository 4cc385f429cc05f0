"""What the states of a vote are called, on the public site and in the console alike: message ids."""

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
