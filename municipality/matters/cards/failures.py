"""What somebody can meet who reports a lost card."""

from municipality.failures import Code, Failure


def _(message: str) -> str:
    return message


class LostCardCode(Code):
    """L: a lost card, reported without it."""

    LOST_CARD_NO_CODES = "L01"
    LOST_CARD_WRONG = "L02"
    LOST_CARD_WAIT = "L03"


FAILURES: tuple[Failure, ...] = (
    Failure(
        LostCardCode.LOST_CARD_NO_CODES,
        _("This booth cannot block lost cards yet"),
        _("Nothing was done. The municipal office blocks your card at once, at the counter or by telephone."),
    ),
    Failure(
        LostCardCode.LOST_CARD_WRONG,
        _("The card number and the block code do not belong together"),
        _("Nothing was blocked. Look at both in your PIN letter, or tell the municipal office by telephone."),
    ),
    Failure(
        LostCardCode.LOST_CARD_WAIT,
        _("Please wait a little before you try again"),
        _("Wrong codes were entered here. The municipal office blocks your card at once by telephone."),
    ),
)
