"""Why the town hall does not take an act of this matter, besides what holds for any: message ids, for the staff."""

from collections.abc import Mapping
from typing import Final


def _(message: str) -> str:
    return message


REFUSALS: Final[Mapping[str, str]] = {
    "not-a-technician": _("Not a technician's card"),
}
