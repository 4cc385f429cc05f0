"""What the record calls what residents do with lost cards at a booth; the pages of cards are the card office's."""

from central.staff.words import Words


def _(message: str) -> str:
    return message


WORDS = Words(said={"act": {"card.block_code": _("Card blocked with its block code")}})
