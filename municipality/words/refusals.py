"""Why the town hall does not take what a booth has sent: the codes of the line, and their words (message ids).

One set of words, so that the technician at the booth and the clerk at the console read the same of the same act. What
may be wrong with any act, or with the card behind it, stands here; what only one matter can refuse stands with the
matter: `municipality.register` has them all.
"""

from collections.abc import Mapping
from typing import Final


def _(message: str) -> str:
    return message


REFUSALS: Final[Mapping[str, str]] = {
    "conflict": _("Other bytes came under the same number"),
    "other-booth": _("Sent by another booth than it names"),
    "unknown-booth": _("The booth is not in service"),
    "bad-signature": _("The booth's signature does not hold"),
    "wrong-class-of-id": _("Its number is not of the right sort"),
    "does-not-open": _("It is not sealed to this town hall"),
    "unreadable-body": _("Its content cannot be read"),
    "body-of-another-booth": _("Its content names another booth"),
    "cast-in-the-future": _("Its time lies in the future"),
    "no-card-proof": _("No card has signed it"),
    "not-from-a-booth": _("A booth cannot do this"),
    "unknown-card": _("A card that the town hall does not know"),
    "another-person": _("The card is not the person's that it names"),
    "card-revoked": _("The card was blocked"),
    "card-not-in-use": _("The card was not in anybody's hands"),
    "bad-card-signature": _("The card's signature does not hold"),
    "card-not-valid-then": _("The card was not valid then"),
    "not-our-card": _("Not a card of this municipality"),
    "not-storable": _("It cannot be stored as it is"),
    "quarantined": _("The booth was in quarantine"),
    "revoked": _("The booth was withdrawn"),
}
