"""Why the town hall does not take an act of this matter, besides what holds for any: message ids, for the staff."""

from collections.abc import Mapping
from typing import Final


def _(message: str) -> str:
    return message


REFUSALS: Final[Mapping[str, str]] = {
    "unknown-election": _("There is no such vote"),
    "not-open": _("The vote was not open"),
    "outside-the-window": _("Outside the hours of the vote"),
    "not-on-the-roll": _("Not on the roll of this vote"),
    "ballot-not-sound": _("The encrypted ballot does not verify"),
    "ballot-known": _("This ballot was here already"),
    "booth-takes-no-part": _("Its booth takes no ballots in this vote"),
    "found-later": _("It was found after the time for late letters, and not counted"),
    "not-in-the-statement": _("It came after the end, and its booth has not stated it"),
    "statement-not-believed": _("The closing statement is not one of this booth and vote"),
    "statement-too-early": _("The closing statement came before the end of the vote"),
    "another-statement": _("The booth has made another closing statement before"),
    "another-credential": _("The card voted with another credential before"),
    "credential-of-another-card": _("Another card voted with this credential before"),
}
