"""Small words that many screens share: the footer, the step, a code in groups. Pure, no Qt."""

from collections.abc import Callable
from typing import Any

Gettext = Callable[[str], str]
Shown = dict[str, Any]

GROUP = 4


def footer(
    *,
    cancel: bool = False,
    back: bool = False,
    primary: str = "",
    enabled: bool = True,
    icon: str = "arrow-right",
    note: str = "",
    back_words: str = "",
    back_icon: str = "",
    unseen: str = "",
    apart: bool = False,
    other: tuple[str, str] = ("", ""),
) -> Shown:
    """What stands in the bar below: the way back at the left (`back_words`, `back_icon`: not simply «back»), beside it
    something `other` to choose (its words and its key), the way on (`primary`, its words) at the right. `note`: why it
    is still shut.

    `unseen`: the way on is open once all that it is about was on the screen; why, until then. `apart`: it cannot be
    taken back, and has a place of its own, where no finger comes from the page before."""
    return {
        "cancel": cancel,
        "back": back,
        "backWords": back_words,
        "backIcon": back_icon or ("layout-grid" if back_words else "arrow-left"),
        "primary": primary,
        "enabled": enabled,
        "icon": icon,
        "note": note,
        "unseen": unseen,
        "apart": apart,
        "other": other[0],
        "otherKey": other[1],
    }


def step_words(number: int, of: int, _: Gettext, what: str = "") -> Shown:
    """«Βήμα 2 από 3», with `what` after a dot when there is more to say."""
    text = _("Step {number} of {of}").format(number=number, of=of)
    return {"number": number, "of": of, "text": f"{text} · {what}" if what else text}


def groups(code: str) -> list[str]:
    """`code` cut for the eye: at its own hyphens, or every four characters."""
    if "-" in code and all(len(part) == GROUP for part in code.split("-")):
        return code.split("-")
    return [code[i : i + GROUP] for i in range(0, len(code), GROUP)]
