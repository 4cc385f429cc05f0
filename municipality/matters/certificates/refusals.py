"""Why the town hall does not take an act of this matter, besides what holds for any: message ids, for the staff."""

from collections.abc import Mapping
from typing import Final


def _(message: str) -> str:
    return message


REFUSALS: Final[Mapping[str, str]] = {
    "number-of-another-range": _("Its number belongs to another booth"),
    "number-taken": _("Its number is taken"),
    "code-taken": _("Its verification code is taken"),
    "not-a-code": _("Its verification code is none"),
}
