"""What the console calls things of certificates: they have no page of their own there."""

from central.staff.words import Words


def _(message: str) -> str:
    return message


WORDS = Words(
    said={
        "warning": {
            "card-used-after-block": _("A certificate was issued with a card that was blocked by then."),
        },
    }
)
