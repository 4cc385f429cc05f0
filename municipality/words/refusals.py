"""Why the town hall does not take what a booth has sent: the codes of the line, and their words (message ids).
Those of one matter stand in its own room; `municipality.register` has them all.

One set of words, so that the technician at the booth and the clerk at the console read the same of the same act.
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
    "not-storable": _("It cannot be stored as it is"),
    "quarantined": _("The booth was in quarantine"),
    "revoked": _("The booth was withdrawn"),
}
