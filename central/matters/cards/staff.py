"""What the console calls what residents do with cards at a booth; the pages of cards are the card office's."""

from central.kernel.proofs import USED_AFTER_BLOCK
from central.staff.words import Words


def _(message: str) -> str:
    return message


WORDS = Words(
    said={
        "act": {"card.block_code": _("Card blocked with its block code")},
        # Whatever it was used for: which matter tells of a use, this one does not know.
        "warning": {USED_AFTER_BLOCK: _("A card was used there after it was blocked. The number says for what.")},
    }
)
